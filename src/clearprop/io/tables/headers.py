"""The names of a text file's columns: whether its first line has them, and which cells of a row belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .not_rows import NUMBER, without_first

_YEARS = range(1500, 2200)


@dataclass(frozen=True)
class Header:
    """The columns of a text file."""

    names: tuple[str, ...]
    width: int
    """The cells that a row has. Cells behind the columns are empty: each line ends with a separator."""
    said: tuple[str, ...] = ()
    """What is not as it is in most files, in words."""


def numbered(width: int) -> Header:
    """The columns 1, 2, ... of a file without names."""
    return Header(tuple(str(place) for place in range(1, width + 1)), width)


def header_of(first: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Header:
    """The columns that a first line names; `rows` are some of those below, most of them with `width` cells.

    A line with a name less than the rows have cells is R's: the first column has no name. But where most last cells are empty,
    each row ends with a separator.
    """
    given, said = _unquoted([name.strip() for name in first]), []
    same = [row for row in rows if len(row) == width]
    ends_empty = 2 * sum(not row[-1].strip() for row in same) > len(same)
    if len(given) == width - 1 and ends_empty:
        said.append("each row ends with a separator")
    elif len(given) == width - 1:
        given = ["", *given]
    elif len(given) == width + 1 and not given[-1]:
        given = given[:-1]
    elif len(given) == width > 1 and not given[-1] and ends_empty:
        given = given[:-1]
        said.append("each line ends with a separator")
    made = each_its_own(given)
    said += [
        f"column {place} has no name, and is called {made[place - 1]!r}"
        for place, name in enumerate(given, 1)
        if not name
    ]
    said += [
        f"column {place} is called {name!r} like another, and becomes {new!r}"
        for place, (name, new) in enumerate(zip(given, made, strict=True), 1)
        if name and name != new
    ]
    return Header(tuple(made), max(width, len(given)), tuple(said))


def _unquoted(names: list[str]) -> list[str]:
    """Names without single quotes, where every one has them."""
    quoted = all(len(name) > 1 and name[0] == name[-1] == "'" for name in names)
    return [name[1:-1] for name in names] if quoted else names


def each_its_own(names: Sequence[str]) -> list[str]:
    """Names of columns, each another: `column 3` for the third if it has none, `name (2)` for one that was there.

    >>> each_its_own(["a", "", "a"])
    ['a', 'column 2', 'a (2)']
    """
    made, taken = list[str](), set(names)
    used = set[str]()
    times = dict[str, int]()
    for place, given in enumerate(names, 1):
        plain = given or f"column {place}"
        name = plain
        while name in used or (name != given and name in taken):
            times[plain] = times.get(plain, 1) + 1
            name = f"{plain} ({times[plain]})"
        used.add(name)
        made.append(name)
    return made


def why_no_names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """What in a first line shows that it is a row like the others, and not the columns' names; None if nothing does."""
    cells = [cell.strip() for cell in first]
    rows = without_first(first, rows)
    numbers = [cell for cell in cells if NUMBER.fullmatch(cell)]
    columns = [{row[place].strip() for row in rows if place < len(row)} for place in range(len(cells))]
    split = [cell for cell in numbers if not cell.lstrip("+-").isdigit()]
    if split:
        return f"{split[0][:40]!r} is a number"
    if numbers and not _count_on(numbers) and _above_numbers(cells, columns):
        return f"{numbers[0][:40]!r} is a number"
    texts = [cell for cell in cells if cell and cell not in numbers]
    again = [cell for cell, column in zip(cells, columns, strict=True) if cell in texts and cell in column]
    if len(rows) > 2 and 2 * len(again) > len(texts) > 0:
        return f"{again[0][:40]!r} is a cell of a row below too"
    return None


def is_of_another_kind(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a first line has texts above columns of numbers, and so is no row of the table either."""
    return any(
        cell.strip() and not NUMBER.fullmatch(cell.strip()) and len(below) > 1 and all(map(NUMBER.fullmatch, below))
        for place, cell in enumerate(first)
        if (below := [row[place].strip() for row in rows if place < len(row)])
    )


def _count_on(cells: Sequence[str]) -> bool:
    """Whether whole numbers are names: 1, 2, 3, or the years 1990, 1995, 2000, or one year."""
    if max(map(len, cells)) > 18:
        return False
    numbers = [int(cell) for cell in cells]
    if len(numbers) < 3:
        return all(number in _YEARS for number in numbers) or (len(numbers) == 2 and numbers[1] == numbers[0] + 1)
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) == 1 and min(steps) > 0


def _above_numbers(cells: Sequence[str], columns: Sequence[set[str]]) -> bool:
    """Whether each number of a first line stands above numbers or gaps only."""
    return all(
        all(NUMBER.fullmatch(each) or len(each) < 4 for each in column)
        for cell, column in zip(cells, columns, strict=True)
        if NUMBER.fullmatch(cell)
    )

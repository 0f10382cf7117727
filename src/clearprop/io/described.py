"""What the columns of a table are and become, before anything is fitted: the records that are shown, for all of its rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np

from ..callers import give
from ..columns import Column, NotOfKind, describe
from ..columns.cells import DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells
from ..columns.column import numbers_in
from ..columns.describing import SHOWN, with_means
from ..columns.kinds import CATEGORY, DATE, FEW, IDENTIFIER, NUMBER, TEXT, counts_rows, is_name_of_rows
from ..columns.number_forms import NumberForm
from ..columns.stored_cells import MOST_DIFFERENT, StoredCells
from ..formulas.catalogue import nearest
from .tables.refusal import NOTHING_THERE, Refusal
from .tables.table import Table


@dataclass(frozen=True)
class Choices:
    """What a person says of a table's columns.

    >>> Choices(ignore=("id*",)).ignored(["id", "id2", "x"])
    ['id', 'id2']
    """

    kinds: Mapping[str, str]
    """What a column is, one of `columns.kinds.KINDS`."""
    ignore: tuple[str, ...] = ()
    """Names or patterns such as `id*` of columns that are not looked at, in one text with commas or in several."""
    na: tuple[str, ...] = ()
    """Texts and numbers that count as gaps, in every column."""

    def __init__(
        self, kinds: Mapping[str, str] | None = None, ignore: Iterable[str] = (), na: Iterable[object] = ()
    ) -> None:
        object.__setattr__(self, "kinds", dict(kinds or {}))
        object.__setattr__(self, "ignore", _as_texts(ignore))
        object.__setattr__(self, "na", _as_texts(na))

    @property
    def as_texts(self) -> list[str]:
        """The columns whose cells are to be read as texts: a person says that they are, or how their texts are written."""
        return [name for name, kind in self.kinds.items() if kind == CATEGORY or "(" in kind]

    def ignored(self, names: Sequence[str], source: str = "the table", target: str | None = None) -> list[str]:
        """The columns to leave out; ValueError for a pattern that is no column's, which then was not meant for the target."""
        found: list[str] = []
        patterns = [part for given in self.ignore for part in ([given] if given in names else given.split(","))]
        for pattern in patterns:
            matching = [name for name in names if name == pattern] or [
                name for name in names if fnmatchcase(name, pattern)
            ]
            if not matching:
                others = [name for name in names if name != target]
                raise ValueError(f"{source} has no column {pattern!r} to be left out{nearest(pattern, others)}")
            found += [name for name in matching if name not in found]
        return found

    def applied(self, table: Table, target: str | None = None) -> Table:
        """The table without these columns and with these gaps; no message suggests to leave out the `target`."""
        for name in self.kinds:
            table.cells(name)
        kept = table.without(self.ignored(table.names, table.source, target)) if self.ignore else table
        return with_gaps(kept, self.na)


def _as_texts(given: Iterable[object] | str) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(str(value) for value in given)


NO_CHOICES = Choices()


def with_gaps(table: Table, na: Sequence[str]) -> Table:
    """The table with gaps where a text is one of `na`, or a number has the value of one of them."""
    if not na:
        return table
    numbers = [number for number in map(gap_number, na) if number is not None]
    return replace(table, columns={name: _with_gaps(cells, na, numbers) for name, cells in table.columns.items()})


def gap_number(text: str) -> float | None:
    """The number that a text of `na` is; None for any other text, and for NaN, which is a gap in any case."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _with_gaps(cells: Cells, na: Sequence[str], numbers: Sequence[float]) -> Cells:
    if isinstance(cells, StoredCells):
        return cells.without(na, numbers)
    if cells.holds == NUMBERS and numbers:
        hit = np.isin(cells.values, numbers)
        return replace(cells, values=np.where(hit, np.nan, cells.values)) if hit.any() else cells
    if cells.holds != TEXTS:
        return cells
    different, codes = cells.codes
    hit = np.isin(codes, [j for j, text in enumerate(different) if text in na])
    values = cells.values.copy()
    values[hit] = None
    return replace(cells, values=values) if hit.any() else cells


def describe_columns(
    table: Table, target: str | None, kinds: Mapping[str, str], *, in_order: Table | None = None, strict: bool = True
) -> tuple[Column, ...]:
    """The record of each column but the target. Refusal, with the options that mend it, where one cannot be told.

    A number that counts the rows names them, where there are other inputs. `in_order` is the table with all of its rows. Unless
    `strict`, a column that cannot be told is text, with the reason.
    """
    records, refused = _each_described(table, target, kinds)
    if refused and strict:
        raise _refusal_of_columns(refused, records)
    whole = table if in_order is None else in_order
    counting = {
        record.name: why
        for record in records
        if record.becomes == NUMBER and record.name not in kinds and record.name not in table.kinds
        if (why := counts_rows(whole.cells(str(record.name)))) is not None
    }
    if all(record.is_left_out or record.name in counting for record in records):
        return tuple(records)
    return tuple(
        _of_rows(table.cells(str(record.name)), record, counting[record.name]) if record.name in counting else record
        for record in records
    )


def _each_described(table: Table, target: str | None, kinds: Mapping[str, str]) -> tuple[list[Column], list[Refusal]]:
    """The record of each column but the target, and the refusals; a column that is refused is text, with the reason."""
    records, refused = list[Column](), list[Refusal]()
    for name in table.names:
        if name == target:
            continue
        try:
            records.append(described(table, name, kinds.get(name)))
        except Refusal as error:
            why = str(error).removeprefix(f"{table.source}: column {name!r} ")
            refused.append(error)
            records.append(replace(describe(table.cells(name), name, TEXT), why=why, told=False))
    return records, refused


def _refusal_of_columns(refused: Sequence[Refusal], records: Sequence[Column]) -> Refusal:
    """One refusal for all columns. No column is to be left out where there would be no inputs without it."""
    whole = Refusal.of_all(refused)
    stays = any(not each.options[:1] or not each.options[0].startswith("--ignore=") for each in refused)
    if stays or not all(record.is_left_out for record in records):
        return whole
    return Refusal(str(whole), ways=whole.ways, look=True)


def _of_rows(cells: Cells, record: Column, why: str) -> Column:
    return replace(describe(cells, record.name, IDENTIFIER), why=why, told=False)


def described(table: Table, name: str, kind: str | None = None, *, is_target: bool = False) -> Column:
    """The record of one column; a kind that the table itself knows comes after the one that a person says.

    Refusal for cells that do not fit; a column that is no target may be left out to mend it.
    """
    known = table.kinds.get(name)
    cells = table.cells(name)
    if isinstance(cells, StoredCells) and cells.beyond:
        return _of_too_many(cells, name, kind, table.source, is_target=is_target)
    try:
        made = describe(table.cells(name), name, kind or known, mark_gaps=True, constants=False)
    except NotOfKind as error:
        options = [f"--kind={name}=category"] if kind is not None else [f"--ignore={name}"] * (not is_target)
        ways = {gives: [f"--kind={name}={way.replace(chr(39), '')}"] for way, gives in error.ways.items()}
        rows = np.flatnonzero(cells.values == error.cell).tolist() if error.cell is not None else []
        where = f"; {error.cell!r} is in {table.where(rows[0])}" if rows else ""
        raise Refusal(f"{table.source}: {error}{where}", options, ways=ways, look=is_target) from None
    require_finite(table, name, made, is_target=is_target)
    return made if kind is not None or known is None else replace(made, told=False)


def _of_too_many(cells: StoredCells, name: str, kind: str | None, source: str, *, is_target: bool) -> Column:
    """The record of a column in a file with so many different texts that not all are known: it is left out."""
    assert cells.texts is not None
    why = f"more than {MOST_DIFFERENT:,} different texts"
    if is_target or kind not in {None, IDENTIFIER, TEXT}:
        raise Refusal(
            f"{source}: column {name!r} has {why}, too many for a table that is kept on the disk; "
            f"{give('--in-memory')} reads it into the memory",
            ["--in-memory"] if is_target else [f"--ignore={name}"],
        )
    gaps, some = int(cells.gaps.sum()), tuple(cells.texts[:SHOWN].tolist())
    return Column(name, IDENTIFIER, why, len(cells), gaps, cells.holds, some, told=kind is not None)


def require_finite(table: Table, name: str, record: Column, *, is_target: bool = False) -> None:
    """Refusal for a number that is infinite."""
    cells = table.cells(name)
    if record.becomes != NUMBER or cells.holds != NUMBERS:
        return
    infinite = np.isinf(cells.values)
    if infinite.any():
        row = int(np.argmax(infinite))
        marks = sorted({f"{value:g}" for value in cells.values[infinite].tolist()})
        leaving_out = give(f"--ignore={name}")
        raise Refusal(
            f"{table.source}, {table.where(row)}, column {name!r}: {cells.values[row]:g} is not a finite number; "
            f"{give(f'--na={marks[0]}')} makes it a gap{'' if is_target else f', {leaving_out} leaves the column out'}",
            [f"--na={mark}" for mark in marks],
        )


def describe_target(table: Table, name: str, kind: str | None = None) -> Column:
    """The record of a target: a number or a category. Refusal for dates, and where there is no value at all."""
    cells = table.cells(name)
    if not len(table):
        raise ValueError(f"{table.source} has no rows; {NOTHING_THERE}")
    if not len(cells.filled):
        raise Refusal(f"the target {name!r} of {table.source} has no value in any row", look=True)
    if kind is None and cells.holds in {NUMBERS, TRUTHS}:
        kind = NUMBER if cells.holds == NUMBERS and not cells.are_categories else CATEGORY
    elif kind is None and cells.holds in {DATES, TIMES}:
        kind = DATE
    record = described(table, name, kind, is_target=True)
    if record.becomes == DATE:
        raise Refusal(
            f"the target {name!r} of {table.source} is a date, such as {record.values[0]}, and a network predicts numbers or "
            f"classes; with {give(f'--kind={name}=category')} each date is a class, "
            "or take another target",
            look=True,
        )
    if record.becomes is None:
        return describe(cells, name, CATEGORY)
    require_finite(table, name, record, is_target=True)
    return record


def with_target(table: Table, name: str, form: NumberForm | None) -> tuple[Table, int]:
    """The rows that have a target, and how many have none; with a form of numbers, the target's texts as numbers."""
    cells = table.cells(name)
    if form is not None and cells.holds == TEXTS:
        numbers = Cells(numbers_in(cells, name, form)[0], NUMBERS, cells.type, cells.typed)
        table, cells = replace(table, columns={**table.columns, name: numbers}), numbers
    missing = int(cells.gaps.sum())
    return (table.rows(np.flatnonzero(~cells.gaps)), missing) if missing else (table, 0)


def with_mean_targets(
    records: Sequence[Column], table: Table, target: Column, classes: Sequence[object] | None
) -> tuple[Column, ...]:
    """The records, with the mean target of each category where a column has very many; `classes` are those of the target.

    Of two classes it is the share of the second, of at most `FEW` the share of each.
    """
    if classes is None:
        of = [str(target.name)]
    elif len(classes) > FEW:
        return tuple(records)
    else:
        of = [f"{target.name} = {value}" for value in classes][len(classes) == 2 :]
    return tuple(with_means(each, table.cells(str(each.name)), of) for each in records)


def usable_targets(records: Sequence[Column]) -> list[str]:
    """Columns that can be a target, the last ones first: not those that name rows or have one value."""
    return [
        str(record.name)
        for record in reversed(records)
        if record.becomes in {NUMBER, CATEGORY} and not is_name_of_rows(record.name)
    ]

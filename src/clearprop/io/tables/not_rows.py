"""Lines among the rows of a table that are none: the names of the columns once more, and units below the names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...callers import give
from ...columns.file_texts import GAPS

MOST_REPEATED = 0.2
"""Where more of the first rows are as the first line, it is a row too: the file has no names."""
NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?")
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
_UNIT = re.compile(r"[%‰°µμ]?[^\W\d_]{0,4}[²³]?(/[^\W\d_]{1,4}[²³]?)?")
_LETTER = re.compile(r"[^\W\d_]|[%‰°]")
_NO_UNITS = frozenset({"none", "missing", "unknown", "unk", "tbd", "nil", "no", "yes", "true", "false", "inf"})


def units_in(rows: Sequence[Sequence[str]]) -> str | None:
    """The first unit where the first of some rows has units or second names, above numbers; None where it is a row.

    It has no number where the other rows have numbers alone. Where it has other cells too, as a row has, there must be several
    units, and no gap among them; where there is one, it must be written as a unit.
    """
    first, below = [cell.strip() for cell in rows[0]] if rows else [], rows[1:]
    columns = [[row[place].strip() for row in below if place < len(row)] for place in range(len(first))]
    filled = [[cell for cell in column if cell.lower() not in GAPS] for column in columns]
    numeric = [bool(cells) and all(map(NUMBER.fullmatch, cells)) for cells in filled]
    above = [cell for cell, of_numbers in zip(first, numeric, strict=True) if of_numbers]
    others = [
        (cell, column) for cell, column, of_numbers in zip(first, columns, numeric, strict=True) if not of_numbers
    ]
    told = [cell for cell in above if cell.lower() not in GAPS]
    if len(below) < 2 or not told or any(NUMBER.fullmatch(cell) or cell.lower() in _NO_UNITS for cell in told):
        return None
    if any(cell.lower() not in GAPS and cell in column for cell, column in others):
        return None
    if not all(map(_LETTER.search, told)):
        return None
    of_units = all(_IN_BRACKETS.fullmatch(cell) or _UNIT.fullmatch(cell) for cell in told)
    like_a_row = any(cell.lower() not in GAPS and not _IN_BRACKETS.fullmatch(cell) for cell, _ in others)
    if like_a_row:  # else it may be a row with words that stand for gaps
        return told[0] if len(told) == len(above) and len(set(told)) > 1 else None
    return told[0] if of_units or len(set(told)) > 1 else None


def said_of_units(unit: str, where: str) -> str:
    """That a line is left out, and how to have it read."""
    return (
        f"{where} has units or second names, such as {unit!r}, and is left out; {give('--no-units')} reads it as a row"
    )


def without_first(first: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Some rows without those that are as the first line of the file, where these are few and it may be names once more."""
    plain = [cell.strip() for cell in first]
    others = [row for row in rows if [cell.strip() for cell in row] != plain]
    return others if len(rows) - len(others) <= MOST_REPEATED * len(rows) and may_be_names(plain) else [*rows]


def may_be_names(first: Sequence[str]) -> bool:
    """Whether a line is one of names: of several cells, and not of numbers alone."""
    return len(first) > 1 and any(cell and not NUMBER.fullmatch(cell) for cell in first)

"""Where cells are, in words: columns by their names and rows counted from 0. Nothing is looked for here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..formulas.catalogue import Array

SHOWN = 3
"""So many columns, and rows of each, are named."""
FILL = "missing='median' fills gaps and marks them; or leave these rows out"


def cells_in(found: Mapping[Any, Array], what: str) -> str:
    """Columns by name, and the rows (k,) of each: 'Column 'b' has a gap in row 3, column 'c' in row 7, counted from 0'."""
    named = [
        f"column {name!r} {'' if k else f'has {what} '}in {rows_in_words(found[name])}" for k, name in enumerate(found)
    ]
    return ", ".join([f"C{named[0][1:]}", *named[1:SHOWN], *more_columns(named)]) + ", counted from 0"


def more_columns(named: list[str]) -> list[str]:
    """How many columns are not named; nothing where all are."""
    return [f"{len(named) - SHOWN} more columns"] if len(named) > SHOWN else []


def rows_in_words(rows: Array) -> str:
    """'row 3', 'rows 3 and 7', 'rows 3, 7, 9 and 12 more'."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    more = len(rows) - SHOWN
    *first, last = [str(row) for row in rows] if more <= 0 else [*map(str, rows[:SHOWN]), f"{more} more"]
    return f"rows {', '.join(first)} and {last}"


def gaps_in(
    found: Mapping[Any, Array], *, trained: bool = False, texts: Mapping[Any, tuple[str, ...]] | None = None
) -> str:
    """The refusal of gaps in these columns and rows; `trained` where a model exists, which learnt to fill none.

    `texts` are those of each column that are no numbers or dates.
    """
    words = [f"{text!r} in column {name!r}" for name, those in (texts or {}).items() for text in those]
    if not words:
        return f"Input X contains NaN. {cells_in(found, 'a gap')}: {'in fit, ' if trained else ''}{FILL}"
    more = f" and {len(words) - SHOWN} more texts" if len(words) > SHOWN else ""
    are = "is no number or date and counts as a gap" if len(words) == 1 else "are no numbers or dates and count as gaps"
    where = cells_in(found, "a gap or such a text")
    return f"Input X contains NaN. {', '.join(words[:SHOWN])}{more} {are}. {where}: correct such texts; {FILL}"

"""The sections of an account, in the order in which they stand, and the blocks of those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...formulas.catalogue import nearest
from ...validation import whole_number
from ..notation.numbers import EVERY_DIGIT
from ..trace.record import Step
from .around import entries, update
from .backward import backward
from .batch import batch
from .blocks import Block
from .checks import check, cost, health, lints, symbol_table
from .forward import forward
from .header import header
from .row import row
from .story import Story

FOLD = 10
"""A matrix of more rows is folded: ten classes are still seen in full."""

SECTIONS: dict[str, Callable[[Story], list[Block]]] = {
    "header": header,
    "row": row,
    "forward": forward,
    "backward": backward,
    "entries": entries,
    "batch": batch,
    "update": update,
    "check": check,
    "cost": cost,
    "health": health,
    "lints": lints,
    "symbols": symbol_table,
}
"""Each section and what tells it. The names are the same in every rendering."""


def as_settable(digits: int, fold: int | None) -> tuple[int, int | None]:
    """Both as given; ValueError where numbers cannot have so many digits, or matrices so many rows."""
    rows = None if fold is None else whole_number(fold, 1, "fold", "None for all rows")
    return whole_number(digits, 0, "digits", most=EVERY_DIGIT), rows


def account_of(trace: Step, *, fold: int | None = FOLD, sections: Sequence[str] | None = None) -> Iterator[Block]:
    """The blocks of a trace, those of `sections` alone where they are given. ValueError for a section that there is not."""
    for asked in sections or ():
        if asked not in SECTIONS:
            raise ValueError(f"unknown section {asked!r}{nearest(asked, list(SECTIONS))}")
    story = Story(trace, fold)
    told = [tell(story) for name, tell in SECTIONS.items() if sections is None or name in sections]
    return (block for blocks in told for block in blocks)

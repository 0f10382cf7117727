"""Which categories of a column are inputs of their own, and what the others are called."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import DATES, TIMES, Cells
from .kinds import FEW, MOST_CATEGORIES, RARE_ROWS, shown

MISSING = " is missing"
OTHER = " is another"
"""What is added to a column's name to name the input that rare categories share."""


def kept_categories(cells: Cells, *, rare: int = RARE_ROWS, most: int = MOST_CATEGORIES) -> tuple[tuple[Any, ...], int]:
    """The categories that are inputs of their own, sorted, and how many others there are.

    All of at most `FEW`; else those of at least `rare` rows, if there are any, and of these the `most` of most rows.
    """
    different, codes = cells.codes
    if cells.holds in {DATES, TIMES}:
        different = [shown(value) for value in different]
    if len(different) <= FEW:
        return tuple(different), 0
    rows = np.bincount(codes[codes >= 0], minlength=len(different))
    frequent = np.flatnonzero(rows >= min(rare, rows.max()))
    kept = np.sort(frequent[np.argsort(-rows[frequent], kind="stable")][:most])
    if len(kept) >= len(different) - 1:
        return tuple(different), 0
    return tuple(different[place] for place in kept.tolist()), len(different) - len(kept)

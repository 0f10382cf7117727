"""The minima that restarts reach, told apart by their losses. A page asks the same function."""

from __future__ import annotations

import math
from collections.abc import Sequence

APART, LEAST = 0.05, 1e-3
"""Two losses that follow each other are of different minima where they differ by more than this part of the larger one, and
by more than `LEAST`: runs that end in one minimum stop at slightly different losses."""


def minima_of(losses: Sequence[float]) -> list[list[int]]:
    """The numbers of the runs that reached each minimum, the lowest minimum first. A loss that is not finite is of none.

    >>> minima_of([0.261, 0.002, 0.2605, 0.0021, math.nan])
    [[1, 3], [2, 0]]
    """
    order = sorted((loss, k) for k, loss in enumerate(losses) if math.isfinite(loss))
    minima: list[list[int]] = []
    last = -math.inf
    for loss, k in order:
        if loss - last > max(LEAST, APART * loss):
            minima.append([])
        minima[-1].append(k)
        last = loss
    return minima

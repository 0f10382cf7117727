"""Which rank the others wait for: one that computes much longer for its parts of the batches."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from ..engines import Ranks

SLOW = 1.5
"""Times the median of all ranks, from which one is named."""
LEAST = 1.0
"""Seconds of work below which nothing is said."""


def said_of_slow(ranks: Ranks, busy: Sequence[float]) -> str:
    """The end of a sentence that names the slowest rank, by the seconds that each computed; empty where none is slow."""
    if len(busy) < 2 or max(busy) < LEAST:
        return ""
    others = sorted(busy)[:-1]
    usual, slowest = statistics.median(others), max(busy)
    if slowest < SLOW * usual:
        return ""
    rank = list(busy).index(slowest)
    return f"; {ranks.name(rank)} computed {slowest:.3g} s and the others {usual:.3g} s, for which they waited"

"""When a target's values name classes, and when there are too many classes for its rows. A page asks the same functions."""

from __future__ import annotations

from collections.abc import Sequence

from .kinds import FEW


def are_classes(distinct: Sequence[float], counts: Sequence[int]) -> bool:
    """Whether numbers are classes: few different ones, whole, and each in two rows at least.

    >>> are_classes([0.0, 1.0], [3, 2]), are_classes([0.0, 1.5], [3, 2]), are_classes([0.0, 1.0], [4, 1])
    (True, False, False)
    """
    return len(distinct) <= FEW and min(counts) > 1 and all(value % 1 == 0 for value in distinct)


def are_too_many_classes(classes: int, rows: int) -> bool:
    """Whether most classes would have a single row: then nothing can be learnt of them."""
    return classes > FEW and 2 * classes > rows

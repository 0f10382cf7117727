"""The loss that is reported: a mean over points, whatever batches they came in. No loss is computed here."""

from __future__ import annotations

from typing import ClassVar

from ..formulas.catalogue import Array
from ..formulas.stateful import Stateful


class MeanLoss(Stateful):
    """The mean over the points of all steps since the last whole period, each counted before its step.

    A period is one or more whole epochs. A step's loss counts once for each of its points, so that a point in a short last
    batch counts for no more than any other. `total` is one number, or (K,) for K networks side by side.

    >>> mean = MeanLoss()
    >>> mean.add(2 * 0.0, points=2)
    >>> mean.add(1 * 9.0, points=1)
    >>> mean.value
    3.0
    """

    changing: ClassVar = ("total", "points", "total_before", "points_before")

    def __init__(self, networks: Array | float = 0.0) -> None:
        self._none = networks
        self.total, self.points = networks, 0
        self.total_before, self.points_before = networks, 0
        """Of the last whole period."""

    def add(self, total: Array | float, points: int) -> None:
        """Count more steps: the sum of b · loss over them, b the points of each, and the sum of b."""
        self.total, self.points = self.total + total, self.points + points

    @property
    def value(self) -> Array | float:
        """The mean since the last whole period."""
        return self.total / self.points

    def end_period(self) -> None:
        """A whole period is over, and the next one begins."""
        self.total_before, self.points_before = self.total, self.points
        self.forget()

    def forget(self) -> None:
        """Drop what has been counted since the last whole period."""
        self.total, self.points = self._none, 0

    @property
    def of_a_period(self) -> Array | float:
        """The mean over the last whole period and the steps after it, so that a few points more do not decide.

        By this number restarts are compared.
        """
        return (self.total_before + self.total) / (self.points_before + self.points)

"""Patience: how many times in a row a number has not improved. The caller decides what follows from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .stateful import Stateful


@dataclass
class Patience(Stateful):
    """The lowest number so far, and how many numbers came since the last improvement by more than `tolerance`.

    >>> patience = Patience(tolerance=0.1)
    >>> [patience.look(loss) for loss in (1.0, 0.95, 0.5, 0.5)]
    [0, 1, 0, 1]
    """

    changing: ClassVar = ("best", "waited")
    tolerance: float = 0.0
    best: float = math.inf
    waited: int = 0

    def look(self, value: float) -> int:
        """Take one more number; gives how many in a row, this one included, were no improvement."""
        self.waited = 0 if self.improves(value) else self.waited + 1
        self.best = self.best_of(value)
        return self.waited

    def improves(self, value: float) -> bool:
        """Whether a number counts as an improvement; NaN never does."""
        return value < self.best - self.tolerance

    def best_of(self, value: float) -> float:
        """What later numbers are compared with: the lowest so far. NaN is ignored."""
        return min(self.best, value)

"""Patience: for how many looks a number has not become better. It ends nothing; whoever asks decides what that means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .stateful import Stateful


@dataclass
class Patience(Stateful):
    """The lowest number so far, and the looks since one last improved on it by more than `tolerance`.

    >>> patience = Patience(tolerance=0.1)
    >>> [patience.look(loss) for loss in (1.0, 0.95, 0.5, 0.5)]
    [0, 1, 0, 1]
    """

    changing: ClassVar = ("best", "waited")
    tolerance: float = 0.0
    best: float = math.inf
    waited: int = 0

    def look(self, value: float) -> int:
        """Count one more look; how many there were without an improvement, this one included."""
        self.waited = 0 if self.improves(value) else self.waited + 1
        self.best = self.best_of(value)
        return self.waited

    def improves(self, value: float) -> bool:
        """Whether a number counts as better; NaN never does."""
        return value < self.best - self.tolerance

    def best_of(self, value: float) -> float:
        """What later numbers are compared with: the lowest so far. NaN is passed over."""
        return min(self.best, value)

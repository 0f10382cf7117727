"""Sets of values: the range of an activation, the domain of a loss. They only test membership."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array


@dataclass(frozen=True)
class Interval:
    """All numbers between two ends; `ends` tells which of them belong: "[]", "[)", "(]" or "()"."""

    low: float
    high: float
    ends: str = "[]"

    def contains(self, values: Array) -> Array:
        """Which of the values lie inside; NaN never does. Same shape, bool."""
        above = values >= self.low if self.ends[0] == "[" else values > self.low
        below = values <= self.high if self.ends[1] == "]" else values < self.high
        return np.asarray(above & below)

    def includes(self, other: Interval) -> bool:
        """Whether every value of `other` lies inside."""
        low_in = self.low < other.low or (self.low == other.low and (self.ends[0] == "[" or other.ends[0] == "("))
        high_in = self.high > other.high or (self.high == other.high and (self.ends[1] == "]" or other.ends[1] == ")"))
        return low_in and high_in

    def __str__(self) -> str:
        low, high = (f"{end:g}".replace("inf", "∞") for end in (self.low, self.high))
        return f"{self.ends[0]}{low}, {high}{self.ends[1]}"


@dataclass(frozen=True)
class Ends(Interval):
    """The two ends of an interval and nothing between them, such as the targets -1 and 1."""

    def contains(self, values: Array) -> Array:
        """Which of the values are one of the two. Same shape, bool."""
        return np.asarray((values == self.low) | (values == self.high))

    def includes(self, other: Interval) -> bool:
        return isinstance(other, Ends) and (self.low, self.high) == (other.low, other.high)

    def __str__(self) -> str:
        return f"{{{self.low:g}, {self.high:g}}}"


@dataclass(frozen=True)
class Simplex(Interval):
    """Vectors of numbers in an interval that sum to 1: a probability for each class."""

    def contains(self, values: Array) -> Array:
        """Which rows lie inside: (n, classes) gives (n,)."""
        # Targets such as thirds in float32 miss 1 by rounding; a real mistake misses it by far more.
        return np.asarray(super().contains(values).all(axis=-1) & (abs(values.sum(axis=-1) - 1) <= 1e-6))

    def includes(self, other: Interval) -> bool:
        return isinstance(other, Simplex) and super().includes(other)

    def __str__(self) -> str:
        return f"{super().__str__()}, summing to 1"


@dataclass(frozen=True)
class LogSimplex(Interval):
    """Vectors of numbers whose exponentials sum to 1: the log of a probability for each class."""

    def contains(self, values: Array) -> Array:
        """Which rows lie inside: (n, classes) gives (n,)."""
        total = np.exp(np.minimum(values, 1.0)).sum(axis=-1)  # a value above 0 is outside however large
        return np.asarray(super().contains(values).all(axis=-1) & (abs(total - 1) <= 1e-6))

    def includes(self, other: Interval) -> bool:
        return isinstance(other, LogSimplex) and super().includes(other)

    def __str__(self) -> str:
        return f"{super().__str__()}, exponentials summing to 1"


REALS = Interval(-math.inf, math.inf, "()")
NOT_NEGATIVE = Interval(0.0, math.inf, "[)")
POSITIVE = Interval(0.0, math.inf, "()")
UNIT = Interval(0.0, 1.0, "[]")
SIGNS = Ends(-1.0, 1.0)
INSIDE_UNIT = Interval(0.0, 1.0, "()")
PROBABILITIES = Simplex(0.0, 1.0, "()")
DISTRIBUTION = Simplex(0.0, 1.0, "[]")
LOG_PROBABILITIES = LogSimplex(-math.inf, 0.0, "(]")

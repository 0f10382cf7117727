"""What each point counts for, within the range of numbers however large or small the user's weights are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..validation import of_mean_1, scaled_by_power_of_2


@dataclass(frozen=True)
class PointWeights:
    """The user's weights are these `values` (n,) times 2^power: scaling by a power of 2 rounds nothing."""

    values: Array
    power: int = 0

    @classmethod
    def of(cls, weights: Array) -> PointWeights:
        """From weights (n,) that are finite, not negative and not all 0."""
        return cls(*scaled_by_power_of_2(weights))

    def of_mean_1(self, rows: Any, what: str = "that is trained on") -> tuple[Array, float]:
        """The weights (n,) divided by the mean of the user's over some rows, and that mean.

        ValueError where they are 0 on all of these rows. The mean is infinite, or 0, where it leaves the range of numbers.
        """
        weights, mean = of_mean_1(self.values, rows, what)
        with np.errstate(over="ignore", under="ignore"):
            return weights, float(np.ldexp(mean, self.power))

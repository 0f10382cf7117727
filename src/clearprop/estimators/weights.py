"""What each point counts for, within the range of numbers however large or small the user's weights are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..validation import of_mean_1, require_finite, scaled_by_power_of_2
from .columns import refuse_masked
from .refusals import explained
from .versions import checked_sample_weight


@dataclass(frozen=True)
class PointWeights:
    """The user's weights are these `values` (n,) times 2^power: scaling by a power of 2 rounds nothing."""

    values: Array
    power: int = 0

    @classmethod
    def of(cls, weights: Array) -> PointWeights:
        """From weights (n,) that are finite and not negative."""
        return cls(*scaled_by_power_of_2(weights))

    def of_mean_1(self, rows: Any, what: str = "that is trained on") -> tuple[Array, float]:
        """The weights (n,) divided by the mean of the user's over some rows, and that mean.

        ValueError where they are 0 on all of these rows. The mean is infinite, or 0, where it leaves the range of numbers.
        """
        weights, mean = of_mean_1(self.values, rows, what)
        with np.errstate(over="ignore", under="ignore"):
            return weights, float(np.ldexp(mean, self.power))

    def as_given(self) -> Array:
        """The user's own weights (n,). ValueError where one is too large for the network's type."""
        with np.errstate(over="ignore", under="ignore"):
            weights = np.ldexp(self.values, self.power)
        if not np.isfinite(weights).all():
            raise ValueError(
                f"partial_fit uses weights as they are, and sample_weight times class_weight is too large for {weights.dtype}"
            )
        return np.asarray(weights)


def point_weights(
    estimator: Any, X: Any, y: Any, sample_weight: Any, dtype: Any, *, all_may_be_0: bool
) -> PointWeights | None:
    """What points X (n, m) with targets y count for, by themselves and by their classes; None where all count alike."""
    given = None
    if sample_weight is not None:
        refuse_masked(sample_weight, "sample_weight")
        with explained(None, sample_weight):
            checked = checked_sample_weight(sample_weight, X, all_may_be_0=all_may_be_0)
        require_finite(checked, "sample_weight")  # one number for all points has not been looked at
        given = PointWeights.of(checked)
    weights = estimator._point_weights(y, None if given is None else given.values)
    if weights is None:
        return None
    product = PointWeights.of(weights)
    return PointWeights(product.values.astype(dtype, copy=False), product.power + (0 if given is None else given.power))

"""Scalings: each column of inputs is centred and scaled by statistics of the training rows.

A scaling computes a centre and a factor for every column. NaN stays NaN and is not counted; a constant column becomes 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .catalogue import Array, Part, hyper, part_hyper, register


class Scaling(Part):
    """x becomes (x − centre) · factor, or a function of that."""

    kind = "scaling"
    words: ClassVar[tuple[str, str]] = ("centre", "1 / factor")
    """What the centre, and the scale that is divided by, are for a reader."""

    def learnt(self, X: Array) -> tuple[Array, Array]:
        """The centre and the factor of each column of X (n, m), (m,) each."""
        raise NotImplementedError(f"scaling {self.name!r} must define learnt")

    def scaled(self, X: Array, centre: Array, factor: Array) -> Array:
        """X (n, m) scaled with the centre and the factor of each column, (m,) each."""
        return (X - centre) * factor

    def limited(self, X_hat: Any) -> Any:
        """What `scaled` makes of (x − centre) · factor, of numbers or of a symbol: by default nothing else."""
        return X_hat


@register
class Standard(Scaling):
    """Mean 0 and variance 1. One outlier shrinks all other values. scikit-learn's StandardScaler."""

    name = "standard"
    other_names = ("standard_scaler", "z_score", "standardize", "standardise")
    words = "mean", "std"
    formula, latex = "(x − mean) / std", r"\frac{x - \bar x}{\sigma}"
    source = "standard"

    def learnt(self, X: Array) -> tuple[Array, Array]:
        return np.nanmean(X, axis=0), _one_over(np.nanstd(X, axis=0), X)


@register
class Robust(Scaling):
    """The median becomes 0 and the interquartile range 1, however large the outliers are.

    Where the interquartile range is 0, the whole range becomes 2 instead, so that 0 and 1 of a category stay different.
    scikit-learn's RobustScaler leaves such a column unscaled.
    """

    name = "robust"
    other_names = ("robust_scaler", "iqr")
    words = "median", "spread"
    formula = "(x − median) / (q₃ − q₁)"
    latex = r"\frac{x - \mathrm{median}}{q_{0.75} - q_{0.25}}"
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"

    def learnt(self, X: Array) -> tuple[Array, Array]:
        low, median, high = np.nanquantile(X, [0.25, 0.5, 0.75], axis=0)
        half = (np.nanmax(X, axis=0) - np.nanmin(X, axis=0)) / 2
        return median, _one_over(np.where(high > low, high - low, half), X)


@register
@dataclass(frozen=True)
class SmoothClip(Scaling):
    """Another scaling, limited smoothly to ± bound: near 0 it hardly changes a number, and the order of numbers is kept."""

    name = "smooth_clip"
    formula = "x̂ / √(1 + (x̂ / bound)²), x̂ = of(x)"
    latex = r"\frac{\hat x}{\sqrt{1 + (\hat x / b)^2}}"
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"
    bound: float = hyper(3.0, low=1e-6, high=math.inf, about="the limit, which is never reached")
    of: Scaling = part_hyper(Scaling, Robust(), about="the scaling that comes first")  # noqa: RUF009 - a field

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "words", self.of.words)  # the dataclass is frozen

    def learnt(self, X: Array) -> tuple[Array, Array]:
        return self.of.learnt(X)

    def scaled(self, X: Array, centre: Array, factor: Array) -> Array:
        made: Array = self._clipped(self.of.scaled(X, centre, factor))
        return made

    def limited(self, X_hat: Any) -> Any:
        return self._clipped(self.of.limited(X_hat))

    def _clipped(self, X_hat: Any) -> Any:
        return self.bound * X_hat / np.hypot(self.bound, X_hat)  # hypot, because a square might overflow


def _one_over(width: Array, X: Array) -> Array:
    """1 / width (m,); 0 for a constant column of X (n, m), even if rounding gives it a width."""
    varies = (np.nanmax(X, axis=0) > np.nanmin(X, axis=0)) & (width > 0)
    return np.divide(1, width, out=np.zeros_like(width), where=varies)

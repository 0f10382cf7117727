"""Penalties: what is added to the loss for the size of the weights. Biases are never penalised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .catalogue import Array, Part, hyper, register


class Penalty(Part):
    """R(W) of one layer's weights, to be summed over layers, and its derivative."""

    kind = "penalty"
    kinks: ClassVar[tuple[float, ...]] = ()
    """Where dR/dW jumps, as values of w."""
    complex_step: ClassVar[bool] = True

    def R(self, W: Array) -> float:
        """The penalty of one layer's weights."""
        raise NotImplementedError(f"penalty {self.name!r} must define R")

    def dR_dW(self, W: Array) -> Array:
        """Its derivative, shaped as W."""
        raise NotImplementedError(f"penalty {self.name!r} must define dR_dW")


@register
@dataclass(frozen=True)
class L2(Penalty):
    """strength * sum of squared weights. PyTorch's weight_decay is 2 * strength; scikit-learn's alpha is 2 * strength * n."""

    name = "l2"
    formula, derivative = "strength · Σ w²", "2 · strength · w"
    latex, latex_derivative = r"\lambda \sum w^2", r"2 \lambda w"
    source = "ridge regression, Hoerl and Kennard 1970"
    strength: float = hyper(1e-4, low=0.0, high=math.inf, about="lambda")

    def R(self, W: Array) -> float:
        return self.strength * (W * W).sum()

    def dR_dW(self, W: Array) -> Array:
        return 2 * self.strength * W

"""Penalties: terms that are added to the loss for large weights. Biases are never penalised."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

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

    def of_batch(self, points: int) -> Penalty:
        """What is added to the mean loss of a batch of so many points: the penalty itself, whatever their number."""
        return self


@register
@dataclass(frozen=True)
class L2(Penalty):
    """strength * sum of squared weights. PyTorch's weight_decay is 2 * strength; scikit-learn's alpha is 2 * strength * n."""

    name = "l2"
    other_names = ("ridge", "weight_decay", "tikhonov")
    formula, derivative = "strength · Σ w²", "2 · strength · w"
    latex, latex_derivative = r"\lambda \sum w^2", r"2 \lambda w"
    source = "ridge regression, Hoerl and Kennard 1970"
    strength: float = hyper(1e-4, low=0.0, high=math.inf, about="lambda")

    def R(self, W: Array) -> float:
        return self.strength * (W * W).sum()

    def dR_dW(self, W: Array) -> Array:
        return 2 * self.strength * W


@register
@dataclass(frozen=True)
class L1(Penalty):
    """strength * sum of |w|, which pushes every weight to 0 equally hard. At w = 0 its derivative is 0, as in PyTorch and JAX.

    So it leaves a weight of 0 at 0; the loss `linear` has another convention, sign(0) = 1, as in the notes.
    """

    name = "l1"
    other_names = ("lasso",)
    formula, derivative = "strength · Σ |w|", "strength · sign(w),  sign(0) = 0"
    latex, latex_derivative = r"\lambda \sum |w|", r"\lambda\, \mathrm{sign}(w)"
    source = "lasso, Tibshirani 1996"
    kinks = (0.0,)
    strength: float = hyper(1e-4, low=0.0, high=math.inf, about="lambda")

    def R(self, W: Array) -> float:
        return self.strength * (np.sign(W.real) * W).sum()  # |w|, in a form that a complex step can differentiate

    def dR_dW(self, W: Array) -> Array:
        return self.strength * np.sign(W.real)


@register
@dataclass(frozen=True)
class ElasticNet(Penalty):
    """A mix of l1 and l2 with the weights ratio and 1 - ratio. Without the half of the squares in scikit-learn's ElasticNet."""

    name = "elastic_net"
    other_names = ("l1_l2",)
    formula = "strength · Σ (ratio·|w| + (1 − ratio)·w²)"
    derivative = "strength · (ratio·sign(w) + 2 (1 − ratio) w),  sign(0) = 0"
    latex = r"\lambda \sum (\rho |w| + (1 - \rho) w^2)"
    latex_derivative = r"\lambda (\rho\, \mathrm{sign}(w) + 2 (1 - \rho) w)"
    source = "Zou and Hastie 2005, section 2.1"
    kinks = (0.0,)
    strength: float = hyper(1e-4, low=0.0, high=math.inf, about="lambda")
    ratio: float = hyper(0.5, low=0.0, high=1.0, about="the weight of l1")

    def R(self, W: Array) -> float:
        return L1(self.strength * self.ratio).R(W) + L2(self.strength * (1 - self.ratio)).R(W)

    def dR_dW(self, W: Array) -> Array:
        return L1(self.strength * self.ratio).dR_dW(W) + L2(self.strength * (1 - self.ratio)).dR_dW(W)


@dataclass(frozen=True)
class OfSum(Penalty):
    """R(W) added to the sum of a batch's losses, and divided with it by the number of points: scikit-learn's alpha.

    >>> per_sum = OfSum(L2(strength=0.5))
    >>> float(per_sum.of_batch(4).R(np.array([[2.0]]))), float(per_sum.of.R(np.array([[2.0]])))
    (0.5, 2.0)
    """

    name, formula, source = "of_sum", "R(W) / b, b the points of the batch", "scikit-learn, sklearn.neural_network"
    of: Penalty
    points: int = 1
    """Of the batch; as it stands, one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("kinks", "complex_step"):
            object.__setattr__(self, name, getattr(self.of, name))

    def R(self, W: Array) -> float:
        return self.of.R(W) / self.points

    def dR_dW(self, W: Array) -> Array:
        return self.of.dR_dW(W) / self.points

    def of_batch(self, points: int) -> Penalty:
        return replace(self, points=points)

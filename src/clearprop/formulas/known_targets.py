"""A loss over targets some of which are not known: NaN in Y, which leaves that output of that point out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, part_hyper
from .domains import LogSimplex, Simplex
from .losses import Loss, Square


@dataclass(frozen=True)
class KnownTargets(Loss):
    """The sum of a loss over the outputs whose target is known; an output without one has a loss and a derivative of 0.

    Of a loss that is a sum over outputs, each with a target of its own. It is not in the catalogue: `train` makes it where
    `missing_targets="ignore"` asks for it.
    """

    name = "known_targets"
    formula, derivative = "Σⱼ of(aⱼ, yⱼ) over the j with a yⱼ", "that of `of`, 0 without yⱼ"
    latex, latex_derivative = r"\sum_{j: y_j} L(a_j, y_j)", r"\frac{\partial L}{\partial a_j}"
    source = "masked targets, as in multi-task learning"
    of: Loss = part_hyper(Loss, Square(), about="the loss of one output")  # noqa: RUF009 - a field

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.of.domain_Y, Simplex | LogSimplex) or self.of.outputs_per_target != 1:
            raise ValueError(
                f"missing_targets='ignore' needs a loss that is a sum over outputs, each with its own target; {self.of.name} "
                "takes the outputs of a point together"
            )
        for name in ("domain_A", "domain_Y", "kinks", "complex_step"):
            object.__setattr__(self, name, getattr(self.of, name))  # the dataclass is frozen

    def prediction(self, A: Array) -> Array:
        return self.of.prediction(A)

    def L(self, A: Array, Y: Array) -> Array:
        return of_known(self.of.L, A, filled(Y, A), Y)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.where(np.isnan(Y), 0, self.of.dL_dA(A, filled(Y, A)))


def filled(Y: Array, instead: Array | float) -> Array:
    """Y with another number where it is NaN; what comes of it is left out."""
    return np.where(np.isnan(Y), np.asarray(instead).real, Y)


def of_known(L: Callable[[Array, Array], Array], A: Array, Y_filled: Array, Y: Array) -> Array:
    """The sum over known outputs of L(a, y), which takes (n, 1) each, (n,)."""
    of_each: Array = L(A.reshape(-1, 1), Y_filled.reshape(-1, 1)).reshape(A.shape)
    return np.where(np.isnan(Y), 0, of_each).sum(axis=-1)

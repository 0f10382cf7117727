"""Gradient clipping: a gradient that is too large is reduced before another optimiser takes the step.

A clipping rule is an optimiser that contains an optimiser: `clip_norm(largest=1.0, then=adam)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .catalogue import Array, hyper, part_hyper, register
from .optimizers import SGD, Optimizer, Outer, Shapes, starts_of


@dataclass(frozen=True)
class Clipping(Outer):
    """The base of the clipping rules: the bound, and the optimiser that takes the step."""

    largest: float = hyper(1.0, low=0.0, high=math.inf, about="the bound")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field


@register
@dataclass(frozen=True)
class ClipValue(Clipping):
    """Each entry of the gradient is limited to [−largest, largest], which changes the gradient's direction.

    PyTorch's clip_grad_value_, Keras's clipvalue.
    """

    name = "clip_value"
    other_names = ("clip", "clip_grad_value", "clip_by_value")
    formula = "g ← min(max(g, −largest), largest)"
    latex = r"g \leftarrow \min(\max(g, -c), c)"
    source = "Graves 2013, section 4.2; Mikolov 2012"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        np.clip(gradient, -self.largest, self.largest, out=gradient)
        self.then.update_in_place(parameters, gradient, eta, state)


@register
@dataclass(frozen=True)
class ClipNorm(Clipping):
    """A gradient whose norm over all layers is above `largest` is scaled down to that norm; its direction stays.

    Keras's global_clipnorm. PyTorch's clip_grad_norm_ divides by ‖g‖ + 1e-6, so its result is slightly below the bound.
    """

    name = "clip_norm"
    other_names = ("clip_grad_norm", "clip_by_global_norm", "global_clipnorm")
    formula = "g ← g largest / ‖g‖ where ‖g‖ > largest"
    latex = r"g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert}\right)"
    source = "Pascanu, Mikolov and Bengio 2013"
    work_space = ("scaled",)

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        return super().first_state(parameters, shapes) | {"scaled": np.empty_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        shorten_in_place(gradient, self.largest, state["scaled"])
        self.then.update_in_place(parameters, gradient, eta, state)


@register
@dataclass(frozen=True)
class ClipArrayNorm(Clipping):
    """The gradient of each array, ∂L/∂W[l] or ∂L/∂W₀[l], is scaled down to the norm `largest` where its norm is above it.

    An exploding gradient in one layer does not change the others; the direction of the whole gradient changes. Keras's
    clipnorm.
    """

    name = "clip_array_norm"
    other_names = ("clip_by_norm",)
    formula = "g ← g largest / ‖g‖ where ‖g‖ > largest, array by array"
    latex = r"g^l \leftarrow g^l \min\left(1, \frac{c}{\lVert g^l \rVert}\right)"
    source = "Pascanu, Mikolov and Bengio 2013; Keras, clipnorm"
    work_space = ("scaled", "starts")

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        return super().first_state(parameters, shapes) | {
            "scaled": np.empty_like(parameters),
            "starts": starts_of(shapes),
        }

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        for start, stop in pairwise(state["starts"].tolist()):
            shorten_in_place(gradient[start:stop], self.largest, state["scaled"][start:stop])
        self.then.update_in_place(parameters, gradient, eta, state)


def shorten_in_place(gradient: Array, largest: float, scaled: Array) -> None:
    """Scale a gradient down to the norm `largest` where its norm is above it; `scaled`, of its shape, is overwritten."""
    size = float(max(gradient.max(), -gradient.min()))
    if size > 0:  # the squares of an exploding gradient would overflow, so it is divided by its largest entry first
        length = float(np.linalg.norm(np.divide(gradient, size, out=scaled)))
        if length > largest / size:
            np.multiply(scaled, largest / length, out=gradient)

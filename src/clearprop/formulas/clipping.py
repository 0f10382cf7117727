"""Clipping: a gradient that is too large is cut down before another rule takes the step. It takes no step of its own.

A rule that clips is an optimiser with an optimiser inside: `clip_norm(largest=1.0, then=adam)`.
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
    """What they share: the bound, and the rule that takes the step."""

    largest: float = hyper(1.0, low=0.0, high=math.inf, about="the bound")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field


@register
@dataclass(frozen=True)
class ClipValue(Clipping):
    """Each entry of the gradient is brought within [−largest, largest], which bends its direction.

    PyTorch's clip_grad_value_, Keras's clipvalue.
    """

    name = "clip_value"
    formula = "g ← min(max(g, −largest), largest)"
    latex = r"g \leftarrow \min(\max(g, -c), c)"
    source = "Graves 2013, section 4.2; Mikolov 2012"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        np.clip(gradient, -self.largest, self.largest, out=gradient)
        self.then.update_in_place(parameters, gradient, eta, state)


@register
@dataclass(frozen=True)
class ClipNorm(Clipping):
    """A gradient longer than `largest` is shortened to that length, over all layers at once; its direction stays.

    Keras's global_clipnorm. PyTorch's clip_grad_norm_ divides by ‖g‖ + 1e-6 and so falls that much short of the bound.
    """

    name = "clip_norm"
    formula = "g ← g largest / ‖g‖ where ‖g‖ > largest"
    latex = r"g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert}\right)"
    source = "Pascanu, Mikolov and Bengio 2013"

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        return super().first_state(parameters, shapes) | {"scaled": np.empty_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        shorten_in_place(gradient, self.largest, state["scaled"])
        self.then.update_in_place(parameters, gradient, eta, state)


@register
@dataclass(frozen=True)
class ClipArrayNorm(Clipping):
    """The gradient of each array by itself, ∂L/∂W[l] or ∂L/∂W₀[l], is shortened to `largest` where it is longer.

    A layer whose gradient explodes leaves other layers as they are; the direction of the whole bends. Keras's clipnorm.
    """

    name = "clip_array_norm"
    formula = "g ← g largest / ‖g‖ where ‖g‖ > largest, array by array"
    latex = r"g^l \leftarrow g^l \min\left(1, \frac{c}{\lVert g^l \rVert}\right)"
    source = "Pascanu, Mikolov and Bengio 2013; Keras, clipnorm"

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
    """A gradient longer than `largest` is brought to that length; `scaled`, of its shape, is overwritten."""
    size = float(max(gradient.max(), -gradient.min()))
    if size > 0:  # squares of a gradient that has exploded would overflow: it is measured in units of its largest entry
        length = float(np.linalg.norm(np.divide(gradient, size, out=scaled)))
        if length > largest / size:
            np.multiply(scaled, largest / length, out=gradient)

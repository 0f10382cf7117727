"""Clipping: a gradient that is too large is cut down before another rule takes the step. It takes no step of its own.

A rule that clips is an optimiser with an optimiser inside: `clip_norm(largest=1.0, then=adam)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, hyper, part_hyper, register
from .optimizers import SGD, Optimizer


@dataclass(frozen=True)
class Clipping(Optimizer):
    """What both share: the rule that takes the step, whose state and step size are the whole's."""

    largest: float = hyper(1.0, low=0.0, high=math.inf, about="the bound")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field

    @property
    def rule(self) -> Optimizer:
        return self.then.rule

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return self.then.initial_state(parameters)


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

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return super().initial_state(parameters) | {"scaled": np.empty_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        size = float(max(gradient.max(), -gradient.min()))
        if (
            size > 0
        ):  # squares of a gradient that has exploded would overflow: it is measured in units of its largest entry
            length = float(np.linalg.norm(np.divide(gradient, size, out=state["scaled"])))
            if length > self.largest / size:
                np.multiply(state["scaled"], self.largest / length, out=gradient)
        self.then.update_in_place(parameters, gradient, eta, state)

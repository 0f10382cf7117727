"""Optimisers: how a gradient and a step size change the parameters, all of them one flat vector. They know no layers.

Here are the rule itself and those that keep one running sum of gradients; the other families have files of their own. In
their formulas g is the gradient ∂L/∂θ, and products, quotients and roots of vectors are taken entry by entry. Their defaults
are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from .catalogue import Array, Part, hyper, register

BELOW_ONE = float(np.nextafter(1.0, 0.0))
"""The largest decay rate of a running average: at 1 it would never move, and its bias correction would divide by 0."""


Shapes: TypeAlias = Sequence[tuple[int, str, tuple[int, ...]]]
"""Layer, name and shape of every array in the flat vector, in its order."""


class Optimizer(Part):
    """A rule for a step. What it remembers between steps is its state, arrays by name, kept by the caller."""

    kind = "optimizer"
    default_eta: ClassVar[float] = 0.01
    remembers: ClassVar[tuple[str, ...]] = ()
    """The arrays (p,) of its state that carry over from step to step, in the kernels' order; all others but t are room."""
    whole_set: ClassVar[bool] = False
    """Whether it takes every point in each step and searches its own step size; such a rule has no `update_in_place`."""

    @property
    def rule(self) -> Optimizer:
        """The rule that gives the step its size: this one, unless it hands on to another."""
        return self

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        """What the rule remembers before the first step, and the room that it works in."""
        return {}

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        """The same, for a rule that looks at arrays one by one: `shapes` says which there are in the vector."""
        return self.initial_state(parameters)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        """Take one step: `parameters` (p,) and `state` change, `gradient` (p,) may be used up."""
        raise NotImplementedError(f"optimizer {self.name!r} must define update_in_place")


class Outer(Optimizer):
    """A rule that changes what it is given and hands it on to another, `then`, whose state and step size are the whole's."""

    then: Optimizer

    @property
    def rule(self) -> Optimizer:
        return self.then.rule

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return self.first_state(parameters, [(0, "", parameters.shape)])

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        return self.then.first_state(parameters, shapes)


def starts_of(shapes: Shapes) -> Array:
    """Where each array begins in the flat vector, and where the last one ends."""
    return np.cumsum([0, *(math.prod(shape) for _, _, shape in shapes)])


@register
class SGD(Optimizer):
    """Straight down the gradient; stochastic in that the gradient is that of the points drawn for the step.

    The step size is 0.01 where none is given, as in Keras; PyTorch has 0.001, scikit-learn 0.001 with Nesterov momentum
    0.9.
    """

    name = "sgd"
    formula, latex = "θ ← θ − η ∂L/∂θ", r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}"
    source = "7.1"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        gradient *= eta
        parameters -= gradient


@register
@dataclass(frozen=True)
class Momentum(Optimizer):
    """A heavy ball: the step is a decaying sum of the gradients so far, which builds up where they agree.

    As in PyTorch, with no dampening, η multiplies the sum. Keras and Sutskever have v ← β v − η g, with η inside: the same
    path where η is constant, another where a schedule changes it. Polyak's own form is in θ(t) − θ(t−1).
    """

    name = "momentum"
    formula = "v ← β v + g; θ ← θ − η v"
    latex = r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta v"
    source = "Polyak 1964"
    remembers = ("v",)
    beta: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="how much of the sum is kept")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"v": np.zeros_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v = state["v"]
        v *= self.beta
        v += gradient
        parameters -= np.multiply(v, eta, out=gradient)


@register
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead: the gradient counts as if it were taken where the sum is about to lead.

    The form of Sutskever et al. (2013) rewritten for the point at which the gradient is taken, as PyTorch and, with η inside
    v, Keras have it. Nesterov's own β grows with t.
    """

    name = "nesterov"
    formula = "v ← β v + g; θ ← θ − η (g + β v)"
    latex = r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta (g + \beta v)"
    source = "Nesterov 1983; Sutskever et al. 2013"
    remembers = ("v",)
    beta: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="how much of the sum is kept")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"v": np.zeros_like(parameters), "ahead": np.empty_like(parameters)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v = state["v"]
        v *= self.beta
        v += gradient
        ahead = np.multiply(v, self.beta, out=state["ahead"])
        ahead += gradient
        ahead *= eta
        parameters -= ahead

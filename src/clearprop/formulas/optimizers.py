"""Optimisers: how a gradient and a step size change the parameters, which are one flat vector.

This file has the base class, SGD and the two with momentum; the other families have files of their own. In their formulas g
is the gradient ∂L/∂θ, and products, quotients and roots of vectors are taken entry by entry. Their defaults are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from .catalogue import Array, Part, hyper, register

BELOW_ONE = float(np.nextafter(1.0, 0.0))
"""The largest decay rate of a running average: at 1 it would never move, and its bias correction would divide by 0."""


Shapes: TypeAlias = Sequence[tuple[int, str, tuple[int, ...]]]
"""Layer, name and shape of every array in the flat vector, in its order."""


class Optimizer(Part):
    """A rule for a step. Its state between steps is a dict of arrays by name, which the caller keeps."""

    kind = "optimizer"
    default_eta: ClassVar[float] = 0.01
    remembers: ClassVar[tuple[str, ...]] = ()
    """The state's arrays (p,) that carry over from step to step, in the kernels' order."""
    work_space: ClassVar[tuple[str, ...]] = ()
    """The state's arrays that a continuation makes anew: they are overwritten in each step, or follow from the shapes alone."""
    whole_set: ClassVar[bool] = False
    """Whether each step uses every point and a line search; such a rule has no `update_in_place`."""
    steps_by_eta: ClassVar[bool] = True
    """Whether a step is proportional to eta, so that a part of it is the step of a smaller eta."""

    @property
    def rule(self) -> Optimizer:
        """The optimiser that takes the step: this one, unless it contains another."""
        return self

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        """The state before the first step, (p,) each: zeros for what carries over, and the work space."""
        zeros = {name: np.zeros_like(parameters) for name in self.remembers}
        return zeros | {name: np.empty_like(parameters) for name in self.work_space}

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        """The same, for a rule that treats arrays separately: `shapes` lists the arrays of the flat vector."""
        return self.initial_state(parameters)

    def temporary_names(self) -> frozenset[str]:
        """The names of all work space in the state, that of rules inside included."""
        return frozenset(self.work_space)

    def lasting_state(self, state: Mapping[str, Array]) -> dict[str, Array]:
        """The arrays of a state that a continuation needs: all but the work space."""
        temporary = self.temporary_names()
        return {name: array for name, array in state.items() if name not in temporary}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        """Take one step: `parameters` (p,) and `state` change, `gradient` (p,) may be overwritten."""
        raise NotImplementedError(f"optimizer {self.name!r} must define update_in_place")


class Outer(Optimizer):
    """A rule around another, `then`: it changes the gradient or the parameters, and `then` takes the step."""

    then: Optimizer

    @property
    def rule(self) -> Optimizer:
        return self.then.rule

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return self.first_state(parameters, [(0, "", parameters.shape)])

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        return self.then.first_state(parameters, shapes)

    def temporary_names(self) -> frozenset[str]:
        return super().temporary_names() | self.then.temporary_names()


def starts_of(shapes: Shapes) -> Array:
    """Where each array begins in the flat vector, and where the last one ends."""
    return np.cumsum([0, *(math.prod(shape) for _, _, shape in shapes)])


@register
class SGD(Optimizer):
    """A step along the negative gradient; stochastic, because the gradient is that of the points drawn for the step.

    The step size is 0.01 where none is given, as in Keras; PyTorch has 0.001, scikit-learn 0.001 with Nesterov momentum
    0.9.
    """

    name = "sgd"
    other_names = ("gradient_descent", "gd", "stochastic_gradient_descent")
    formula, latex = "θ ← θ − η ∂L/∂θ", r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}"
    source = "7.1"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        gradient *= eta
        parameters -= gradient


@register
@dataclass(frozen=True)
class Momentum(Optimizer):
    """Momentum: the step is a decaying sum of the gradients so far, which grows where they agree.

    As in PyTorch, with no dampening, η multiplies the sum. Keras and Sutskever have v ← β v − η g, with η inside: the same
    path where η is constant, another where a schedule changes it. Polyak writes it with θ(t) − θ(t−1).
    """

    name = "momentum"
    other_names = ("sgdm", "sgd_momentum", "sgd_with_momentum", "heavy_ball")
    formula = "v ← β v + g; θ ← θ − η v"
    latex = r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta v"
    source = "Polyak 1964"
    remembers = ("v",)
    beta: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="decay rate of the sum")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v = state["v"]
        v *= self.beta
        v += gradient
        parameters -= np.multiply(v, eta, out=gradient)


@register
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Nesterov momentum: the gradient counts as if it were taken where the momentum is about to lead.

    The form of Sutskever et al. (2013) rewritten for the point at which the gradient is taken, as PyTorch and, with η inside
    v, Keras have it. Nesterov's own β grows with t.
    """

    name = "nesterov"
    other_names = ("nag", "nesterov_momentum", "sgd_nesterov", "nesterov_accelerated_gradient")
    formula = "v ← β v + g; θ ← θ − η (g + β v)"
    latex = r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta (g + \beta v)"
    source = "Nesterov 1983; Sutskever et al. 2013"
    remembers, work_space = ("v",), ("ahead",)
    beta: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="decay rate of the sum")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v = state["v"]
        v *= self.beta
        v += gradient
        ahead = np.multiply(v, self.beta, out=state["ahead"])
        ahead += gradient
        ahead *= eta
        parameters -= ahead

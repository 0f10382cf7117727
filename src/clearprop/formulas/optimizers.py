"""Optimisers: how a gradient and a step size change the parameters, all of them one flat vector. They know no layers."""

from __future__ import annotations

from typing import ClassVar

from .catalogue import Array, Part, register


class Optimizer(Part):
    """A rule for a step. What it remembers between steps is its state, arrays by name, kept by the caller."""

    kind = "optimizer"
    default_eta: ClassVar[float] = 0.01

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        """What the rule remembers before the first step."""
        return {}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        """Take one step: `parameters` (p,) and `state` change, `gradient` (p,) may be used up."""
        raise NotImplementedError(f"optimizer {self.name!r} must define update_in_place")


@register
class SGD(Optimizer):
    """Straight down the gradient; stochastic in that the gradient is that of the points drawn for the step."""

    name = "sgd"
    formula, latex = "θ ← θ − η ∂L/∂θ", r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}"
    source = "7.1"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        gradient *= eta
        parameters -= gradient

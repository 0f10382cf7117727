"""Parametrisations: the optimiser steps other numbers, from which the weights are computed. The network does not change.

Where W is a function of V, the chain rule has one more link, dL/dV = dW/dV . dL/dW, and a step of V is a different step of W.
Such a rule is an optimiser that contains an optimiser: `ntk(beta=0.1, then=adam)`. It does not keep V: before each step it
computes V from W, so other code may change the weights between steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .catalogue import Array, hyper, part_hyper, register
from .optimizers import SGD, Optimizer, Outer, Shapes

OWN = "scale_"
"""The prefix of the names of the scale's own optimiser state."""


@register
@dataclass(frozen=True)
class NTK(Outer):
    """The neural tangent parametrisation: W = V / √m and W₀ = β b; V and b are stepped.

    With SGD, whose step is proportional to the gradient, a step of W is 1/m of what it was and one of W₀ β²; with Adam, whose
    step does not depend on the gradient's size, 1/√m and β. So wide layers learn as fast as narrow ones, with one step size.
    Where the paper draws V from N(0, 1), draw W from N(0, 1/m), as `gaussian` does. RealMLP's factor of 0.1 on the step size
    of biases is β.
    """

    name = "ntk"
    formula = "W = V / √m, W₀ = β b; V and b are stepped by ∂L/∂V = ∂L/∂W / √m, ∂L/∂b = β ∂L/∂W₀"
    latex = (
        r"W = \frac{V}{\sqrt m}, \quad W_0 = \beta b, \quad \frac{\partial L}{\partial V} = \frac{1}{\sqrt m} "
        r"\frac{\partial L}{\partial W}, \quad \frac{\partial L}{\partial b} = \beta \frac{\partial L}{\partial W_0}"
    )
    source = "Jacot, Gabriel and Hongler 2018, section 2; Holzmüller, Grinsztajn and Steinwart 2024"
    work_space = ("factor",)
    beta: float = hyper(0.1, low=1e-6, high=math.inf, about="what biases are multiplied by; 0.1 in the paper")
    alpha: float = hyper(1.0, low=1e-6, high=math.inf, about="the same for a trainable α; 0.1 in RealMLP")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        factors = [np.full(math.prod(shape), self.factor(name, shape)) for _, name, shape in shapes]
        factor = np.concatenate(factors).astype(parameters.dtype)
        return super().first_state(parameters, shapes) | {"factor": factor}

    def factor(self, name: str, shape: tuple[int, ...]) -> float:
        """The factor from the stepped array to the parameters: 1 / √m for W (m, n), β for W₀, `alpha` for α, else 1."""
        return {"W": shape[0] ** -0.5, "W0": self.beta, "alpha": self.alpha}.get(name, 1.0)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        factor = state["factor"]
        gradient *= factor
        parameters /= factor
        self.then.update_in_place(parameters, gradient, eta, state)
        parameters *= factor


@register
@dataclass(frozen=True)
class ScalingLayer(Outer):
    """Each input has a trainable scale: the first layer's W is diag(s) V, and s starts at 1.

    The network computes the same function as before, but a step of s changes all weights of an input together, so inputs
    that do not help lose their weight quickly. The scale is s = rate · u, and u is stepped: with Adam this is a step size
    `rate` times as large, RealMLP's learning-rate factor of 6. The scale has an optimiser state of its own. The penalty, if
    any, is on W. A scale of exactly 0 could never change again, so it is kept slightly above 0.
    """

    name = "scaling_layer"
    formula = "W¹ = diag(s) V; V and s are stepped by ∂L/∂V = s ∂L/∂W¹, ∂L/∂s = Σⱼ V ∂L/∂W¹"
    latex = (
        r"W^1 = \mathrm{diag}(s)\, V, \quad \frac{\partial L}{\partial V_{ij}} = s_i \frac{\partial L}{\partial W^1_{ij}}, "
        r"\quad \frac{\partial L}{\partial s_i} = \sum_j V_{ij} \frac{\partial L}{\partial W^1_{ij}}"
    )
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"
    work_space = ("weights",)
    rate: float = hyper(6.0, low=1e-6, high=math.inf, about="factor of the scale's step size")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        _, name, shape = shapes[0]
        m, n = shape if name == "W" else (0, 0)  # a vector without layers has no first layer
        scale = np.ones(m, parameters.dtype)
        own = self.then.first_state(scale, [(1, "scale", (m,))]) if m else {}
        of_scale = {OWN + name: array for name, array in own.items()}
        return super().first_state(parameters, shapes) | of_scale | {"scale": scale, "weights": np.array([m, n])}

    def temporary_names(self) -> frozenset[str]:
        return super().temporary_names() | {OWN + name for name in self.then.temporary_names()}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        m, n = state["weights"].tolist()
        scale = state["scale"]
        W, dL_dW = (vector[: m * n].reshape(m, n) for vector in (parameters, gradient))
        W /= scale[:, None]  # V
        dL_ds = np.einsum("ij,ij->i", W, dL_dW)
        dL_dW *= scale[:, None]  # dL/dV
        self.then.update_in_place(parameters, gradient, eta, state)
        if m:
            self._move_in_place(scale, dL_ds, eta, state)
        W *= scale[:, None]

    def _move_in_place(self, scale: Array, dL_ds: Array, eta: float, state: dict[str, Array]) -> None:
        own = {name.removeprefix(OWN): array for name, array in state.items() if name.startswith(OWN)}
        scale /= self.rate
        dL_ds *= self.rate
        self.then.update_in_place(scale, dL_ds, eta, own)
        scale *= self.rate
        least = smallest_scale(scale.dtype)
        scale[abs(scale) < least] = least


def smallest_scale(dtype: np.dtype[Any]) -> float:
    """The smallest scale allowed: the input has no effect with it, and W can still be divided by it."""
    return float(np.finfo(dtype).tiny ** 0.25)

"""Parametrisations: a rule that steps other numbers than the weights, and makes the weights of them. The network is as before.

Where W is a function of other numbers, V, the chain rule goes one link further, dL/dV = dW/dV . dL/dW, and a step of V is
another step of W. Such a rule is an optimiser with an optimiser inside: `ntk(beta=0.1, then=adam)`. It keeps no V: before
each step V is W turned back, so weights may be changed by others between steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .catalogue import Array, hyper, part_hyper, register
from .optimizers import SGD, Optimizer, Outer, Shapes

OWN = "scale_"
"""What the rule remembers of the scale is kept under its name with this before it."""


@register
@dataclass(frozen=True)
class NTK(Outer):
    """The neural tangent parametrisation: W = V / √m and W₀ = β b, of which V and b are stepped.

    Under a rule that goes by the gradient's size, as SGD does, a step of W is 1/m of what it was and one of W₀ β²; under
    one that divides it out, as Adam does, 1/√m and β: wide layers learn as fast as narrow ones, and one step size serves
    all of them. Where the paper draws V from N(0, 1), draw W from N(0, 1/m), as `gaussian` does. RealMLP's factor of 0.1
    on the step size of biases is β.
    """

    name = "ntk"
    formula = "W = V / √m, W₀ = β b; V and b go by ∂L/∂V = ∂L/∂W / √m, ∂L/∂b = β ∂L/∂W₀"
    latex = (
        r"W = \frac{V}{\sqrt m}, \quad W_0 = \beta b, \quad \frac{\partial L}{\partial V} = \frac{1}{\sqrt m} "
        r"\frac{\partial L}{\partial W}, \quad \frac{\partial L}{\partial b} = \beta \frac{\partial L}{\partial W_0}"
    )
    source = "Jacot, Gabriel and Hongler 2018, section 2; Holzmüller, Grinsztajn and Steinwart 2024"
    beta: float = hyper(0.1, low=1e-6, high=math.inf, about="what biases are multiplied by; 0.1 in the paper")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        factors = [np.full(math.prod(shape), self.factor(name, shape)) for _, name, shape in shapes]
        factor = np.concatenate(factors).astype(parameters.dtype)
        return super().first_state(parameters, shapes) | {"factor": factor}

    def factor(self, name: str, shape: tuple[int, ...]) -> float:
        """What an array is, in units of the one that is stepped: 1 / √m for W (m, n), β for W₀, 1 for all others."""
        return {"W": shape[0] ** -0.5, "W0": self.beta}.get(name, 1.0)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        factor = state["factor"]
        gradient *= factor
        parameters /= factor
        self.then.update_in_place(parameters, gradient, eta, state)
        parameters *= factor


@register
@dataclass(frozen=True)
class ScalingLayer(Outer):
    """Each input is multiplied by a number of its own that is learnt: the first layer's W is diag(s) V, and s starts at 1.

    The network computes nothing else than before, but a step of s makes the whole of an input count more or less, so that
    inputs that do not help fade soon. s = rate · u, and u is stepped: under Adam, a step size `rate` times as large, RealMLP's
    learning-rate factor of 6. Its memory is its own. The penalty, if any, is on W. A scale of exactly 0 would never come
    back, and is kept just off it.
    """

    name = "scaling_layer"
    formula = "W¹ = diag(s) V; V and s go by ∂L/∂V = s ∂L/∂W¹, ∂L/∂s = Σⱼ V ∂L/∂W¹"
    latex = (
        r"W^1 = \mathrm{diag}(s)\, V, \quad \frac{\partial L}{\partial V_{ij}} = s_i \frac{\partial L}{\partial W^1_{ij}}, "
        r"\quad \frac{\partial L}{\partial s_i} = \sum_j V_{ij} \frac{\partial L}{\partial W^1_{ij}}"
    )
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"
    rate: float = hyper(6.0, low=1e-6, high=math.inf, about="how much faster the scale is stepped")
    then: Optimizer = part_hyper(Optimizer, SGD(), about="takes the step")  # noqa: RUF009 - a field

    def first_state(self, parameters: Array, shapes: Shapes) -> dict[str, Array]:
        _, name, shape = shapes[0]
        m, n = shape if name == "W" else (0, 0)  # a vector without layers has no first one
        scale = np.ones(m, parameters.dtype)
        own = self.then.first_state(scale, [(1, "scale", (m,))]) if m else {}
        of_scale = {OWN + name: array for name, array in own.items()}
        return super().first_state(parameters, shapes) | of_scale | {"scale": scale, "weights": np.array([m, n])}

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
    """A scale nearer to 0 is moved here: small enough that the input is gone, and W can still be divided by it."""
    return float(np.finfo(dtype).tiny ** 0.25)

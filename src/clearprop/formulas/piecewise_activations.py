"""Piecewise activations: straight lines with kinks between them, and the exponential linear units.

At a kink each takes the derivative of the piece to its right, as step(0) = 1 and ReLU'(0) = 1 do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .activations import Elementwise, Step
from .catalogue import Array, hyper, register
from .domains import UNIT, Interval
from .stable import gated


def _between(Z: Array, low: float, high: float) -> Array:
    """1 where low <= z < high, else 0: step(z - low) - step(z - high), in Z's type."""
    return Step().A(Z - low) - Step().A(Z - high)


def _clipped(Z: Array, low: float, high: float) -> Array:
    """min(max(low, z), high), by the real part; NaN stays NaN."""
    return np.where(Z.real < low, low, np.where(Z.real < high, Z, np.where(Z.real >= high, high, Z)))


@register
class ReLU6(Elementwise):
    """min(max(0, z), 6): a bounded ReLU, for low-precision arithmetic. PyTorch has f'(0) = 0; at 6 both take 0."""

    name = "relu6"
    formula, derivative = "min(max(0, z), 6)", "step(z) − step(z − 6)"
    latex, latex_derivative = r"\min(\max(0, z), 6)", r"\mathrm{step}(z) - \mathrm{step}(z - 6)"
    source = "Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10"
    range, kinks = Interval(0.0, 6.0), (0.0, 6.0)

    def A(self, Z: Array) -> Array:
        return _clipped(Z, 0, 6)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return _between(Z, 0, 6)


@register
class HardTanh(Elementwise):
    """min(max(-1, z), 1): straight lines in place of tanh. f'(-1) = 1 here; PyTorch takes 0 at both ends."""

    name = "hard_tanh"
    formula, derivative = "min(max(−1, z), 1)", "step(z + 1) − step(z − 1)"
    latex, latex_derivative = r"\min(\max(-1, z), 1)", r"\mathrm{step}(z + 1) - \mathrm{step}(z - 1)"
    source = "Collobert 2004, Large Scale Machine Learning, PhD thesis"
    range, kinks = Interval(-1.0, 1.0), (-1.0, 1.0)

    def A(self, Z: Array) -> Array:
        return _clipped(Z, -1, 1)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return _between(Z, -1, 1)


@register
class HardSigmoid(Elementwise):
    """z/6 + 1/2, limited to [0, 1]: straight lines in place of the sigmoid. It reaches 0 and 1, so NLL does not accept it.

    PyTorch and Keras 3 have this form; Keras 2 had 0.2 z + 0.5, and Courbariaux et al. 2015 (z + 1) / 2.
    """

    name = "hard_sigmoid"
    formula, derivative = "min(max(0, z/6 + 1/2), 1)", "(step(z + 3) − step(z − 3)) / 6"
    latex = r"\min(\max(0, \frac{z}{6} + \frac{1}{2}), 1)"
    latex_derivative = r"\frac{\mathrm{step}(z + 3) - \mathrm{step}(z - 3)}{6}"
    source = "Howard et al. 2019, section 5.2"
    range, kinks = UNIT, (-3.0, 3.0)

    def A(self, Z: Array) -> Array:
        return _clipped(Z + 3, 0, 6) / 6

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return _between(Z, -3, 3) / 6


@register
class HardSwish(Elementwise):
    """z times hard_sigmoid(z): straight lines in place of the gate of SiLU. f'(-3) = -1/2; PyTorch has 0."""

    name = "hard_swish"
    other_names = ("hard_silu",)
    formula, derivative = "z min(max(0, z/6 + 1/2), 1)", "0 if z < −3, z/3 + 1/2 if z < 3, else 1"
    latex = r"z \min(\max(0, \frac{z}{6} + \frac{1}{2}), 1)"
    latex_derivative = r"0 \text{ if } z < -3,\ \frac{z}{3} + \frac{1}{2} \text{ if } z < 3,\ \text{else } 1"
    source = "Howard et al. 2019, section 5.2"
    range, kinks = Interval(-0.375, math.inf, "[)"), (-3.0, 3.0)

    def A(self, Z: Array) -> Array:
        return gated(Z, HardSigmoid().A(Z))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < -3, 0, np.where(Z.real < 3, Z / 3 + 0.5, 1)).astype(Z.dtype)


@register
@dataclass(frozen=True)
class ELU(Elementwise):
    """z above 0, alpha (e^z - 1) below: smooth for alpha = 1, and negative values keep the mean near 0.

    f'(0) = 1; PyTorch takes the slope below, alpha.
    """

    name = "elu"
    formula, derivative = "z if z ≥ 0 else alpha·(e^z − 1)", "1 if z ≥ 0 else a + alpha"
    latex = r"z \text{ if } z \ge 0 \text{ else } \alpha (e^z - 1)"
    latex_derivative = r"1 \text{ if } z \ge 0 \text{ else } a + \alpha"
    source = "Clevert, Unterthiner and Hochreiter 2016, equation 15"
    range = Interval(-1.0, math.inf, "()")
    alpha: float = hyper(1.0, low=0.0, high=math.inf, about="−alpha is the limit far below 0")

    def __post_init__(self) -> None:
        super().__post_init__()
        below = Interval(-self.alpha, math.inf, "()" if self.alpha else "[)")
        object.__setattr__(self, "range", below)  # the dataclass is frozen
        object.__setattr__(self, "kinks", () if self.alpha == 1 else (0.0,))

    def A(self, Z: Array) -> Array:
        return np.where(Z.real < 0, self.alpha * np.expm1(np.where(Z.real < 0, Z, 0)), Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < 0, A + self.alpha, 1).astype(Z.dtype)


@register
class SELU(Elementwise):
    """An ELU scaled so that mean 0 and variance 1 are kept from layer to layer, with weights from lecun_normal.

    With alpha = 1.6733 and scale = 1.0507, the fixed point of the paper's equations 4 and 5. f'(0) = scale, the slope
    above; PyTorch takes scale times alpha, the one below.
    """

    name = "selu"
    other_names = ("scaled_elu",)
    formula, derivative = "s z if z ≥ 0 else s α (e^z − 1)", "s if z ≥ 0 else a + s α"
    latex = r"s z \text{ if } z \ge 0 \text{ else } s \alpha (e^z - 1)"
    latex_derivative = r"s \text{ if } z \ge 0 \text{ else } a + s \alpha"
    source = "Klambauer et al. 2017, equations 2 and 14"
    scale, alpha = 1.0507009873554804934, 1.6732632423543772848
    range, kinks = Interval(-scale * alpha, math.inf, "()"), (0.0,)

    def A(self, Z: Array) -> Array:
        return self.scale * ELU(self.alpha).A(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < 0, A + self.scale * self.alpha, self.scale).astype(Z.dtype)

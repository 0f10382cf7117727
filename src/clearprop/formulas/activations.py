"""Activations A = f(Z), each with its derivative next to it. They do not depend on layers or losses.

Z and A are (n, units), one row for each data point. A derivative may use the saved output A, which is often cheaper.
Comparisons use the real part, so that a complex step can check every formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .catalogue import Array, Part, hyper, of_shape, register
from .domains import INSIDE_UNIT, NOT_NEGATIVE, PROBABILITIES, REALS, UNIT, Interval

EACH_UNIT = "a number for each unit of each point"


class Activation(Part):
    """The function of a layer's units, A = f(Z), and its derivative."""

    kind = "activation"
    range: ClassVar[Interval] = REALS
    kinks: ClassVar[tuple[float, ...]] = ()
    """Where f or f' jumps. There a complex step gives the formula's own derivative; a finite difference does not."""
    complex_step: ClassVar[bool] = True
    """Whether a complex step can be used: no abs, no conjugate, comparisons of the real part only."""

    def A(self, Z: Array) -> Array:
        """The activation, (n, units)."""
        raise NotImplementedError(f"activation {self.name!r} must define A")

    def dL_dZ(self, dL_dA: Array, Z: Array, A: Array) -> Array:
        """dA/dZ . dL/dA for every row, (n, units), without ever building the matrix dA/dZ."""
        raise NotImplementedError(f"activation {self.name!r} must define dL_dZ")

    def jacobian(self, z: Array, a: Array) -> Array:
        """dA/dZ at one point, (units, units), denominator layout: row i follows z_i, column j follows a_j (7.50)."""
        raise NotImplementedError(f"activation {self.name!r} must define jacobian")


class Elementwise(Activation):
    """a_j depends on z_j alone, so dA/dZ is diagonal and its product with dL/dA is element by element (Notation 17)."""

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        """f'(Z), (n, units)."""
        raise NotImplementedError(f"activation {self.name!r} must define dA_dZ")

    def dL_dZ(self, dL_dA: Array, Z: Array, A: Array) -> Array:
        return of_shape(self.dA_dZ(Z, A), Z.shape, self, "dA_dZ", EACH_UNIT) * dL_dA

    def jacobian(self, z: Array, a: Array) -> Array:
        return np.diag(self.dA_dZ(z, a))


@register
class Step(Elementwise):
    """1 where z >= 0, else 0. Its derivative is 0 everywhere, so no layer before it can learn (7.31-7.33).

    NumPy's and PyTorch's heaviside take the value at 0 as an argument.
    """

    name = "step"
    other_names = ("heaviside", "binary_step", "hard_limit")
    formula, derivative = "1 if z ≥ 0 else 0", "0"
    latex, latex_derivative = r"\mathrm{step}(z) = [z \ge 0]", "0"
    source = "7.31-7.33"
    range, kinks = UNIT, (0.0,)

    def A(self, Z: Array) -> Array:
        return (Z.real >= 0).astype(Z.dtype)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.zeros_like(Z)


@register
class ReLU(Elementwise):
    """max(0, z). At the kink the notes take the right-hand derivative, 1; PyTorch, JAX and scikit-learn take 0."""

    name = "relu"
    other_names = ("rectifier", "rectified_linear", "ramp")
    formula, derivative = "max(0, z)", "step(z)"
    latex, latex_derivative = r"\max(0, z)", r"\mathrm{step}(z)"
    source = "7.34-7.36"
    range, kinks = NOT_NEGATIVE, (0.0,)

    def A(self, Z: Array) -> Array:
        return np.where(Z.real < 0, 0, Z)  # not z * step(z): that is NaN at z = -inf; and NaN must stay NaN

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return Step().A(Z)


@register
@dataclass(frozen=True)
class LeakyReLU(Elementwise):
    """z above 0, slope * z below: a unit that is off still passes some gradient. f'(0) = 1, as for ReLU.

    PyTorch has the same slope by default, Keras 0.3; both take the slope at the kink.
    """

    name = "leaky_relu"
    other_names = ("lrelu",)
    formula, derivative = "z if z ≥ 0 else slope·z", "1 if z ≥ 0 else slope"
    latex, latex_derivative = r"\max(z, s z)", r"1 \text{ if } z \ge 0 \text{ else } s"
    source = "Maas, Hannun and Ng 2013, section 2"
    kinks = (0.0,)
    slope: float = hyper(0.01, low=0.0, high=1.0, about="derivative for z < 0")

    def A(self, Z: Array) -> Array:
        return np.where(Z.real < 0, self.slope * Z, Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < 0, self.slope, 1.0).astype(Z.dtype)


@register
class Sigmoid(Elementwise):
    """1 / (1 + e^-z), written so that the exponential never overflows.

    scikit-learn calls it logistic; PyTorch and Keras have the same.
    """

    name = "sigmoid"
    other_names = ("logistic", "expit", "logistic_sigmoid")
    formula, derivative = "1 / (1 + e^−z)", "a (1 − a)"
    latex, latex_derivative = r"\frac{1}{1 + e^{-z}}", r"a (1 - a)"
    source = "7.37-7.38"
    range = INSIDE_UNIT

    def A(self, Z: Array) -> Array:
        e = np.exp(np.where(Z.real >= 0, -Z, Z))  # e^-|z| <= 1
        return np.where(Z.real >= 0, 1, e) / (1 + e)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return A * (1 - A)


@register
class Tanh(Elementwise):
    """The hyperbolic tangent.

    The same in every library.
    """

    name = "tanh"
    other_names = ("hyperbolic_tangent", "tansig")
    formula, derivative = "tanh z", "1 − a²"
    latex, latex_derivative = r"\tanh z", r"1 - a^2"
    source = "7.40"
    range = Interval(-1.0, 1.0, "()")

    def A(self, Z: Array) -> Array:
        return np.tanh(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return 1 - A**2


@register
class Identity(Elementwise):
    """z itself: the output of a regression. A hidden layer with it adds nothing: two linear layers are one linear layer.

    Keras calls it linear.
    """

    name = "identity"
    other_names = ("linear", "none", "no_activation", "purelin")
    formula, derivative = "z", "1"
    latex, latex_derivative = "z", "1"
    source = "7.39"

    def A(self, Z: Array) -> Array:
        return Z.copy()  # the trace must not hold the same array as Z and as A

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.ones_like(Z)


@register
class Softmax(Activation):
    """e^{z_j} / sum_k e^{z_k}: every unit depends on every other, so dA/dZ is full.

    dA/dZ = diag(a) - a a^T, which is symmetric, so both layouts agree. The notes leave it out. PyTorch and Keras normalise
    along an axis that is asked for; here it is always over the units of a layer.
    """

    name = "softmax"
    other_names = ("softargmax",)
    formula, derivative = "e^zⱼ / Σₖ e^zₖ", "diag(a) − a aᵀ"
    latex, latex_derivative = r"\frac{e^{z_j}}{\sum_k e^{z_k}}", r"\mathrm{diag}(a) - a a^T"
    source = "Bridle 1990"
    range = PROBABILITIES

    def A(self, Z: Array) -> Array:
        e = np.exp(Z - Z.real.max(axis=-1, keepdims=True))  # a shift of every z_k cancels; without it e^z overflows
        return e / e.sum(axis=-1, keepdims=True)

    def dL_dZ(self, dL_dA: Array, Z: Array, A: Array) -> Array:
        return A * (dL_dA - (A * dL_dA).sum(axis=-1, keepdims=True))  # (diag(a) - a a^T) dL/dA in O(units)

    def jacobian(self, z: Array, a: Array) -> Array:
        return np.diag(a) - np.outer(a, a)

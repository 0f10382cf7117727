"""Smooth activations: softplus and other curves without kinks, gates z g(z), and logs of probabilities.

At z = -infinity a gate z g(z) is infinity times 0, and its limit is 0: `stable.gated` gives the limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .activations import Activation, Elementwise, Sigmoid
from .catalogue import Array, hyper, register
from .domains import LOG_PROBABILITIES, Interval
from .stable import gated, log_softmax, normal_bell, normal_cdf, softplus

SILU_LOW = -0.278464542761074
"""The minimum of z sigmoid(z), at z = -1.2785."""


def _sigmoid(Z: Array) -> Array:
    return Sigmoid().A(Z)


@register
class Softplus(Elementwise):
    """log(1 + e^z), a ReLU without its kink; always positive, as a rate or a scale must be. PyTorch gives z itself above 20."""

    name = "softplus"
    other_names = ("smooth_relu",)
    formula, derivative = "log(1 + e^z)", "1 − e^−a"
    latex, latex_derivative = r"\log(1 + e^z)", r"1 - e^{-a}"
    source = "Dugas et al. 2001"
    range = Interval(0.0, math.inf, "()")

    def A(self, Z: Array) -> Array:
        return softplus(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return -np.expm1(-A)  # sigmoid(z), and exact where it is small


@register
class Exp(Elementwise):
    """e^z, for outputs that are rates: terms of the sum z become factors. Infinite above 709 (88 in float32)."""

    name = "exp"
    other_names = ("exponential",)
    formula, derivative = "e^z", "a"
    latex, latex_derivative = "e^z", "a"
    source = "the log link of McCullagh and Nelder 1989, section 2.2.3"
    range = Interval(0.0, math.inf, "()")

    def A(self, Z: Array) -> Array:
        with np.errstate(over="ignore"):  # above 709 float64 has only infinity for it
            return np.exp(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return A


@register
class LogSigmoid(Elementwise):
    """log(1 / (1 + e^-z)): the log of a probability, which is 0 at most.

    PyTorch's LogSigmoid and Keras' log_sigmoid.
    """

    name = "log_sigmoid"
    formula, derivative = "−log(1 + e^−z)", "1 − e^a"
    latex, latex_derivative = r"-\log(1 + e^{-z})", r"1 - e^a"
    source = "the log of 7.37"
    range = Interval(-math.inf, 0.0, "()")

    def A(self, Z: Array) -> Array:
        return -softplus(-Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return -np.expm1(A)  # sigmoid(-z), and exact where it is small


@register
class Softsign(Elementwise):
    """z / (1 + |z|), a sigmoid that saturates slowly.

    The same in PyTorch and Keras; f'(0) = 1.
    """

    name = "softsign"
    formula, derivative = "z / (1 + |z|)", "1 / (1 + |z|)²"
    latex, latex_derivative = r"\frac{z}{1 + |z|}", r"\frac{1}{(1 + |z|)^2}"
    source = "Bergstra et al. 2009, Quadratic polynomials learn better image features"
    range = Interval(-1.0, 1.0, "()")

    def A(self, Z: Array) -> Array:
        size = np.where(Z.real < 0, -Z, Z)  # |z|, in a form that a complex step can differentiate
        near = size.real <= 1
        far = np.where(Z.real < 0, -1, 1) / (1 / np.where(near, 1, size) + 1)  # infinity / infinity has no value
        return np.where(near, Z / (1 + np.where(near, size, 1)), far).astype(Z.dtype)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return 1 / (1 + np.where(Z.real < 0, -Z, Z)) ** 2  # not (1 - |a|)^2, which cancels for large |z|


@register
class SiLU(Elementwise):
    """z sigmoid(z): a ReLU whose gate opens smoothly; swish with beta = 1.

    The same in PyTorch and Keras, which calls it swish as well.
    """

    name = "silu"
    other_names = ("sigmoid_linear_unit",)
    formula, derivative = "z σ(z)", "σ(z) + a σ(−z)"
    latex, latex_derivative = r"z \sigma(z)", r"\sigma(z) + a \sigma(-z)"
    source = "Hendrycks and Gimpel 2016; Elfwing, Uchibe and Doya 2018"
    range = Interval(SILU_LOW, math.inf, "[)")

    def A(self, Z: Array) -> Array:
        return gated(Z, _sigmoid(Z))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return _sigmoid(Z) + gated(A, _sigmoid(-Z))


@register
@dataclass(frozen=True)
class Swish(Elementwise):
    """z sigmoid(beta z): z/2 for beta = 0, SiLU for 1, nearly ReLU for a large beta, which is a number here, not learnt.

    PyTorch and Keras have beta = 1 alone.
    """

    name = "swish"
    formula, derivative = "z σ(beta·z)", "σ(beta·z) + beta·a σ(−beta·z)"
    latex, latex_derivative = r"z \sigma(\beta z)", r"\sigma(\beta z) + \beta a \sigma(-\beta z)"
    source = "Ramachandran, Zoph and Le 2017, section 5"
    range = Interval(SILU_LOW, math.inf, "[)")
    beta: float = hyper(1.0, low=0.0, high=math.inf, about="how sharply the gate opens")

    def __post_init__(self) -> None:
        super().__post_init__()
        low = SILU_LOW / self.beta if self.beta else -math.inf
        object.__setattr__(self, "range", Interval(low, math.inf, "[)" if math.isfinite(low) else "()"))

    def A(self, Z: Array) -> Array:
        return gated(Z, _sigmoid(self.beta * Z))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return _sigmoid(self.beta * Z) + self.beta * gated(A, _sigmoid(-self.beta * Z))


@register
class Mish(Elementwise):
    """z tanh(log(1 + e^z)): SiLU with another gate, which opens sooner.

    The same in PyTorch and Keras.
    """

    name = "mish"
    formula, derivative = "z t,  t = tanh(log(1 + e^z))", "t + z (1 − t²) σ(z)"
    latex = r"z t,\ t = \tanh(\log(1 + e^z))"
    latex_derivative = r"t + z (1 - t^2) \sigma(z)"
    source = "Misra 2020"
    range = Interval(-0.308843413017251, math.inf, "[)")

    def A(self, Z: Array) -> Array:
        return gated(Z, np.tanh(softplus(Z)))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        t = np.tanh(softplus(Z))
        return t + gated(Z, (1 - t**2) * _sigmoid(Z))


@register
class GELU(Elementwise):
    """z times the probability that a standard normal value is below z. PyTorch and Keras default to this form."""

    name = "gelu"
    other_names = ("gaussian_error_linear_unit", "exact_gelu")
    formula, derivative = "z Φ(z),  Φ(z) = (1 + erf(z/√2)) / 2", "Φ(z) + z φ(z),  φ(z) = e^(−z²/2) / √(2π)"
    latex = r"z \Phi(z) = \frac{z}{2} \left(1 + \mathrm{erf}\frac{z}{\sqrt 2}\right)"
    latex_derivative = r"\Phi(z) + z \frac{e^{-z^2/2}}{\sqrt{2\pi}}"
    source = "Hendrycks and Gimpel 2016, section 2"
    range = Interval(-0.169971207479904, math.inf, "[)")

    def A(self, Z: Array) -> Array:
        return gated(Z, normal_cdf(Z))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return normal_cdf(Z) + gated(Z, normal_bell(Z)) / math.sqrt(2 * math.pi)


@register
class GELUTanh(Elementwise):
    """GELU with tanh in place of erf, at most 5e-4 away from it: PyTorch's approximate="tanh", and the form in GPT-2.

    It is written with a sigmoid, because sigmoid(2u) = (1 + tanh u) / 2 has no cancellation where the gate is near 0.
    """

    name = "gelu_tanh"
    other_names = ("gelu_new", "gelu_approximate", "approximate_gelu", "gelu_pytorch_tanh")
    formula, derivative = "z σ(2u),  u = √(2/π) (z + 0.044715 z³)", "σ(2u) + z σ(2u) σ(−2u) 2u′"
    latex = r"z \sigma(2u) = \frac{z}{2} (1 + \tanh u),\ u = \sqrt{2/\pi} (z + 0.044715 z^3)"
    latex_derivative = r"\sigma(2u) + 2 z \sigma(2u) \sigma(-2u) u'"
    source = "Hendrycks and Gimpel 2016, section 2"
    range = Interval(-0.170040750571255, math.inf, "[)")

    def A(self, Z: Array) -> Array:
        return gated(Z, _sigmoid(self._two_u(Z)))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        two_u = self._two_u(Z)
        two_du = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * Z**2)
        return _sigmoid(two_u) + gated(Z * two_du, _sigmoid(two_u) * _sigmoid(-two_u))

    def _two_u(self, Z: Array) -> Array:
        return math.sqrt(8 / math.pi) * Z * (1 + 0.044715 * Z**2)


@register
class Gaussian(Elementwise):
    """e^(-z^2), a bell curve: a unit is active only near one value.

    No layer of PyTorch or Keras.
    """

    name = "gaussian"
    other_names = ("rbf", "radial_basis", "radbas")
    formula, derivative = "e^(−z²)", "−2 z a"
    latex, latex_derivative = r"e^{-z^2}", r"-2 z a"
    source = "Broomhead and Lowe 1988"
    range = Interval(0.0, 1.0, "(]")

    def A(self, Z: Array) -> Array:
        return np.exp(-(Z**2))

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return gated(-2 * Z, A)


@register
class Sine(Elementwise):
    """sin z, for signals with fine detail. The paper's omega_0 = 30 in the first layer is a factor of its weights.

    torch.sin; no layer of PyTorch or Keras.
    """

    name = "sine"
    other_names = ("sin", "siren")
    formula, derivative = "sin z", "cos z"
    latex, latex_derivative = r"\sin z", r"\cos z"
    source = "Sitzmann et al. 2020, equation 4"
    range = Interval(-1.0, 1.0)

    def A(self, Z: Array) -> Array:
        return np.sin(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.cos(Z)  # not sqrt(1 - a^2), which loses the sign


@register
class LogSoftmax(Activation):
    """z_j - log sum_k e^{z_k}, the log of softmax: with nllm_log, what PyTorch calls LogSoftmax and NLLLoss.

    dA/dZ = I - s 1^T with s = softmax(z) = e^a: row i follows z_i, so every column is e_j - s.
    """

    name = "log_softmax"
    formula, derivative = "zⱼ − log Σₖ e^zₖ", "I − e^a 1ᵀ"
    latex, latex_derivative = r"z_j - \log \sum_k e^{z_k}", r"I - e^a 1^T"
    source = "the log of Bridle 1990"
    range = LOG_PROBABILITIES

    def A(self, Z: Array) -> Array:
        return log_softmax(Z)

    def dL_dZ(self, dL_dA: Array, Z: Array, A: Array) -> Array:
        return dL_dA - np.exp(A) * dL_dA.sum(axis=-1, keepdims=True)  # (I - s 1^T) dL/dA in O(units)

    def jacobian(self, z: Array, a: Array) -> Array:
        return np.eye(len(z), dtype=z.dtype) - np.exp(a)[:, None]

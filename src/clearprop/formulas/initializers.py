"""Initialisers: the weights and biases that training starts from (Concept 20). Randomness comes in as a generator."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, Part, hyper, register


class Initializer(Part):
    """Draws the initial parameters of a layer: W first, then W0."""

    kind = "initializer"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        """Weights of a layer with m inputs and n outputs, (m, n)."""
        raise NotImplementedError(f"initializer {self.name!r} must define W")

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        """Biases of that layer, (n,)."""
        raise NotImplementedError(f"initializer {self.name!r} must define W0")


@register
class Gaussian(Initializer):
    """W ~ N(0, 1/m), so that a sum over m unit inputs keeps unit variance; W0 ~ N(0, 1).

    No library's default: PyTorch's and Keras' biases start at 0 or near it.
    """

    name = "gaussian"
    formula = "W ~ N(0, 1/m), W₀ ~ N(0, 1)"
    latex = r"W \sim N(0, 1/m),\ W_0 \sim N(0, 1)"
    source = "Concept 20, with the course's variances"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, m**-0.5, (m, n))

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, 1.0, n)


class WithoutBias(Initializer):
    """Draws weights, and starts biases at 0."""

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.zeros(n)


@register
class Zeros(WithoutBias):
    """All 0, to show why not: the units of a layer stay equal, and tanh or ReLU units pass no gradient back.

    Keras' Zeros, PyTorch's zeros_, biases too.
    """

    name = "zeros"
    other_names = ("zero",)
    formula, latex = "W = 0, W₀ = 0", "W = 0,\\ W_0 = 0"
    source = "Concept 20, what it warns of"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.zeros((m, n))


@register
@dataclass(frozen=True)
class ConstantInitializer(Initializer):
    """Every weight and bias is the same number: for examples by hand. The units of a layer stay equal, as with zeros.

    Keras' Constant, PyTorch's constant_.
    """

    name = "constant"
    other_names = ("const", "fill")
    formula, latex = "W = value, W₀ = value", r"W = c,\ W_0 = c"
    source = "standard"
    value: float = hyper(0.5, low=-math.inf, high=math.inf, about="of every weight and bias")

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.full((m, n), float(self.value))

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.full(n, float(self.value))


@register
class GlorotUniform(WithoutBias):
    """W ~ U(-b, b) with variance 2 / (m + n), between 1/m for values and 1/n for gradients; for tanh. Keras' default."""

    name = "glorot_uniform"
    other_names = ("xavier", "glorot", "xavier_uniform")
    formula, latex = "W ~ U(−b, b), b = √(6/(m + n)), W₀ = 0", r"W \sim U(-b, b),\ b = \sqrt{6/(m + n)},\ W_0 = 0"
    source = "Glorot and Bengio 2010, equation 16"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(math.sqrt(6 / (m + n)), (m, n), rng)


@register
class GlorotNormal(WithoutBias):
    """W ~ N(0, 2/(m + n)). Keras draws from a normal distribution cut off at two standard deviations; PyTorch does not."""

    name = "glorot_normal"
    other_names = ("xavier_normal",)
    formula, latex = "W ~ N(0, 2/(m + n)), W₀ = 0", r"W \sim N(0, \frac{2}{m + n}),\ W_0 = 0"
    source = "Glorot and Bengio 2010, equation 12"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, math.sqrt(2 / (m + n)), (m, n))


@register
class HeUniform(WithoutBias):
    """W ~ U(-b, b) with variance 2/m: twice what a linear layer needs, because ReLU sets half of the values to 0.

    Keras' HeUniform, PyTorch's kaiming_uniform_ with nonlinearity="relu".
    """

    name = "he_uniform"
    other_names = ("kaiming_uniform",)
    formula, latex = "W ~ U(−b, b), b = √(6/m), W₀ = 0", r"W \sim U(-b, b),\ b = \sqrt{6/m},\ W_0 = 0"
    source = "He et al. 2015, equation 10"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(math.sqrt(6 / m), (m, n), rng)


@register
class HeNormal(WithoutBias):
    """W ~ N(0, 2/m), for ReLU. Keras draws from a normal distribution cut off at two standard deviations; PyTorch does not."""

    name = "he_normal"
    other_names = ("he", "kaiming", "kaiming_normal", "msra")
    formula, latex = "W ~ N(0, 2/m), W₀ = 0", r"W \sim N(0, \frac{2}{m}),\ W_0 = 0"
    source = "He et al. 2015, equation 10"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, math.sqrt(2 / m), (m, n))


@register
class LecunUniform(WithoutBias):
    """W ~ U(-b, b) with variance 1/m, which keeps the variance of a sum over m inputs.

    Keras' LecunUniform; PyTorch has none of that name.
    """

    name = "lecun_uniform"
    formula, latex = "W ~ U(−b, b), b = √(3/m), W₀ = 0", r"W \sim U(-b, b),\ b = \sqrt{3/m},\ W_0 = 0"
    source = "LeCun, Bottou, Orr and Müller 1998, section 4.6"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(math.sqrt(3 / m), (m, n), rng)


@register
class LecunNormal(WithoutBias):
    """W ~ N(0, 1/m): `gaussian` with biases of 0, and what SELU needs. Keras cuts it off at two standard deviations."""

    name = "lecun_normal"
    other_names = ("lecun",)
    formula, latex = "W ~ N(0, 1/m), W₀ = 0", r"W \sim N(0, \frac{1}{m}),\ W_0 = 0"
    source = "LeCun, Bottou, Orr and Müller 1998, section 4.6; Klambauer et al. 2017"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, math.sqrt(1 / m), (m, n))


@register
@dataclass(frozen=True)
class Orthogonal(WithoutBias):
    """gain times a random matrix with orthonormal rows or columns, so that linear layers keep the lengths of vectors.

    Q of the QR decomposition of a Gaussian matrix. Q is multiplied by the signs of R's diagonal; without them Q is not
    uniformly distributed, because LAPACK chooses the signs.
    """

    name = "orthogonal"
    formula, latex = "Wᵀ W = gain² I or W Wᵀ = gain² I, W₀ = 0", r"W^T W = g^2 I \text{ or } W W^T = g^2 I,\ W_0 = 0"
    source = "Saxe, McClelland and Ganguli 2014; Mezzadri 2007, section 5"
    gain: float = hyper(1.0, low=0.0, high=math.inf, about="what lengths are multiplied by")

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        Q, R = np.linalg.qr(rng.normal(size=(max(m, n), min(m, n))))
        Q *= np.where(np.diag(R) < 0, -1, 1)
        return self.gain * (Q if m >= n else Q.T)


@register
@dataclass(frozen=True)
class TruncatedNormal(WithoutBias):
    """N(0, std^2), but values beyond two std are drawn again, so that no weight starts large. Its deviation is 0.88 std."""

    name = "truncated_normal"
    other_names = ("trunc_normal",)
    formula = "W ~ N(0, std²) within ±2·std, W₀ = 0"
    latex = r"W \sim N(0, \sigma^2) \text{ within } \pm 2 \sigma,\ W_0 = 0"
    source = "Keras' TruncatedNormal; PyTorch's trunc_normal_ with a = -2 std, b = 2 std"
    std: float = hyper(0.05, low=0.0, high=math.inf, about="standard deviation before the cut")

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        drawn = rng.normal(size=(m, n))
        while (outside := abs(drawn) > 2).any():
            drawn[outside] = rng.normal(size=int(outside.sum()))
        return self.std * drawn


@register
@dataclass(frozen=True)
class Sklearn(Initializer):
    """Weights and biases as scikit-learn's MLPClassifier and MLPRegressor draw them, from U(-b, b)."""

    name = "sklearn"
    other_names = ("scikit_learn",)
    formula, latex = "W, W₀ ~ U(−b, b), b = √(factor/(m + n))", r"W, W_0 \sim U(-b, b),\ b = \sqrt{f/(m + n)}"
    source = "scikit-learn, BaseMultilayerPerceptron._init_coef; Glorot and Bengio 2010"
    factor: float = hyper(6.0, low=0.0, high=math.inf, about="6, or 2 for sigmoid units")

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(math.sqrt(self.factor / (m + n)), (m, n), rng)

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(math.sqrt(self.factor / (m + n)), (n,), rng)


@register
class PyTorch(Initializer):
    """Weights and biases as torch.nn.Linear draws them, from U(-b, b): a third of the variance that keeps that of a sum."""

    name = "pytorch"
    other_names = ("torch",)
    formula, latex = "W, W₀ ~ U(−b, b), b = 1/√m", r"W, W_0 \sim U(-b, b),\ b = \frac{1}{\sqrt m}"
    source = "PyTorch, torch.nn.Linear.reset_parameters"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(m**-0.5, (m, n), rng)

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return _uniform(m**-0.5, (n,), rng)


def _uniform(bound: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.uniform(-bound, bound, shape)

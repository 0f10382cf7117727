"""Pairs of output activation and loss whose dL/dZ is simpler than the product of its two links (Concept 19).

Where the product has a value, the shortcut gives the same. It is exact and finite where the product is 0 times infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from .activations import Activation, Sigmoid, Softmax
from .catalogue import CATALOGUE, Array, Part, hyper, part_hyper, register
from .class_losses import Focal, FocalM, KLDivergence
from .known_targets import KnownTargets, filled, of_known
from .losses import NLL, NLLM, Loss
from .regression_losses import Poisson
from .smooth_activations import Exp
from .stable import log_a_over_rest, log_softmax, softplus, y_log_a


class Shortcut(Part):
    """L as a function of Z, and dL/dZ beside it, for one output activation with one loss, whose hyper-parameters it has."""

    kind = "shortcut"
    activation: ClassVar[type[Activation]]
    loss: ClassVar[type[Loss]]

    def L(self, Z: Array, Y: Array) -> Array:
        """The loss of each point, summed over outputs, (n,)."""
        raise NotImplementedError(f"shortcut {self.name!r} must define L")

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        """Loss unit and output activation in one link, (n, outputs)."""
        raise NotImplementedError(f"shortcut {self.name!r} must define dL_dZ")


@register
class SigmoidNLL(Shortcut):
    """-(y log a + (1 - y) log(1 - a)) with a = sigmoid(z): a (1 - a) cancels the denominators of dL/da."""

    name = "sigmoid + nll"
    formula, derivative = "Σⱼ (yⱼ log(1 + e^−zⱼ) + (1 − yⱼ) log(1 + e^zⱼ))", "a − y"
    latex = r"\sum_j (y_j \log(1 + e^{-z_j}) + (1 - y_j) \log(1 + e^{z_j}))"
    latex_derivative = "a - y"
    source = "Concept 19; 7.7"
    activation, loss = Sigmoid, NLL

    def L(self, Z: Array, Y: Array) -> Array:
        return (Y * softplus(-Z) + (1 - Y) * softplus(Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


@register
class SoftmaxNLLM(Shortcut):
    """-sum_j y_j log a_j with a = softmax(z): dL/dz = a sum(y) - y, and targets sum to 1."""

    name = "softmax + nllm"
    formula, derivative = "Σⱼ yⱼ (log Σₖ e^zₖ − zⱼ)", "a − y"
    latex, latex_derivative = r"\sum_j y_j (\log \sum_k e^{z_k} - z_j)", "a - y"
    source = "Concept 19; Bridle 1990"
    activation, loss = Softmax, NLLM

    def L(self, Z: Array, Y: Array) -> Array:
        return -(Y * log_softmax(Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


@register
class SoftmaxKLDivergence(Shortcut):
    """sum_j y_j log(y_j / a_j) with a = softmax(z): NLLM's shortcut, for y log y does not depend on z."""

    name = "softmax + kl_divergence"
    formula, derivative = "Σⱼ yⱼ (log yⱼ + log Σₖ e^zₖ − zⱼ)", "a − y"
    latex = r"\sum_j y_j (\log y_j + \log \sum_k e^{z_k} - z_j)"
    latex_derivative = "a - y"
    source = "Concept 19; Kullback and Leibler 1951"
    activation, loss = Softmax, KLDivergence

    def L(self, Z: Array, Y: Array) -> Array:
        return (y_log_a(Y, Y) - Y * log_softmax(Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


@register
@dataclass(frozen=True)
class SigmoidFocal(Shortcut):
    """Focal loss with a = sigmoid(z): a (1 - a) cancels the denominators of dL/da, as with NLL."""

    name = "sigmoid + focal"
    formula = "Σⱼ (yⱼ σ(−zⱼ)^gamma log(1 + e^−zⱼ) + (1 − yⱼ) σ(zⱼ)^gamma log(1 + e^zⱼ))"
    derivative = "(1 − y) a^gamma (a − gamma·(1 − a) log(1 − a)) − y (1 − a)^gamma (1 − a − gamma·a log a)"
    latex = r"\sum_j (y_j \sigma(-z_j)^\gamma \log(1 + e^{-z_j}) + (1 - y_j) \sigma(z_j)^\gamma \log(1 + e^{z_j}))"
    latex_derivative = r"(1 - y) a^\gamma (a - \gamma (1 - a) \log(1 - a)) - y (1 - a)^\gamma (1 - a - \gamma a \log a)"
    source = "Concept 19; Lin et al. 2017, appendix B"
    activation, loss = Sigmoid, Focal
    gamma: float = hyper(2.0, low=0.0, high=math.inf, about="that of the loss")

    def L(self, Z: Array, Y: Array) -> Array:
        yes = Sigmoid().A(-Z) ** self.gamma * softplus(-Z)
        no = Sigmoid().A(Z) ** self.gamma * softplus(Z)
        return (Y * yes + (1 - Y) * no).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return (1 - Y) * self._slope(A) - Y * self._slope(1 - A)

    def _slope(self, A: Array) -> Array:
        """The derivative of -a^gamma log(1 - a) by z; a log a is 0 at 0."""
        return A**self.gamma * (A - self.gamma * y_log_a(1 - A, 1 - A))


@register
@dataclass(frozen=True)
class SoftmaxFocalM(Shortcut):
    """Focal loss of one class of several with a = softmax(z): no division by a is left.

    With s = (1 - a)^gamma (1 - gamma a log a / (1 - a)), which is 1 for gamma = 0, dL/dz_k = a_k sum_j y_j s_j - y_k s_k.
    """

    name = "softmax + focalm"
    formula = "−Σⱼ yⱼ (1 − aⱼ)^gamma (zⱼ − log Σₖ e^zₖ)"
    derivative = "a Σⱼ yⱼ sⱼ − y s, s = (1 − a)^gamma (1 − gamma·a log a/(1 − a))"
    latex = r"-\sum_j y_j (1 - a_j)^\gamma (z_j - \log \sum_k e^{z_k})"
    latex_derivative = (
        r"a \sum_j y_j s_j - y s, \quad s = (1 - a)^\gamma \left(1 - \frac{\gamma a \log a}{1 - a}\right)"
    )
    source = "Concept 19; Lin et al. 2017, equation 4"
    activation, loss = Softmax, FocalM
    gamma: float = hyper(2.0, low=0.0, high=math.inf, about="that of the loss")

    def L(self, Z: Array, Y: Array) -> Array:
        log_A = log_softmax(Z)
        return -(Y * (-np.expm1(log_A)) ** self.gamma * log_A).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        share = Y * (1 - A) ** self.gamma * (1 - self.gamma * A * log_a_over_rest(np.where(A == 0, 1, A)))
        return A * share.sum(axis=-1, keepdims=True) - share


@register
class ExpPoisson(Shortcut):
    """e^z - y + y (log y - z) with a = e^z: dL/dz = a - y, also where e^z is too small to divide by."""

    name = "exp + poisson"
    formula, derivative = "Σⱼ (e^zⱼ − yⱼ + yⱼ (log yⱼ − zⱼ))", "a − y"
    latex = r"\sum_j (e^{z_j} - y_j + y_j (\log y_j - z_j))"
    latex_derivative = "a - y"
    source = "Concept 19; McCullagh and Nelder 1989, section 2.2.2"
    activation, loss = Exp, Poisson

    def L(self, Z: Array, Y: Array) -> Array:
        return (np.exp(Z) - Y + (y_log_a(Y, Y) - Y * Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


@dataclass(frozen=True)
class OfKnownTargets(Shortcut):
    """Another shortcut, over the outputs whose target is known."""

    name = "known_targets"
    of: Shortcut = part_hyper(Shortcut, SigmoidNLL(), about="the shortcut of one output")  # noqa: RUF009 - a field

    def L(self, Z: Array, Y: Array) -> Array:
        return of_known(self.of.L, Z, filled(Y, 0.0), Y)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return np.where(np.isnan(Y), 0, self.of.dL_dZ(A, filled(Y, A)))


def shortcut(activation: Activation, loss: Loss) -> Shortcut | None:
    """The shortcut of the pair, or None. A subclass of either may change its formula, so it has none."""
    if isinstance(loss, KnownTargets):
        one = shortcut(activation, loss.of)
        return None if one is None else OfKnownTargets(one)
    for definition in CATALOGUE["shortcut"].values():
        assert issubclass(definition, Shortcut)
        if type(activation) is definition.activation and type(loss) is definition.loss:
            return definition(**{own.name: getattr(loss, own.name) for own in fields(definition)})
    return None

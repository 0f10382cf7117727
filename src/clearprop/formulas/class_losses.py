"""Losses for class targets: hinge, focal, Kullback-Leibler and log probabilities. The caller averages over points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, hyper, register
from .domains import DISTRIBUTION, INSIDE_UNIT, LOG_PROBABILITIES, PROBABILITIES, SIGNS, UNIT
from .losses import Loss
from .stable import log_a_over_rest, y_log_a, y_over_a


def _margin_shortfall(A: Array, Y: Array) -> Array:
    """max(0, 1 - y a): by how much a prediction misses the margin of 1."""
    return np.where((A * Y).real > 1, 0, 1 - A * Y)


@register
class Hinge(Loss):
    """max(0, 1 - y a) for targets -1 and 1, as in support vector machines: a margin y a of 1 or more costs nothing.

    Labels become -1 for the first class and 1 for the second, or with several outputs 1 for the class and -1 for all
    others. At y a = 1 the slope is -y, as ReLU'(0) = 1; scikit-learn and Keras have the same loss.
    """

    name = "hinge"
    other_names = ("svm", "max_margin", "binary:hinge")
    formula, derivative = "Σⱼ max(0, 1 − yⱼ aⱼ)", "−y step(1 − y a)"
    latex, latex_derivative = r"\sum_j \max(0, 1 - y_j a_j)", r"-y\, \mathrm{step}(1 - y a)"
    source = "Cortes and Vapnik 1995"
    domain_Y, kinks = SIGNS, (0.0,)  # y a = 1 is a = y, for y is -1 or 1

    def L(self, A: Array, Y: Array) -> Array:
        return _margin_shortfall(A, Y).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.where((A * Y).real > 1, 0, -Y).astype(A.dtype)


@register
class SquaredHinge(Loss):
    """max(0, 1 - y a)^2 for targets -1 and 1: the hinge without its kink; large errors cost more.

    Keras' SquaredHinge and scikit-learn's LinearSVC; PyTorch has none.
    """

    name = "squared_hinge"
    other_names = ("hinge_squared",)
    formula, derivative = "Σⱼ max(0, 1 − yⱼ aⱼ)²", "−2 y max(0, 1 − y a)"
    latex, latex_derivative = r"\sum_j \max(0, 1 - y_j a_j)^2", r"-2 y \max(0, 1 - y a)"
    source = "Chang, Hsieh and Lin 2008, equation 2"
    domain_Y = SIGNS

    def L(self, A: Array, Y: Array) -> Array:
        return (_margin_shortfall(A, Y) ** 2).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return -2 * Y * _margin_shortfall(A, Y)


@register
@dataclass(frozen=True)
class Focal(Loss):
    """NLL with a factor that is small for well predicted points: (1 - a)^gamma for y = 1. NLL for gamma = 0.

    Of a yes or no for each output; `focalm` is of one class of several.
    Without the paper's alpha: `sample_weight` can give classes different weights. Keras' default is gamma = 2 as here, with
    alpha = 0.25.
    """

    name = "focal"
    other_names = ("binary_focal", "binary_focal_cross_entropy", "sigmoid_focal")
    formula = "−Σⱼ (yⱼ (1 − aⱼ)^gamma log aⱼ + (1 − yⱼ) aⱼ^gamma log(1 − aⱼ))"
    derivative = "y (1 − a)^gamma (gamma·log a/(1 − a) − 1/a) − (1 − y) a^gamma (gamma·log(1 − a)/a − 1/(1 − a))"
    latex = r"-\sum_j (y_j (1 - a_j)^\gamma \log a_j + (1 - y_j) a_j^\gamma \log(1 - a_j))"
    latex_derivative = (
        r"y (1 - a)^\gamma \left(\frac{\gamma \log a}{1 - a} - \frac{1}{a}\right)"
        r" - (1 - y) a^\gamma \left(\frac{\gamma \log(1 - a)}{a} - \frac{1}{1 - a}\right)"
    )
    source = "Lin et al. 2017, equation 4"
    domain_A, domain_Y = INSIDE_UNIT, UNIT
    gamma: float = hyper(2.0, low=0.0, high=math.inf, about="the larger, the less a well predicted point counts")

    def L(self, A: Array, Y: Array) -> Array:
        yes, no = (1 - A) ** self.gamma, A**self.gamma
        return -(yes * y_log_a(Y, A) + no * y_log_a(1 - Y, 1 - A)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return focal_slope(Y, A, self.gamma) - focal_slope(1 - Y, 1 - A, self.gamma)


def focal_slope(Y: Array, A: Array, gamma: float) -> Array:
    """The derivative of -y (1 - a)^gamma log a by a. Same shape."""
    counts = gamma * Y
    with np.errstate(invalid="ignore"):  # 0 * infinity, at a = 0
        faded = np.where(counts == 0, 0, counts * log_a_over_rest(A))
    return np.asarray((1 - A) ** gamma * (faded - y_over_a(Y, A)))


@register
@dataclass(frozen=True)
class FocalM(Loss):
    """NLLM with a factor (1 - a)^gamma that is small for well predicted points: the focal loss of one class of several.

    For outputs that sum to 1; `focal` is of a yes or no for each output. NLLM for gamma = 0. Keras'
    CategoricalFocalCrossentropy has a factor alpha = 0.25 in addition.
    """

    name = "focalm"
    other_names = ("categorical_focal_cross_entropy", "softmax_focal")
    formula = "−Σⱼ yⱼ (1 − aⱼ)^gamma log aⱼ"
    derivative = "y (1 − a)^gamma (gamma·log a/(1 − a) − 1/a)"
    latex = r"-\sum_j y_j (1 - a_j)^\gamma \log a_j"
    latex_derivative = r"y (1 - a)^\gamma \left(\frac{\gamma \log a}{1 - a} - \frac{1}{a}\right)"
    source = "Lin et al. 2017, equation 4, for the class that is right"
    domain_A, domain_Y = PROBABILITIES, DISTRIBUTION
    gamma: float = hyper(2.0, low=0.0, high=math.inf, about="the larger, the less a well predicted point counts")

    def L(self, A: Array, Y: Array) -> Array:
        return -((1 - A) ** self.gamma * y_log_a(Y, A)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return focal_slope(Y, A, self.gamma)


@register
class KLDivergence(Loss):
    """Sum of y log(y / a), for targets that are distributions: NLLM minus the entropy of y, so 0 where a = y.

    Its derivative is NLLM's. PyTorch's KLDivLoss takes log a; Keras takes a and keeps it 1e-7 from 0.
    """

    name = "kl_divergence"
    other_names = ("kl", "kld", "kl_div", "kullback_leibler", "kullback_leibler_divergence")
    formula, derivative = "Σⱼ yⱼ log(yⱼ/aⱼ)", "−y/a"
    latex, latex_derivative = r"\sum_j y_j \log \frac{y_j}{a_j}", r"-\frac{y}{a}"
    source = "Kullback and Leibler 1951"
    domain_A, domain_Y = PROBABILITIES, DISTRIBUTION

    def L(self, A: Array, Y: Array) -> Array:
        return (y_log_a(Y, Y) - y_log_a(Y, A)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return -y_over_a(Y, A)


@register
class NLLMLog(Loss):
    """NLLM for a network that gives the logs of probabilities, as log_softmax does; PyTorch's NLLLoss."""

    name = "nllm_log"
    other_names = ("nll_loss",)
    formula, derivative = "−Σⱼ yⱼ aⱼ", "−y"
    latex, latex_derivative = r"-\sum_j y_j a_j", "-y"
    source = "section 7.5.13, with a for log a"
    domain_A, domain_Y = LOG_PROBABILITIES, DISTRIBUTION

    def L(self, A: Array, Y: Array) -> Array:
        with np.errstate(invalid="ignore"):
            return -np.where(Y == 0, 0, Y * A).sum(axis=-1)  # a class with y = 0 costs nothing, even at -inf

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return (-Y).astype(A.dtype)

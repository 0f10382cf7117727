"""Losses for targets that are numbers: robust ones, quantiles, counts and amounts. The caller averages over points.

u is the error a - y. PyTorch and Keras average over outputs as well, where these sum, as all losses here do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, hyper, register
from .domains import NOT_NEGATIVE, POSITIVE
from .losses import Loss
from .stable import log_cosh, y_log_a, y_over_a

SMALLEST = 1e-9
"""The smallest delta and beta allowed: at 0 the loss would have a kink, as `linear` has."""


def _clipped(U: Array, limit: float) -> Array:
    """Errors within [-limit, limit], by the real part, in their own type."""
    return np.where(U.real < -limit, -limit, np.where(U.real > limit, limit, U)).astype(U.dtype)


@register
@dataclass(frozen=True)
class Huber(Loss):
    """u^2 / 2 near 0, a straight line of slope delta beyond delta: the gradient of an outlier is at most delta.

    PyTorch's HuberLoss and Keras' Huber, with the same delta; scikit-learn's HuberRegressor scales u first.
    """

    name = "huber"
    formula = "Σⱼ (uⱼ²/2 if |uⱼ| ≤ delta else delta·(|uⱼ| − delta/2)), u = a − y"
    derivative = "min(max(−delta, a − y), delta)"
    latex = (
        r"\sum_j \begin{cases} \frac{1}{2} u_j^2 & |u_j| \le \delta \\ \delta (|u_j| - \frac{\delta}{2}) & |u_j| > \delta "
        r"\end{cases}, \quad u = a - y"
    )
    latex_derivative = r"\min(\max(-\delta, a - y), \delta)"
    source = "Huber 1964, section 4"
    delta: float = hyper(1.0, low=SMALLEST, high=math.inf, about="the error beyond which it is linear")

    def L(self, A: Array, Y: Array) -> Array:
        inner = _clipped(A - Y, self.delta)
        return (inner * (A - Y - inner / 2)).sum(axis=-1)  # u u - u^2/2 inside, delta |u| - delta^2/2 beyond

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return _clipped(A - Y, self.delta)


@register
@dataclass(frozen=True)
class SmoothL1(Loss):
    """|u| with its kink rounded off within beta of 0: huber(delta=beta) / beta, so that the slope beyond is 1.

    PyTorch's SmoothL1Loss; Keras has none.
    """

    name = "smooth_l1"
    formula = "Σⱼ (uⱼ²/(2·beta) if |uⱼ| ≤ beta else |uⱼ| − beta/2), u = a − y"
    derivative = "min(max(−1, (a − y)/beta), 1)"
    latex = (
        r"\sum_j \begin{cases} \frac{1}{2 \beta} u_j^2 & |u_j| \le \beta \\ |u_j| - \frac{\beta}{2} & |u_j| > \beta "
        r"\end{cases}, \quad u = a - y"
    )
    latex_derivative = r"\min(\max(-1, \frac{a - y}{\beta}), 1)"
    source = "Girshick 2015, equation 3, with PyTorch's beta"
    beta: float = hyper(1.0, low=SMALLEST, high=math.inf, about="the error beyond which it is linear")

    def L(self, A: Array, Y: Array) -> Array:
        slope = _clipped((A - Y) / self.beta, 1)
        return (slope * (A - Y - slope * self.beta / 2)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return _clipped((A - Y) / self.beta, 1)


@register
class LogCosh(Loss):
    """log cosh u: about u^2 / 2 near 0 and |u| - log 2 for large |u|, smooth everywhere.

    Keras' LogCosh; PyTorch and scikit-learn have none.
    """

    name = "log_cosh"
    formula, derivative = "Σⱼ log cosh(aⱼ − yⱼ)", "tanh(a − y)"
    latex, latex_derivative = r"\sum_j \log\cosh(a_j - y_j)", r"\tanh(a - y)"
    source = "Green 1990"

    def L(self, A: Array, Y: Array) -> Array:
        return log_cosh(A - Y).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.tanh(A - Y)


@register
@dataclass(frozen=True)
class Quantile(Loss):
    """tau (y - a) where a is too low, (1 - tau)(a - y) where too high: the best constant is the targets' tau-quantile.

    Half of `linear` for tau = 1/2. At a = y the right-hand derivative is taken, 1 - tau, as sign(0) = 1 is.
    """

    name = "quantile"
    other_names = ("pinball", "quantile_error", "reg:quantileerror")
    formula, derivative = "Σⱼ max(tau·(yⱼ − aⱼ), (tau − 1)(yⱼ − aⱼ))", "1 − tau if a ≥ y else −tau"
    latex = r"\sum_j \max(\tau (y_j - a_j), (\tau - 1)(y_j - a_j))"
    latex_derivative = r"1 - \tau \text{ if } a \ge y \text{ else } -\tau"
    source = "Koenker and Bassett 1978"
    kinks = (0.0,)
    tau: float = hyper(0.5, low=0.0, high=1.0, about="the quantile, 0.5 for the median")

    def L(self, A: Array, Y: Array) -> Array:
        return (self.dL_dA(A, Y) * (A - Y)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.where(A.real >= Y, 1 - self.tau, -self.tau).astype(A.dtype)


@register
class Poisson(Loss):
    """Half the deviance of counts y from rates a > 0, such as softplus gives; 0 where a = y.

    PyTorch's PoissonNLLLoss and Keras leave out y log y - y, in which there is no a, so their values differ and their
    derivatives do not; scikit-learn's mean_poisson_deviance is twice this.
    """

    name = "poisson"
    formula, derivative = "Σⱼ (aⱼ − yⱼ + yⱼ log(yⱼ/aⱼ))", "1 − y/a"
    latex, latex_derivative = r"\sum_j (a_j - y_j + y_j \log \frac{y_j}{a_j})", r"1 - \frac{y}{a}"
    source = "McCullagh and Nelder 1989, table 2.1"
    domain_A, domain_Y = POSITIVE, NOT_NEGATIVE

    def L(self, A: Array, Y: Array) -> Array:
        return (A - Y + (y_log_a(Y, Y) - y_log_a(Y, A))).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return 1 - y_over_a(Y, A)  # a rate that rounds to 0 is right for a count of 0


@register
class PoissonLog(Loss):
    """Poisson for a network that gives the log of the rate, as a generalised linear model does: e^a is the prediction.

    y log y - y, in which there is no a, is left out, as PyTorch's PoissonNLLLoss does with log_input=True.
    """

    name = "poisson_log"
    other_names = ("poisson_nll", "count:poisson")
    formula, derivative = "Σⱼ (e^aⱼ − yⱼ aⱼ)", "e^a − y"
    latex, latex_derivative = r"\sum_j (e^{a_j} - y_j a_j)", r"e^a - y"
    source = "McCullagh and Nelder 1989, section 2.2.2"
    domain_Y = NOT_NEGATIVE

    def prediction(self, A: Array) -> Array:
        with np.errstate(over="ignore"):  # a rate that overflows shows as infinity
            return np.asarray(np.exp(A))

    def L(self, A: Array, Y: Array) -> Array:
        return (np.exp(A) - Y * A).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.exp(A) - Y


@register
class Gamma(Loss):
    """Half the deviance of amounts y > 0 from means a > 0 whose spread grows with them; 0 where a = y.

    A prediction twice too high costs the same at 1 as at 1000. scikit-learn's mean_gamma_deviance is twice this.
    """

    name = "gamma"
    other_names = ("gamma_deviance", "reg:gamma")
    formula, derivative = "Σⱼ (yⱼ/aⱼ − log(yⱼ/aⱼ) − 1)", "(1 − y/a) / a"
    latex, latex_derivative = r"\sum_j (\frac{y_j}{a_j} - \log \frac{y_j}{a_j} - 1)", r"\frac{1}{a} (1 - \frac{y}{a})"
    source = "McCullagh and Nelder 1989, table 2.1"
    domain_A, domain_Y = POSITIVE, POSITIVE

    def L(self, A: Array, Y: Array) -> Array:
        return (Y / A - np.log(Y / A) - 1).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return (1 - Y / A) / A

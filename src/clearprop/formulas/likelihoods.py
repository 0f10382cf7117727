"""Losses of networks that predict the distribution of a number: its mean and its variance. The caller averages over points."""

from __future__ import annotations

import numpy as np

from .catalogue import Array, register
from .losses import Loss


@register
class GaussianNLL(Loss):
    """Negative log-likelihood of a normal distribution, of which the network predicts mean and log variance.

    Two outputs for each target: all means first, then all logs of variances, s = log σ², which may be negative: the output
    activation must allow that. Without the constant log(2π) / 2, as PyTorch's GaussianNLLLoss, which takes the variance
    itself and keeps it 1e-6 from 0; scikit-learn and Keras have none.

    >>> GaussianNLL().L(np.array([[3.0, 0.0]]), np.array([[1.0]]))  # mean 3, variance 1, target 1
    array([2.])
    """

    name = "gaussian_nll"
    other_names = ("normal_nll", "heteroscedastic")
    formula = "Σⱼ (sⱼ + (μⱼ − yⱼ)² e^−sⱼ) / 2, a = (μ, s)"
    derivative = "(μ − y) e^−s by μ, (1 − (μ − y)² e^−s) / 2 by s"
    latex = r"\frac{1}{2} \sum_j s_j + (\mu_j - y_j)^2 e^{-s_j}, \quad a = (\mu, s)"
    latex_derivative = r"(\mu - y) e^{-s},\quad \frac{1}{2} (1 - (\mu - y)^2 e^{-s})"
    source = "Nix and Weigend 1994"
    outputs_per_target = 2

    def L(self, A: Array, Y: Array) -> Array:
        U, s, by_variance = self._parts(A, Y)
        return (s + U * by_variance).sum(axis=-1) / 2

    def dL_dA(self, A: Array, Y: Array) -> Array:
        U, _, by_variance = self._parts(A, Y)
        return np.hstack([by_variance, (1 - U * by_variance) / 2])

    def deviation(self, A: Array) -> Array:
        """σ = e^(s/2), (n, targets)."""
        with np.errstate(over="ignore"):  # infinite where it leaves the range of numbers
            return np.exp(A[:, A.shape[1] // 2 :] / 2)

    def _parts(self, A: Array, Y: Array) -> tuple[Array, Array, Array]:
        """The errors u = μ − y, the log variances s, and u e^−s, which is 0 where u is 0, even if e^−s is infinite."""
        U, s = A[:, : Y.shape[1]] - Y, A[:, Y.shape[1] :]
        return U, s, np.where(U == 0, 0, U * np.exp(np.where(U == 0, 0, -s)))

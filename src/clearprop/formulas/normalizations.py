"""Normalisations: they bring Z of a layer to mean 0 and variance 1; each has its derivative next to it.

Z is (n, units). In a layer v = gain·ẑ + shift follows; gain and shift are trained, and the network holds them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .catalogue import Array, Part, hyper, register


@dataclass(frozen=True)
class Normalization(Part):
    """ẑ = (z − μ) / √(σ² + epsilon), with mean and variance along one axis; the variance of n values is divided by n."""

    kind = "normalization"
    formula = "ẑ = (z − μ) / √(σ² + epsilon)"
    derivative = "dL/dz = (dL/dẑ − mean(dL/dẑ) − ẑ mean(ẑ dL/dẑ)) / √(σ² + epsilon)"
    latex = r"\hat z = \frac{z - \mu}{\sqrt{\sigma^2 + \varepsilon}}"
    latex_derivative = (
        r"\frac{\partial L}{\partial z} = \frac{1}{\sqrt{\sigma^2 + \varepsilon}} "
        r"\left(\frac{\partial L}{\partial \hat z} - \overline{\frac{\partial L}{\partial \hat z}} "
        r"- \hat z\, \overline{\hat z \frac{\partial L}{\partial \hat z}}\right)"
    )
    axis: ClassVar[int] = 1
    """Along which μ and σ² are taken: 0, over the points of the batch, or 1, over the units of the layer."""
    running: ClassVar[bool] = False
    """Whether predictions use a running mean and variance from training."""
    complex_step: ClassVar[bool] = True
    epsilon: float = hyper(1e-5, low=0.0, high=math.inf, about="added to the variance, under the root")

    def moments(self, Z: Array) -> tuple[Array, Array]:
        """μ and σ² along the axis, which is kept with length 1."""
        mean = Z.mean(axis=self.axis, keepdims=True)
        return mean, ((Z - mean) ** 2).mean(axis=self.axis, keepdims=True)

    def Z_hat(self, Z: Array, mean: Array, variance: Array) -> Array:
        """(z − μ) / √(σ² + epsilon), (n, units)."""
        return (Z - mean) / np.sqrt(variance + self.epsilon)

    def dL_dZ(self, dL_dZ_hat: Array, Z_hat: Array, variance: Array) -> Array:
        """dẐ/dZ . dL/dẐ, (n, units): μ and σ² depend on every z along the axis, so each ẑ does too."""
        straight = dL_dZ_hat - dL_dZ_hat.mean(axis=self.axis, keepdims=True)  # through z, and through μ
        through_variance = Z_hat * (Z_hat * dL_dZ_hat).mean(axis=self.axis, keepdims=True)
        return (straight - through_variance) / np.sqrt(variance + self.epsilon)

    def dL_dZ_fixed(self, dL_dZ_hat: Array, variance: Array) -> Array:
        """The same where μ and σ² are numbers that depend on no z, as those of a prediction are."""
        return dL_dZ_hat / np.sqrt(variance + self.epsilon)

    def follow_in_place(
        self, running_mean: Array, running_variance: Array, mean: Array, variance: Array, n: int
    ) -> None:
        """Move the running means (units,), if there are any, towards the μ and σ² of a batch of n points."""

    def jacobian(self, z_hat: Array, variance: float) -> Array:
        """dẐ/dZ among the k values along the axis, (k, k): (I − 1/k − ẑ ẑᵀ/k) / √(σ² + epsilon), which is symmetric."""
        k = len(z_hat)
        return (np.eye(k) - 1 / k - np.outer(z_hat, z_hat) / k) / np.sqrt(variance + self.epsilon)


@register
@dataclass(frozen=True)
class BatchNorm(Normalization):
    """Each unit is normalised over the points of the batch, so a point's output depends on the other points of the batch.

    Predictions use running means instead, running ← (1 − momentum) running + momentum · batch, which are saved with the
    network. As in PyTorch, a batch is normalised by the variance divided by n, and the running one is the unbiased one,
    divided by n − 1; in Keras both are divided by n, its momentum is what is kept (0.99, here 0.01), and epsilon is 1e-3.
    A batch of one point has ẑ = 0, which passes no gradient back, and does not change the running means.

    >>> BatchNorm(epsilon=0.0).Z_hat(np.array([[1.0], [3.0]]), *BatchNorm().moments(np.array([[1.0], [3.0]])))
    array([[-1.],
           [ 1.]])
    """

    name = "batch_norm"
    other_names = ("batch", "batch_normalization", "batch_norm_1d", "bn")
    source = "Ioffe and Szegedy 2015, algorithm 1"
    axis, running = 0, True
    momentum: float = hyper(0.1, low=0.0, high=1.0, about="weight of a batch in the running means")

    def follow_in_place(
        self, running_mean: Array, running_variance: Array, mean: Array, variance: Array, n: int
    ) -> None:
        if n == 1:
            return
        running_mean += self.momentum * (mean[0] - running_mean)
        running_variance += self.momentum * (variance[0] * (n / (n - 1)) - running_variance)


@register
@dataclass(frozen=True)
class LayerNorm(Normalization):
    """Each point is normalised over the units of the layer: the same in training and in predictions, and for any batch.

    Each unit has a gain and a shift, as in PyTorch and Keras; Keras' epsilon is 1e-3.

    >>> LayerNorm(epsilon=0.0).Z_hat(np.array([[1.0, 3.0]]), *LayerNorm().moments(np.array([[1.0, 3.0]])))
    array([[-1.,  1.]])
    """

    name = "layer_norm"
    other_names = ("layer", "layer_normalization", "ln")
    source = "Ba, Kiros and Hinton 2016, equation 4"
    axis = 1

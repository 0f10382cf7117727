"""The notes' losses: L(A, Y) (n,), summed over outputs, and dL/dA next to each. The caller averages over points.

A is the network's output, Y the target, both (n, outputs). Other losses: `regression_losses`, `class_losses`, `likelihoods`.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .catalogue import Array, Part, register
from .domains import DISTRIBUTION, INSIDE_UNIT, PROBABILITIES, REALS, UNIT, Interval
from .stable import y_log_a, y_over_a


class Loss(Part):
    """The loss of a prediction, and its derivative by the prediction."""

    kind = "loss"
    domain_A: ClassVar[Interval] = REALS
    """The set that predictions must lie in: an output activation is legal if its range is inside."""
    domain_Y: ClassVar[Interval] = REALS
    kinks: ClassVar[tuple[float, ...]] = ()
    """Where dL/dA jumps, as values of a - y."""
    complex_step: ClassVar[bool] = True
    outputs_per_target: ClassVar[int] = 1
    """The number of outputs for one target; the predictions themselves come first."""

    def prediction(self, A: Array) -> Array:
        """What is predicted for Y, (n, targets): the outputs themselves, unless a target has several or they are logarithms."""
        return A[:, : A.shape[1] // self.outputs_per_target]

    def deviation(self, A: Array) -> Array | None:
        """The standard deviation of each target around its prediction, (n, targets), where the outputs say it."""
        return None

    def L(self, A: Array, Y: Array) -> Array:
        """The loss of each point, summed over outputs, (n,)."""
        raise NotImplementedError(f"loss {self.name!r} must define L")

    def dL_dA(self, A: Array, Y: Array) -> Array:
        """The loss unit's link, (n, outputs) (7.19)."""
        raise NotImplementedError(f"loss {self.name!r} must define dL_dA")


@register
class Square(Loss):
    """(a - y)^2, without the half that many books put before it; scikit-learn and others have the half."""

    name = "square"
    other_names = ("mse", "mean_squared_error", "quadratic", "squared", "sum_of_squares")
    formula, derivative = "Σⱼ (aⱼ − yⱼ)²", "2 (a − y)"
    latex, latex_derivative = r"\sum_j (a_j - y_j)^2", r"2 (a - y)"
    source = "7.41"

    def L(self, A: Array, Y: Array) -> Array:
        return ((A - Y) ** 2).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return 2 * (A - Y)


@register
class HalfSquare(Loss):
    """(a - y)^2 / 2, whose derivative is the error itself; scikit-learn's neural networks have this form."""

    name = "half_square"
    other_names = ("squared_error", "l2", "half_mse", "half_squared_error", "reg:squarederror")
    formula, derivative = "Σⱼ (aⱼ − yⱼ)² / 2", "a − y"
    latex, latex_derivative = r"\frac{1}{2} \sum_j (a_j - y_j)^2", "a - y"
    source = "7.41, halved; Bishop 2006, equation 5.14"

    def L(self, A: Array, Y: Array) -> Array:
        return ((A - Y) ** 2).sum(axis=-1) / 2

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return A - Y


@register
class Linear(Loss):
    """|a - y|, the absolute error. sign(0) = 1 as in 7.44; PyTorch and NumPy take 0 there."""

    name = "linear"
    other_names = ("mae", "mean_absolute_error", "absolute_error", "absolute", "l1", "reg:absoluteerror")
    formula, derivative = "Σⱼ |aⱼ − yⱼ|", "sign(a − y)"
    latex, latex_derivative = r"\sum_j |a_j - y_j|", r"\mathrm{sign}(a - y)"
    source = "7.42-7.44"
    kinks = (0.0,)

    def L(self, A: Array, Y: Array) -> Array:
        return (self.dL_dA(A, Y) * (A - Y)).sum(axis=-1)  # |u| as u sign(u), which a complex step can differentiate

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.where(A.real >= Y, 1, -1).astype(A.dtype)


@register
class NLL(Loss):
    """Negative log-likelihood of a binary target, for outputs in (0, 1). Infinite at a wrong 0 or 1 (see Concept 19).

    With several outputs it is the multi-label NLL: each output has a binary target of its own, and any number may be 1.
    PyTorch's BCELoss and Keras' BinaryCrossentropy average over outputs, and keep log a above -100 and a off 0 by 1e-7.

    >>> NLL().L(np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])).round(4)  # -log 0.5 - log 0.75
    array([0.9808])
    """

    name = "nll"
    other_names = (
        "bce",
        "binary_cross_entropy",
        "log_loss",
        "logistic",
        "binary_logloss",
        "bce_with_logits",
        "binary_cross_entropy_with_logits",
        "sigmoid_cross_entropy",
        "sigmoid_binary_cross_entropy",
        "binary:logistic",
        "deviance",
    )
    formula, derivative = "−Σⱼ (yⱼ log aⱼ + (1 − yⱼ) log(1 − aⱼ))", "−(y/a − (1 − y)/(1 − a))"
    latex = r"-\sum_j (y_j \log a_j + (1 - y_j) \log(1 - a_j))"
    latex_derivative = r"-\left(\frac{y}{a} - \frac{1 - y}{1 - a}\right)"
    source = "7.45; 7.3 lacks the minus sign"
    domain_A, domain_Y = INSIDE_UNIT, UNIT

    def L(self, A: Array, Y: Array) -> Array:
        return -(y_log_a(Y, A) + y_log_a(1 - Y, 1 - A)).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return -(y_over_a(Y, A) - y_over_a(1 - Y, 1 - A))


@register
class NLLM(Loss):
    """Negative log-likelihood of one class of several, for outputs that sum to 1. The notes leave its derivative out.

    PyTorch's CrossEntropyLoss takes Z and has softmax inside; Keras' CategoricalCrossentropy takes A and keeps it 1e-7 from
    0; scikit-learn's log_loss clips at the type's rounding.
    """

    name = "nllm"
    other_names = (
        "cross_entropy",
        "ce",
        "categorical_cross_entropy",
        "sparse_categorical_cross_entropy",
        "softmax_cross_entropy",
        "softmax_cross_entropy_with_integer_labels",
        "multi_logloss",
        "multinomial",
        "multi:softprob",
        "multi:softmax",
    )
    formula, derivative = "−Σⱼ yⱼ log aⱼ", "−y/a"
    latex, latex_derivative = r"-\sum_j y_j \log a_j", r"-\frac{y}{a}"
    source = "section 7.5.13"
    domain_A, domain_Y = PROBABILITIES, DISTRIBUTION

    def L(self, A: Array, Y: Array) -> Array:
        return -y_log_a(Y, A).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return -y_over_a(Y, A)

"""Pairs of output activation and loss whose dL/dZ is simpler than the product of its two links (Concept 19).

A shortcut changes no value where the long way has one. It is exact and finite where the long way is 0 times infinity.
"""

from __future__ import annotations

from typing import ClassVar

from .activations import Activation, Sigmoid, Softmax
from .catalogue import CATALOGUE, Array, Part, register
from .losses import NLL, NLLM, Loss
from .stable import log_softmax, softplus


class Shortcut(Part):
    """L as a function of Z, and dL/dZ beside it, for one output activation with one loss."""

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
    formula, derivative = "Σⱼ yⱼ log(1 + e^−zⱼ) + (1 − yⱼ) log(1 + e^zⱼ)", "a − y"
    latex = r"\sum_j y_j \log(1 + e^{-z_j}) + (1 - y_j) \log(1 + e^{z_j})"
    latex_derivative = "a - y"
    source = "Concept 19; 7.7"
    activation, loss = Sigmoid, NLL

    def L(self, Z: Array, Y: Array) -> Array:
        return (Y * softplus(-Z) + (1 - Y) * softplus(Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


@register
class SoftmaxNLLM(Shortcut):
    """-sum_j y_j log a_j with a = softmax(z). dL/dz = a sum(y) - y, and targets sum to 1."""

    name = "softmax + nllm"
    formula, derivative = "Σⱼ yⱼ (log Σₖ e^zₖ − zⱼ)", "a − y"
    latex, latex_derivative = r"\sum_j y_j (\log \sum_k e^{z_k} - z_j)", "a - y"
    source = "Concept 19; Bridle 1990"
    activation, loss = Softmax, NLLM

    def L(self, Z: Array, Y: Array) -> Array:
        return -(Y * log_softmax(Z)).sum(axis=-1)

    def dL_dZ(self, A: Array, Y: Array) -> Array:
        return A - Y


def shortcut(activation: Activation, loss: Loss) -> Shortcut | None:
    """The shortcut that the pair owns, if it has one. A subclass of either may change its formula, so it has none."""
    for definition in CATALOGUE["shortcut"].values():
        assert issubclass(definition, Shortcut)
        if type(activation) is definition.activation and type(loss) is definition.loss:
            return definition()
    return None

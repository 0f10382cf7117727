"""The averaged network: the running average of the parameters, and the batch statistics that belong to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formulas.averaging import Averaging
from ..formulas.catalogue import Array
from ..formulas.stateful import Stateful
from ..network import Network
from .evaluation import BLOCK


class Average(Stateful):
    """The average of a network's parameters by one rule, over a training of `steps` steps, `epoch` of them in an epoch."""

    def __init__(self, rule: Averaging, net: Network, X: Array, steps: int, epoch: int) -> None:
        self.rule, self.X, self.steps, self.epoch = rule, X, steps, epoch
        self.count, self.network = 0, net.copy()
        self.next = rule.next(0, steps, epoch)

    def add(self, parameters: Array, step: int) -> None:
        """To be called after step `self.next`: average ← average + weight (θ − average)."""
        average = self.network.parameters
        average += self.rule.weight(self.count) * (parameters - average)
        self.count += 1
        self.next = self.rule.next(step, self.steps, self.epoch)

    def entering(self, until: int) -> tuple[list[int], list[float]]:
        """The steps up to step `until` after which parameters enter, and with which weights."""
        steps: list[int] = []
        weights: list[float] = []
        step = self.next
        while step <= until:
            steps.append(step)
            weights.append(self.rule.weight(self.count + len(weights)))
            step = self.rule.next(step, self.steps, self.epoch)
        return steps, weights

    def entered(self, steps: list[int]) -> None:
        """Count what has entered after these steps."""
        if steps:
            self.count += len(steps)
            self.next = self.rule.next(steps[-1], self.steps, self.epoch)

    def state(self) -> dict[str, Any]:
        return {"count": self.count, "next": self.next, "parameters": self.network.parameters.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        self.count, self.next, self.network.parameters = state["count"], state["next"], state["parameters"]
        if self.count < 0:
            raise ValueError(f"an average of {self.count} networks")

    def averaged(self, net: Network) -> Network:
        """The averaged network with its batch statistics; `net` itself as long as the average is empty."""
        if not self.count:
            return net
        gather_statistics_in_place(self.network, self.X)
        return self.network


def gather_statistics_in_place(net: Network, X: Array) -> None:
    """Set the running means and variances to those of the points X (n, m^1) with the present parameters, layer by layer.

    X is dense or sparse. For parameters whose running statistics were not updated in training. The variance is the unbiased
    one, as in training.
    """
    for l in net.running_mean:
        Z = np.concatenate([_into(net, l, X[start : start + BLOCK]) for start in range(0, X.shape[0], BLOCK)])
        mean, variance = net.normalization[l].moments(Z)
        net.running_mean[l], net.running_variance[l] = mean[0], variance[0] * (len(Z) / max(len(Z) - 1, 1))


def _into(net: Network, l: int, A: Array) -> Array:
    """Z^l of these points; the layers before l compute as in a prediction."""
    for k in range(1, l):
        _, A = net.predict_layer(k, A)
    return A @ net.W[l] + net.W0[l]

"""The nets that are measured, with data and initial parameters that are the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop import Network
from clearprop.engines import Task
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.catalogue import Array, find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import SGD

ETA = 0.01
POINTS = 1000


@dataclass(frozen=True)
class Workload:
    """A net in float32 with a loss, on random points; `density` is the share of inputs that are not zero."""

    widths: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    density: float = 1.0

    def __str__(self) -> str:
        sparse = f", {self.density:.0%} of inputs not zero" if self.density < 1 else ""
        return "-".join(map(str, self.widths)) + sparse

    @cached_property
    def net(self) -> Network:
        return Network(self.widths, self.activations, seed=1, dtype="float32")

    @cached_property
    def points(self) -> tuple[Array, Array]:
        rng, m, n = np.random.default_rng(0), self.widths[0], self.widths[-1]
        X = rng.random((POINTS, m)) if m > 500 else rng.normal(size=(POINTS, m))
        X *= rng.random(X.shape) < self.density
        if self.activations[-1] == "identity":
            Y = X @ rng.normal(size=(m, n)) / np.sqrt(m)
        else:
            Y = np.eye(n)[rng.integers(n, size=POINTS)] if n > 1 else 1.0 * (X[:, :1] * X[:, 1:2] > 0)
        return X.astype("float32"), Y.astype("float32")

    @property
    def task(self) -> Task:
        X, Y = self.points
        return Task(self.net.copy(), find(Loss, self.loss), SGD(), X, Y)

    @property
    def operations(self) -> int:
        """Multiplications and additions of a step: forward, links and updates."""
        weights = [m * n for m, n in zip(self.widths, self.widths[1:], strict=False)]
        return 6 * sum(weights) - 2 * weights[0]

    def order(self, steps: int) -> Array:
        return np.random.default_rng(2).integers(POINTS, size=steps)

    def reference(self, order: Array) -> Array:
        """The parameters after these steps, by the NumPy engine."""
        task = self.task
        NumpyEngine(task).run(order[:, None], np.full(len(order), ETA), 1)
        return task.network.parameters


SIGMOID_1 = Workload((2, 3, 1), ("sigmoid", "sigmoid"), "square")
RELU_1 = Workload((13, 16, 1), ("relu", "identity"), "square")
SMALL = Workload((64, 32, 10), ("relu", "softmax"), "nllm")
DIGITS_30 = Workload((784, 30, 10), ("sigmoid", "sigmoid"), "square")
DIGITS_30_SPARSE = Workload((784, 30, 10), ("sigmoid", "sigmoid"), "square", density=0.19)
DIGITS_100 = Workload((784, 100, 10), ("relu", "softmax"), "nllm")
DIGITS_512 = Workload((784, 512, 512, 10), ("relu", "relu", "softmax"), "nllm")


def named(net: str) -> Workload:
    """The one of these nets, on dense inputs, that is called so: `784-100-10`."""
    return next(each for each in (SIGMOID_1, RELU_1, SMALL, DIGITS_30, DIGITS_100, DIGITS_512) if str(each) == net)

"""The nets that are measured, with data and initial parameters that are the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """A net in float32 with a loss, on `count` random points; `density` is the share of inputs that are not zero."""

    widths: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    density: float = 1.0
    count: int = POINTS
    normalization: str | None = None

    def __str__(self) -> str:
        sparse = f", {self.density:.0%} of inputs not zero" if self.density < 1 else ""
        normalized = f", {self.normalization}" if self.normalization else ""
        return "-".join(map(str, self.widths)) + sparse + normalized

    @cached_property
    def net(self) -> Network:
        return Network(self.widths, self.activations, normalization=self.normalization, seed=1, dtype="float32")

    def parameters(self, layers: Iterable[Sequence[Array]]) -> Array:
        """The flat parameters of a peer's layers: W and W0 of each, and gain and shift where it is normalised."""
        net = self.net.copy()
        for l, (W, W0, *scaled) in enumerate(layers, 1):
            net.W[l][...], net.W0[l][...] = W, W0
            if scaled:
                net.gain[l][...], net.shift[l][...] = scaled
        return net.parameters

    def comparable(self, parameters: Array) -> Array:
        """Without biases that batch normalisation takes back: their gradient is 0, and Adam makes steps of its rounding."""
        net = self.net.copy()
        net.parameters = parameters
        for l, normalization in net.normalization.items():
            if normalization.axis == 0:
                net.W0[l][...] = 0
        return net.parameters

    @cached_property
    def points(self) -> tuple[Array, Array]:
        rng, n, m, outputs = np.random.default_rng(0), self.count, self.widths[0], self.widths[-1]
        X = rng.random((n, m)) if m > 500 else rng.normal(size=(n, m))
        if self.density < 1:
            X *= rng.random(X.shape) < self.density
        if self.activations[-1] == "identity":
            Y = X @ rng.normal(size=(m, outputs)) / np.sqrt(m)
        else:
            Y = np.eye(outputs)[rng.integers(outputs, size=n)] if outputs > 1 else 1.0 * (X[:, :1] * X[:, 1:2] > 0)
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
TABLE = Workload((100, 64, 32, 2), ("relu", "relu", "softmax"), "nllm", count=1_000_000)
BATCH_NORM, LAYER_NORM = (
    Workload((64, 256, 256, 10), ("relu", "relu", "softmax"), "nllm", normalization=name)
    for name in ("batch_norm", "layer_norm")
)
DIGITS_512 = Workload((784, 512, 512, 10), ("relu", "relu", "softmax"), "nllm")


NAMED = (SIGMOID_1, RELU_1, SMALL, DIGITS_30, DIGITS_100, DIGITS_512, TABLE, BATCH_NORM, LAYER_NORM)


def named(net: str) -> Workload:
    """The one of these nets, on dense inputs, that is called so: `784-100-10`."""
    return next(each for each in NAMED if str(each) == net)

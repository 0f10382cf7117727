"""What every engine is: it takes steps on a task. It decides nothing: which points and which eta come from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..network import Network
from .batches import Batches


@dataclass(frozen=True)
class Task:
    """What is to be lowered, on which points, by which rule. Arrays have the network's type and have been checked."""

    network: Network
    """Trained in place."""
    loss: Loss
    optimizer: Optimizer
    X: Array
    """(n, m^1)"""
    Y: Array
    """(n, n^L)"""
    weights: Array | None = None
    """(n,), of mean 1 so that the step size keeps its meaning."""
    penalty: Penalty | None = None


class NonFinite(ArithmeticError):
    """A step met a value that is not finite. The network is as it was before that step."""

    def __init__(self, step: int, layer: int, what: str) -> None:
        super().__init__(f"{what} of layer {layer} is not finite")
        self.step, self.layer, self.what = step, layer, what


class Engine(ABC):
    """Computes steps of `task`. What it keeps between calls is buffers and the optimiser's state."""

    name: ClassVar[str]
    seconds_per_step: ClassVar[float]
    operations_per_second: ClassVar[float]
    """What a step costs, roughly: this much, and its multiplications and additions at this speed."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def steps_at_once(self, batch_size: int) -> int:
        """How many steps to ask for in one call, so that a person who watches sees it move.

        A number that depends on the task alone: the same steps are always taken together, so that the bits are the same.
        """
        operations = 6 * self.task.network.parameters.size * batch_size
        steps = 0.03 / (self.seconds_per_step + operations / self.operations_per_second)
        return max(1, int(steps) // 16) * 16

    @abstractmethod
    def run(self, batches: Batches | Array, etas: Array) -> float:
        """Take k steps: `batches`, or an array (k, b), are row numbers of the points of each, `etas` (k,) the step sizes.

        Returns the sum of the k losses, each measured before its step. Raises NonFinite, its `step` counted from 0, for a
        loss, a gradient or an update that is not finite, and leaves the network as it was before that step.
        """

    def locate(self, step: int, points: Array) -> NonFinite:
        """The error for a step on `points` that was not finite: the reference, run again, tells in which layer."""
        task = self.task
        weights = None if task.weights is None else task.weights[points]
        with np.errstate(all="ignore"):
            fwd = traced_forward(task.network, task.X[points], task.Y[points], task.loss, weights, task.penalty)
            for l in task.network.layers:
                if not np.isfinite(fwd.Z[l]).all():
                    return NonFinite(step, l, "Z")
            if not np.isfinite(fwd.loss):
                return NonFinite(step, task.network.L, "the loss")
            grads = back_propagate(task.network, fwd)
        for l in reversed(task.network.layers):
            if not (np.isfinite(grads.dL_dW[l]).all() and np.isfinite(grads.dL_dW0[l]).all()):
                return NonFinite(step, l, "the gradient")
        return NonFinite(step, task.network.L, "a value")

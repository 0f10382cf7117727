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
from ..formulas.regularizers import Dropout, InputNoise, MaxNorm
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
    """(n, n^L), or the few rows that there are, where `which` says whose each is."""
    weights: Array | None = None
    """(n,), of mean 1 so that the step size keeps its meaning."""
    penalty: Penalty | None = None
    state: dict[str, Array] | None = None
    """What the optimiser remembers of earlier steps, changed in place; None begins anew."""
    which: Array | None = None
    """The row of Y that is each point's target, (n,) of int32; None where row i is point i's."""
    dropout: Dropout | None = None
    input_noise: InputNoise | None = None
    max_norm: MaxNorm | None = None
    seed: int = 0
    """32 bits from which dropout and input noise are drawn, for each step t anew."""

    def targets(self, points: Array | slice) -> Array:
        """The targets of some points, (points, n^L)."""
        return self.Y[points] if self.which is None else self.Y[self.which[points]]

    def noise(self, points: int, t: int) -> Array:
        """What is added to the inputs in step t, (points, m^1)."""
        inputs, dtype = self.network.widths[0], self.network.dtype
        if self.input_noise is None:
            return np.zeros((points, inputs), dtype)
        return self.input_noise.noise(points, inputs, step=t, seed=self.seed, dtype=dtype)

    def factors(self, points: int, t: int) -> dict[int, Array]:
        """What A[l] is multiplied by in step t, for every layer that dropout leaves units out of."""
        if self.dropout is None:
            return {}
        return self.dropout.factors(self.network.widths, points, step=t, seed=self.seed, dtype=self.network.dtype)


def require_points(net: Network, batch_size: int) -> None:
    """ValueError where batches are too small for a normalisation over their points."""
    for l, part in net.normalization.items():
        if part.axis == 0 and batch_size == 1:
            raise ValueError(
                f"layer {l}: {part.name} has nothing to normalise over in batches of one point; take more, or layer_norm"
            )


class NonFinite(ArithmeticError):
    """A step met a value that is not finite. The network is as it was before that step."""

    def __init__(self, step: int, layer: int, what: str) -> None:
        super().__init__(f"{what} of layer {layer} is not finite")
        self.step, self.layer, self.what = step, layer, what


class Engine(ABC):
    """Computes steps of `task`. What it keeps between calls is buffers and the optimiser's state; it counts no steps."""

    name: ClassVar[str]
    seconds_per_step: ClassVar[float]
    operations_per_second: ClassVar[float]
    """What a step costs, roughly: this much, and its multiplications and additions at this speed."""

    def __init__(self, task: Task) -> None:
        self.task = task
        net = task.network
        self.state = task.state if task.state is not None else task.optimizer.first_state(net.parameters, net.shapes)
        """What the optimiser remembers; handed to another task, its steps go on from here."""

    def steps_at_once(self, batch_size: int) -> int:
        """How many steps to ask for in one call, so that a person who watches sees it move.

        A number that depends on the task alone: the same steps are always taken together, so that the bits are the same.
        """
        operations = 6 * self.task.network.parameters.size * batch_size
        steps = 0.03 / (self.seconds_per_step + operations / self.operations_per_second)
        return max(1, int(steps) // 16) * 16

    def settle(self) -> None:  # noqa: B027 - nothing to do, unless an engine keeps copies
        """Bring `state` up to date with the steps taken, for an engine that keeps it in a layout of its own."""

    def refill(self) -> None:  # noqa: B027 - nothing to do, unless an engine keeps copies
        """Look again at the task's X and Y, whose numbers somebody has changed in place."""

    def resume(self) -> None:  # noqa: B027 - nothing to do, unless an engine keeps copies
        """Go on from what `state` says, where somebody else has changed it."""

    @abstractmethod
    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        """Take k steps: `batches`, or an array (k, b), are row numbers of the points of each, `etas` (k,) the step sizes.

        `t` is the number of the first of them, counted from 1 over the whole training: what dropout and input noise draw
        depends on it. An engine keeps no count of its own.

        Returns the sum of the k losses, each measured before its step. Raises NonFinite, its `step` counted from 0, for a
        loss, a gradient or an update that is not finite, and leaves the network as it was before that step.
        """

    def loss_and_gradient(self, points: Array, t: int) -> tuple[float, Array]:
        """The loss of step t on `points` (b,), and its gradient (p,) in the engine's own buffer. No step is taken."""
        raise NotImplementedError(f"{type(self).__name__} takes steps only")

    def locate(self, step: int, points: Array, t: int) -> NonFinite:
        """The error for a step on `points` that was not finite: the reference, run again, tells in which layer.

        `step` counts from 0 within a call of `run` whose first step is number `t`.
        """
        task = self.task
        weights = None if task.weights is None else task.weights[points]
        with np.errstate(all="ignore"):
            X, M = task.X[points] + task.noise(len(points), t + step), task.factors(len(points), t + step)
            fwd = traced_forward(task.network, X, task.targets(points), task.loss, weights, task.penalty, M)
            for l in task.network.layers:
                if not np.isfinite(fwd.Z[l]).all():
                    return NonFinite(step, l, "Z")
            if not np.isfinite(fwd.loss):
                return NonFinite(step, task.network.L, "the loss")
            grads = back_propagate(task.network, fwd)
        for l in reversed(task.network.layers):
            of_layer = (grads.dL_dW, grads.dL_dW0, grads.dL_dgain, grads.dL_dshift, grads.dL_dalpha)
            if not all(np.isfinite(found[l]).all() for found in of_layer if l in found):
                return NonFinite(step, l, "the gradient")
        return NonFinite(step, task.network.L, "a value")

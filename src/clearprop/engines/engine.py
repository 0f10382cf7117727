"""What every engine is: it takes steps on a task. It decides nothing: which points and which eta come from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, MaxNorm
from ..network import Network
from .batches import Batches, as_batches

QuickStep: TypeAlias = Callable[[Any, Any, float, int], float | None]
"""Takes a step on X, Y with eta and t, and gives the loss; see `Engine.quick_step`."""


def no_step(X: object, Y: object, eta: float, t: int) -> None:
    """That of an engine that has none."""


class RunningAverage(Protocol):
    """An average of the parameters that they enter after some steps, numbered from 1 over the whole training."""

    next: int
    """The next of these steps."""
    network: Network
    """Its parameters are the average."""

    def add(self, parameters: Array, step: int) -> None: ...
    def entering(self, until: int) -> tuple[list[int], list[float]]: ...
    def entered(self, steps: list[int]) -> None: ...


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
    """The optimiser's state after earlier steps, as `Engine.state` gives it, changed in place; None begins anew."""
    which: Array | None = None
    """The row of Y that is each point's target, (n,) of int32; None where row i is point i's."""
    dropout: Dropout | None = None
    input_noise: InputNoise | None = None
    max_norm: MaxNorm | None = None
    factors: Array | None = None
    """Of each parameter's step, (p,) from 0 to 1: 0 where it is held. None where all are 1."""
    seed: int = 0
    """32 bits from which dropout and input noise are drawn, for each step t anew."""

    @cached_property
    def held(self) -> Array | None:
        """Which parameters no step changes, (p,); None where there are none."""
        return None if self.factors is None or self.factors.all() else self.factors == 0

    @cached_property
    def lowest(self) -> int:
        """The lowest layer with a parameter that moves: the backward pass ends there."""
        if self.held is None:
            return 1
        return self.network.shapes[int(np.searchsorted(self.network.starts, self.held.argmin(), "right")) - 1][0]

    def targets(self, points: Array | slice) -> Array:
        """The targets of some points, (points, n^L)."""
        return self.Y[points] if self.which is None else self.Y[self.which[points]]

    def noise(self, points: int, t: int, first: int = 0) -> Array:
        """What is added to the inputs of rows first, first + 1, ... of the batch of step t, (points, m^1)."""
        inputs, dtype = self.network.widths[0], self.network.dtype
        if self.input_noise is None:
            return np.zeros((points, inputs), dtype)
        return self.input_noise.noise(first + points, inputs, step=t, seed=self.seed, dtype=dtype)[first:]

    def masks(self, points: int, t: int, first: int = 0) -> dict[int, Array]:
        """What A[l] of these rows is multiplied by in step t, for every layer that dropout leaves units out of."""
        if self.dropout is None:
            return {}
        net, rows = self.network, first + points
        masks = self.dropout.factors(net.widths, rows, step=t, seed=self.seed, dtype=net.dtype)
        return {l: mask[first:] for l, mask in masks.items()}


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

    busy = 0.0
    """The seconds that this rank computed, of an engine that waits for others."""

    def __init__(self, task: Task) -> None:
        self.task = task
        net = task.network
        first = task.optimizer.first_state(net.parameters, net.shapes)
        lacking = task.optimizer.lasting_state(first).keys() - task.state if task.state else ()
        if lacking:
            raise ValueError(f"the state of {task.optimizer.name} lacks {', '.join(sorted(lacking))}")
        self._state = first | (task.state or {})

    def steps_at_once(self, batch_size: int) -> int:
        """How many steps to ask for in one call, so that a person who watches sees it move.

        A number that depends on the task alone: the same steps are always taken together, so that the bits are the same.
        """
        operations = 6 * self.task.network.parameters.size * batch_size
        steps = int(0.03 / (self.seconds_per_step + operations / self.operations_per_second))
        multiple = max(16, self.steps_together)
        return max(1, steps // multiple) * multiple

    @property
    def steps_together(self) -> int:
        """A run of steps that is cut into calls after a multiple of these has the same bits as one that is not; 1: any cut."""
        return 1

    def state(self) -> dict[str, Array]:
        """The optimiser's state after the steps taken so far, arrays by name: the engine's own, those of `Task.state` if given.

        With the network's parameters and its running statistics it is all that an engine changes, so that another engine
        goes on from a copy of it, by `Task.state` or `restore`, and takes the same steps to the last bit. Work space is not
        in it: the other engine makes its own.
        """
        return self.task.optimizer.lasting_state(self._state)

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from what `state` holds, whose numbers are copied; given the engine's own arrays, from what they hold now."""
        for name, array in state.items():
            if array is not self._state[name]:
                self._state[name][...] = array

    def refill(self) -> None:  # noqa: B027 - nothing to do, unless an engine keeps copies
        """Look again at the task's X and Y, whose numbers somebody has changed in place."""

    def move_to(self, X: Array, Y: Array, weights: Array | None = None) -> None:
        """Go on with other points, in place of the task's: X (n, m^1), Y (n, n^L) and weights (n,), checked as those were."""
        self.task = replace(self.task, X=X, Y=Y, weights=weights, which=None)

    def quick_step(self, labels: Array | None, *, dense: bool) -> QuickStep:
        """A function that takes step t on all rows of X, quickly, and gives the loss before it: `step(X, Y, eta, t)`.

        It gives None, and takes no step, where X and Y are not plainly arrays (n, m^1) of the network's type and targets
        (n, n^L) or labels (n,), finite and allowed: the caller looks closer, and takes the step with `move_to` and `run`, to
        the same bits. It gives NaN, and takes no step, where something on the way was not finite.

        `labels` (classes, n^L) are the targets of labels 0, 1, ..., None where none are taken; `dense` tells whether rows of
        numbers are targets as they are.
        """
        return no_step

    @abstractmethod
    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        """Take k steps: `batches`, or an array (k, b), are row numbers of the points of each, `etas` (k,) the step sizes.

        `t` is the number of the first of them, counted from 1 over the whole training: what dropout and input noise draw
        depends on it. An engine keeps no count of its own.

        Returns the sum over the k steps of b · loss, b the points of a step and its loss measured before it: divided by the
        number of rows in `batches` it is the mean over points. Raises NonFinite, its `step` counted from 0, for a loss, a
        gradient or an update that is not finite, and leaves the network as it was before that step.
        """

    def run_averaged(self, batches: Batches | Array, etas: Array, t: int, average: RunningAverage) -> float:
        """The steps of `run`, and what it gives; after those that `average` waits for the parameters enter it."""
        given, total, done = as_batches(batches), 0.0, 0
        while done < len(given):
            end = min(len(given), average.next - (t - 1))
            begins = given.begins[done : end + 1]
            part = Batches(given.rows[begins[0] : begins[-1]], begins - begins[0])
            try:
                total += self.run(part, etas[done:end], t + done)
            except NonFinite as error:
                error.step += done
                raise
            done = end
            if t - 1 + done == average.next:
                average.add(self.task.network.parameters, average.next)
        return total

    @abstractmethod
    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        """The loss of step t on `points` (b,), and its gradient (p,) in the engine's own buffer. No step is taken.

        This is the first half of a step of `run`, and `apply` is the second: in between, a gradient may be summed over
        machines. Where `points` are rows first .. first + b - 1 of a batch `of` points, the loss and the gradient are their
        share. Shares add up to the loss and the gradient of the batch: dropout and input noise are those of the batch's rows,
        and the share with row 0 has the penalty. Only a batch normalisation is over `points` alone. The gradient is 0 for what
        is held. Nothing is raised for what is not finite, and running statistics stay as they are.
        """

    @abstractmethod
    def apply(self, gradient: Array, eta: float, t: int) -> None:
        """Take step t against `gradient` (p,), as `run` does after it has the gradient; the engine's own buffer is used up.

        Running statistics move towards those of the points of the last `loss_and_gradient`, which must have been of step t:
        ValueError otherwise. Raises NonFinite, its `step` 0, for a gradient or an update that is not finite, and leaves the
        network as it was. After an update that overflowed its parameters are those of the last `loss_and_gradient`, and the
        optimiser's state stays changed. A loss that is not finite is for the caller to see.
        """

    def _require_statistics(self, last: int, t: int) -> None:
        """ValueError where the last gradient was not of step t and running statistics follow its points."""
        if self.task.network.statistics.size and last != t:
            raise ValueError(f"step {t} has no batch statistics: ask for loss_and_gradient(points, {t}) before it")

    def locate(self, step: int, points: Array, t: int) -> NonFinite:
        """The error for a step on `points` that was not finite: the reference, run again, tells in which layer.

        `step` counts from 0 within a call of `run` whose first step is number `t`.
        """
        task = self.task
        weights = None if task.weights is None else task.weights[points]
        with np.errstate(all="ignore"):
            X, M = task.X[points] + task.noise(len(points), t + step), task.masks(len(points), t + step)
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

    def _not_finite_in(self, gradient: Array) -> NonFinite:
        """The error for a gradient that is not finite: the first layer on the way back."""
        arrays = reversed(self.task.network.with_parameters(gradient).arrays)
        return NonFinite(0, next(l for l, _, values in arrays if not np.isfinite(values).all()), "the gradient")

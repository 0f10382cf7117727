"""Steps that several machines take together: another engine computes the gradients, of fixed parts of each batch.

Each batch is cut into micro-shards, whose number does not depend on the machines. A rank computes the gradients of its own
micro-shards; all are added in one binary tree, whoever adds, so the sum has the same bits for any number of ranks.
"""

from __future__ import annotations

import math
import time

import numpy as np

from ..formulas.catalogue import Array
from .batches import Batches, as_batches
from .engine import Engine, NonFinite, RunningAverage
from .ranks import Partial
from .rounded_tree import RoundedTree
from .shard_tree import Tree


class DistributedEngine(Engine):
    """An engine whose gradients are sums over micro-shards, each computed by `engine`, on this rank or on another one."""

    name = "distributed"

    def __init__(self, engine: Engine, tree: Tree, rounded: RoundedTree | None = None) -> None:
        """Gradients are added in `rounded` where it is given, and all else in `tree`."""
        super().__init__(engine.task)
        self._engine, self._tree, self._rounded = engine, tree, rounded
        self._gradients = tree if rounded is None else rounded
        self._call: range | None = None
        """The numbers of the steps of a call, where it is made in pieces."""
        parameters = self.task.network.parameters
        self._size = parameters.size
        self._free = [Partial(parameters.size, parameters.dtype) for _ in range(tree.room)]

    def steps_at_once(self, batch_size: int) -> int:
        steps, together = self._engine.steps_at_once(batch_size), self.steps_together
        return max(1, steps // together) * together

    @property
    def steps_together(self) -> int:
        return 1 if self._rounded is None else self._rounded.compression.exact_every

    def state(self) -> dict[str, Array]:
        return self._engine.state()

    def restore(self, state: dict[str, Array]) -> None:
        self._engine.restore(state)

    def refill(self) -> None:
        self._engine.refill()

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        given, tree = as_batches(batches), self._rounded
        try:
            with np.errstate(all="ignore"):  # what is not finite is caught in its step
                return self._run(given, etas, t, self._call or range(t, t + len(given)))
        except NonFinite:
            if tree is not None:
                tree.forget()
            raise
        finally:
            if tree is not None:
                tree.exact = True

    def _run(self, batches: Batches, etas: Array, t: int, call: range) -> float:
        """Steps of a call, in which gradients may be rounded; not in its last step, and in the last of every so many."""
        total, tree = 0.0, self._rounded
        for step, points in enumerate(batches):
            if tree is not None:
                number = t + step
                tree.exact = number == call[-1] or (number - call.start + 1) % tree.compression.exact_every == 0
            loss, gradient = self.loss_and_gradient(points, t + step)
            if not math.isfinite(loss):
                raise self.locate(step, points, t)
            try:
                self.apply(gradient, float(etas[step]), t + step)
            except NonFinite as error:
                error.step += step
                raise
            total += len(points) * loss
        return total

    def run_averaged(self, batches: Batches | Array, etas: Array, t: int, average: RunningAverage) -> float:
        given = as_batches(batches)
        self._call = range(t, t + len(given))
        try:
            return super().run_averaged(given, etas, t, average)
        finally:
            self._call = None

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        of = len(points) if of is None else of
        began = time.perf_counter()
        sums: list[tuple[range, Partial]] = []
        computed = False
        for shard in self._tree.own:
            part = slice(*(len(points) * edge // self._tree.shards for edge in (shard, shard + 1)))
            loss, gradient = -0.0, None
            if part.start < part.stop:
                loss, gradient = self._engine.loss_and_gradient(points[part], t, first=first + part.start, of=of)
                computed = True
            self._take(sums, shard, loss, gradient)
        if not computed:  # `apply` follows a gradient of its step, even of a rank that had no point of it
            self._engine.loss_and_gradient(points[:1], t, first=first, of=of)
        self.busy += time.perf_counter() - began
        total = self._gradients.total_of(sums, self._free)
        self._free.append(total)
        return float(total.loss[0]), total.numbers[: self._size]

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._engine.apply(gradient, eta, t)

    def _take(self, sums: list[tuple[range, Partial]], shard: int, loss: float, gradient: Array | None) -> None:
        """One more micro-shard, added to its neighbour where that is the other half of a block; None for one without points."""
        own = self._free.pop()
        if gradient is None:
            own.clear()
        else:
            own.numbers[: self._size] = gradient
            own.loss[0] = loss
        self._gradients.add(sums, shard, own, self._free)

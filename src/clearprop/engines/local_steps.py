"""Local steps: each part of the batches trains a copy of the network for some steps, and then the copies are averaged.

It sends once in so many steps what a sum of gradients sends in every step, and is another training than that: McMahan et al.
2017 and Lin et al. 2020 say when it is as good. The copies belong to the parts and not to the ranks, and their mean is taken in
a fixed tree; so the bits are the same for any number of ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from ..formulas.catalogue import Array
from .batches import Batches, as_batches
from .engine import Engine, NonFinite, Task
from .ranks import Partial, Ranks
from .shard_tree import Tree

Make: TypeAlias = Callable[[Task], Engine]


class LocalStepsEngine(Engine):
    """The steps of the engines that `make` gives for copies of a task, one for each of this rank's parts of the batches."""

    name = "local steps"

    def __init__(self, task: Task, make: Make, tree: Tree, every: int) -> None:
        super().__init__(task)
        self._tree, self._every = tree, every
        self._engines = {part: make(self._copy(part)) for part in tree.own}
        first = next(iter(self._engines.values()))
        self.seconds_per_step, self.operations_per_second = first.seconds_per_step, first.operations_per_second  # type: ignore[misc]
        self._lasting = task.optimizer.lasting_state(self._state)
        dtype = task.network.dtype
        self._averaged = [name for name, array in self._lasting.items() if array.dtype == dtype]
        """The arrays of the optimiser's state of which the mean is taken; the others count steps, and are the same in all."""
        self._sizes = [task.network.parameters.size, *(self._lasting[name].size for name in self._averaged)]
        self._counts: dict[str, Array] = {}
        self._free = [Partial(sum(self._sizes), dtype) for _ in range(tree.room)]

    def _copy(self, part: int) -> Task:
        """The task of one part, with dropout and noise of its own."""
        net, seed = self.task.network.copy(), (self.task.seed + part) % 2**32
        return replace(self.task, network=net, state=None, seed=seed)

    @property
    def steps_together(self) -> int:
        return self._every

    @property
    def ranks(self) -> Ranks:
        """The processes that have the parts."""
        return self._tree.ranks

    def refill(self) -> None:
        for engine in self._engines.values():
            engine.refill()

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        given, total = as_batches(batches), 0.0
        for begin in range(0, len(given), self._every):
            at = slice(begin, min(begin + self._every, len(given)))
            try:
                total += self._round(given[at], etas[at], t + begin)
            except NonFinite as error:
                error.step = begin  # the network is as it was before the first step of the round
                raise
        return total

    def _round(self, batches: Batches, etas: Array, t: int) -> float:
        """Some local steps of every copy, and their mean."""
        failed: list[NonFinite] = []

        def trained(part: int) -> Partial:
            own = self._free.pop()
            try:
                self._take_steps(part, batches, etas, t, own)
            except NonFinite as error:
                failed.append(error)
                own.loss[0] = np.nan
            return own

        total = self._tree.total({part: trained(part) for part in self._tree.own}, self._free)
        loss = float(total.loss[0])
        if not np.isfinite(loss):
            self._free.append(total)
            every = [error for of_rank in self.ranks.each(failed) for error in of_rank]
            raise every[0] if every else self.locate(0, batches[0], t)
        self._go_on_from(total.numbers / self._tree.shards)
        self._free.append(total)
        return loss

    def _take_steps(self, part: int, batches: Batches, etas: Array, t: int, into: Partial) -> None:
        """Train the copy of one part from the common network, and write what became of it."""
        engine = self._engines[part]
        net = engine.task.network
        net.parameters = self.task.network.parameters
        engine.restore(self._lasting)
        own = [points[self._tree.rows_of(part, len(points))] for points in batches]
        begins = np.concatenate([[0], np.cumsum([len(points) for points in own])])
        loss = engine.run(Batches(np.concatenate(own), begins), etas, t)
        state = engine.state()
        np.concatenate(
            [net.parameters, *(state[name].ravel() for name in self._averaged)], out=into.numbers[: sum(self._sizes)]
        )
        into.loss[0] = loss
        self._counts = {name: array.copy() for name, array in state.items() if name not in self._averaged}

    def _go_on_from(self, mean: Array) -> None:
        parameters, *arrays = np.split(mean[: sum(self._sizes)], np.cumsum(self._sizes)[:-1])
        self.task.network.parameters = parameters
        for name, values in zip(self._averaged, arrays, strict=True):
            self._lasting[name][...] = values.reshape(self._lasting[name].shape)
        for name, count in self._counts.items():
            self._lasting[name][...] = count

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        raise ValueError("with local steps there is no gradient of the whole batch; leave local_steps out")

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        raise ValueError("with local steps there is no gradient of the whole batch; leave local_steps out")

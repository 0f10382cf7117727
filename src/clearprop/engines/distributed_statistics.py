"""Batch normalisation where the batch is in pieces: mean and variance are those of the whole batch, added up in the fixed tree.

The passes of all pieces go on layer by layer, and stop where they need a mean. The bits do not depend on the number of ranks.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ..formulas.catalogue import Array, require_choice
from ..sparse_rows import SparseRows
from .batch_statistics import Link, Moments, Passes
from .choice import ENGINES, EngineChoice
from .distributed import DistributedEngine
from .engine import Task
from .numpy_engine import NumpyEngine
from .ranks import Partial
from .rounded_tree import RoundedTree
from .shard_tree import Tree

BY_NUMPY = "batch statistics over micro-shards have no compiled kernel"


class PieceEngine(NumpyEngine):
    """The NumPy engine on a piece of each batch. Of one of the pieces it takes the steps too."""

    def _inputs(self, points: Array) -> Array:
        return self.task.X[points] if isinstance(self.task.X, SparseRows) else super()._inputs(points)

    @property
    def gradient(self) -> Array:
        """That of the last passes, (p,)."""
        return self._gradient.parameters

    def follow(self, t: int, points: int, moments: dict[int, tuple[Array, Array]]) -> None:
        """Let `apply` of step t move running statistics towards these, of a batch of so many points."""
        self._t, self._counted, self._moments = t, points, moments


class BatchStatisticsEngine(DistributedEngine):
    """A `DistributedEngine` that takes its means over the whole batch within the passes."""

    def __init__(self, engine: PieceEngine, tree: Tree, rounded: RoundedTree | None = None) -> None:
        super().__init__(engine, tree, rounded)
        self._applied = engine
        task = replace(self.task, state=engine.state())
        self._pieces = {shard: PieceEngine(task) if k else engine for k, shard in enumerate(tree.own)}
        net = self.task.network
        self._normalised = [l for l in net.layers if l in net.normalization and net.normalization[l].axis == 0]
        self._room: dict[int, list[Partial]] = {}
        """Sums that are free, by their length."""

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        of, n, net = len(points) if of is None else of, len(points), self.task.network
        began, self._waited = time.perf_counter(), 0.0
        passes: dict[int, Passes] = {}
        for shard, piece in self._pieces.items():
            part = slice(*(n * edge // self._tree.shards for edge in (shard, shard + 1)))
            if part.start < part.stop:
                passes[shard] = piece.passes(points[part], t, first + part.start, of)
        answers: dict[int, Any] = {}
        moments: dict[int, tuple[Array, Array]] = {}
        for l in self._normalised:
            asked = {shard: each.send(answers.get(shard)) for shard, each in passes.items()}
            moments[l] = Moments.together(asked, n, net.widths[l], self._total)
            answers = dict.fromkeys(asked, moments[l])
        for l in reversed([l for l in self._normalised if l >= self.task.lowest]):
            asked = {shard: each.send(answers.get(shard)) for shard, each in passes.items()}
            answers = Link.together(asked, n, net.widths[l], self._total)
        sums: list[tuple[range, Partial]] = []
        for shard, piece in self._pieces.items():
            if shard in passes:
                self._take(sums, shard, _end(passes[shard], answers.get(shard)), piece.gradient)
            else:
                self._take(sums, shard, -0.0, None)
        self.busy += time.perf_counter() - began - self._waited
        total = self._gradients.total_of(sums, self._free)
        self._free.append(total)
        self._applied.follow(t, n, moments)
        return float(total.loss[0]), total.numbers[: self._size]

    def _total(self, of_pieces: dict[int, Array], size: int) -> Array:
        """The sum over all pieces, (size,), of those that are on this rank."""
        if size not in self._room:
            self._room[size] = [Partial(size, self.task.network.dtype) for _ in range(self._tree.room)]
        free, sums = self._room[size], list[tuple[range, Partial]]()
        for shard in self._tree.own:
            own = free.pop()
            own.clear()
            if shard in of_pieces:
                own.numbers[:size] = of_pieces[shard]
            self._tree.add(sums, shard, own, free)
        began = time.perf_counter()
        total = self._tree.total_of(sums, free)
        self._waited += time.perf_counter() - began
        free.append(total)
        return total.numbers[:size].copy()


def _end(passes: Passes, answer: Any) -> float:
    """What passes return that have their last answer."""
    try:
        passes.send(answer)
    except StopIteration as end:
        return float(end.value)
    raise AssertionError("passes ask for more than the network's normalisations")


def over_batch(task: Task, given: str) -> tuple[PieceEngine, EngineChoice]:
    """The engine of a task whose batch statistics are over several pieces. ValueError for another that is asked for."""
    require_choice(given, ENGINES, "engine")
    if given == "compiled":
        raise ValueError(
            "engine 'compiled' cannot take this task: batch statistics over micro-shards are the NumPy engine's"
        )
    return PieceEngine(task), EngineChoice("numpy", BY_NUMPY)

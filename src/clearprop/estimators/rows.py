"""Rows of training data on their way to an engine: whole epochs of batches, from dense or sparse X.

A sparse X is never made dense as a whole: a few batches at a time are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..engines import Engine, NonFinite, Sharing, Task, choose_engine
from ..formulas.catalogue import Array
from ..training.last_batch import Keep, LastBatch

AUTO_BATCH = 200
"""Points in a batch of `batch_size="auto"`, at most."""
DENSE_NUMBERS = 2**18
"""Numbers of a sparse X that are made dense at a time, at least one batch: 2 MB in float64."""


@dataclass
class Rows(ABC):
    """Points, and the engine that is handed batches of them. The optimiser's state is the task's."""

    task: Task
    batch_size: int
    engine: str = "auto"
    threads: int | None = None
    last: LastBatch = field(default_factory=Keep)
    sharing: Sharing | None = None
    """How each step is shared out; None where it is not."""

    def steps(self, points: int) -> int:
        """Steps in an epoch."""
        return self.last.steps(points, self.batch_size)

    def points(self, points: int) -> int:
        """How many of the points an epoch uses."""
        return self.last.points(points, self.batch_size)

    def run(self, order: Array, etas: Array, t: int) -> float:
        """Take an epoch's steps on the rows `order` (n,), with step sizes `etas` (steps,); the mean loss of a point.

        `t` is the number of the first step, counted from 1 over all epochs.

        Raises NonFinite, its `step` counted from 0 within the epoch, and leaves the network as it was before that step.
        """
        taken, lost = 0, 0.0
        for batches in self.pieces(order):
            k = len(batches)
            try:
                lost += self.run_piece(batches, etas[taken : taken + k], t + taken)
            except NonFinite as error:
                error.step += taken
                raise
            taken += k
        return lost / self.points(len(order))

    def pieces(self, order: Array) -> Iterator[Array]:
        """The epoch's batches, as row numbers (k, size)."""
        return self.last.divided(order, self.batch_size)

    def release(self) -> None:  # noqa: B027 - nothing to do, unless an engine is kept
        """Let go of what is kept between epochs, once there are no more of them."""

    @abstractmethod
    def only(self, numbers: Array) -> Task:
        """The task on copies of the rows `numbers` (k,) alone, dense."""

    @abstractmethod
    def run_piece(self, batches: Array, etas: Array, t: int) -> float:
        """Steps t, t + 1, ... on `batches` (k, b) of row numbers; the sum of b · loss."""

    def _on(self, X: Array, numbers: Array) -> Task:
        """The task on the points X (k, m), which are the rows `numbers` (k,)."""
        weights = None if self.task.weights is None else self.task.weights[numbers]
        return replace(self.task, X=X, Y=self.task.targets(numbers), which=None, weights=weights)

    def _engine_for(self, task: Task) -> Engine:
        choose = choose_engine if self.sharing is None else self.sharing.engine_for
        return choose(task, self.engine, self.last.at_most(self.batch_size), self.threads)[0]


class DenseRows(Rows):
    """X in memory as the engines take it, read where it lies."""

    def release(self) -> None:
        self.__dict__.pop("_engine_of_all", None)

    def only(self, numbers: Array) -> Task:
        return self._on(self.task.X[numbers], numbers)

    def run_piece(self, batches: Array, etas: Array, t: int) -> float:
        if not hasattr(self, "_engine_of_all"):
            self._engine_of_all = self._engine_for(self.task)
        self._engine_of_all.restore(
            self.task.state or {}
        )  # a learning rate that adapts rescales the momentum between epochs
        total = self._engine_of_all.run(batches, etas, t)
        self._engine_of_all.state()  # which brings the task's arrays up to date
        return total


@dataclass
class SparseRows(Rows):
    """X as scipy's CSR; the task's own X is not looked at."""

    X: Any = None

    def only(self, numbers: Array) -> Task:
        return self._on(self.X[numbers].toarray(), numbers)

    def pieces(self, order: Array) -> Iterator[Array]:
        at_once = max(1, DENSE_NUMBERS // (self.batch_size * self.X.shape[1]))
        for batches in super().pieces(order):
            yield from (batches[begin : begin + at_once] for begin in range(0, len(batches), at_once))

    def run_piece(self, batches: Array, etas: Array, t: int) -> float:
        engine = self._engine_for(self.only(batches.ravel()))
        total = engine.run(np.arange(batches.size).reshape(batches.shape), etas, t)
        engine.state()  # which brings the task's arrays up to date
        return total


def rows(
    task: Task,
    X: Any,
    batch_size: int,
    engine: str,
    threads: int | None,
    last: LastBatch,
    sharing: Sharing | None = None,
) -> Rows:
    """The rows of X, dense (n, m) or sparse, as `task` has the rest of them."""
    if hasattr(X, "tocsr"):
        return SparseRows(task, batch_size, engine, threads, last, sharing, X=X.tocsr())
    return DenseRows(replace(task, X=X), batch_size, engine, threads, last, sharing)

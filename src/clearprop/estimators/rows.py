"""Rows of training data on their way to an engine: whole epochs of batches, from dense or sparse X."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..engines import Engine, NonFinite, Sharing, Task, choose_engine
from ..formulas.catalogue import Array
from ..sparse_rows import CompressedRows, SparseRows
from ..training.last_batch import Keep, LastBatch

AUTO_BATCH = 200
"""Points in a batch of `batch_size="auto"`, at most."""


@dataclass
class Rows:
    """Points, and the engine that is handed batches of them. The optimiser's state is the task's."""

    task: Task
    batch_size: int
    engine: str = "auto"
    threads: int | None = None
    last: LastBatch = field(default_factory=Keep)
    sharing: Sharing | None = None
    """How each step is shared out; None where it is not."""
    changes: bool = True
    """Whether somebody looks at the task's state between epochs, or changes it: after each it is brought up to date, and it is
    taken in before the next."""

    _engine_of_all: Engine | None = field(default=None, init=False, repr=False)

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
        taken, lost, used = 0, 0.0, 0
        for batches in self.pieces(order):
            k = len(batches)
            try:
                lost += self.run_piece(batches, etas[taken : taken + k], t + taken)
            except NonFinite as error:
                error.step += taken
                raise
            taken += k
            used += batches.size
        return lost / used

    def pieces(self, order: Array) -> Iterator[Array]:
        """The epoch's batches, as row numbers (k, size)."""
        return self.last.divided(order, self.batch_size)

    def bring_up_to_date(self) -> None:
        """Give the task's state what the engine keeps, where that was not done after every epoch."""
        if self._engine_of_all is not None and not self.changes:
            self._engine_of_all.state()

    def release(self) -> None:
        """Let go of the engine that is kept between epochs, once there are no more of them."""
        self._engine_of_all = None

    def only(self, numbers: Array) -> Task:
        """The task on copies of the rows `numbers` (k,) alone, sparse where they are."""
        X: Any = self.task.X
        weights = None if self.task.weights is None else self.task.weights[numbers]
        some: Any = X.compressed(numbers) if isinstance(X, SparseRows) else X[numbers]
        return replace(self.task, X=some, Y=self.task.targets(numbers), which=None, weights=weights)

    def dense(self, numbers: Array) -> Task:
        """The same with these rows as an array."""
        task = self.only(numbers)
        return replace(task, X=task.X[:])

    def run_piece(self, batches: Array, etas: Array, t: int) -> float:
        """Steps t, t + 1, ... on `batches` (k, b) of row numbers; the sum of b · loss."""
        if self._engine_of_all is None:
            self._engine_of_all = self._engine_for(self.task)
        elif not self.changes:
            return self._engine_of_all.run(batches, etas, t)
        self._engine_of_all.restore(self.task.state or {})
        total = self._engine_of_all.run(batches, etas, t)
        if self.changes:
            self._engine_of_all.state()
        return total

    def _engine_for(self, task: Task) -> Engine:
        choose = choose_engine if self.sharing is None else self.sharing.engine_for
        return choose(task, self.engine, self.last.at_most(self.batch_size), self.threads)[0]


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
    return Rows(replace(task, X=as_rows(X)), batch_size, engine, threads, last, sharing)


def as_rows(X: Any) -> Any:
    """X as an engine takes it: an array as it is, of a sparse matrix its rows, whose numbers are not copied."""
    if not hasattr(X, "tocsr"):
        return X
    rows = X.tocsr()
    if not rows.has_canonical_format:
        rows = rows.copy()
        rows.sum_duplicates()
    return CompressedRows(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data, rows.shape[1])

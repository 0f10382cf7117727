"""Rows of training data on their way to an engine: whole epochs of batches, the last one smaller, from dense or sparse X.

A sparse X is never made dense as a whole: a few batches at a time are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engines import Engine, NonFinite, Task, choose_engine
from ..formulas.catalogue import Array
from ..formulas.penalties import Penalty

DENSE_NUMBERS = 2**18
"""Numbers of a sparse X that are made dense at a time, at least one batch: 2 MB in float64."""


@dataclass
class Rows(ABC):
    """Points, and the engines that are handed batches of them.

    `task` holds the optimiser's state, which all engines share; `penalty_of(b)` is what a batch of b points is penalised
    with, for scikit-learn adds alpha to the sum over a batch, not to its mean.
    """

    task: Task
    batch_size: int
    penalty_of: Callable[[int], Penalty | None]
    engine: str = "auto"

    def steps(self, points: int) -> int:
        """Steps in an epoch."""
        return -(-points // self.batch_size)

    def descend(self, order: Array, etas: Array) -> float:
        """Take an epoch's steps on the rows `order` (n,), with step sizes `etas` (steps,); the mean loss of a point.

        Raises NonFinite, its `step` counted within the epoch, and leaves the network as it was before that step.
        """
        whole = len(order) // self.batch_size
        rest = order[whole * self.batch_size :]
        total = 0.0
        if whole:
            total += self.batch_size * self._run(order[: len(order) - len(rest)].reshape(whole, -1), etas[:whole])
        if len(rest):
            try:
                total += len(rest) * self._run(rest[None], etas[whole:])
            except NonFinite as error:
                error.step += whole
                raise
        return total / len(order)

    @abstractmethod
    def _run(self, batches: Array, etas: Array) -> float:
        """Steps on `batches` (k, b) of row numbers; the sum of their losses."""

    def _engine_for(self, task: Task, points: int) -> Engine:
        return choose_engine(replace(task, penalty=self.penalty_of(points)), self.engine, points)[0]


class DenseRows(Rows):
    """X in memory as the engines take it, read where it lies."""

    def _run(self, batches: Array, etas: Array) -> float:
        if not hasattr(self, "_engines"):
            self._engines: dict[int, Engine] = {}
        points = batches.shape[1]
        if points not in self._engines:
            self._engines[points] = self._engine_for(self.task, points)
        return self._engines[points].run(batches, etas)


@dataclass
class SparseRows(Rows):
    """X as scipy's CSR; the task's own X is not looked at."""

    X: Any = None

    def _run(self, batches: Array, etas: Array) -> float:
        k, b = batches.shape
        at_once = max(1, DENSE_NUMBERS // (b * self.X.shape[1]))
        total = 0.0
        for begin in range(0, k, at_once):
            piece = batches[begin : begin + at_once]
            engine = self._engine_for(self._dense(piece.ravel()), b)
            try:
                total += engine.run(np.arange(piece.size).reshape(piece.shape), etas[begin : begin + at_once])
            except NonFinite as error:
                error.step += begin
                raise
        return total

    def _dense(self, rows: Array) -> Task:
        """The task on these rows alone."""
        weights = None if self.task.weights is None else self.task.weights[rows]
        return replace(self.task, X=self.X[rows].toarray(), Y=self.task.Y[rows], weights=weights)


def rows(task: Task, X: Any, batch_size: int, penalty_of: Callable[[int], Penalty | None], engine: str) -> Rows:
    """The rows of X, dense (n, m) or sparse, as `task` has the rest of them."""
    if hasattr(X, "tocsr"):
        return SparseRows(task, batch_size, penalty_of, engine, X.tocsr())
    return DenseRows(replace(task, X=X), batch_size, penalty_of, engine)

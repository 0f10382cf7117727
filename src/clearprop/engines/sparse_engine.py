"""Steps on points of which most inputs are 0: those of a few batches at a time are made dense, for another engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..formulas.catalogue import Array
from .batches import DENSE_NUMBERS, Batches, as_batches
from .engine import Engine, NonFinite, Task


class SparseEngine(Engine):
    """The steps of an engine that takes dense points; `make` gives one for a task. The optimiser's state is shared."""

    def __init__(self, task: Task, make: Callable[[Task], Engine], like: type[Engine]) -> None:
        super().__init__(task)
        self._make = make
        self.name, self.seconds_per_step = like.name, like.seconds_per_step  # type: ignore[misc]  # those of the other
        self.operations_per_second = like.operations_per_second  # type: ignore[misc]
        self._halfway: Engine | None = None

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        total = 0.0
        for at, rows, own in as_batches(batches).in_pieces(max(1, DENSE_NUMBERS // self.task.X.shape[1])):
            engine = self._on(rows)
            try:
                total += engine.run(own, etas[at], t + at.start)
            except NonFinite as error:
                error.step += at.start
                raise
            finally:
                engine.state()  # which brings the arrays of the state up to date
        return total

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        of, most = len(points) if of is None else of, max(1, DENSE_NUMBERS // self.task.X.shape[1])
        if any(part.running for part in self.task.network.normalization.values()):
            most = len(points)  # their mean and variance are those of all of them
        total, gradient = 0.0, np.zeros_like(self.task.network.parameters)
        for at in range(0, len(points), most):
            some = points[at : at + most]
            self._halfway = self._on(some)
            loss, own = self._halfway.loss_and_gradient(np.arange(len(some)), t, first=first + at, of=of)
            total += loss
            gradient += own
        return total, gradient

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        if self._halfway is None:
            raise ValueError("apply follows loss_and_gradient of the same step")
        self._halfway.apply(gradient, eta, t)
        self._halfway.state()

    def _on(self, rows: Array) -> Engine:
        """An engine of these points alone, dense."""
        task = self.task
        weights = None if task.weights is None else task.weights[rows]
        own = replace(task, X=task.X[rows], Y=task.targets(rows), which=None, weights=weights, state=self._state)
        return self._make(own)

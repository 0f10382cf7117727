"""An engine for steps on points that come with each step: it grows with the largest, and undoes a step that is not finite."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..engines import NonFinite, Task, choose_engine, require_points
from ..formulas.catalogue import Array
from .step_factors import factors_given
from .step_rows import StepRows

LEAST_ROOM = 2
"""Rows that an engine has room for from the beginning; it doubles until a larger step fits."""


class StepEngine:
    """The engine of `task`, whose own points are never used. It counts no steps: t comes from outside."""

    def __init__(self, task: Task, rows: StepRows, engine: str, threads: int | None) -> None:
        self.task, self._rows, self._asked = task, rows, (engine, threads)
        self._make(LEAST_ROOM, None)

    def _make(self, room: int, state: dict[str, Array] | None) -> None:
        """An engine with room for so many rows, which goes on from an optimiser's state."""
        given, threads = self._asked
        self._engine, self.choice = choose_engine(replace(self.task, state=state), given, room, threads)
        self._room = room
        weighted = self._rows.of_classes is not None
        labels, dense = (None if weighted else self._rows.labels), self._rows.dense and not weighted
        self.quick = self._engine.quick_step(labels, dense=dense)
        """A step on plain rows, as `Engine.quick_step` has it."""

    def _move_to(self, X: Array, Y: Array, weights: Array | None) -> None:
        require_points(self.task.network, len(X))
        room = self._room
        while room < len(X):
            room *= 2
        if room > self._room:
            self._make(room, self._engine.state())
        self._engine.move_to(X, Y, weights)

    def step(self, X: Array, Y: Array, weights: Array | None, eta: float, t: int) -> float:
        """Step t on all rows: the loss before it. NonFinite, and nothing changed, where something is not finite."""
        self._move_to(X, Y, weights)
        compiled = self.choice.name == "compiled"  # which undoes all of a step by itself
        before = {} if compiled else self.state()
        try:
            return self._engine.run(np.arange(len(X))[None], np.array([eta]), t) / len(X)
        except NonFinite:
            self._engine.restore(before)
            raise

    def loss_and_gradient(self, X: Array, Y: Array, weights: Array | None, t: int) -> tuple[float, Array]:
        """The loss of step t on all rows and its gradient (p,). NonFinite where one is not finite."""
        self._move_to(X, Y, weights)
        numbers = np.arange(len(X))
        with np.errstate(all="ignore"):  # what is not finite is caught here
            loss, gradient = self._engine.loss_and_gradient(numbers, t)
        if not (math.isfinite(loss) and np.isfinite(gradient).all()):
            raise self._engine.locate(0, numbers, t)
        return loss, gradient.copy()

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        """Step t against a gradient (p,). NonFinite, and nothing changed, where something is not finite."""
        parameters = self.task.network.parameters
        before, weights = self.state(), parameters.copy()
        try:
            self._engine.apply(gradient.copy(), eta, t)  # which uses it up
        except NonFinite:
            parameters[...] = weights
            self._engine.restore(before)
            raise

    def take_factors(self, factors: Array) -> None:
        """Go on with other factors of steps, (p,). ValueError for what are none."""
        self.task = replace(self.task, factors=factors_given(factors, self.task.network))
        self._make(self._room, self._engine.state())

    def state(self) -> dict[str, Array]:
        """A copy of the optimiser's state."""
        return {name: array.copy() for name, array in self._engine.state().items()}

    def restore(self, state: dict[str, Array], seed: int) -> None:
        """Go on from a copy of an optimiser's state; dropout and noise are drawn from `seed`."""
        self.task = replace(self.task, seed=seed)
        self._make(self._room, {name: array.copy() for name, array in state.items()})

"""The steps of several networks of one shape: side by side in the lanes of vectors, or one after another over threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from ..engines import EngineChoice, NonFinite, Task
from ..engines.processors import processors
from ..engines.several import MOST_ROWS, SideBySideSteps, why_not_in_lanes
from ..formulas.catalogue import Array
from .step_engine import StepEngine
from .step_rows import StepRows

WORTH_A_THREAD = 1e6
"""Multiplications and additions of one network's step from which other threads help: such work lets go of Python's lock."""


class NetworkDiverged(ArithmeticError):
    """The step of one of several networks was not finite; no network has taken it."""

    def __init__(self, network: int, error: NonFinite) -> None:
        super().__init__(f"network {network}: {error}")
        self.network, self.error = network, error


class OneAfterAnother:
    """Each network with an engine of its own; a large step is shared out to threads, some networks each."""

    def __init__(self, tasks: Sequence[Task], rows: StepRows, engine: str, threads: int | None) -> None:
        self.parameters_of = np.stack([task.network.parameters for task in tasks])
        self.threads = threads or processors()
        nets = [task.network.with_parameters(row) for task, row in zip(tasks, self.parameters_of, strict=True)]
        self.engines = [
            StepEngine(replace(task, network=net), rows, engine, 1) for task, net in zip(tasks, nets, strict=True)
        ]

    @property
    def choice(self) -> EngineChoice:
        return self.engines[0].choice

    @property
    def parameters(self) -> Array:
        return self.parameters_of.copy()

    @parameters.setter
    def parameters(self, values: Array) -> None:
        self.parameters_of[...] = values

    def step(self, X: Array, Y: Array, weights: Array | None, etas: Array, t: int) -> Array:
        """Step t of each network: the losses before it (K,). NetworkDiverged, and nothing changed, where one is not finite."""
        losses = np.empty(len(self.engines))

        def step_of(k: int) -> None:
            losses[k] = self.engines[k].step(*_of(k, X, Y, weights), float(etas[k]), t)

        self._each_or_none(step_of, X.shape[-2])
        return losses

    def loss_and_gradient(self, X: Array, Y: Array, weights: Array | None, t: int) -> tuple[Array, Array]:
        """The loss of step t of each network (K,), and its gradient (K, p). NetworkDiverged where one is not finite."""
        losses, gradients = np.empty(len(self.engines)), np.empty_like(self.parameters_of)

        def gradient_of(k: int) -> None:
            losses[k], gradients[k] = self.engines[k].loss_and_gradient(*_of(k, X, Y, weights), t)

        self._each(gradient_of, X.shape[-2])
        return losses, gradients

    def apply(self, gradients: Array, etas: Array, t: int) -> None:
        """Step t of each network against gradients (K, p). NetworkDiverged, and nothing changed, where one is not finite."""
        self._each_or_none(lambda k: self.engines[k].apply(gradients[k], float(etas[k]), t), 1)

    def predict(self, X: Array) -> Array:
        """A^L (K, n, n^L) of X (n, m^1), or (K, n, m^1)."""
        nets = [engine.task.network for engine in self.engines]
        return np.stack([net.predict(own_of(X, k, 3)) for k, net in enumerate(nets)])

    def state(self) -> dict[str, Any]:
        """What the optimisers keep and the running statistics, an array (K, ...) each."""
        kept = [engine.state() for engine in self.engines]
        return {
            "optimizer": {name: np.stack([each[name] for each in kept]) for name in kept[0]},
            "statistics": np.stack([engine.task.network.statistics for engine in self.engines]),
            "seeds": [engine.task.seed for engine in self.engines],
        }

    def restore(self, values: dict[str, Any]) -> None:
        for k, engine in enumerate(self.engines):
            engine.task.network.statistics[...] = values["statistics"][k]
            engine.restore({name: array[k] for name, array in values["optimizer"].items()}, values["seeds"][k])

    def _each_or_none(self, work: Callable[[int], None], rows: int) -> None:
        """Work on each network. Where it is not finite in one, all that it changed is undone."""
        before = self.parameters, self.state()
        try:
            self._each(work, rows)
        except NetworkDiverged:
            self.parameters = before[0]
            self.restore(before[1])
            raise

    def _each(self, of_each: Callable[[int], None], rows: int) -> None:
        """Work on each network, those of a thread one after another. NetworkDiverged for the first that is not finite."""

        def work(k: int) -> None:
            try:
                of_each(k)
            except NonFinite as error:
                raise NetworkDiverged(k, error) from None

        K, size = len(self.engines), self.parameters_of.shape[1]
        workers = min(self.threads, K) if 6 * size * rows >= WORTH_A_THREAD else 1
        if workers == 1:
            for k in range(K):
                work(k)
            return
        shares = [range(K * i // workers, K * (i + 1) // workers) for i in range(workers)]

        def work_on(share: range) -> None:
            for k in share:
                work(k)

        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(work_on, share) for share in shares]:
                done.result()


class InLanes:
    """All networks side by side. A step on more rows than that takes goes to engines of their own, to the same bits."""

    def __init__(self, tasks: Sequence[Task], rows: StepRows, threads: int | None) -> None:
        self._tasks, self._rows, self._threads = tasks, rows, threads
        self.kernels = SideBySideSteps(tasks[0], np.stack([task.network.parameters for task in tasks]), threads)
        self._others: OneAfterAnother | None = None
        what = f"{len(tasks)} networks in vector lanes, up to {self.kernels.threads} threads"
        self.choice = EngineChoice("compiled", what)

    @property
    def parameters(self) -> Array:
        return self.kernels.parameters

    @parameters.setter
    def parameters(self, values: Array) -> None:
        self.kernels.parameters = values

    def step(self, X: Array, Y: Array, weights: Array | None, etas: Array, t: int) -> Array:
        if X.shape[-2] > MOST_ROWS:
            others = self._alone()
            losses = others.step(X, Y, weights, etas, t)
            self._take_back(others)
            return losses
        losses, wrong = self.kernels.step(X, Y, weights, etas)
        if wrong >= 0:
            raise NetworkDiverged(wrong, self._where(wrong, X, Y, weights, etas, t))
        return losses

    def predict(self, X: Array) -> Array:
        return self.kernels.predict(X)

    def state(self) -> dict[str, Any]:
        K, nothing = len(self._tasks), self._tasks[0].network.statistics
        return {"optimizer": self.kernels.state(), "statistics": np.stack([nothing] * K), "seeds": [0] * K}

    def restore(self, values: dict[str, Any]) -> None:
        self.kernels.restore(values["optimizer"])

    def loss_and_gradient(self, X: Array, Y: Array, weights: Array | None, t: int) -> tuple[Array, Array]:
        return self._alone().loss_and_gradient(X, Y, weights, t)

    def apply(self, gradients: Array, etas: Array, t: int) -> None:
        others = self._alone()
        others.apply(gradients, etas, t)
        self._take_back(others)

    def _alone(self) -> OneAfterAnother:
        """Engines of their own, which go on from the state here."""
        if self._others is None:
            self._others = OneAfterAnother(self._tasks, self._rows, "auto", self._threads)
        self._others.parameters = self.parameters
        self._others.restore(self.state())
        return self._others

    def _take_back(self, others: OneAfterAnother) -> None:
        self.parameters = others.parameters
        self.restore(others.state())

    def _where(self, k: int, X: Array, Y: Array, weights: Array | None, etas: Array, t: int) -> NonFinite:
        """In which layer the step of network k was not finite: its own engine says."""
        x, y, w = _of(k, X, Y, weights)
        net = self._tasks[k].network.with_parameters(self.parameters[k])
        engine = StepEngine(replace(self._tasks[k], network=net), self._rows, "auto", 1)
        engine.restore({name: array[k] for name, array in self.kernels.state().items()}, 0)
        try:
            engine.step(x, y, w, float(etas[k]), t)
        except NonFinite as error:
            return error
        raise AssertionError(f"network {k} is finite by itself")


def steps_of(
    tasks: Sequence[Task], rows: StepRows, engine: str, threads: int | None
) -> tuple[InLanes | OneAfterAnother, str]:
    """Who takes the steps of these networks, and why they are not taken side by side; empty where they are."""
    reason = why_not_in_lanes(tasks[0], len(tasks), engine)
    if reason:
        return OneAfterAnother(tasks, rows, engine, threads), reason
    return InLanes(tasks, rows, threads), ""


def own_of(array: Any, k: int, ndim: int) -> Any:
    """Network k's own of an array that has `ndim` axes where each has its own."""
    return array[k] if array is not None and array.ndim == ndim else array


def _of(k: int, X: Array, Y: Array, weights: Array | None) -> tuple[Array, Array, Array | None]:
    """The rows of network k."""
    return own_of(X, k, 3), own_of(Y, k, 3), own_of(weights, k, 2)

"""Restarts: several trainings from independent starting points, of which the best is kept (Concept 20).

Different starts reach different local minima. Each restart draws its start and its points from a generator of its own,
so it does not matter how many there are, in which order they run, or on how many threads.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..engines import EngineChoice
from ..engines.compiled import SideBySide, why_not_side_by_side
from ..formulas.catalogue import Array
from ..network import Network
from .history import History, Report
from .loop import REPORTS, Diverged, Loop, Run
from .progress import Bar
from .sampling import Sampling, Supply

AT_ONCE = 4096
"""Steps of each network in one call of the kernels, at most."""


def starting_points(net: Network, K: int, rng: np.random.Generator) -> list[tuple[Network, np.random.Generator]]:
    """K networks, the given one first, the others drawn as it was; and what draws the points of each."""
    generators = rng.spawn(K)
    drawn = [
        Network(net.widths, net.activations, init=net.init, normalization=net.normalizations, seed=own, dtype=net.dtype)
        for own in generators[1:]
    ]
    return list(zip([net.copy(), *drawn], generators, strict=True))


def one_after_another(
    starts: list[tuple[Network, np.random.Generator]],
    run_one: Callable[[Network, np.random.Generator], Run],
) -> Run:
    """Each restart by a loop of its own; one that diverges is passed over, unless all do."""
    runs: list[Run | None] = []
    failure: Diverged | None = None
    for net, generator in starts:
        try:
            runs.append(run_one(net, generator))
        except Diverged as error:
            runs.append(None)
            failure = error
            continue
        if runs[-1] is not None and runs[-1].stopped_because == "interrupted":
            break
    losses = np.array([math.inf if run is None else _lowest(run.history) for run in runs])
    best = runs[int(np.argmin(losses))]
    if best is None:
        assert failure is not None
        raise failure
    return replace(best, restarts=losses)


def _lowest(history: History) -> float:
    """What a restart is judged by: its best validation loss, else its last loss."""
    if not len(history):
        return math.inf
    return float(history["validation_loss"].min() if "validation_loss" in history else history["loss"][-1])


class Lanes:
    """Small networks trained side by side in the lanes of the processor's vectors, reported on together."""

    def __init__(
        self, loop: Loop, starts: list[tuple[Network, np.random.Generator]], sampling: Sampling, threads: int
    ) -> None:
        """`loop` says what the trainings share; its own network is the first start."""
        n = len(loop.task.X)
        self.loop, self.threads = loop, threads
        self.parameters = np.stack([net.parameters for net, _ in starts])
        self.best, self.judged = self.parameters.copy(), np.full(len(starts), math.inf)
        self.supplies = [Supply(sampling.batches(n, 1, generator), n) for _, generator in starts]
        self.engine = SideBySide(loop.task, threads)
        self.reports: list[tuple[Report, Array, Array | None]] = []

    @staticmethod
    def why_not(loop: Loop, K: int) -> str:
        """Why these restarts cannot run side by side; empty where they can."""
        if loop.watches or loop.callbacks or loop.metrics or loop.average or loop.schedule.listener():
            return "stop conditions, callbacks, metrics, averages and plateaus look at one training at a time"
        return why_not_side_by_side(loop.task, K) if loop.batch_size == 1 else "batch_size is not 1"

    def run(self, bar: Bar) -> Run:
        """All steps of all networks."""
        steps, n = self.loop.steps, len(self.loop.task.X)
        period = n * max(1, math.ceil(steps / (n * REPORTS)))
        step = 0
        try:
            while step < steps:
                until = min(step + period, steps)
                self._report(until, *self._take(step, until, bar))
                step = until
        except KeyboardInterrupt:
            return self._finish("interrupted")
        run = self._finish(f"all {steps} steps taken")
        if self.reports and not np.isfinite(self.judged).any():
            eta = self.reports[-1][0].eta
            raise Diverged(f"all {len(self.judged)} restarts diverged; eta was {eta:g}, try a smaller one", run)
        return run

    def _take(self, step: int, until: int, bar: Bar) -> tuple[Array, float]:
        """The steps from one report to the next: each network's mean loss (K,), and the last step size."""
        at_once = max(16, min(AT_ONCE, int(3e7 / self.parameters.size)))
        losses, since = np.zeros(len(self.parameters)), until - step
        while step < until:
            count = min(at_once, until - step)
            orders = np.stack([supply.take(count).rows for supply in self.supplies])
            etas = self.loop.schedule.eta(np.arange(step + 1, step + count + 1))
            self.engine.run(self.parameters, orders, etas, losses)
            step += count
            bar.advance(step)
        return losses / since, float(etas[-1])

    def _report(self, step: int, losses: Array, eta: float) -> None:
        """Measure, and keep the best of each network."""
        loop = self.loop
        seconds = time.perf_counter() - loop.began
        validation = (
            None if loop.validation is None else np.array([self._validation_loss(row) for row in self.parameters])
        )
        self.reports.append((Report(step, step / len(loop.task.X), math.nan, eta, seconds), losses, validation))
        judged = losses if validation is None else validation
        judged = np.where(np.isfinite(judged) & np.isfinite(self.parameters).all(axis=1), judged, math.inf)
        better = (judged < self.judged) | (validation is None)
        self.best[better], self.judged[better] = self.parameters[better], judged[better]

    def _validation_loss(self, parameters: Array) -> float:
        loop = self.loop
        assert loop.validation is not None
        net = loop.task.network.with_parameters(parameters)
        with np.errstate(all="ignore"):  # a restart may have left the finite numbers
            Z, A = loop.validation.outputs(net)
            return loop.validation.loss(net, loop.task.loss, loop.task.penalty, Z, A)

    def _finish(self, because: str) -> Run:
        k, loop, history = int(np.argmin(self.judged)), self.loop, History()
        for report, losses, validation in self.reports:
            validation_loss = None if validation is None else float(validation[k])
            history.append(replace(report, loss=float(losses[k]), validation_loss=validation_loss))
        loop.task.network.parameters = self.best[k]
        reason = f"{len(self.judged)} networks in vector lanes, {self.threads} threads; {loop.choice.reason}"
        choice = EngineChoice("compiled", reason)
        return Run(
            loop.task.network, history, because, choice, loop.classes, restarts=self.judged, schedule=loop.schedule
        )

"""Restarts: several trainings from independent starting points, of which the best is kept (Concept 20).

Different starts reach different local minima. Each restart draws its start and its points from a generator of its own,
so it does not matter how many there are, in which order they run, or on how many threads.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..engines import EngineChoice
from ..engines.compiled import SideBySide, why_not_side_by_side
from ..formulas.catalogue import Array
from ..network import Network
from .history import History, Report
from .loop import REPORTS, Diverged, Loop, Run
from .progress import Bar
from .sampling import Sampling, Supply
from .stopping import watched_loss

AT_ONCE = 4096
"""Steps of each network in one call of the kernels, at most."""


def starting_points(net: Network, K: int, rng: np.random.Generator) -> list[tuple[Network, np.random.Generator]]:
    """K networks, the given one first, the others drawn as it was; and what draws the points of each."""
    generators = rng.spawn(K)
    drawn = [Network(net.widths, net.activations, init=net.init, seed=own, dtype=net.dtype) for own in generators[1:]]
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


@dataclass
class Lanes:
    """Small networks trained side by side in the lanes of the processor's vectors, reported on together."""

    loop: Loop
    """What the trainings share; its own network is the first start."""
    starts: list[tuple[Network, np.random.Generator]]
    sampling: Sampling
    threads: int

    @staticmethod
    def why_not(loop: Loop, K: int) -> str:
        """Why these restarts cannot run side by side; empty where they can."""
        if loop.watches or loop.callbacks or loop.metrics:
            return "stop conditions, callbacks and metrics look at one training at a time"
        return why_not_side_by_side(loop.task, K) if loop.batch_size == 1 else "batch_size is not 1"

    def run(self, bar: Bar) -> Run:
        """All steps of all networks."""
        loop, K = self.loop, len(self.starts)
        task, n = loop.task, len(loop.task.X)
        parameters = np.stack([net.parameters for net, _ in self.starts])
        nets = [task.network.with_parameters(row) for row in parameters]
        best, best_losses = parameters.copy(), np.full(K, math.inf)
        histories = [History() for _ in nets]
        supplies = [Supply(self.sampling.batches(n, 1, generator), n) for _, generator in self.starts]
        engine = SideBySide(task, self.threads)
        period = n * max(1, math.ceil(loop.steps / (n * REPORTS)))
        at_once = max(16, min(AT_ONCE, int(3e7 / parameters.size)))
        step, because = 0, f"all {loop.steps} steps taken"
        try:
            while step < loop.steps:
                until, losses = min(step + period, loop.steps), np.zeros(K)
                since = until - step
                while step < until:
                    count = min(at_once, until - step)
                    orders = np.stack([_rows(supply, count) for supply in supplies])
                    etas = loop.schedule.eta(np.arange(step + 1, step + count + 1))
                    engine.run(parameters, orders, etas, losses)
                    step += count
                    bar.advance(step)
                for k, net in enumerate(nets):
                    report = self._report(net, step, float(losses[k]) / since, float(etas[-1]))
                    histories[k].append(report)
                    judged = watched_loss(report) if np.isfinite(net.parameters).all() else math.inf
                    judged = judged if math.isfinite(judged) else math.inf
                    if loop.validation is None or judged < best_losses[k]:
                        best[k], best_losses[k] = parameters[k], judged
        except KeyboardInterrupt:
            because = "interrupted"
        k = int(np.argmin(best_losses))
        task.network.parameters = best[k]
        choice = EngineChoice("compiled", f"{K} networks in vector lanes, {self.threads} threads; {loop.choice.reason}")
        run = Run(task.network, histories[k], because, choice, loop.classes, restarts=best_losses)
        if loop.steps and not np.isfinite(best_losses).any() and because != "interrupted":
            raise Diverged(f"all {K} restarts diverged; eta was {float(etas[-1]):g}, try a smaller one", run)
        return run

    def _report(self, net: Network, step: int, loss: float, eta: float) -> Report:
        loop = self.loop
        report = Report(step, step / len(loop.task.X), loss, eta, time.perf_counter() - loop.began, network=net)
        if loop.validation is None:
            return report
        with np.errstate(all="ignore"):
            Z, A = loop.validation.outputs(net)
            loss = loop.validation.loss(net, loop.task.loss, loop.task.penalty, Z, A)
        return replace(report, validation_loss=loss)


def _rows(supply: Supply, count: int) -> Array:
    """Row numbers for exactly `count` steps."""
    pieces = []
    while count:
        pieces.append(supply.take(count)[:, 0])
        count -= len(pieces[-1])
    return np.concatenate(pieces)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""The loop: batches go to an engine, reports come back, until a condition ends it. The loop itself computes no step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from ..engines import Batches, Engine, EngineChoice, NonFinite, Task
from ..formulas.catalogue import Array
from ..formulas.metrics import Metric
from ..formulas.schedules import Schedule
from ..network import Network
from .evaluation import HeldOut
from .history import History, Report
from .progress import Bar
from .recording import Recording
from .sampling import Supply
from .stopping import Watch, watched_loss

Callback: TypeAlias = Callable[[Report], object]
"""Called with every report; training stops if it returns True."""

REPORTS = 1000
"""Reports in a long training, at most: thousands of tiny epochs are reported in groups."""


@dataclass(frozen=True)
class Run:
    """What training gives: the trained network, and how it came about."""

    network: Network
    """The best one by validation loss where there is a validation set, else the last."""
    history: History
    stopped_because: str
    engine: EngineChoice
    """Which engine computed the steps, and why that one."""
    classes: Array | None = None
    """What the outputs stand for, where targets were labels."""
    recording: Recording | None = None
    """The steps that were kept, where that was asked for."""
    restarts: Array | None = None
    """The loss that each restart was judged by, (K,), infinite where it diverged; None where there was only one."""


class Diverged(ArithmeticError):
    """Training met a value that is not finite.

    `run` holds the history so far and the last finite network (with a validation set, the best one so far).
    """

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


@dataclass
class Loop:
    """One call of `train`: what is done is given, what changes is below the line."""

    task: Task
    engine: Engine
    choice: EngineChoice
    schedule: Schedule
    batch_size: int
    steps: int
    validation: HeldOut | None
    metrics: tuple[Metric, ...]
    watches: list[Watch]
    callbacks: tuple[Callback, ...]
    classes: Array | None
    recording: Recording | None = None
    # ---- what changes
    step: int = 0
    eta: float = 0.0
    history: History = field(default_factory=History)
    began: float = field(default_factory=time.perf_counter)
    best_loss: float = math.inf
    best: Array | None = None

    def run(self, supply: Supply, bar: Bar) -> Run:
        """All steps, or as many as it takes."""
        epoch, at_once = self._steps_per_epoch, self.engine.steps_at_once(self.batch_size)
        period = epoch * max(1, math.ceil(self.steps / (epoch * REPORTS)))  # whole epochs, so that losses compare
        while self.step < self.steps:
            total, until = 0.0, min(self.step + period, self.steps)
            since = until - self.step
            try:
                while self.step < until:
                    total += self._take(supply.take(min(until - self.step, at_once)))
                    bar.advance(self.step)
                reason = self._report(total / since, bar)
            except KeyboardInterrupt:
                return self._finish("interrupted")
            if reason:
                return self._finish(reason)
        return self._finish(f"all {self.steps} steps taken")

    @property
    def _steps_per_epoch(self) -> int:
        return math.ceil(len(self.task.X) / self.batch_size)

    def _take(self, batches: Batches) -> float:
        """Steps on one piece; the sum of their losses."""
        etas = self.schedule.eta(np.arange(self.step + 1, self.step + len(batches) + 1))
        try:
            total = self.engine.run(batches, etas)
        except NonFinite as error:  # the engine has left the network as it was before that step
            raise self._diverged(error, float(etas[error.step])) from None
        self.step += len(batches)
        self.eta = float(etas[-1])
        return total

    def _diverged(self, error: NonFinite, eta: float) -> Diverged:
        step = self.step + error.step + 1
        epoch = (step - 1) // self._steps_per_epoch + 1
        message = (
            f"training diverged in epoch {epoch}, step {step}: {error}"
            f"; eta was {eta:g}, try a smaller one, or scale the inputs"
        )
        return Diverged(message, self._finish(f"diverged in step {step}"))

    def _report(self, loss: float, bar: Bar) -> str | None:
        """Measure, keep the best, tell everyone; the reason to stop, if any."""
        report = Report(
            step=self.step,
            epoch=self.step / self._steps_per_epoch,
            loss=loss,
            eta=self.eta,
            seconds=time.perf_counter() - self.began,
            network=self.task.network,
        )
        report = self._measured(report)
        self.history.append(report)
        bar.report(report)
        if self.validation is not None and watched_loss(report) < self.best_loss:
            self.best_loss, self.best = watched_loss(report), self.task.network.parameters.copy()
        reasons = [watch(report) for watch in self.watches]
        told = ["a callback asked for it" if _is_true(callback(report)) else None for callback in self.callbacks]
        return next((reason for reason in (*reasons, *told) if reason), None)

    def _measured(self, report: Report) -> Report:
        net, task = self.task.network, self.task
        if self.validation is None and not self.metrics:
            return report
        held = self.validation or HeldOut(task.X, task.Y, task.weights)
        with np.errstate(all="ignore"):  # a prediction that overflows shows in the numbers
            Z, A = held.outputs(net)
            metrics = {metric.name: metric.value(A, held.Y) for metric in self.metrics}
            if self.validation is None:
                return replace(report, metrics=metrics)
            return replace(report, validation_loss=held.loss(net, task.loss, task.penalty, Z, A), metrics=metrics)

    def _finish(self, because: str) -> Run:
        if self.best is not None:
            self.task.network.parameters = self.best
        return Run(self.task.network, self.history, because, self.choice, self.classes, self.recording)


def _is_true(answer: object) -> bool:
    """Whether a callback said True, in Python's words or in NumPy's; anything else is not an answer."""
    return isinstance(answer, bool | np.bool_) and bool(answer)

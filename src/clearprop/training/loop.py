"""The loop: batches go to an engine, reports come back, until a condition ends it. The loop itself computes no step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from ..engines import Engine, EngineChoice, NonFinite, Task
from ..formulas.catalogue import Array
from ..formulas.metrics import Metric
from ..formulas.schedules import Schedule
from ..network import Network
from .averages import Average
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
    schedule: Schedule | None = None
    """The step size as a function of t, which also says how long "the whole training" was."""


class Diverged(ArithmeticError):
    """Training met a value that is not finite.

    `run` holds the history so far and the last finite network (with a validation set, the best one so far).
    """

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


class NoStepSize(ValueError):
    """eta(t) gave no step size in the middle of training.

    `run` holds the history so far and the network after the last step that had one (with a validation set, the best one).
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
    average: Average | None = None
    recording: Recording | None = None
    # ---- what changes
    step: int = 0
    eta: float = 0.0
    history: History = field(default_factory=History)
    began: float = field(default_factory=time.perf_counter)
    best_loss: float = math.inf
    best: Network | None = None
    factor: float = 1.0
    """By which a schedule that listens has cut eta(t) down."""

    def __post_init__(self) -> None:
        self._listener = self.schedule.listener()

    def run(self, supply: Supply, bar: Bar) -> Run:
        """All steps, or as many as it takes."""
        epoch, at_once = self._steps_per_epoch, self.engine.steps_at_once(self.batch_size)
        period = epoch * max(1, math.ceil(self.steps / (epoch * REPORTS)))  # whole epochs, so that losses compare
        while self.step < self.steps:
            total, until = 0.0, min(self.step + period, self.steps)
            since = until - self.step
            try:
                while self.step < until:
                    total += self._take(supply, min(self._next(until) - self.step, at_once))
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

    def _next(self, until: int) -> int:
        """The step after which the loop has something to do: a report, or parameters to average."""
        return until if self.average is None else min(until, self.average.next)

    def _take(self, supply: Supply, count: int) -> float:
        """At most so many steps, and at least one; the sum of their losses."""
        etas = self._etas(count)
        try:
            total = self.engine.run(supply.take(len(etas)), etas, self.step + 1)
        except NonFinite as error:  # the engine has left the network as it was before that step
            raise self._diverged(error, float(etas[error.step])) from None
        self.step += len(etas)
        self.eta = float(etas[-1])
        if self.average is not None and self.step == self.average.next:
            self.average.take_in(self.task.network.parameters, self.step)
        return total

    def _etas(self, count: int) -> Array:
        """The next step sizes, at most `count`: those before one that cannot be had, so that their steps are taken."""
        try:
            etas = self.schedule.eta(np.arange(self.step + 1, self.step + count + 1))
        except Exception as error:
            if count > 1:
                return self._etas(count // 2)
            if not self.step:
                raise
            because = f"eta({self.step + 1}) could not be had after {self.step} steps: {error}"
            raise NoStepSize(because, self._finish(because)) from error
        return etas if self.factor == 1 else etas * self.factor

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
            network=self._whole(),
        )
        report = self._measured(report)
        self.history.append(report)
        bar.report(report)
        if self.validation is not None and watched_loss(report) < self.best_loss:
            self.best_loss, self.best = watched_loss(report), self._whole().copy()
        if self._listener is not None:
            self.factor = self._listener(watched_loss(report))
        reasons = [watch(report) for watch in self.watches]
        told = ["a callback asked for it" if _is_true(callback(report)) else None for callback in self.callbacks]
        return next((reason for reason in (*reasons, *told) if reason), None)

    def _whole(self) -> Network:
        """The network that would be returned now: the averaged one where parameters are averaged."""
        return self.task.network if self.average is None else self.average.whole(self.task.network)

    def _measured(self, report: Report) -> Report:
        net, task = report.network, self.task
        assert net is not None
        if self.validation is None and not self.metrics:
            return report
        held = self.validation or HeldOut(task.X, task.Y, task.weights)
        with np.errstate(all="ignore"):  # a prediction that overflows shows in the numbers
            Z, A = held.outputs(net)
            metrics = {metric.name: metric.value(task.loss.prediction(A), held.Y) for metric in self.metrics}
            if self.validation is None:
                return replace(report, metrics=metrics)
            return replace(report, validation_loss=held.loss(net, task.loss, task.penalty, Z, A), metrics=metrics)

    def _finish(self, because: str) -> Run:
        net, given = self.task.network, self._whole() if self.best is None else self.best
        net.parameters = given.parameters
        net.statistics[...] = given.statistics
        return Run(net, self.history, because, self.choice, self.classes, self.recording, schedule=self.schedule)


def _is_true(answer: object) -> bool:
    """Whether a callback said True, in Python's words or in NumPy's; anything else is not an answer."""
    return isinstance(answer, bool | np.bool_) and bool(answer)

"""Restarts side by side: several small networks trained at once, each in one lane of the processor's vectors."""

from __future__ import annotations

import math
import time
from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ..engines import EngineChoice
from ..engines.compiled import SideBySide, why_not_side_by_side
from ..engines.processors import processors
from ..formulas.catalogue import Array
from ..formulas.schedules import etas_of
from ..network import Network
from ..sparse_rows import SparseRows
from .history import History, Report
from .interrupts import Interrupts
from .mean_loss import MeanLoss
from .progress import Bar, NoBar
from .restarts import Start, about_starts
from .run import Diverged, Run
from .sampling import BatchStream
from .state import State
from .stopping import taken_all
from .training import Training

AT_ONCE = 4096
"""The most steps of each network in one call of the kernels."""


class Lanes:
    """Restarts of one training, one network in each lane. `step` counts the steps of each network."""

    kind = "side_by_side"

    def __init__(self, training: Training, starts: list[Start]) -> None:
        task, n = training.task_for(starts[0].network, 0), len(training.task.X)
        self.training, self.task, self.steps = training, task, training.steps
        self.bar: Bar = NoBar()
        self.about = about_starts(training, starts)
        self.threads = training.threads or processors()
        self.parameters = np.stack([start.parameters for start in starts])
        self.best, self.judged = self.parameters.copy(), np.full(len(starts), math.inf)
        self.supplies = [BatchStream(training.sampling, n, 1, start.generator) for start in starts]
        self.engine = SideBySide(task, self.threads)
        self.loss = MeanLoss(np.zeros(len(starts)))
        self.reports: list[list[Any]] = []
        """Step, eta, seconds, losses (K,) and validation losses (K,) or None, a row for each report."""
        self.step, self.eta, self.began = 0, math.nan, time.perf_counter()

    @staticmethod
    def why_not(training: Training) -> str:
        """Why these restarts cannot run side by side; empty where they can."""
        looks = training.stops or training.callbacks or training.metrics or training.averaging
        if looks or training.schedule.listener():
            return "stop conditions, callbacks, metrics, averages and plateaus need one training at a time"
        if isinstance(training.task.X, SparseRows):
            return "inputs that are mostly 0 have no side-by-side kernel"
        if training.sharing is not None:
            return "each batch is cut into micro-shards"
        if training.engine == "numpy":
            return "the NumPy engine was asked for"
        return (
            why_not_side_by_side(training.task, training.networks)
            if training.batch_size == 1
            else "batch_size is not 1"
        )

    def advance(self, until: int | None = None) -> str:
        """Take steps of all networks up to step `until`, or all. Gives why training ended; empty if it can continue."""
        training = self.training
        until = self.steps if until is None else min(until, self.steps)
        at_once = max(16, min(AT_ONCE, int(3e7 / self.parameters.size)))
        with Interrupts() as interrupts:
            while self.step < until:
                due = training.next_report(self.step)
                self._take(min(until, training.end_of_call(self.step, at_once)) - self.step)
                if self.step == due:
                    self._report()
                training.keeper.look(self.step, self.state)
                interrupts.check()
        if self.step < self.steps:
            return ""
        because = taken_all(self.steps, "step")
        if len(self.reports) and not np.isfinite(self.judged).any():
            message = f"all {len(self.judged)} networks diverged; eta was {self.eta:g}, try a smaller one"
            raise Diverged(message, self.finish(because))
        if self.training.ensemble > 1:
            self._require_all(because)
        return because

    def _require_all(self, because: str) -> None:
        """Diverged where a network of an ensemble is not finite: the mean of the others was not asked for."""
        lost = np.flatnonzero(~(np.isfinite(self.judged) & np.isfinite(self.parameters).all(axis=1)))
        if len(lost):
            message = f"network {lost[0]} of {len(self.judged)} diverged; eta was {self.eta:g}, try a smaller one"
            raise Diverged(message, self._run_of(int(np.argmin(self.judged)), because))

    def _take(self, count: int) -> None:
        etas = etas_of(self.training.schedule, np.arange(self.step + 1, self.step + count + 1))
        orders = np.concatenate([supply.take(count).rows for supply in self.supplies]).reshape(
            len(self.supplies), count
        )
        lost = np.zeros(len(self.parameters))
        self.engine.run(self.parameters, orders, etas, lost)
        self.loss.add(lost, count)
        self.step, self.eta = self.step + count, float(etas[-1])
        self.bar.advance(self.step)

    def _report(self) -> None:
        """Compute the losses, and keep the best parameters of each network."""
        losses = self.loss.value
        if self.training.ends_period(self.step):
            self.loss.end_period()
        validated = self.training.held_out is not None
        validation = np.array([self._validation_loss(row) for row in self.parameters]) if validated else None
        self.reports.append([self.step, self.eta, time.perf_counter() - self.began, losses, validation])
        judged = self.loss.of_a_period if validation is None else validation
        judged = np.where(np.isfinite(judged) & np.isfinite(self.parameters).all(axis=1), judged, math.inf)
        changed = (judged < self.judged) | (validation is None)
        better = changed & np.isfinite(judged)  # of a network that diverged the last finite weights stay
        self.best[better], self.judged[changed] = self.parameters[better], judged[changed]
        report = self._report_of(int(np.argmin(self.judged)), self.reports[-1])
        self.training.keeper.report(replace(report, network=self.present_network(), state=self.state))

    def _validation_loss(self, parameters: Array) -> float:
        held_out, task = self.training.held_out, self.task
        assert held_out is not None
        net = task.network.with_parameters(parameters)
        with np.errstate(all="ignore"):  # the parameters of a restart may not be finite
            Z, A = held_out.outputs(net)
            return held_out.loss(net, task.loss, task.penalty, Z, A)

    def finish(self, because: str) -> Run:
        """The best network, and its history."""
        best = self._run_of(int(np.argmin(self.judged)), because)
        if not self.training.keeps_all:
            return best
        members = tuple(
            self._run_of(k, because if np.isfinite(loss) else "diverged") for k, loss in enumerate(self.judged)
        )
        return replace(best, members=members, is_ensemble=self.training.ensemble > 1)

    def _run_of(self, k: int, because: str) -> Run:
        """The run of network k, and how it compares."""
        training, net = self.training, self.task.network.with_parameters(self.best[k].copy())
        return Run(
            net,
            self._history(k),
            because,
            self._choice,
            training.classes,
            restarts=self.judged,
            schedule=training.schedule,
            state=self.state(),
        )

    @cached_property
    def _choice(self) -> EngineChoice:
        _, choice = self.training.engine_for(self.task)
        return EngineChoice(
            "compiled", f"{len(self.judged)} networks in vector lanes, {self.threads} threads; {choice.reason}"
        )

    def _history(self, k: int) -> History:
        history = History()
        for row in self.reports:
            history.append(self._report_of(k, row))
        return history

    def _report_of(self, k: int, row: list[Any]) -> Report:
        """The numbers of network k in a row of the reports."""
        step, eta, seconds, losses, validation = row
        held_out = None if validation is None else float(validation[k])
        epoch = step / self.training.steps_per_epoch
        return Report(step, epoch, float(losses[k]), eta, seconds, validation_loss=held_out)

    def present_network(self) -> Network:
        """The best network so far."""
        return self.task.network.with_parameters(self.best[int(np.argmin(self.judged))])

    CHANGING = ("step", "eta", "parameters", "best", "judged")

    def state(self) -> State:
        """A copy of all that a continuation from here needs."""
        values = {name: deepcopy(getattr(self, name)) for name in self.CHANGING}
        values |= {
            "seconds": time.perf_counter() - self.began,
            "loss": self.loss.state(),
            "supplies": [supply.state() for supply in self.supplies],
            "reports": [list(row) for row in self.reports],
        }
        return State(self.kind, self.about, values)

    def restore(self, values: dict[str, Any]) -> None:
        """Continue from the values of a state."""
        for name in self.CHANGING:
            setattr(self, name, deepcopy(values[name]))
        for supply, state in zip(self.supplies, values["supplies"], strict=True):
            supply.restore(state)
        self.loss.restore(values["loss"])
        self.reports = [_checked_row(row, len(self.parameters)) for row in values["reports"]]
        self.began = time.perf_counter() - values["seconds"]


def _checked_row(row: Any, K: int) -> list[Any]:
    """A row of the reports of K networks; ValueError for anything else."""
    step, eta, seconds, losses, validation = row
    shapes = {np.shape(each) for each in (losses, validation) if each is not None}
    if shapes != {(K,)} or not all(isinstance(number, int | float) for number in (step, eta, seconds)):
        raise ValueError(f"a report of {K} networks is step, eta, seconds, losses and validation losses; given {row!r}")
    return list(row)

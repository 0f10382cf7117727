"""The loop: it draws batches, hands them to an engine, reports and stops. The engine computes the steps.

It can stop after any step and continue; its state holds all that a continuation needs.
"""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from ..advice.causes import too_large
from ..advice.sample import Sample
from ..advice.warned import Wording
from ..amounts import count
from ..engines import Batches, NonFinite
from ..engines.ranks import RankFailed
from ..formulas.catalogue import Array
from ..formulas.schedules import etas_of
from ..formulas.stateful import Stateful, state_of
from ..network import Network
from .averages import Average
from .best import Best, judged
from .callbacks import asked_to_stop
from .evaluation import HeldOut
from .history import History, Report
from .interrupts import Interrupts
from .mean_loss import MeanLoss
from .progress import Bar, NoBar
from .recording import Recorder, Recording
from .run import Diverged, NoStepSize, Run
from .sampling import BatchStream
from .state import State
from .stopping import reason_of, taken_all, watched_loss
from .training import Training, noise_seed
from .waiting import said_of_slow


class Loop:
    """One training of one network, in place. It owns t, the count of steps."""

    kind = "single"

    def __init__(self, training: Training, net: Network, rng: np.random.Generator) -> None:
        self.training, self.steps = training, training.steps
        self.bar: Bar = NoBar()
        self.seed = noise_seed(training.task, rng)
        self.supply = BatchStream(training.sampling, len(training.task.X), training.batch_size, rng)
        self._begin(net, None)
        self.step, self.eta, self.because, self.stopped_by = 0, math.nan, "", ""
        self.loss = MeanLoss()
        self.resumed_at = -1
        self.over = False
        """Whether no more steps are taken, so that the optimiser's arrays need not be copied into a state."""
        self.history, self.began = History(), time.perf_counter()
        self.busy: list[float] = []
        """The seconds that each of several ranks has computed, at the last report."""
        self.best = None if training.held_out is None else Best()
        self.listener = training.schedule.listener()
        self.factor = 1.0
        self.watches = [stop.watch() for stop in training.stops]
        self.whole_state: Callable[[], State] = self.state

    def _begin(self, net: Network, optimizer: dict[str, Array] | None) -> None:
        """Make the task with `net`, and the engine for it."""
        training = self.training
        self.task = training.task_for(net, self.seed, optimizer)
        self.engine, self.choice = training.engine_for(self.task)
        rule, steps, epoch = training.averaging, training.steps, training.steps_per_epoch
        self.average = None if rule is None else Average(rule, net, self.task.X, steps, epoch)
        self.recording = None
        if training.recorded is not None:
            self.recording = Recording(self.task, training.recorded, training.classes)
            self.engine = Recorder(self.engine, self.recording)
        self.at_once = self.engine.steps_at_once(training.batch_size)

    @property
    def about(self) -> dict[str, Any]:
        """What must be the same in a training that continues from a state of this one."""
        return self.training.about

    # ---- taking steps

    def advance(self, until: int | None = None) -> str:
        """Take steps up to step `until`, or all. Gives why training ended; empty if it can continue.

        Reports come at the ends of epochs, whatever `until` is.
        """
        until = self.steps if until is None else min(until, self.steps)
        with Interrupts(self.training.ranks.any) as interrupts:
            while not self.because and self.step < until:
                self._advance_once(until, interrupts)
        if self.step >= self.steps and not self.because:
            self.because = taken_all(self.steps, "step")
        return self.because

    def _advance_once(self, until: int, interrupts: Interrupts) -> None:
        """Take the steps of one call of the engine, and report where a report is due."""
        due = self.training.next_report(self.step)
        self._take(self._next(until) - self.step)
        if self.step == due:
            self._report()
        self._look_at_the_clock()
        self.training.keeper.look(self.step, self.whole_state)
        interrupts.check()

    def _look_at_the_clock(self) -> None:
        """End training, with a report, where a stop condition says that its time is over."""
        if not self.training.stops:
            return
        seconds = self.training.ranks.of_first(time.perf_counter() - self.began)
        for stop in self.training.stops:
            if not self.because and (reason := stop.over(seconds)):
                if self.step != self.history.last_step:
                    self._report()
                self.because, self.stopped_by = reason, str(stop)

    def _next(self, until: int) -> int:
        """The last step of the next call of the engine: up to a report, or `until`."""
        return min(until, self.training.end_of_call(self.step, self.at_once))

    def _take(self, count: int) -> None:
        """Take at most `count` steps, and at least one."""
        etas = self._etas(count)
        place = self.supply.state()
        batches = self.supply.take(len(etas))
        try:
            self.loss.add(self._run(batches, etas), len(batches.rows))
        except NonFinite as error:  # the network is as it was before that step
            raise self._diverged(error, float(etas[error.step]), place) from None
        self.step += len(etas)
        self.eta = float(etas[-1])
        self.bar.advance(self.step)

    def _run(self, batches: Batches, etas: Array) -> float:
        if self.average is None:
            return self.engine.run(batches, etas, self.step + 1)
        return self.engine.run_averaged(batches, etas, self.step + 1, self.average)

    def _etas(self, most: int) -> Array:
        """The next step sizes, at most `most`. If the schedule fails at one of them, those before it are used first."""
        try:
            etas = etas_of(self.training.schedule, np.arange(self.step + 1, self.step + most + 1))
        except Exception as error:
            if most > 1:
                return self._etas(most // 2)
            if not self.step:
                raise
            because = f"the schedule failed at t = {self.step + 1}, after {count(self.step, 'step')}: {error}"
            raise NoStepSize(because, self.finish(because)) from error
        return etas if self.factor == 1 else etas * self.factor

    def _diverged(self, error: NonFinite, eta: float, place: dict[str, Any]) -> Diverged:
        """The error for a step with a value that is not finite, after the engine has taken the steps before it."""
        self.supply.restore(place)
        self.supply.skip(error.step)
        self.step += error.step
        self.loss.forget()  # the losses of those steps are not known
        step = self.step + 1
        epoch = (step - 1) // self.training.steps_per_epoch + 1
        large = too_large(Sample.of(self.task, self.task.X), Wording())
        hint = f"eta was {eta:g}, try a smaller one" + (f"; {large}" if large else "")
        if self.step == self.resumed_at:
            hint = "the weights of the state are too large for any step, so continue from an earlier state"
        message = f"training diverged in epoch {epoch}, step {step}: {error}; {hint}"
        return Diverged(message, self.finish(f"diverged in step {step}"))

    # ---- reporting

    def _report(self) -> None:
        """Make a report: validate, keep the best network, call listener, stop conditions and callbacks."""
        report = Report(
            step=self.step,
            epoch=self.step / self.training.steps_per_epoch,
            loss=float(self.loss.value),
            eta=self.eta,
            seconds=self._agreed_seconds(),
            network=self.present_network(),
            state=self.whole_state,
        )
        report = self._with_metrics(report)
        if self.training.ends_period(self.step):
            self.loss.end_period()
        self.history.append(report)
        self.bar.report(report)
        if self.best is not None:
            self.best.look(watched_loss(report), self.present_network())
        if self.listener is not None:
            self.factor = self.listener(watched_loss(report))
        watches = zip(self.training.stops, self.watches, strict=True)
        reasons = [(reason_of(stop, watch, report), stop) for stop, watch in watches]
        because, stop = next(((reason, stop) for reason, stop in reasons if reason), ("", None))
        if because and not self.because:
            self.because, self.stopped_by = because, str(stop)
        if self.training.ranks.of_first(asked_to_stop(self.training.callbacks, report)) and not self.because:
            self.because = "a callback asked for it"
        self.training.keeper.report(report)

    def _agreed_seconds(self) -> float:
        """The time since training began, by rank 0. RankFailed where ranks have come to different parameters."""
        seconds = time.perf_counter() - self.began
        if self.training.ranks.size == 1:
            return seconds
        answers = self.training.ranks.each((seconds, zlib.crc32(self.task.network.parameters.data), self.engine.busy))
        apart = [rank for rank, (_, own, _) in enumerate(answers) if own != answers[0][1]]
        self.busy = [busy for _, _, busy in answers]
        if apart:
            raise RankFailed(
                f"after step {self.step} rank {apart[0]} has other weights than rank 0, although both took the same steps; "
                "are their processors and libraries the same?"
            )
        return float(answers[0][0])

    def present_network(self) -> Network:
        """The network that would be returned now: the averaged one where parameters are averaged."""
        return self.task.network if self.average is None else self.average.averaged(self.task.network)

    def _with_metrics(self, report: Report) -> Report:
        net, task, training = report.network, self.task, self.training
        assert net is not None
        if training.held_out is None and not training.metrics:
            return report
        held = training.held_out or HeldOut(task.X, task.Y, task.weights, training.engine, training.threads)
        with np.errstate(all="ignore"):  # an overflow shows in the reported numbers
            Z, A = held.outputs(net, training.ranks)
            predicted = task.loss.prediction(A)
            output = net.f[net.L].range
            metrics = {
                each.name: each.of_outputs(predicted, held.Y, training.answers, output) for each in training.metrics
            }
            if training.held_out is None:
                return replace(report, metrics=metrics)
            return replace(report, validation_loss=held.loss(net, task.loss, task.penalty, Z, A), metrics=metrics)

    @property
    def judged(self) -> float:
        """The number by which this training is compared with other restarts, lower is better."""
        return judged(float(self.loss.of_a_period) if len(self.history) else math.inf, self.best)

    # ---- the end, and the state for a continuation

    def finish(self, because: str) -> Run:
        """The result of a training that ends now, with its state. No step may follow."""
        self.over = True
        return self.end(because, self.whole_state())

    def end(self, because: str, state: State | None = None) -> Run:
        """The same, with this state or none. The network gets the parameters that are returned, the best or averaged ones."""
        net, training = self.task.network, self.training
        if self.best is not None and self.best.parameters is not None:
            self.best.give(net)
        else:
            given = self.present_network()
            net.parameters = given.parameters
            net.statistics[...] = given.statistics
        slow = said_of_slow(training.ranks, self.busy)
        choice = replace(self.choice, reason=self.choice.reason + slow) if slow else self.choice
        return Run(
            *(net, self.history, because, choice, training.classes, self.recording),
            schedule=training.schedule,
            state=state,
        )

    OBJECTS: ClassVar[tuple[str, ...]] = ("supply", "loss", "history", "best", "average", "listener", "recording")
    NUMBERS: ClassVar[tuple[str, ...]] = ("step", "eta", "because", "stopped_by", "factor", "seed")

    def state(self) -> State:
        """A copy of all that a continuation from here needs."""
        net = self.task.network
        values = {
            "parameters": net.parameters.copy(),
            "statistics": net.statistics.copy(),
            "optimizer": {name: array if self.over else array.copy() for name, array in self.engine.state().items()},
            "seconds": time.perf_counter() - self.began,
            "watches": [
                [str(stop), state_of(watch)] for stop, watch in zip(self.training.stops, self.watches, strict=True)
            ],
            **{name: getattr(self, name) for name in self.NUMBERS},
            **{name: state_of(getattr(self, name)) for name in self.OBJECTS},
        }
        return State(self.kind, self.about, values)

    def restore(self, values: dict[str, Any]) -> None:
        """Continue from the values of a state."""
        net = self.task.network
        net.parameters = values["parameters"]
        net.statistics[...] = values["statistics"]
        for name in self.NUMBERS:
            setattr(self, name, values[name])
        self._begin(net, {name: array.copy() for name, array in values["optimizer"].items()})
        for name in self.OBJECTS:
            own = getattr(self, name)
            if isinstance(own, Stateful) and values[name] is not None:
                own.restore(values[name])
        if self.average is not None and self.average.next <= self.step < self.steps:
            raise ValueError(f"the next update of the average is at step {self.average.next}, after step {self.step}")
        self.began, self.resumed_at = time.perf_counter() - values["seconds"], self.step
        self._restore_watches(values["watches"])

    def _restore_watches(self, states: list[Any]) -> None:
        """Restore each stop condition that is given again; a reason to stop is dropped if its condition is not given."""
        remaining = list(states)
        for stop, watch in zip(self.training.stops, self.watches, strict=True):
            same = next((each for each in remaining if each[0] == str(stop)), None)
            if same is not None:
                remaining.remove(same)
                if isinstance(watch, Stateful):
                    watch.restore(same[1])
        if self.stopped_by not in map(str, self.training.stops):
            self.because = self.stopped_by = ""

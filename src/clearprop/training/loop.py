"""The loop: batches go to an engine, reports come back, until a condition ends it. The loop itself computes no step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..backprop import mean_loss, point_losses, total_penalty
from ..engines import Engine, EngineChoice, NonFinite, Task, choose_engine
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.schedules import Schedule, StepSize, as_schedule
from ..network import Network
from ..validation import as_points, as_targets, as_weights, require_pair
from .history import History, Report
from .progress import Bar, progress_bar
from .sampling import Sampling, Supply
from .stopping import Stop, Watch, watched_loss, watches

Callback: TypeAlias = Callable[[Report], object]
"""Called with every report; training stops if it returns True."""

REPORTS = 1000
"""Reports in a long training, at most: thousands of tiny epochs are reported in groups."""
BLOCK = 4096
"""Rows in a forward pass over a whole set, so that memory stays bounded."""


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


class Diverged(ArithmeticError):
    """Training met a value that is not finite. `run` holds the last finite network and the history so far."""

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


@dataclass(frozen=True)
class Held:
    """A set that is only looked at: its points, targets and weights, and what is measured on it."""

    X: Array
    Y: Array
    weights: Array | None = None

    def outputs(self, net: Network) -> tuple[Array, Array]:
        """Z and A of the last layer, (n, n^L) each, block by block."""
        blocks = [self._last_layer(net, self.X[start : start + BLOCK]) for start in range(0, len(self.X), BLOCK)]
        Z, A = zip(*blocks, strict=True)
        return np.concatenate(Z), np.concatenate(A)

    @staticmethod
    def _last_layer(net: Network, A: Array) -> tuple[Array, Array]:
        for l in net.layers:
            Z = A @ net.W[l] + net.W0[l]
            A = net.f[l].A(Z)
        return Z, A


@dataclass
class _Training:
    """One call of `train`: what is done is given, what changes is below the line."""

    task: Task
    engine: Engine
    choice: EngineChoice
    schedule: Schedule
    batch_size: int
    steps: int
    validation: Held | None
    metrics: tuple[Metric, ...]
    watches: list[Watch]
    callbacks: tuple[Callback, ...]
    classes: Array | None
    # ---- what changes
    step: int = 0
    eta: float = 0.0
    history: History = field(default_factory=History)
    began: float = field(default_factory=time.perf_counter)
    best_loss: float = math.inf
    best: Array | None = None

    def run(self, supply: Supply, bar: Bar) -> Run:
        """All steps, or as many as it takes."""
        period = max(self._steps_per_epoch, math.ceil(self.steps / REPORTS))
        with np.errstate(all="ignore"):  # the engine names what is not finite; a warning would say less
            while self.step < self.steps:
                total, until = 0.0, min(self.step + period, self.steps)
                since = until - self.step
                try:
                    while self.step < until:
                        total += self._take(supply.take(until - self.step))
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

    def _take(self, batches: Array) -> float:
        """Steps on one piece; the sum of their losses."""
        t = np.arange(self.step + 1, self.step + len(batches) + 1)
        etas = self.schedule.eta(t)
        before = self.task.network.parameters.copy()
        try:
            total = self.engine.run(batches, etas)
        except NonFinite as error:
            if not np.isfinite(self.task.network.parameters).all():
                self.task.network.parameters = before  # the step itself overflowed
            raise self._diverged(error, float(etas[error.step])) from None
        self.step += len(batches)
        self.eta = float(etas[-1])
        return total

    def _diverged(self, error: NonFinite, eta: float) -> Diverged:
        step = self.step + error.step + 1
        epoch = (step - 1) // self._steps_per_epoch + 1
        message = (
            f"training diverged in epoch {epoch}, step {step}: {error}"
            f"; eta was {eta:g}, try a smaller one, or scale the inputs; the last finite network is in .run"
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
        told = ["a callback asked for it" if callback(report) is True else None for callback in self.callbacks]
        return next((reason for reason in (*reasons, *told) if reason), None)

    def _measured(self, report: Report) -> Report:
        net, task = self.task.network, self.task
        if self.validation is None and not self.metrics:
            return report
        held = self.validation or Held(task.X, task.Y, task.weights)
        Z, A = held.outputs(net)
        metrics = {metric.name: metric.value(A, held.Y) for metric in self.metrics}
        if self.validation is None:
            return replace(report, metrics=metrics)
        loss = mean_loss(point_losses(net, task.loss, Z, A, held.Y), held.weights) + total_penalty(net, task.penalty)
        return replace(report, validation_loss=float(loss), metrics=metrics)

    def _finish(self, because: str) -> Run:
        if self.best is not None:
            self.task.network.parameters = self.best
        return Run(self.task.network, self.history, because, self.choice, self.classes)


def train(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    *,
    loss: str | Loss,
    optimizer: str | Optimizer = "sgd",
    eta: StepSize | None = None,
    batch_size: int | None = 32,
    epochs: float | None = None,
    steps: int | None = None,
    sampling: str | Sampling = "shuffle",
    validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    stop: str | Stop | Sequence[str | Stop] | None = None,
    callbacks: Callback | Sequence[Callback] = (),
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
    metrics: Sequence[str | Metric] = (),
    engine: str = "auto",
    progress: bool | None = None,
    seed: int | np.random.Generator = 0,
) -> Run:
    """A trained copy of the network, with its history (Concept 6: forward, back-propagate, step, repeat).

    Parameters
    ----------
    net
        Where training starts; it is left as it was.
    X, Y
        Points (n, m^1), and values or one-hot rows (n, n^L) or class labels (n,).
    loss, optimizer, sampling, penalty, metrics, stop
        Parts, by name (`"l2(strength=1e-3)"`) or as records of your own. Any one of several `stop` conditions ends training.
    eta
        The step size: a number, a schedule's name, or a function of t = 1, 2, ...; the optimiser's own default if None.
    batch_size
        Points in a step; None for all of them.
    epochs, steps
        How long: passes over the data, or steps. 20 epochs if neither is given.
    validation
        (X, Y) that is only looked at, after every epoch. The network returned is then the one with the lowest loss on it.
    sample_weight
        (n,), scaled to mean 1; the loss is the mean of w_i L_i.
    callbacks
        Each is called with a `Report` after every epoch; training stops if one returns True.
    engine
        "auto", "numpy" or "compiled".
    progress
        A bar on the screen; None shows it on a terminal or in a notebook only.
    seed
        Fixes the order of points: the same seed gives the same bits.

    Ctrl-C ends training and returns the best so far.

    Raises
    ------
    ValueError
        An unknown part, or data that does not fit; says which, and what is allowed.
    Diverged
        A loss or gradient that is not finite, in the step in which it happens; its `run` holds the last finite network.

    >>> net = Network(widths=(2, 4, 2), activations=("tanh", "softmax"), seed=1)
    >>> X, labels = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> run = train(net, X, labels, loss="nllm", eta=0.5, batch_size=4, epochs=2000, stop="target_loss(value=0.05)")
    >>> run.stopped_because
    'the loss reached 0.05'
    >>> run.classes[run.network.predict(X).argmax(axis=1)].tolist()
    ['no', 'yes', 'yes', 'no']
    """
    trained = net.copy()
    task, classes = _task(trained, X, Y, loss, optimizer, sample_weight, penalty)
    n = len(task.X)
    b = _batch_size(batch_size, n)
    chosen, choice = choose_engine(task, engine)
    training = _Training(
        task=task,
        engine=chosen,
        choice=choice,
        schedule=as_schedule(task.optimizer.default_eta if eta is None else eta),
        batch_size=b,
        steps=_step_count(epochs, steps, math.ceil(n / b)),
        validation=None if validation is None else _held(task, validation, classes),
        metrics=tuple(find(Metric, metric) for metric in metrics),
        watches=watches(stop),
        callbacks=(callbacks,) if callable(callbacks) else tuple(callbacks),
        classes=classes,
    )
    supply = Supply(find(Sampling, sampling).batches(n, b, np.random.default_rng(seed)))
    with progress_bar(training.steps, progress) as bar:
        return training.run(supply, bar)


def _task(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | Loss,
    optimizer: str | Optimizer,
    sample_weight: npt.ArrayLike | None,
    penalty: str | Penalty | None,
) -> tuple[Task, Array | None]:
    loss_function, outputs = find(Loss, loss), net.widths[-1]
    require_pair(net.f[net.L], loss_function, outputs)
    points = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss_function, points=len(points), outputs=outputs, dtype=net.dtype)
    weights = as_weights(sample_weight, len(points), net.dtype)
    task = Task(
        network=net,
        loss=loss_function,
        optimizer=find(Optimizer, optimizer),
        X=points,
        Y=targets.Y,
        weights=None if weights is None else weights / weights.mean(),
        penalty=None if penalty is None else find(Penalty, penalty),
    )
    return task, targets.classes


def _held(task: Task, validation: tuple[npt.ArrayLike, npt.ArrayLike], classes: Array | None) -> Held:
    if not (isinstance(validation, tuple | list) and len(validation) == 2):
        raise ValueError("validation must be a pair (X, Y)")
    net = task.network
    X = as_points(validation[0], net.widths[0], net.dtype, "validation X")
    targets = as_targets(
        validation[1],
        task.loss,
        points=len(X),
        outputs=net.widths[-1],
        dtype=net.dtype,
        classes=classes,
        name="validation Y",
    )
    return Held(X, targets.Y)


def _batch_size(given: int | None, n: int) -> int:
    if given is None:
        return n
    if isinstance(given, bool) or int(given) != given or given < 1:
        raise ValueError(f"batch_size must be a whole number, 1 or more, or None for all points; given {given!r}")
    return min(int(given), n)


def _step_count(epochs: float | None, steps: int | None, steps_per_epoch: int) -> int:
    if epochs is not None and steps is not None:
        raise ValueError("give epochs or steps, not both")
    if steps is not None:
        if isinstance(steps, bool) or int(steps) != steps or steps < 0:
            raise ValueError(f"steps must be a whole number, 0 or more; given {steps!r}")
        return int(steps)
    epochs = 20 if epochs is None else epochs
    if not (math.isfinite(epochs) and epochs >= 0):
        raise ValueError(f"epochs must be a finite number, 0 or more; given {epochs!r}")
    return round(epochs * steps_per_epoch)

"""`Trainer`: steps on rows as they come, one call a step, with all that a training keeps between them."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engines import NonFinite, Task, choose_engine, require_points
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import Schedule, StepSize, as_schedule
from ..network import Network
from ..validation import WITH_NETWORK, refuse_estimator, whole_number
from .bounded_history import ROWS, BoundedHistory
from .class_weights import ClassWeight
from .form import require_form
from .history import History, Report
from .interrupts import Interrupts
from .run import Diverged, NoStepSize, Run, state_given
from .state import State
from .step_rows import StepRows
from .stopping import Stop, as_stops

ETAS_AT_ONCE = 256
"""Step sizes that are computed in one call of the schedule."""
LEAST_ROOM = 32
"""Rows that an engine has room for from the beginning; it doubles until a larger step fits."""


class Trainer:
    """A training that goes on step by step, on rows as they come. It owns t, the count of steps.

    `step(X, Y)` is one step of the optimiser on all rows given. A sequence of steps gives the bits that `train` gives on the
    same batches in the same order. (`train` with `batch_size=1` has kernels of its own, and rounds in another order.) A step
    that is not finite is not taken, and what a method refuses changes nothing.

    Parameters
    ----------
    net
        The network that training starts from; it is copied. `network` is the one that is trained.
    loss, optimizer, eta, penalty, dropout, input_noise, max_norm, label_smoothing, engine, threads, seed
        As for `train`. A schedule needs a length of its own: nobody knows how many steps will come.
    class_weight
        A weight for each class. Weights are used as they are, because other steps' rows are not known: `train` scales them to
        mean 1 over all rows.
    classes
        All labels that will ever come, in the order of the outputs; without them labels are 0, 1, ...
    history
        The most rows of `history`: when they are full, every two become one, with their mean. None keeps a row for each step,
        0 none.
    resume
        What to go on from: `trainer.state()`, or `run.state` of a training with the same parts.

    >>> net = Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    >>> trainer = Trainer(net, loss="nllm", optimizer="adam", eta=0.05)
    >>> for _ in range(200):
    ...     loss = trainer.step([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> trainer.network.predict([[0, 1]]).argmax(axis=1)
    array([1])
    >>> trainer
    Trainer of Network 2-4-2 (tanh, softmax), 22 parameters, float64, after 200 steps
    """

    def __init__(
        self,
        net: Network,
        *,
        loss: str | Loss,
        optimizer: str | Optimizer = "sgd",
        eta: StepSize | None = None,
        penalty: str | Penalty | None = None,
        dropout: float | Sequence[float] | str | Dropout | None = None,
        input_noise: float | str | InputNoise | None = None,
        max_norm: float | str | MaxNorm | None = None,
        label_smoothing: float | str | LabelSmoothing | None = None,
        class_weight: ClassWeight | None = None,
        classes: Sequence[Any] | Array | None = None,
        history: int | None = ROWS,
        engine: str = "auto",
        threads: int | None = None,
        resume: State | Run | None = None,
        seed: int | np.random.Generator = 0,
    ) -> None:
        refuse_estimator(net, f"use clf.partial_fit(X, y), or {WITH_NETWORK}")
        net, rule, loss_function = net.copy(), find(Optimizer, optimizer), find(Loss, loss)
        if rule.rule.whole_set:
            raise ValueError(f"{rule.rule.name} uses every point in each step; use train(..., batch_size=None)")
        smoothing = as_regularizer(LabelSmoothing, label_smoothing)
        self.rows = StepRows(net, loss_function, classes=classes, smoothing=smoothing, class_weight=class_weight)
        left_out, noise = as_regularizer(Dropout, dropout), as_regularizer(InputNoise, input_noise)
        if left_out is not None:
            left_out.of_layers(net.L)
        self._task = Task(
            network=net,
            loss=loss_function,
            optimizer=rule,
            X=np.zeros((1, net.widths[0]), net.dtype),
            Y=np.zeros((1, net.widths[-1]), net.dtype),
            penalty=None if penalty is None else find(Penalty, penalty),
            dropout=left_out,
            input_noise=noise,
            max_norm=as_regularizer(MaxNorm, max_norm),
            seed=_noise_seed(seed) if left_out is not None or noise is not None else 0,
        )
        self._options = {"label_smoothing": smoothing, "class_weight": class_weight, "seed": seed}
        self._engine_given = engine, None if threads is None else whole_number(threads, 1, "threads")
        self._steps, self._began, self._gradients = 0, time.perf_counter(), _Losses()
        self._history = BoundedHistory(history)
        self._lock = threading.RLock()
        self._make_engine(LEAST_ROOM, None)
        self._schedule = _endless(as_schedule(rule.rule.default_eta if eta is None else eta))
        self._compute_etas()
        if resume is not None:
            self._restore(resume)

    # ---- steps

    def step(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> float:
        """One step on rows X (n, m^1) with targets Y (n, n^L) or labels (n,): the loss before it, a mean over the rows.

        `sample_weight` (n,) is used as it is: the loss is the mean of w_i L_i. ValueError for rows that do not fit, with the
        words of `train`; `Diverged`, and no step, where a value on the way is not finite.
        """
        with self._lock:
            t = self._steps + 1
            eta = self._etas[t] if t in self._etas else self._next_eta()
            loss = None if sample_weight is not None else self._quick(X, Y, eta, t)
            if loss is None or loss != loss:  # noqa: PLR0124 - NaN
                loss, points = self._step_checked(X, Y, sample_weight, eta)
            else:
                points = len(X)  # type: ignore[arg-type]  # an array
            self._steps = t
            if self._history.count(loss, points):
                self._end_row(eta)
            return loss

    def steps(self, batches: Iterable[Sequence[Any]]) -> float:
        """A step on each of `batches`, pairs (X, Y) or (X, Y, weights): the mean loss over all rows, each before its step.

        Ctrl-C ends it after a whole step.
        """
        losses = _Losses()
        with Interrupts() as interrupts:
            for batch in batches:
                losses.add(self.step(*_pair(batch)), len(batch[0]))
                interrupts.check()
        return losses.mean

    def until(
        self, stop: str | Stop | Sequence[str | Stop], batches: Iterable[Sequence[Any]], *, report_every: int = 100
    ) -> str:
        """Steps on `batches` until a stop condition ends them; the reason. Empty where the batches came to their end first.

        Conditions look at the mean loss of every `report_every` steps; `patience` counts these reports.
        """
        every = whole_number(report_every, 1, "report_every")
        stops = as_stops(stop)
        watches = [each.watch() for each in stops]
        losses, began = _Losses(), time.perf_counter()
        with Interrupts() as interrupts:
            for count, batch in enumerate(batches, 1):
                losses.add(self.step(*_pair(batch)), len(batch[0]))
                interrupts.check()
                if count % every:
                    continue
                report = self._report(losses.mean, time.perf_counter() - began)
                losses = _Losses()
                if because := next((why for watch in watches if (why := watch(report))), ""):
                    return because
        return ""

    def gradient(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Array:
        """The gradient (p,) of the next step's loss on these rows, in the order of `network.parameters`. No step is taken."""
        with self._lock:
            points, targets, weights = self.rows.arrays(X, Y, sample_weight)
            self._move_to(points, targets, weights)
            numbers = np.arange(len(points))
            loss, gradient = self._engine.loss_and_gradient(numbers, self._steps + 1)
            if not (math.isfinite(loss) and np.isfinite(gradient).all()):
                raise self._diverged(self._engine.locate(0, numbers, self._steps + 1), self._next_eta())
            self._gradients.add(loss, len(points))
            return gradient.copy()

    def apply(self, gradient: npt.ArrayLike) -> None:
        """The next step, against a gradient (p,): of `gradient`, or a sum of several, or your own.

        `history` counts the losses of `gradient` since the last step as this step's.
        """
        with self._lock:
            parameters = self.network.parameters
            against = np.ascontiguousarray(gradient, parameters.dtype)
            if against.shape != parameters.shape:
                raise ValueError(f"gradient must be {parameters.shape}, as network.parameters; given {against.shape}")
            eta = self._next_eta()
            before, weights = {name: array.copy() for name, array in self._engine.state().items()}, parameters.copy()
            try:
                self._engine.apply(against.copy(), eta, self._steps + 1)
            except NonFinite as error:
                parameters[...] = weights
                self._engine.restore(before)
                raise self._diverged(error, eta) from None
            self._steps += 1
            losses, self._gradients = self._gradients, _Losses()
            if self._history.count(losses.mean if losses.points else 0.0, losses.points):
                self._end_row(eta)

    # ---- what a person looks at

    @property
    def network(self) -> Network:
        """The network that is trained. Its arrays change with every step, and may be changed between steps."""
        return self._task.network

    @property
    def step_count(self) -> int:
        """The number of steps taken, t."""
        return self._steps

    @property
    def history(self) -> History:
        """Columns step, loss, points, eta and seconds, a row for each step or for the mean of several."""
        with self._lock:
            shown = BoundedHistory(self._history.rows)
            shown.restore(self._history.state())
            if shown.steps:
                shown.end(step=self._steps, eta=self._last_eta, seconds=self._seconds())
            return shown.table()

    def snapshot(self) -> Network:
        """A copy of the network as it is between two steps, also while another thread takes steps."""
        with self._lock:
            return self.network.copy()

    def __repr__(self) -> str:
        return f"Trainer of {self.network!r}, after {self._steps} steps"

    # ---- the state, and files

    def state(self) -> State:
        """A copy of all that a continuation needs: `Trainer(net, ..., resume=state)` with the same parts takes the same steps."""
        with self._lock:
            net = self.network
            values = {
                "parameters": net.parameters.copy(),
                "statistics": net.statistics.copy(),
                "optimizer": {name: array.copy() for name, array in self._engine.state().items()},
                "step": self._steps,
                "seed": self._task.seed,
                "seconds": self._seconds(),
                "history": self._history.state(),
            }
            return State("trainer", self._about, values)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the trainer to a file, completely or not at all; `Trainer.load` goes on from it, to the same bits."""
        from ..io.trainer_file import save_trainer  # imported here, because io/ is a later room

        with self._lock:
            state, settings, net = self.state(), self._settings(), self.network.copy()
        save_trainer(state, net, settings, path)

    @classmethod
    def load(cls, path: str | PathLike[str], **changes: Any) -> Trainer:
        """The trainer in a file. `changes` are arguments of `Trainer` that are to differ, such as `eta`, `engine`, `threads`.

        A function of your own as eta, which no file holds, is given again.
        """
        from ..io.trainer_file import load_trainer  # imported here, because io/ is a later room

        state, net, settings = load_trainer(path)
        if settings.get("eta", "") is None and "eta" not in changes:
            raise ValueError(f"{path} was saved with a function of your own as eta; give Trainer.load(path, eta=...)")
        return cls(net, **{**settings, **changes}, resume=state)

    # ---- inside

    def _step_checked(
        self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None, eta: float
    ) -> tuple[float, int]:
        """The step on rows that are looked at closely: its loss, and how many rows they are."""
        points, targets, weights = self.rows.arrays(X, Y, sample_weight)
        self._move_to(points, targets, weights)
        numbers, before = np.arange(len(points))[None], self._numpy_state()
        try:
            total = self._engine.run(numbers, np.array([eta]), self._steps + 1)
        except NonFinite as error:
            self._engine.restore(before)
            raise self._diverged(error, eta) from None
        return total / len(points), len(points)

    def _numpy_state(self) -> dict[str, Array]:
        """A copy of the optimiser's state, where an engine changes it in a step that overflows."""
        return {} if self.engine == "compiled" else {name: a.copy() for name, a in self._engine.state().items()}

    def _move_to(self, X: Array, Y: Array, weights: Array | None) -> None:
        require_points(self.network, len(X))
        if len(X) > self._room:
            room = self._room
            while room < len(X):
                room *= 2
            self._make_engine(room, self._engine.state())
        self._engine.move_to(X, Y, weights)

    def _make_engine(self, room: int, state: dict[str, Array] | None) -> None:
        given, threads = self._engine_given
        task = replace(self._task, state=state)
        self._engine, self._choice = choose_engine(task, given, room, threads)
        self._room, self.engine = room, self._choice.name
        labels = None if self.rows.of_classes is not None else self.rows.labels
        dense = self.rows.dense and self.rows.of_classes is None
        self._quick = self._engine.quick_step(labels, dense=dense)

    def _next_eta(self) -> float:
        """The step size of the next step."""
        if self._steps + 1 not in self._etas:
            self._compute_etas()
        return self._etas[self._steps + 1]

    def _compute_etas(self) -> None:
        """The step sizes of the next steps; where the schedule fails at a later one, the next alone."""
        self._etas: dict[int, float] = {}
        """By t."""
        for count in (ETAS_AT_ONCE, 1):
            t = np.arange(self._steps + 1, self._steps + count + 1)
            try:
                self._etas = dict(zip(t.tolist(), self._schedule.eta(t).tolist(), strict=True))
                return
            except Exception as error:
                if count == 1:
                    self._refuse_eta(error)

    def _refuse_eta(self, error: Exception) -> None:
        if not self._steps:
            raise error
        because = f"the schedule failed at t = {self._steps + 1}, after {self._steps} steps: {error}"
        raise NoStepSize(because, self._run(because)) from error

    def _end_row(self, eta: float) -> None:
        self._history.end(step=self._steps, eta=eta, seconds=self._seconds())

    @property
    def _last_eta(self) -> float:
        return self._etas.get(self._steps, math.nan)

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def _report(self, loss: float, seconds: float) -> Report:
        return Report(
            self._steps, math.nan, loss, self._last_eta, seconds, metrics={}, network=self.network, state=self.state
        )

    def _diverged(self, error: NonFinite, eta: float) -> Diverged:
        step = self._steps + 1
        message = f"step {step} was not taken: {error}; eta was {eta:g}, try a smaller one. The network is as it was before"
        return Diverged(message, self._run(f"diverged in step {step}"))

    def _run(self, because: str) -> Run:
        return Run(
            self.network, self.history, because, self._choice, self.rows.classes, schedule=self._schedule, state=self.state()
        )

    @property
    def _about(self) -> dict[str, Any]:
        """What must be the same in a trainer that goes on from a state of this one."""
        task, parts = self._task, ("loss", "optimizer", "penalty", "dropout", "input_noise", "max_norm")
        texts = {name: getattr(task, name) for name in parts}
        return {"network": repr(self.network), **{name: None if p is None else str(p) for name, p in texts.items()}}

    def _settings(self) -> dict[str, Any]:
        """The arguments of `Trainer`, as texts and numbers; eta is None where it is a function of the user's own."""
        about = self._about
        about.pop("network")
        task, rows = self._task, self.rows
        parts = [task.loss, task.optimizer, task.penalty, task.dropout, task.input_noise, task.max_norm, rows.smoothing]
        own = next((part for part in parts if part is not None and not _is_catalogued(part)), None)
        if own is not None:
            raise ValueError(
                f"{own.kind} {str(own)!r} is not in the catalogue, and a file holds names, not code; decorate its class with "
                "@clearprop.register, here and where the file is read, or keep trainer.state()"
            )
        return about | {
            "eta": str(self._schedule) if _is_catalogued(self._schedule) else None,
            "label_smoothing": None if rows.smoothing is None else str(rows.smoothing),
            "class_weight": None if rows.of_classes is None else rows.of_classes.tolist(),
            "classes": None if rows.classes is None else rows.classes.tolist(),
            "history": self._history.rows,
        }

    def _restore(self, given: State | Run) -> None:
        state = state_given(given)
        if state.kind not in {"trainer", "single"}:
            raise ValueError(f"resume: the state is of several networks, {state.kind.replace('_', ' ')}; a trainer has one")
        state.require_same(self._about)
        own = self.state().values
        names = [name for name in own if name != "history" or state.kind == "trainer"]
        try:
            values = {name: state.values[name] for name in names}
            require_form(values, {name: own[name] for name in names})
            self.network.parameters = values["parameters"]
            self.network.statistics[...] = values["statistics"]
            self._task = replace(self._task, seed=values["seed"])
            self._steps, self._began = values["step"], time.perf_counter() - values["seconds"]
            if "history" in values:
                self._history.restore(values["history"])
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError(f"resume: the state cannot be restored: {error}") from error
        self._make_engine(self._room, {name: array.copy() for name, array in values["optimizer"].items()})
        self._compute_etas()


class _Losses:
    """The mean loss of several batches, over their points."""

    def __init__(self) -> None:
        self.total, self.points = 0.0, 0

    def add(self, loss: float, points: int) -> None:
        self.total += loss * points
        self.points += points

    @property
    def mean(self) -> float:
        return self.total / self.points if self.points else math.nan


def _pair(batch: Sequence[Any]) -> Sequence[Any]:
    if not (isinstance(batch, tuple | list) and len(batch) in {2, 3}):
        raise ValueError(f"a batch is a pair (X, Y), or (X, Y, weights); given {type(batch).__name__}")
    return batch


def _endless(schedule: Schedule) -> Schedule:
    """ValueError for a schedule that needs to know what a stream does not tell: its length, or its validation loss."""
    if schedule.listener() is not None:
        raise ValueError(f"{schedule.name} follows the losses that a training reports, and steps report none; give a function of t")
    if schedule.over(7) != schedule:
        raise ValueError(f"{schedule.name}: steps=0 is the length of the training, which is not known here; give steps")
    return schedule


def _is_catalogued(part: Any) -> bool:
    try:
        return bool(find(_kind_of(part), str(part)) == part)
    except ValueError:
        return False


def _kind_of(part: Any) -> Any:
    return next(each for each in reversed(type(part).__mro__) if getattr(each, "kind", "") == part.kind)


def _noise_seed(seed: int | np.random.Generator) -> int:
    """The seed of dropout and noise that `train` draws from the same seed."""
    return int(np.random.default_rng(seed).spawn(1)[0].integers(2**32))

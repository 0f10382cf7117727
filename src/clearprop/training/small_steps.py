"""`Trainer`: steps on rows as they come, one call a step, with all that a training keeps between them."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from ..amounts import count
from ..engines import EngineChoice, NonFinite
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import StepSize, as_schedule
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_generator, as_threads
from .batch_steps import steps_on, steps_until
from .bounded_history import ROWS, BoundedHistory
from .class_weights import ClassWeight
from .form import require_form
from .history import History, Report
from .mean_loss import MeanLoss
from .run import Diverged, NoStepSize, Run, state_given
from .state import State
from .step_engine import StepEngine
from .step_factors import EtaOfEach, Factors, Frozen, Mask, checked_moves
from .step_rows import StepRows, gradient_given
from .step_sizes import StepSizes
from .step_task import task_of_steps
from .stopping import Stop
from .trainer_settings import refuse_pickle, settings_of, texts_of
from .training import noise_seed
from .unknown_arguments import with_named_arguments
from .unusual import Unusual


class Trainer:
    """A training that goes on step by step, on rows as they come. It owns t, the count of steps.

    `step(X, Y)` is one step of the optimiser on all rows given. A sequence of steps gives the bits that `train` gives on the
    same batches in the same order. (`train` with `batch_size=1` has kernels of its own, and rounds in another order.) A step
    that is not finite is not taken, and what a method refuses changes nothing.

    Parameters
    ----------
    net
        The network that training starts from; it is copied. `network` is the one that is trained.
    loss, optimizer, eta, eta_factors, frozen, mask, penalty, dropout, input_noise, max_norm, label_smoothing
        As for `train`. A schedule needs a length of its own: nobody knows how many steps will come.
    missing_targets, negative_weights, engine, threads, seed
        As for `train`.
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

    Examples
    --------
    >>> net = Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    >>> trainer = Trainer(net, loss="nllm", optimizer="adam", eta=0.05)
    >>> for _ in range(200):
    ...     loss = trainer.step([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> trainer.network.predict([[0, 1]]).argmax(axis=1)
    array([1])
    >>> trainer
    Trainer of Network 2-4-2 (tanh, softmax), 22 parameters, float64, after 200 steps
    """

    @with_named_arguments
    def __init__(
        self,
        net: Network,
        *,
        loss: str | Loss,
        optimizer: str | Optimizer = "sgd",
        eta: StepSize | EtaOfEach | None = None,
        eta_factors: Factors = None,
        frozen: Frozen = None,
        mask: Mask = None,
        penalty: str | Penalty | None = None,
        dropout: float | Sequence[float] | str | Dropout | None = None,
        input_noise: float | str | InputNoise | None = None,
        max_norm: float | str | MaxNorm | None = None,
        label_smoothing: float | str | LabelSmoothing | None = None,
        class_weight: ClassWeight | None = None,
        missing_targets: str = "refuse",
        negative_weights: bool = False,
        classes: Sequence[Any] | Array | None = None,
        history: int | None = ROWS,
        engine: str = "auto",
        threads: int | None = None,
        resume: State | Run | None = None,
        seed: int | np.random.Generator = 0,
    ) -> None:
        require_network(net, f"use clf.partial_fit(X, y), or {WITH_NETWORK}")
        unusual = Unusual(missing_targets, negative_weights)
        unusual.require_alone(class_weight)
        rule, loss_function = find(Optimizer, optimizer), unusual.loss(loss)
        moves = checked_moves(net, rule, eta=eta, eta_factors=eta_factors, frozen=frozen, mask=mask)
        net = moves.network.copy()
        smoothing = as_regularizer(LabelSmoothing, label_smoothing)
        self.rows = StepRows(
            net, loss_function, classes=classes, smoothing=smoothing, class_weight=class_weight, unusual=unusual
        )
        task = task_of_steps(
            *(net, loss_function, rule),
            penalty=penalty,
            dropout=dropout,
            input_noise=input_noise,
            max_norm=max_norm,
            factors=moves.factors,
        )
        task = replace(task, seed=noise_seed(task, as_generator(seed)))
        self._steps, self._began, self._gradients = 0, time.perf_counter(), MeanLoss()
        self._history = BoundedHistory(history)
        self._lock = threading.RLock()
        workers = as_threads(threads)
        self._engine = StepEngine(task, self.rows, engine, workers)
        self._quick = self._engine.quick
        self._sizes = StepSizes(as_schedule(rule.rule.default_eta if moves.eta is None else moves.eta))
        self._known_etas = self._sizes.known
        if resume is not None:
            self._restore(resume)
            if moves.masked is not None:
                self.network.parameters[moves.masked] = 0

    # ---- steps

    def step(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> float:
        """One step on rows X (n, m^1) with targets Y (n, n^L) or labels (n,): the loss before it, a mean over the rows.

        `sample_weight` (n,) is used as it is: the loss is the mean of w_i L_i. ValueError for rows that do not fit, with the
        words of `train`; `Diverged`, and no step, where a value on the way is not finite.
        """
        self._lock.acquire()  # `with` would take twice as long
        try:
            t = self._steps + 1
            eta = self._known_etas.get(t) or self._next_eta()
            loss = None if sample_weight is not None else self._quick(X, Y, eta, t)
            if loss is None or loss != loss:  # noqa: PLR0124 - NaN
                loss, points = self._step_checked(X, Y, sample_weight, eta)
            else:
                points = len(X)  # type: ignore[arg-type]  # an array
            self._steps = t
            if self._history.count(loss, points):
                self._end_row(eta)
            return loss
        finally:
            self._lock.release()

    def steps(self, batches: Iterable[Sequence[Any]]) -> float:
        """A step on each of `batches`, pairs (X, Y) or (X, Y, weights): the mean loss over all rows, each before its step.

        Ctrl-C ends it after a whole step. A batch that is refused ends it too; the steps before it have been taken. ValueError
        where there is none: a generator gives its batches once.
        """
        return float(steps_on(batches, self._step_on, MeanLoss()))

    def until(
        self, stop: str | Stop | Sequence[str | Stop], batches: Iterable[Sequence[Any]], *, report_every: int = 100
    ) -> str:
        """Steps on `batches` until a stop condition or the last batch ends them: the reason, in the words of `train`.

        Conditions look at the mean loss of every `report_every` steps, and of those after the last such report; `patience`
        counts these reports. `time_limit` counts from the first step of this call, and is looked at after each. ValueError
        where there is no condition: `steps` takes all batches.
        """
        return steps_until(stop, batches, report_every, self._step_on, self._report)

    def gradient(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Array:
        """The gradient (p,) of the next step's loss on these rows, in the order of `network.parameters`. No step is taken."""
        with self._lock:
            points, targets, weights = self.rows.arrays(X, Y, sample_weight)
            try:
                loss, gradient = self._engine.loss_and_gradient(points, targets, weights, self._steps + 1)
            except NonFinite as error:
                raise self._diverged(error, self._next_eta()) from None
            finally:
                self._quick = self._engine.quick
            self._gradients.add(loss * len(points), len(points))
            return gradient

    def apply(self, gradient: npt.ArrayLike) -> None:
        """The next step, against a gradient (p,): of `gradient`, or a sum of several, or your own.

        `history` counts the losses of `gradient` since the last step as this step's. ValueError for a gradient that is not
        finite, with the array in which it is not.
        """
        with self._lock:
            against = gradient_given(gradient, self.network)
            eta = self._next_eta()
            try:
                self._engine.apply(against, eta, self._steps + 1)
            except NonFinite as error:
                raise self._diverged(error, eta) from None
            self._steps += 1
            losses, self._gradients = self._gradients, MeanLoss()
            if self._history.count(float(losses.value) if losses.points else 0.0, losses.points):
                self._end_row(eta)

    # ---- what a person looks at

    @property
    def network(self) -> Network:
        """The network that is trained. Its arrays change with every step, and may be changed between steps."""
        return self._engine.task.network

    @property
    def engine(self) -> EngineChoice:
        """Which engine takes the steps, and why that one."""
        return self._engine.choice

    @property
    def step_count(self) -> int:
        """The number of steps taken, t."""
        return self._steps

    @property
    def history(self) -> History:
        """Columns step, loss, points, eta and seconds, a row for each step or for the mean of several."""
        with self._lock:
            return self._history.shown(step=self._steps, eta=self._last_eta, seconds=self._seconds())

    def snapshot(self) -> Network:
        """A copy of the network as it is between two steps, also while another thread takes steps."""
        with self._lock:
            return self.network.copy()

    __reduce__ = refuse_pickle

    def __repr__(self) -> str:
        return f"Trainer of {self.network!r}, after {count(self._steps, 'step')}"

    # ---- the state, and files

    def state(self) -> State:
        """A copy of all that a continuation needs: `Trainer(net, ..., resume=state)` with the same parts goes on from it."""
        with self._lock:
            net = self.network
            values = {
                "parameters": net.parameters.copy(),
                "statistics": net.statistics.copy(),
                "optimizer": self._engine.state(),
                "step": self._steps,
                "seed": self._engine.task.seed,
                "seconds": self._seconds(),
                "history": self._history.state(),
            }
            return State("trainer", self._about, values)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the trainer to a file, completely or not at all; `Trainer.load` goes on from it, to the same bits."""
        from ..io.trainer_file import save_trainer  # imported here, because io/ is a later room

        with self._lock:
            state, settings, net = self.state(), self._settings(), self.network.copy()
            factors = self._engine.task.factors
        if factors is not None:
            state = replace(state, values={**state.values, "factors": factors})
        save_trainer(state, net, settings, path)

    @classmethod
    def load(cls, path: str | PathLike[str], **changes: Any) -> Trainer:
        """The trainer in a file. `changes` are arguments of `Trainer` that are to differ, such as `eta`, `engine`, `threads`.

        A function of your own as eta, which no file holds, is given again. What was frozen or masked stays so, unless `frozen`,
        `mask`, `eta_factors` or a dict as `eta` is given: then these alone count.
        """
        from ..io.trainer_file import load_trainer  # imported here, because io/ is a later room

        state, net, settings = load_trainer(path)
        if settings.get("eta", "") is None and "eta" not in changes:
            raise ValueError(f"{path} was saved with a function of your own as eta; give Trainer.load(path, eta=...)")
        trainer = cls(net, **{**settings, **changes}, resume=state)
        others = changes.keys() & {"frozen", "mask", "eta_factors"} or isinstance(changes.get("eta"), Mapping)
        if "factors" in state.values and not others:
            trainer._engine.take_factors(state.values["factors"])
            trainer._quick = trainer._engine.quick
        return trainer

    # ---- inside

    def _step_on(self, batch: Sequence[Any]) -> tuple[float, int]:
        """A step on a pair or triple of arrays: its loss, and how many points they are."""
        return self.step(*batch), len(batch[0])

    def _step_checked(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: Any, eta: float) -> tuple[float, int]:
        """The step on rows that are looked at closely: its loss, and how many rows they are."""
        points, targets, weights = self.rows.arrays(X, Y, sample_weight)
        try:
            return self._engine.step(points, targets, weights, eta, self._steps + 1), len(points)
        except NonFinite as error:
            raise self._diverged(error, eta) from None
        finally:
            self._quick = self._engine.quick  # of a larger engine, where these were many rows

    def _next_eta(self) -> float:
        """The step size of the next step. NoStepSize, or at the first step the schedule's own error, where it has none."""
        try:
            return self._sizes.of(self._steps + 1)
        except Exception as error:
            if not self._steps:
                raise
            because = f"the schedule failed at t = {self._steps + 1}, after {count(self._steps, 'step')}: {error}"
            raise NoStepSize(because, self._run(because)) from error

    def _end_row(self, eta: float) -> None:
        self._history.end(step=self._steps, eta=eta, seconds=self._seconds())

    @property
    def _last_eta(self) -> float:
        return self._known_etas.get(self._steps, math.nan)

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def _report(self, loss: float, seconds: float) -> Report:
        return Report(
            self._steps, math.nan, loss, self._last_eta, seconds, metrics={}, network=self.network, state=self.state
        )

    def _diverged(self, error: NonFinite, eta: float) -> Diverged:
        step = self._steps + 1
        message = (
            f"step {step} was not taken: {error}; eta was {eta:g}, try a smaller one. The network is as it was before"
        )
        return Diverged(message, self._run(f"diverged in step {step}"))

    def _run(self, because: str) -> Run:
        return Run(
            *(self.network, self.history, because, self._engine.choice, self.rows.classes),
            schedule=self._sizes.schedule,
            state=self.state(),
        )

    @property
    def _about(self) -> dict[str, Any]:
        """What must be the same in a trainer that goes on from a state of this one."""
        return {"network": repr(self.network), **texts_of(self._engine.task)}

    def _settings(self) -> dict[str, Any]:
        settings = settings_of(self._engine.task, self._sizes.schedule, self.rows, self._history.rows)
        return settings | asdict(self.rows.unusual)

    def _restore(self, given: State | Run) -> None:
        state = state_given(given)
        if state.kind not in {"trainer", "single"}:
            raise ValueError(
                f"resume: the state is of several networks, {state.kind.replace('_', ' ')}; a trainer has one"
            )
        state.require_same(self._about)
        own = self.state().values
        names = [name for name in own if name != "history" or state.kind == "trainer"]
        try:
            values = {name: state.values[name] for name in names}
            require_form(values, {name: own[name] for name in names})
            self.network.parameters = values["parameters"]
            self.network.statistics[...] = values["statistics"]
            self._steps, self._began = values["step"], time.perf_counter() - values["seconds"]
            if "history" in values:
                self._history.restore(values["history"])
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError(f"resume: the state cannot be restored: {error}") from error
        self._engine.restore(values["optimizer"], values["seed"])
        self._quick = self._engine.quick

"""`Population`: many networks of one shape, trained step by step at once, on rows of their own or the same for all."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from ..amounts import count
from ..engines import EngineChoice
from ..engines.several import parameters_given
from ..ensemble import Ensemble
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import StepSize
from ..network import Network, require_network
from ..validation import as_numbers, as_points, as_threads, whole_number
from .batch_steps import steps_on, steps_until
from .bounded_history import ROWS, BoundedHistory
from .class_weights import ClassWeight
from .form import require_form
from .history import History, Report
from .mean_loss import MeanLoss
from .population_etas import PopulationEtas
from .population_rows import PopulationRows
from .population_starts import Seeds, population_starts
from .population_steps import NetworkDiverged, steps_of
from .run import Diverged, NoStepSize, Run
from .state import State
from .step_factors import Frozen, Mask, checked_moves, factors_given
from .step_rows import StepRows
from .step_task import task_of_steps
from .stopping import Stop
from .trainer_settings import refuse_pickle, settings_of, texts_of
from .training import noise_seed
from .unknown_arguments import with_named_arguments
from .unusual import Unusual


class Population:
    """K networks of one shape that take their steps at once, each as a `Trainer` of its own would, to the bit.

    Plain SGD of small networks runs in the lanes of vectors, a network in each; anything else runs one network after another,
    large steps over threads. `population.engine` says which, and why. A step that is not finite in one network is taken by
    none.

    Parameters
    ----------
    net, K
        The first network, which is copied, and how many there are. The others are drawn by its initialiser, as restarts are.
    loss, optimizer, penalty, dropout, input_noise, max_norm, label_smoothing, class_weight, classes, history, engine, threads
        As for `Trainer`.
    frozen, mask
        As for `Trainer`: the same arrays in all networks, in which what is frozen is that of `net`. Then one network after
        another takes its step.
    eta
        As for `Trainer`, for all networks; or a list of K, an array (K,) for example.
    seed
        One for the population; or a list of K, by which each network, the first too, is drawn.
    resume
        `population.state()`, to go on from.

    Examples
    --------
    >>> net = Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    >>> population = Population(net, 16, loss="nllm", eta=np.linspace(0.1, 2.0, 16))
    >>> for _ in range(500):
    ...     losses = population.step([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> losses.shape, population.predict([[0, 1]]).shape, population.parameters.shape
    ((16,), (16, 1, 2), (16, 22))
    >>> population.best.predict([[0, 1]]).argmax(axis=1)
    array([1])
    >>> population
    Population of 16: Network 2-4-2 (tanh, softmax), 22 parameters, float64, after 500 steps
    """

    @with_named_arguments
    def __init__(
        self,
        net: Network,
        K: int,
        *,
        loss: str | Loss,
        optimizer: str | Optimizer = "sgd",
        eta: StepSize | Sequence[StepSize] | Array | None = None,
        frozen: Frozen = None,
        mask: Mask = None,
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
        resume: State | None = None,
        seed: Seeds = 0,
    ) -> None:
        require_network(net)
        self._K = whole_number(K, 1, "K")
        rule, loss_function = find(Optimizer, optimizer), find(Loss, loss)
        moves = checked_moves(net, rule, eta=None, eta_factors=None, frozen=frozen, mask=mask)
        net = moves.network
        smoothing = as_regularizer(LabelSmoothing, label_smoothing)
        of_one = StepRows(
            net, loss_function, classes=classes, smoothing=smoothing, class_weight=class_weight, unusual=Unusual()
        )
        self._rows = PopulationRows(of_one, self._K)
        task = task_of_steps(
            *(net, loss_function, rule),
            penalty=penalty,
            dropout=dropout,
            input_noise=input_noise,
            max_norm=max_norm,
            factors=moves.factors,
        )
        tasks = [
            replace(task, network=start.network, seed=noise_seed(task, start.generator))
            for start in population_starts(net, self._K, seed, task.held)
        ]
        self._etas = PopulationEtas(rule.rule.default_eta if eta is None else eta, self._K)
        self._history, self._count, self._began = BoundedHistory(history), 0, time.perf_counter()
        self._losses, self._gradients = np.full(self._K, math.nan), MeanLoss(np.zeros(self._K))
        self._lock, self._shown = threading.RLock(), None
        self._task, self._given = tasks[0], (tasks, of_one, engine, as_threads(threads))
        self._steps, self._reason = steps_of(*self._given)
        if resume is not None:
            self._restore(resume)
            if moves.masked is not None:
                self.parameters = np.where(moves.masked, 0, self.parameters)

    _shown: Array | None
    """What `parameters` gave last, until the next change."""

    # ---- steps

    def step(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Array:
        """One step of every network: the loss of each before it, (K,).

        X is (n, m^1) for all networks, or (K, n, m^1) for each its own; Y (n, n^L) or labels (n,), or (K, n, n^L) or (K, n);
        `sample_weight` (n,) or (K, n). ValueError for rows that do not fit, with the words of `train`; `Diverged`, and no step
        of any network, where a value on the way is not finite: it says in which network.
        """
        return self._step_on((X, Y, sample_weight))[0]

    def steps(self, batches: Iterable[Sequence[Any]]) -> Array:
        """A step on each of `batches`, as those of `Trainer.steps`: the mean loss of each network over all rows, (K,)."""
        return np.asarray(steps_on(batches, self._step_on, MeanLoss(np.zeros(self._K))))

    def until(
        self, stop: str | Stop | Sequence[str | Stop], batches: Iterable[Sequence[Any]], *, report_every: int = 100
    ) -> str:
        """Steps until a stop condition or the last batch ends them, as `Trainer.until`: the reason.

        Conditions look at the mean loss over the networks, as in `history`. All networks take the same number of steps.
        """
        return steps_until(stop, batches, report_every, self._mean_step_on, self._report)

    def gradient(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Array:
        """The gradient (K, p) of each network's loss in the next step on these rows. No step is taken."""
        with self._lock:
            rows, t = self._rows.arrays(X, Y, sample_weight), self._count + 1
            try:
                losses, gradients = self._steps.loss_and_gradient(*rows, t)
            except NetworkDiverged as error:
                raise self._diverged(error, float(self._next_etas(t)[error.network])) from None
            self._gradients.add(losses * rows[0].shape[-2], rows[0].shape[-2])
            return gradients

    def apply(self, gradients: npt.ArrayLike) -> None:
        """The next step of every network against gradients (K, p), as `Trainer.apply`."""
        against = parameters_given(as_numbers(gradients, "gradients"), self._K, self._task.network, "gradients")
        with self._lock:
            t = self._count + 1
            etas = self._next_etas(t)
            try:
                self._steps.apply(against, etas, t)
            except NetworkDiverged as error:
                raise self._diverged(error, float(etas[error.network])) from None
            sums, self._gradients = self._gradients, MeanLoss(np.zeros(self._K))
            self._took(t, np.asarray(sums.value) if sums.points else self._losses, sums.points, etas)

    def _step_on(self, batch: Sequence[Any]) -> tuple[Array, int]:
        """A step on a pair or triple of arrays: the loss of each network, and how many points of each they are."""
        with self._lock:
            points, targets, weights = self._rows.arrays(batch[0], batch[1], batch[2] if len(batch) > 2 else None)
            t = self._count + 1
            etas = self._next_etas(t)
            try:
                losses = self._steps.step(points, targets, weights, etas, t)
            except NetworkDiverged as error:
                raise self._diverged(error, float(etas[error.network])) from None
            self._took(t, losses, points.shape[-2], etas)
            return losses.copy(), points.shape[-2]

    def _mean_step_on(self, batch: Sequence[Any]) -> tuple[float, int]:
        losses, points = self._step_on(batch)
        return float(losses.mean()), points

    def _took(self, t: int, losses: Array, points: int, etas: Array) -> None:
        """Note the step that was taken, on so many points of each network."""
        self._count, self._losses, self._shown = t, losses, None
        if self._history.count(float(losses.mean()) if points else 0.0, points):
            self._history.end(step=t, eta=float(etas.mean()), seconds=self._seconds())

    def _report(self, loss: float, seconds: float) -> Report:
        eta = float(self._etas.at(self._count).mean())
        return Report(self._count, math.nan, loss, eta, seconds, metrics={}, network=self.best, state=self.state)

    # ---- the networks

    @property
    def parameters(self) -> Array:
        """All weights, (K, p), a row for each network: a copy that cannot be written to. Assign new ones, such as crossings."""
        with self._lock:
            if self._shown is None:
                self._shown = self._steps.parameters
                self._shown.flags.writeable = False
            return self._shown

    @parameters.setter
    def parameters(self, values: npt.ArrayLike) -> None:
        made = parameters_given(as_numbers(values, "parameters"), self._K, self._task.network)
        with self._lock:
            self._steps.parameters, self._shown = made, None

    def predict(self, X: npt.ArrayLike) -> Array:
        """A^L of all networks, (K, n, n^L), for points X (n, m^1), or (K, n, m^1) for each network its own."""
        net = self._task.network
        given, own = self._rows.points(X)
        flat = as_points(given.reshape(-1, given.shape[-1]) if own else given, net.widths[0], net.dtype)
        with self._lock:
            return self._steps.predict(np.ascontiguousarray(flat.reshape(*given.shape[:-1], -1)))

    def __len__(self) -> int:
        return self._K

    def __iter__(self) -> Iterator[Network]:
        """Copies of all networks, as they are now."""
        return iter(self._copies(range(self._K)))

    def __getitem__(self, k: int) -> Network:
        """A copy of network k, counted from 0."""
        number = whole_number(k, 0, "the number of a network", most=self._K - 1)
        return self._copies([number])[0]

    def _copies(self, numbers: Sequence[int]) -> list[Network]:
        """Copies of these networks, all as they are between two steps."""
        with self._lock:
            parameters, statistics = self.parameters, self._steps.state()["statistics"]
            nets = [self._task.network.with_parameters(parameters[k].copy()) for k in numbers]
            for net, k in zip(nets, numbers, strict=True):
                net.statistics[...] = statistics[k]
            return nets

    @property
    def best(self) -> Network:
        """A copy of the network whose loss in the last step was lowest. ValueError before the first step."""
        if not self._count:
            raise ValueError("no step has been taken, so no network is the best")
        return self[int(np.argmin(self._losses))]

    @property
    def mean(self) -> Ensemble:
        """Copies of all networks as one function, the mean of their outputs."""
        return Ensemble(self._copies(range(self._K)))

    # ---- what a person looks at

    @property
    def losses(self) -> Array:
        """The loss of each network before the last step, (K,); NaN before the first."""
        return self._losses.copy()

    @property
    def eta(self) -> Array:
        """The step sizes of the next step, (K,). Assign one, or K, numbers or schedules, for all steps from then on."""
        with self._lock:
            return self._next_etas(self._count + 1)

    @eta.setter
    def eta(self, eta: StepSize | Sequence[StepSize] | Array) -> None:
        etas = PopulationEtas(eta, self._K)
        with self._lock:
            self._etas = etas

    @property
    def engine(self) -> EngineChoice:
        """Who takes the steps: all networks side by side, or one after another, and why."""
        choice = self._steps.choice
        return choice if not self._reason else EngineChoice(choice.name, f"one network after another: {self._reason}")

    @property
    def step_count(self) -> int:
        """The number of steps that each network has taken, t."""
        return self._count

    @property
    def history(self) -> History:
        """Columns step, loss, points, eta and seconds, as a trainer's: loss and eta are means over the networks."""
        with self._lock:
            eta = float(self._etas.at(self._count).mean()) if self._count else math.nan
            return self._history.shown(step=self._count, eta=eta, seconds=self._seconds())

    __reduce__ = refuse_pickle

    def __repr__(self) -> str:
        return f"Population of {self._K}: {self._task.network!r}, after {count(self._count, 'step')}"

    # ---- the state, and files

    def state(self) -> State:
        """A copy of all that a continuation needs: `Population(net, K, ..., resume=state)` with the same parts takes it."""
        with self._lock:
            values = {
                "parameters": self._steps.parameters,
                **self._steps.state(),
                "step": self._count,
                "losses": self._losses.copy(),
                "seconds": self._seconds(),
                "history": self._history.state(),
            }
            return State("population", self._about, values)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the population to a file, completely or not at all; `Population.load` goes on from it, to the same bits."""
        from ..io.trainer_file import POPULATION, save_trainer  # imported here, because io/ is a later room

        with self._lock:
            settings = settings_of(self._task, self._etas.schedules[0], self._rows.rows, self._history.rows)
            settings |= {"eta": self._etas.texts(), "K": self._K}
            state, net, factors = self.state(), self._task.network, self._task.factors
        if factors is not None:
            state = replace(state, values={**state.values, "factors": factors})
        save_trainer(state, net, settings, path, holds=POPULATION)

    @classmethod
    def load(cls, path: str | PathLike[str], **changes: Any) -> Population:
        """The population in a file. `changes` are arguments that are to differ, such as `eta`, `engine`, `threads`.

        What was frozen or masked stays so, unless `frozen` or `mask` is given: then these alone count.
        """
        from ..io.trainer_file import POPULATION, load_trainer  # imported here, because io/ is a later room

        state, net, settings = load_trainer(path, holds=POPULATION)
        if settings.get("eta", "") is None and "eta" not in changes:
            raise ValueError(
                f"{path} was saved with a function of your own as eta; give Population.load(path, eta=...)"
            )
        population = cls(net, **{**settings, **changes}, resume=state)
        if "factors" in state.values and not changes.keys() & {"frozen", "mask"}:
            population._take_factors(state.values["factors"])
        return population

    # ---- inside

    def _next_etas(self, t: int) -> Array:
        """The step sizes of step t. NoStepSize, or at the first step the schedule's own error, where it has none."""
        try:
            return self._etas.at(t)
        except Exception as error:
            if not self._count:
                raise
            because = f"the schedule failed at t = {t}, after {count(self._count, 'step')}: {error}"
            raise NoStepSize(because, self._run(0, because)) from error

    def _diverged(self, error: NetworkDiverged, eta: float) -> Diverged:
        step = self._count + 1
        message = (
            f"step {step} was not taken, by any network: {error}; its eta was {eta:g}, try a smaller one. The networks are as "
            "they were before"
        )
        return Diverged(message, self._run(error.network, f"network {error.network} diverged in step {step}"))

    def _run(self, k: int, because: str) -> Run:
        schedule = self._etas.schedules[k if len(self._etas.schedules) > 1 else 0]
        rows = self._rows.rows
        return Run(self[k], self.history, because, self.engine, rows.classes, schedule=schedule, state=self.state())

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    @property
    def _about(self) -> dict[str, Any]:
        """What must be the same in a population that goes on from a state of this one."""
        return {"network": repr(self._task.network), "K": self._K, **texts_of(self._task)}

    def _take_factors(self, factors: Array) -> None:
        """Go on with other factors of steps, (p,). ValueError for what are none."""
        tasks, rows, engine, threads = self._given
        state, parameters, checked = (
            self._steps.state(),
            self._steps.parameters,
            factors_given(factors, self._task.network),
        )
        self._given = [replace(task, factors=checked) for task in tasks], rows, engine, threads
        self._task = self._given[0][0]
        self._steps, self._reason = steps_of(*self._given)
        self._steps.restore(state)
        self._steps.parameters = parameters

    def _restore(self, state: State) -> None:
        if not isinstance(state, State) or state.kind != "population":
            given = f"of a {state.kind}" if isinstance(state, State) else repr(state)
            raise ValueError(f"resume must be the state of a population, population.state(); given {given}")
        state.require_same(self._about)
        own = self.state().values
        try:
            values = {name: state.values[name] for name in own}
            require_form(values, own)
            made = parameters_given(values["parameters"], self._K, self._task.network)
            self._history.restore(values["history"])
            self._steps.restore(values)
            self._steps.parameters = made
            self._count, self._losses = values["step"], values["losses"].copy()
            self._began = time.perf_counter() - values["seconds"]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError(f"resume: the state cannot be restored: {error}") from error

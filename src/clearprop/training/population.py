"""`Population`: many networks of one shape, trained step by step at once, on rows of their own or the same for all."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..engines import EngineChoice, Task
from ..engines.several import parameters_given
from ..ensemble import Ensemble
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import StepSize
from ..network import Network, require_network
from ..validation import as_generator, as_numbers, as_points, as_threads, whole_number
from .bounded_history import ROWS, BoundedHistory
from .class_weights import ClassWeight
from .form import require_form
from .history import History
from .population_etas import PopulationEtas
from .population_rows import PopulationRows
from .population_steps import NetworkDiverged, steps_of
from .restarts import Start, starting_points
from .run import Diverged, NoStepSize, Run
from .state import State
from .step_rows import StepRows
from .trainer_settings import refuse_pickle, settings_of, texts_of
from .training import noise_seed
from .unusual import Unusual

Seeds: TypeAlias = int | np.random.Generator | Sequence[int]
"""One for the whole population, or one for each network."""


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
    eta
        As for `Trainer`, for all networks; or a list of K, an array (K,) for example.
    seed
        One for the population; or a list of K, by which each network, the first too, is drawn.
    resume
        `population.state()`, to go on from.

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

    def __init__(
        self,
        net: Network,
        K: int,
        *,
        loss: str | Loss,
        optimizer: str | Optimizer = "sgd",
        eta: StepSize | Sequence[StepSize] | Array | None = None,
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
        if rule.rule.whole_set:
            raise ValueError(f"{rule.rule.name} uses every point in each step; use train(..., batch_size=None)")
        smoothing = as_regularizer(LabelSmoothing, label_smoothing)
        of_one = StepRows(
            net, loss_function, classes=classes, smoothing=smoothing, class_weight=class_weight, unusual=Unusual()
        )
        self._rows = PopulationRows(of_one, self._K)
        left_out = as_regularizer(Dropout, dropout)
        if left_out is not None:
            left_out.of_layers(net.L)
        task = Task(
            network=net,
            loss=loss_function,
            optimizer=rule,
            X=np.zeros((1, net.widths[0]), net.dtype),
            Y=np.zeros((1, net.widths[-1]), net.dtype),
            penalty=None if penalty is None else find(Penalty, penalty),
            dropout=left_out,
            input_noise=as_regularizer(InputNoise, input_noise),
            max_norm=as_regularizer(MaxNorm, max_norm),
        )
        tasks = [
            replace(task, network=own, seed=noise_seed(task, generator))
            for own, generator in _starts(net, self._K, seed)
        ]
        self._etas = PopulationEtas(rule.rule.default_eta if eta is None else eta, self._K)
        self._history, self._count, self._began = BoundedHistory(history), 0, time.perf_counter()
        self._losses = np.full(self._K, math.nan)
        self._lock, self._shown = threading.RLock(), None
        workers = as_threads(threads)
        self._task = tasks[0]
        self._steps, self._reason = steps_of(tasks, of_one, engine, workers)
        if resume is not None:
            self._restore(resume)

    _shown: Array | None
    """What `parameters` gave last, until the next change."""

    # ---- steps

    def step(self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Array:
        """One step of every network: the loss of each before it, (K,).

        X is (n, m^1) for all networks, or (K, n, m^1) for each its own; Y (n, n^L) or labels (n,), or (K, n, n^L) or (K, n);
        `sample_weight` (n,) or (K, n). ValueError for rows that do not fit, with the words of `train`; `Diverged`, and no step
        of any network, where a value on the way is not finite: it says in which network.
        """
        with self._lock:
            points, targets, weights = self._rows.arrays(X, Y, sample_weight)
            t = self._count + 1
            etas = self._next_etas(t)
            try:
                losses = self._steps.step(points, targets, weights, etas, t)
            except NetworkDiverged as error:
                raise self._diverged(error, float(etas[error.network])) from None
            self._count, self._losses, self._shown = t, losses, None
            if self._history.count(float(losses.mean()), points.shape[-2]):
                self._history.end(step=t, eta=float(etas.mean()), seconds=self._seconds())
            return losses.copy()

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
        return f"Population of {self._K}: {self._task.network!r}, after {self._count} steps"

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
            state, net = self.state(), self._task.network
        save_trainer(state, net, settings, path, holds=POPULATION)

    @classmethod
    def load(cls, path: str | PathLike[str], **changes: Any) -> Population:
        """The population in a file. `changes` are arguments that are to differ, such as `eta`, `engine`, `threads`."""
        from ..io.trainer_file import POPULATION, load_trainer  # imported here, because io/ is a later room

        state, net, settings = load_trainer(path, holds=POPULATION)
        if settings.get("eta", "") is None and "eta" not in changes:
            raise ValueError(
                f"{path} was saved with a function of your own as eta; give Population.load(path, eta=...)"
            )
        return cls(net, **{**settings, **changes}, resume=state)

    # ---- inside

    def _next_etas(self, t: int) -> Array:
        """The step sizes of step t. NoStepSize, or at the first step the schedule's own error, where it has none."""
        try:
            return self._etas.at(t)
        except Exception as error:
            if not self._count:
                raise
            because = f"the schedule failed at t = {t}, after {self._count} steps: {error}"
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


def _starts(net: Network, K: int, seed: Seeds) -> list[Start]:
    """The networks before their first step, each with a generator of its own."""
    if isinstance(seed, int | np.integer | np.random.Generator):
        return starting_points(net, K, as_generator(seed))
    seeds = seed.tolist() if isinstance(seed, np.ndarray) else seed
    if not isinstance(seeds, Sequence) or isinstance(seeds, str) or len(seeds) != K:
        raise ValueError(f"seed must be one for the population, or a list of {K}, one for each network; given {seed!r}")
    return [starting_points(net, 2, as_generator(each))[1] for each in seeds]  # the first of two is the given network

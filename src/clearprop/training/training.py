"""`Training`: the checked arguments of `train`, as one record."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..callers import give
from ..engines import (
    ALONE,
    Engine,
    EngineChoice,
    Ranks,
    Sharing,
    Task,
    choose_engine,
    require_points,
)
from ..engines.sharing import sharing_of
from ..formulas.answers import Answers
from ..formulas.averaging import Averaging
from ..formulas.catalogue import Array, find, require_choice
from ..formulas.compression import Compression
from ..formulas.losses import Loss
from ..formulas.metrics import Metric, MetricLike, as_metrics
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import Schedule, StepSize, as_schedule
from ..network import Network
from ..sparse_rows import SparseRows
from ..validation import (
    Targets,
    as_points,
    as_targets,
    as_threads,
    as_weights,
    of_mean_1,
    product_of_weights,
    require_pair,
    whole_number,
)
from .callbacks import Callback, as_callbacks
from .class_weights import ClassWeight, by_these, of_validation, weights_by_class, weights_of_classes
from .evaluation import HeldOut
from .held_out import answers_for, checked_held_out
from .keeping import NO_KEEPER, Keeper
from .quasi_newton import require_alone, require_one_function, require_scipy
from .recording import Record, wanted_steps
from .sampling import Sampling
from .state import digest
from .step_factors import EtaOfEach, Factors, Frozen, Mask, Moves, checked_moves
from .stopping import Stop, as_stops
from .unusual import IGNORE, USUAL, Unusual

ChooseEngine: TypeAlias = Callable[..., tuple[Engine, EngineChoice]]
EPOCHS = 20
"""The default number of passes over the data."""
REPORTS = 1000
"""The most reports in a training: of many short epochs, several share a report."""


@dataclass(frozen=True)
class Training:
    """The checked arguments of a training; points and targets are arrays of the network's type."""

    task: Task
    """The task with the network that training starts from, which is not changed; dropout's seed is drawn later."""
    schedule: Schedule
    batch_size: int
    steps: int
    sampling: Sampling
    classes: Array | None = None
    """The classes that the outputs stand for, where targets were labels."""
    held_out: HeldOut | None = None
    metrics: tuple[Metric, ...] = ()
    answers: Answers | None = None
    """How metrics read targets: as classes or as labels; None for numbers."""
    stops: tuple[Stop, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    averaging: Averaging | None = None
    recorded: tuple[int, ...] | None = None
    """The steps to record, if `record` was given."""
    engine: str = "auto"
    threads: int | None = None
    restarts: int = 1
    ensemble: int = 1
    keep: str = "best"
    keeper: Keeper = NO_KEEPER
    unusual: Unusual = USUAL
    """Whether targets may be missing, or weights negative."""
    sharing: Sharing | None = None
    """How each batch is cut into micro-shards, and over which ranks; None where it is taken as one."""
    masked: Array | None = None
    """Which parameters a mask holds at 0, (p,)."""

    @property
    def networks(self) -> int:
        """How many networks are trained, each from a start of its own: of restarts the best is kept, of an ensemble all."""
        return max(self.restarts, self.ensemble)

    @property
    def keeps_all(self) -> bool:
        """Whether the run of every network is kept."""
        return self.ensemble > 1 or self.keep == "all"

    @property
    def ranks(self) -> Ranks:
        """The processes that train together."""
        return ALONE if self.sharing is None else self.sharing.ranks

    @property
    def steps_per_epoch(self) -> int:
        return self.sampling.steps_per_epoch(len(self.task.X), self.batch_size)

    @cached_property
    def steps_per_report(self) -> int:
        """The steps of a period, which is one or more whole epochs, so that reported losses are comparable."""
        epoch = self.steps_per_epoch
        return epoch * max(1, math.ceil(self.steps / (epoch * REPORTS)))

    def next_report(self, step: int) -> int:
        """The step of the first report after `step`: one is due at the end of every period, and of the training."""
        return min((step // self.steps_per_report + 1) * self.steps_per_report, self.steps)

    def ends_period(self, step: int) -> bool:
        """Whether a period ends with `step`; where training ends inside one, the last report is on a part of it."""
        return step % self.steps_per_report == 0

    def end_of_call(self, step: int, at_once: int) -> int:
        """The last step of the call of an engine that begins after `step`: at most `at_once` steps, and none beyond a report.

        Counted from the beginning of the period, so that steps are grouped in the same way wherever training was stopped in
        between.
        """
        of_period = step % self.steps_per_report
        return min(step - of_period + (of_period // at_once + 1) * at_once, self.next_report(step))

    def task_for(self, net: Network, seed: int, state: dict[str, Array] | None = None) -> Task:
        """The task with another network, which is trained in place; dropout and noise are drawn from `seed`."""
        return replace(self.task, network=net, seed=seed, state=state)

    def engine_for(self, task: Task) -> tuple[Engine, EngineChoice]:
        """The engine that computes the steps, and why this one."""
        largest = min(self.sampling.largest_batch(self.batch_size), len(task.X))
        return self.choose_engine(task, self.engine, largest, self.threads)

    @property
    def choose_engine(self) -> ChooseEngine:
        """What gives the engine of a task: one that shares its steps out, where they are."""
        return choose_engine if self.sharing is None else self.sharing.engine_for

    @property
    def _several(self) -> int | str:
        """How many networks there are, and what is kept of them."""
        if self.ensemble > 1:
            return f"an ensemble of {self.ensemble}"
        return f"{self.restarts}, all kept" if self.keep == "all" else self.restarts

    @cached_property
    def about(self) -> dict[str, Any]:
        """What must be the same in a training that continues from a state of this one."""
        task = self.task
        parts = {
            name: getattr(task, name) for name in ("loss", "optimizer", "penalty", "dropout", "input_noise", "max_norm")
        }
        return {
            "network": repr(task.network),
            "points": len(task.X),
            "batch_size": self.batch_size,
            "restarts": self._several,
            "shards": None if self.sharing is None else self.sharing.shards,
            "local_steps": None if self.sharing is None or self.sharing.local_steps == 1 else self.sharing.local_steps,
            "compression": None if self.sharing is None else _text(self.sharing.compression),
            "sampling": str(self.sampling),
            "averaging": _text(self.averaging),
            **{name: _text(part) for name, part in parts.items()},
            "metrics": [str(metric) for metric in self.metrics],
            "validation": None if self.held_out is None else _digest(self.held_out),
            "data": digest(task.X, task.Y, task.weights),
            "mask": None if self.masked is None else digest_of_mask(self.masked),
        }


def checked_training(
    net: Network,
    X: npt.ArrayLike | SparseRows,
    Y: npt.ArrayLike,
    *,
    loss: str | Loss,
    optimizer: str | Optimizer,
    eta: StepSize | EtaOfEach | None,
    eta_factors: Factors,
    frozen: Frozen,
    mask: Mask,
    batch_size: int | None,
    epochs: float | None,
    steps: int | None,
    sampling: str | Sampling,
    validation: tuple[npt.ArrayLike | SparseRows, npt.ArrayLike] | None,
    stop: str | Stop | Sequence[str | Stop] | None,
    callbacks: Callback | Sequence[Callback],
    sample_weight: npt.ArrayLike | None,
    penalty: str | Penalty | None,
    dropout: float | Sequence[float] | str | Dropout | None,
    input_noise: float | str | InputNoise | None,
    max_norm: float | str | MaxNorm | None,
    label_smoothing: float | str | LabelSmoothing | None,
    class_weight: ClassWeight | None,
    missing_targets: str,
    negative_weights: bool,
    averaging: str | Averaging | None,
    metrics: MetricLike | Sequence[MetricLike],
    engine: str,
    threads: int | None,
    restarts: int,
    ensemble: int,
    keep: str,
    record: Record | None,
    keeper: Keeper | None = None,
    shards: int | None = None,
    local_steps: int = 1,
    compression: str | Compression | None = None,
    ranks: Ranks | None = None,
) -> Training:
    """The arguments of `train`, checked. ValueError or TypeError, with what is allowed, for one that does not fit."""
    sampler, K = find(Sampling, sampling), _networks(restarts, ensemble, keep)
    workers = as_threads(threads)
    smoothing = as_regularizer(LabelSmoothing, label_smoothing)
    rule_of_steps = find(Optimizer, optimizer)
    moves = checked_moves(net, rule_of_steps, eta=eta, eta_factors=eta_factors, frozen=frozen, mask=mask)
    unusual = Unusual(missing_targets, negative_weights)
    unusual.require_alone(class_weight, metrics, record)
    task, classes = _task(moves, X, Y, unusual.loss(loss), rule_of_steps, sample_weight, penalty, class_weight, unusual)
    held_out = None if validation is None else checked_held_out(task, validation, classes)
    if held_out is not None:
        held_out = replace(held_out, engine=engine, threads=workers)
    if held_out is not None and class_weight is not None:
        of_classes = weights_of_classes(class_weight, Targets(task.Y, classes), task.loss)
        by_class = by_these(of_classes, held_out.Y, task.loss)
        held_out = replace(held_out, weights=of_validation(by_class, net.dtype))
    measures = as_metrics(metrics)
    answers = answers_for(task, held_out, classes, measures)
    if held_out is not None and smoothing is not None:
        held_out = replace(held_out, Y=smoothing.smoothed(held_out.Y, task.loss.domain_Y))
    task = _regularized(task, dropout, input_noise, max_norm, smoothing)
    n = len(task.X)
    b = _batch_size(batch_size, n)
    require_points(net, b)
    sharing = sharing_of(task, shards, local_steps, ranks, compression)
    first = sharing is None or sharing.ranks.is_first
    rule = None if averaging is None else find(Averaging, averaging)
    if task.optimizer.rule.whole_set:
        _require_whole_set(task, b, moves.eta, rule)
    count = step_count(epochs, steps, sampler.steps_per_epoch(n, b))
    if record is not None:
        _require_recordable(task, K, sharing)
    return Training(
        task=task,
        schedule=as_schedule(task.optimizer.rule.default_eta if moves.eta is None else moves.eta).over(count),
        batch_size=b,
        steps=count,
        sampling=sampler,
        classes=classes,
        held_out=held_out,
        metrics=measures,
        answers=answers,
        stops=as_stops(stop),
        callbacks=as_callbacks(callbacks) if first else (),
        averaging=rule,
        recorded=None if record is None else wanted_steps(record, count),
        engine=engine,
        threads=workers,
        restarts=restarts,
        ensemble=ensemble,
        keep=keep,
        keeper=_keeper(keeper) if first else NO_KEEPER,
        unusual=unusual,
        sharing=sharing,
        masked=moves.masked,
    )


def _task(
    moves: Moves,
    X: npt.ArrayLike | SparseRows,
    Y: npt.ArrayLike,
    loss_function: Loss,
    optimizer: Optimizer,
    sample_weight: npt.ArrayLike | None,
    penalty: str | Penalty | None,
    class_weight: ClassWeight | None,
    unusual: Unusual,
) -> tuple[Task, Array | None]:
    net = moves.network
    outputs = net.widths[-1]
    require_pair(net.f[net.L], loss_function, outputs)
    points = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss_function, points=len(points), outputs=outputs, dtype=net.dtype, remedy=IGNORE)
    unusual.require_known(targets.Y)
    weights = as_weights(sample_weight, len(points), net.dtype, negative=unusual.negative_weights)
    if class_weight is not None:
        by_class = weights_by_class(class_weight, targets, loss_function)
        weights = product_of_weights(by_class, weights).astype(net.dtype)
    task = Task(
        network=net,
        loss=loss_function,
        optimizer=optimizer,
        X=points,
        Y=targets.Y,
        weights=weights if weights is None or unusual.negative_weights else of_mean_1(weights)[0],
        penalty=None if penalty is None else find(Penalty, penalty),
        factors=moves.factors,
    )
    return task, targets.classes


def _regularized(
    task: Task,
    dropout: float | Sequence[float] | str | Dropout | None,
    input_noise: float | str | InputNoise | None,
    max_norm: float | str | MaxNorm | None,
    smoothing: LabelSmoothing | None,
) -> Task:
    left_out = as_regularizer(Dropout, dropout)
    if left_out is not None:
        left_out.of_layers(task.network.L)  # ValueError where the number of rates does not fit
    noise, norm = as_regularizer(InputNoise, input_noise), as_regularizer(MaxNorm, max_norm)
    if all(each is None for each in (smoothing, left_out, noise, norm)):
        return task
    Y = task.Y if smoothing is None else smoothing.smoothed(task.Y, task.loss.domain_Y)
    return replace(task, Y=Y, dropout=left_out, input_noise=noise, max_norm=norm)


def _require_whole_set(task: Task, batch_size: int, eta: StepSize | None, averaging: Averaging | None) -> None:
    """ValueError for arguments that do not go with an optimiser that uses every point in each step."""
    name = task.optimizer.rule.name
    require_alone(task.optimizer)
    if batch_size != len(task.X):
        raise ValueError(f"{name} uses every point in each step; give {give('--batch-size=all')}")
    if eta is not None:
        raise ValueError(f"{name} finds its step size by a line search; leave eta out")
    require_one_function(task, averaging)
    require_scipy()


def _networks(restarts: int, ensemble: int, keep: str) -> int:
    """How many networks are trained. ValueError where both are asked for, or all of one are to be kept."""
    counts = whole_number(restarts, 1, "restarts"), whole_number(ensemble, 1, "ensemble")
    if min(counts) > 1:
        raise ValueError(
            f"{give(f'--restarts={restarts}')} keeps the best of several networks, and {give(f'--ensemble={ensemble}')} keeps "
            "all; give one of them"
        )
    require_choice(keep, ("best", "all"), "keep")
    if keep == "all" and max(counts) == 1:
        raise ValueError(f"keep='all' keeps every one of several networks; give {give('--restarts=K')}")
    return max(counts)


def _require_recordable(task: Task, networks: int, sharing: Sharing | None) -> None:
    if networks > 1:
        raise ValueError(f"record keeps the steps of one training, and {networks} networks are asked for")
    if task.optimizer.whole_set:
        raise ValueError(f"record keeps steps along a gradient, which those of {task.optimizer} are not; leave it out")
    if sharing is not None and (sharing.local_steps > 1 or sharing.compression is not None):
        given = "compression" if sharing.compression is not None else "local_steps"
        raise ValueError(f"record keeps single steps, and {given} takes some together; leave one of them out")


def digest_of_mask(masked: Array) -> str:
    """That of a whole mask: one of `digest` looks at some of a table's values."""
    return hashlib.sha256(np.packbits(masked).tobytes()).hexdigest()[:16]


def _digest(held_out: HeldOut) -> str:
    """That of what a set is evaluated on."""
    arrays = (held_out.X, held_out.Y)
    return digest(*arrays) if held_out.weights is None else digest(*arrays, held_out.weights)


def _keeper(given: Keeper | None) -> Keeper:
    if given is not None and not isinstance(given, Keeper):
        raise TypeError(f"keeper must be a Keeper; given {given!r}")
    return NO_KEEPER if given is None else given


def _batch_size(given: int | None, n: int) -> int:
    return n if given is None else min(whole_number(given, 1, "batch_size", "None for all points"), n)


def step_count(epochs: float | None, steps: int | None, steps_per_epoch: int) -> int:
    """The length of a training in steps, from whichever of the two is given."""
    if epochs is not None and steps is not None:
        raise ValueError("give epochs or steps, not both")
    if steps is not None:
        return whole_number(steps, 0, "steps")
    epochs = EPOCHS if epochs is None else epochs
    if isinstance(epochs, bool) or not isinstance(epochs, Real) or not (math.isfinite(epochs) and epochs >= 0):
        raise ValueError(f"epochs must be a finite number, 0 or more; given {epochs!r}")
    return max(round(epochs * steps_per_epoch), 1 if epochs else 0)


def _text(part: object) -> str | None:
    return None if part is None else str(part)


def noise_seed(task: Task, seed: int | np.random.Generator) -> int:
    """The seed of a task's dropout and noise. The order of points is the same with and without them."""
    drawn = task.dropout is not None or task.input_noise is not None
    return int(np.random.default_rng(seed).spawn(1)[0].integers(2**32)) if drawn else 0

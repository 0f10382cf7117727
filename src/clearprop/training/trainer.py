"""`train`: what a person asks for, checked at the border and handed to the loop as objects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from numbers import Real

import numpy as np
import numpy.typing as npt

from ..engines import Task, choose_engine, require_points
from ..engines.processors import processors
from ..formulas.averaging import Averaging
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, as_regularizer
from ..formulas.schedules import StepSize, as_schedule
from ..network import Network
from ..validation import as_points, as_targets, as_weights, require_pair
from .averages import Average
from .class_weights import ClassWeight, weights_by_class
from .evaluation import HeldOut
from .loop import Callback, Loop, Run
from .progress import progress_bar
from .recording import Record, Recorder, Recording, wanted_steps
from .restarts import Lanes, one_after_another, starting_points
from .sampling import Sampling, Supply
from .stopping import Stop, watches
from .whole_set import WholeSetLoop, require_scipy


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
    dropout: float | Sequence[float] | str | Dropout | None = None,
    input_noise: float | str | InputNoise | None = None,
    max_norm: float | str | MaxNorm | None = None,
    label_smoothing: float | str | LabelSmoothing | None = None,
    class_weight: ClassWeight | None = None,
    averaging: str | Averaging | None = None,
    metrics: str | Metric | Sequence[str | Metric] = (),
    engine: str = "auto",
    threads: int | None = None,
    restarts: int = 1,
    record: Record | None = None,
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
    loss, optimizer, sampling, penalty, averaging, metrics, stop
        Parts, by name (`"l2(strength=1e-3)"`) or as records of your own. Any one of several `stop` conditions ends training.
        With an `averaging` the network that is reported on and returned is the averaged one.
    eta
        The step size: a number, a schedule's name, or a function of t = 1, 2, ...; the optimiser's own default if None.
    batch_size
        Points in a step; None for all of them, as `lbfgs` wants it.
    epochs, steps
        How long: passes over the data, or steps. 20 epochs if neither is given.
    validation
        (X, Y) that is only looked at, after every epoch. The network returned is then the one with the lowest loss on it.
    sample_weight
        (n,), scaled to mean 1; the loss is the mean of w_i L_i. `forward_pass` takes weights as they are given.
    class_weight
        What points of each class weigh: "balanced" (n / (classes · count), as in scikit-learn), a dict from label to weight,
        or one weight for each output. `sample_weight`, if any, is multiplied by it.
    label_smoothing
        The part of each target that is spread evenly over the classes, in training and validation losses alike.
    dropout, input_noise, max_norm
        Regularisers of training alone: the rate of hidden layers, or rates of A^0 .. A^(L-1); the standard deviation of
        noise on the inputs; the largest length of the weights into a unit. Numbers, texts or records.
    callbacks
        Each is called with a `Report` after every epoch; training stops if one returns True.
    engine
        "auto", "numpy" or "compiled".
    threads
        How many may work on a step; None for what is fastest. The bits are the same whatever their number.
    restarts
        Train that many networks, `net` and others that are drawn as it was, and return the one with the lowest loss (on
        the validation set where there is one); `run.restarts` has the losses of all.
    record
        How many steps to keep whole in `run.recording`, or which ones, to explain them afterwards.
    progress
        A bar on the screen; None shows it on a terminal or in a notebook only.
    seed
        Fixes the order of points, dropout and noise: the same seed gives the same bits.

    Ctrl-C ends training and returns the best so far.

    Raises
    ------
    ValueError
        An unknown part, or data that does not fit; says which, and what is allowed.
    Diverged
        A loss or gradient that is not finite, in the step in which it happens; its `run` holds the last finite network.
    NoStepSize
        A function of t that gives no step size in the middle of training; its `run` holds what was learnt until then.

    >>> net = Network(widths=(2, 4, 2), activations=("tanh", "softmax"), seed=1)
    >>> X, labels = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> run = train(net, X, labels, loss="nllm", eta=0.5, batch_size=4, epochs=2000, stop="target_loss(value=0.05)")
    >>> run.stopped_because
    'the loss reached 0.05'
    >>> run.classes[run.network.predict(X).argmax(axis=1)].tolist()
    ['no', 'yes', 'yes', 'no']
    """
    sampler, K, rng = find(Sampling, sampling), _whole(restarts, 1, "restarts"), np.random.default_rng(seed)
    workers = None if threads is None else _whole(threads, 1, "threads", "None for what is fastest")

    def loop_for(start: Network, generator: np.random.Generator) -> Loop:
        smoothing = as_regularizer(LabelSmoothing, label_smoothing)
        task, classes = _task(start, X, Y, loss, optimizer, sample_weight, penalty, class_weight)
        held_out = None if validation is None else _held_out(task, validation, classes, smoothing)
        task = _regularized(task, dropout, input_noise, max_norm, smoothing, generator)
        n = len(task.X)
        b = _batch_size(batch_size, n)
        require_points(start, b)
        rule = None if averaging is None else find(Averaging, averaging)
        if task.optimizer.rule.whole_set:
            _require_whole_set(task, b, eta, rule)
        chosen, choice = choose_engine(task, engine, b, workers)
        epoch = math.ceil(n / b)
        count = _step_count(epochs, steps, epoch)
        recording = None if record is None else _recording(task, record, count, classes)
        return (WholeSetLoop if task.optimizer.whole_set else Loop)(
            task=task,
            engine=chosen if recording is None else Recorder(chosen, recording),
            choice=choice,
            schedule=as_schedule(task.optimizer.rule.default_eta if eta is None else eta).over(count),
            batch_size=b,
            steps=count,
            validation=held_out,
            metrics=tuple(find(Metric, each) for each in ([metrics] if isinstance(metrics, str | Metric) else metrics)),
            watches=watches(stop),
            callbacks=_callbacks(callbacks),
            classes=classes,
            average=None if rule is None else Average(rule, start, task.X, count, epoch),
            recording=recording,
        )

    def run_one(start: Network, generator: np.random.Generator) -> Run:
        loop = loop_for(start, generator)
        supply = Supply(sampler.batches(len(loop.task.X), loop.batch_size, generator), len(loop.task.X))
        with progress_bar(loop.steps, progress) as bar:
            return loop.run(supply, bar)

    if K == 1:
        return run_one(net.copy(), rng)
    if record is not None:
        raise ValueError(f"record keeps the steps of one training, and restarts={K} are {K}")
    starts = starting_points(net, K, rng)
    shared = loop_for(starts[0][0].copy(), starts[0][1])
    if engine == "numpy" or Lanes.why_not(shared, K):
        return one_after_another(starts, run_one)
    with progress_bar(shared.steps, progress) as bar:
        return Lanes(shared, starts, sampler, workers or processors()).run(bar)


def _recording(task: Task, record: Record, steps: int, classes: Array | None) -> Recording:
    if task.optimizer.whole_set:
        raise ValueError(
            f"record keeps steps along one gradient, and {task.optimizer} searches for its own; leave it out"
        )
    return Recording(task, wanted_steps(record, steps), classes)


def _task(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | Loss,
    optimizer: str | Optimizer,
    sample_weight: npt.ArrayLike | None,
    penalty: str | Penalty | None,
    class_weight: ClassWeight | None,
) -> tuple[Task, Array | None]:
    loss_function, outputs = find(Loss, loss), net.widths[-1]
    require_pair(net.f[net.L], loss_function, outputs)
    points = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss_function, points=len(points), outputs=outputs, dtype=net.dtype)
    weights = as_weights(sample_weight, len(points), net.dtype)
    if class_weight is not None:
        by_class = weights_by_class(class_weight, targets, loss_function).astype(net.dtype)
        weights = as_weights(by_class if weights is None else weights * by_class, len(points), net.dtype)
    task = Task(
        network=net,
        loss=loss_function,
        optimizer=find(Optimizer, optimizer),
        X=points,
        Y=targets.Y,
        weights=None if weights is None else _of_mean_1(weights),
        penalty=None if penalty is None else find(Penalty, penalty),
    )
    return task, targets.classes


def _regularized(
    task: Task,
    dropout: float | Sequence[float] | str | Dropout | None,
    input_noise: float | str | InputNoise | None,
    max_norm: float | str | MaxNorm | None,
    smoothing: LabelSmoothing | None,
    rng: np.random.Generator,
) -> Task:
    """The task with what is asked for; the order of points is the same with it as without."""
    left_out = as_regularizer(Dropout, dropout)
    if left_out is not None:
        left_out.of_layers(task.network.L)  # says so where the number of rates does not fit
    if smoothing is not None:
        task = replace(task, Y=smoothing.smoothed(task.Y, task.loss.domain_Y))
    noise, norm = as_regularizer(InputNoise, input_noise), as_regularizer(MaxNorm, max_norm)
    if left_out is None and noise is None:
        return task if norm is None else replace(task, max_norm=norm)
    seed = int(rng.spawn(1)[0].integers(2**32))
    return replace(task, dropout=left_out, input_noise=noise, max_norm=norm, seed=seed)


def _require_whole_set(task: Task, batch_size: int, eta: StepSize | None, averaging: Averaging | None) -> None:
    """ValueError for what an optimiser that takes every point in each step cannot be combined with."""
    name = task.optimizer.rule.name
    if not task.optimizer.whole_set:
        raise ValueError(f"{task.optimizer.name} changes single steps, and {name} takes its own; give {name} alone")
    if batch_size != len(task.X):
        raise ValueError(f"{name} takes every point in each step; give batch_size=None")
    if eta is not None:
        raise ValueError(f"{name} searches for its own step size; leave eta out")
    for part in (task.dropout, task.input_noise, task.max_norm, averaging):
        if part is not None:
            raise ValueError(f"{name} lowers one function of the weights, which {part.name} would change in each step")
    require_scipy()


def _of_mean_1(weights: Array) -> Array:
    weights = weights / weights.max()  # or the sum of large ones would overflow
    return weights / weights.mean()


def _held_out(
    task: Task,
    validation: tuple[npt.ArrayLike, npt.ArrayLike],
    classes: Array | None,
    smoothing: LabelSmoothing | None,
) -> HeldOut:
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
    return HeldOut(X, targets.Y if smoothing is None else smoothing.smoothed(targets.Y, task.loss.domain_Y))


def _batch_size(given: int | None, n: int) -> int:
    return n if given is None else min(_whole(given, 1, "batch_size", "None for all points"), n)


def _step_count(epochs: float | None, steps: int | None, steps_per_epoch: int) -> int:
    if epochs is not None and steps is not None:
        raise ValueError("give epochs or steps, not both")
    if steps is not None:
        return _whole(steps, 0, "steps")
    epochs = 20 if epochs is None else epochs
    if isinstance(epochs, bool) or not isinstance(epochs, Real) or not (math.isfinite(epochs) and epochs >= 0):
        raise ValueError(f"epochs must be a finite number, 0 or more; given {epochs!r}")
    return max(round(epochs * steps_per_epoch), 1 if epochs else 0)


def _whole(given: object, least: int, name: str, otherwise: str = "") -> int:
    number = float(given) if isinstance(given, Real) and not isinstance(given, bool) else math.nan
    if number % 1 != 0 or number < least:  # NaN % 1 and inf % 1 are NaN
        also = f", or {otherwise}" if otherwise else ""
        raise ValueError(f"{name} must be a whole number, {least} or more{also}; given {given!r}")
    return int(number)


def _callbacks(given: Callback | Sequence[Callback]) -> tuple[Callback, ...]:
    listed = tuple(given) if isinstance(given, Sequence) else (given,)
    for each in listed:
        if not callable(each):
            raise TypeError(f"a callback is a function of a Report; given {each!r}")
    return listed

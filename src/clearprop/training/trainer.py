"""`train`: checks its arguments, starts or continues a training, and takes all its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engines import ALONE, ranks_of
from ..formulas.averaging import Averaging
from ..formulas.compression import Compression
from ..formulas.losses import Loss
from ..formulas.metrics import MetricLike
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm
from ..formulas.schedules import StepSize
from ..network import Network, require_network
from ..sparse_rows import SparseRows
from ..validation import WITH_NETWORK, as_generator
from .advised import warn_after, warn_before
from .callbacks import Callback
from .class_weights import ClassWeight
from .form import require_form
from .interrupts import EndedAtOnce, Interrupted
from .keeping import Keeper
from .lanes import Lanes
from .loop import Loop
from .progress import progress_bar
from .recording import Record
from .restarts import SequentialRestarts, loop_for, starting_points
from .run import Run, state_given
from .sampling import Sampling
from .state import State
from .step_factors import EtaOfEach, Factors, Frozen, Mask
from .stopping import Stop
from .together import require_alike, taking_part
from .training import Training, checked_training
from .unknown_arguments import with_named_arguments


@with_named_arguments
def train(
    net: Network,
    X: npt.ArrayLike | SparseRows,
    Y: npt.ArrayLike,
    *,
    loss: str | Loss,
    optimizer: str | Optimizer = "sgd",
    eta: StepSize | EtaOfEach | None = None,
    eta_factors: Factors = None,
    frozen: Frozen = None,
    mask: Mask = None,
    batch_size: int | None = 32,
    epochs: float | None = None,
    steps: int | None = None,
    sampling: str | Sampling = "shuffle",
    validation: tuple[npt.ArrayLike | SparseRows, npt.ArrayLike] | None = None,
    stop: str | Stop | Sequence[str | Stop] | None = None,
    callbacks: Callback | Sequence[Callback] = (),
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
    dropout: float | Sequence[float] | str | Dropout | None = None,
    input_noise: float | str | InputNoise | None = None,
    max_norm: float | str | MaxNorm | None = None,
    label_smoothing: float | str | LabelSmoothing | None = None,
    class_weight: ClassWeight | None = None,
    missing_targets: str = "refuse",
    negative_weights: bool = False,
    averaging: str | Averaging | None = None,
    metrics: MetricLike | Sequence[MetricLike] = (),
    engine: str = "auto",
    threads: int | None = None,
    restarts: int = 1,
    ensemble: int = 1,
    keep: str = "best",
    record: Record | None = None,
    resume: State | Run | None = None,
    keeper: Keeper | None = None,
    shards: int | None = None,
    local_steps: int = 1,
    compression: str | Compression | None = None,
    communicator: Any = None,
    progress: bool | None = None,
    seed: int | np.random.Generator = 0,
) -> Run:
    """A trained copy of the network, with its history (Concept 6: forward, back-propagate, step, repeat).

    Parameters
    ----------
    net
        The network that training starts from; it is not changed.
    X, Y
        Points (n, m^1), and values or one-hot rows (n, n^L) or class labels (n,).
    loss, optimizer, sampling, penalty, averaging, compression, metrics, stop
        Parts, by name (`"l2(strength=1e-3)"`) or as records of your own. Any one of several `stop` conditions ends training.
        A metric may also be a function of A and Y, (n, outputs) each. With `averaging`, the averaged network is the one that is
        evaluated and returned.
    eta
        The step size: a number, a schedule's name, or a function of t = 1, 2, ...; the optimiser's own default if None.
        A dict gives one to each layer or array: `{1: 0.001, "W0[3]": 0.02, "else": 0.01}`.
    eta_factors
        The same as factors of `eta`, from 0 to 1, where that is a schedule: `{1: 0.1}`; 1 for what is not named.
    frozen
        Layers or arrays that do not change: `[1, 2]`, `"W0[3]"`, `"W0"` for all biases. No gradient is computed below the
        lowest layer that is trained. Their weights are those of `net` in every restart. Batch statistics still follow.
    mask
        Weights that are set to 0 and stay so (pruning): an array of 0 for these and else 1, for a layer's W or for one array,
        `{1: ..., "W0[2]": ...}`.
    batch_size
        Points in a step; None for all of them, which `lbfgs` needs. Where they do not divide the number of points,
        `sampling="shuffle(last=even)"` makes batches nearly equal; see `last_batch` in the catalogue.
    epochs, steps
        The length of training, in passes over the data or in steps; 20 epochs if neither is given.
    validation
        (X, Y), evaluated at every report. The network returned is then the one with the lowest loss on it, in which classes
        count as they do in training.
    sample_weight
        (n,), scaled to mean 1; the loss is the mean of w_i L_i. `forward_pass` does not scale weights.
    class_weight
        The weight of the points of each class: "balanced" (n / (classes · count), as in scikit-learn), a dict from label to
        weight, or one weight for each output. `sample_weight`, if any, is multiplied by it.
    missing_targets
        "ignore" takes NaN in Y as a target that is not known: its output has no part in the loss of its point, which is still
        a mean over all points. For losses that are a sum over outputs, on the NumPy engine.
    negative_weights
        Whether `sample_weight` may be below 0, as advantages are. The weights are then used as they are, not scaled to mean 1.
    label_smoothing
        The fraction of each target that is spread evenly over the classes, in the training and the validation loss.
    dropout, input_noise, max_norm
        Regularisation during training: the rate of hidden layers, or the rates of A^0 .. A^(L-1); the standard deviation of
        noise on the inputs; the largest norm of the weights into a unit. Numbers, texts or records.
    callbacks
        Each is called with a `Report` after every epoch, or every few in a training of more than 1,000; training stops if one
        returns True.
    engine
        "auto", "numpy" or "compiled".
    threads
        The most threads for a step; None for the fastest number. The result is the same to the bit for any number.
    restarts
        Train that many networks, `net` and others drawn by its initialiser, and return the one with the lowest loss (on
        the validation set where there is one); `run.restarts` has the losses of all.
    ensemble
        Train that many networks, drawn as for `restarts`, and keep all: `run.function` is the `Ensemble` whose predictions are
        the mean of theirs, and `run.members` has the run of each. They are trained side by side in the processor's vectors
        where that is possible: plain SGD on single points.
    keep
        "best", or "all" to have the run of every restart as well, in `run.members`; `run.restarts` is infinite for those that
        diverged, whose network is the last finite one that was reported.
    record
        The number of steps to keep in `run.recording`, or their numbers, to explain them later.
    resume
        What to continue from: the run of a training that ended or was stopped, `run.state`, or `report.state()` in a callback;
        `State.packed` is for files. The other arguments are given again; eta, frozen, length, stop conditions, engine
        and threads may change, but length and conditions not for restarts that are trained one after another. If none changes,
        the steps are those of the uninterrupted training, to the bit; the seed has no effect. A longer training differs from
        one that was that long from the start where something depends on the length: a schedule or SWA that ends with it, the
        reports of more than 1,000 epochs, and the report at the end of the first part.
    keeper
        An object that is told of every report, and between steps may take the state: how `runs` writes its checkpoints.
    shards
        Cut each batch into that many parts, a power of two, and add their gradients in a fixed tree: the result is then the
        same to the bit for any number of ranks. None for no parts, and for 8 with a communicator.
    local_steps
        More than 1: each part of the batches trains a copy of the network for so many steps, and then the copies are averaged.
        It sends less, and is another training.
    compression
        "float32" or "bfloat16": gradients are rounded for sending, with error feedback. It sends a half or a quarter.
    communicator
        A communicator of mpi4py whose processes, the ranks, train together: each calls `train` with the same arguments,
        computes its parts of each batch, and returns the same network. Rank 0 alone has callbacks, keeper, warnings and a
        progress bar.
    progress
        Whether to show a progress bar; None shows it on a terminal or in a notebook only.
    seed
        Fixes the order of points, dropout and noise: the same seed gives the same bits.

    Notes
    -----
    Ctrl-C ends training and returns the best network so far; a second one is a KeyboardInterrupt, at once.

    Warns
    -----
    TrainingWarning
        Before the first step: targets that the output activation cannot give, or too large for so many steps. After the last:
        a network that predicts a constant, a loss that rose, units that died. Each says what was measured and what to do; its
        class in `clearprop.advice` says which it is.

    Raises
    ------
    ValueError
        An unknown part, or data that do not fit; the message says which, and what is allowed.
    Diverged
        A loss or gradient that is not finite, at the step in which it occurs; its `run` holds the last finite network, whose
        weights may be too large for any further step: to go on with a smaller eta, keep earlier states in a callback.
    NoStepSize
        A schedule that fails in the middle of training; its `run` holds the network so far.
    RankFailed
        On every rank, before the first step: one of them failed, or has other data, settings or versions, which it names.

    Examples
    --------
    >>> net = Network(widths=(2, 4, 2), activations=("tanh", "softmax"), seed=1)
    >>> X, labels = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> stop = "target_loss(value=0.05)"
    >>> run = train(net, X, labels, loss="nllm", eta=0.5, batch_size=4, epochs=2000, stop=stop)
    >>> run.stopped_because
    'the loss reached 0.05'
    >>> run.classes[run.network.predict(X).argmax(axis=1)].tolist()
    ['no', 'yes', 'yes', 'no']
    """
    require_network(net, f"use clf.fit(X, y) or clf.partial_fit(X, y), or {WITH_NETWORK}")
    together = None if communicator is None else ranks_of(communicator)
    with taking_part(ALONE if together is None else together):
        training = checked_training(
            *(net, X, Y),
            loss=loss,
            optimizer=optimizer,
            eta=eta,
            eta_factors=eta_factors,
            frozen=frozen,
            mask=mask,
            batch_size=batch_size,
            epochs=epochs,
            steps=steps,
            sampling=sampling,
            validation=validation,
            stop=stop,
            callbacks=callbacks,
            sample_weight=sample_weight,
            penalty=penalty,
            dropout=dropout,
            input_noise=input_noise,
            max_norm=max_norm,
            label_smoothing=label_smoothing,
            class_weight=class_weight,
            missing_targets=missing_targets,
            negative_weights=negative_weights,
            averaging=averaging,
            metrics=metrics,
            engine=engine,
            threads=threads,
            restarts=restarts,
            ensemble=ensemble,
            keep=keep,
            record=record,
            keeper=keeper,
            shards=shards,
            local_steps=local_steps,
            compression=compression,
            ranks=together,
        )
        return _trained(training, resume, progress, seed)


def _trained(
    training: Training, resume: State | Run | None, progress: bool | None, seed: int | np.random.Generator
) -> Run:
    """The result of a training, with its progress bar and warnings, which of several ranks the first one has."""
    first, rng = training.ranks.is_first, as_generator(seed)
    require_alike(training, rng.bit_generator.state, None if resume is None else state_given(resume))
    warned = first and warn_before(training)
    trained = start_training(training, rng) if resume is None else continue_training(training, resume, rng)
    try:
        with progress_bar(trained.steps, progress if first else False) as trained.bar:
            run, whole = _carried_out(trained)
    finally:
        if isinstance(seed, np.random.Generator) and isinstance(trained, Loop):
            trained.supply.use_up()  # whoever draws from it next must not see how short this training was
    if whole and run.state is not None:
        training.keeper.end(run.state.step, run.state)
    if first and not warned:
        warn_after(training, run)
    return run


def _carried_out(trained: Loop | SequentialRestarts | Lanes) -> tuple[Run, bool]:
    """The result of all steps, or of those before Ctrl-C, and whether the last of them is complete."""
    because, whole = "interrupted", True
    trained.training.keeper.begin(trained.step, trained.state, trained.present_network())
    try:
        because = trained.advance()
    except EndedAtOnce:
        raise
    except KeyboardInterrupt as error:
        whole = isinstance(error, Interrupted)
    return trained.finish(because), whole


def start_training(training: Training, rng: np.random.Generator) -> Loop | SequentialRestarts | Lanes:
    """A training before its first step: `advance` takes steps, `state` gives what a continuation needs."""
    if training.networks == 1:
        return loop_for(training, training.task.network.copy(), rng)
    return _restarts(SequentialRestarts if Lanes.why_not(training) else Lanes, training, rng)


def continue_training(
    training: Training, given: State | Run, rng: np.random.Generator
) -> Loop | SequentialRestarts | Lanes:
    """A training at the step where the state was taken. ValueError for the state of another training."""
    state = state_given(given)
    if state.kind in {"trainer", "population"}:
        raise ValueError(
            f"resume: the state is of a {state.kind}; cp.{state.kind.title()}(..., resume=state) goes on from it"
        )
    state.require_same(training.about)
    if state.kind == Lanes.kind and (reason := Lanes.why_not(training)):
        raise ValueError(f"resume: the state is of restarts trained side by side, and these cannot be: {reason}")
    if training.networks == 1:
        trained: Loop | SequentialRestarts | Lanes = start_training(training, rng)
    else:
        trained = _restarts(Lanes if state.kind == Lanes.kind else SequentialRestarts, training, rng)
    state.require_same(trained.about)
    if not 0 <= state.step <= trained.steps:
        raise ValueError(f"resume: {state.step:,} steps have been taken, and only {trained.steps:,} are asked for")
    try:
        require_form(state.values, trained.state().values)
        trained.restore(state.values)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"resume: the state cannot be restored: {error}") from error
    return trained


def _restarts(
    form: type[SequentialRestarts | Lanes], training: Training, rng: np.random.Generator
) -> SequentialRestarts | Lanes:
    task = training.task
    return form(training, starting_points(task.network, training.networks, rng, task.held))

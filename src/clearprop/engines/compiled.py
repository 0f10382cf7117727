"""The compiled engine's side in Python: which kernels this machine runs, which tasks they take, and the handing over.

The kernels are optional: without them everything runs on the NumPy engine. `levels.py` says which are in use.
"""

from __future__ import annotations

from dataclasses import fields, replace
from types import ModuleType
from typing import Any

import numpy as np

from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import CATALOGUE, Array, Part
from ..formulas.domains import Ends, Interval, Simplex
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD, Optimizer
from ..formulas.parametrizations import OWN
from ..formulas.penalties import L2
from ..formulas.regularizers import InputNoise, MaxNorm
from ..network import Network
from ..sparse_rows import SparseRows
from .batches import DENSE_NUMBERS, Batches, as_batches
from .description import NORMALIZATIONS, described, lacking_part, normalizations_of
from .engine import Engine, NonFinite, QuickStep, RunningAverage, Task, no_step
from .levels import KERNELS, why_none
from .processors import processors, threads_for

WORTH_A_THREAD = 20_000
"""Steps, over all networks, that take longer than starting a thread does."""
POINTS_AT_ONCE = 1024
"""Points of a gradient that is wanted for all of them whose values are held at a time."""
GRADIENT = 1
"""What kernels answer where the gradient that they were given is not finite."""
DOMAINS = (Interval, Ends, Simplex)
"""Sets of targets that kernels can check."""
BEYOND_THE_END = 16
"""Numbers that a kernel may read behind the last target: a whole vector is loaded where a part of one is used."""


def _codes(kind: type[Part], codes: dict[str, int]) -> dict[type[Part], int]:
    return {CATALOGUE[kind.kind][name]: code for name, code in codes.items()}


# What the kernels have, by the part's own class: a user's subclass may have changed a formula, so it is not here.
ACTIVATIONS = _codes(Activation, KERNELS.activations) if KERNELS else {}
LOSSES = _codes(Loss, KERNELS.losses) if KERNELS else {}
OPTIMIZERS = _codes(Optimizer, KERNELS.optimizers) if KERNELS else {}
PAIRED = _codes(Loss, KERNELS.paired_losses) if KERNELS else {}
"""Losses of two outputs for each target, which kernels have in steps on batches."""
CODES = {**ACTIVATIONS, **LOSSES, **PAIRED, **OPTIMIZERS}
KNOWN = {*CODES, *NORMALIZATIONS, InputNoise, MaxNorm}


def why_not(task: Task | None = None) -> str:
    """Why the compiled engine does not take a task, or any task; empty where it can."""
    if KERNELS is None:
        return why_none()
    if task is None:
        return ""
    if isinstance(task.X, SparseRows) and (task.input_noise is not None or _drops_inputs(task)):
        return "noise in inputs that are mostly 0, or dropout of them, has no kernel"
    return lacking_part(task, lambda part: type(part) in KNOWN)


def _drops_inputs(task: Task) -> bool:
    return task.dropout is not None and task.dropout.of_layers(task.network.L).get(0, 0.0) > 0


class CompiledEngine(Engine):
    """Steps in C++, many in one call, the interpreter's lock released. For tasks with an empty `why_not`."""

    name = "compiled"
    seconds_per_step, operations_per_second = 5e-8, 3e10

    def __init__(self, task: Task, batch_size: int = 1, threads: int | None = None) -> None:
        """`batch_size` is that of the largest step. `threads=None` takes all processors or one, whichever are faster."""
        super().__init__(task)
        self.compares = threads is None
        """Whether `threads` is the most, and the steps themselves show what is faster."""
        self.threads = threads or threads_for(task.network.parameters.size, batch_size)
        if task.optimizer.rule.whole_set:
            batch_size = max(2, min(batch_size, POINTS_AT_ONCE))
        elif task.input_noise is not None:  # new points in every step, which kernels for single points do not take
            batch_size = max(2, batch_size)
        points, self._noisy = task, task.input_noise is not None
        self._moves = self._noisy or isinstance(task.X, SparseRows)
        if isinstance(task.X, SparseRows):  # whose points are given anew for some batches at a time
            batch_size = max(2, batch_size)
            points = replace(task, Y=task.Y[:0], which=None, weights=None)
        self._Y = padded(points.Y)
        self._trainer = trainer(points, batch_size=batch_size, threads=self.threads, at_most=self.compares, Y=self._Y)
        self._gradient: Array | None = None
        self._t = 0
        """The step of the last gradient."""
        names = task.optimizer.rule.remembers
        of_scale = ["scale", *(OWN + name for name in names)] if "scale" in self._state else []
        self._packed = [self._state[name] for name in (*names, *of_scale)]
        """The arrays that the kernels have in a layout of their own."""
        if task.state is not None:
            self.restore(task.state)

    @property
    def kernel(self) -> str:
        """Which kernel takes the steps: mini-batch; for one point each small, dense, penalised, sparse, blocked or by rule."""
        return str(self._trainer.kernel)

    @property
    def threads_at_work(self) -> int:
        """How many threads take the steps at present: of `threads`, all or one, where the steps show which are faster."""
        return int(self._trainer.threads)

    @property
    def steps_together(self) -> int:
        return int(self._trainer.together)

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        batches = as_batches(batches)
        if not self._moves:
            return self._run(batches, etas, t, batches)
        total, X = 0.0, self.task.X
        inputs, most = X.shape[1], DENSE_NUMBERS
        if isinstance(X, SparseRows):  # beside each number is its place; and a call copies the parameters
            inputs, most = max(1, int(2 * X.in_a_row)), max(most, 2 * self.task.network.parameters.size)
        for at, rows, own in batches.in_pieces(max(1, most // inputs)):
            steps = range(t + at.start, t + at.stop)
            self._take(rows, [self.task.noise(len(b), step) for b, step in zip(own, steps, strict=True) if self._noisy])
            try:
                total += self._run(own, etas[at], t + at.start, batches[at])
            except NonFinite as error:
                error.step += at.start
                raise
        return total

    def _take(self, points: Array, noise: list[Array]) -> None:
        """Give the kernels these points as rows 0, 1, ...: their inputs that are not 0, or all of them with noise."""
        task = self.task
        weights = None if task.weights is None else task.weights[points]
        Y = padded(task.targets(points))
        if isinstance(task.X, SparseRows):
            self._trainer.move_to_sparse(*task.X.compressed(points).parts, Y, weights)
        else:
            self._trainer.move_to(task.X[points] + np.vstack(noise), Y, weights)

    def run_averaged(self, batches: Batches | Array, etas: Array, t: int, average: RunningAverage) -> float:
        if self._moves:
            return super().run_averaged(batches, etas, t, average)
        batches = as_batches(batches)
        steps, weights = average.entering(t - 1 + len(batches))
        try:
            total = self._run(
                batches, etas, t, batches, (average.network.parameters, np.array(steps, np.int64), np.array(weights))
            )
        except NonFinite as error:
            average.entered([step for step in steps if step < t + error.step])
            raise
        average.entered(steps)
        return total

    def _run(self, batches: Batches, etas: Array, t: int, of_task: Batches, average: tuple[Array, ...] = ()) -> float:
        """Steps on `batches` of the kernels' points; `of_task` has the same as rows of the task.

        `average` is the average of the parameters, after which steps they enter it, and with which weights.
        """
        net = self.task.network
        order, begins = (np.ascontiguousarray(array, dtype=np.int64) for array in (batches.rows, batches.begins))
        steps, loss, finite = self._trainer.run(
            net.parameters,
            net.statistics,
            order,
            np.ascontiguousarray(etas, dtype=np.float64),
            t,
            None if batches.one_each else begins,
            *average,
        )
        if not finite:
            raise self._not_finite(steps, of_task[steps], t, float(etas[steps]))
        return float(loss)

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        parameters, gradient = self.task.network.parameters, self._gradient
        if gradient is None:
            gradient = self._gradient = np.empty_like(parameters)
        of, self._t = len(points) if of is None else of, t
        if self._moves:
            self._take(points, [self.task.noise(len(points), t, first)] if self._noisy else [])
            points = np.arange(len(points))
        return self._trainer.loss_and_gradient(parameters, points, t, gradient, first, of), gradient

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._require_statistics(self._t, t)
        net = self.task.network
        parameters = net.parameters
        if gradient is not self._gradient:
            gradient = np.ascontiguousarray(gradient, parameters.dtype)
        wrong, layer = self._trainer.apply(parameters, net.statistics, gradient, eta)
        if wrong:
            raise self._not_finite_in(gradient) if wrong == GRADIENT else NonFinite(0, layer, "W")

    def move_to(self, X: Array, Y: Array, weights: Array | None = None) -> None:
        super().move_to(X, Y, weights)
        if isinstance(X, SparseRows):
            return
        self._Y = padded(Y)
        of_points = None if weights is None else np.ascontiguousarray(weights)
        self._trainer.move_to(np.ascontiguousarray(X), self._Y, of_points)

    def quick_step(self, labels: Array | None, *, dense: bool) -> QuickStep:
        if self._moves:
            return no_step
        domain = self.task.loss.domain_Y
        known = type(domain) in DOMAINS and self.task.loss.outputs_per_target == 1
        ends = domain.ends[0] == "[", domain.ends[1] == "]"
        kind = type(domain) is Ends, type(domain) is Simplex
        of_labels = [] if labels is None else labels.ravel().tolist()
        net = self.task.network
        allowed = domain.low, domain.high, *ends, *kind
        self._trainer.take_rows(net.parameters, net.statistics, allowed, dense and known, of_labels)
        return self._trainer.step

    def refill(self) -> None:
        if not self._moves:
            self._Y[: self.task.Y.size] = self.task.Y.ravel()

    def restore(self, state: dict[str, Array]) -> None:
        super().restore(state)
        if self._packed:
            t, product = (self._state[name][0].item() if name in self._state else 0 for name in ("t", "M"))
            self._trainer.set_state(self._packed, int(t), float(product))

    def state(self) -> dict[str, Array]:
        if self._packed:
            counts = self._trainer.get_state(self._packed)
            for name, value in zip(("t", "M"), counts, strict=True):
                for each in {name, OWN + name} & self._state.keys():
                    self._state[each][0] = value
        return super().state()

    def _not_finite(self, step: int, points: Array, t: int, eta: float) -> NonFinite:
        """The reference, run on the network as it was before the step, tells in which layer."""
        error, net = self.locate(step, points, t), self.task.network
        if error.what != "a value":
            return error
        for l in net.layers:  # all was finite but the update; or this engine rounded over the edge before the reference
            with np.errstate(all="ignore"):
                reached = np.abs(net.W[l]).max() >= np.finfo(net.dtype).max / max(1.0, abs(eta)) / 1e3
            if reached:
                return NonFinite(step, l, "W")
        return error


class SideBySide:
    """Several small networks of one shape, each trained on points of its own: a network a vector lane, over threads."""

    def __init__(self, task: Task, threads: int) -> None:
        self._trainer, self._threads = trainer(task), threads

    def run(self, parameters: Array, orders: Array, etas: Array, losses: Array) -> None:
        """Train the networks (K, p) in place on the points `orders` (K, steps); add to `losses` (K,) what each lost.

        A network that leaves the finite numbers goes on as NaN, and so does its loss; the others never meet it.
        """
        threads = self._threads if orders.size >= WORTH_A_THREAD else 1
        self._trainer.run_side_by_side(parameters, orders, etas, losses, threads)


def why_not_side_by_side(task: Task, networks: int) -> str:
    """Why the kernels cannot train several networks of this task side by side; empty where they can."""
    reason = why_not(task) or _why_no_lanes(task)
    if reason:
        return reason
    return (
        "" if trainer(task).fits_in_lanes(networks) else "the networks are too large to lie side by side in the cache"
    )


def _why_no_lanes(task: Task) -> str:
    """What makes networks of a task take their steps one after another; empty where nothing does."""
    if type(task.optimizer) is not SGD or task.loss.outputs_per_target != 1:
        return "the networks of a vector take plain SGD steps, with a target for each output"
    if task.dropout is not None or task.input_noise is not None:
        return "dropout and input noise, which are of each network its own, have no side-by-side kernel"
    if task.factors is not None or task.network.normalization or task.max_norm is not None:
        return "frozen layers, masks, step sizes of single arrays, normalised layers and max_norm have no side-by-side kernel"
    if not all(isinstance(f, Elementwise) for f in task.network.activations[:-1]):
        return "a softmax between layers has no side-by-side kernel"
    if not (task.penalty is None or isinstance(task.penalty, L2)):
        return f"penalty {str(task.penalty)!r} has no side-by-side kernel"
    return ""


def padded(Y: Array) -> Array:
    """Y row by row, with numbers behind its end that a kernel may read."""
    values = np.zeros(Y.size + BEYOND_THE_END, Y.dtype)
    values[: Y.size] = Y.ravel()
    return values


def trainer(
    task: Task,
    kernels: ModuleType | None = KERNELS,
    batch_size: int = 1,
    threads: int = 1,
    Y: Array | None = None,
    *,
    at_most: bool = False,
) -> Any:
    """The kernels' object for a task: its shape and parts as codes, its points as C-ordered arrays that are only read."""
    assert kernels is not None
    told = described(task)
    make = kernels.Trainer32 if task.network.dtype == np.float32 else kernels.Trainer64
    return make(
        list(told.widths),
        [part_code(f) for f in told.activations],
        told.normalized,
        loss=part_code(told.loss),
        optimizer=part_code(SGD() if told.rule.whole_set else told.rule),
        parametrization=told.parametrization,
        factors=None if task.factors is None else np.ascontiguousarray(task.factors, np.float64),
        clips=told.clips,
        penalty=told.penalty,
        dropout=told.dropout,
        max_norm=told.max_norm,
        X=None if isinstance(task.X, SparseRows) else np.ascontiguousarray(task.X),
        Y=padded(task.Y) if Y is None else Y,
        which=None if task.which is None else np.ascontiguousarray(task.which, dtype=np.int32),
        weights=None if task.weights is None else np.ascontiguousarray(task.weights),
        largest_batch=batch_size,
        threads=threads,
        at_most=at_most,
    )


def single_point_kernels(net: Network, loss: Loss | None) -> Any:
    """The kernels' object for predictions and single steps of one network, whose parameters it shares; None if it cannot."""
    parameters = net.parameters
    fits = parameters.dtype in (np.float32, np.float64) and parameters.flags.c_contiguous and parameters.flags.writeable
    if KERNELS is None or not fits or not has_predictions(net) or not (loss is None or type(loss) in LOSSES):
        return None
    make = KERNELS.SinglePoints32 if parameters.dtype == np.float32 else KERNELS.SinglePoints64
    parts = [part_code(f) for f in net.activations]
    given = (0, []) if loss is None else part_code(loss)
    return make(
        list(net.widths),
        parts,
        normalizations_of(net),
        loss=given,
        parameters=parameters,
        statistics=net.statistics,
        threads=processors(),
    )


def has_predictions(net: Network) -> bool:
    """Whether kernels have every part of a network."""
    return all(type(f) in ACTIVATIONS for f in net.activations) and all(
        type(part) in NORMALIZATIONS for part in net.normalization.values()
    )


def part_code(part: Activation | Loss | Optimizer) -> tuple[int, list[float]]:
    """A part as the kernels know it: its code, and its hyper-parameters in the order of its fields."""
    return CODES[type(part)], [float(getattr(part, own.name)) for own in fields(part)]

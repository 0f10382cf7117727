"""Per-point steps of the kernels against the NumPy engine: random networks, every part, kernel and instruction level."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass
from clearprop.engines import NonFinite, Task
from clearprop.engines.compiled import ACTIVATIONS, LOSSES, trainer
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.activations import Elementwise, Tanh
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.penalties import L2
from clearprop.formulas.regression_losses import PoissonLog
from clearprop.formulas.smooth_activations import Exp
from tests.engines.closeness import distance, expected
from tests.parts import is_legal, targets_in, with_random_hypers

WIDTHS = (1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 63, 64, 65, 100, 127, 128, 129, 200)
STEPS = 100
NETWORKS, CHUNKS = 2000, 40
LEVELS = usable_levels()


def random_task(rng: np.random.Generator, dtype: str = "float64", *, kinks: bool = True) -> Task:
    """A network of up to four layers, its data, and all that a task may have."""
    activations = [part for part in ACTIVATIONS if kinks or not part.kinks]
    pairs = [
        (f, loss, outputs)
        for f in activations
        for loss in LOSSES
        if kinks or not loss.kinks
        for outputs in (1, 2, 3, 4, 10, 17)
        if is_legal(f(), loss(), outputs) and not (f is Exp and loss is PoissonLog)  # e^a of a = e^z
    ]
    last, loss, outputs = pairs[rng.integers(len(pairs))]
    tame = [part for part in activations if part is not Exp]  # e^z of a sum of e^z leaves nothing to compare
    hidden = [tame[i] for i in rng.integers(len(tame), size=rng.integers(0, 4))]
    if rng.random() < 0.25:  # what the small kernel takes
        hidden = [f for f in hidden[:1] if issubclass(f, Elementwise)] or [Tanh]
        widths = (int(rng.choice(WIDTHS[:15])), int(rng.integers(1, 17)), min(outputs, 4))
        outputs = widths[-1]
        if not is_legal(last(), loss(), outputs):
            outputs, widths = 2, (*widths[:2], 2)
    else:
        widths = (*(int(width) for width in rng.choice(WIDTHS, size=len(hidden) + 1)), outputs)
    parts = [with_random_hypers(f, rng) for f in (*hidden, last)]
    net = Network(widths, parts, seed=rng, dtype=dtype)
    n = 40
    X = rng.normal(size=(n, widths[0]))
    if rng.random() < 0.3:
        X *= rng.random(X.shape) < rng.choice([0.1, 0.3])
    return Task(
        net,
        with_random_hypers(loss, rng),
        SGD(),
        X.astype(dtype),
        targets_in(loss.domain_Y, n, outputs, rng).astype(dtype),
        weights=rng.uniform(0, 2, size=n).astype(dtype) if rng.random() < 0.3 else None,
        penalty=L2(float(rng.uniform(0, 0.01))) if rng.random() < 0.25 else None,
    )


def steps_on(task: Task, rng: np.random.Generator, largest: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Points with replacement, and step sizes deep in the range where descent is stable.

    They shrink with the width, and where the loss is steep: of 1/a near a = 0 the gradient may be 1e9.
    """
    steepness = np.linalg.norm(back_propagate(task.network, forward_pass(task.network, task.X, task.Y, task.loss)).flat)
    eta = largest / max(task.network.widths) / (1 + (steepness / 100) ** 2)
    return rng.integers(0, len(task.X), STEPS), eta * rng.uniform(0.5, 1.5, STEPS)


def run_kernels(level: str, task: Task, order: np.ndarray, etas: np.ndarray) -> tuple[Any, np.ndarray, float]:
    made = trainer(task, kernels=kernels_of(level))
    parameters = task.network.parameters.copy()
    steps, loss, finite = made.run(parameters, task.network.statistics, order, etas, 1)
    assert (steps, finite) == (len(order), True)
    return made, parameters, loss


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_hundred_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """Both compute the same sums in another order, and come as close as rounding lets them."""
    rng, seen, compared = np.random.default_rng([chunk, 0]), Counter[str](), 0
    for number in range(NETWORKS // CHUNKS):
        task = random_task(rng)
        order, etas = steps_on(task, rng)
        try:
            steps = expected(task, order[:, None], etas)
        except NonFinite:  # an exponential in the last layer, or a wild start
            continue
        compared += steps.tells
        for level in LEVELS:
            made, parameters, loss = run_kernels(level, task, order, etas)
            seen[made.kernel] += 1
            about = f"network {number} at {level}, {made.kernel}: {task.network}, {task.loss}, {task.penalty}"
            steps.require(parameters, loss, about)
    assert seen["dense"]
    assert compared >= 0.9 * NETWORKS / CHUNKS


@pytest.mark.parametrize("level", LEVELS)
def test_blocks_shrink_as_single_steps_do_however_strong_the_penalty(level: str) -> None:
    """Step sizes that keep nothing of the weights, turn them round, leave them alone, and anything between."""
    rng = np.random.default_rng(3)
    net, strength = Network((60, 70, 3), ("tanh", "identity"), seed=1), 0.5
    X, Y = rng.normal(size=(40, 60)), rng.normal(size=(40, 3))
    task = Task(net, Square(), SGD(), X, Y, penalty=L2(strength))
    order, etas = rng.integers(0, 40, 50), rng.uniform(0, 1e-3, 50)
    etas[[9, 21, 38]] = 1 / (2 * strength), 0.0, 1.1 / (2 * strength)
    X[order[[9, 38]]] = Y[order[[9, 38]]] = 0  # what would be a large step otherwise
    made, parameters, loss = run_kernels(level, task, order, etas)
    assert made.kernel == "blocked"
    expected(task, order[:, None], etas).require(parameters, loss, f"at {level}")


@pytest.mark.parametrize("chunk", range(4))
def test_single_precision_stays_within_its_roundings(chunk: int) -> None:
    """Against double precision, where as much as single precision rounds is moved.

    Kinks are left out: an activation that lies within rounding of one may go either way, and rightly.
    """
    rng = np.random.default_rng([chunk, 1])
    for number in range(25):
        task = random_task(rng, "float32", kinks=False)
        order, etas = steps_on(task, rng)
        double = Network(task.network.widths, task.network.activations)
        double.parameters = task.network.parameters
        weights = None if task.weights is None else task.weights.astype(float)
        reference = replace(task, network=double, X=task.X.astype(float), Y=task.Y.astype(float), weights=weights)
        steps = expected(reference, order[:, None], etas, epsilon=np.finfo("float32").eps)
        for level in LEVELS:
            made, parameters, loss = run_kernels(level, task, order, etas)
            about = f"network {number} at {level}, {made.kernel}: {task.network}, {task.loss}"
            steps.require(parameters, loss, about)


def fits_a_vector(level: str, units: int, dtype: str) -> bool:
    """Whether the kernel "small", which has a layer in one vector, can have one of so many units."""
    return units * np.dtype(dtype).itemsize <= {"portable": 16, "v2": 16, "v3": 32, "v4": 64}[level]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("widths", "density", "kernel"),
    [
        ((5, 4, 2), 1.0, "small"),
        ((40, 20, 2), 1.0, "dense"),
        ((200, 30, 3), 0.2, "sparse"),
        ((200, 65, 3), 1.0, "blocked"),
    ],
)
def test_each_kernel_is_taken_where_it_is_meant_and_agrees(
    level: str, widths: tuple[int, ...], density: float, kernel: str
) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, widths[0])) * (rng.random((50, widths[0])) < density)
    task = Task(
        Network(widths, ("tanh", "sigmoid")),
        next(loss for loss in LOSSES if loss.name == "nll")(),
        SGD(),
        X,
        rng.random((50, widths[-1])),
    )
    order, etas = steps_on(task, rng)
    made, parameters, loss = run_kernels(level, task, order, etas)
    if kernel != "small" or fits_a_vector(level, widths[1], "float64"):
        assert made.kernel == kernel
    expected(task, order[:, None], etas).require(parameters, loss, f"{kernel} at {level}")


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_steps_give_the_same_bits_however_they_are_grouped(level: str) -> None:
    """In pieces of whole blocks of 16, as the loop hands them over.

    The small kernel knows a point's Z before the update that precedes it, and adds what the update does; the first point
    of a piece has none before it, and there a sum may round otherwise.
    """
    rng = np.random.default_rng(4)
    for widths in ((2, 3, 1), (30, 20, 5, 2), (200, 65, 3)):
        task = Task(
            Network(widths, ["tanh"] * (len(widths) - 1), seed=1),
            next(loss for loss in LOSSES if loss.name == "square")(),
            SGD(),
            rng.normal(size=(50, widths[0])),
            rng.normal(size=(50, widths[-1])),
        )
        order, etas = steps_on(task, rng)
        _, whole, _ = run_kernels(level, task, order[:96], etas[:96])
        _, again, _ = run_kernels(level, task, order[:96], etas[:96])
        pieces, made = task.network.parameters.copy(), trainer(task, kernels=kernels_of(level))
        for begin in range(0, 96, 32):
            made.run(pieces, task.network.statistics, order[begin : begin + 32], etas[begin : begin + 32], 1 + begin)
        assert whole.tobytes() == again.tobytes()
        assert whole.tobytes() == pieces.tobytes() or (made.kernel == "small" and distance(pieces, whole) < 1e-15)

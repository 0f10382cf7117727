"""Steps on one point each by any rule against the NumPy engine: random networks, every optimiser and level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import NonFinite, Task
from clearprop.engines.compiled import CompiledEngine, trainer
from clearprop.engines.description import split_optimizer
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import NLLM, Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L1, L2
from tests.engines.closeness import expected
from tests.engines.test_kernels_descent import random_task
from tests.engines.test_mini_batches import BY_SIGNS, assert_loss_is_found, may_cancel, random_optimizer, random_penalty

LEVELS = usable_levels()
NETWORKS, CHUNKS, STEPS = 800, 20, 24


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """As for mini-batches, in one call and in several: the same sums in another order."""
    rng, compared = np.random.default_rng([chunk, 11]), 0
    for number in range(NETWORKS // CHUNKS):
        optimizer, task = split_optimizer(random_optimizer(rng))[-1], random_task(rng)
        while type(optimizer) in BY_SIGNS and may_cancel(task):
            task = random_task(rng)
        penalty = random_penalty(rng) if type(optimizer) is not SGD else L1(1e-3)
        task = replace(task, optimizer=optimizer, penalty=penalty)
        rows = rng.integers(0, len(task.X), (STEPS, 1))
        etas = rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        try:
            reference = expected(task, rows, etas)
        except NonFinite:  # an exponential in the loss, or a wild start
            continue
        compared += reference.tells
        for level in LEVELS:
            made = trainer(task, kernels=kernels_of(level))
            assert made.kernel == "by rule"
            parameters, total, product = task.network.parameters.copy(), 0.0, 1.0
            state = {
                name: array.copy()
                for name, array in optimizer.first_state(parameters, task.network.shapes).items()
                if name in optimizer.remembers
            }
            for part in np.array_split(np.arange(STEPS), 1 + number % 3):
                if state:
                    made.set_state(list(state.values()), int(part[0]), product)
                steps, part_loss, finite = made.run(
                    parameters, task.network.statistics, rows[part].ravel(), etas[part], 1 + int(part[0]), None
                )
                assert (steps, finite) == (len(part), True)
                total += part_loss
                if state:
                    _, product = made.get_state(list(state.values()))
            about = f"network {number} at {level}: {task.network}, {task.loss}, {optimizer}, {penalty}"
            reference.require(parameters, total, about, state)
    assert compared >= 0.9 * NETWORKS / CHUNKS


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bits_are_the_same_whatever_the_number_of_calls(level: str, dtype: str) -> None:
    rng = np.random.default_rng(5)
    net = Network((70, 90, 60, 5), ("tanh", "relu", "softmax"), seed=1, dtype=dtype)
    X, Y = rng.normal(size=(50, 70)).astype(dtype), np.eye(5, dtype=dtype)[rng.integers(0, 5, 50)]
    task = Task(net, NLLM(), find(Optimizer, "adam"), X, Y, penalty=L2(1e-3))
    order, etas, seen = rng.integers(0, 50, 60), np.full(60, 0.01), set()
    for calls in (1, 2, 60):
        made, parameters = trainer(task, kernels=kernels_of(level)), net.parameters.copy()
        for part in np.array_split(np.arange(60), calls):
            made.run(parameters, net.statistics, order[part], etas[part], 1 + int(part[0]), None)
        seen.add(parameters.tobytes())
    assert len(seen) == 1


@pytest.mark.parametrize("optimizer", ["adam", "lion", "rprop", "momentum"])
def test_a_value_that_is_not_finite_is_found_in_its_step_and_leaves_no_trace(optimizer: str) -> None:
    """A target of 1e200: its square overflows, though signs would make a step of its gradient."""
    rng = np.random.default_rng(9)
    X, Y = rng.normal(size=(40, 6)), rng.normal(size=(40, 2))
    Y[17] = 1e200
    task = Task(Network((6, 8, 2), ("tanh", "identity"), seed=3), Square(), find(Optimizer, optimizer), X, Y)
    rows, etas = np.array([[3], [1], [8], [17], [2]]), np.full(5, 0.01)
    assert_loss_is_found(CompiledEngine(task), rows, etas, bad=3)


@pytest.mark.parametrize("inputs", ["zero", "large"])
def test_an_infinite_gradient_of_a_finite_loss_is_found(inputs: str) -> None:
    """dL_dZ = 2e150 times an input of 1e200; with inputs of 0 the same step is finite."""
    X = np.full((1, 3), 0.0 if inputs == "zero" else 1e200)
    net = Network((3, 1), ("identity",), seed=3)
    net.parameters[:-1] = 0
    task = Task(net, Square(), find(Optimizer, "lion"), X, np.array([[1e150]]))
    engine, step = CompiledEngine(task), (np.array([[0]]), np.array([0.01]), 1)
    if inputs == "zero":
        engine.run(*step)
    else:
        with pytest.raises(NonFinite, match="gradient"):
            engine.run(*step)


@pytest.mark.parametrize("batch_size", [1, 2])
def test_the_momentum_of_a_unit_that_has_died_becomes_0_and_not_subnormal(batch_size: int) -> None:
    """Subnormal numbers would make every later step slower, for good: 0.9 times the smallest of them is itself."""
    net = Network((2, 1), ("identity",), seed=0)
    X = np.array([[1.0, 1.0], [1.0, 0.0]])
    task = Task(net, Square(), find(Optimizer, "momentum"), X, np.zeros((2, 1)))
    engine = CompiledEngine(task, batch_size)
    engine.run(np.zeros((1, batch_size), int), np.array([1e-3]), 1)
    for t in (2, 5002):
        engine.run(np.ones((5000, batch_size), int), np.full(5000, 1e-9), t)
    v = engine.state()["v"]
    assert v[1] == 0 != v[0]

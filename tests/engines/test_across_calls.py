"""Steps that are taken in several calls, by one engine or by one after the other, are the steps of one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, Engine, NonFinite, Task
from clearprop.engines.compiled import CompiledEngine, why_not
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.regularizers import Dropout, InputNoise, MaxNorm
from tests.engines.closeness import expected
from tests.engines.test_kernels_descent import random_task
from tests.engines.test_mini_batches import (
    BY_SIGNS,
    batches_of,
    may_cancel,
    random_dropout,
    random_optimizer,
    random_penalty,
)

STEPS = 24
MAKERS: tuple[Callable[[Task], Engine], ...] = (NumpyEngine, lambda task: CompiledEngine(task, len(task.X)))


def a_task(rng: np.random.Generator) -> Task:
    """Any network, rule and penalty; dropout or input noise in most."""
    optimizer, task = random_optimizer(rng), random_task(rng)
    while type(optimizer.rule) in BY_SIGNS and may_cancel(task):
        task = random_task(rng)
    dropout = random_dropout(rng, task.network.L) or Dropout((0.4,))
    noise = InputNoise(0.1) if rng.random() < 0.2 else None
    max_norm = MaxNorm(float(rng.uniform(0.1, 2))) if rng.random() < 0.2 else None
    seed = int(rng.integers(2**32))
    return replace(
        task,
        optimizer=optimizer,
        penalty=random_penalty(rng),
        dropout=dropout,
        input_noise=noise,
        max_norm=max_norm,
        seed=seed,
    )


def taken(task: Task, make: Callable[[Task], Engine], batches: Batches, etas: np.ndarray, cuts: list[int], anew: bool):
    """Parameters after the steps, which are cut into calls, and the sum of points times loss; `anew`: an engine for each."""
    task = replace(task, network=task.network.copy())
    engine, total = make(task), 0.0
    for begin, end in zip([0, *cuts], [*cuts, len(batches)], strict=True):
        if anew:
            engine = make(replace(task, state=engine.state()))
        begins = batches.begins[begin : end + 1]
        piece = Batches(batches.rows[begins[0] : begins[-1]], begins - begins[0])
        total += engine.run(piece, etas[begin:end], begin + 1)
    return task.network.parameters, total


@pytest.mark.parametrize("chunk", range(10))
def test_one_call_is_many_calls_is_many_engines_and_numpy_is_compiled(chunk: int) -> None:
    rng, compared = np.random.default_rng([chunk, 21]), 0
    for number in range(20):
        task = a_task(rng)
        batches, etas = batches_of(rng, len(task.X)), rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        cuts = sorted(rng.choice(np.arange(1, STEPS), 3, replace=False).tolist())
        ways = [(cut, anew) for cut in ([], cuts, list(range(1, STEPS))) for anew in (False, True)]
        try:
            reference = expected(task, batches, etas)
        except NonFinite:
            continue
        for make in MAKERS if not why_not(task) else MAKERS[:1]:
            found = [taken(task, make, batches, etas, cut, anew) for cut, anew in ways]
            about = f"network {number}: {task.network}, {task.loss}, {task.optimizer}, {task.penalty}, {task.dropout}"
            for parameters, total in found[1:]:
                assert parameters.tobytes() == found[0][0].tobytes(), about
                assert total == pytest.approx(found[0][1], rel=1e-13, abs=1e-13), about
            reference.require(*found[0], about)
            compared += reference.tells
    assert compared >= 30


@pytest.mark.parametrize("make", MAKERS)
def test_masks_are_drawn_anew_in_every_call(make: Callable[[Task], Engine]) -> None:
    """32 units that are dropped half of the time: in 100 calls of one step each of them learns."""
    net = Network((2, 32, 1), ("tanh", "identity"), seed=0)
    task = Task(net, Square(), SGD(), np.ones((2, 2)), np.ones((2, 1)), dropout=Dropout((0.5,)), seed=5)
    before = net.W[1].copy()
    for t in range(1, 101):
        make(task).run(np.array([[0, 1]]), np.array([1e-3]), t)
    assert (net.W[1] != before).any(axis=0).all()


@pytest.mark.parametrize("make", MAKERS)
def test_steps_from_t_on_are_those_that_follow(make: Callable[[Task], Engine]) -> None:
    """The masks of a step depend on its number alone, and an engine that is told the same number twice draws them twice."""
    net = Network((2, 6, 1), ("tanh", "identity"), seed=0)
    task = Task(net, Square(), Adam(), np.ones((1, 2)), np.ones((1, 1)), dropout=Dropout((0.5,)), seed=5)

    def after(*steps: int) -> bytes:
        own = replace(task, network=net.copy())
        engine = make(own)
        for t in steps:
            engine.run(np.array([[0]]), np.array([0.1]), t)
        return own.network.parameters.tobytes()

    assert after(1) != after(2)
    assert after(1, 2) != after(1, 1)
    assert after(2**32 + 7) == after(7)


def test_a_long_call_counts_on_from_segment_to_segment() -> None:
    """The kernels look at what is finite every 2e9 operations: with room for 20,000 points, that is every 200 steps or so."""
    net = Network((2, 6, 1), ("tanh", "identity"), seed=0)
    task = Task(net, Square(), SGD(), np.ones((1, 2)), np.ones((1, 1)), dropout=Dropout((0.5,)), seed=5)
    ours, rows, etas = replace(task, network=net.copy()), np.zeros((600, 1), int), np.full(600, 1e-3)
    loss = CompiledEngine(ours, 20_000).run(rows, etas, 3)
    expected(task, rows, etas, t=3).require(ours.network.parameters, loss, "600 steps")

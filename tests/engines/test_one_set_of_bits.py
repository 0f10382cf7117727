"""A step ends in the same bits by whichever way it is taken: in a call or in halves, by any number of threads."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, Task
from clearprop.engines.compiled import trainer
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.catalogue import Array, find
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import Optimizer
from tests.engines.test_halves_of_a_step import compiled_at, in_halves

STEPS = 6
NARROW, WIDE = (65, 33, 10), (260, 300, 200, 5)
"""Networks whose weights fit a core's cache, so that threads take blocks of rows, and whose weights do not."""


def task_of(widths: tuple[int, ...], rule: str, dtype: str) -> Task:
    rng = np.random.default_rng(11)
    net = Network(widths, ("tanh",) * (len(widths) - 2) + ("softmax",), seed=1, dtype=dtype)
    X, labels = rng.normal(size=(400, widths[0])).astype(dtype), rng.integers(0, widths[-1], 400)
    return Task(net, NLLM(), find(Optimizer, rule), X, np.eye(widths[-1], dtype=dtype)[labels])


def elsewhere(array: Array, numbers: int) -> Array:
    """The same array, `numbers` numbers beyond where a cache line begins."""
    room = np.empty(array.size + 128, array.dtype)
    begin = -room.ctypes.data % 64 // array.itemsize + numbers
    moved: Array = room[begin : begin + array.size].reshape(array.shape)
    moved[...] = array
    return moved


def ways(level: str, task: Task, batches: Batches, etas: Array) -> Iterator[tuple[str, Array]]:
    """Each way's name and the parameters that it ends in."""
    size = max(len(points) for points in batches)
    for threads in (1, 2, 4):
        for halves in (False, True):
            own = replace(task, network=task.network.copy())
            engine = compiled_at(level, own, size, threads)
            in_halves(engine, batches, etas) if halves else engine.run(batches, etas, 1)
            yield f"{'halves' if halves else 'a call'}, {threads} threads", own.network.parameters
    own = replace(task, network=task.network.copy())
    engine = compiled_at(level, own, size, 3)
    engine._trainer = trainer(own, kernels_of(level), size, 3, engine._Y, at_most=True)
    for t in range(1, STEPS + 1):
        engine.run(batches[t - 1 : t], etas[t - 1 : t], t)
    yield "3 threads or one, by turns", own.network.parameters
    for numbers in (1, 5):
        own = replace(task, network=pickle.loads(pickle.dumps(task.network)), X=elsewhere(task.X, numbers))
        compiled_at(level, own, size, 1).run(batches, etas, 1)
        yield f"X {numbers} numbers further on, a pickled network", own.network.parameters
    own, state = replace(task, network=task.network.copy()), None
    for t, points in enumerate(
        batches, 1
    ):  # an engine and a copied network for every step, the points in another place
        own = replace(own, network=own.network.copy(), X=task.X[points], Y=task.Y[points])
        engine = compiled_at(level, own, size, 1)
        if state is not None:
            engine.restore(state)
        engine.run(Batches.joined([np.arange(len(points))[None]]), etas[t - 1 : t], t)
        state = engine.state()
    yield "anew for every step", own.network.parameters


@pytest.mark.parametrize("level", usable_levels())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("widths", "batch"), [(NARROW, 40), (NARROW, 300), (WIDE, 100)])
def test_a_step_ends_in_the_same_bits_by_whichever_way_it_is_taken(
    level: str, dtype: str, widths: tuple[int, ...], batch: int
) -> None:
    rng = np.random.default_rng(12)
    for rule in ("sgd", "momentum", "adam"):
        task, rows = task_of(widths, rule, dtype), rng.integers(0, 400, (STEPS, batch))
        batches, etas = Batches.joined([rows]), rng.uniform(0.5, 1.5, STEPS) * 1e-2
        (first, expected), *others = ways(level, task, batches, etas)
        assert not np.array_equal(expected, task.network.parameters)
        for name, found in others:
            assert found.tobytes() == expected.tobytes(), f"{rule}: {name} and {first}"

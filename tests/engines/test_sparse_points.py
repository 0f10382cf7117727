"""Steps on points of which only the inputs that are not 0 are given: those of the reference on the same points, dense."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, Task, choose_engine, sparse_engine
from clearprop.engines.compiled import why_not
from clearprop.engines.levels import usable_levels
from clearprop.formulas.catalogue import Array, find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L2, ElasticNet, Penalty
from clearprop.formulas.regularizers import Dropout, InputNoise
from clearprop.sparse_rows import CompressedRows, OneHotRows, SparseRows
from tests.engines.closeness import expected
from tests.engines.test_halves_of_a_step import compiled_at, in_halves
from tests.engines.test_kernels_descent import random_task
from tests.engines.test_mini_batches import BY_SIGNS, STEPS, batches_of, may_cancel, random_optimizer, random_penalty

LEVELS = usable_levels()


def compressed(X: Array) -> CompressedRows:
    rows, columns = np.nonzero(X)
    begins = np.searchsorted(rows, np.arange(len(X) + 1))
    return CompressedRows(begins, columns.astype(np.int32), X[rows, columns], X.shape[1])


def thinned(rng: np.random.Generator, X: Array) -> Array:
    """X with a part of its inputs 0, all of some rows and of some columns among them."""
    kept = (
        (rng.random(X.shape) < rng.uniform(0.05, 0.9)) & (rng.random(X.shape[1]) < 0.9) & (rng.random(X.shape) < 0.95)
    )
    kept[rng.random(len(X)) < 0.1] = False
    return np.where(kept, X, 0).astype(X.dtype)


def one_hot(rng: np.random.Generator, n: int, dtype: str = "float64") -> OneHotRows:
    ones = np.stack([rng.integers(-1, 7, n), rng.integers(7, 30, n)], axis=1).astype(np.int32)
    return OneHotRows(rng.normal(size=(n, 3)).astype(dtype), np.array([30, 33, 31]), ones, 34)


@pytest.mark.parametrize("chunk", range(10))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    rng, compared = np.random.default_rng([chunk, 31]), 0
    for number in range(20):
        optimizer, task = random_optimizer(rng), random_task(rng)
        while type(optimizer.rule) in BY_SIGNS and may_cancel(task):
            task = random_task(rng)
        X = thinned(rng, task.X)
        task = replace(task, X=X, optimizer=optimizer, penalty=random_penalty(rng), seed=number)
        if rng.random() < 0.2 and optimizer.rule is optimizer:
            task = replace(task, factors=rng.choice([0.0, 0.5, 1.0], task.network.parameters.size))
        batches = batches_of(rng, len(X))
        etas = rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        try:
            steps = expected(task, batches, etas)
        except ArithmeticError:
            continue
        compared += steps.tells
        for level in LEVELS:
            own = replace(task, network=task.network.copy(), X=compressed(X))
            engine = compiled_at(level, own, len(X), 1 + number % 2)
            loss = engine.run(batches, etas, 1)
            steps.require(own.network.parameters, loss, f"network {number} at {level}: {own.network}, {optimizer}")
    assert compared >= 16


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("widths", "batch"), [((34, 33, 5), 40), ((34, 60, 5), 300), ((34, 5), 300), ((34, 400, 200, 5), 90)]
)
def test_one_set_of_bits(level: str, dtype: str, widths: tuple[int, ...], batch: int) -> None:
    """Whichever the threads, the halves and the pieces of a call."""
    rng = np.random.default_rng(3)
    X, labels = one_hot(rng, 400, dtype), rng.integers(0, 5, 400)
    net = Network(widths, ("tanh",) * (len(widths) - 2) + ("softmax",), seed=1, dtype=dtype)
    batches, etas = Batches.joined([rng.integers(0, 400, (6, batch))]), rng.uniform(0.5, 1.5, 6) * 0.01
    for rule in ("momentum", "adam"):
        task = Task(net, find(Loss, "nllm"), find(Optimizer, rule), X, np.eye(5, dtype=dtype)[labels])
        ends = []
        for threads in (1, 2, 4):
            for way in ("a call", "halves", "a call a step"):
                own = replace(task, network=net.copy())
                engine = compiled_at(level, own, batch, threads)
                if way == "halves":
                    in_halves(engine, batches, etas)
                else:
                    for at in (slice(0, 6),) if way == "a call" else [slice(t, t + 1) for t in range(6)]:
                        engine.run(batches[at], etas[at], at.start + 1)
                ends.append(own.network.parameters.tobytes())
        assert ends[0] != net.parameters.tobytes()
        assert len(set(ends)) == 1


def text(rng: np.random.Generator, n: int, dtype: str) -> CompressedRows:
    """Rows with four of 300 inputs each: of these some are in many rows, most in few, and some in none."""
    X = np.zeros((n, 300), dtype)
    X[np.repeat(np.arange(n), 4), (300 * rng.random(4 * n) ** 3).astype(int)] = rng.normal(size=4 * n)
    return compressed(X)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", ["sgd", "nesterov", "adam", "nadam", "amsgrad", "adamw"])
@pytest.mark.parametrize("penalty", [None, L2(0.01), ElasticNet(0.01, 0.5)])
def test_rows_take_the_steps_of_batches_that_do_not_have_them(
    level: str, dtype: str, rule: str, penalty: Penalty | None
) -> None:
    """More steps than are looked ahead to at once: the same bits as one after another, and the reference's loss."""
    rng = np.random.default_rng(7)
    X, net = text(rng, 120, dtype), Network((300, 20, 2), ("tanh", "softmax"), seed=1, dtype=dtype)
    Y = np.eye(2, dtype=dtype)[rng.integers(0, 2, 120)]
    task = Task(net, find(Loss, "nllm"), find(Optimizer, rule), X, Y, penalty=penalty)
    sizes = rng.integers(1, 9, 70)
    batches = Batches(rng.integers(0, 120, sizes.sum()), np.concatenate([[0], np.cumsum(sizes)]))
    etas = rng.uniform(0.5, 1.5, 70) * 0.002
    steps = expected(replace(task, X=X.toarray()), batches, etas)
    ends, losses = set(), set()
    for threads in (1, 2, 4):
        for cuts in ([0, 70], [0, 1, 30, 70], None):
            own = replace(task, network=net.copy())
            engine = compiled_at(level, own, 8, threads)
            if cuts is None:
                in_halves(engine, batches, etas)
                if rule == "sgd" and penalty is None:  # its steps round once less
                    continue
            else:
                loss = sum(
                    engine.run(batches[begin:end], etas[begin:end], begin + 1)
                    for begin, end in itertools.pairwise(cuts)
                )
                losses.add((len(cuts), loss))
                steps.require(own.network.parameters, loss, f"{rule} at {level} in {cuts}", engine.state())
            ends.add((own.network.parameters.tobytes(), *(kept.tobytes() for kept in engine.state().values())))
    assert len(ends) == 1
    assert len(losses) == 2


def test_rows_are_those_of_the_array() -> None:
    rng = np.random.default_rng(5)
    hot = one_hot(rng, 50)
    given: list[tuple[SparseRows, Array]] = [
        (compressed(X := thinned(rng, rng.normal(size=(50, 9)))), X),
        (hot, hot[:]),
    ]
    for rows, X in given:
        assert rows.shape == X.shape
        assert rows.toarray().tolist() == X.tolist()
        for some in (np.array([3, 3, 0]), slice(4, 9), np.arange(50) % 2 == 0):
            assert rows[some].tolist() == X[some].tolist()
        assert rows.compressed(np.array([7, 1])).toarray().tolist() == X[[7, 1]].tolist()
        assert rows.converted(lambda values: values.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("changed", [{"input_noise": InputNoise(0.1)}, {"dropout": Dropout((0.2, 0.0))}, {}])
def test_what_kernels_do_not_leave_out_is_made_dense(changed: dict[str, object]) -> None:
    rng = np.random.default_rng(6)
    X, net = one_hot(rng, 60), Network((34, 4, 1), ("tanh", "identity"), seed=0)
    task = Task(net, find(Loss, "square"), SGD(), X, rng.normal(size=(60, 1)), seed=4, **changed)  # type: ignore[arg-type]
    assert bool(why_not(task)) == bool(changed)
    ends = []
    for points in (X, X.toarray()):
        own = replace(task, network=net.copy(), X=points)  # type: ignore[arg-type]
        engine, choice = choose_engine(own, "auto", 8)
        engine.run(Batches.joined([np.arange(56).reshape(7, 8)]), np.full(7, 0.1), 1)
        assert ("a few batches are made dense" in str(choice)) == (bool(changed) and points is X)
        ends.append(own.network.parameters)
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)


@pytest.mark.parametrize("normalization", [None, "batch_norm"])
def test_a_gradient_of_points_that_are_made_dense_in_pieces_is_that_of_all(
    normalization: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse_engine, "DENSE_NUMBERS", 7 * 34)
    rng = np.random.default_rng(8)
    X, weights = one_hot(rng, 60), rng.random(60)
    net = Network((34, 4, 1), ("tanh", "identity"), normalization=normalization, seed=0)
    task = Task(net, find(Loss, "square"), SGD(), X, rng.normal(size=(60, 1)), weights=weights, penalty=L2(0.1))
    found = []
    for points in (X, X.toarray()):
        engine, _ = choose_engine(replace(task, network=net.copy(), X=points), "numpy", 60)
        loss, gradient = engine.loss_and_gradient(np.arange(60), 1)
        found.append(np.array([loss, *gradient]))
        engine.apply(gradient, 0.1, 1)
        found.append(engine.task.network.parameters.copy())
    assert found[0] == pytest.approx(found[2], rel=1e-12)
    assert found[1] == pytest.approx(found[3], rel=1e-12)

"""Mini-batch steps of the kernels against the NumPy engine: random networks, every optimiser, level and thread count."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, NonFinite, Task
from clearprop.engines.compiled import OPTIMIZERS, CompiledEngine, trainer
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.activations import Softmax
from clearprop.formulas.catalogue import find
from clearprop.formulas.clipping import ClipArrayNorm, ClipNorm, ClipValue
from clearprop.formulas.likelihoods import GaussianNLL
from clearprop.formulas.losses import NLL, NLLM, Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.parametrizations import NTK, ScalingLayer
from clearprop.formulas.penalties import L1, L2, ElasticNet, Penalty
from clearprop.formulas.regularizers import Dropout
from clearprop.formulas.sign_optimizers import Lion, Quickprop, Rprop
from clearprop.formulas.smooth_activations import LogSoftmax
from tests.engines.closeness import expected, expected_gradient
from tests.engines.test_kernels_descent import random_task

LEVELS = usable_levels()
NETWORKS, CHUNKS = 2000, 40
STEPS = 24
BY_SIGNS = (Lion, Rprop, Quickprop)
"""Rules whose steps jump where a gradient's sign, or the sign of a change of it, does."""


def random_optimizer(rng: np.random.Generator) -> Optimizer:
    """Any rule, with hyper-parameters of its own, and sometimes with its gradient cut down."""
    kinds = list(OPTIMIZERS)
    kind = kinds[rng.integers(len(kinds))]
    names = {each.name for each in fields(kind)}
    given: dict[str, Any] = {
        name: float(rng.uniform(0.5, 0.95)) for name in ("beta", "beta1", "beta2") if name in names
    }
    if "epsilon" in names:
        given["epsilon"] = float(rng.choice([1e-3, 1e-5]))  # where a gradient is near 0, m / √v has few of its digits
    if "weight_decay" in names:
        given["weight_decay"] = float(rng.uniform(0, 0.1))
    rule: Optimizer = kind(**given)
    for clip in (ClipNorm, ClipValue, ClipArrayNorm):
        if rng.random() < 0.2:
            rule = clip(largest=float(rng.uniform(0.01, 1)), then=rule)
    if rule.rule is rule:  # a parametrisation has no kernel around a clip
        for made in rng.permutation([NTK, ScalingLayer]):
            rule = made(float(rng.uniform(0.2, 2)), then=rule) if rng.random() < 0.2 else rule
    return rule


def may_cancel(task: Task) -> bool:
    """Whether terms of a gradient may add up to 0 exactly, but for rounding."""
    return bool(task.loss.kinks) or any(isinstance(f, Softmax | LogSoftmax) for f in task.network.activations)


def random_penalty(rng: np.random.Generator) -> Penalty | None:
    strength = float(rng.uniform(0, 0.01))
    choices = (None, None, L1(strength), L2(strength), ElasticNet(strength, float(rng.random())))
    return choices[rng.integers(len(choices))]


def random_dropout(rng: np.random.Generator, L: int) -> Dropout | None:
    """One rate for hidden layers, or one for each A^l, 0 among them."""
    rates = (float(rng.uniform(0.1, 0.6)),) if rng.random() < 0.5 else tuple(rng.choice([0.0, 0.2, 0.5], L).tolist())
    return Dropout(rates) if rng.random() < 0.3 else None


def batches_of(rng: np.random.Generator, n: int) -> Batches:
    """Batches of a few sizes, as epochs with a short last batch have them."""
    sizes = rng.choice(rng.integers(1, n + 1, 3), STEPS)
    rows = rng.integers(0, n, sizes.sum())
    return Batches(rows, np.concatenate([[0], np.cumsum(sizes)]))


def assert_loss_is_found(engine: CompiledEngine, rows: np.ndarray, etas: np.ndarray, *, bad: int) -> None:
    """The loss of step `bad` is not finite: the engine says so, is as before it, and goes on as the NumPy engine does."""
    task = replace(engine.task, network=engine.task.network.copy())
    with pytest.raises(NonFinite, match="the loss of layer 2") as caught:
        engine.run(rows, etas, 1)
    assert caught.value.step == bad
    before = expected(task, rows[:bad], etas[:bad])
    before.require(engine.task.network.parameters, before.outcome.loss, "before the step")
    loss = engine.run(rows[:1], etas[:1], bad + 1)  # the optimiser's state, too, is that of before
    after = expected(task, np.concatenate([rows[:bad], rows[:1]]), np.concatenate([etas[:bad], etas[:1]]))
    after.require(engine.task.network.parameters, before.outcome.loss + loss, "the next step")


def run_kernels(
    level: str, task: Task, batches: Batches, etas: np.ndarray, threads: int, pieces: int = 1
) -> tuple[np.ndarray, float]:
    """Parameters after the steps, which are taken in that many calls, and the sum of points times loss."""
    made = trainer(task, kernels=kernels_of(level), batch_size=int(np.diff(batches.begins).max()), threads=threads)
    parameters, total = task.network.parameters.copy(), 0.0
    for part in np.array_split(np.arange(len(batches)), pieces):
        begins = np.ascontiguousarray(batches.begins[part[0] : part[-1] + 2])
        steps, loss, finite = made.run(
            parameters, task.network.statistics, batches.rows, etas[part], 1 + int(part[0]), begins
        )
        assert (steps, finite) == (len(part), True)
        total += loss
    return parameters, total


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """The same sums in another order, as close as rounding lets them come.

    Some rules step by signs: where terms of a gradient cancel, as those of a softmax or of the two slopes of a loss with
    a kink do, its sign is nothing but rounding, and a whole step may rightly go either way. They get other networks.
    """
    rng, compared = np.random.default_rng([chunk, 7]), 0
    for number in range(NETWORKS // CHUNKS):
        optimizer = random_optimizer(rng)
        task = random_task(rng)
        while type(optimizer.rule) in BY_SIGNS and may_cancel(task):
            task = random_task(rng)
        dropout, seed = random_dropout(rng, task.network.L), int(rng.integers(2**32))
        task = replace(task, optimizer=optimizer, penalty=random_penalty(rng), dropout=dropout, seed=seed)
        batches = batches_of(rng, len(task.X))
        etas = rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        try:
            steps = expected(task, batches, etas)
        except NonFinite:  # an exponential in the loss, or a wild start
            continue
        compared += steps.tells
        for level in LEVELS:
            parameters, loss = run_kernels(level, task, batches, etas, 1, pieces=1 + number % 3)
            about = (
                f"network {number} at {level}: {task.network}, {task.loss}, {task.optimizer}, {task.penalty}, {dropout}"
            )
            steps.require(parameters, loss, about)
    assert compared >= 0.9 * NETWORKS / CHUNKS


@pytest.mark.parametrize("chunk", range(4))
def test_a_loss_and_its_gradient_are_those_of_the_numpy_engine(chunk: int) -> None:
    """Of more points than the kernel holds at a time, in an order of their own, and of fewer."""
    rng, compared = np.random.default_rng([chunk, 12]), 0
    for number in range(60):
        task = replace(random_task(rng), penalty=random_penalty(rng))
        rows, at_once = rng.integers(0, len(task.X), rng.integers(1, 100)), int(rng.integers(2, 40))
        theirs = expected_gradient(task, rows)
        if not np.isfinite(theirs.outcome.parameters).all():
            continue
        compared += theirs.tells
        for level in LEVELS:
            made, gradient = (
                trainer(task, kernels_of(level), batch_size=at_once),
                np.empty_like(task.network.parameters),
            )
            for _ in range(2):  # the second is not added to the first
                loss = made.loss_and_gradient(task.network.parameters, rows, 1, gradient, 0, len(rows))
            theirs.require(gradient, loss, f"network {number} at {level}: {task.network}, {task.loss}, {task.penalty}")
    assert compared >= 54


@pytest.mark.parametrize("targets", [1, 3, 9, 20])
@pytest.mark.parametrize("batch", [1, 7, 40])
def test_a_loss_of_means_and_variances_is_that_of_the_numpy_engine(targets: int, batch: int) -> None:
    """Two outputs for each target: a row of Y is half as long as one of A, and its last one lies at the end."""
    rng = np.random.default_rng([targets, batch])
    X, Y = rng.normal(size=(40, 5)), rng.normal(size=(40, targets))
    net = Network((5, 8, 2 * targets), ("tanh", "identity"), seed=1)
    weights = rng.uniform(0.5, 1.5, 40)
    task = Task(net, GaussianNLL(), find(Optimizer, "momentum"), X, Y, weights=weights, penalty=L2(1e-3))
    rows, etas = rng.integers(0, 40, (STEPS, batch)), np.full(STEPS, 0.01)
    rows[0, -1] = 39
    steps = expected(task, rows, etas)
    for level in LEVELS:
        parameters, loss = run_kernels(level, task, Batches.joined([rows]), etas, 1)
        steps.require(parameters, loss, f"{targets} targets at {level}")
    engine = CompiledEngine(task, batch)
    loss, gradient = engine.loss_and_gradient(np.arange(40), 1)
    expected_gradient(task, np.arange(40)).require(gradient, loss, f"{targets} targets, a gradient")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gradient_has_the_same_bits_whatever_the_number_of_threads(dtype: str) -> None:
    rng = np.random.default_rng(13)
    net = Network((70, 90, 60, 5), ("tanh", "softmax", "sigmoid"), seed=1, dtype=dtype)
    X, Y = rng.normal(size=(700, 70)).astype(dtype), rng.random((700, 5)).astype(dtype)
    task, seen = Task(net, NLL(), SGD(), X, Y, penalty=L2(1e-3)), set()
    for threads in (1, 2, 3, 4):
        made, gradient = trainer(task, batch_size=300, threads=threads), np.empty_like(net.parameters)
        loss = made.loss_and_gradient(net.parameters, np.arange(700), 1, gradient, 0, 700)
        seen.add((loss, gradient.tobytes()))
    assert len(seen) == 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bits_are_the_same_whatever_the_number_of_threads_and_of_calls(level: str, dtype: str) -> None:
    """Wide enough for several panels and pieces, with all that a step may have."""
    rng = np.random.default_rng(5)
    net = Network((70, 90, 60, 5), ("tanh", "softmax", "sigmoid"), seed=1, dtype=dtype)
    X, Y = rng.normal(size=(150, 70)).astype(dtype), rng.random((150, 5)).astype(dtype)
    task = Task(
        net, NLL(), find(Optimizer, "clip_norm(largest=0.5, then=adam)"), X, Y, penalty=L1(1e-3), dropout=Dropout()
    )
    batches, etas = batches_of(rng, 150), np.full(STEPS, 0.01)
    expected, loss = run_kernels(level, task, batches, etas, 1)
    for threads in (1, 2, 3, 4):
        for pieces in (1, 5):
            parameters, total = run_kernels(level, task, batches, etas, threads, pieces)
            assert np.array_equal(parameters, expected), f"{threads} threads, {pieces} calls"
            assert total == pytest.approx(loss, rel=1e-14)


def test_threads_that_share_out_each_layer_because_no_core_has_all_weights_change_no_bit() -> None:
    """Networks of a few hundred kilobytes: in all other tests each thread takes its points through all layers."""
    rng, seen = np.random.default_rng(7), set()
    net = Network((300, 260, 200, 5), ("tanh", "relu", "softmax"), seed=1, dtype="float32")
    X, Y = rng.normal(size=(70, 300)).astype("float32"), np.eye(5, dtype="float32")[rng.integers(0, 5, 70)]
    task = Task(net, NLLM(), find(Optimizer, "adam"), X, Y, penalty=L2(1e-3), dropout=Dropout())
    rows = rng.integers(0, 70, (3, 50))
    batches = Batches(rows.ravel(), np.arange(0, 151, 50))
    for threads in (1, 2, 3, 4):
        seen.add(run_kernels(LEVELS[-1], task, batches, np.full(3, 1e-3), threads)[0].tobytes())
    assert len(seen) == 1


def test_two_hundred_runs_over_one_two_and_four_threads_give_one_set_of_bits() -> None:
    rng = np.random.default_rng(6)
    X, Y = rng.normal(size=(64, 40)).astype("float32"), rng.normal(size=(64, 3)).astype("float32")
    net = Network((40, 50, 3), ("relu", "identity"), seed=2, dtype="float32")
    task = Task(net, Square(), find(Optimizer, "momentum"), X, Y)
    batches, etas = batches_of(rng, 64), np.full(STEPS, 0.01)
    seen = {run_kernels(LEVELS[-1], task, batches, etas, threads)[0].tobytes() for threads in (1, 2, 4) * 67}
    assert len(seen) == 1


def test_single_precision_stays_within_its_roundings() -> None:
    """Against double precision, where as much as single precision rounds is moved."""
    rng, compared = np.random.default_rng(8), 0
    for number in range(40):
        task = replace(random_task(rng, "float32", kinks=False), penalty=None)
        batches, etas = batches_of(rng, len(task.X)), np.full(STEPS, 0.01 / max(task.network.widths))
        double = task.network.with_parameters(task.network.parameters.astype(float))
        weights = None if task.weights is None else task.weights.astype(float)
        reference = replace(task, network=double, X=task.X.astype(float), Y=task.Y.astype(float), weights=weights)
        try:
            steps = expected(reference, batches, etas, epsilon=np.finfo("float32").eps)
        except NonFinite:
            continue
        compared += steps.tells
        for level in LEVELS:
            parameters, loss = run_kernels(level, task, batches, etas, 1)
            steps.require(parameters, loss, f"network {number} at {level}: {task.network}, {task.loss}")
    assert compared >= 36


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd",
        "adam",
        "lion",
        "clip_value(largest=0.1, then=rprop)",
        "clip_norm(largest=1)",
        "scaling_layer(then=ntk(then=adam))",
    ],
)
def test_a_value_that_is_not_finite_is_found_in_its_step_and_leaves_no_trace(optimizer: str, threads: int) -> None:
    """A target of 1e300 squared: its loss overflows, though clipping and signs would make a step of it."""
    rng = np.random.default_rng(9)
    X, Y = rng.normal(size=(40, 6)), rng.normal(size=(40, 2))
    Y[17] = 1e300
    task = Task(Network((6, 8, 2), ("tanh", "identity"), seed=3), Square(), find(Optimizer, optimizer), X, Y)
    rows = np.concatenate([rng.permutation(16).reshape(4, 4), [[1, 17, 2, 3]], np.zeros((2, 4), int)])
    etas = np.full(len(rows), 0.01)
    assert_loss_is_found(CompiledEngine(task, 4, threads), rows, etas, bad=4)


def test_trainings_in_several_python_threads_do_not_meet() -> None:
    rng = np.random.default_rng(10)
    X, Y = rng.normal(size=(200, 60)), rng.normal(size=(200, 4))
    tasks = [Task(Network((60, 80, 4), ("tanh", "identity"), seed=k), Square(), SGD(), X, Y) for k in range(4)]
    rows = rng.integers(0, 200, (400, 50))

    def trained(task: Task) -> bytes:
        own = replace(task, network=task.network.copy())
        CompiledEngine(own, 50, threads=2).run(rows, np.full(len(rows), 1e-3), 1)
        return own.network.parameters.tobytes()

    alone = [trained(task) for task in tasks]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(trained, tasks)) == alone


def test_a_forked_process_trains_on_threads_of_its_own() -> None:
    """The parent's threads do not exist in the child, which must not wait for them."""
    program = """
import os, warnings
import numpy as np
from clearprop import Network, train
warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of any fork beside threads
X, Y = np.random.default_rng(0).normal(size=(256, 50)), np.random.default_rng(1).normal(size=(256, 2))
net = Network((50, 64, 2), ("tanh", "identity"), seed=1)
go = lambda: train(net, X, Y, loss="square", epochs=3, batch_size=64, threads=2).network.parameters.tobytes()
expected, (end, begin) = go(), os.pipe()
if os.fork() == 0:
    os.write(begin, b"same" if go() == expected else b"other")
    os._exit(0)
os.wait()
print(os.read(end, 10).decode(), go() == expected)
"""
    got = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert got.stdout.split() == ["same", "True"]


def test_ctrl_c_ends_a_long_call_on_mini_batches() -> None:
    task = Task(Network((300, 200, 2), ("tanh", "identity")), Square(), SGD(), np.ones((64, 300)), np.ones((64, 2)))
    engine, rows = CompiledEngine(task, 64, threads=2), np.zeros((200_000, 64), int)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        engine.run(rows, np.full(len(rows), 1e-6), 1)
    assert time.process_time() - started < 20  # of this process; all steps would take minutes
    assert np.isfinite(task.network.parameters).all()

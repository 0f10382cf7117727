"""A step in two halves, `loss_and_gradient` and `apply`, is a step of `run`; shares of a batch add up to the batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, Engine, NonFinite, Task, choose_engine
from clearprop.engines.compiled import CompiledEngine, trainer, why_not
from clearprop.engines.levels import kernels_of
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.catalogue import find
from clearprop.formulas.clipping import ClipNorm
from clearprop.formulas.losses import NLLM, Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.parametrizations import NTK, ScalingLayer
from clearprop.formulas.penalties import L2, ElasticNet, OfSum, Penalty
from clearprop.formulas.regularizers import Dropout, InputNoise, MaxNorm
from tests.engines.test_across_calls import STEPS, a_task
from tests.engines.test_kernels_descent import distance
from tests.engines.test_mini_batches import LEVELS, batches_of

ENGINES = pytest.mark.parametrize("engine", ["numpy", "compiled"])


def compiled_at(level: str, task: Task, batch_size: int, threads: int) -> CompiledEngine:
    """The compiled engine with the kernels of one level."""
    engine = CompiledEngine(task, batch_size, threads)
    engine._trainer = trainer(task, kernels_of(level), batch_size, threads, engine._Y)
    return engine


def in_halves(engine: Engine, batches: Batches, etas: np.ndarray) -> float:
    """What `run` gives: the sum of points times loss."""
    total = 0.0
    for t, (points, eta) in enumerate(zip(batches, etas, strict=True), 1):
        loss, gradient = engine.loss_and_gradient(points, t)
        engine.apply(gradient, eta, t)
        total += len(points) * loss
    return total


@pytest.mark.parametrize("chunk", range(10))
def test_halves_are_steps_of_run(chunk: int) -> None:
    """To the last bit; but plain descent fuses gradient and update, and so rounds once less."""
    rng, compared = np.random.default_rng([chunk, 22]), 0
    for number in range(16):
        task = a_task(rng)
        batches, etas = batches_of(rng, len(task.X)), rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        threads, ways = 1 + number % 2, [NumpyEngine]
        if not why_not(task):
            ways += [
                lambda task, level=level, threads=threads: compiled_at(level, task, len(task.X), threads)
                for level in LEVELS
            ]
        for make in ways:
            ours, theirs = (replace(task, network=task.network.copy()) for _ in range(2))
            engine, whole = make(ours), make(theirs)
            try:
                total = whole.run(batches, etas, 1)
            except NonFinite:
                break
            assert in_halves(engine, batches, etas) == pytest.approx(total, rel=1e-11, abs=1e-11)
            about = f"network {number}, {engine.name}: {task.network}, {task.loss}, {task.optimizer}, {task.penalty}"
            if type(task.optimizer) is SGD:
                assert distance(ours.network.parameters, theirs.network.parameters) <= 1e-12, about
            else:
                assert ours.network.parameters.tobytes() == theirs.network.parameters.tobytes(), about
                for name in (*task.optimizer.rule.remembers, "t", "M", "scale"):
                    if name in engine.state():
                        assert engine.state()[name].tobytes() == whole.state()[name].tobytes(), f"{about}: {name}"
            compared += 1
    assert compared >= 16


RULES = ("sgd", "momentum", "adam", "nadam", "clip_norm(largest=0.1, then=adam)", "clip_value(largest=0.01, then=sgd)",
         "ntk(then=momentum)", "scaling_layer(then=adam)", "ntk(then=scaling_layer(then=amsgrad))")  # fmt: skip


def a_wide_task(rule: str, dtype: str = "float64", **more: Any) -> Task:
    rng = np.random.default_rng(3)
    net = Network((40, 70, 50, 5), ("tanh", "gelu", "softmax"), seed=1, dtype=dtype)
    X, Y = rng.normal(size=(300, 40)).astype(dtype), np.eye(5, dtype=dtype)[rng.integers(5, size=300)]
    weights = rng.uniform(0.5, 1.5, 300).astype(dtype)
    return Task(net, NLLM(), find(Optimizer, rule), X, Y, weights, dropout=Dropout((0.2, 0.5, 0.3)), seed=9, **more)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", RULES)
def test_halves_and_run_may_take_turns(rule: str, dtype: str, threads: int) -> None:
    """Weights stay packed from call to call, and somebody changes them in between."""
    found = []
    for engine, in_turn in (("numpy", False), ("compiled", False), ("compiled", True)):
        task = a_wide_task(rule, dtype, penalty=ElasticNet(1e-3))
        net, made = task.network, choose_engine(task, engine, 64, threads)[0]
        rng = np.random.default_rng(4)
        for t in range(1, 9):
            rows, eta = rng.integers(300, size=64), 0.01
            if in_turn and t % 2:
                _, gradient = made.loss_and_gradient(rows, t)
                net.W[2][3, 4] += 0  # still the same
                made.apply(gradient.copy(), eta, t)
            else:
                made.run(rows[None], np.array([eta]), t)
            if t == 4:
                net.parameters *= 0.9
            if t == 5:
                net.W[2][3] = 0.25
        found.append(net.parameters)
    tolerance = 1e-12 if dtype == "float64" else 2e-4
    assert distance(found[1], found[0]) <= tolerance
    assert distance(found[2], found[0]) <= tolerance
    if rule != "sgd":
        assert found[1].tobytes() == found[2].tobytes()


@ENGINES
@pytest.mark.parametrize("rule", ["sgd", "adam", "lion"])
def test_an_engine_for_single_points_takes_halves_too(engine: str, rule: str) -> None:
    """Its kernels meet each weight once a step; the optimiser's state goes from one way to the other and back."""
    found = []
    for name in ("numpy", engine):
        task = replace(a_wide_task(rule), dropout=None)
        made, rng = choose_engine(task, name, 1)[0], np.random.default_rng(5)
        for t in range(1, 13):
            rows = rng.integers(300, size=1 if t % 3 else 200)
            if t % 3 == 1:
                made.run(rows[None], np.array([0.01]), t)
            else:
                made.apply(made.loss_and_gradient(rows, t)[1], 0.01, t)
        found.append((task.network.parameters, {name: array.copy() for name, array in made.state().items()}))
    assert distance(found[0][0], found[1][0]) <= 1e-12
    for name in (*task.optimizer.remembers, "t"):
        if name in found[0][1]:
            np.testing.assert_allclose(found[0][1][name], found[1][1][name], rtol=1e-9, atol=1e-12)


@ENGINES
@pytest.mark.parametrize("penalty", [L2(0.01), OfSum(L2(0.01))], ids=["of the mean", "of the sum"])
@pytest.mark.parametrize("batch_size", [16, 200])
def test_shares_of_a_batch_add_up_to_it(engine: str, penalty: Penalty, batch_size: int) -> None:
    """Masks are those of the batch's rows, and the penalty is added once; also where a share is passed over in parts."""
    task = a_wide_task("adam", penalty=penalty)
    rows, made = np.random.default_rng(6).integers(300, size=200), choose_engine(task, engine, batch_size)[0]
    whole_loss, whole = (np.copy(each) for each in made.loss_and_gradient(rows, 7))
    loss, gradient = 0.0, np.zeros_like(whole)
    for first, last in ((0, 30), (30, 31), (31, 200)):
        share_loss, share = made.loss_and_gradient(rows[first:last], 7, first=first, of=200)
        loss, gradient = loss + share_loss, gradient + share
    assert loss == pytest.approx(whole_loss, rel=1e-13)
    np.testing.assert_allclose(gradient, whole, rtol=0, atol=1e-14 * np.abs(whole).max())


@ENGINES
def test_a_gradient_is_the_weighted_mean_of_those_of_two_parts(engine: str) -> None:
    task = replace(a_wide_task("adam", penalty=L2(0.01)), dropout=None)
    rows, made = np.random.default_rng(6).integers(300, size=200), choose_engine(task, engine, 200)[0]
    whole_loss, whole = (np.copy(each) for each in made.loss_and_gradient(rows, 1))
    parts = [[np.copy(each) for each in made.loss_and_gradient(part, 1)] for part in (rows[:50], rows[50:])]
    assert 0.25 * parts[0][0] + 0.75 * parts[1][0] == pytest.approx(whole_loss, rel=1e-13)
    np.testing.assert_allclose(0.25 * parts[0][1] + 0.75 * parts[1][1], whole, rtol=0, atol=1e-14 * np.abs(whole).max())


@ENGINES
def test_shares_get_the_input_noise_of_the_batch(engine: str) -> None:
    task = a_wide_task("sgd", input_noise=InputNoise(0.5))
    rows, made = np.arange(20), choose_engine(task, engine, 20)[0]
    whole = made.loss_and_gradient(rows, 3)[1].copy()
    shares = [made.loss_and_gradient(rows[at : at + 10], 3, first=at, of=20)[1].copy() for at in (0, 10)]
    np.testing.assert_allclose(sum(shares), whole, rtol=0, atol=1e-14 * np.abs(whole).max())


@pytest.mark.parametrize("machines", [1, 3])
def test_machines_that_share_every_batch_take_the_steps_of_one(machines: int) -> None:
    """Each has an engine, a network and a state of its own, and applies the sum."""
    one = a_wide_task("adam", penalty=L2(0.01))
    tasks = [replace(one, network=one.network.copy()) for _ in range(machines)]
    engines, rng = [CompiledEngine(task, 90, 1) for task in tasks], np.random.default_rng(8)
    whole = CompiledEngine(one, 90, 1)
    for t in range(1, 11):
        rows, size = rng.integers(300, size=90), 90 // machines
        shares = [
            engine.loss_and_gradient(rows[k * size : (k + 1) * size], t, first=k * size, of=90)[1]
            for k, engine in enumerate(engines)
        ]
        total = np.sum(shares, axis=0)
        for engine in engines:
            engine.apply(total, 0.01, t)
        whole.run(rows[None], np.array([0.01]), t)
    assert len({task.network.parameters.tobytes() for task in tasks}) == 1
    assert distance(tasks[0].network.parameters, one.network.parameters) <= 1e-12


def test_running_statistics_move_when_a_gradient_is_applied() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(40, 3)), np.eye(2)[rng.integers(2, size=40)]
    net = Network((3, 6, 2), ("tanh", "softmax"), normalization="batch_norm", seed=1)
    more = {"penalty": L2(0.01), "dropout": Dropout((0.3,)), "input_noise": InputNoise(0.1), "max_norm": MaxNorm(1.0)}
    ours, theirs = (Task(net.copy(), NLLM(), Adam(), X, Y, seed=4, **more) for _ in range(2))
    batches = Batches.joined([rng.integers(40, size=(6, 8))])
    engine = NumpyEngine(ours)
    before = ours.network.statistics.copy()
    _, gradient = engine.loss_and_gradient(np.arange(8), 1)
    assert ours.network.statistics.tolist() == before.tolist()
    with pytest.raises(ValueError, match=r"step 2 has no batch statistics: ask for loss_and_gradient\(points, 2\)"):
        engine.apply(gradient, 0.01, 2)
    in_halves(engine, batches, np.full(6, 0.01))
    NumpyEngine(theirs).run(batches, np.full(6, 0.01), 1)
    assert ours.network.parameters.tobytes() == theirs.network.parameters.tobytes()
    assert ours.network.statistics.tobytes() == theirs.network.statistics.tobytes() != before.tobytes()


@ENGINES
@pytest.mark.parametrize("batch_size", [1, 32])
@pytest.mark.parametrize(
    "rule", ["sgd", "adam", "nadam", "clip_norm(largest=1e300, then=adam)", "scaling_layer(then=adam)"]
)
def test_what_is_not_finite_is_named_and_leaves_the_network_as_it_was(engine: str, rule: str, batch_size: int) -> None:
    task = replace(a_wide_task(rule), dropout=None)
    made, rows = choose_engine(task, engine, batch_size)[0], np.arange(32)
    made.apply(made.loss_and_gradient(rows, 1)[1], 0.01, 1)
    before, gradient = task.network.parameters.copy(), made.loss_and_gradient(rows, 2)[1].copy()
    bad = gradient.copy()
    of = task.network.with_parameters(bad)
    of.W0[1][3] = of.W[2][2, 1] = np.nan
    with pytest.raises(NonFinite, match=r"^the gradient of layer 2 is not finite"):
        made.apply(bad, 0.01, 2)
    assert task.network.parameters.tobytes() == before.tobytes()
    made.apply(gradient, 0.01, 2)  # the state, too, is as it was
    theirs = replace(a_wide_task(rule), dropout=None)
    NumpyEngine(theirs).run(np.stack([rows, rows]), np.full(2, 0.01), 1)
    assert distance(task.network.parameters, theirs.network.parameters) <= 1e-12
    before = task.network.parameters.copy()
    with pytest.raises(NonFinite, match=r"of layer [123] is not finite") as caught:
        made.apply(gradient, 1e308 * 10, 2)
    assert caught.value.step == 0
    assert task.network.parameters.tobytes() == before.tobytes()
    expected = NumpyEngine(theirs).loss_and_gradient(rows, 3)[1]
    np.testing.assert_allclose(
        made.loss_and_gradient(rows, 3)[1], expected, rtol=0, atol=1e-11 * np.abs(expected).max()
    )


@ENGINES
def test_a_gradient_is_of_the_weights_as_they_are_whoever_changed_them(engine: str) -> None:
    task = a_wide_task("adam")
    net, made = task.network, choose_engine(task, engine, 12)[0]
    before = made.loss_and_gradient(np.arange(12), 1)[1].copy()
    for l in net.layers:
        net.W[l] *= 0.5
        loss, gradient = made.loss_and_gradient(np.arange(12), 1)
        fresh = choose_engine(replace(task, network=net.copy()), engine, 12)[0].loss_and_gradient(np.arange(12), 1)
        assert (loss, gradient.tobytes()) == (fresh[0], fresh[1].tobytes()) != (loss, before.tobytes())


@ENGINES
def test_a_gradient_of_ones_own_is_left_as_it_is(engine: str) -> None:
    task = Task(Network((2, 3, 1), ("tanh", "identity"), seed=0), Square(), Adam(), np.ones((4, 2)), np.ones((4, 1)))
    made, own = choose_engine(task, engine, 4)[0], np.full(13, 0.5)
    made.loss_and_gradient(np.arange(4), 1)
    made.apply(own, 0.1, 1)
    assert (own == 0.5).all()


@ENGINES
@pytest.mark.parametrize("points", [np.array([3, 1, 2], np.int32), np.arange(12)[9::-4]])
def test_points_need_no_type_and_no_order_in_memory(engine: str, points: np.ndarray) -> None:
    made = choose_engine(a_wide_task("sgd"), engine, 4)[0]
    loss, gradient = made.loss_and_gradient(np.array(points.tolist()), 1)
    expected = gradient.tobytes()
    assert (made.loss_and_gradient(points, 1)[0], gradient.tobytes()) == (loss, expected)


def test_a_clipped_gradient_is_that_of_the_sum_not_of_the_shares() -> None:
    task = replace(a_wide_task("sgd"), optimizer=ClipNorm(largest=0.01, then=SGD()), dropout=None)
    before, made = task.network.parameters.copy(), CompiledEngine(task, 32)
    gradient = sum(made.loss_and_gradient(np.arange(at, at + 16), 1, first=at, of=32)[1].copy() for at in (0, 16))
    assert np.linalg.norm(gradient) > 0.02
    made.apply(gradient, 1.0, 1)
    assert np.linalg.norm(task.network.parameters - before) == pytest.approx(0.01, rel=1e-12)


def test_every_rule_of_the_wide_task_has_kernels() -> None:
    for rule in RULES:
        task = a_wide_task(rule)
        assert not why_not(task), rule
    assert {type(a_wide_task(rule).optimizer) for rule in RULES} > {NTK, ScalingLayer}


@ENGINES
@pytest.mark.parametrize("rule", ["sgd", "adam", "clip_norm(largest=0.1)"])
def test_a_gradient_that_was_not_finite_leaves_no_trace_in_later_steps(engine: str, rule: str) -> None:
    task = replace(a_wide_task(rule), dropout=None)
    net, rows = task.network, np.arange(12)[None]
    before, made = net.parameters.copy(), choose_engine(task, engine, 12)[0]
    net.parameters = np.full_like(before, np.nan)
    assert not np.isfinite(made.loss_and_gradient(rows[0], 1)[1]).all()
    net.parameters = before
    assert np.isfinite(made.run(rows, np.array([0.01]), 1))
    assert np.isfinite(net.parameters).all()
    assert not np.array_equal(net.parameters, before)

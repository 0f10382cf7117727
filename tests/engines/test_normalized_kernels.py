"""Normalised layers in the kernels against the NumPy engine: random networks with all that a step may have, across calls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network, Trainer, train
from clearprop.engines import Batches, NonFinite, Task, choose_engine
from clearprop.engines.compiled import CompiledEngine, part_code, why_not
from clearprop.engines.description import normalizations_of
from clearprop.engines.levels import KERNELS, kernels_of
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.engines.several import why_not_in_lanes
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import NLLM, Square
from clearprop.formulas.normalizations import BatchNorm, LayerNorm, Normalization
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L2
from clearprop.formulas.regularizers import Dropout, InputNoise, MaxNorm
from tests.engines.closeness import expected, expected_gradient, expected_prediction
from tests.engines.test_halves_of_a_step import compiled_at, in_halves
from tests.engines.test_kernels_descent import random_task
from tests.engines.test_kernels_learner import between_nans
from tests.engines.test_mini_batches import (
    BY_SIGNS,
    LEVELS,
    STEPS,
    batches_of,
    may_cancel,
    random_dropout,
    random_optimizer,
    random_penalty,
)

pytestmark = pytest.mark.skipif(KERNELS is None, reason="installed without a compiler")


def random_normalizations(rng: np.random.Generator, widths: tuple[int, ...]) -> list[Normalization | None]:
    """One for each layer, at least one of them; a layer of one unit has nothing to normalise over its units."""
    epsilon = float(rng.choice([1e-5, 1e-2]))
    kinds = (None, BatchNorm(epsilon=epsilon, momentum=float(rng.random())), LayerNorm(epsilon=epsilon))
    while True:
        parts = [kinds[rng.integers(3)] for _ in widths[1:]]
        if any(parts) and not any(
            isinstance(part, LayerNorm) and n == 1 for part, n in zip(parts, widths[1:], strict=True)
        ):
            return parts


def normalized_task(rng: np.random.Generator, dtype: str = "float64") -> Task:
    """A random network with normalised layers, whose gains, shifts and running statistics are not those of the start.

    A bias before a normalisation over points has no effect: its gradient is 0 but for rounding, of which signs make a step.
    """
    optimizer, task = random_optimizer(rng), random_task(rng, dtype)
    while task.network.widths[1:] == (1,) or (type(optimizer.rule) in BY_SIGNS and may_cancel(task)):
        task = random_task(rng, dtype)
    parts = random_normalizations(rng, task.network.widths)
    if type(optimizer.rule) in BY_SIGNS:
        optimizer = Adam(epsilon=1e-3)
    net = Network(task.network.widths, task.network.activations, seed=rng, dtype=dtype, normalization=parts)
    for arrays in (net.gain, net.shift):
        for l in arrays:
            arrays[l][...] += rng.normal(0, 0.3, net.widths[l])
    for l in net.running_mean:
        net.running_mean[l][...] = rng.normal(size=net.widths[l])
        net.running_variance[l][...] = rng.uniform(0.5, 2, net.widths[l])
    dropout, seed = random_dropout(rng, net.L), int(rng.integers(2**32))
    return replace(task, network=net, optimizer=optimizer, penalty=random_penalty(rng), dropout=dropout, seed=seed)


def own(task: Task) -> Task:
    return replace(task, network=task.network.copy())


@pytest.mark.parametrize("chunk", range(10))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """Parameters, losses, the optimiser's state and running statistics, in one call and in several."""
    rng, compared = np.random.default_rng([chunk, 31]), 0
    for number in range(12):
        task = normalized_task(rng)
        batches, etas = batches_of(rng, len(task.X)), rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        try:
            steps = expected(task, batches, etas)
        except NonFinite:
            continue
        theirs = own(task)
        NumpyEngine(theirs).run(batches, etas, 1)
        compared += steps.tells
        for level in LEVELS:
            ours = own(task)
            about = f"network {number} at {level}: {ours.network}, {task.loss}, {task.optimizer}, {task.dropout}"
            engine, total = compiled_at(level, ours, len(task.X), 1 + number % 2), 0.0
            for part in np.array_split(np.arange(STEPS), 1 + number % 3):
                begins = batches.begins[part[0] : part[-1] + 2]
                rows = batches.rows[begins[0] : begins[-1]]
                total += engine.run(Batches(rows, begins - begins[0]), etas[part], 1 + int(part[0]))
            found = ours.network.copy()
            for l in (
                found.running_mean
            ):  # biases that batch normalisation cancels: the steps they take are of rounding alone
                np.testing.assert_allclose(found.W0[l], theirs.network.W0[l], rtol=0, atol=1e-6, err_msg=about)
                found.W0[l][...] = theirs.network.W0[l]
            steps.require(found.parameters, total, about, engine.state())
            far = max(1e-9, 1e3 * steps.within["parameters"])
            np.testing.assert_allclose(
                ours.network.statistics, theirs.network.statistics, rtol=far, atol=far, err_msg=about
            )
    assert compared >= 7


@pytest.mark.parametrize("chunk", range(2))
def test_a_loss_and_its_gradient_are_those_of_the_numpy_engine(chunk: int) -> None:
    """Of more points than were announced too: over points all of them are normalised together."""
    rng, compared = np.random.default_rng([chunk, 32]), 0
    for number in range(40):
        task = normalized_task(rng)
        task = replace(task, dropout=None)
        rows, at_once = rng.integers(0, len(task.X), rng.integers(2, 100)), int(rng.integers(2, 40))
        theirs = expected_gradient(task, rows)
        if not np.isfinite(theirs.outcome.parameters).all():
            continue
        compared += theirs.tells
        for level in LEVELS:
            engine = compiled_at(level, task, at_once, 1 + number % 2)
            for _ in range(2):
                loss, gradient = engine.loss_and_gradient(rows, 1)
            theirs.require(gradient, loss, f"network {number} at {level}: {task.network}, {task.loss}, {task.penalty}")
    assert compared >= 30


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_predictions_use_running_statistics_as_the_reference_does(dtype: str) -> None:
    """One point, a few and many; by `predict` and by a predictor, which later changes do not reach."""
    rng = np.random.default_rng(33)
    for number in range(40):
        task = normalized_task(rng, dtype)
        net = task.network
        for points in (np.arange(40), np.arange(1), np.arange(3)):
            theirs = task.X[points]
            for l in net.layers:
                _, theirs = net.predict_layer(l, theirs)
            far = expected_prediction(replace(task, network=_fixed(net)), points)
            far = replace(far, outcome=replace(far.outcome, parameters=theirs))
            far.require(net.predict(task.X[points]), 0.0, f"network {number}: {net}")
            far.require(net.predictor().predict(task.X[points]), 0.0, f"predictor {number}: {net}")
    predictor, before = net.predictor(), net.predict(task.X[:5])
    net.statistics[...] += 1
    net.parameters *= 2
    assert predictor.predict(task.X[:5]).tobytes() == before.tobytes()


@pytest.mark.parametrize("level", LEVELS)
def test_predictions_of_one_point_read_nothing_outside_weights_and_statistics(level: str) -> None:
    rng = np.random.default_rng(34)
    for number in range(30):
        task = normalized_task(rng)
        net = task.network
        online = kernels_of(level).SinglePoints64(
            list(net.widths),
            [part_code(f) for f in net.activations],
            normalizations_of(net),
            loss=part_code(task.loss),
            parameters=between_nans(net.parameters),
            statistics=between_nans(net.statistics),
            threads=1,
        )
        theirs = net.predict(task.X)[:1]  # of many points, in panels
        np.testing.assert_allclose(
            online.predict(task.X[:1]), theirs, rtol=1e-9, atol=1e-12, err_msg=f"{number}: {net}"
        )


def _fixed(net: Network) -> Network:
    """The network with every normalisation over points folded into its gain and shift, and its running statistics 0 and 1."""
    fixed = Network(net.widths, net.activations, dtype=str(net.dtype), normalization=_over_units(net))
    for l in net.layers:
        part = net.normalization.get(l)
        if part is None or not part.running:
            fixed.W[l][...], fixed.W0[l][...] = net.W[l], net.W0[l]
            if part is not None:
                fixed.gain[l][...], fixed.shift[l][...] = net.gain[l], net.shift[l]
            continue
        scale = net.gain[l] / np.sqrt(net.running_variance[l] + part.epsilon)
        fixed.W[l][...], fixed.W0[l][...] = net.W[l] * scale, (net.W0[l] - net.running_mean[l]) * scale + net.shift[l]
    return fixed


def _over_units(net: Network) -> list[Normalization | None]:
    return [None if part is None or part.running else part for part in net.normalizations]


def wide_task(dtype: str, rule: str = "adam", batch: str = "batch_norm") -> Task:
    """Wide enough for several panels and pieces; with normalisations before, in and after a softmax."""
    rng = np.random.default_rng(5)
    net = Network(
        (70, 90, 60, 50, 5),
        ("tanh", "softmax", "relu", "softmax"),
        seed=1,
        dtype=dtype,
        normalization=(batch, batch, "layer_norm", batch),
    )
    X, Y = rng.normal(size=(300, 70)).astype(dtype), np.eye(5, dtype=dtype)[rng.integers(5, size=300)]
    return Task(
        net, NLLM(), find(Optimizer, rule), X, Y, penalty=L2(1e-3), dropout=Dropout((0.1, 0.3, 0.2, 0.1)), seed=3
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch", ["batch_norm", "layer_norm"])
def test_the_bits_are_the_same_whatever_the_number_of_threads_and_of_calls(level: str, dtype: str, batch: str) -> None:
    rng = np.random.default_rng(6)
    batches, etas, found = batches_of(rng, 300), np.full(STEPS, 0.01), set()
    for threads in (1, 2, 3, 4, 2, 4):
        for cuts in ([], [3, 11]):
            task = wide_task(dtype, "clip_norm(largest=0.5, then=adam)", batch)
            engine = compiled_at(level, task, 300, threads)
            for begin, end in zip([0, *cuts], [*cuts, STEPS], strict=True):
                begins = batches.begins[begin : end + 1]
                piece = Batches(batches.rows[begins[0] : begins[-1]], begins - begins[0])
                engine.run(piece, etas[begin:end], begin + 1)
            found.add((task.network.parameters.tobytes(), task.network.statistics.tobytes()))
    assert len(found) == 1


@pytest.mark.parametrize(
    "rule", ["adam", "clip_norm(largest=0.1, then=momentum)", "ntk(then=scaling_layer(then=adam))"]
)
def test_halves_are_steps_of_run_and_move_the_running_statistics(rule: str) -> None:
    """To the last bit."""
    rng = np.random.default_rng(7)
    batches, etas = batches_of(rng, 300), np.full(STEPS, 0.01)
    ours, theirs = wide_task("float64", rule), wide_task("float64", rule)
    engine = CompiledEngine(ours, 300, 2)
    before = ours.network.statistics.copy()
    _, gradient = engine.loss_and_gradient(np.arange(8), 1)
    assert ours.network.statistics.tobytes() == before.tobytes()
    with pytest.raises(ValueError, match=r"step 2 has no batch statistics: ask for loss_and_gradient\(points, 2\)"):
        engine.apply(gradient, 0.01, 2)
    in_halves(engine, batches, etas)
    CompiledEngine(theirs, 300, 1).run(batches, etas, 1)
    assert ours.network.parameters.tobytes() == theirs.network.parameters.tobytes()
    assert ours.network.statistics.tobytes() == theirs.network.statistics.tobytes() != before.tobytes()


def test_shares_of_a_batch_add_up_where_points_are_normalised_one_by_one() -> None:
    task = wide_task("float64", batch="layer_norm")
    rows, engine = (
        np.random.default_rng(6).integers(300, size=200),
        CompiledEngine(wide_task("float64", batch="layer_norm"), 64, 2),
    )
    whole_loss, whole = (np.copy(each) for each in engine.loss_and_gradient(rows, 7))
    loss, gradient = 0.0, np.zeros_like(task.network.parameters)
    for first, last in ((0, 30), (30, 31), (31, 200)):
        share_loss, share = engine.loss_and_gradient(rows[first:last], 7, first=first, of=200)
        loss, gradient = loss + share_loss, gradient + share
    assert loss == pytest.approx(whole_loss, rel=1e-13)
    np.testing.assert_allclose(gradient, whole, rtol=0, atol=1e-14 * np.abs(whole).max())


@pytest.mark.parametrize("threads", [1, 2])
def test_a_loss_that_is_not_finite_leaves_no_trace_in_the_running_statistics(threads: int) -> None:
    rng = np.random.default_rng(9)
    X, Y = rng.normal(size=(40, 6)), rng.normal(size=(40, 2))
    Y[17] = 1e300
    net = Network((6, 8, 2), ("tanh", "identity"), seed=3, normalization="batch_norm")
    task = Task(net, Square(), find(Optimizer, "momentum"), X, Y)
    rows = np.concatenate([rng.permutation(16).reshape(4, 4), [[1, 17, 2, 3]], np.zeros((2, 4), int)])
    etas, theirs = np.full(len(rows), 0.01), own(task)
    engine = CompiledEngine(task, 4, threads)
    with pytest.raises(NonFinite, match="the loss of layer 2") as caught:
        engine.run(rows, etas, 1)
    assert caught.value.step == 4
    reference = NumpyEngine(theirs)
    reference.run(rows[:4], etas[:4], 1)
    np.testing.assert_allclose(net.statistics, theirs.network.statistics, rtol=1e-12)
    engine.run(rows[:1], etas[:1], 5)
    reference.run(rows[:1], etas[:1], 5)
    np.testing.assert_allclose(net.statistics, theirs.network.statistics, rtol=1e-12)


def test_a_batch_of_one_point_passes_no_gradient_and_moves_no_running_mean() -> None:
    net = Network((3, 4, 2), ("tanh", "identity"), seed=0, normalization="batch_norm")
    before, statistics = net.W[1].copy(), net.statistics.copy()
    task = Task(net, Square(), SGD(), np.ones((4, 3)), np.ones((4, 2)))
    CompiledEngine(task, 4).run(np.array([[0], [1]]), np.full(2, 0.1), 1)
    assert net.W[1].tobytes() == before.tobytes()
    assert net.statistics.tobytes() == statistics.tobytes()


@pytest.mark.parametrize("batch", ["batch_norm", "layer_norm"])
@pytest.mark.parametrize("held", [["W", "W0"], ["gain", "shift"], ["gain"]], ids=str)
def test_what_is_held_keeps_its_bits_in_a_normalised_layer(batch: str, held: list[str]) -> None:
    def task() -> Task:
        made = wide_task("float64", "momentum", batch)
        factors = made.network.with_parameters(np.ones_like(made.network.parameters))
        for l, name, values in factors.arrays:
            values[...] = 0.0 if l <= 2 and name in held else 0.5 if name == "shift" else 1.0
        return replace(made, factors=factors.parameters, penalty=None)

    rows, etas, ours, theirs = np.arange(48).reshape(4, 12), np.full(4, 0.01), task(), task()
    CompiledEngine(ours, 12, 2).run(rows, etas, 1)
    NumpyEngine(theirs).run(rows, etas, 1)
    start = wide_task("float64", batch=batch).network
    for (l, name, values), (_, _, others), (_, _, before) in zip(
        ours.network.arrays, theirs.network.arrays, start.arrays, strict=True
    ):
        if l <= 2 and name in held:
            assert values.tobytes() == before.tobytes()
        np.testing.assert_allclose(values, others, rtol=1e-9, atol=1e-12, err_msg=f"{name}[{l}]")
    np.testing.assert_allclose(ours.network.statistics, theirs.network.statistics, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("rule", ["sgd", "clip_array_norm(largest=0.02, then=adam)"])
def test_columns_stay_below_a_norm_and_what_is_held_keeps_its_bits(rule: str, threads: int) -> None:
    """With noise in the inputs; by `run` and in halves."""
    made = wide_task("float64", rule)
    factors = made.network.with_parameters(np.ones_like(made.network.parameters))
    factors.W[1][::3] = 0.0
    tasks = [
        replace(
            own(made),
            factors=factors.parameters,
            max_norm=MaxNorm(0.5),
            input_noise=InputNoise(0.2),
            weights=np.ones(300),
        )
        for _ in range(3)
    ]
    batches, etas = Batches.joined([np.arange(96).reshape(6, 16), np.arange(20).reshape(2, 10)]), np.full(8, 0.02)
    NumpyEngine(tasks[0]).run(batches, etas, 1)
    CompiledEngine(tasks[1], 16, threads).run(batches, etas, 1)
    in_halves(CompiledEngine(tasks[2], 16, threads), batches, etas)
    numpy, compiled, halves = (task.network for task in tasks)
    assert numpy.W[2].tobytes() != made.network.W[2].tobytes()
    assert compiled.W[1][::3].tobytes() == made.network.W[1][::3].tobytes()
    assert 0.49 < np.linalg.norm(compiled.W[2], axis=0).max() < 0.5 * (1 + 1e-12)
    for l in numpy.layers:  # a bias before a normalisation has no gradient but rounding
        np.testing.assert_allclose(compiled.W[l], numpy.W[l], rtol=1e-6, atol=1e-9, err_msg=f"W[{l}]")
    if rule != "sgd":
        assert halves.parameters.tobytes() == compiled.parameters.tobytes()
    np.testing.assert_allclose(halves.W[1], compiled.W[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("part", [BatchNorm(), LayerNorm()], ids=str)
def test_the_choice_takes_normalised_networks_but_not_a_normalisation_of_ones_own(part: Normalization) -> None:
    class Own(type(part)):  # type: ignore[misc]  # a part is a class
        def Z_hat(self, Z: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
            return 2 * super().Z_hat(Z, mean, variance)

    X, Y = np.random.default_rng(0).normal(size=(20, 3)), np.ones((20, 2))
    for normalization, name in ((part, "compiled"), (Own(), "numpy")):
        net = Network((3, 4, 2), ("tanh", "identity"), seed=0, normalization=normalization)
        task = Task(net, Square(), SGD(), X, Y)
        assert choose_engine(task, batch_size=5)[1].name == name
        assert ("has no kernel" in why_not(task)) == (name == "numpy")
        assert why_not_in_lanes(task, 64, "auto")
        theirs = X
        for l in net.layers:
            _, theirs = net.predict_layer(l, theirs)
        np.testing.assert_allclose(net.predict(X), theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("batch", ["batch_norm", "layer_norm"])
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_a_training_on_the_kernels_is_that_of_numpy(batch: str, optimizer: str) -> None:
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(1100, 6)), rng.normal(size=(1100, 2))
    runs = []
    for engine in ("numpy", "auto"):
        net = Network((6, 8, 2), ("tanh", "identity"), seed=1, normalization=batch)
        batches = {"batch_size": None} if optimizer == "lbfgs" else {"batch_size": 100, "eta": 0.01}
        runs.append(train(net, X, Y, loss="square", optimizer=optimizer, epochs=3, seed=0, engine=engine, **batches))
    assert runs[1].engine.name == "compiled"
    ours, theirs = runs[1].network, runs[0].network
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(ours.statistics, theirs.statistics, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_on_rows_as_they_come_move_the_running_statistics(dtype: str) -> None:
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(8, 16, 6)).astype(dtype), rng.normal(size=(8, 16, 2)).astype(dtype)
    found = []
    for engine in ("numpy", "compiled"):
        net = Network((6, 8, 2), ("tanh", "identity"), seed=1, normalization="batch_norm", dtype=dtype)
        trainer = Trainer(net, loss="square", optimizer="momentum", eta=0.01, engine=engine)
        for x, y in zip(X, Y, strict=True):
            trainer.step(x, y)
        found.append((net.predict(X[0]), net.statistics.copy()))
    tolerance = 1e-10 if dtype == "float64" else 1e-3
    for ours, theirs in zip(found[1], found[0], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)

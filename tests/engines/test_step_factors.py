"""Frozen parameters and shorter steps: both engines agree, what is held keeps its bits, and a factor is a smaller step size."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Engine, NonFinite, Task, choose_engine
from clearprop.engines.compiled import CompiledEngine, why_not, why_not_side_by_side
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.catalogue import Array, find
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.parametrizations import ScalingLayer
from clearprop.formulas.penalties import L2
from clearprop.formulas.regularizers import MaxNorm
from tests.engines.closeness import expected
from tests.engines.test_across_calls import MAKERS, STEPS, a_task, taken
from tests.engines.test_halves_of_a_step import compiled_at, in_halves
from tests.engines.test_kernels_descent import distance
from tests.engines.test_mini_batches import LEVELS, batches_of


def random_factors(rng: np.random.Generator, net: Network, *, scales: bool, only_held: bool) -> Array:
    """Of each parameter: frozen arrays, masked weights, and parts of steps; layer 1 is free where its inputs are scaled."""
    factors = np.ones(net.parameters.shape)
    of = net.with_parameters(factors)
    for _, _, values in of.arrays:
        kind = rng.integers(4)
        if kind == 0:
            values[...] = 0
        elif kind == 1:
            values[...] = rng.random(values.shape) < 0.7
        elif kind == 2 and not only_held:
            values[...] = rng.random()
    if rng.random() < 0.5:
        of.W[1][...], of.W0[1][...] = 0, 0
    if scales:
        of.W[1][...] = 1
    of.W0[net.L][-1] = 1
    return factors.astype(net.dtype)


def at_level(level: str, threads: int, task: Task) -> Engine:
    return compiled_at(level, task, len(task.X), threads)


def a_held_task(rng: np.random.Generator) -> Task:
    task = a_task(rng)
    scales = "scaling_layer" in str(task.optimizer)
    only_held = not task.optimizer.rule.steps_by_eta
    return replace(task, factors=random_factors(rng, task.network, scales=scales, only_held=only_held))


@pytest.mark.parametrize("chunk", range(6))
def test_engines_agree_in_one_call_in_several_and_in_halves(chunk: int) -> None:
    rng, compared = np.random.default_rng([chunk, 171]), 0
    for number in range(20):
        task = a_held_task(rng)
        batches, etas = batches_of(rng, len(task.X)), rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        try:
            reference = expected(task, batches, etas)
        except NonFinite:
            continue
        made = list(MAKERS[:1])
        if not why_not(task):
            made += [MAKERS[1], *(partial(at_level, level, 1 + number % 2) for level in LEVELS)]
        for make in made:
            about = f"network {number}: {task.network}, {task.loss}, {task.optimizer}, {task.penalty}, {task.dropout}"
            whole, total = taken(task, make, batches, etas, [], anew=False)
            again, _ = taken(task, make, batches, etas, [5, 11], anew=make in MAKERS)
            assert again.tobytes() == whole.tobytes(), about
            reference.require(whole, total, about)
            held = task.factors == 0
            assert whole[held].tobytes() == task.network.parameters[held].tobytes(), about
            halved = replace(task, network=task.network.copy())
            in_halves(make(halved), batches, etas)
            assert halved.network.parameters.tobytes() == whole.tobytes(), about
            compared += reference.tells
    assert compared >= 16


ENGINES = pytest.mark.parametrize(
    "make", [NumpyEngine, lambda task: CompiledEngine(task, 16)], ids=["numpy", "compiled"]
)


def a_small_task(rule: str, **more: object) -> Task:
    rng = np.random.default_rng(5)
    net = Network((9, 21, 12, 3), ("tanh", "tanh", "identity"), seed=1)
    X, Y = rng.normal(size=(40, 9)), rng.normal(size=(40, 3))
    return Task(net, Square(), find(Optimizer, rule), X, Y, **more)  # type: ignore[arg-type]


@ENGINES
@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam", "adamw", "lion", "ntk(then=adam)", "adadelta"])
def test_a_factor_is_a_smaller_step_size(make: type[Engine], rule: str) -> None:
    found = []
    for factor, eta in ((0.25, 0.04), (None, 0.01)):
        task = a_small_task(rule, factors=None if factor is None else np.full(9 * 21 + 21 + 21 * 12 + 12 + 39, factor))
        make(task).run(np.arange(32).reshape(4, 8), np.full(4, eta), 1)
        found.append(task.network.parameters)
    assert distance(*found) < 1e-12


@ENGINES
@pytest.mark.parametrize("rule", ["momentum", "adamw(weight_decay=0.5)", "lion(weight_decay=0.5)", "adamax", "rprop"])
def test_held_weights_stay_whatever_the_optimiser_remembers(make: type[Engine], rule: str) -> None:
    """They are frozen after 4 steps, so momentum and decay would go on moving them."""
    task = a_small_task(rule, penalty=L2(0.1))
    engine = make(task)
    engine.run(np.arange(32).reshape(4, 8), np.full(4, 0.01), 1)
    before = task.network.copy()
    factors = task.network.with_parameters(np.ones_like(before.parameters))
    factors.W[1], factors.W0[1], factors.W[2][:, 5] = 0 * factors.W[1], 0 * factors.W0[1], 0
    later = make(replace(task, factors=factors.parameters, state=engine.state()))
    later.run(np.arange(32).reshape(4, 8), np.full(4, 0.01), 5)
    held = factors.parameters == 0
    assert task.network.parameters[held].tobytes() == before.parameters[held].tobytes()
    assert (task.network.parameters[~held] != before.parameters[~held]).all()


def test_max_norm_does_not_shorten_frozen_weights() -> None:
    task = a_small_task("sgd", max_norm=MaxNorm(0.1))
    factors = task.network.with_parameters(np.ones_like(task.network.parameters))
    factors.W[2] = np.zeros((21, 12))
    W = task.network.W[2].copy()
    NumpyEngine(replace(task, factors=factors.parameters)).run(np.arange(8)[None], np.array([0.01]), 1)
    assert (task.network.W[2] == W).all()
    assert np.linalg.norm(task.network.W[1], axis=0).max() < 0.1 + 1e-12


@ENGINES
def test_what_is_held_counts_in_no_norm_of_a_gradient(make: type[Engine]) -> None:
    """clip_norm sees the gradient of what is trained: that of a network with the last layer alone, on the same inputs."""
    task = a_small_task("clip_norm(largest=0.01, then=sgd)")
    net, rows = task.network, np.arange(16)[None]
    factors = net.with_parameters(np.zeros_like(net.parameters))
    factors.W[3], factors.W0[3] = np.ones((12, 3)), np.ones(3)
    A = np.tanh(np.tanh(task.X @ net.W[1] + net.W0[1]) @ net.W[2] + net.W0[2])
    last = Network.from_weights([(net.W[3], net.W0[3])], ("identity",))
    make(replace(task, factors=factors.parameters)).run(rows, np.array([1.0]), 1)
    make(replace(task, network=last, X=A)).run(rows, np.array([1.0]), 1)
    assert distance(net.W[3], last.W[1]) < 1e-13


@ENGINES
def test_a_gradient_is_zero_for_what_is_held(make: type[Engine]) -> None:
    task = a_small_task("sgd", penalty=L2(0.1))
    _, whole = make(task).loss_and_gradient(np.arange(40), 1)
    factors = (np.random.default_rng(2).random(whole.shape) < 0.5).astype(float)
    _, found = make(replace(task, factors=factors)).loss_and_gradient(np.arange(40), 1)
    assert (found[factors == 0] == 0).all()
    assert distance(found, whole * factors) < 1e-13


def test_kernels_say_why_networks_are_not_trained_side_by_side() -> None:
    task = replace(a_small_task("sgd"), optimizer=SGD())
    assert not why_not_side_by_side(task, 4)
    assert "side-by-side" in why_not_side_by_side(replace(task, factors=np.zeros_like(task.network.parameters)), 4)


def test_the_scale_of_the_inputs_goes_on_where_higher_layers_are_held() -> None:
    task = replace(a_small_task("sgd"), optimizer=ScalingLayer())
    factors = task.network.with_parameters(np.ones_like(task.network.parameters))
    factors.W[3] = np.zeros((12, 3))
    found = []
    for name in ("numpy", "compiled"):
        own = replace(task, network=task.network.copy(), factors=factors.parameters)
        choose_engine(own, name, 8)[0].run(np.arange(32).reshape(4, 8), np.full(4, 0.01), 1)
        found.append(own.network.parameters)
    assert distance(*found) < 1e-12

"""A `Population`: each network takes the steps that a `Trainer` of its own takes, to the bit, whoever else is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines.compiled import ACTIVATIONS, LOSSES, OPTIMIZERS
from clearprop.engines.levels import KERNELS
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.optimizers import Optimizer
from tests.parts import is_legal, targets_in, with_random_hypers

K = 7
CONFIGURATIONS: list[dict[str, Any]] = [
    {"optimizer": "sgd"},
    {"optimizer": "adam"},
    {"optimizer": "momentum", "penalty": "l2(strength=0.01)"},
    {"dropout": 0.3, "input_noise": 0.1},
    {"engine": "numpy"},
    {"label_smoothing": 0.1, "class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
]
EACH = pytest.mark.parametrize("options", CONFIGURATIONS, ids=str)


def net_of(**options: Any) -> cp.Network:
    return cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1, **options)


def rows_of(rng: np.random.Generator, n: int) -> tuple[Any, Any]:
    return rng.normal(size=(n, 4)), rng.integers(3, size=n)


def trainers_of(population: cp.Population, **options: Any) -> list[cp.Trainer]:
    """A trainer for each network, in the state that the network has."""
    state = population.state().values
    trainers = []
    for k in range(len(population)):
        trainer = cp.Trainer(population[k], loss="nllm", **{"eta": float(population.eta[k])} | options)
        values = trainer.state().values | {"seed": state["seeds"][k]}
        about = trainer.state().about
        resume = cp.State("trainer", about, values)
        trainers.append(
            cp.Trainer(population[k], loss="nllm", resume=resume, **{"eta": float(population.eta[k])} | options)
        )
    return trainers


def require_same(population: cp.Population, trainers: list[cp.Trainer]) -> None:
    assert (population.parameters == np.stack([trainer.network.parameters for trainer in trainers])).all()


@EACH
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_network_takes_the_steps_of_a_trainer_of_its_own(options: dict[str, Any], dtype: str) -> None:
    rng = np.random.default_rng(3)
    population = cp.Population(net_of(dtype=dtype), K, loss="nllm", eta=np.linspace(0.01, 0.2, K), **options)
    trainers = trainers_of(population, **options)
    for n in (1, 2, 3, 5, 8, 131, 6):
        X, Y = rng.normal(size=(K, n, 4)), rng.integers(3, size=(K, n))
        weights = rng.uniform(0.5, 2, size=(K, n)) if n == 5 else None
        losses = population.step(X, Y, weights)
        ours = [trainer.step(X[k], Y[k], None if weights is None else weights[k]) for k, trainer in enumerate(trainers)]
        assert losses.tolist() == ours
        require_same(population, trainers)
    assert population.step_count == 7


def test_rows_for_all_are_the_same_rows_for_each() -> None:
    rng = np.random.default_rng(0)
    X, Y = rows_of(rng, 5)
    one, other = (cp.Population(net_of(), 9, loss="nllm", eta=0.3) for _ in range(2))
    for _ in range(3):
        assert (one.step(X, Y) == other.step(np.stack([X] * 9), np.stack([Y] * 9))).all()
        assert (one.step(X, np.stack([Y] * 9)) == other.step(np.stack([X] * 9), Y)).all()
    assert (one.parameters == other.parameters).all()


@pytest.mark.skipif(KERNELS is None, reason="there are no kernels")
@pytest.mark.parametrize("last", ACTIVATIONS, ids=lambda part: part.name)
def test_side_by_side_networks_have_a_trainers_bits(last: type[Activation]) -> None:
    """With every loss that is legal after this activation, and random layers below."""
    rng = np.random.default_rng(8)
    elementwise = [f for f in ACTIVATIONS if issubclass(f, Elementwise)]
    for loss in LOSSES:
        outputs = int(rng.integers(2, 5)) if issubclass(last, Elementwise) else 3
        if not is_legal(last(), loss(), outputs):
            continue
        hidden = [
            with_random_hypers(elementwise[i], rng) for i in rng.integers(len(elementwise), size=rng.integers(0, 3))
        ]
        widths = (*(int(width) for width in rng.integers(1, 20, size=len(hidden) + 1)), outputs)
        net = cp.Network(widths, (*hidden, with_random_hypers(last, rng)), seed=rng)
        part, networks, n = with_random_hypers(loss, rng), int(rng.integers(4, 40)), int(rng.integers(1, 20))
        population = cp.Population(net, networks, loss=part, eta=1e-4)
        assert "vector lanes" in str(population.engine)
        trainers = [cp.Trainer(own, loss=part, eta=1e-4) for own in population.mean]
        for _ in range(3):
            X = rng.normal(size=(networks, n, widths[0]))
            Y = targets_in(part.domain_Y, networks * n, outputs, rng).reshape(networks, n, -1)
            try:
                losses = population.step(X, Y)
            except cp.Diverged as error:  # outputs that reach the end of what the loss takes
                k = next(k for k in range(networks) if f"network {k}:" in str(error))
                with pytest.raises(cp.Diverged):
                    trainers[k].step(X[k], Y[k])
                break
            assert losses.tolist() == [trainer.step(X[k], Y[k]) for k, trainer in enumerate(trainers)], (net, part)
        require_same(population, trainers)


@pytest.mark.skipif(KERNELS is None, reason="there are no kernels")
@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda part: part.name)
def test_every_optimiser_has_a_trainers_bits_side_by_side(rule: type[Optimizer]) -> None:
    """With step sizes of their own, from step to step, over a step on many rows and over a stop."""
    rng = np.random.default_rng(9)
    for dtype in ("float32", "float64"):
        part, networks = with_random_hypers(rule, rng), int(rng.integers(4, 40))
        etas = rng.uniform(1e-4, 1e-2, size=networks)
        population = cp.Population(net_of(dtype=dtype), networks, loss="nllm", optimizer=part, eta=etas)
        assert "vector lanes" in str(population.engine)
        trainers = trainers_of(population, optimizer=part)
        for n in (1, 3, 1, 130, 8):
            X, Y = rng.normal(size=(networks, n, 4)), rng.integers(3, size=(networks, n))
            losses = population.step(X, Y)
            assert losses.tolist() == [trainer.step(X[k], Y[k]) for k, trainer in enumerate(trainers)], (part, dtype, n)
            require_same(population, trainers)
        kept = population.state().values["optimizer"]
        alone = [trainer.state().values["optimizer"] for trainer in trainers]
        for name, array in kept.items():
            together = np.stack([each[name] for each in alone])
            assert array.dtype == together.dtype
            assert (array == together).all(), (part, dtype, name)


@pytest.mark.skipif(KERNELS is None, reason="there are no kernels")
def test_a_step_that_is_not_finite_leaves_what_the_optimiser_keeps() -> None:
    rng = np.random.default_rng(3)
    net = cp.Network((4, 3), ("identity",), seed=1)
    population = cp.Population(net, 9, loss="square", optimizer="nadam", eta=0.01)
    X, Y = rng.normal(size=(9, 2, 4)), rng.normal(size=(9, 2, 3))
    population.step(X, Y)
    before = population.state().values
    X[4, 1, 2] = 1e200
    with pytest.raises(cp.Diverged, match="network 4"):
        population.step(X, Y)
    after = population.state().values
    assert (after["parameters"] == before["parameters"]).all()
    assert all((after["optimizer"][name] == array).all() for name, array in before["optimizer"].items())


def test_a_network_does_not_depend_on_how_many_there_are_or_on_threads() -> None:
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(300, 4, 4)), rng.integers(3, size=(300, 4))
    whole = cp.Population(net_of(), 300, loss="nllm", eta=0.1)
    for count, threads in ((300, 1), (77, 2), (5, 1)):
        some = cp.Population(net_of(), count, loss="nllm", eta=0.1, threads=threads)
        some.parameters = whole.parameters[:count]
        start = cp.Population(net_of(), 300, loss="nllm", eta=0.1)
        start.parameters = whole.parameters
        start.step(X, Y)
        some.step(X[:count], Y[:count])
        assert (some.parameters == start.parameters[:count]).all()


def test_the_networks_are_those_of_restarts_and_of_seeds() -> None:
    net, rng = net_of(), np.random.default_rng(5)
    X, Y = rows_of(rng, 12)
    run = cp.train(net, X, Y, loss="nllm", eta=0.1, steps=1, ensemble=4, batch_size=None, seed=11)
    population = cp.Population(net, 4, loss="nllm", eta=0.1, seed=11)
    assert (population[0].parameters == net.parameters).all()
    population.step(X, Y)
    for k, member in enumerate(run.members):
        np.testing.assert_allclose(
            population[k].parameters, member.network.parameters, rtol=0, atol=1e-14
        )  # of shuffled rows
    drawn = cp.Population(net, 3, loss="nllm", seed=[4, 5, 4])
    assert (drawn.parameters[0] == drawn.parameters[2]).all()
    assert (drawn.parameters[0] != drawn.parameters[1]).any()
    assert (drawn.parameters[1] == cp.Population(net, 2, loss="nllm", seed=[9, 5]).parameters[1]).all()


@EACH
def test_a_population_goes_on_from_its_state_and_its_file(options: dict[str, Any], tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    etas = np.linspace(0.01, 0.1, K)
    population = cp.Population(net_of(), K, loss="nllm", eta=etas, **options)
    population.step(*rows_of(rng, 5))
    population.save(tmp_path / "population")
    others = [
        cp.Population.load(tmp_path / "population", **({"engine": "numpy"} if options.get("engine") else {})),
        cp.Population(net_of(), K, loss="nllm", eta=etas, resume=population.state(), **options),
    ]
    for n in (1, 4, 130):
        X, Y = rows_of(rng, n)
        losses = population.step(X, Y)
        for other in others:
            assert (other.step(X, Y) == losses).all()
            assert (other.parameters == population.parameters).all()
            assert other.history["loss"].tolist() == population.history["loss"].tolist()


def test_normalised_networks_keep_statistics_of_their_own(tmp_path: Path) -> None:
    net = net_of(normalization="batch_norm")
    rng = np.random.default_rng(6)
    population = cp.Population(net, 5, loss="nllm", optimizer="adam")
    assert "one network after another" in str(population.engine)
    X, Y = rng.normal(size=(5, 8, 4)), rng.integers(3, size=(5, 8))
    population.step(X, Y)
    assert len({each.statistics.tobytes() for each in population.mean}) == 5
    population.save(tmp_path / "population")
    later = cp.Population.load(tmp_path / "population")
    assert (later.step(X, Y) == population.step(X, Y)).all()
    assert (later.predict(X) == population.predict(X)).all()


def test_predictions_are_those_of_each_network() -> None:
    rng = np.random.default_rng(4)
    for options in ({}, {"optimizer": "adam"}, {"penalty": "l2(strength=0.1)"}):
        population = cp.Population(net_of(), 40, loss="nllm", **options)
        for n in (1, 6):
            X = rng.normal(size=(40, n, 4))
            own, shared = population.predict(X), population.predict(X[0])
            assert own.shape == shared.shape == (40, n, 3)
            for k, net in enumerate(population.mean):
                np.testing.assert_allclose(own[k], net.predict(X[k]), rtol=0, atol=1e-15)
                np.testing.assert_allclose(shared[k], net.predict(X[0]), rtol=0, atol=1e-15)
            np.testing.assert_allclose(population.mean.predict(X[0]), shared.mean(axis=0), rtol=0, atol=1e-15)


def test_crossings_are_assigned_as_arrays() -> None:
    rng = np.random.default_rng(0)
    for options in ({}, {"optimizer": "adam"}, {"penalty": "l2(strength=0.1)"}):
        population = cp.Population(net_of(), 20, loss="nllm", eta=0.1, **options)
        population.step(*rows_of(rng, 8))
        P = population.parameters
        with pytest.raises(ValueError, match="read-only"):
            P[0] = 0
        parents, mask = rng.integers(20, size=(2, 20)), rng.random(P.shape) < 0.5
        children = np.where(mask, P[parents[0]], P[parents[1]])
        population.parameters = children
        children[0] = 0  # of the user's own array
        assert (population.parameters == np.where(mask, P[parents[0]], P[parents[1]])).all()
        assert (population[3].parameters == population.parameters[3]).all()


def test_a_loop_over_a_population_ends_after_the_last_network() -> None:
    population = cp.Population(net_of(), 5, loss="nllm", eta=0.1)
    nets = list(population)
    assert len(nets) == 5
    assert all((net.parameters == row).all() for net, row in zip(nets, population.parameters, strict=True))
    nets[0].parameters[:] = 0  # a copy
    assert population.parameters[0].any()


def test_the_best_network_had_the_lowest_loss() -> None:
    population = cp.Population(net_of(), 12, loss="nllm", eta=0.1)
    with pytest.raises(ValueError, match="no step has been taken"):
        population.best  # noqa: B018 - a property
    losses = population.step(*rows_of(np.random.default_rng(0), 8))
    assert (population.losses == losses).all()
    assert (population.best.parameters == population[int(losses.argmin())].parameters).all()
    assert population.history["loss"].tolist() == [losses.mean()]


def test_step_sizes_of_schedules_and_new_ones() -> None:
    X, Y = rows_of(np.random.default_rng(0), 8)
    population = cp.Population(net_of(), 4, loss="nllm", eta=["inverse_time(start=0.5)", 0.1, "0.2", lambda t: 0.4 / t])
    assert population.eta.tolist() == [0.5, 0.1, 0.2, 0.4]
    population.step(X, Y)
    assert population.eta.tolist()[1:] == [0.1, 0.2, 0.2]
    population.eta = [1.0, 2.0, 3.0, 4.0]
    before = population.parameters
    population.eta = 0.0
    population.step(X, Y)
    assert (population.parameters == before).all()


def test_large_steps_one_after_another_are_shared_out_to_threads_and_are_the_same() -> None:
    net, rng = cp.Network((30, 40, 3), ("relu", "softmax"), seed=0), np.random.default_rng(0)
    X, Y = rng.normal(size=(200, 30)), rng.integers(3, size=200)
    several, one = (cp.Population(net, 6, loss="nllm", optimizer="adam", threads=threads) for threads in (3, 1))
    for _ in range(3):
        assert (several.step(X, Y) == one.step(X, Y)).all()
    assert (several.parameters == one.parameters).all()


def test_what_cannot_lie_side_by_side_says_why() -> None:
    def why(net: cp.Network | None = None, networks: int = 9, **options: Any) -> str:
        return str(cp.Population(net or net_of(), networks, loss="nllm", **options).engine)

    assert "9 networks in vector lanes" in why()
    assert "9 networks in vector lanes" in why(optimizer="adam")
    assert "here is clip_norm around an optimiser" in why(optimizer="clip_norm(largest=1.0, then=adam)")
    assert "plain steps, and here is penalty" in why(penalty="l2(strength=0.1)")
    assert "here is dropout" in why(dropout=0.1)
    assert "NumPy engine was asked for" in why(engine="numpy")
    assert "too large" in why(cp.Network((60, 100, 3), ("tanh", "softmax")))
    assert "2 networks leave most lanes" in why(networks=2)
    assert "softmax between layers" in why(cp.Network((4, 5, 3), ("softmax", "softmax")))


def test_the_example_of_evolution_runs() -> None:
    example = Path(__file__).parents[2] / "examples" / "evolution.py"
    assert len(example.read_text().splitlines()) < 60
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "generation" in done.stdout

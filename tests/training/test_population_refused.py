"""What a `Population` refuses: with the words of `train`, and its state as it was before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp

RNG = np.random.default_rng(5)
K = 6
X, LABELS = RNG.normal(size=(K, 5, 4)), RNG.integers(3, size=(K, 5))
WAYS = pytest.mark.parametrize(
    "options", [{}, {"optimizer": "adam"}, {"penalty": "l2(strength=0.1)"}, {"engine": "numpy"}], ids=str
)


def population_of(**options: Any) -> cp.Population:
    net = cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1)
    population = cp.Population(net, K, **{"loss": "nllm", "eta": 0.1} | options)
    population.step(X, LABELS)
    return population


def held(population: cp.Population) -> tuple[Any, ...]:
    """All that a population holds, but for the time."""
    arrays, rest = population.state().packed()
    rest["values"].pop("seconds")
    rest["values"]["history"]["columns"].pop("seconds")
    return {name: array.tobytes() for name, array in arrays.items()}, json.dumps(rest, sort_keys=True)


def with_nan(array: Any, *place: int) -> Any:
    changed = np.array(array, float)
    changed[place] = np.nan
    return changed


def assign(name: str, value: Any) -> Callable[[cp.Population], Any]:
    return lambda population: setattr(population, name, value)


REFUSED: list[tuple[Callable[[cp.Population], Any], str]] = [
    (lambda p: p.step(with_nan(X, 2, 3, 1), LABELS), "network 2: X has nan in row 3 column 1"),
    (lambda p: p.step(with_nan(X[0], 3, 1), LABELS[0]), "X has nan in row 3 column 1"),
    (lambda p: p.step(X[:4], LABELS), "X must be .n, inputs. for all networks, or .K, n, inputs. with K = 6"),
    (lambda p: p.step(X[..., :3], LABELS), "must be .n, 4., a row for each point"),
    (lambda p: p.step(X, LABELS[:, :4]), "row for each of the 5 points"),
    (lambda p: p.step(X, LABELS + 7), "network 0: "),
    (lambda p: p.step(X, np.where(np.arange(K)[:, None] == 4, 9, LABELS)), "network 4: "),
    (
        lambda p: p.step(X, LABELS, np.where(np.arange(K)[:, None] == 3, -1.0, np.ones((K, 5)))),
        "network 3: .*not be negative",
    ),
    (
        lambda p: p.step(X, LABELS, np.where(np.arange(K)[:, None] == 3, 0.0, np.ones((K, 5)))),
        "network 3: .*0 for every",
    ),
    (lambda p: p.step(X, LABELS, np.ones((4, 5))), "sample_weight must be .n,. for all networks, or .K, n. with K = 6"),
    (lambda p: p.step(X[:, :0], LABELS[:, :0]), "no rows|must be"),
    (lambda p: p.step(None, None), "X must be"),
    (lambda p: p.step(X[0], np.full((5, 3), 0.5)), "sum"),
    (lambda p: p.predict(X[:3]), "with K = 6"),
    (lambda p: p.predict(with_nan(X[0], 1, 1)), "X has nan in row 1 column 1"),
    (lambda p: p.predict(X[0, 0]), "must be .n, 4."),
    (lambda p: p[6], "the number of a network must be a whole number, 0 to 5"),
    (assign("parameters", np.zeros((K, 4))), "parameters must be .6, 51., a row for each network"),
    (assign("parameters", with_nan(np.zeros((K, 51)), 4, 7)), "parameters has nan in row 4 column 7"),
    (assign("parameters", "x"), "parameters"),
    (assign("eta", [0.1] * 5), "eta must be one step size, or a list of 6, one for each network; given 5"),
    (assign("eta", [0.1, 0.1, -1.0, 0.1, 0.1, 0.1]), "network 2: eta must be a finite number"),
    (assign("eta", -1.0), "eta must be a finite number"),
    (assign("eta", "cosine(start=0.1, steps=0)"), "give steps"),
]


@WAYS
@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_is_refused_changes_nothing(options: dict[str, Any], case: int) -> None:
    bad, message = REFUSED[case]
    population, untouched = population_of(**options), population_of(**options)
    before = held(population)
    with pytest.raises((ValueError, TypeError), match=message):
        bad(population)
    assert held(population) == before
    population.step(X, LABELS)
    untouched.step(X, LABELS)
    assert held(population) == held(untouched)


@WAYS
@pytest.mark.parametrize("rows", [5, 140])
def test_a_step_that_is_not_finite_is_taken_by_no_network_and_says_in_which(options: dict[str, Any], rows: int) -> None:
    net = cp.Network((4, 6, 3), ("relu", "identity"), seed=1)
    population = cp.Population(net, K, loss="square", eta=0.01, **options)
    x, y = RNG.normal(size=(K, rows, 4)), RNG.normal(size=(K, rows, 3))
    population.step(x, y)
    before = held(population)
    wild = x.copy()
    wild[4, 3] = 1e200
    with pytest.raises(
        cp.Diverged, match=r"step 2 was not taken, by any network: network 4: .* eta was 0.01"
    ) as raised:
        population.step(wild, y)
    assert held(population) == before
    assert raised.value.run.network.parameters.tolist() == population.parameters[4].tolist()
    assert np.isfinite(population.step(x, y)).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"K": 0}, "K must be a whole number, 1 or more"),
        ({"K": 2.5}, "K must be a whole number"),
        ({"seed": [1, 2]}, "a list of 6, one for each network"),
        ({"seed": "a"}, "seed must be"),
        ({"seed": -1}, "seed must be"),
        ({"optimizer": "lbfgs"}, "lbfgs uses every point in each step"),
        ({"loss": "sqare"}, "did you mean"),
        ({"eta": "cosine(start=0.1, steps=0)"}, "give steps"),
        ({"history": 1}, "history"),
        ({"threads": 0}, "threads"),
        ({"dropout": [0.1, 0.2, 0.3]}, "dropout"),
        ({"classes": ["a", "b"]}, "classes has 2 labels"),
        ({"engine": "gpu"}, "engine"),
        ({"resume": "x"}, "population.state"),
    ],
    ids=str,
)
def test_a_population_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    net = cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1)
    given = {"K": K, "loss": "nllm"} | options
    with pytest.raises((ValueError, TypeError), match=message):
        cp.Population(net, **given)


def test_states_of_others_are_refused(tmp_path: Path) -> None:
    population, net = population_of(), cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1)
    with pytest.raises(ValueError, match="K 6; given 5"):
        cp.Population(net, 5, loss="nllm", resume=population.state())
    with pytest.raises(ValueError, match="of a trainer"):
        cp.Population(net, 6, loss="nllm", resume=cp.Trainer(net, loss="nllm").state())
    with pytest.raises(ValueError, match="population"):
        cp.Trainer(net, loss="nllm", resume=population.state())
    population.save(tmp_path / "population")
    with pytest.raises(ValueError, match="not a trainer's file"):
        cp.Trainer.load(tmp_path / "population")
    cp.Trainer(net, loss="nllm").save(tmp_path / "trainer")
    with pytest.raises(ValueError, match="not a population's file"):
        cp.Population.load(tmp_path / "trainer")


def test_targets_that_may_be_read_in_two_ways_are_refused() -> None:
    net = cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1)
    population = cp.Population(net, 5, loss="nllm")
    with pytest.raises(ValueError, match=r"numpy\.broadcast_to"):
        cp.Population(net, 3, loss="nllm").step(X[0, :3], np.eye(3))
    assert population.step(X[0, :3], np.eye(3)).shape == (5,)


def test_a_schedule_that_fails_later_leaves_the_networks_as_they_are() -> None:
    def eta(t: int) -> float:
        if t > 1:
            raise ZeroDivisionError("no more")
        return 0.1

    population = population_of(eta=eta)
    before = held(population)
    with pytest.raises(cp.NoStepSize, match="failed at t = 2, after 1 step"):
        population.step(X, LABELS)
    assert held(population) == before

"""Restarts: independent starts, the best is kept and all losses are reported; side by side as well as one after another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clearprop import Diverged, Network, Run, State, train
from tests.engines.closeness import apart_by_rounding, distance

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
NET = Network((2, 3, 1), ("tanh", "sigmoid"), seed=5)


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_the_best_of_all_restarts_is_returned(engine: str) -> None:
    run = train(NET, X, Y, loss="nll", eta=0.3, batch_size=1, epochs=60, restarts=5, engine=engine, seed=1)
    assert run.restarts is not None
    assert run.restarts.shape == (5,)
    assert len(set(run.restarts.tolist())) == 5
    assert run.history["loss"][-1] == run.restarts.min()


@pytest.mark.lengthy
def test_side_by_side_and_one_after_another_are_the_same_trainings() -> None:
    def losses(engine: str, X: np.ndarray = X) -> np.ndarray:
        run = train(
            NET,
            X,
            Y,
            loss="nll",
            eta=0.3,
            batch_size=1,
            epochs=40,
            restarts=70,
            validation=(X, Y),
            engine=engine,
            seed=1,
        )
        assert run.restarts is not None
        return run.restarts

    # tanh and sigmoid have no kinks that could tell them apart
    allowed = apart_by_rounding(lambda parameters, X: losses("numpy", X), NET.parameters, X, steps=160)
    assert distance(losses("auto"), losses("numpy")) <= allowed <= 1e-11


def test_the_first_restart_is_the_given_network() -> None:
    alone = train(NET, X, Y, loss="nll", eta=0.3, batch_size=1, epochs=10, seed=np.random.default_rng(2).spawn(1)[0])
    run = train(NET, X, Y, loss="nll", eta=0.3, batch_size=1, epochs=10, restarts=3, seed=2)
    assert run.restarts is not None
    assert np.isclose(run.restarts[0], alone.history["loss"][-1], rtol=1e-12)


def test_restarts_that_diverge_are_passed_over() -> None:
    huge = NET.copy()
    huge.parameters = np.full(NET.parameters.size, 1e200)
    net = Network.from_weights([(huge.W[l], huge.W0[l]) for l in huge.layers], ("identity", "identity"))
    run = train(net, X, Y, loss="square", eta=0.05, batch_size=1, epochs=3, restarts=4, seed=0)
    assert run.restarts is not None
    assert np.isinf(run.restarts[0])
    assert np.isfinite(run.restarts[1:]).all()
    assert np.isfinite(run.network.parameters).all()
    with pytest.raises(Diverged, match="diverged"):
        train(net, X, Y, loss="square", eta=1e200, batch_size=1, epochs=3, restarts=4, seed=0)


def test_restarts_must_be_a_whole_number() -> None:
    with pytest.raises(ValueError, match="restarts must be a whole number, 1 or more"):
        train(NET, X, Y, loss="nll", restarts=0)


WAYS = pytest.mark.parametrize("engine", ["auto", "numpy"])


@WAYS
def test_every_restart_is_kept_where_that_is_asked_for(engine: str) -> None:
    def run_of(**options: Any) -> Run:
        return train(NET, X, Y, loss="nll", eta=0.3, batch_size=1, epochs=20, engine=engine, seed=1, **options)

    best, all_, mean = run_of(restarts=5), run_of(restarts=5, keep="all"), run_of(ensemble=5)
    assert (all_.network.parameters == best.network.parameters).all()
    assert all_.restarts is not None
    assert best.restarts is not None
    assert (all_.restarts == best.restarts).all()
    assert [run.network.parameters.tolist() for run in all_.members] == [
        run.network.parameters.tolist() for run in mean.members
    ]
    assert all_.function is all_.network
    assert (all_.ensemble.predict(X) == mean.function.predict(X)).all()
    each = all_.ensemble.predict_each(X)
    assert each.shape == (5, 4, 1)
    assert (each[3] == all_.members[3].network.predict(X)).all()
    assert best.members == ()


@WAYS
def test_of_restarts_that_are_all_kept_those_that_diverge_are_there_too(engine: str) -> None:
    huge = NET.copy()
    huge.parameters = np.full(NET.parameters.size, 1e200)
    net = Network.from_weights([(huge.W[l], huge.W0[l]) for l in huge.layers], ("identity", "identity"))
    options: dict[str, Any] = {
        "loss": "square",
        "eta": 0.05,
        "batch_size": 1,
        "restarts": 4,
        "engine": engine,
        "keep": "all",
    }
    run = train(net, X, Y, epochs=3, **options)
    assert run.restarts is not None
    assert np.isinf(run.restarts).tolist() == [True, False, False, False]
    assert len(run.members) == 4
    assert (run.members[0].network.parameters == net.parameters).all()
    assert "diverged" in run.members[0].stopped_because
    assert all(np.isfinite(member.network.parameters).all() for member in run.members)


@WAYS
def test_restarts_that_are_all_kept_are_continued_to_the_same_bits(engine: str) -> None:
    options: dict[str, Any] = {
        "loss": "nll",
        "eta": 0.3,
        "batch_size": 1,
        "epochs": 20,
        "restarts": 3,
        "engine": engine,
    }
    whole = train(NET, X, Y, keep="all", seed=4, **options)
    states: list[State] = []
    if engine == "numpy":  # one after another: at any report of any restart
        train(NET, X, Y, keep="all", seed=4, callbacks=lambda report: states.append(report.state()), **options)
    else:
        half = train(NET, X, Y, keep="all", seed=4, **options | {"epochs": 7})
        assert half.state is not None
        states.append(half.state)
    for state in states[:: max(1, len(states) // 4)]:
        again = train(NET, X, Y, keep="all", resume=state, seed=4, **options)
        for one, other in zip(again.members, whole.members, strict=True):
            assert (one.network.parameters == other.network.parameters).all()
    with pytest.raises(ValueError, match="restarts '3, all kept'; given 3"):
        train(NET, X, Y, resume=states[0], seed=4, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": "al", "restarts": 3}, "unknown keep 'al'; did you mean 'all'"),
        ({"keep": 3, "restarts": 3}, "unknown keep 3; there are best, all"),
        ({"keep": "all"}, "give restarts=K"),
    ],
)
def test_what_cannot_be_kept_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(NET, X, Y, loss="nll", eta=0.3, steps=2, **options)

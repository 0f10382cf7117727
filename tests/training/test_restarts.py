"""Restarts: independent starts, the best is kept and all losses are reported; side by side as well as one after another."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Diverged, Network, train
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

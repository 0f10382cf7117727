"""The best network, and the number by which restarts are compared."""

from __future__ import annotations

import math

import pytest

import clearprop as cp
from clearprop.training.best import Best, judged
from tests.training.small import X, Y, run


def a_net(seed: int) -> cp.Network:
    return cp.Network((2, 3, 1), ("tanh", "identity"), normalization="batch_norm", seed=seed)


def test_the_best_has_the_parameters_and_running_moments_of_its_own_time() -> None:
    best, net = Best(), a_net(1)
    net.statistics[...] = 7
    best.look(0.5, net)
    kept = net.parameters.copy()
    net.parameters, net.statistics[...] = kept + 1, 9
    best.look(0.6, net)
    best.look(math.nan, net)
    best.give(net)
    assert net.parameters.tolist() == kept.tolist()
    assert set(net.statistics.tolist()) == {7}


def test_the_network_returned_predicts_as_it_did_when_it_was_the_best() -> None:
    seen = []
    asked = {"validation": (X, Y), "eta": 0.5, "batch_size": 5, "epochs": 12, "net": a_net(2)}
    found = run(**asked, callbacks=lambda report: seen.append((report.validation_loss, report.network.predict(X))))
    assert found.network.predict(X).tolist() == min(seen, key=lambda each: each[0])[1].tolist()


def test_of_equal_losses_the_first_is_the_best() -> None:
    best = Best()
    best.look(1.0, a_net(1))
    best.look(1.0, a_net(2))
    assert best.parameters is not None
    assert best.parameters.tolist() == a_net(1).parameters.tolist()


def test_nothing_is_given_where_nothing_was_kept() -> None:
    net = a_net(3)
    Best().give(net)
    assert net.parameters.tolist() == a_net(3).parameters.tolist()


@pytest.mark.parametrize(
    ("last", "kept", "expected"),
    [
        (0.5, None, 0.5),
        (0.5, 0.2, 0.2),
        (math.nan, None, math.inf),
        (0.1, math.inf, math.inf),
        (-math.inf, None, math.inf),
    ],
)
def test_a_restart_is_judged_by_its_best_or_its_last_loss(last: float, kept: float | None, expected: float) -> None:
    best = None
    if kept is not None:
        best = Best()
        best.loss = kept
    assert judged(last, best) == expected

"""The valley: the loss by the step size is that of the optimiser's own steps, and the best one is the best there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.backprop import forward_pass
from clearprop.explanation.findings.step import Asked
from clearprop.explanation.findings.valley import valley_of
from clearprop.explanation.notation.sentences import in_plain
from clearprop.explanation.trace.steered import Valley
from clearprop.formulas.catalogue import CATALOGUE


def step(**options: Any) -> Asked:
    rng = np.random.default_rng(1)
    net = cp.Network((2, 4, 1), ("tanh", "identity"), seed=3)
    chosen = {"eta": 0.05, "loss": "square"} | options
    asked = cp.explain(net, rng.normal(size=(5, 2)), rng.normal(size=(5, 1)), **chosen).asked
    assert asked is not None
    return asked


def texts(found: Valley) -> str:
    return " | ".join(in_plain(each) for each in found.says)


def test_the_curve_of_plain_descent_is_the_loss_along_the_gradient() -> None:
    asked = step()
    found = valley_of(asked, until=2.0)
    given = asked.X, asked.Y, "square"
    gradient = cp.back_propagate(asked.net, forward_pass(asked.net, *given)).flat
    assert found.slope == pytest.approx(-float(gradient @ gradient), rel=1e-12)
    assert found.etas[-1] == 2.0
    for eta, loss in zip(found.etas, found.losses, strict=True):
        there = asked.net.with_parameters(asked.net.parameters - eta * gradient)
        assert loss == pytest.approx(float(forward_pass(there, *given).loss), rel=1e-12)
    assert found.loss == pytest.approx(np.interp(found.eta, found.etas, found.losses), rel=0.05)
    assert found.start == found.losses[0]


def test_the_best_step_size_of_a_parabola_is_known() -> None:
    net = cp.Network.from_weights([([[2.0]], [0.0])], activations=("identity",))
    asked = cp.explain(net, [1.0], [1.0], "square", eta=0.01).asked  # L(eta) = (1 - 4 eta)^2
    assert asked is not None
    found = valley_of(asked)
    assert found.best_eta == pytest.approx(0.25, rel=1e-4)
    assert found.best_loss == pytest.approx(0.0, abs=1e-8)
    assert found.etas[-1] == pytest.approx(1.5 * found.best_eta)
    assert "The lowest L on this way is" in texts(found)
    far = valley_of(replace(asked, schedule=cp.find(cp.Schedule, "constant(value=0.6)")))
    assert "The step goes too far" in texts(far)


@pytest.mark.parametrize(
    "optimizer", [name for name in CATALOGUE["optimizer"] if name not in {"lbfgs", "ntk", "scaling_layer"}]
)
def test_each_rule_takes_its_own_step_with_another_size(optimizer: str) -> None:
    found = valley_of(step(optimizer=optimizer))
    for size in (found.etas[20], found.etas[-1]):
        again = cp.explain(step().net, step().X, step().Y, "square", optimizer=optimizer, eta=float(size))
        place = int(np.flatnonzero(found.etas == size)[0])
        assert found.losses[place] == pytest.approx(again.rule.loss_after, rel=1e-12)
    assert found.best_loss <= min(found.losses.min(), found.start) * (1 + 1e-3)


def test_a_step_that_a_training_took_goes_further_along_its_own_line() -> None:
    asked = step()
    after = asked.net.parameters + 0.1
    found = valley_of(replace(asked, after=after), until=0.1)
    there = asked.net.with_parameters(asked.net.parameters + 0.2)
    assert found.losses[-1] == pytest.approx(float(forward_pass(there, asked.X, asked.Y, "square").loss), rel=1e-12)


def test_where_the_loss_falls_for_ever_and_where_it_never_does() -> None:
    net = cp.Network((2, 2), ("softmax",), seed=0)
    asked = cp.explain(net, [1.0, 2.0], [1, 0], "nllm", eta=0.1).asked
    assert asked is not None
    assert valley_of(asked).open
    assert "as far as was measured" in texts(valley_of(asked))
    flat = cp.Network.from_weights([([[0.0]], [0.0]), ([[0.0]], [0.0])], activations=("relu", "identity"))
    still = cp.explain(flat, [1.0], [0.0], "square").asked
    assert still is not None
    assert valley_of(still).best_eta == 0
    assert "No η that was measured lowers L" in texts(valley_of(still))

"""Nudges: slopes against differences, the sum as the total derivative, the gap that shrinks with the square, kinks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.backprop import forward_pass
from clearprop.explanation.findings.nudge import nudged
from clearprop.explanation.findings.step import Asked
from clearprop.explanation.notation.sentences import in_plain
from clearprop.explanation.trace.steered import Nudged

RNG_SEED = 5


def step(activations: tuple[str, ...] = ("tanh", "softplus", "softmax"), loss: str = "nllm", **options: Any) -> Asked:
    rng = np.random.default_rng(RNG_SEED)
    net = cp.Network((3, 4, 4, 3)[: len(activations) + 1], activations, seed=2)
    Y = np.eye(net.widths[-1])[rng.integers(0, net.widths[-1], 3)]
    asked = cp.explain(net, rng.normal(size=(3, 3)), Y, loss, at=1, eta=0.1, **options).asked
    assert asked is not None
    return asked


def moved(base: Asked, by: dict[int, float], x: float = 0.0) -> Asked:
    """The step with some parameters moved, by their places in the flat vector, and the first input of its point."""
    net, X = base.net.copy(), base.X.copy()
    for place, change in by.items():
        net.parameters[place] += change
    X[base.at, 0] += x
    return replace(base, net=net, X=X)


def texts(found: Nudged) -> list[str]:
    return [in_plain(each) for each in found.says]


@pytest.mark.parametrize(
    "options",
    [{}, {"penalty": "l2(strength=0.1)"}, {"sample_weight": [1.0, 2.0, 0.5]}, {"factors": {0: np.full((3, 3), 2.0)}}],
    ids=["plain", "penalty", "weights", "dropout"],
)
def test_slopes_are_those_of_small_differences_and_the_sum_is_the_total_derivative(options: dict[str, Any]) -> None:
    base = step(**options)
    places = [0, 7, 14, 20, 33, base.net.parameters.size - 1]
    small = 1e-6
    for place in places:
        one = nudged(base, moved(base, {place: small}))
        assert len(one.nudges) == 1
        assert one.shares[0].measured / small == pytest.approx(one.nudges[0].slope, abs=1e-6)
    x = nudged(base, moved(base, {}, x=small))
    assert x.nudges[0].name == "X"
    assert x.shares[0].measured / small == pytest.approx(x.nudges[0].slope, abs=1e-6)
    together = nudged(base, moved(base, dict.fromkeys(places, 0.01), x=0.02))
    assert together.shares[0].estimate == pytest.approx(sum(each.estimate for each in together.nudges), rel=1e-14)
    assert [each.by for each in together.nudges] == pytest.approx([0.02, *[0.01] * len(places)])


def test_what_is_measured_is_the_loss_of_another_forward_pass() -> None:
    base = step()
    now = moved(base, {3: 0.3, 18: -0.2}, x=0.4)
    found = nudged(base, now)
    for share in found.shares:
        net = base.net.with_parameters(base.net.parameters + share.of * (now.net.parameters - base.net.parameters))
        X = base.X + share.of * (now.X - base.X)
        measured = forward_pass(net, X, base.Y, "nllm").loss - forward_pass(base.net, base.X, base.Y, "nllm").loss
        assert share.measured == pytest.approx(measured, rel=1e-12, abs=1e-15)
        assert share.gap == share.measured - share.estimate
    A, B = (forward_pass(each.net, each.X, each.Y, "nllm").A for each in (base, now))
    for l, change in found.changes.items():
        np.testing.assert_allclose(change, B[l][1] - A[l][1], rtol=0, atol=1e-15)


def test_the_gap_shrinks_with_the_square_where_everything_is_smooth() -> None:
    base = step()
    found = nudged(base, moved(base, {1: 1e-3, 17: -2e-3}, x=1e-3))
    whole, half, quarter = (each.gap for each in found.shares)
    assert whole / half == pytest.approx(4, rel=0.02)
    assert half / quarter == pytest.approx(4, rel=0.02)
    first, last = texts(found)
    assert "total derivative" in first
    assert "planar approximation" in first
    assert last.startswith("Half the nudge leaves 25 % of the gap, about a quarter")
    assert "for a line" in texts(nudged(base, moved(base, {1: 1e-3})))[0]


def test_a_network_of_straight_lines_has_no_gap() -> None:
    base = step(("identity",), "linear")
    sure = replace(base, Y=base.Y - 100.0)  # far from the kink of the absolute error
    found = nudged(sure, moved(sure, {0: 0.5}))
    assert texts(found)[1].startswith("There is no gap but rounding")


def test_a_kink_on_the_way_is_told_with_both_slopes_and_where_it_is() -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [0.0])], activations=("relu", "identity"))
    base = cp.explain(net, [0.25], [1.0], "square").asked
    assert base is not None
    now = replace(base, X=np.array([[-0.25]]))
    found = nudged(base, now)
    assert texts(found)[1] == "z¹ goes from 0.25 to -0.25, over the kink of relu at 0 (f′ = 0 below it, 1 above)"
    assert texts(found)[2].startswith("Half the nudge leaves")
    assert "only where no kink is crossed" in texts(found)[2]


@pytest.mark.parametrize("by", [-0.5, 0.5])
def test_a_nudge_from_a_kink_says_that_there_are_two_slopes(by: float) -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [0.0])], activations=("relu", "identity"))
    base = cp.explain(net, [0.0], [1.0], "square").asked
    assert base is not None
    found = nudged(base, replace(base, X=np.array([[by]])))
    assert "z¹ is 0 before the nudge, a kink of relu: L has a slope on each side" in texts(found)[1]


def test_kinks_of_the_loss_and_of_the_penalty_are_told_too() -> None:
    net = cp.Network.from_weights([([[0.5]], [0.0])], activations=("identity",))
    base = cp.explain(net, [1.0], [0.6], "linear", penalty="l1(strength=0.1)").asked
    assert base is not None
    there = replace(base, net=base.net.with_parameters(np.array([0.7, 0.0])))
    assert "a − y goes from" in texts(nudged(base, there))[1].replace("a¹", "a")
    below = replace(base, net=base.net.with_parameters(np.array([-0.7, 0.0])))
    assert "over the kink of the penalty l1 at 0" in " ".join(texts(nudged(base, below)))


def test_kinks_of_other_points_are_counted() -> None:
    base = step(("relu", "identity"), "square")
    X = base.X.copy()
    net = base.net.copy()
    net.W0[1][:] -= 50.0
    found = nudged(base, replace(base, net=net, X=X))
    crossed = (X @ base.net.W[1] + base.net.W0[1] >= 0) & (X @ net.W[1] + net.W0[1] < 0)
    shown = min(int(crossed[1].sum()), 2)
    more = int(crossed.sum()) - shown
    assert any(text.startswith(f"{more} ") and "meet" in text for text in texts(found))


def test_a_nudge_to_infinity_says_so() -> None:
    base = step(("identity",), "square")
    assert texts(nudged(base, moved(base, {0: 1e300})))[1] == "L is not finite after the nudge"


def test_no_nudge_says_nothing_and_another_network_is_refused() -> None:
    base = step()
    assert nudged(base, base).says == ()
    assert nudged(base, base).nudges == ()
    with pytest.raises(ValueError, match="nudges lead from one step to another of the same network"):
        nudged(base, step(("tanh", "softmax")))

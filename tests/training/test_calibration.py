"""A temperature: the one that fits held-out points best, whatever network it is, and only how sure it is changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, log_softmax

import clearprop as cp
from clearprop.advice import HeldOutContradicts
from clearprop.training import calibration

rng = np.random.default_rng(0)
X = rng.normal(size=(400, 3))


def network(output: str, outputs: int, **more: object) -> cp.Network:
    net = cp.Network((3, 8, outputs), ("tanh", output), seed=1, **more)
    net.parameters[...] *= 3
    return net


def drawn(net: cp.Network, T: float) -> np.ndarray:
    """Labels, or yes and no of each output, that are as likely as the network would say at temperature T."""
    Z = logits(net, X) / T
    if net.activations[-1].name == "sigmoid":
        return (rng.uniform(size=Z.shape) < expit(Z)).astype(float)
    return np.array([rng.choice(Z.shape[1], p=p) for p in np.exp(log_softmax(Z, axis=1))])


def logits(net: cp.Network, points: np.ndarray) -> np.ndarray:
    return np.tanh(points @ net.W[1] + net.W0[1]) @ net.W[2] + net.W0[2]


def negative_log_likelihood(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Of each point: labels (n,) by softmax, or (n, outputs) of 0 and 1 by sigmoid."""
    if Y.ndim == 1:
        return -log_softmax(Z, axis=1)[np.arange(len(Y)), Y]
    return -(Y * log_expit(Z) + (1 - Y) * log_expit(-Z)).sum(axis=1)


KINDS = [("softmax", 4), ("log_softmax", 3), ("sigmoid", 1), ("sigmoid", 3)]


@pytest.mark.parametrize(("output", "outputs"), KINDS)
@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_the_temperature_of_the_lowest_loss(
    output: str, outputs: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "POINTS_MORE", 0.0)
    net = network(output, outputs)
    Y, weights = drawn(net, 2.5), rng.uniform(size=len(X)) * 7 if weighted else None
    found = cp.calibrate(net, X, Y, sample_weight=weights)

    def loss(T: float) -> float:
        return float(np.average(negative_log_likelihood(logits(net, X) / T, Y), weights=weights))

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9}).x
    assert found.temperature == pytest.approx(best, rel=1e-5)  # SciPy compares losses, which are flat there
    assert found.loss_before == pytest.approx(loss(1.0), rel=1e-12)
    assert found.loss == pytest.approx(loss(found.temperature), rel=1e-12)
    assert found.loss < found.loss_before
    assert found.temperature == pytest.approx(2.5, rel=0.5)


@pytest.mark.parametrize(("output", "outputs"), KINDS)
def test_the_network_is_divided_by_it_and_stays_a_plain_network(output: str, outputs: int) -> None:
    net = network(output, outputs)
    before = net.parameters.copy()
    found = cp.calibrate(net, X, drawn(net, 0.4))
    twin, T = found.network, found.temperature
    np.testing.assert_array_equal(net.parameters, before)
    np.testing.assert_allclose(logits(twin, X), logits(net, X) / T, rtol=1e-12)
    np.testing.assert_array_equal(twin.W[1], net.W[1])
    assert (twin.widths, twin.activations) == (net.widths, net.activations)
    if outputs > 1:
        np.testing.assert_array_equal(twin.predict(X).argmax(axis=1), net.predict(X).argmax(axis=1))


def test_one_point_more_keeps_it_above_0_where_every_point_is_right() -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0])], ("sigmoid",))
    X = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    found = cp.calibrate(net, X, (X > 0).astype(float))
    # every point has z = ±1 and the smoothed target (n + 1/4) / (n + 1/2), so sigmoid(1 / T) is that
    share = (4 + 0.25) / 4.5
    assert 1 / found.temperature == pytest.approx(np.log(share / (1 - share)), rel=1e-9)


def test_a_network_worse_than_chance_becomes_as_unsure_as_the_largest_temperature_makes_it() -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0])], ("sigmoid",))
    X = np.linspace(-1, 1, 20)[:, None]
    with pytest.warns(HeldOutContradicts, match="its bound 64"):
        found = cp.calibrate(net, X, (X < 0).astype(float))
    assert found.temperature == pytest.approx(calibration.LARGEST, rel=1e-9)


@pytest.mark.parametrize(("output", "outputs"), [("softmax", 3), ("sigmoid", 1)])
def test_outputs_that_say_nothing_have_temperature_1(output: str, outputs: int) -> None:
    net = cp.Network((3, outputs), (output,), init="zeros")
    assert cp.calibrate(net, X[:9], np.arange(9) % 3 if outputs > 1 else np.arange(9) % 2).temperature == 1.0


@pytest.mark.filterwarnings("ignore::clearprop.advice.HeldOutContradicts")  # labels at random
def test_a_normalised_last_layer_is_divided_by_its_gain_and_shift() -> None:
    net = cp.Network((3, 4), ("softmax",), normalization=("layer_norm",), seed=2)
    net.gain[1][...] = 4.0
    found = cp.calibrate(net, X, rng.integers(4, size=len(X)))
    np.testing.assert_allclose(found.network.gain[1], 4.0 / found.temperature, rtol=1e-12)
    np.testing.assert_array_equal(found.network.W[1], net.W[1])
    np.testing.assert_array_equal(found.network.predict(X).argmax(axis=1), net.predict(X).argmax(axis=1))


def test_only_ratios_of_weights_count() -> None:
    net, weights = network("softmax", 4), rng.uniform(size=len(X))
    Y = drawn(net, 2.0)
    one, other = (cp.calibrate(net, X, Y, sample_weight=w).temperature for w in (weights, weights * 1e6))
    assert one == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize("output", ["identity", "tanh", "hard_sigmoid"])
def test_outputs_without_a_temperature_are_refused_by_name(output: str) -> None:
    net = cp.Network((3, 1), (output,))
    with pytest.raises(ValueError, match=f"softmax, log_softmax or sigmoid, and {output}.* leave calibration out"):
        cp.calibrate(net, X, np.ones((len(X), 1)))


def test_outputs_that_are_not_finite_are_refused() -> None:
    net = cp.Network.from_weights([([[1e308]], [1e308])], ("sigmoid",))
    with pytest.raises(ValueError, match="not finite"), np.errstate(over="ignore"):
        cp.calibrate(net, [[1e10], [1.0]], [[1.0], [0.0]])

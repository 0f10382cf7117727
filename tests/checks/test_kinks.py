"""At a kink there is no derivative: a right gradient is not called wrong there, a wrong one is, and the rest is checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import clearprop as cp
from clearprop.checks import gradients
from clearprop.formulas import CATALOGUE

UNTOLD = "cannot be told"
KINKED = [(name, kink) for name, part in CATALOGUE["activation"].items() for kink in part().kinks]


def entries_of(check, layer, array):
    return next(each for each in check.arrays if (each.layer, each.array) == (layer, array)).entries


def planted(**wrong):
    """back_propagate with some entries of its flat gradient replaced: `at_3=17.0`."""

    def back_propagate(net, fwd):
        grads = cp.back_propagate(net, fwd)
        for place, value in wrong.items():
            grads.flat[int(place.removeprefix("at_"))] = value
        return grads

    return back_propagate


# ---- A right gradient is never called wrong


def test_the_absolute_error_at_the_target_cannot_be_told_and_both_sides_are_shown():
    net = cp.Network.from_weights([([[2.0]], [0.0])], ("identity",))
    check = cp.check_gradients(net, [[1.0]], [[2.0]], "linear")
    assert check.verdict == UNTOLD
    assert not check.ok
    (entry,) = entries_of(check, 1, "W")
    assert (entry.given, entry.behind, entry.ahead) == pytest.approx((1, -1, 1))
    assert "it cannot be told here whether gradients are right: all 3 entries at a kink" in str(check)
    assert "DISAGREE" not in str(check)
    assert check.faults == ()


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize(("name", "kink"), KINKED)
def test_a_unit_on_a_kink_is_told_from_those_that_are_not(name, kink, layer):
    # Unit 1 of the layer is on the kink at both points, unit 2 is on it at none.
    layers = [([[0.7, -0.4]], [0.1, 0.3]), ([[0.5, 1.1], [-0.8, 0.6]], [0.2, -0.1]), ([[0.9], [-1.3]], [0.0])]
    W, b = layers[layer - 1]
    W, b = np.array(W), np.array(b)
    W[:, 0], b[0] = 0, kink
    layers[layer - 1] = (W, b)
    activations = ["tanh", "tanh", "identity"]
    activations[layer - 1] = name
    check = cp.check_gradients(cp.Network.from_weights(layers, activations), [[0.4], [-0.9]], [[0.3], [1.2]], "square")
    assert check.verdict == "agrees", check
    assert {entry.verdict for entry in entries_of(check, 3, "W")} == {"agrees"}
    bias = entries_of(check, layer, "W0")
    assert [entry.verdict for entry in bias] == [UNTOLD, "agrees"]
    held = bias[0]
    jumps = not np.isfinite([held.behind, held.ahead]).all()
    assert jumps == (name == "step")
    assert abs(held.behind - held.ahead) > 1e-6  # what makes it a kink


@pytest.mark.parametrize("loss", ["linear", "hinge", "quantile(tau=0.3)"])
@pytest.mark.parametrize("points", [1, 3])
def test_a_residual_on_a_kink_of_the_loss(loss, points):
    net = cp.Network.from_weights([([[1.0, 0.5]], [0.0, 0.25])], ("identity",))
    y = [[1.0, -1.0]] * points
    check = cp.check_gradients(net, [[1.0]] * points, y, loss)
    assert check.verdict == "agrees", check
    assert [entry.verdict for entry in entries_of(check, 1, "W")] == [UNTOLD, "agrees"]


@pytest.mark.parametrize("penalty", ["l1(strength=0.1)", "elastic_net(strength=0.1)"])
def test_a_weight_that_is_0_under_an_l1_penalty(penalty):
    net = cp.Network.from_weights([([[0.0, 0.5], [0.3, -0.2]], [0.1, 0.2])], ("tanh",))
    check = cp.check_gradients(net, [[1.0, 2.0], [0.3, 0.4]], [[0.5, 0.1], [0.0, 0.2]], "square", penalty=penalty)
    assert check.verdict == "agrees", check
    entry = entries_of(check, 1, "W")[0]
    assert entry.verdict == UNTOLD
    assert entry.behind < entry.given < entry.ahead  # sign(0) = 0 lies between both sides


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "relu6", "prelu"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_point_at_the_origin_with_biases_of_0_is_on_every_kink_there_is(activation, depth):
    net = cp.Network((2, *[4] * depth, 1), (*[activation] * depth, "identity"), init="he_normal", seed=1)
    X, Y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    for rows in (slice(0, 1), slice(0, 4)):
        check = cp.check_gradients(net, X[rows], Y[rows], "square")
        assert check.verdict == "agrees", check
        assert check.at_kink > 0


def test_points_that_cross_in_opposite_directions():
    # The formula takes the right side of both; no step of w does, and the loss's own sides are 1/2 and -1/2.
    net = cp.Network.from_weights([([[0.0]], [0.0]), ([[1.0]], [0.0])], ("relu", "identity"))
    check = cp.check_gradients(net, [[1.0], [-1.0]], [[-0.5], [-0.5]], "square")
    (entry,) = entries_of(check, 1, "W")
    assert check.verdict == "agrees", check
    assert entry.verdict == UNTOLD
    assert (entry.behind, entry.given, entry.ahead) == pytest.approx((-0.5, 0, 0.5))


def test_a_network_of_zeros_is_not_called_wrong():
    net = cp.Network.from_weights([(np.zeros((2, 3)), np.zeros(3)), (np.ones((3, 1)), [0.0])], ("relu", "identity"))
    check = cp.check_gradients(net, np.random.default_rng(0).normal(size=(100, 2)), np.ones((100, 1)), "square")
    assert check.verdict == "agrees", check
    assert {entry.verdict for entry in entries_of(check, 1, "W")} == {UNTOLD}


# ---- A wrong gradient is called wrong, at a kink and beside it


def kinked_network():
    """z = 0 in unit 1 of layer 1: entries 0 and 2 of the gradient, its weight and its bias, are at a kink."""
    return cp.Network.from_weights([([[1.0, 1.0]], [-1.0, 0.5]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))


@pytest.mark.parametrize("entry", [1, 3, 4, 5, 6])
def test_a_wrong_entry_beside_a_kink_is_found_and_named(monkeypatch, entry):
    monkeypatch.setattr(gradients, "back_propagate", planted(**{f"at_{entry}": 17.0}))
    check = cp.check_gradients(kinked_network(), [[1.0]], [[3.0]], "square")
    assert check.verdict == "differs"
    where = {1: (1, "W", (0, 1)), 3: (1, "W0", (1,)), 4: (2, "W", (0, 0)), 5: (2, "W", (1, 0)), 6: (2, "W0", (0,))}[
        entry
    ]
    assert (check.where.layer, check.where.array, check.where.index) == where


@pytest.mark.parametrize(("entry", "where"), [(0, "layer 1, W(1, 1)"), (2, "layer 1, W0(1)")])
def test_a_value_that_no_side_of_the_kink_has_is_wrong(monkeypatch, entry, where):
    right = cp.check_gradients(kinked_network(), [[1.0]], [[3.0]], "square")
    (side,) = {each.ahead for each in entries_of(right, 1, "W") if each.verdict == UNTOLD}
    fine, wrong = (side, side / 2, 0.0), (1.01 * side, 0.01)
    for value, verdict in [(value, "agrees") for value in fine] + [(value, "differs") for value in wrong]:
        monkeypatch.setattr(gradients, "back_propagate", planted(**{f"at_{entry}": value}))
        check = cp.check_gradients(kinked_network(), [[1.0]], [[3.0]], "square")
        assert check.verdict == verdict, (value, check)
        assert verdict == "agrees" or str(check.where) == where


def test_a_wrong_value_at_a_kink_is_wrong_where_nothing_else_can_be_compared(monkeypatch):
    net = cp.Network.from_weights([([[2.0]], [0.0])], ("identity",))
    monkeypatch.setattr(gradients, "back_propagate", planted(at_0=1.5))
    check = cp.check_gradients(net, [[1.0]], [[2.0]], "linear")
    assert check.verdict == "differs"
    assert str(check.where) == "layer 1, W(1, 1)"


def test_a_gradient_at_a_kink_that_is_not_finite_is_wrong(monkeypatch):
    net = cp.Network.from_weights([([[2.0]], [0.0])], ("identity",))
    monkeypatch.setattr(gradients, "back_propagate", planted(at_0=np.nan))
    assert cp.check_gradients(net, [[1.0]], [[2.0]], "linear").verdict == "differs"


@dataclass(frozen=True)
class OwnReLU(cp.Elementwise):
    """A ReLU with any derivative at 0."""

    name, kinks = "own_relu", (0.0,)
    at_0: float = 0.0

    def A(self, Z):
        return np.where(Z.real < 0, 0, Z)

    def dA_dZ(self, Z, A):
        return np.where(Z == 0, self.at_0, Z > 0)


@pytest.mark.parametrize(("at_0", "verdict"), [(0.0, "agrees"), (0.5, "agrees"), (1.0, "agrees"), (17.0, "differs")])
def test_an_activation_of_your_own_may_take_any_slope_between_both_sides_and_no_other(at_0, verdict):
    net = cp.Network.from_weights([([[1.0, 1.0]], [-1.0, 0.5]), ([[1.0], [1.0]], [0.0])], (OwnReLU(at_0), "identity"))
    check = cp.check_gradients(net, [[1.0]], [[3.0]], "square")
    assert check.verdict == verdict, check
    if verdict == "differs":
        assert check.faults == ("layer 1, own_relu(at_0=17.0): at z = 0 f′ is given as 17; differences give 1",)


@dataclass(frozen=True, eq=False)
class UnevenReLU(cp.Elementwise):
    """A ReLU whose units differ in the derivative that they take at 0."""

    name, kinks = "uneven_relu", (0.0,)
    at_0: tuple[float, ...] = (1.0, 0.0)

    def A(self, Z):
        return np.where(Z.real < 0, 0, Z)

    def dA_dZ(self, Z, A):
        return np.where(Z == 0, np.array(self.at_0), Z > 0)


@pytest.mark.parametrize(
    ("at_0", "verdict"), [((1, 0), UNTOLD), ((0, 1), UNTOLD), ((0.5, 0.2), UNTOLD), ((1.5, 0), "differs")]
)
def test_each_unit_may_take_a_side_of_its_own(at_0, verdict):
    # Both units move up with the bias of layer 1, and cancel: the loss itself is flat to either side.
    layers = [([[1.0]], [0.0]), ([[1.0, 1.0]], [0.0, 0.0]), ([[1.0], [-1.0]], [0.0])]
    net = cp.Network.from_weights(layers, ("identity", UnevenReLU(at_0), "identity"))
    (entry,) = entries_of(cp.check_gradients(net, [[0.0]], [[3.0]], "square"), 1, "W0")
    assert (entry.behind, entry.ahead) == (0, 0)
    assert entry.given == pytest.approx(-6 * (at_0[0] - at_0[1]))
    assert entry.verdict == verdict


@dataclass(frozen=True)
class LargestError(cp.Loss):
    """The largest of all errors, as a pool that takes the maximum: it has a kink wherever two are equal, and declares none."""

    name = "largest_error"

    def L(self, A, Y):
        return (A - Y).max(axis=-1)

    def dL_dA(self, A, Y):
        errors = A - Y
        first = np.zeros_like(A)
        first[np.arange(len(A)), errors.argmax(axis=-1)] = 1
        return first


def test_a_kink_that_a_part_of_your_own_does_not_declare_is_found():
    net = cp.Network.from_weights([([[1.0, 1.0, -0.5]], [0.0, 0.0, 0.0])], ("identity",))
    check = cp.check_gradients(net, [[1.0], [2.0]], np.zeros((2, 3)), LargestError())
    assert check.verdict == "agrees", check
    # A complex step follows the first of the two, as the formula does; the second is seen to differ, and looked at.
    assert [entry.verdict for entry in entries_of(check, 1, "W0")] == ["agrees", UNTOLD, "agrees"]
    apart = cp.Network.from_weights([([[1.0, 0.4, -0.5]], [0.0, 0.0, 0.0])], ("identity",))
    assert cp.check_gradients(apart, [[1.0], [2.0]], np.zeros((2, 3)), LargestError()).at_kink == 0


def test_a_wrong_gradient_at_a_kink_that_is_not_declared_is_wrong(monkeypatch):
    net = cp.Network.from_weights([([[1.0, 1.0, -0.5]], [0.0, 0.0, 0.0])], ("identity",))
    monkeypatch.setattr(gradients, "back_propagate", planted(at_0=-0.25))
    check = cp.check_gradients(net, [[1.0], [2.0]], np.zeros((2, 3)), LargestError())
    assert check.verdict == "differs"
    assert str(check.where) == "layer 1, W(1, 1)"


# ---- Near a kink there is a derivative


@pytest.mark.parametrize("distance", [1e-6, 1e-8, 1e-10, -1e-10, -1e-8, -1e-6])
@pytest.mark.parametrize("activation", ["relu", "elu(alpha=0.3)", "selu"])
def test_near_a_kink_the_derivative_is_that_of_the_piece(monkeypatch, activation, distance):
    net = cp.Network.from_weights([([[1.0]], [-1.0 + distance]), ([[2.0]], [0.0])], (activation, "identity"))
    check = cp.check_gradients(net, [[1.0]], [[3.0]], "square")
    assert check.verdict == "agrees", check
    assert check.at_kink == 0
    other = net.copy()
    other.W0[1] = np.array([-1.0 - distance])
    wrong_side = cp.back_propagate(other, cp.forward_pass(other, [[1.0]], [[3.0]], "square")).flat[0]
    monkeypatch.setattr(gradients, "back_propagate", planted(at_0=wrong_side))
    assert cp.check_gradients(net, [[1.0]], [[3.0]], "square").verdict == "differs"


def test_the_direction_goes_round_what_is_at_a_kink():
    check = cp.check_gradients(kinked_network(), [[1.0]], [[3.0]], "square")
    assert not check.directional.at_kink
    assert check.directional.error < check.tolerance


def test_a_loss_of_several_outputs_a_target_is_checked_behind_a_kink():
    net = cp.Network((3, 5, 4), ("relu", "identity"), seed=0)
    rng = np.random.default_rng(0)
    assert cp.check_gradients(net, rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), "gaussian_nll").ok


def test_a_slope_that_bends_at_once_is_no_kink_and_no_fault():
    # At an error of exactly delta huber turns from a parabola into a line: its slope is there, its curvature is not.
    net = cp.Network.from_weights(
        [([[1.0, 1.0]], [0.0, 0.5]), ([[1.0, 1.0], [0.5, -1.0]], [0.0, 0.0])], ("relu", "identity")
    )
    A = net.predict([[1.0], [0.3]])
    for delta in (1.0, -1.0):
        check = cp.check_gradients(net, [[1.0], [0.3]], A - delta, "huber(delta=1.0)")
        assert check.verdict == "agrees", check
        assert check.at_kink == 0


@pytest.mark.parametrize("share", [1e-8, 3e-8, 1e-6])
@pytest.mark.parametrize("seed", range(4))
def test_a_small_step_that_is_all_rounding_confirms_nothing(monkeypatch, share, seed):
    net = cp.Network((3, 4, 2), ("relu", "identity"), seed=seed)
    net.W[2] = 1e-5 * net.W[2]  # the gradient of layer 1 is as small
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    loss = cp.forward_pass(net, X, Y, "square").loss

    def off(net, fwd):
        grads = cp.back_propagate(net, fwd)
        grads.flat[0] += share * loss
        return grads

    assert cp.check_gradients(net, X, Y, "square").ok
    monkeypatch.setattr(gradients, "back_propagate", off)
    check = cp.check_gradients(net, X, Y, "square")
    assert check.verdict == "differs"
    assert (check.where.layer, check.where.array, check.where.index) == (1, "W", (0, 0))

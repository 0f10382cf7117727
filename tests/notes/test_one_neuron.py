"""Sections 7.5.1-7.5.6: gradient descent, the linear logistic classifier, and one neuron."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop import Links, Network, back_propagate, forward_pass, train
from clearprop.formulas import Array
from clearprop.formulas.activations import Elementwise
from tests.notes.chains import Output, chain

X = np.array([[1.0, 2.0], [-1.5, 0.5], [0.3, -0.7]])
Y = np.array([[1.0], [0.0], [1.0]])


def classifier() -> Network:
    """A linear logistic classifier with two inputs."""
    return Network.from_weights([([[0.4], [-0.6]], [0.1])], ("sigmoid",))


def test_7_1_a_step_is_minus_eta_times_the_gradient_and_lowers_the_loss() -> None:
    """7.1, Concept 2."""
    net = classifier()
    before = forward_pass(net, X, Y, "nll")
    moved = train(net, X, Y, loss="nll", eta=0.125, batch_size=None, steps=1).network
    change = moved.parameters - net.parameters
    np.testing.assert_allclose(change, -0.125 * back_propagate(net, before).flat, rtol=1e-14, err_msg="a subtraction")
    assert forward_pass(moved, X, Y, "nll").loss < before.loss


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        ("target_loss(value=0.5)", "the loss reached 0.5"),
        ("no_improvement(patience=2, tolerance=0.05)", "no improvement in 2 reports"),
        (None, "all 500 steps taken"),
    ],
)
def test_concept_2_steps_end_when_satisfied_or_no_longer_improving_or_after_T(stop: str | None, reason: str) -> None:
    """Concept 2: both conditions, and the T steps that bound them."""
    run = train(classifier(), X, Y, loss="nll", eta=0.1, batch_size=None, steps=500, stop=stop)
    assert run.stopped_because == reason


def test_7_2_a_classifier_is_a_sigmoid_of_a_weighted_sum() -> None:
    """7.2."""
    fwd = forward_pass(classifier(), X[:1], Y[:1], "nll")
    z = 0.4 * 1.0 - 0.6 * 2.0 + 0.1
    assert fwd.Z[1].item() == pytest.approx(z, rel=1e-15)
    assert fwd.A[1].item() == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-15)


def test_7_3_the_loss_has_the_minus_sign_that_7_45_has() -> None:
    """7.3: as printed it would be highest where the guess is best, so a minus belongs before it."""
    fwd = forward_pass(classifier(), X, Y, "nll")
    for loss, g, y in zip(fwd.losses, fwd.A[1][:, 0], Y[:, 0], strict=True):
        printed = y * math.log(g) + (1 - y) * math.log(1 - g)
        assert loss == pytest.approx(-printed, rel=1e-14), "the shortcut's log(1 + e^z) rounds elsewhere"
        assert loss > 0


@pytest.mark.parametrize("i", range(3))
def test_7_4_to_7_7_the_gradient_of_a_classifier_is_x_times_g_minus_y(i: int) -> None:
    """7.4, 7.5, 7.6, 7.7: (1 - y)/(1 - g) - y/g, g (1 - g) and x, multiplied; and what they come to."""
    x, y = X[i], Y[i, 0]
    fwd = forward_pass(classifier(), X[i : i + 1], Y[i : i + 1], "nll")
    grads = back_propagate(classifier(), fwd)
    g = fwd.A[1].item()
    dL_dg, dg_dz, dz_dw = (1 - y) / (1 - g) - y / g, g * (1 - g), x
    np.testing.assert_allclose(grads.dL_dW[1][:, 0], dL_dg * dg_dz * dz_dw, rtol=1e-14, err_msg="three roundings")
    np.testing.assert_allclose(grads.dL_dW[1][:, 0], x * (g - y), rtol=1e-15)
    assert grads.dL_dW0[1].item() == pytest.approx(dL_dg * dg_dz, rel=1e-14)


class Sine(Elementwise):
    """sin z, the notes' h."""

    name = "sine"

    def A(self, Z: Array) -> Array:
        return np.sin(Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.cos(Z)


def nested_example():
    """h(g(f(10))) with f(x) = x + 2, g(f) = 3 f, h(g) = sin g, each a layer or its activation."""
    return chain([(1.0, 2.0), (3.0, 0.0)], ["identity", Sine()], x=10.0, y=0.0, loss=Output())


def test_definition_4_the_example_goes_forward_function_by_function() -> None:
    """Definition 4: 10 + 2, then 3 * 12, then sin 36, each kept for the way back."""
    example = nested_example()
    assert example.a(1) == 12
    assert example.z(2) == 36
    assert example.a(2) == math.sin(36)
    assert example.fwd.loss == math.sin(36)


def test_concept_3_the_chain_rule_of_nested_functions_is_the_product_of_their_derivatives() -> None:
    """Concept 3: cos 36 * 3 * 1, and times x where the chain ends in f's factor."""
    example = nested_example()
    assert example.grads.dL_dZ[1].item() == pytest.approx(math.cos(36) * 3, rel=1e-15)
    assert example.grads.dL_dW[1].item() == pytest.approx(math.cos(36) * 3 * 10, rel=1e-15)
    assert example.grads.dL_dW[1].item() == pytest.approx(example.numeric(1, "W"), rel=1e-14)


def test_7_8_to_7_10_a_neuron_s_three_links_are_loss_unit_activation_and_linear_subunit() -> None:
    """7.8, 7.9, 7.10, Definition 5: gathered from the loss backwards, a link at a time."""
    neuron = chain([(0.7, -0.2)], ["tanh"], x=1.5, y=0.3, loss="square")
    links = Links(neuron.net, neuron.fwd)
    loss_unit, activation, linear = links.dL_dA(), links.dA_dZ(1), links.dZ_dW(1)
    a = math.tanh(0.7 * 1.5 - 0.2)
    assert loss_unit.item() == pytest.approx(2 * (a - 0.3), rel=1e-14)
    assert activation.item() == pytest.approx(1 - a**2, rel=1e-14)
    assert linear.item() == 1.5
    assert neuron.grads.dL_dA[1].item() == loss_unit.item()
    assert neuron.grads.dL_dZ[1].item() == pytest.approx((loss_unit * activation).item(), rel=1e-15)
    assert neuron.grads.dL_dW[1].item() == pytest.approx((loss_unit * activation * linear).item(), rel=1e-15)
    assert neuron.grads.dL_dW[1].item() == pytest.approx(neuron.numeric(1, "W"), rel=1e-13)


def test_concept_6_gradient_descent_is_forward_back_propagate_step_repeat() -> None:
    """Concept 6."""
    net = Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    by_hand = net.copy()
    for _ in range(4):
        fwd = forward_pass(by_hand, X, Y, "nll")
        by_hand.parameters -= 0.3 * back_propagate(by_hand, fwd).flat
    trained = train(net, X, Y, loss="nll", eta=0.3, batch_size=None, steps=4).network
    np.testing.assert_allclose(trained.parameters, by_hand.parameters, rtol=1e-12, err_msg="3 points in another order")

"""Sections 7.5.7-7.5.9: two neurons in a chain, and why the chain goes through inputs and never through weights."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop import forward_pass
from tests.notes.chains import Chain, chain
from tests.parts import complex_step


def two_neurons(w2: float = -1.2, f2: str = "sigmoid") -> Chain:
    return chain([(0.8, 0.1), (w2, 0.4)], ["tanh", f2], x=0.6, y=0.9, loss="square")


def loss_from_a1(two: Chain, a1: complex, w2: float | None = None) -> complex:
    """The loss as the later layer makes it of a1."""
    A = two.net.f[2].A(np.array([[a1 * (two.w(2) if w2 is None else w2) + two.net.W0[2].item()]]))
    return two.fwd.loss_function.L(A, two.fwd.Y)[0]


def test_7_11_the_last_weight_s_gradient_has_the_three_links_of_one_neuron() -> None:
    """7.11: the input of the second neuron is a^1."""
    two = two_neurons()
    a1, a2 = math.tanh(0.8 * 0.6 + 0.1), two.a(2)
    assert two.grads.dL_dW[2].item() == pytest.approx(2 * (a2 - 0.9) * a2 * (1 - a2) * a1, rel=1e-14)
    assert two.grads.dL_dW[2].item() == pytest.approx(two.numeric(2, "W"), rel=1e-13)


def test_7_12_and_7_13_a_weight_is_not_a_function_of_the_input_so_the_chain_cannot_go_through_it() -> None:
    """7.12, 7.13, Concept 8: dw^2/da^1 = 0; and still dL/da^1 is not 0, so the chain must go another way."""
    two = two_neurons()
    moved = two.net.copy()
    moved.W[1] = moved.W[1] + 0.5
    assert forward_pass(moved, [[0.6]], [[0.9]], "square").A[1].item() != two.a(1), "a^1 has changed"
    assert moved.W[2].item() == two.w(2), "w^2 has not: it is no function of a^1"
    through_the_weight = two.grads.dL_dW[2].item() * 0.0
    assert two.grads.dL_dA[1].item() != through_the_weight


def test_7_14_the_chain_is_extended_by_the_link_between_layers() -> None:
    """7.14, 7.15, Concept 8: dL/da^1 = dL/da^2 . da^2/dz^2 . dz^2/da^1, and dz^2/da^1 = w^2."""
    two = two_neurons()
    assert two.grads.dL_dA[1].item() == pytest.approx(two.dL_da() * two.da_dz(2) * two.w(2), rel=1e-15)
    numeric = complex_step(lambda a1: loss_from_a1(two, a1[0]), np.array([two.a(1)]))[0]
    assert two.grads.dL_dA[1].item() == pytest.approx(numeric, rel=1e-13)


def test_7_16_the_first_weight_s_gradient_is_what_comes_later_times_layer_1() -> None:
    """7.16."""
    two = two_neurons()
    assert two.grads.dL_dW[1].item() == pytest.approx(two.grads.dL_dA[1].item() * two.da_dz(1) * 0.6, rel=1e-15)


def test_7_17_the_first_weight_s_gradient_written_out_has_five_links() -> None:
    """7.17: loss unit, layer 2, layer 1."""
    two = two_neurons()
    a1, a2 = two.a(1), two.a(2)
    written_out = (2 * (a2 - 0.9)) * (a2 * (1 - a2) * -1.2) * ((1 - a1**2) * 0.6)
    assert two.grads.dL_dW[1].item() == pytest.approx(written_out, rel=1e-14)
    assert two.grads.dL_dW[1].item() == pytest.approx(two.numeric(1, "W"), rel=1e-13)
    assert two.grads.dL_dW0[1].item() == pytest.approx(two.numeric(1, "W0"), rel=1e-13)


@pytest.mark.parametrize("later", [{"w2": 2.0}, {"f2": "identity"}], ids=["weight", "activation"])
def test_concept_7_every_layer_after_the_current_one_affects_its_gradient(later: dict) -> None:
    """Concept 7: layer 1 is the same, what comes after it is not, and its gradient follows."""
    one, other = two_neurons(), two_neurons(**later)
    assert one.a(1) == other.a(1)
    assert one.grads.dL_dW[1].item() != pytest.approx(other.grads.dL_dW[1].item(), rel=0.01)
    assert other.grads.dL_dW[1].item() == pytest.approx(other.numeric(1, "W"), rel=1e-13)


def test_concept_8_a_weight_gradient_ends_in_dz_dw_and_an_earlier_layer_is_reached_by_dz_da() -> None:
    """Concept 8: the two ends of a chain differ in their last link alone."""
    two = two_neurons()
    other_terms = two.grads.dL_dZ[2].item()
    assert two.grads.dL_dW[2].item() == pytest.approx(other_terms * two.a(1), rel=1e-15)
    assert two.grads.dL_dA[1].item() == pytest.approx(other_terms * two.w(2), rel=1e-15)


def test_concept_9_appending_to_the_chain_gives_every_weight_gradient() -> None:
    """Concept 9: terminate with da/dz . dz/dw, or extend with da/dz . dz/da."""
    two = two_neurons()
    chain_so_far = two.dL_da()
    for l in (2, 1):
        terminated = chain_so_far * two.da_dz(l) * two.a(l - 1)
        assert two.grads.dL_dW[l].item() == pytest.approx(terminated, rel=1e-15)
        chain_so_far = chain_so_far * two.da_dz(l) * two.w(l)

"""Sections 7.5.10-7.5.11: L neurons in a chain, the product written out in full, and what each link equals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop import Links
from tests.notes.chains import Chain, chain
from tests.parts import complex_step

FUNCTIONS = ["tanh", "relu", "sigmoid", "identity", "leaky_relu(slope=0.2)", "tanh"]


def six_neurons() -> Chain:
    weights = [(0.9, 0.1), (1.1, 0.3), (-0.8, 0.2), (1.3, -0.4), (-0.7, 0.05), (1.6, -0.2)]
    return chain(weights, FUNCTIONS, x=0.7, y=-0.4, loss="square")


def full_product(six: Chain, l: int) -> list[float]:
    """All links from the loss to w^l, one after another, of 7.18 with the values of 7.30."""
    links = [six.dL_da()]
    for k in range(six.net.L, l, -1):
        links += [six.da_dz(k), six.w(k)]
    return [*links, six.da_dz(l), six.a(l - 1)]


@pytest.mark.parametrize("l", range(1, 7))
def test_7_18_and_7_30_the_full_product_is_the_gradient(l: int) -> None:
    """7.18, 7.30, Concept 10: loss unit, then two links a layer, then the weight's."""
    six = six_neurons()
    product = full_product(six, l)
    assert len(product) == 1 + 2 * (6 - l) + 2
    assert six.grads.dL_dW[l].item() == pytest.approx(math.prod(product), rel=1e-14), f"13 factors at most: {product}"
    assert six.grads.dL_dW[l].item() == pytest.approx(six.numeric(l, "W"), rel=1e-13)


@pytest.mark.parametrize("l", range(1, 7))
def test_concept_10_biases_follow_the_same_chain_and_end_in_1(l: int) -> None:
    """Concept 10: the process is repeated for w_0, whose link dz/dw_0 is 1."""
    six = six_neurons()
    assert six.grads.dL_dW0[l].item() == pytest.approx(math.prod(full_product(six, l)[:-1]), rel=1e-14)
    assert six.grads.dL_dW0[l].item() == pytest.approx(six.numeric(l, "W0"), rel=1e-13)


def test_concept_10_the_links_are_gathered_in_one_walk_from_the_last_layer_to_the_first() -> None:
    """Concept 10: what the walk keeps after each layer is the product so far, link by link."""
    six = six_neurons()
    so_far = six.dL_da()
    for l in range(6, 0, -1):
        assert six.grads.dL_dA[l].item() == pytest.approx(so_far, rel=1e-14), f"dL/da^{l}"
        so_far *= six.da_dz(l)
        assert six.grads.dL_dZ[l].item() == pytest.approx(so_far, rel=1e-14), f"dL/dz^{l}"
        so_far *= six.w(l)


@pytest.mark.parametrize("l", range(1, 7))
def test_notation_11_dL_dz_compresses_all_that_comes_after(l: int) -> None:
    """Notation 11: dL/dw^l = dL/dz^l . dz^l/dw^l."""
    six = six_neurons()
    assert six.grads.dL_dZ[l].item() * six.a(l - 1) == pytest.approx(six.grads.dL_dW[l].item(), rel=1e-15)
    assert Links(six.net, six.fwd).dL_dZ(l).item() == pytest.approx(six.grads.dL_dZ[l].item(), rel=1e-14)


def test_7_19_the_loss_unit_s_link_is_the_loss_s_own_derivative() -> None:
    """7.19, Notation 12."""
    six = six_neurons()
    numeric = complex_step(lambda A: six.fwd.loss_function.L(A, six.fwd.Y), six.fwd.A[6])
    assert Links(six.net, six.fwd).dL_dA().item() == pytest.approx(numeric.item(), rel=1e-15)


@pytest.mark.parametrize("l", range(1, 7))
def test_7_20_to_7_23_within_a_layer_the_link_is_f_prime_of_z(l: int) -> None:
    """7.20, 7.21, 7.22, 7.23, Notation 12: a = f(z), so da/dz = f'(z), at z and not times z."""
    six = six_neurons()
    assert six.a(l) == six.net.f[l].A(six.fwd.Z[l]).item()
    numeric = complex_step(six.net.f[l].A, six.fwd.Z[l]).item()
    assert Links(six.net, six.fwd).dA_dZ(l).item() == pytest.approx(numeric, rel=1e-13)


@pytest.mark.parametrize("l", range(1, 7))
def test_7_24_to_7_26_between_layers_the_link_is_the_weight(l: int) -> None:
    """7.24, 7.25, 7.26, Notation 12: z = w a + w_0, so dz/da = w."""
    six = six_neurons()
    w, w0 = six.net.W[l], six.net.W0[l]
    assert six.z(l) == pytest.approx(w.item() * six.a(l - 1) + w0.item(), rel=1e-15)
    numeric = complex_step(lambda a: a @ w + w0, six.fwd.A[l - 1]).item()
    assert Links(six.net, six.fwd).dZ_dA(l).item() == pytest.approx(numeric, rel=1e-15)


@pytest.mark.parametrize("l", range(1, 7))
def test_7_27_to_7_29_the_link_to_a_weight_is_the_activation_before_it(l: int) -> None:
    """7.27, 7.28, 7.29, Notation 12: z = w a + w_0, so dz/dw = a."""
    six = six_neurons()
    numeric = complex_step(lambda w: six.fwd.A[l - 1] @ w + six.net.W0[l], six.net.W[l]).item()
    assert Links(six.net, six.fwd).dZ_dW(l).item() == pytest.approx(numeric, rel=1e-15)
    assert numeric == pytest.approx(six.a(l - 1), rel=1e-15)


def test_7_26_and_7_29_are_not_each_other() -> None:
    """7.26, 7.29: the two look alike and are not."""
    links = Links(six_neurons().net, six_neurons().fwd)
    assert not np.isclose(links.dZ_dA(3).item(), links.dZ_dW(3).item())

"""Sections 7.5.14-7.5.17: many neurons a layer, the links as matrices, and the two layouts."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Links, Network, back_propagate, forward_pass, in_layout
from clearprop.formulas import Array
from clearprop.formulas.activations import Elementwise
from tests.parts import complex_step, relative_error

WIDTHS, FUNCTIONS = (2, 4, 3, 2), ("tanh", "sigmoid", "identity")


def one_point() -> tuple[Network, Links]:
    net = Network(WIDTHS, FUNCTIONS, seed=2)
    return net, Links(net, forward_pass(net, [[0.3, -1.1]], [[0.5, -0.5]], "square"))


class Squared(Elementwise):
    """z^2, the notes' example."""

    name = "squared"

    def A(self, Z: Array) -> Array:
        return Z**2

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return 2 * Z


def test_notation_15_values_go_right_first_and_gradients_come_left_after() -> None:
    """Notation 15: shapes of all that goes forward, and of all that comes back, for a batch as rows."""
    net = Network(WIDTHS, FUNCTIONS, seed=2)
    fwd = forward_pass(net, np.ones((5, 2)), np.ones((5, 2)), "square")
    grads = back_propagate(net, fwd)
    for l in (1, 2, 3):
        assert fwd.Z[l].shape == fwd.A[l].shape == grads.dL_dZ[l].shape == grads.dL_dA[l].shape == (5, WIDTHS[l])
        assert net.W[l].shape == grads.dL_dW[l].shape == (WIDTHS[l - 1], WIDTHS[l])
        assert net.W0[l].shape == grads.dL_dW0[l].shape == (WIDTHS[l],)
    assert list(fwd.A) == [0, 1, 2, 3], "forward: from the input on"
    assert list(grads.dL_dZ) == [3, 2, 1], "back: from the loss on"


def test_rows_of_points_are_the_notes_columns_transposed() -> None:
    """Notations 15-16: Z = (W)^T A + W_0 on columns is Z = A W + W_0 on rows."""
    net, links = one_point()
    for l in net.layers:
        z = net.W[l].T @ links.column(links.fwd.A[l - 1]) + net.W0[l][:, None]
        np.testing.assert_allclose(links.column(links.fwd.Z[l]), z, rtol=1e-14, atol=1e-16, err_msg="sums of 4 terms")


@pytest.mark.parametrize("l", [1, 2, 3])
def test_7_46_the_weight_gradient_is_the_weight_link_times_the_rest_transposed(l: int) -> None:
    """7.46, Notation 16: A^(l-1) (dL/dZ^l)^T, (m^l x n^l); not dL/dZ^l twice, as the braces have it."""
    net, links = one_point()
    product = links.dZ_dW(l) @ links.dL_dZ(l).T
    assert product.shape == net.W[l].shape
    numeric = complex_step(
        lambda p: forward_pass(net.with_parameters(p), [[0.3, -1.1]], [[0.5, -0.5]], "square").loss, net.parameters
    )
    assert relative_error(product, net.with_parameters(numeric).W[l]) < 1e-13, "rounding alone"
    assert relative_error(product, back_propagate(net, links.fwd).dL_dW[l]) < 1e-14


def test_notation_16_the_chain_from_the_loss_to_the_first_layer_multiplies_link_by_link() -> None:
    """Notation 16: dL/dZ^1 = dA^1/dZ^1 . dZ^2/dA^1 . dA^2/dZ^2 . dZ^3/dA^2 . dA^3/dZ^3 . dL/dA^3."""
    net, links = one_point()
    chain = [links.dA_dZ(1), links.dZ_dA(2), links.dA_dZ(2), links.dZ_dA(3), links.dA_dZ(3), links.dL_dA()]
    assert [link.shape for link in chain] == [(4, 4), (4, 3), (3, 3), (3, 2), (2, 2), (2, 1)]
    product = np.linalg.multi_dot(chain)
    assert relative_error(product[:, 0], back_propagate(net, links.fwd).dL_dZ[1][0]) < 1e-14, (
        "another order of products"
    )


def test_notation_17_each_link_is_what_the_notes_list() -> None:
    """Notation 17: dZ/dW = A^(l-1), a shorthand; dZ/dA^(l-1) = W^l; dA/dZ = diag f'(z)."""
    net, links = one_point()
    for l in net.layers:
        assert np.array_equal(links.dZ_dW(l)[:, 0], links.fwd.A[l - 1][0])
        assert np.array_equal(links.dZ_dA(l), net.W[l])
        f_prime = complex_step(net.f[l].A, links.fwd.Z[l])[0]
        np.testing.assert_allclose(links.dA_dZ(l), np.diag(f_prime), rtol=1e-13, err_msg=f"layer {l}")


def test_notation_17_dZ_dW_is_a_shorthand_for_three_indices_of_which_most_are_0() -> None:
    """Notation 17: dz_k/dw_ij is a_i where k = j and 0 elsewhere, so the list of a_i says it all."""
    net, links = one_point()
    A, W, W0 = links.fwd.A[1], net.W[2], net.W0[2]
    full = np.array([complex_step(lambda W, k=k: (A @ W + W0)[0, k], W) for k in range(3)])
    for k in range(3):
        for j in range(3):
            np.testing.assert_allclose(full[k][:, j], links.dZ_dW(2)[:, 0] * (j == k), rtol=1e-15)


def test_7_47_to_7_49_the_example_of_z_squared_gives_diag_2_4_6() -> None:
    """7.47, 7.48, 7.49: z = (1, 2, 3), a = (1, 4, 9); what 7.49 calls f is f' = 2z."""
    net = Network.from_weights([(np.eye(3), np.zeros(3))], [Squared()])
    fwd = forward_pass(net, [[1, 2, 3]], [[0, 0, 0]], "square")
    assert fwd.Z[1].tolist() == [[1, 2, 3]]
    assert fwd.A[1].tolist() == [[1, 4, 9]]
    assert Links(net, fwd).dA_dZ(1).tolist() == [[2, 0, 0], [0, 4, 0], [0, 0, 6]]


def test_7_50_row_i_follows_v_i_and_column_j_follows_w_j() -> None:
    """7.50: for a link that is not symmetric, so that one layout cannot pass for the other."""
    net, links = one_point()
    numeric = np.array([complex_step(lambda A, j=j: (A @ net.W[2])[0, j], links.fwd.A[1])[0] for j in range(3)])
    for i in range(4):
        for j in range(3):
            assert links.dZ_dA(2)[i, j] == pytest.approx(numeric[j, i], rel=1e-14)


def test_7_50_takes_a_number_as_a_vector_of_one() -> None:
    """7.50: dL/dA is a column, a row for each output."""
    _, links = one_point()
    assert links.dL_dA().shape == (2, 1)


def test_clarification_18_the_other_layout_is_the_transpose_and_means_the_same() -> None:
    """Clarification 18: every link transposed, multiplied the other way round, gives the same gradient transposed."""
    net, ours = one_point()
    theirs = Links(net, ours.fwd, layout="numerator")
    for l in net.layers:
        for name in ("dA_dZ", "dZ_dA", "dZ_dW", "dL_dZ", "dL_dW"):
            assert np.array_equal(getattr(theirs, name)(l), getattr(ours, name)(l).T), f"{name}({l})"
    product = theirs.dL_dA() @ theirs.dA_dZ(3) @ theirs.dZ_dA(3) @ theirs.dA_dZ(2) @ theirs.dZ_dA(2) @ theirs.dA_dZ(1)
    assert relative_error(product.T, ours.dL_dZ(1)) < 1e-14, "the same products in another order"
    assert np.array_equal(in_layout(ours.dZ_dA(2), "numerator"), net.W[2].T)

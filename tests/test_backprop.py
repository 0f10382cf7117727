"""The reference: the loss that is shown is the loss that is differentiated, whatever the parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass
from clearprop.formulas.activations import Activation
from clearprop.formulas.losses import Loss
from clearprop.formulas.penalties import L1, L2, Penalty
from tests.parts import (
    LEGAL,
    LEGAL_WITH_OUTPUTS,
    all_of,
    central_difference,
    complex_step,
    label,
    random_case,
    relative_error,
)

SMOOTH = tuple(activation for activation in all_of(Activation) if not activation.kinks)


@pytest.mark.parametrize("penalty", [None, L1(0.1), L2(0.1)], ids=label)
@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
def test_the_loss_that_is_shown_is_the_loss_that_is_differentiated(
    output: Activation, loss: Loss, outputs: int, weighted: bool, penalty: Penalty | None
) -> None:
    hidden = (SMOOTH[1],)
    case = random_case(np.random.default_rng(7), output, loss, outputs, hidden=hidden, weighted=weighted)
    case = replace(case, penalty=penalty)
    ours = back_propagate(case.net, case.forward()).flat
    numeric = central_difference(case.loss_at, case.net.parameters)
    # A loss of size 1 is rounded to 1e-16 and divided by 2e-6; h^2 times a third derivative of size 10 is as small.
    assert relative_error(ours, numeric) < 1e-7, f"{output}, {loss}: ours {ours}, numeric {numeric}, X {case.X}"


@pytest.mark.parametrize(("output", "loss"), LEGAL, ids=label)
def test_the_gradient_is_the_complex_step_s(output: Activation, loss: Loss) -> None:
    case = random_case(np.random.default_rng(7), output, loss, 3, weighted=True, penalised=True)
    ours = back_propagate(case.net, case.forward()).flat
    numeric = complex_step(case.loss_at, case.net.parameters)
    # Both are exact but for rounding, of at most three layers of sums of five terms.
    assert relative_error(ours, numeric) < 1e-13, f"{case.net}, {loss}: ours {ours}, numeric {numeric}, X {case.X}"


@pytest.mark.parametrize(("output", "loss"), LEGAL, ids=label)
def test_the_long_way_is_the_shortcut_s_gradient(output: Activation, loss: Loss) -> None:
    case = random_case(np.random.default_rng(7), output, loss, 3, weighted=True)
    fwd = case.forward()
    short, long = back_propagate(case.net, fwd), back_propagate(case.net, fwd, long_way=True)
    # a (1 - a) times y / a: a quotient undone, of outputs that are not saturated.
    assert relative_error(short.flat, long.flat) < 1e-12


def test_a_forward_pass_keeps_every_layer_s_values() -> None:
    net = Network((2, 4, 3), ("tanh", "softmax"), seed=0)
    X = np.random.default_rng(0).normal(size=(5, 2))
    fwd = forward_pass(net, X, [0, 1, 2, 1, 0], "nllm")
    assert {l: A.shape for l, A in fwd.A.items()} == {0: (5, 2), 1: (5, 4), 2: (5, 3)}
    assert {l: Z.shape for l, Z in fwd.Z.items()} == {1: (5, 4), 2: (5, 3)}
    assert np.allclose(fwd.A[2], net.predict(X), rtol=1e-13)  # another order of summation
    assert fwd.losses.shape == (5,)
    assert fwd.loss == fwd.losses.mean()


def test_gradients_are_shaped_as_what_they_are_of() -> None:
    net = Network((2, 4, 3), ("tanh", "softmax"), seed=0)
    fwd = forward_pass(net, np.ones((5, 2)), [0, 1, 2, 1, 0], "nllm")
    grads = back_propagate(net, fwd)
    for l in net.layers:
        assert grads.dL_dW[l].shape == net.W[l].shape
        assert grads.dL_dW0[l].shape == net.W0[l].shape
        assert grads.dL_dZ[l].shape == fwd.Z[l].shape
        assert grads.dL_dA[l].shape == fwd.A[l].shape
    laid_out = net.with_parameters(grads.flat)
    assert all(np.array_equal(laid_out.W[l], grads.dL_dW[l]) for l in net.layers)
    assert all(np.array_equal(laid_out.W0[l], grads.dL_dW0[l]) for l in net.layers)


def test_the_links_are_the_loss_s_derivatives_by_values_between_layers() -> None:
    """dL/dZ[l] and dL/dA[l], by a change of that value that goes on through the later layers."""
    case = random_case(np.random.default_rng(10), SMOOTH[1], all_of(Loss)[0], 2, hidden=SMOOTH[:2], weighted=True)
    net, fwd = case.net, case.forward()
    grads = back_propagate(net, fwd)

    def loss_from(l: int, A: np.ndarray) -> complex:
        for k in range(l + 1, net.L + 1):
            A = net.f[k].A(A @ net.W[k] + net.W0[k])
        return (fwd.weights * fwd.loss_function.L(A, fwd.Y)).mean()

    for l in net.layers:
        by_A = complex_step(lambda A, l=l: loss_from(l, A), fwd.A[l])
        by_Z = complex_step(lambda Z, l=l: loss_from(l, net.f[l].A(Z)), fwd.Z[l])
        assert relative_error(grads.dL_dA[l], by_A) < 1e-13, f"layer {l}: rounding alone"
        assert relative_error(grads.dL_dZ[l], by_Z) < 1e-13, f"layer {l}: rounding alone"


def test_a_batch_s_gradient_is_the_mean_of_its_points() -> None:
    case = random_case(np.random.default_rng(2), SMOOTH[1], all_of(Loss)[0], 2)
    whole = back_propagate(case.net, case.forward()).flat
    one_by_one = [
        back_propagate(case.net, forward_pass(case.net, x[None, :], y[None, :], case.loss)).flat
        for x, y in zip(case.X, case.Y, strict=True)
    ]
    assert relative_error(whole, np.mean(one_by_one, axis=0)) < 1e-14, "the same five terms in another order"


def test_a_weight_of_0_is_as_if_the_point_were_not_there_but_counted() -> None:
    net = Network((2, 1), ("identity",), seed=0)
    X, Y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [5.0]])
    weighted = back_propagate(net, forward_pass(net, X, Y, "square", sample_weight=[2, 0])).flat
    alone = back_propagate(net, forward_pass(net, X[:1], Y[:1], "square")).flat
    assert np.array_equal(weighted, alone)


def test_a_sure_and_wrong_point_of_weight_0_costs_nothing() -> None:
    net = Network.from_weights([(np.array([[1e4]]), np.zeros(1))], ("sigmoid",))
    fwd = forward_pass(net, [[1.0], [0.0]], [[0.0], [1.0]], "nll", sample_weight=[0, 1])
    assert np.isfinite(back_propagate(net, fwd).flat).all()


def test_biases_are_not_penalised() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=0)
    X, Y = np.ones((2, 2)), np.ones((2, 1))
    bare, penalised = (forward_pass(net, X, Y, "square", penalty=penalty) for penalty in (None, "l2(strength=2)"))
    assert penalised.loss - bare.loss == pytest.approx(2 * sum((net.W[l] ** 2).sum() for l in net.layers), rel=1e-14)
    bare_grads, grads = back_propagate(net, bare), back_propagate(net, penalised)
    assert all(np.array_equal(bare_grads.dL_dW0[l], grads.dL_dW0[l]) for l in net.layers)
    assert not any(np.array_equal(bare_grads.dL_dW[l], grads.dL_dW[l]) for l in net.layers)


@pytest.mark.parametrize(("output", "loss"), LEGAL, ids=label)
def test_float32_goes_all_the_way_in_float32_and_stays_near_float64(output: Activation, loss: Loss) -> None:
    single = random_case(np.random.default_rng(9), output, loss, 3, weighted=True, penalised=True, dtype="float32")
    fwd = single.forward()
    grads = back_propagate(single.net, fwd)
    arrays = [*fwd.A.values(), *fwd.Z.values(), fwd.losses, np.asarray(fwd.loss), grads.flat]
    arrays += [array for links in (grads.dL_dZ, grads.dL_dA, grads.dL_dW, grads.dL_dW0) for array in links.values()]
    assert {array.dtype.name for array in arrays} == {"float32"}
    double = single.net.with_parameters(single.net.parameters.astype(float))
    assert relative_error(grads.flat, back_propagate(double, single.forward(double)).flat) < 1e-5, (
        "24 bits, three layers"
    )


def test_nothing_that_is_given_is_altered() -> None:
    net = Network((2, 3, 2), ("relu", "softmax"), seed=0)
    X, Y, weights = np.ones((4, 2)), np.eye(2)[[0, 1, 1, 0]], np.ones(4)
    for array in (X, Y, weights, net.parameters):
        array.flags.writeable = False
    fwd = forward_pass(net, X, Y, "nllm", sample_weight=weights, penalty="l2")
    first = back_propagate(net, fwd)
    assert np.array_equal(first.flat, back_propagate(net, fwd).flat)


@pytest.mark.parametrize("n", [1, 2, 257])
def test_any_number_of_points_has_a_gradient(n: int) -> None:
    case = random_case(np.random.default_rng(1), SMOOTH[1], all_of(Loss)[0], 1, n=n)
    ours = back_propagate(case.net, case.forward()).flat
    assert relative_error(ours, complex_step(case.loss_at, case.net.parameters)) < 1e-13, "rounding alone"


@pytest.mark.parametrize("normalization", [None, "layer_norm", "batch_norm"])
@pytest.mark.parametrize("dropped", [False, True])
def test_the_derivative_by_the_inputs_is_the_numeric_one(normalization, dropped) -> None:
    rng = np.random.default_rng(0)
    net = Network((3, 4, 2), ("tanh", "softmax"), normalization=normalization, seed=1)
    X, Y, weights = rng.normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]], rng.uniform(0.5, 2.0, 5)
    factors = {0: rng.choice([0.0, 2.0], (5, 3))} if dropped else None

    def passed(points):
        return forward_pass(net, points, Y, "nllm", sample_weight=weights, factors=factors)

    given = back_propagate(net, passed(X)).dL_dA[0]
    np.testing.assert_allclose(
        given, central_difference(lambda points: passed(points).loss, X), rtol=1e-6, atol=1e-9, err_msg="a difference"
    )

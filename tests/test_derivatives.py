"""Values of layers, gradients of single points, and products with second derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.derivatives import hessian_product, layer_outputs, point_gradients
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.losses import Loss
from clearprop.formulas.penalties import Penalty
from tests.parts import all_of, is_legal, label, targets_for

PAIRS = [(f, loss) for f in all_of(Activation) for loss in all_of(Loss) if is_legal(f, loss)]


def a_case(*parts: object, loss: Loss, seed: int = 3, **more: object) -> tuple[cp.Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    net = cp.Network((3, *(4,) * (len(parts) - 1), 2), parts, seed=seed, **more)  # type: ignore[arg-type]
    return net, rng.normal(size=(5, 3)), targets_for(loss, 5, 2, rng)


def gradient(net: cp.Network, at: np.ndarray, *given: object, **more: object) -> np.ndarray:
    here = net.with_parameters(at)
    return cp.back_propagate(here, cp.forward_pass(here, *given, **more)).flat  # type: ignore[arg-type]


def by_differences(net: cp.Network, v: np.ndarray, *given: object, **more: object) -> np.ndarray:
    """H v by central differences of the gradient, extrapolated to a step of 0 (Richardson 1911)."""
    found = []
    for h in (4e-3, 2e-3, 1e-3):
        moved = [gradient(net, net.parameters + sign * h * v, *given, **more) for sign in (1, -1)]
        found.append((moved[0] - moved[1]) / (2 * h))
    first, second = (4 * found[1] - found[0]) / 3, (4 * found[2] - found[1]) / 3
    return (16 * second - first) / 15


def close(ours: np.ndarray, differences: np.ndarray) -> bool:
    return bool(abs(ours - differences).max() <= 1e-10 * max(1.0, abs(differences).max()))


def a_direction(net: cp.Network) -> np.ndarray:
    """So short that no value passes a place where f'' jumps."""
    return 0.05 * np.random.default_rng(1).normal(size=net.parameters.shape)


@pytest.mark.parametrize(("f", "loss"), PAIRS, ids=label)
def test_the_product_with_second_derivatives_is_that_of_differences_for_every_output(f: Activation, loss: Loss) -> None:
    net, X, Y = a_case("tanh", f, loss=loss)
    net.parameters *= 0.3
    v = a_direction(net)
    assert close(hessian_product(net, X, Y, loss, v), by_differences(net, v, X, Y, loss))


@pytest.mark.parametrize("f", all_of(Activation), ids=label)
def test_and_for_every_hidden_activation(f: Activation) -> None:
    loss = cp.find(Loss, "square")
    net, X, Y = a_case(f, f, "identity", loss=loss)
    net.parameters *= 0.5
    v = a_direction(net)
    assert close(hessian_product(net, X, Y, loss, v), by_differences(net, v, X, Y, loss))


@pytest.mark.parametrize("penalty", [p for p in all_of(Penalty) if not p.kinks], ids=label)
@pytest.mark.parametrize("normalization", [None, "layer_norm", "batch_norm"])
def test_weights_of_points_penalties_and_normalisations_are_in_it(penalty: Penalty, normalization: str | None) -> None:
    loss = cp.find(Loss, "square")
    net, X, Y = a_case("tanh", "swish", "identity", loss=loss, normalization=normalization)
    v = a_direction(net)
    more = {"sample_weight": [1.0, 0.0, 2.0, 0.5, 3.0], "penalty": penalty}
    ours = hessian_product(net, X, Y, loss, v, **more)  # type: ignore[arg-type]
    assert close(ours, by_differences(net, v, X, Y, loss, **more))


def test_a_network_in_single_precision_has_a_product_in_double() -> None:
    loss = cp.find(Loss, "square")
    net, X, Y = a_case("tanh", "identity", loss=loss, dtype="float32")
    double = net.with_parameters(net.parameters.astype(float))
    v = a_direction(net)
    single = X.astype("float32").astype(float), Y.astype("float32").astype(float)
    assert (hessian_product(net, *single, loss, v) == hessian_product(double, *single, loss, v)).all()


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_the_product_is_linear_in_the_direction(scale: float) -> None:
    loss = cp.find(Loss, "square")
    net, X, Y = a_case("tanh", "identity", loss=loss)
    v = a_direction(net)
    np.testing.assert_allclose(
        hessian_product(net, X, Y, loss, scale * v), scale * hessian_product(net, X, Y, loss, v), rtol=1e-12
    )
    assert (hessian_product(net, X, Y, loss, 0 * v) == 0).all()


class Own(Elementwise):
    """|z| z, written with abs, which drops the imaginary part."""

    name, formula, derivative = "own", "|z| z", "2 |z|"
    latex, latex_derivative, source = "|z|z", "2|z|", "a test"

    def A(self, Z: cp.Array) -> cp.Array:
        return abs(Z) * Z

    def dA_dZ(self, Z: cp.Array, A: cp.Array) -> cp.Array:
        return 2 * abs(Z)


def test_a_part_that_does_not_follow_complex_numbers_is_refused() -> None:
    loss = cp.find(Loss, "square")
    net, X, Y = a_case(Own(), "identity", loss=loss)
    with pytest.raises(ValueError, match="layer 1: own does not follow a complex step"):
        hessian_product(net, X, Y, loss, np.ones_like(net.parameters))


def test_a_direction_has_the_form_of_the_parameters() -> None:
    net, X, Y = a_case("tanh", "identity", loss=cp.find(Loss, "square"))
    with pytest.raises(ValueError, match=r"v must be \(26,\), as network.parameters; given \(3,\)"):
        hessian_product(net, X, Y, "square", [1, 2, 3])


@pytest.mark.parametrize(
    ("parts", "loss", "normalization"),
    [
        (("tanh", "softmax"), "nllm", None),
        (("relu", "identity"), "huber", "layer_norm"),
        (("prelu", "sigmoid"), "nll", None),
        (("softmax", "tanh", "identity"), "gaussian_nll", None),
    ],
)
def test_gradients_of_points_are_those_of_each_alone(
    parts: tuple[str, ...], loss: str, normalization: str | None
) -> None:
    part = cp.find(Loss, loss)
    net, X, Y = a_case(*parts, loss=part, normalization=normalization)
    if part.outputs_per_target == 2:
        Y = Y[:, :1]
    found = point_gradients(net, X, Y, loss)
    for i in range(5):
        alone = gradient(net, net.parameters, X[i : i + 1], Y[i : i + 1], loss)
        np.testing.assert_allclose(found[i], alone, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found.mean(axis=0), gradient(net, net.parameters, X, Y, loss), rtol=1e-12, atol=1e-14)


def test_points_that_depend_on_each_other_have_no_gradients_of_their_own() -> None:
    net, X, Y = a_case("tanh", "identity", loss=cp.find(Loss, "square"), normalization="batch_norm")
    with pytest.raises(ValueError, match="layer 1: batch_norm is over the points of a batch"):
        point_gradients(net, X, Y, "square")


@pytest.mark.parametrize("normalization", [None, "layer_norm", "batch_norm"])
def test_outputs_of_layers_end_with_the_prediction(normalization: str | None) -> None:
    net, X, Y = a_case("relu", "tanh", "identity", loss=cp.find(Loss, "square"), normalization=normalization)
    A = layer_outputs(net, X)
    assert [A[l].shape for l in A] == [(5, 3), (5, 4), (5, 4), (5, 2)]
    np.testing.assert_allclose(A[3], net.predict(X), rtol=1e-12)
    fwd = cp.forward_pass(net, X, Y, "square", statistics="running")
    assert all((A[l] == fwd.A[l]).all() for l in A)

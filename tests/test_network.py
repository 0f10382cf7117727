"""Network: one flat vector, views of it, and errors that name each mistake."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import Network
from clearprop.formulas.activations import LeakyReLU
from clearprop.formulas.initializers import Gaussian

whole_widths = st.lists(st.integers(1, 6), min_size=2, max_size=5)


def small(dtype: str = "float64") -> Network:
    return Network((2, 3, 1), ("tanh", "identity"), seed=0, dtype=dtype)


def holds_together(net: Network) -> bool:
    """Whether W and W0 are views of the flat vector, all of it, in its order."""
    parts = [part for l in net.layers for part in (net.W[l], net.W0[l])]
    before = net.parameters.copy()
    net.parameters[:] = np.arange(net.parameters.size)
    in_order = np.array_equal(np.concatenate([part.ravel() for part in parts]), np.arange(net.parameters.size))
    net.parameters[:] = before
    return in_order and all(np.shares_memory(part, net.parameters) for part in parts)


@given(widths=whole_widths)
def test_weights_and_biases_are_views_of_one_flat_vector(widths: list[int]) -> None:
    net = Network(widths, ["relu"] * (len(widths) - 1))
    assert len(widths) - 1 == net.L
    assert list(net.layers) == list(range(1, net.L + 1))
    assert all(net.W[l].shape == (widths[l - 1], widths[l]) and net.W0[l].shape == (widths[l],) for l in net.layers)
    assert holds_together(net)


def test_a_change_of_the_flat_vector_is_a_change_of_the_network() -> None:
    net = small()
    net.parameters *= 0
    assert not net.W[1].any()
    net.parameters = np.ones(13)
    assert (net.W0[2] == 1).all()


def test_assigning_a_layer_copies_into_the_vector() -> None:
    net = small()
    mine = np.ones((2, 3))
    net.W[1] = mine
    mine[:] = 7
    assert (net.W[1] == 1).all()
    assert (net.parameters[:6] == 1).all()
    assert holds_together(net)


@pytest.mark.parametrize("l", [0, 3, -1, "1"])
def test_a_layer_that_is_not_there_is_named(l: object) -> None:
    with pytest.raises(KeyError, match=r"W\[.*\]: layers count 1\.\.2"):
        small().W[l]  # type: ignore[index]  # the mistake


@pytest.mark.parametrize(
    ("what", "values", "message"),
    [
        ("W", np.ones((3, 2)), r"W\[1\] is \(2, 3\), given \(3, 2\)"),
        ("W", 1.0, r"W\[1\] is \(2, 3\), given \(\)"),
        ("W0", np.ones((3, 1)), r"W0\[1\] is \(3,\), given \(3, 1\)"),
    ],
)
def test_assigning_another_shape_says_both(what: str, values: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(small(), what)[1] = values


def test_a_flat_vector_of_another_size_says_both() -> None:
    with pytest.raises(ValueError, match=r"parameters is \(13,\), given \(12,\)"):
        small().parameters = np.ones(12)
    with pytest.raises(ValueError, match=r"parameters is \(13,\), given \(14,\)"):
        small().with_parameters(np.ones(14))


@pytest.mark.parametrize("duplicate", [Network.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_has_parameters_of_its_own_and_holds_together(duplicate) -> None:
    net = small()
    twin = duplicate(net)
    assert np.array_equal(twin.parameters, net.parameters)
    assert (twin.widths, twin.activations) == (net.widths, net.activations)
    assert not np.shares_memory(twin.parameters, net.parameters)
    assert holds_together(twin)


def test_with_parameters_holds_the_given_vector_itself() -> None:
    vector = np.zeros(13)
    other = small().with_parameters(vector)
    vector[0] = 5
    assert other.W[1][0, 0] == 5


def test_the_same_seed_gives_the_same_network_and_another_seed_another() -> None:
    assert np.array_equal(small().parameters, small().parameters)
    assert not np.array_equal(small().parameters, Network((2, 3, 1), ("tanh", "identity"), seed=1).parameters)


def test_a_generator_is_drawn_from_layer_by_layer_weights_first() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=np.random.default_rng(5))
    rng = np.random.default_rng(5)
    W1 = rng.normal(0, 2**-0.5, (2, 3))
    W01 = rng.normal(0, 1, 3)
    assert np.array_equal(net.W[1], W1)
    assert np.array_equal(net.W0[1], W01)


def test_from_weights_copies_what_it_is_given() -> None:
    W = np.ones((2, 1))
    net = Network.from_weights([(W, [0.5])], ("identity",))
    W[:] = 9
    assert net.predict([[1, 1]]).tolist() == [[2.5]]
    assert holds_together(net)


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("float32", "float32"), "float32"),
        (("float32", "float64"), "float64"),
        (("float64", "float64"), "float64"),
        (("int64", "int64"), "float64"),
        (("float16", "float16"), "float64"),
    ],
)
def test_from_weights_is_float32_only_where_all_of_them_are(types: tuple[str, str], expected: str) -> None:
    net = Network.from_weights([(np.ones((2, 1), types[0]), np.ones(1, types[1]))], ("identity",))
    assert net.dtype == expected
    assert net.predict(np.ones((1, 2))).dtype == expected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("given", ["float32", "float64", "float16", "int64", "bool", ">f8"])
def test_predictions_have_the_network_s_type_whatever_is_given(dtype: str, given: str) -> None:
    assert small(dtype).predict(np.ones((4, 2), given)).dtype == dtype


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([([[1.0], [2.0]], [0.0, 0.0])], r"layer 1: W must be \(2, n\) and W0 \(n,\); given \(2, 1\) and \(2,\)"),
        ([([1.0, 2.0], [0.0])], r"layer 1: W must be .* given \(2,\) and \(1,\)"),
        ([([[1.0]], [0.0]), ([[1.0], [2.0]], [0.0])], r"layer 2: W must be \(1, n\).*given \(2, 1\) and \(1,\)"),
        ([([[1.0]], 0.0)], r"layer 1: .* given \(1, 1\) and \(\)"),
        ([([[1.0], [1.0, 2.0]], [0.0])], r"W\[1\] has rows of different lengths"),
        ([([["a"]], [0.0])], r"W\[1\] must be real numbers; given <U1"),
        ([([[1j]], [0.0])], r"W\[1\] must be real numbers; given complex128"),
        ([([[1.0]],)], r"weights must be a pair \(W, W0\) for each layer"),
        ([], "widths must be two or more whole numbers"),
    ],
)
def test_weights_that_do_not_fit_are_named_by_layer(weights: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network.from_weights(weights, ["identity"] * len(weights))


@pytest.mark.parametrize(
    "widths", [(2,), (), (2, 0), (2, -1), (2, 1.5), (2, float("nan")), (2, float("inf")), "23", (2, None), 3, (2, "3")]
)
def test_widths_that_are_no_whole_numbers_are_refused(widths: object) -> None:
    with pytest.raises(ValueError, match=r"widths must be two or more whole numbers, 1 or more: .*; given"):
        Network(widths, ("relu",))  # type: ignore[arg-type]  # the mistake


def test_widths_may_be_numpys() -> None:
    assert Network(np.array([2, 3]), ("relu",)).widths == (2, 3)


@pytest.mark.parametrize("activations", ["relu", ("relu",), ("relu",) * 3, None, (), LeakyReLU()])
def test_an_activation_is_needed_for_each_layer(activations: object) -> None:
    with pytest.raises(ValueError, match="2 layers need 2 activations, one for each; given"):
        Network((2, 3, 1), activations)  # type: ignore[arg-type]  # the mistake


def test_an_unknown_activation_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        Network((2, 1), ("rellu",))


@pytest.mark.parametrize("dtype", ["float16", "int64", "complex128", "text", object])
def test_other_types_are_refused(dtype: object) -> None:
    with pytest.raises(ValueError, match="dtype must be float32 or float64, given"):
        Network((2, 1), ("relu",), dtype=dtype)  # type: ignore[call-overload]  # the mistake


def test_predict_is_each_layer_s_activation_of_the_layer_before() -> None:
    net = Network.from_weights([([[1.0, -1.0]], [0.5, 0.0]), ([[2.0], [3.0]], [1.0])], ("relu", "identity"))
    # relu(1 + 0.5) = 1.5, relu(-1) = 0; 2 * 1.5 + 3 * 0 + 1 = 4. relu(-1.5) = 0, relu(2) = 2; 3 * 2 + 1 = 7.
    assert net.predict([[1.0], [-2.0]]).tolist() == [[4.0], [7.0]]


def test_predict_leaves_its_points_alone() -> None:
    X = np.ones((3, 2))
    X.flags.writeable = False
    assert not np.shares_memory(Network((2, 2), ("identity",)).predict(X), X)


@pytest.mark.parametrize("n", [1, 2, 1000])
def test_a_point_s_prediction_does_not_depend_on_its_company(n: int) -> None:
    X = np.random.default_rng(0).normal(size=(n, 2))
    # The order in which a matrix product adds up may differ with its size, by a rounding.
    np.testing.assert_allclose(small().predict(X)[-1], small().predict(X[-1:])[0], rtol=1e-14)


def test_a_network_says_what_it_is() -> None:
    net = Network((2, 3, 1), ("leaky_relu(slope=0.2)", "identity"), dtype="float32")
    assert repr(net) == "Network 2-3-1 (leaky_relu(slope=0.2), identity), 13 parameters, float32"
    assert "1" in repr(net.W)


def test_the_views_cannot_be_replaced_by_other_arrays() -> None:
    net = Network((2, 1), ("identity",))
    with pytest.raises(AttributeError):
        net.W = {1: np.zeros((2, 1))}  # type: ignore[misc, assignment]


@pytest.mark.parametrize("copied", [Network.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_knows_how_it_was_drawn(copied) -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), init="he_normal")
    assert copied(net).init == net.init


def test_weights_that_are_given_are_where_a_network_starts() -> None:
    weights = [([[1.0, 2.0]], [3.0, 4.0]), ([[5.0], [6.0]], [7.0])]
    net = Network((1, 2, 1), ("tanh", "identity"), init=weights, dtype="float32")
    assert net.parameters.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert net.dtype == np.float32
    assert net.init == Gaussian(), "what restarts draw"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            [([[1.0, 2.0]], [3.0, 4.0])],
            r"init must be a name, or a name or a pair \(W, W0\) for each of 2 layers; given 1",
        ),
        ([([[1.0, 2.0]], [3.0, 4.0]), ([[5.0, 6.0]], [7.0])], r"W\[2\] is \(2, 1\), given \(1, 2\)"),
        ([([["a", 2.0]], [3.0, 4.0]), ([[5.0], [6.0]], [7.0])], r"W\[1\] must be real numbers"),
    ],
)
def test_given_weights_that_do_not_fit_are_refused(weights, message) -> None:
    with pytest.raises(ValueError, match=message):
        Network((1, 2, 1), ("tanh", "identity"), init=weights)

"""The checks of a user's arrays: what is accepted, and the error messages for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from clearprop import Network, back_propagate, forward_pass
from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Softmax
from clearprop.formulas.losses import Loss
from clearprop.validation import as_factors, as_points, as_targets, as_weights, of_mean_1, require_pair
from tests.parts import ILLEGAL, LEGAL, label, targets_for

FLOAT64, FLOAT32 = np.dtype("float64"), np.dtype("float32")


def points(X: Any, m: int = 2, dtype: np.dtype = FLOAT64) -> np.ndarray:
    return as_points(X, m, dtype)


def targets(Y: Any, loss: str = "square", outputs: int = 1, classes: Any = None) -> Any:
    given = None if classes is None else np.array(classes)
    return as_targets(Y, find(Loss, loss), points=len(Y), outputs=outputs, dtype=FLOAT64, classes=given)


# ---- points


@pytest.mark.parametrize(
    "X",
    [
        [[1, 2], [3, 4]],
        ((1.0, 2.0), (3.0, 4.0)),
        np.array([[1, 2], [3, 4]], dtype=object),
        np.array([[1, 2], [3, 4]], dtype=np.uint8),
        np.array([[1, 2], [3, 4]], dtype=np.float16),
        np.array([[1, 2], [3, 4]], dtype=">f4"),
        np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]),
        np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=False),
    ],
    ids=lambda X: f"{type(X).__name__} {getattr(X, 'dtype', '')}",
)
@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64], ids=str)
def test_numbers_in_any_form_become_points_of_the_network_s_type(X: Any, dtype: np.dtype) -> None:
    found = points(X, dtype=dtype)
    assert found.tolist() == [[1, 2], [3, 4]]
    assert found.dtype == dtype


def test_truth_values_are_numbers() -> None:
    assert points([[True, False]]).tolist() == [[1, 0]]


def test_what_has_the_right_type_is_not_copied_and_never_altered() -> None:
    X = np.ones((2, 2))
    X.flags.writeable = False
    assert points(X) is X


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], r"X must be \(n, 2\), a row for each point; given shape \(2,\); for one point give X\[None, :\]"),
        ([1.0, 2.0, 3.0], r"X must be \(n, 2\), a row for each point; given shape \(3,\)$"),
        (np.ones((3, 4)), r"X must be \(n, 2\).*given shape \(3, 4\)"),
        (np.ones((1, 3, 2)), r"X must be \(n, 2\).*given shape \(1, 3, 2\)"),
        (3.0, r"X must be \(n, 2\).*given 3.0"),
        (np.ones((0, 2)), "X has no rows"),
        ([[1, 2], [3]], "X has rows of different lengths"),
        ([[1, 2], [3, np.nan]], r"X has nan in row 1 column 1, counted from 0$"),
        ([[1, -np.inf], [np.nan, 2]], r"X has -inf in row 0 column 1, counted from 0 \(2 such values\)"),
        ([["1", "2"]], r"X must be real numbers; given <U1, such as \['1'\]"),
        ([[1 + 2j, 0]], "X must be real numbers; given complex128"),
        (np.array([["2020-01-01", "2020-01-02"]], "M8[D]"), r"X must be real numbers; given datetime64\[D\]"),
        (np.array([[1, "low"]], object), "X has 'low' in row 0 column 1, counted from 0, which is not a number"),
        (np.array([[1, 2], [None, 4]], object), "X has None in row 1 column 0, counted from 0, which is not a number"),
        (np.array([[1, 10**400]], object), "X has 1000.* in row 0 column 1, counted from 0, which is not a number"),
        (np.ma.masked_array([[1.0, 2.0]], mask=[[False, True]]), "X has masked values"),
        ({"a": 1}, "X must be an array of numbers; given dict"),
    ],
    ids=lambda given: str(given)[:30].replace("\n", " "),
)
def test_points_that_do_not_fit_are_named(X: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        points(X)


def test_a_flat_list_for_one_feature_is_told_to_stand_up() -> None:
    with pytest.raises(ValueError, match=r"for one feature give X\[:, None\]"):
        points([1.0, 2.0, 3.0], m=1)


def test_a_sparse_matrix_is_told_how_to_become_an_array() -> None:
    sparse = csr_matrix(np.eye(2))
    with pytest.raises(ValueError, match=r"X must be an array of numbers; given csr_matrix; give X.toarray\(\)"):
        points(sparse)


def test_a_value_too_large_for_float32_is_named_as_it_was_given() -> None:
    with pytest.raises(ValueError, match=r"X has 1e\+300 in row 1 column 0, counted from 0, too large for float32"):
        points([[0.0, 1.0], [1e300, 2.0]], dtype=FLOAT32)


# ---- targets: values


@pytest.mark.parametrize("Y", [[1.5, 2.5], [[1.5], [2.5]], np.array([1.5, 2.5], object), np.array([[1.5], [2.5]])])
def test_values_for_one_output_may_stand_in_a_row_or_a_column(Y: Any) -> None:
    found = targets(Y)
    assert found.Y.tolist() == [[1.5], [2.5]]
    assert found.classes is None


@pytest.mark.parametrize(
    ("Y", "loss", "outputs", "message"),
    [
        ([[1.0, 2.0]], "square", 3, r"Y must be \(n, 3\) for 3 outputs, or labels \(n,\); given shape \(1, 2\)"),
        ([[1.0], [np.nan]], "square", 1, "Y has nan in row 1 column 0, counted from 0"),
        ([0.0, np.inf], "linear", 1, "Y has inf in row 1 column 0"),
        ([-1, 1], "nll", 1, r"nll takes targets in \[0, 1\]; Y\[0\] = -1; give class labels as text, or as 0 and 1"),
        ([[0.0, 2.0]], "nll", 2, r"nll takes targets in \[0, 1\]; Y\[0\] = \[0.0, 2.0\]; give class labels \(n,\)"),
        ([[1, 0], [1, 1]], "nllm", 2, r"nllm takes targets in \[0, 1\], summing to 1; Y\[1\] = \[1, 1\]"),
        ([[0.5, 0.4]], "nllm", 2, "summing to 1"),
        ([[1.0], [1.0, 2.0]], "square", 1, "Y has rows of different lengths"),
        ([["a"], ["b"]], "nll", 1, "Y must be real numbers"),
    ],
)
def test_values_that_do_not_fit_the_loss_are_named(Y: Any, loss: str, outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        targets(Y, loss, outputs)


@pytest.mark.parametrize("Y", [[1.0], [1.0, 2.0, 3.0], 5.0, []])
def test_targets_need_a_row_for_each_point(Y: Any) -> None:
    with pytest.raises(ValueError, match="Y must have a row for each of the 2 points; given"):
        as_targets(Y, find(Loss, "square"), points=2, outputs=1, dtype=FLOAT64)


# ---- targets: labels


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([2, 0, 1], [0, 1, 2]),
        (np.array([2, 0, 1], np.uint8), [0, 1, 2]),
        ([2.0, 0.0, 1.0], [0, 1, 2]),
        (np.array([2, 0, 1], object), [0, 1, 2]),
        (["c", "a", "b"], ["a", "b", "c"]),
        (np.array(["c", "a", "b"], object), ["a", "b", "c"]),
        ([30, 10, 20], [10, 20, 30]),
        ([1, -1, 0], [-1, 0, 1]),
        ([b"c", b"a", b"b"], [b"a", b"b", b"c"]),
    ],
    ids=str,
)
def test_labels_become_one_hot_rows_in_the_order_of_the_classes(labels: Any, classes: list) -> None:
    found = targets(labels, "nllm", 3)
    assert found.Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert found.classes.tolist() == classes


def test_whole_numbers_stand_for_themselves_where_a_class_is_missing() -> None:
    assert targets([0, 2], "nllm", 3).Y.tolist() == [[1, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("labels", [[True, False], [True, True]])
def test_truth_values_are_classes_and_come_back_as_themselves(labels: list[bool]) -> None:
    found = targets(labels, "nllm", 2)
    assert found.classes.tolist() == [False, True]
    assert [bool(found.classes[i]) for i in found.Y.argmax(axis=1)] == labels


@pytest.mark.parametrize("labels", [["yes", "no"], np.array(["yes", "no"], object)], ids=["list", "objects"])
def test_two_classes_in_text_fit_one_output(labels: Any) -> None:
    found = targets(labels, "nll", 1)
    assert found.Y.tolist() == [[1], [0]]
    assert found.classes.tolist() == ["no", "yes"]


def test_one_hot_rows_are_taken_as_they_are() -> None:
    assert targets(np.eye(3, dtype=int), "nllm", 3).Y.tolist() == np.eye(3).tolist()


@pytest.mark.parametrize(
    ("labels", "outputs", "message"),
    [
        (["a", "b", "c"], 2, r"Y has 3 classes \('a', 'b', 'c'\), and the network's outputs stand for 2"),
        ([0, 3], 3, r"Y has 2 classes \(0, 3\), .* stand for 3; where some classes are missing, labels are 0 to 2"),
        (["a", "b", "c"], 1, r"Y has 3 classes \('a', 'b', 'c'\), and the network's outputs stand for 2"),
        (["a", "a"], 2, r"Y has 1 class \('a'\)"),
        (["a", "a"], 1, r"Y has 1 class \('a'\)"),
        (list("abcdefgh"), 3, r"Y has 8 classes \('a', 'b', 'c', 'd', 'e', 'f', \.\.\.\)"),
        ([0, 1, 2, 3], 3, r"Y has 4 classes \(0, 1, 2, 3\)"),
        ([0.5, 1.0], 2, r"Y is \(n,\) of values that are not whole; for 2 outputs give \(n, 2\) or labels"),
        ([0.0, np.nan], 2, "Y has nan in row 1"),
        (np.array(["a", 1, "b"], object), 2, r"Y\[1\] = 1 is not text, as other labels are"),
        (np.array(["a", None], object), 2, r"Y\[1\] = None is not text"),
        (np.array(["a", np.nan], object), 2, r"Y\[1\] = nan is not text"),
        (np.array([0, None], object), 2, "Y has None in row 1, counted from 0, which is not a number"),
    ],
    ids=str,
)
def test_labels_that_do_not_fit_are_named(labels: Any, outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        targets(labels, "nllm" if outputs > 1 else "nll", outputs)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "c"], r"Y\[1\] = 'c' is none of the classes \['a', 'b'\]"),
        (np.array(["a", "c"], object), r"Y\[1\] = 'c' is none of the classes \['a', 'b'\]"),
        ([0, 1], r"Y\[0\] = 0 is none of the classes \['a', 'b'\]"),
    ],
    ids=str,
)
def test_a_label_that_training_did_not_have_is_named(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        targets(labels, "nllm", 2, classes=["a", "b"])


def test_given_classes_fix_the_order() -> None:
    assert targets(["b", "b"], "nllm", 2, classes=["b", "a"]).Y.tolist() == [[1, 0], [1, 0]]


# ---- weights


def test_no_weights_stay_none() -> None:
    assert as_weights(None, 3, FLOAT64) is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], r"sample_weight must be \(3,\), one for each point; given shape \(2,\)"),
        ([[1.0], [2.0], [3.0]], r"sample_weight must be \(3,\).*given shape \(3, 1\)"),
        (1.0, "sample_weight must be .* given 1.0"),
        ([1.0, -0.5, 1.0], r"sample_weight must not be negative; sample_weight\[1\] = -0.5"),
        ([0.0, 0.0, 0.0], "sample_weight is 0 for every point"),
        ([1.0, np.nan, 1.0], "sample_weight has nan in row 1"),
        (["a", "b", "c"], "sample_weight must be real numbers"),
    ],
)
def test_weights_that_do_not_fit_are_named(weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_weights(weights, 3, FLOAT64)


def test_some_weights_may_be_0_and_whole() -> None:
    weights = as_weights([0, 2, 1], 3, FLOAT32)
    assert weights is not None
    assert (weights.tolist(), weights.dtype) == ([0, 2, 1], FLOAT32)


# ---- pairs of output activation and loss


@pytest.mark.parametrize(("activation", "loss"), ILLEGAL, ids=label)
def test_a_loss_refuses_predictions_outside_its_domain_and_says_what_goes_with_it(
    activation: Activation, loss: Loss
) -> None:
    with pytest.raises(ValueError, match=f"{loss.name} takes predictions in .*{activation.name} gives ") as error:
        require_pair(activation, loss, outputs=2)
    remedies = str(error.value).split("output activations that go with it: ")[1].split(", ")
    assert remedies
    for remedy in remedies:
        require_pair(find(Activation, remedy), loss, outputs=2)


@pytest.mark.parametrize(("activation", "loss"), LEGAL, ids=label)
def test_a_pair_that_is_let_through_gives_a_finite_loss_and_gradient(activation: Activation, loss: Loss) -> None:
    rng = np.random.default_rng(0)
    net = Network((3, 2), (activation,), seed=0)
    fwd = forward_pass(net, rng.normal(size=(6, 3)), targets_for(loss, 6, 2, rng), loss)
    assert np.isfinite(fwd.loss)
    assert np.isfinite(back_propagate(net, fwd).flat).all()


@pytest.mark.parametrize("loss", ["square", "linear", "nll", "nllm"])
def test_softmax_of_one_output_is_refused_with_a_remedy(loss: str) -> None:
    with pytest.raises(ValueError, match="softmax of one output is always 1; use sigmoid with nll, or two outputs"):
        require_pair(Softmax(), find(Loss, loss), outputs=1)


def test_the_border_stands_before_the_forward_pass() -> None:
    net = Network((2, 1), ("identity",))
    with pytest.raises(ValueError, match="nll takes predictions in"):
        forward_pass(net, [[1, 2]], [[1]], "nll")
    with pytest.raises(ValueError, match=r"X must be \(n, 2\)"):
        forward_pass(net, [[1, 2, 3]], [[1]], "square")
    with pytest.raises(ValueError, match="Y must have a row for each of the 1 points"):
        forward_pass(net, [[1, 2]], [[1], [2]], "square")
    with pytest.raises(ValueError, match="sample_weight must be"):
        forward_pass(net, [[1, 2]], [[1]], "square", sample_weight=[1, 2])
    with pytest.raises(ValueError, match="unknown penalty 'l3'"):
        forward_pass(net, [[1, 2]], [[1]], "square", penalty="l3")


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({2: np.ones((4, 2))}, r"factors\[2\]: only A\[0\] .. A\[1\] have a layer after them and may be multiplied"),
        ({-1: np.ones((4, 2))}, r"factors\[-1\]"),
        ({1: np.ones((4, 2))}, r"factors\[1\] must be \(4, 3\); given shape \(4, 2\)"),
        ({1: np.full((4, 3), np.nan)}, r"factors\[1\] has nan in row 0 column 0"),
    ],
)
def test_factors_that_do_not_fit_are_refused(factors, message) -> None:
    with pytest.raises(ValueError, match=message):
        as_factors(factors, 4, (2, 3, 2), np.dtype(float))


def test_factors_are_of_the_network_s_type_and_none_is_none() -> None:
    assert as_factors(None, 4, (2, 3, 2), np.dtype(float)) == {}
    found = as_factors({0: [[0, 2]] * 4}, 4, (2, 3, 2), np.dtype("float32"))
    assert found[0].dtype == np.float32


# ---- weights of mean 1


@pytest.mark.parametrize("size", [1e-310, 1e-300, 1.0, 1e300, 8e307])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_weights_of_any_size_are_brought_to_mean_1(size: float, dtype: type) -> None:
    if dtype is np.float32:
        size = {1e-310: 1e-44, 1e-300: 1e-37, 1e300: 1e37, 8e307: 1e38}.get(size, size)
    weights = np.array([1.0, 2.0, 0.0, 1.0], dtype) * dtype(size)
    scaled, mean = of_mean_1(weights)
    # Numbers below the smallest normal one hold fewer digits than others: 1e-44 is seven times the smallest of all.
    digits = 1 / 7 if size == 1e-44 else 1e-12 if dtype is np.float64 else 1e-6
    np.testing.assert_allclose(scaled, [1, 2, 0, 1], rtol=digits)
    np.testing.assert_allclose(mean, float(dtype(size)), rtol=digits)
    assert scaled.dtype == dtype


def test_the_mean_is_that_of_the_rows_that_are_trained_on() -> None:
    weights = np.array([1.0, 3.0, 100.0])
    scaled, mean = of_mean_1(weights, np.array([0, 1]))
    np.testing.assert_allclose(scaled, [0.5, 1.5, 50.0], rtol=1e-15)
    assert mean == 2.0


def test_weights_that_are_0_where_training_looks_are_refused() -> None:
    with pytest.raises(
        ValueError, match="sample_weight, or the class_weight of its class, is 0 for every point that is trained on"
    ):
        of_mean_1(np.array([0.0, 0.0, 1.0]), np.array([0, 1]))


@pytest.mark.parametrize("kind", [int, np.int32, float, str])
def test_labels_are_the_classes_in_the_order_that_is_given(kind: Any) -> None:
    classes, labels = np.array([30, 10, 20]).astype(kind), np.array([10, 20, 30, 10]).astype(kind)
    assert targets(labels, "nllm", 3, classes).Y.argmax(axis=1).tolist() == [1, 2, 0, 1]
    for unknown in (5, 15, 35):
        odd = np.array([10, unknown, 30, 10]).astype(kind)
        with pytest.raises(ValueError, match=rf"Y\[1\] = '?{unknown}.* is none of the classes"):
            targets(odd, "nllm", 3, classes)

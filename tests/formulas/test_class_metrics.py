"""Metrics of classes are scikit-learn's numbers, with weights and without, also where a class does not occur."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as theirs
from sklearn.calibration import calibration_curve

import clearprop as cp
from clearprop.formulas.answers import Answers
from clearprop.formulas.catalogue import find
from clearprop.formulas.class_metrics import AUC, CalibrationError, LogLoss, OfEachClass, counts
from clearprop.formulas.metrics import Metric
from clearprop.formulas.rankings import average_precision, precision_recall, roc

ROUNDING = 1e-12
"""Some hundred terms, added in another order."""


def drawn(seed: int, n: int = 60, classes: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities, some of them equal, one-hot targets, and whole weights, some of them 0."""
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.full(classes, 0.7), n).round(1 + seed % 3)
    P = (P + 1e-9) / (P + 1e-9).sum(axis=1, keepdims=True)
    return P, np.eye(classes)[rng.integers(0, classes, n)], rng.integers(0, 4, n).astype(float)


OF_CLASSES: dict[str, Callable[..., float]] = {
    "precision_macro": lambda P, y, w: theirs.precision_score(y, P.argmax(1), average="macro", sample_weight=w),
    "recall_macro": lambda P, y, w: theirs.recall_score(y, P.argmax(1), average="macro", sample_weight=w),
    "f1_macro": lambda P, y, w: theirs.f1_score(y, P.argmax(1), average="macro", sample_weight=w),
    "balanced_accuracy": lambda P, y, w: theirs.balanced_accuracy_score(y, P.argmax(1), sample_weight=w),
    "accuracy": lambda P, y, w: theirs.accuracy_score(y, P.argmax(1), sample_weight=w),
    "log_loss": lambda P, y, w: theirs.log_loss(y, P, sample_weight=w, labels=range(P.shape[1])),
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", OF_CLASSES)
def test_a_metric_of_classes_is_scikit_learns(name: str, seed: int, weighted: bool) -> None:
    P, Y, w = drawn(seed)
    weights = w if weighted else None
    expected = OF_CLASSES[name](P, Y.argmax(axis=1), weights)
    assert find(Metric, name).value(P, Y, weights) == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_area_of_several_classes_is_the_mean_of_each_against_the_rest(seed: int, weighted: bool) -> None:
    P, Y, w = drawn(seed)
    weights = w if weighted else None
    if weighted:
        expected = np.mean([theirs.roc_auc_score(Y[:, k], P[:, k], sample_weight=w) for k in range(4)])
    else:
        expected = theirs.roc_auc_score(Y.argmax(axis=1), P, multi_class="ovr")
    assert AUC().value(P, Y, weights) == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_two_classes_give_the_same_with_one_output_or_two(seed: int, outputs: int) -> None:
    P, Y, w = drawn(seed, classes=2)
    A, T = (P, Y) if outputs == 2 else (P[:, 1:], Y[:, 1:])
    y, said = Y[:, 1], P[:, 1] >= 0.5
    if outputs == 2:
        said = P.argmax(axis=1) == 1
    assert AUC().value(A, T, w) == pytest.approx(theirs.roc_auc_score(y, P[:, 1], sample_weight=w), rel=ROUNDING)
    assert LogLoss().value(A, T, w) == pytest.approx(
        theirs.log_loss(y, P[:, 1], sample_weight=w), rel=1e-7
    )  # 1 - p of a small p
    f1 = theirs.f1_score(y, said, average="macro", sample_weight=w)
    assert find(Metric, "f1_macro").value(A, T, w) == pytest.approx(f1, rel=ROUNDING)


@pytest.mark.parametrize("name", ["precision_macro", "recall_macro", "f1_macro"])
def test_several_labels_give_the_mean_over_labels(name: str) -> None:
    rng = np.random.default_rng(1)
    Y, A = (rng.random((50, 3)) < 0.4).astype(float), rng.random((50, 3))
    of = {"precision_macro": theirs.precision_score, "recall_macro": theirs.recall_score, "f1_macro": theirs.f1_score}
    assert find(Metric, name).value(A, Y) == pytest.approx(of[name](Y, A >= 0.5, average="macro"), rel=ROUNDING)
    assert AUC().value(A, Y) == pytest.approx(theirs.roc_auc_score(Y, A, average="macro"), rel=ROUNDING)


def test_each_class_has_its_own_and_none_where_there_is_nothing_to_divide_by() -> None:
    Y, P = np.eye(4)[[0, 0, 1, 1]], np.eye(4)[[0, 1, 1, 3]] * 0.9 + 0.025
    found = counts(P, Y, Answers(one_class=True))
    expected = {
        "precision_macro": [1, 0.5, np.nan, 0],
        "recall_macro": [0.5, 0.5, np.nan, np.nan],
        "f1_macro": [2 / 3, 0.5, np.nan, 0],
    }
    for name, values in expected.items():
        metric = find(Metric, name)
        assert isinstance(metric, OfEachClass)
        np.testing.assert_allclose(metric.of_each(found), values, rtol=ROUNDING)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["precision_macro", "recall_macro", "f1_macro", "balanced_accuracy"])
def test_a_class_that_no_point_is_of_counts_as_in_scikit_learn(name: str, weighted: bool) -> None:
    Y, P = np.eye(4)[[0, 0, 1, 1, 0]], np.eye(4)[[0, 1, 1, 3, 0]] * 0.9 + 0.025
    w = np.array([1.0, 2.0, 0.5, 1.0, 3.0]) if weighted else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's, of the class that is never right
        expected = OF_CLASSES[name](P, Y.argmax(axis=1), w)
    assert find(Metric, name).value(P, Y, w) == pytest.approx(expected, rel=ROUNDING)


def test_a_class_that_no_point_is_of_is_left_out_of_the_area() -> None:
    P, Y, _ = drawn(0)
    Y[:, 3] = 0
    Y[Y.sum(axis=1) == 0, 0] = 1
    expected = np.mean([theirs.roc_auc_score(Y[:, k], P[:, k]) for k in range(3)])
    assert AUC().value(P, Y) == pytest.approx(expected, rel=ROUNDING)


ONE = np.eye(3)[[1, 1, 1, 1]]
P4 = np.full((4, 3), 1 / 3)
LABELS = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
NO_VALUE: dict[str, tuple[str, np.ndarray, np.ndarray, str]] = {
    "one class, area": ("auc", P4, ONE, "all points are of one class"),
    "margins, log loss": ("log_loss", P4 * 5, np.eye(3)[[0, 1, 2, 0]], "the outputs are no probabilities"),
    "below 0, calibration": ("calibration_error", P4 - 1, np.eye(3)[[0, 1, 2, 0]], "the outputs are no probabilities"),
    "labels, log loss": ("log_loss", LABELS * 0.5, LABELS, "points may have several labels"),
    "labels, balanced": ("balanced_accuracy", LABELS * 0.5, LABELS, "points may have several labels"),
}


@pytest.mark.parametrize("what", NO_VALUE)
def test_points_that_give_no_value_give_nan_and_a_word(what: str) -> None:
    name, A, Y, word = NO_VALUE[what]
    metric = find(Metric, name)
    assert np.isnan(metric.value(A, Y))
    assert word in str(metric.why_not(A, Y))


def test_a_target_that_never_changes_says_so() -> None:
    Y = np.full((next(n for n in range(3, 99) if np.full(n, 0.1).mean() != 0.1), 1), 0.1)  # as sums are rounded
    assert find(Metric, "r2").why_not(Y + 1, Y) == "the target is the same in every row"
    assert find(Metric, "r2").value(Y + 1, Y) == 0


@pytest.mark.parametrize("name", [*OF_CLASSES, "auc", "calibration_error"])
def test_constant_predictions_have_a_value(name: str) -> None:
    Y = np.eye(3)[[0, 1, 1, 2, 1]]
    metric, P = find(Metric, name), np.tile([0.2, 0.5, 0.3], (5, 1))
    assert metric.why_not(P, Y) is None
    assert np.isfinite(metric.value(P, Y))
    assert AUC().value(P, Y) == 0.5


def test_a_sure_wrong_answer_costs_what_it_does_in_scikit_learn() -> None:
    P, Y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    assert LogLoss().value(P, Y) == pytest.approx(theirs.log_loss([1, 1], P, labels=[0, 1]), rel=ROUNDING)
    single = P.astype(np.float32)
    assert LogLoss().value(single, Y) == pytest.approx(theirs.log_loss([1, 1], single, labels=[0, 1]), rel=1e-6)


@pytest.mark.parametrize("bins", [1, 5, 15])
def test_the_calibration_error_is_that_of_scikit_learns_bins(bins: int) -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(0.5, 1, 400)
    y = rng.random(400) < p**2
    P = np.column_stack([1 - p, p])
    share, mean = calibration_curve(y, p, n_bins=bins)  # of class 1, which is the answer everywhere
    weight = np.histogram(p, bins=np.linspace(0, 1, bins + 1))[0]
    expected = (weight[weight > 0] / 400 * abs(share - mean)).sum()
    assert CalibrationError(bins=bins).value(P, np.eye(2)[y.astype(int)]) == pytest.approx(expected, rel=1e-9)


def test_whole_weights_are_repeated_points() -> None:
    P, Y, w = drawn(2)
    repeated = np.repeat(np.arange(len(w)), w.astype(int))
    for name in (*OF_CLASSES, "auc", "calibration_error", "rmse", "mae", "r2"):
        metric = find(Metric, name)
        assert metric.value(P, Y, w) == pytest.approx(metric.value(P[repeated], Y[repeated]), rel=1e-10), name


@pytest.mark.parametrize("weighted", [False, True])
def test_weighted_metrics_of_numbers_are_scikit_learns(weighted: bool) -> None:
    rng = np.random.default_rng(5)
    A, Y = rng.normal(size=(2, 40, 2))
    w = rng.random(40) if weighted else None
    expected = {
        "rmse": np.sqrt(theirs.mean_squared_error(Y, A, sample_weight=w)),
        "mae": theirs.mean_absolute_error(Y, A, sample_weight=w),
        "r2": theirs.r2_score(Y, A, sample_weight=w),
    }
    for name, value in expected.items():
        assert find(Metric, name).value(A, Y, w) == pytest.approx(value, rel=ROUNDING), name


@pytest.mark.parametrize("seed", range(4))
def test_the_curves_are_scikit_learns(seed: int) -> None:
    P, Y, w = drawn(seed, classes=2)
    y = Y[:, 1].astype(bool)
    off, on, _ = theirs.roc_curve(y, P[:, 1], sample_weight=w, drop_intermediate=False)
    np.testing.assert_allclose(np.unique(np.column_stack(roc(P[:, 1], y, w)), axis=0), unique(off, on), atol=ROUNDING)
    precision, recall, _ = theirs.precision_recall_curve(y, P[:, 1], sample_weight=w)
    ours = np.column_stack(precision_recall(P[:, 1], y, w))
    np.testing.assert_allclose(np.unique(ours, axis=0), unique(recall[:-1], precision[:-1]), atol=ROUNDING)
    expected = theirs.average_precision_score(y, P[:, 1], sample_weight=w)
    assert average_precision(P[:, 1], y, w) == pytest.approx(expected, rel=ROUNDING)


def unique(x: Any, y: Any) -> np.ndarray:
    return np.unique(np.column_stack([x, y]), axis=0)


def test_training_reports_them_from_the_probabilities_of_any_output() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), rng.integers(0, 3, 60)
    Y = np.eye(3)[y]
    for output, loss in (("softmax", "nllm"), ("log_softmax", "nllm_log"), ("sigmoid", "nll")):
        net = cp.Network((2, 4, 3), ("tanh", output), seed=0)
        run = cp.train(net, X, Y, loss=loss, eta=0.1, epochs=2, metrics=["log_loss", "auc"], seed=0)
        assert np.isfinite(run.history["log_loss"]).all(), output


def test_a_metric_of_probabilities_is_refused_where_outputs_are_numbers() -> None:
    X, Y = np.zeros((4, 1)), np.eye(2)[[0, 1, 0, 1]]
    with pytest.raises(ValueError, match="probabilities need outputs from 0 to 1"):
        cp.train(cp.Network((1, 2), ("identity",)), X, Y, loss="square", eta=0.1, metrics="log_loss")


def test_a_metric_without_a_value_on_these_points_is_refused_before_training() -> None:
    X, Y = np.zeros((4, 1)), np.eye(2)[[0, 0, 0, 0]]
    with pytest.raises(ValueError, match="auc has no value on these 4 points: all points are of one class"):
        cp.train(cp.Network((1, 2), ("softmax",)), X, Y, loss="nllm", eta=0.1, metrics="auc")

"""Every metric is the number that scikit-learn has for the same predictions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, hamming_loss, mean_absolute_error, r2_score, root_mean_squared_error

from clearprop.formulas import find, names
from clearprop.formulas.answers import Answers, answers_of
from clearprop.formulas.losses import Loss
from clearprop.formulas.metrics import R2, Accuracy, Metric
from tests.parts import all_of, label

THEIRS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": lambda A, Y: accuracy_score(Y.argmax(axis=1), A.argmax(axis=1)),
    "subset_accuracy": lambda A, Y: accuracy_score(Y >= 0.5, A >= 0.5),
    "label_accuracy": lambda A, Y: 1 - hamming_loss(Y >= 0.5, A >= 0.5),
    "rmse": lambda A, Y: np.sqrt((root_mean_squared_error(Y, A, multioutput="raw_values") ** 2).mean()),
    "mae": lambda A, Y: mean_absolute_error(Y, A),
    "r2": lambda A, Y: r2_score(Y, A),
}
ELSEWHERE = {"precision_macro", "recall_macro", "f1_macro", "balanced_accuracy", "auc", "log_loss", "calibration_error"}
"""Those that `test_class_metrics.py` judges."""


@pytest.mark.parametrize("metric", [part for part in all_of(Metric) if part.name not in ELSEWHERE], ids=label)
def test_a_metric_is_scikit_learns(metric: Metric) -> None:
    A, Y = np.random.default_rng(0).normal(size=(2, 40, 3))
    theirs = THEIRS[metric.name](A, Y)
    assert metric.value(A, Y) == pytest.approx(theirs, rel=1e-13), f"{metric.name}: 120 terms, added in another order"


def test_every_metric_has_a_judge() -> None:
    assert set(names(Metric)) == set(THEIRS) | ELSEWHERE


@pytest.mark.parametrize("metric", all_of(Metric), ids=label)
def test_a_perfect_prediction_has_the_best_value(metric: Metric) -> None:
    Y = np.eye(2)[np.arange(10) % 2] if metric.of_classes else np.random.default_rng(0).normal(size=(10, 2))
    best = 1.0 if metric.better == "higher" else 0.0
    assert metric.value(Y, Y) == pytest.approx(best, abs=1e-15)
    assert metric.range.contains(np.array(best))
    assert type(metric.value(Y, Y)) is float


def test_one_output_is_a_class_against_a_half() -> None:
    A, Y = np.array([[0.5], [0.49], [0.9], [0.1]]), np.array([[1.0], [0.0], [0.0], [1.0]])
    assert Accuracy().value(A, Y) == 0.5


LABELS = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]])


@pytest.mark.parametrize("no", [0.0, -1.0])
def test_every_label_right_is_an_accuracy_of_1_whichever_output_is_the_largest(no: float) -> None:
    Y = np.where(LABELS == 1, 1, no)
    A = np.where(LABELS == 1, 0.9, no + 0.1) + np.linspace(0, 0.05, 12).reshape(4, 3)
    for name in ("accuracy", "subset_accuracy", "label_accuracy"):
        assert find(Metric, name).value(A, Y) == 1


def test_one_wrong_label_costs_its_point_or_itself_alone() -> None:
    A = LABELS.copy()
    A[0, 0] = 0
    found = [find(Metric, name).value(A, LABELS) for name in ("accuracy", "subset_accuracy", "label_accuracy")]
    assert found == [3 / 4, 3 / 4, 11 / 12]


LEFT_RIGHT = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("loss", "sets", "labels", "expected"),
    [
        ("nllm", (LEFT_RIGHT,), False, Answers(one_class=True)),
        ("nllm", (np.full((2, 3), 1 / 3),), False, Answers(one_class=True)),
        ("nll", (LEFT_RIGHT,), False, Answers(one_class=True)),
        ("square", (LEFT_RIGHT,), False, Answers(one_class=True)),
        ("nll", (LABELS,), False, Answers(one_class=False)),
        ("nll", (LEFT_RIGHT, LABELS), False, Answers(one_class=False)),
        ("nll", (LABELS[:1] * 0.4,), True, Answers(one_class=True)),
        ("hinge", (2 * LEFT_RIGHT - 1,), False, Answers(one_class=True, no=-1)),
        ("hinge", (np.ones((2, 1)),), False, Answers(one_class=False, no=-1)),
        ("square", (np.array([[1.0], [-1.0]]),), False, Answers(one_class=False, no=-1)),
        ("square", (np.array([[1.0], [0.5]]),), False, None),
        ("poisson", (np.array([[1.0], [2.0]]),), False, None),
    ],
)
def test_targets_are_read_by_the_loss_and_by_all_of_them(
    loss: str, sets: tuple[np.ndarray, ...], labels: bool, expected: Answers | None
) -> None:
    assert answers_of(find(Loss, loss), *sets, labels=labels) == expected


@pytest.mark.parametrize("right", [True, False])
def test_r2_of_a_target_that_never_changes_is_scikit_learns(right: bool) -> None:
    Y = np.full((4, 1), 3.0)
    A = Y if right else Y + 1
    assert R2().value(A, Y) == r2_score(Y, A) == float(right)


def test_an_unknown_metric_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown metric 'acuracy'; did you mean 'accuracy'"):
        find(Metric, "acuracy")

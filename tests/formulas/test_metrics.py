"""Every metric is the number that scikit-learn has for the same predictions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, mean_absolute_error, r2_score, root_mean_squared_error

from clearprop.formulas import find, names
from clearprop.formulas.metrics import R2, Accuracy, Metric
from tests.parts import all_of, label

THEIRS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": lambda A, Y: accuracy_score(Y.argmax(axis=1), A.argmax(axis=1)),
    "rmse": lambda A, Y: np.sqrt((root_mean_squared_error(Y, A, multioutput="raw_values") ** 2).mean()),
    "mae": lambda A, Y: mean_absolute_error(Y, A),
    "r2": lambda A, Y: r2_score(Y, A),
}


@pytest.mark.parametrize("metric", all_of(Metric), ids=label)
def test_a_metric_is_scikit_learns(metric: Metric) -> None:
    A, Y = np.random.default_rng(0).normal(size=(2, 40, 3))
    theirs = THEIRS[metric.name](A, Y)
    assert metric.value(A, Y) == pytest.approx(theirs, rel=1e-13), f"{metric.name}: 120 terms, added in another order"


def test_every_metric_has_a_judge() -> None:
    assert set(names(Metric)) == set(THEIRS)


@pytest.mark.parametrize("metric", all_of(Metric), ids=label)
def test_a_perfect_prediction_has_the_best_value(metric: Metric) -> None:
    Y = np.random.default_rng(0).normal(size=(10, 2))
    assert metric.value(Y, Y) == (1.0 if metric.better == "higher" else 0.0)
    assert type(metric.value(Y, Y)) is float


def test_one_output_is_a_class_against_a_half() -> None:
    A, Y = np.array([[0.5], [0.49], [0.9], [0.1]]), np.array([[1.0], [0.0], [0.0], [1.0]])
    assert Accuracy().value(A, Y) == 0.5


@pytest.mark.parametrize("right", [True, False])
def test_r2_of_a_target_that_never_changes_is_scikit_learns(right: bool) -> None:
    Y = np.full((4, 1), 3.0)
    A = Y if right else Y + 1
    assert R2().value(A, Y) == r2_score(Y, A) == float(right)


def test_an_unknown_metric_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown metric 'acuracy'; did you mean 'accuracy'"):
        find(Metric, "acuracy")

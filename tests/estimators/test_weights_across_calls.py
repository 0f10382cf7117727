"""Weights keep their meaning from call to call: an epoch of `fit` is the same rows given in pieces, whatever a piece holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.utils.class_weight import compute_class_weight

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
n = 60
X = rng.normal(size=(n, 4))
LABELS = (X[:, 0] + 0.3 * rng.normal(size=n) > 0.8).astype(int)
TARGETS: dict[str, tuple[type, Any, dict[str, Any]]] = {
    "values": (MLPRegressor, X @ [1.0, 2.0, -1.0, 0.5], {}),
    "two classes": (MLPClassifier, np.array(["no", "yes"])[LABELS], {"classes": ["no", "yes"]}),
    "three classes": (MLPClassifier, (X[:, 0] > 0) + (X[:, 1] > 0) * 1, {"classes": [0, 1, 2]}),
    "labels": (MLPClassifier, (X[:, :3] > 0).astype(int), {"classes": [0, 1, 2]}),
}
WEIGHTS = rng.uniform(0, 3, n)
WEIGHTS[::7] = 0
WEIGHTS[15:20] = 0  # a piece of 5 rows that count for nothing
WEIGHTS /= WEIGHTS.mean()
TASKS = pytest.mark.parametrize("task", TARGETS)
SOLVERS = pytest.mark.parametrize("solver", ["sgd", "adam"])
ENGINES = pytest.mark.parametrize("engine", ["numpy", "compiled"])


def model(task: str, **given: Any) -> Any:
    fixed = {"hidden_layer_sizes": (6,), "alpha": 0.1, "max_iter": 1, "shuffle": False, "random_state": 0}
    return TARGETS[task][0](**fixed | given)


def weights_of(fitted: Any) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in (*fitted.coefs_, *fitted.intercepts_)])


def in_pieces(learner: Any, task: str, rows: int, weights: np.ndarray | None, table: Callable[..., Any]) -> Any:
    _, y, first = TARGETS[task]
    for begin in range(0, n, rows):
        piece = slice(begin, begin + rows)
        given = {} if weights is None else {"sample_weight": weights[piece]}
        learner.partial_fit(table(X[piece]), y[piece], **given, **first if begin == 0 else {})
    return learner


@TASKS
@SOLVERS
@ENGINES
@pytest.mark.parametrize("rows", [1, 5, 13])
@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_an_epoch_of_fit_is_the_same_rows_in_pieces(
    task: str, solver: str, engine: str, rows: int, table: Callable[..., Any]
) -> None:
    """The weights have mean 1, which is what `fit` would make of them."""
    whole = model(task, solver=solver, engine=engine, batch_size=rows).fit(table(X), TARGETS[task][1], WEIGHTS)
    pieces = in_pieces(model(task, solver=solver, engine=engine), task, rows, WEIGHTS, table)
    np.testing.assert_allclose(weights_of(pieces), weights_of(whole), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("task", ["two classes", "three classes"])
@SOLVERS
@pytest.mark.parametrize("rows", [1, 5])
def test_class_weights_are_those_of_a_fit_on_all_rows(task: str, solver: str, rows: int) -> None:
    """Computed from all rows, balanced weights have mean 1; a row alone does not say how rare its class is."""
    _, y, first = TARGETS[task]
    classes = np.array(first["classes"])
    balanced = dict(zip(classes, compute_class_weight("balanced", classes=classes, y=y), strict=True))
    whole = model(task, solver=solver, batch_size=rows, class_weight="balanced").fit(X, y)
    pieces = in_pieces(model(task, solver=solver, class_weight=balanced), task, rows, None, np.asarray)
    plain = in_pieces(model(task, solver=solver), task, rows, None, np.asarray)
    np.testing.assert_allclose(weights_of(pieces), weights_of(whole), rtol=1e-11, atol=1e-13)
    assert abs(weights_of(pieces) - weights_of(plain)).max() > 1e-6


def test_a_weight_of_2_is_a_step_twice_as_long() -> None:
    """So it is with one row in a call, in which a weight that was scaled to mean 1 would have no effect."""
    one, two = (model("values", solver="sgd", momentum=0, alpha=0).initialize(X, TARGETS["values"][1]) for _ in "12")
    before = weights_of(one)
    one.partial_fit(X[:1], TARGETS["values"][1][:1])
    two.partial_fit(X[:1], TARGETS["values"][1][:1], sample_weight=[2.0])
    np.testing.assert_allclose(weights_of(two) - before, 2 * (weights_of(one) - before), rtol=1e-12, atol=1e-17)


def test_a_row_of_weight_0_takes_the_step_of_the_penalty_alone() -> None:
    learner = model("values", solver="sgd", momentum=0, learning_rate_init=0.01).initialize(X, TARGETS["values"][1])
    before = [W.copy() for W in learner.coefs_]
    learner.partial_fit(X[:1], TARGETS["values"][1][:1], sample_weight=[0.0])
    for W, was in zip(learner.coefs_, before, strict=True):
        np.testing.assert_allclose(W, (1 - 0.01 * 0.1) * was, rtol=1e-13)


@pytest.mark.parametrize("task", ["two classes", "three classes", "labels"])
@pytest.mark.parametrize("begun", [False, True])
def test_balanced_is_refused_in_pieces_and_says_what_to_do(task: str, begun: bool) -> None:
    _, y, first = TARGETS[task]
    learner = model(task, class_weight=None if begun else "balanced")
    if begun:
        learner.partial_fit(X[:1], y[:1], **first).partial_fit(X[:1], y[:1]).set_params(class_weight="balanced")
    with pytest.raises(ValueError, match=r"'balanced' is not supported by partial_fit.*compute_class_weight"):
        learner.partial_fit(X[:1], y[:1], **{} if begun else first)


def test_a_weight_beyond_the_network_s_type_is_refused_where_it_would_be_used_as_it_is() -> None:
    points, y = X.astype(np.float32), TARGETS["values"][1]
    model("values").fit(points, y, np.full(n, 1e300))  # only ratios count
    with pytest.raises(ValueError, match=r"partial_fit uses weights as they are, and .* is too large for float32"):
        model("values").partial_fit(points, y, np.full(n, 1e300))

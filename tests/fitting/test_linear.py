"""The linear models are scikit-learn's, with weights and without, narrow tables and wide ones."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets
from sklearn.linear_model import LogisticRegression, Ridge

from clearprop.fitting.linear import logistic, ridge

SETS = {"two classes": "breast_cancer", "three": "iris", "three, 13 columns": "wine"}


def scaled(name: str) -> tuple[np.ndarray, np.ndarray]:
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread == 0, 1, spread), y


def probabilities(X: np.ndarray, W: np.ndarray, W0: np.ndarray) -> np.ndarray:
    Z = X @ W + W0
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    return P / P.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("what", SETS)
def test_logistic_regression_is_scikit_learns(what: str, weighted: bool) -> None:
    X, y = scaled(SETS[what])
    w = np.random.default_rng(0).random(len(y)) if weighted else None
    theirs = LogisticRegression(tol=1e-10, max_iter=100_000).fit(X, y, sample_weight=w)
    ours = probabilities(X, *logistic(X, np.eye(y.max() + 1)[y], w))
    np.testing.assert_allclose(ours, theirs.predict_proba(X), atol=1e-5)  # both stop where the loss is nearly flat


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(200, 10), (30, 80)])
def test_ridge_regression_is_scikit_learns(shape: tuple[int, int], weighted: bool) -> None:
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=shape), rng.normal(size=(shape[0], 2))
    w = rng.random(shape[0]) if weighted else None
    theirs = Ridge().fit(X, Y, sample_weight=w)
    W, W0 = ridge(X, Y, w)
    np.testing.assert_allclose(W, theirs.coef_.T, atol=1e-12)
    np.testing.assert_allclose(W0, theirs.intercept_, atol=1e-12)


def test_classes_that_a_line_separates_have_finite_weights() -> None:
    X = np.linspace(-1, 1, 40)[:, None]
    W, W0 = logistic(X, np.eye(2)[(X[:, 0] > 0).astype(int)])
    assert np.isfinite(W).all()
    assert np.isfinite(W0).all()
    assert W[0, 1] > W[0, 0]


@pytest.mark.parametrize("fit", [logistic, ridge])
def test_a_constant_column_has_no_weight(fit: object) -> None:
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.normal(size=50), np.zeros(50)])
    W, _ = fit(X, np.eye(2)[(X[:, 0] > 0.3).astype(int)])  # type: ignore[operator]  # one of two functions
    np.testing.assert_array_equal(W[1], 0)


def test_a_class_without_rows_is_never_said() -> None:
    X = np.random.default_rng(3).normal(size=(60, 2))
    Y = np.eye(3)[(X[:, 0] > 0).astype(int)]
    P = probabilities(X, *logistic(X, Y))
    assert P[:, 2].max() < 0.01


def test_many_rows_are_multiplied_in_blocks_to_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = scaled("iris")
    Y = np.eye(3)[y]
    whole = logistic(X, Y)
    monkeypatch.setattr("clearprop.fitting.linear.ONE_THREAD", 1)
    for one, other in zip(whole, logistic(X, Y), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)

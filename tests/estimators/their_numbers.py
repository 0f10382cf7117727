"""scikit-learn's perceptrons without the differences that docs/estimators.md lists: random settings are compared with them.

Each function undoes one or two rows of that table, so that all that is left must be equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network._multilayer_perceptron as theirs
from scipy.special import xlogy


@contextmanager
def with_exact_losses() -> Iterator[None]:
    """Log and Poisson loss come from the output before softmax, sigmoid or exp; the squared loss is summed over outputs."""
    before: dict[str, np.ndarray] = {}

    def keeping(activation: Callable[[np.ndarray], None]) -> Callable[[np.ndarray], None]:
        def keep(Z: np.ndarray) -> None:
            before["Z"] = Z.copy()
            activation(Z)

        return keep

    def mean(losses: np.ndarray, weights: Any) -> float:
        return float(np.average(losses, weights=weights, axis=0).sum())

    def log_loss(Y: np.ndarray, _: np.ndarray, weights: Any = None) -> float:
        Z = before["Z"]
        return mean(np.logaddexp.reduce(Z, axis=1, keepdims=True) - (Y * Z).sum(axis=1, keepdims=True), weights)

    def binary_log_loss(Y: np.ndarray, _: np.ndarray, weights: Any = None) -> float:
        return mean(np.logaddexp(0, before["Z"]) - Y * before["Z"], weights)

    def poisson(Y: np.ndarray, _: np.ndarray, weights: Any = None) -> float:
        Z = before["Z"]
        return mean(xlogy(Y, Y) - Y * Z - Y + np.exp(Z), weights)

    def squared_loss(Y: np.ndarray, A: np.ndarray, weights: Any = None) -> float:
        return mean((Y - A) ** 2 / 2, weights)

    exact = {
        "log_loss": log_loss,
        "binary_log_loss": binary_log_loss,
        "squared_error": squared_loss,
        "poisson": poisson,
    }
    kept = {name: keeping(theirs.ACTIVATIONS[name]) for name in ("logistic", "softmax", "exp")}
    with pytest.MonkeyPatch.context() as patch:
        for name, loss in exact.items():
            patch.setitem(theirs.LOSS_FUNCTIONS, name, loss)
        for name, activation in kept.items():
            patch.setitem(theirs.ACTIVATIONS, name, activation)
        yield


@contextmanager
def with_other_rounding(rng: np.random.Generator) -> Iterator[None]:
    """Every number of every matrix product is moved by up to one unit in the last place."""

    def product(a: Any, b: Any, **options: Any) -> np.ndarray:
        exact = theirs_product(a, b, **options)
        return exact * (1 + rng.integers(-1, 2, exact.shape) * np.finfo(float).eps)

    theirs_product = theirs.safe_sparse_dot
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theirs, "safe_sparse_dot", product)
        yield


def keep_best_weights(model: Any) -> None:
    """With `warm_start` and early stopping, the next call does not overwrite the best weights of the calls before."""
    if hasattr(model, "_best_coefs"):
        model._best_coefs = [W.copy() for W in model._best_coefs]
        model._best_intercepts = [b.copy() for b in model._best_intercepts]

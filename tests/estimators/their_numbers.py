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
    """Log and Poisson loss come from outputs before softmax, sigmoid or exp; the squared loss is summed over outputs."""
    before: dict[str, np.ndarray] = {}

    def keeping(activation: Callable[[np.ndarray], None]) -> Callable[[np.ndarray], None]:
        def keep(Z: np.ndarray) -> None:
            before["Z"] = Z.copy()
            activation(Z)

        return keep

    def before_it(loss: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., float]:
        return lambda Y, _, weights=None: mean(loss(Y, before["Z"]), weights)

    exact = {
        "log_loss": before_it(
            lambda Y, Z: np.logaddexp.reduce(Z, axis=1, keepdims=True) - (Y * Z).sum(axis=1, keepdims=True)
        ),
        "binary_log_loss": before_it(lambda Y, Z: np.logaddexp(0, Z) - Y * Z),
        "poisson": before_it(lambda Y, Z: xlogy(Y, Y) - Y * Z - Y + np.exp(Z)),
        "squared_error": lambda Y, A, weights=None: mean((Y - A) ** 2 / 2, weights),
    }
    kept = {name: keeping(theirs.ACTIVATIONS[name]) for name in ("logistic", "softmax", "exp")}
    with pytest.MonkeyPatch.context() as patch:
        for name, loss in exact.items():
            patch.setitem(theirs.LOSS_FUNCTIONS, name, loss)
        for name, activation in kept.items():
            patch.setitem(theirs.ACTIVATIONS, name, activation)
        yield


def mean(losses: np.ndarray, weights: Any) -> float:
    """Over points, of losses (n, outputs) that are summed over outputs."""
    if weights is None:
        return float(losses.sum(axis=1).mean())
    return float(np.asarray(weights) @ losses.sum(axis=1) / weights.sum())


class Weights(np.ndarray):
    """Weights of points that are divided by one number for all batches: `of_all` a point, not by each batch's own sum."""

    of_all: float

    def __array_finalize__(self, before: Any) -> None:
        self.of_all = getattr(before, "of_all", 1.0)

    def sum(self, *_: Any, **__: Any) -> float:  # type: ignore[override]  # what scikit-learn divides by
        return len(self) * self.of_all


@contextmanager
def with_weights_that_last(*, as_they_are: bool) -> Iterator[None]:
    """Weights have mean 1 over all rows that are trained on, or are used `as_they_are`, as in `partial_fit`."""

    def checked(weights: Any, X: Any) -> Weights:
        made = np.asarray(weights, float).view(Weights)
        made.of_all = 1.0 if as_they_are else float(np.mean(np.asarray(weights)))
        return made

    def split(*arrays: Any, **options: Any) -> list[Any]:
        pieces: list[Any] = their_split(*arrays, **options)
        if isinstance(arrays[-1], Weights):
            pieces[-2].of_all, pieces[-1] = float(np.mean(np.asarray(pieces[-2]))), np.asarray(pieces[-1])
        return pieces

    their_split = theirs.train_test_split
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theirs, "_check_sample_weight", checked)
        patch.setattr(theirs, "train_test_split", split)
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

"""The same code on scikit-learn's classes and on ours: what a client package gets from the two is compared."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.datasets import load_diabetes, load_iris

from clearprop import estimators as ours

KINDS = pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
OPTIONS: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 30, "random_state": 0, "learning_rate_init": 0.01}


def scaled(X: np.ndarray) -> np.ndarray:
    return (X - X.mean(axis=0)) / X.std(axis=0)


IRIS, LABELS = scaled(load_iris().data), load_iris().target
DIABETES, VALUES = scaled(load_diabetes().data)[:200], scaled(load_diabetes().target)[:200]


def data(kind: str) -> tuple[np.ndarray, np.ndarray]:
    return (IRIS, LABELS) if kind == "MLPClassifier" else (DIABETES, VALUES)


def fitted(room: ModuleType, kind: str, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # training is short
        return getattr(room, kind)(**OPTIONS | options).fit(*data(kind))


def beside(use: Callable[[ModuleType], Any], **closeness: float) -> Any:
    """What `use` gives with our classes, having compared it, number by number, with what it gives with theirs."""
    mine, other = use(ours), use(theirs)
    compare(mine, other, **{"rtol": 1e-7, "atol": 1e-9} | closeness)
    return mine


def compare(mine: Any, other: Any, **closeness: float) -> None:
    assert type(mine) is type(other)
    if isinstance(other, dict):
        assert list(mine) == list(other)
        mine, other = list(mine.values()), list(other.values())
    if isinstance(other, list | tuple):
        assert len(mine) == len(other)
        for one, their in zip(mine, other, strict=True):
            compare(one, their, **closeness)
    elif np.asarray(other).dtype.kind in "fc":
        np.testing.assert_allclose(mine, other, **closeness)
    else:
        np.testing.assert_array_equal(mine, other)

"""Fashion-MNIST, Table 3 of its paper: the rows of scikit-learn's MLPClassifier, accuracy on the test set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from clearprop.estimators import MLPClassifier

from .idx import FILES, images_and_labels
from .rows import Given, Group, Row

PUBLISHED = {
    ("relu", (100,)): "0.871",
    ("relu", (100, 10)): "0.870",
    ("tanh", (100,)): "0.868",
    ("tanh", (100, 10)): "0.863",
    ("relu", (10, 10)): "0.850",
    ("relu", (10,)): "0.848",
    ("tanh", (10, 10)): "0.841",
    ("tanh", (10,)): "0.840",
}


@cache
def scaled(folder: Path) -> tuple[Any, ...]:
    """Both sets, each column standardised over the training set, as the paper's program does it."""
    (X, y), (X_test, y_test) = (images_and_labels(folder, kind) for kind in FILES)
    scaler = StandardScaler().fit(X)
    return scaler.transform(X).astype(np.float32), y, scaler.transform(X_test).astype(np.float32), y_test


def accuracy(folder: Path, activation: str, hidden: tuple[int, ...], seed: int) -> float:
    X, y, X_test, y_test = scaled(folder)
    model = MLPClassifier(hidden, activation=activation, early_stopping=True, random_state=seed, threads=1)
    return float(model.fit(X, y).score(X_test, y_test))


def rows(given: Given) -> Sequence[Row]:
    return [
        Row(f"{activation} {list(hidden)}", figure, partial(accuracy, given.fashion, activation, hidden), runs=5)
        for (activation, hidden), figure in PUBLISHED.items()
    ]


def lacking(given: Given) -> str | None:
    return None if given.fashion.is_dir() else "`apt-get install dataset-fashion-mnist`, or `--fashion FOLDER`"


GROUP = Group(
    "Fashion-MNIST",
    "Fashion-MNIST: accuracy on the test set",
    "Xiao, Rasul and Vollgraf 2017, Table 3, MLPClassifier; means of five runs",
    "the same networks and defaults, but `early_stopping=True`: a tenth of the training set says when to stop",
    rows,
    lacking,
)

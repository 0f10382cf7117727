"""MNIST-1D: accuracy of a perceptron and of logistic regression on its 1,000 points held out."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.estimators import MLPClassifier

from .rows import Given, Group, Row


@cache
def points() -> dict[str, np.ndarray]:
    data = importlib.import_module("mnist1d.data")
    made: dict[str, np.ndarray] = data.make_dataset(data.get_dataset_args())
    return made


def perceptron(seed: int) -> float:
    """In percent, as `logistic`."""
    options: dict[str, Any] = {"preset": "tabular", "early_stopping": False, "activation": "relu", "dropout": 0.2}
    made = points()
    model = MLPClassifier(random_state=seed, threads=1, **options).fit(made["x"], made["y"])
    return 100 * float(model.score(made["x_test"], made["y_test"]))


def logistic(seed: int) -> float:
    made = points()
    X, X_test = ((made[name] - made["x"].mean(0)) / made["x"].std(0) for name in ("x", "x_test"))
    net = cp.Network((X.shape[1], 10), ("softmax",), seed=seed)
    options: dict[str, Any] = {"optimizer": "adam", "eta": 0.01, "epochs": 30, "progress": False, "seed": seed}
    run = cp.train(net, X, np.eye(10)[made["y"]], loss="nllm", threads=1, **options)
    return 100 * float((run.network.predict(X_test).argmax(axis=1) == made["y_test"]).mean())


def rows(_: Given) -> Sequence[Row]:
    return [Row("perceptron", "68", perceptron), Row("logistic regression", "32", logistic)]


def lacking(_: Given) -> str | None:
    try:
        importlib.import_module("mnist1d.data")
    except ImportError as error:
        return f"`pip install mnist1d` ({error})"
    return None


GROUP = Group(
    "MNIST-1D",
    "MNIST-1D: % right, held out",
    "Greydanus and Kobak 2020, the table of the package's README",
    '`preset="tabular"` on all training points, ReLU, dropout 0.2; logistic regression by Adam, 30 epochs',
    rows,
    lacking,
)

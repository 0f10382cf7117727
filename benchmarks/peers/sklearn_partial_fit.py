"""scikit-learn: one partial_fit a point. Its initialisation is its own, so only its time is of interest."""

from __future__ import annotations

from collections.abc import Callable

import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

from clearprop.formulas.catalogue import Array

from ..workloads import ETA, Workload

VERSION = f"scikit-learn {sklearn.__version__}"
ACTIVATION = {"sigmoid": "logistic", "relu": "relu"}


def steps(work: Workload, order: Array) -> Callable[[], None]:
    X, Y = work.points
    settings = {
        "hidden_layer_sizes": work.widths[1:-1],
        "activation": ACTIVATION[work.activations[0]],
        "solver": "sgd",
        "momentum": 0.0,
        "alpha": 0.0,
        "learning_rate_init": ETA,
        "batch_size": 1,
    }
    if work.activations[-1] == "identity":
        model, y, first = MLPRegressor(**settings), Y[:, 0], {}
    else:
        y = Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0].astype(int)
        model, first = MLPClassifier(**settings), {"classes": range(max(2, Y.shape[1]))}
    model.partial_fit(X[:1], y[:1], **first)

    def run() -> None:
        for i in order:
            model.partial_fit(X[i : i + 1], y[i : i + 1])

    return run

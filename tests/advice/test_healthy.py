"""Trainings that work are silent: every loss that has targets of its kind, optimisers, normalisations and regularisers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.preprocessing import scale

import clearprop as cp

X, y = load_diabetes(return_X_y=True)
X, VALUES = scale(X), scale(y)[:, None]
AMOUNTS = np.exp(VALUES / 2)
CANCER, YES = load_breast_cancer(return_X_y=True)
CANCER = scale(CANCER)
REGRESSIONS: dict[str, tuple[str, Any, int]] = {
    "square": ("identity", VALUES, 1),
    "huber": ("identity", VALUES, 1),
    "log_cosh": ("identity", VALUES, 1),
    "linear": ("identity", VALUES, 1),
    "quantile(tau=0.7)": ("identity", VALUES, 1),
    "poisson": ("exp", np.round(2 * AMOUNTS), 1),
    "poisson_log": ("identity", np.round(2 * AMOUNTS), 1),
    "gamma": ("exp", AMOUNTS, 1),
    "gaussian_nll": ("identity", VALUES, 2),
    "half_square": ("softplus", AMOUNTS, 1),
}
HIDDEN = {
    "relu": "he_normal",
    "tanh": "glorot_normal",
    "gelu": "he_normal",
    "selu": "lecun_normal",
    "sigmoid": "glorot_normal",
}
# Warnings are errors in these tests: that a training ends is all there is to see.


@pytest.mark.parametrize("normalization", [None, "batch_norm", "layer_norm"])
@pytest.mark.parametrize("loss", REGRESSIONS)
def test_regressions(loss: str, normalization: str | None) -> None:
    output, Y, outputs = REGRESSIONS[loss]
    for optimizer, eta in (("sgd", 0.01), ("adam", 0.003)):
        net = cp.Network((10, 16, outputs), ("relu", output), init="he_normal", normalization=normalization, seed=0)
        cp.train(net, X, Y, loss=loss, optimizer=optimizer, eta=eta, epochs=40, progress=False)


@pytest.mark.parametrize("options", [{}, {"dropout": 0.3}, {"averaging": "swa"}, {"restarts": 3}], ids=str)
@pytest.mark.parametrize(
    ("loss", "output", "no"),
    [("nll", "sigmoid", 0), ("focal", "sigmoid", 0), ("hinge", "identity", -1), ("square", "tanh", -1)],
)
def test_two_classes(loss: str, output: str, no: int, options: dict[str, Any]) -> None:
    net = cp.Network((30, 16, 1), ("relu", output), init="he_normal", seed=0)
    Y = np.where(YES, 1.0, no)[:, None]
    cp.train(net, CANCER, Y, loss=loss, eta=0.03, epochs=30, progress=False, **options)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("load", [load_iris, load_wine, load_digits])
def test_several_classes(load: Any, hidden: str, layers: int) -> None:
    points, labels = load(return_X_y=True)
    points, K = scale(points), labels.max() + 1
    for optimizer, eta in (("sgd", 0.1), ("adam", None), ("rmsprop", None), ("lion", 1e-3)):
        widths = (points.shape[1], *[24] * layers, K)
        net = cp.Network(widths, (*[hidden] * layers, "softmax"), init=HIDDEN[hidden], seed=0)
        cp.train(net, points, labels, loss="nllm", optimizer=optimizer, eta=eta, epochs=30, progress=False)

"""Fitted estimators of every kind that converters are tested with: tasks and settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes, load_iris

from clearprop.estimators import MLPClassifier, MLPRegressor

X, SPECIES = load_iris(return_X_y=True)
BODY, SICK = load_diabetes(return_X_y=True)
X, BODY = X.astype(np.float32), BODY.astype(np.float32)  # so that an input of either type is the same number
LABELS = np.stack([X[:, 0] > 5.8, X[:, 2] > 4, X[:, 3] > 1], axis=1).astype(int)
CLASSIFIERS = {
    "three classes": SPECIES,
    "two classes": (SPECIES == 1).astype(int) + 3,
    "yes or no": SPECIES == 1,
    "text": np.array(["setosa", "versicolor", "virginica"])[SPECIES],
    "labels": LABELS,
}
REGRESSORS = {"value": SICK, "values": np.stack([SICK, SICK[::-1]], axis=1)}

SETTINGS: list[dict[str, Any]] = [
    {},
    {"scaling": "standard", "activation": "tanh"},
    {"scaling": "smooth_clip", "activation": "gelu"},
    {"normalization": "batch", "activation": "logistic"},
    {"normalization": "layer", "activation": "mish"},
    {"activation": ("prelu", "parametric(of=selu)")},
    {"preset": "tabular", "hidden_layer_sizes": (16, 16), "max_iter": 5},
    {"hidden_layer_sizes": ()},
    {"ensemble": 3, "early_stopping": True, "scaling": "standard"},
]

DOCUMENT = (Path(__file__).parents[2] / "docs" / "estimators.md").read_text(encoding="utf-8")


def documented(name: str) -> str:
    """The block of docs/estimators.md that begins with importing this name."""
    return next(
        block
        for block in re.findall(r"^```text\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
        if f"import {name}\n" in block
    )


def fitted(task: str, **options: Any) -> tuple[Any, Any]:
    """A fitted estimator and its points, in float32."""
    given = {"hidden_layer_sizes": (9, 6), "max_iter": 15, "random_state": 0, "learning_rate_init": 0.01} | options
    if "preset" in options:
        del given["learning_rate_init"]  # whose schedule gives the size of every step
    if task in CLASSIFIERS:
        return MLPClassifier(**given).fit(X.astype(float), CLASSIFIERS[task]), X
    return MLPRegressor(**given, standardize_target=True).fit(BODY.astype(float), REGRESSORS[task]), BODY

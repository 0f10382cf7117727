"""Presets: a recipe that somebody tuned and published, as values for parameters that the user does not write.

Every ingredient is an ordinary parameter with an ordinary part of the catalogue; a preset only fills them in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

TABULAR: dict[str, Any] = {
    "hidden_layer_sizes": (256, 256, 256),
    "initializer": "gaussian",
    "output_initializer": "zeros",
    "scaling": "smooth_clip(bound=3.0, of=robust)",
    "categorical_features": "from_dtype",
    "solver": "scaling_layer(rate=6.0, then=ntk(beta=0.1, then=adam(beta1=0.9, beta2=0.95)))",
    "alpha": 0.0,
    "batch_size": 256,
    "max_iter": 256,
    "early_stopping": True,
    "validation_fraction": 0.2,
    "n_iter_no_change": np.inf,
    "best_epoch": "last",
    "last_batch": "even",
    "dtype": "float32",
}
"""RealMLP-TD-S, what classification and regression share: Holzmüller, Grinsztajn and Steinwart 2024, "Better by default".

Published is `last_batch="drop"`; `docs/estimators.md` has what was measured of that, of two outputs for two classes, and of
float32.
"""
CLASSIFIER = {
    "tabular": TABULAR
    | {
        "activation": "selu",
        "loss": "cross_entropy",
        "label_smoothing": 0.1,
        "calibration": "auto",
        "learning_rate": "coslog4(peak=0.04, steps=0)",
    },
}
REGRESSOR = {
    "tabular": TABULAR
    | {"activation": "mish", "standardize_target": True, "learning_rate": "coslog4(peak=0.07, steps=0)"},
}
NAMES = ("tabular",)
GO_WITH = {"learning_rate": "solver"}
"""Values that were tuned together: the schedule's peak is for the recipe's solver, and is not taken for another one."""


def of_preset(estimator: Any, *names: str) -> str:
    """Says that the preset has set these parameters, which nobody wrote; empty where somebody did."""
    recipe = estimator._recipe()
    return (
        f" of preset={estimator.preset!r}"
        if any(name in recipe and name not in estimator._written for name in names)
        else ""
    )

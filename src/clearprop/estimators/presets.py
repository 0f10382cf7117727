"""Presets: a recipe that somebody tuned and published, as values for parameters that the user does not write.

Every ingredient is an ordinary parameter with an ordinary part of the catalogue; a preset only fills them in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..training import realmlp

TABULAR: dict[str, Any] = {
    "hidden_layer_sizes": realmlp.WIDTHS,
    "initializer": "gaussian",
    "output_initializer": "zeros",
    "scaling": "smooth_clip(bound=3.0, of=robust)",
    "categorical_features": "from_dtype",
    "solver": realmlp.OPTIMIZER,
    "alpha": 0.0,
    "batch_size": realmlp.BATCH_SIZE,
    "max_iter": realmlp.EPOCHS,
    "early_stopping": True,
    "validation_fraction": realmlp.VALIDATION,
    "n_iter_no_change": np.inf,
    "best_epoch": "last",
    "last_batch": "even",
    "dtype": realmlp.DTYPE,
}
"""RealMLP-TD-S, what classification and regression share.

Published is `last_batch="drop"`; `docs/estimators.md` has what was measured of that, of two outputs for two classes, and of
float32.
"""
_CLASSES, _NUMBERS = realmlp.TASKS["classification"], realmlp.TASKS["regression"]
CLASSIFIER = {
    "tabular": TABULAR
    | {
        "activation": _CLASSES.activation,
        "loss": "cross_entropy",
        "label_smoothing": _CLASSES.label_smoothing,
        "calibration": "auto",
        "learning_rate": _CLASSES.eta,
    },
}
REGRESSOR = {
    "tabular": TABULAR | {"activation": _NUMBERS.activation, "standardize_target": True, "learning_rate": _NUMBERS.eta},
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

"""Presets: a recipe that somebody tuned and published, as values for parameters that the user leaves at their defaults.

Every ingredient is an ordinary parameter with an ordinary part of the catalogue; a preset only fills them in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import signature
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
}
"""RealMLP-TD-S, what classification and regression share: Holzmüller, Grinsztajn and Steinwart 2024, "Better by default"."""
CLASSIFIER = {
    "tabular": TABULAR | {"activation": "selu", "label_smoothing": 0.1, "learning_rate": "coslog4(peak=0.04, steps=0)"},
}
REGRESSOR = {
    "tabular": TABULAR
    | {"activation": "mish", "standardize_target": True, "learning_rate": "coslog4(peak=0.07, steps=0)"},
}
NAMES = ("tabular",)


class Settings:
    """An estimator's parameters, with its preset's values in place of those that are at their defaults.

    >>> from clearprop.estimators import MLPClassifier
    >>> settings = MLPClassifier(preset="tabular", max_iter=64).settings
    >>> settings.max_iter, settings.batch_size, settings.tol
    (64, 256, 0.0001)
    """

    def __init__(self, estimator: Any, recipe: dict[str, Any]) -> None:
        self._estimator, self._recipe = estimator, recipe

    def __getattr__(self, name: str) -> Any:
        given = getattr(self._estimator, name)
        if name not in self._recipe:
            return given
        default = _defaults(self._estimator.__init__.__func__)[name]
        at_default = given is default or (type(given) is type(default) and given == default)
        return self._recipe[name] if at_default else given


@cache
def _defaults(constructor: Callable[..., None]) -> dict[str, Any]:
    """The parameters' defaults by name."""
    return {name: parameter.default for name, parameter in signature(constructor).parameters.items()}

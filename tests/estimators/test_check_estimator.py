"""scikit-learn's checks of what an estimator is, on many settings; what cannot hold is declared with its reason, here alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sklearn.utils.estimator_checks import check_estimator

from clearprop.estimators import MLPClassifier, MLPRegressor

TWICE = ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data")
STEPS = "a weight of 2 is one step of twice the length, and a row twice is two steps"
SPLIT = "a row twice may lie on both sides of the split, and counts twice in what it holds out"
DRAWN = "what is left out is drawn for each row of a batch, so that a row twice is left out differently"
FLOAT32 = "the sums of one row and of several are rounded differently in float32, and the check asks for seven digits"

IN_BOTH: dict[str, tuple[dict[str, Any], str]] = {
    "as it is": ({}, ""),
    "lbfgs": ({"solver": "lbfgs"}, ""),
    "point by point": ({"batch_size": 1, "max_iter": 30, "learning_rate_init": 0.01}, STEPS),
    "early stopping": ({"early_stopping": True, "validation_fraction": 0.4, "learning_rate_init": 0.01}, SPLIT),
    "dropout": ({"dropout": 0.2}, DRAWN),
    "an ensemble": ({"ensemble": 2}, ""),
    "the preset for tables": ({"preset": "tabular", "hidden_layer_sizes": (32,), "batch_size": 16}, SPLIT),
}
OF_CLASSES: dict[str, tuple[dict[str, Any], str]] = {
    "sgd": ({"solver": "sgd"}, ""),
    "several layers": ({"hidden_layer_sizes": (8, 5, 4), "activation": "tanh"}, ""),
    "an activation each": (
        {"hidden_layer_sizes": (20, 10), "activation": ("gelu", "logistic"), "learning_rate_init": 0.01},
        "",
    ),
    "layer normalisation": ({"normalization": "layer"}, ""),
    "class weights": ({"class_weight": "balanced"}, ""),
    "label smoothing": ({"label_smoothing": 0.1}, ""),
    "a temperature": (
        {"calibration": "temperature", "early_stopping": True, "validation_fraction": 0.4, "learning_rate_init": 0.01},
        SPLIT,
    ),
    "hinge": ({"loss": "hinge"}, ""),
}
OF_VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "rmsprop": ({"solver": "rmsprop"}, ""),
    "elastic net on the numpy engine": ({"engine": "numpy", "l1_ratio": 0.5}, ""),
    "restarts": ({"restarts": 2}, ""),
    "two threads": ({"threads": 2}, ""),
    "huber": ({"loss": "huber"}, ""),
}
CASES = [
    pytest.param(kind, options, reason, id=f"{kind.__name__}, {name}")
    for kind, settings in ((MLPClassifier, IN_BOTH | OF_CLASSES), (MLPRegressor, IN_BOTH | OF_VALUES))
    for name, (options, reason) in settings.items()
]


@pytest.mark.lengthy
@pytest.mark.filterwarnings("ignore")  # of estimators that are not to converge, and of checks that are skipped
@pytest.mark.parametrize(("kind", "options", "reason"), CASES)
def test_it_is_an_estimator_as_scikit_learn_has_them(kind: type, options: dict[str, Any], reason: str) -> None:
    estimator = kind(**{"max_iter": 100, **options})
    failing = dict.fromkeys(TWICE, reason) if reason else {}
    if "preset" in options:
        failing["check_methods_subset_invariance"] = FLOAT32
    results = check_estimator(estimator, expected_failed_checks=failing, on_fail=None)
    failed = {
        result["check_name"]: repr(result["exception"])[:300] for result in results if result["status"] == "failed"
    }
    assert failed == {}
    assert sum(result["status"] == "passed" for result in results) > 50


def test_the_documentation_says_how_many_settings_these_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "estimators.md").read_text(encoding="utf-8")
    assert f"`check_estimator` passes on {len(CASES)} settings" in page

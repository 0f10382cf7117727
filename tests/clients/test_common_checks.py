"""What scikit-learn's own test suite asks of each of its estimators beside `check_estimator`, with the same functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from clearprop.estimators import MLPClassifier, MLPRegressor

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of estimators that it makes instances of
    import sklearn.tests.test_common as common

pytestmark = pytest.mark.filterwarnings("default")
CHECKS = {
    name: getattr(common, f"test_{name}")
    for name in ("check_param_validation", "pandas_column_name_consistency", "check_all_zero_sample_weights_error")
}
NOT_OF_PERCEPTRONS = {
    "estimators_get_feature_names_out_error": "of transformers",
    "transformers_get_feature_names_out": "of transformers",
    "set_output_transform": "of transformers",
    "set_output_transform_configured": "of transformers",
    "check_inplace_ensure_writeable": "of estimators with copy=False; scikit-learn skips its own perceptrons",
    "estimators": "tests/estimators/test_check_estimator.py, on many settings",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "the preset": {"preset": "tabular", "hidden_layer_sizes": (8,), "early_stopping": False},
    "sgd": {"solver": "sgd", "warm_start": True},
    "lbfgs": {"solver": "lbfgs"},
}


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_it_passes_their_check(check: Callable[[Any], None], options: dict[str, Any], kind: Any) -> None:
    check(kind(max_iter=2, **options))


def test_every_check_of_theirs_that_takes_an_estimator_is_run_or_listed() -> None:
    taking = {
        name.removeprefix("test_")
        for name, test in vars(common).items()
        if name.startswith("test_")
        and any(
            "estimator" in str(mark.args[:1]) or "transformer" in str(mark.args[:1])
            for mark in getattr(test, "pytestmark", [])
        )
    }
    assert taking == CHECKS.keys() | NOT_OF_PERCEPTRONS.keys()

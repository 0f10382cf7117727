"""scikit-learn's tools that look at a fitted model, or choose where it cuts, take these estimators as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import TunedThresholdClassifierCV

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def table(rows: int = 120) -> tuple[pd.DataFrame, np.ndarray]:
    """A table in which `kind` and `size` tell the target, and `noise` tells nothing."""
    rng = np.random.default_rng(0)
    kind = rng.choice(["low", "high"], rows)
    size, noise = rng.normal(size=rows), rng.normal(size=rows)
    X = pd.DataFrame({"kind": kind, "size": size, "noise": noise})
    return X, 2.0 * (kind == "high") + size


@pytest.mark.parametrize(
    "options", [{"categorical_features": "from_dtype", "max_iter": 150}, {"preset": "tabular", "max_iter": 32}]
)
def test_importance_and_dependence_are_those_of_the_table(options: dict[str, object]) -> None:
    X, y = table()
    model = MLPRegressor(random_state=0, **options).fit(X, y)  # type: ignore[arg-type]
    importance = permutation_importance(model, X, y, n_repeats=3, random_state=0).importances_mean
    assert min(importance[:2]) > 10 * abs(importance[2])
    categories = partial_dependence(model, X, ["kind"], categorical_features=["kind"], kind="average")
    low, high = (categories["average"][0][list(categories["grid_values"][0]).index(name)] for name in ("low", "high"))
    assert 1 < high - low < 3
    assert np.all(np.diff(partial_dependence(model, X, ["size"], kind="average")["average"][0]) > 0)


def test_a_rare_class_is_weighted_watched_and_cut_by_scikit_learns_threshold() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4))
    y = (X[:, 0] + 0.7 * rng.normal(size=400) > 1.6).astype(int)
    assert y.mean() < 0.15
    options = {"max_iter": 60, "learning_rate_init": 0.02, "random_state": 0}
    plain = MLPClassifier(**options).fit(X, y)  # type: ignore[arg-type]
    weighted = MLPClassifier(class_weight="balanced", early_stopping=True, scoring="balanced_accuracy", **options)  # type: ignore[arg-type]
    tuned = TunedThresholdClassifierCV(MLPClassifier(**options), scoring="balanced_accuracy")  # type: ignore[arg-type]
    of_plain = balanced_accuracy_score(y, plain.predict(X))
    assert balanced_accuracy_score(y, weighted.fit(X, y).predict(X)) > of_plain - 0.02
    assert balanced_accuracy_score(y, tuned.fit(X, y).predict(X)) > of_plain
    assert tuned.best_threshold_ < 0.5

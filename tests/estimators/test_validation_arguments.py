"""`X_val` and `y_val` are the set of `validation_data` as arguments of their own, which a pipeline can transform and route."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import config_context
from sklearn.datasets import load_wine
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from clearprop.estimators import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_wine(return_X_y=True)
HELD = np.arange(len(X)) % 3 == 0
KINDS = [MLPClassifier, MLPRegressor]
SOLVERS = ["adam", "lbfgs"]


def a_model(kind: Any, **given: Any) -> Any:
    return kind(**{"hidden_layer_sizes": 6, "max_iter": 12, "random_state": 0} | given)


def history(model: Any) -> tuple[Any, ...]:
    return model.validation_scores_, model.validation_loss_curve_, model.coefs_[0].tolist()


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_the_pair_of_validation_data(kind: Any, solver: str) -> None:
    points = StandardScaler().fit_transform(X)
    pair = a_model(kind, solver=solver).fit(points[~HELD], Y[~HELD], validation_data=(points[HELD], Y[HELD]))
    apart = a_model(kind, solver=solver).fit(points[~HELD], Y[~HELD], X_val=points[HELD], y_val=Y[HELD])
    assert history(apart) == history(pair)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_pipeline_transforms_them_as_it_does_the_training_points(kind: Any, solver: str) -> None:
    with config_context(enable_metadata_routing=True):
        model = a_model(kind, solver=solver, scoring="r2" if kind is MLPRegressor else "neg_log_loss")
        model.set_fit_request(X_val=True, y_val=True)
        steps = [("scale", StandardScaler()), ("choose", SelectKBest(k=5)), ("mlp", model)]
        pipeline = Pipeline(steps, transform_input=["X_val"]).fit(X[~HELD], Y[~HELD], X_val=X[HELD], y_val=Y[HELD])
    before = pipeline[:-1]
    by_hand = a_model(kind, solver=solver, scoring=model.scoring).fit(
        before.transform(X[~HELD]), Y[~HELD], validation_data=(before.transform(X[HELD]), Y[HELD])
    )
    assert history(pipeline[-1]) == history(by_hand)
    if kind is MLPRegressor:
        assert pipeline.score(X[HELD], Y[HELD]) == pytest.approx(pipeline[-1].best_validation_score_, rel=1e-9)


def test_they_arrive_through_a_search_over_a_pipeline() -> None:
    with config_context(enable_metadata_routing=True):
        model = a_model(MLPClassifier).set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline([("scale", StandardScaler()), ("mlp", model)], transform_input=["X_val"])
        search = GridSearchCV(pipeline, {"mlp__alpha": [1e-4, 1.0]}, cv=2).fit(
            X[~HELD], Y[~HELD], X_val=X[HELD], y_val=Y[HELD]
        )
    best = search.best_estimator_
    assert best[-1].best_validation_score_ == best.score(X[HELD], Y[HELD])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X_val": X}, "X_val is given without y_val"),
        ({"y_val": Y}, "y_val is given without X_val"),
        ({"X_val": X, "y_val": Y, "validation_data": (X, Y)}, "give validation_data or X_val and y_val, not both"),
        ({"X_val": X[:, :3], "y_val": Y}, "X has 3 features, but MLPClassifier is expecting 13"),
        ({"X_val": X[:4], "y_val": Y}, "inconsistent numbers of samples"),
        ({"X_val": X, "y_val": Y + 7}, "has classes not in"),
    ],
    ids=["no targets", "no points", "both ways", "fewer columns", "fewer rows", "other labels"],
)
@pytest.mark.parametrize("solver", SOLVERS)
def test_what_does_not_fit_is_refused(solver: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_model(MLPClassifier, solver=solver).fit(X, Y, **given)

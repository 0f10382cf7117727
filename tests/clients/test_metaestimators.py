"""scikit-learn's own estimators around a perceptron, with weights routed to it where they take them: numbers as with theirs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn import (
    calibration,
    ensemble,
    feature_selection,
    inspection,
    linear_model,
    model_selection,
    multiclass,
    multioutput,
    semi_supervised,
)
from sklearn.compose import TransformedTargetRegressor
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401 - they unlock imports
from sklearn.frozen import FrozenEstimator
from sklearn.impute import IterativeImputer

from .controls import DIABETES, IRIS, LABELS, OPTIONS, VALUES, beside

pytestmark = pytest.mark.filterwarnings("ignore")
WEIGHTS = np.random.default_rng(0).uniform(0.2, 3, len(LABELS))
GRID = {"alpha": [1e-4, 1.0], "learning_rate_init": [0.01, 0.03]}
UNKNOWN = np.where(np.arange(len(LABELS)) % 3, LABELS, -1)
FOLDS = model_selection.KFold(2)

CLASSIFIERS: dict[str, Callable[[Any], Any]] = {
    "grid search": lambda mlp: model_selection.GridSearchCV(mlp, GRID, cv=3),
    "random search": lambda mlp: model_selection.RandomizedSearchCV(mlp, GRID, n_iter=3, cv=2, random_state=0),
    "halving search": lambda mlp: model_selection.HalvingGridSearchCV(
        mlp, GRID, resource="max_iter", min_resources=5, max_resources=20, cv=2, random_state=0
    ),
    "bagging": lambda mlp: ensemble.BaggingClassifier(mlp, 3, random_state=0),
    "boosting": lambda mlp: ensemble.AdaBoostClassifier(mlp, n_estimators=3, random_state=0),
    "votes": lambda mlp: ensemble.VotingClassifier([("a", mlp), ("b", sklearn.clone(mlp))], voting="soft"),
    "stacking": lambda mlp: ensemble.StackingClassifier([("mlp", mlp)], linear_model.LogisticRegression(), cv=2),
    "calibration": lambda mlp: calibration.CalibratedClassifierCV(mlp, cv=2),
    "one against the rest": multiclass.OneVsRestClassifier,
    "one against one": multiclass.OneVsOneClassifier,
    "output codes": lambda mlp: multiclass.OutputCodeClassifier(mlp, random_state=0),
    "self-training": semi_supervised.SelfTrainingClassifier,
    "features one by one": lambda mlp: feature_selection.SequentialFeatureSelector(mlp, n_features_to_select=2, cv=2),
    "features by importance": lambda mlp: feature_selection.RFE(
        mlp, n_features_to_select=2, importance_getter=lambda fitted: np.abs(fitted.coefs_[0]).sum(axis=1)
    ),
}
TWO_CLASSES: dict[str, Callable[[Any], Any]] = {
    "a threshold": lambda mlp: model_selection.FixedThresholdClassifier(mlp, threshold=0.3),
    "a threshold that is tuned": lambda mlp: model_selection.TunedThresholdClassifierCV(mlp, cv=2),
}
REGRESSORS: dict[str, Callable[[Any], Any]] = {
    "grid search": lambda mlp: model_selection.GridSearchCV(mlp, GRID, cv=3),
    "bagging": lambda mlp: ensemble.BaggingRegressor(mlp, 3, random_state=0),
    "boosting": lambda mlp: ensemble.AdaBoostRegressor(mlp, n_estimators=2, random_state=0),
    "votes": lambda mlp: ensemble.VotingRegressor([("a", mlp), ("b", sklearn.clone(mlp))]),
    "stacking": lambda mlp: ensemble.StackingRegressor([("mlp", mlp)], linear_model.Ridge(), cv=2),
    "targets transformed": lambda mlp: TransformedTargetRegressor(mlp, func=np.sinh, inverse_func=np.arcsinh),
    "random samples": lambda mlp: linear_model.RANSACRegressor(mlp, min_samples=50, max_trials=3, random_state=0),
}
WITHOUT_WEIGHTS = {"features one by one", "features by importance", "output codes", "self-training", "boosting"}
"""They take none, or make weights of their own."""


@pytest.fixture(params=[False, True], ids=["as ever", "routed"])
def routed(request: pytest.FixtureRequest) -> Iterator[bool]:
    with sklearn.config_context(enable_metadata_routing=request.param):
        yield request.param


def learnt(model: Any, X: Any, y: Any, weights: Any) -> list[np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y, **({} if weights is None else {"sample_weight": weights}))
    if hasattr(model, "get_support"):
        return [model.get_support()]
    calls = [name for name in ("predict_proba", "predict") if hasattr(model, name)]
    return [np.asarray(getattr(model, name)(X)) for name in calls]


def new(room: ModuleType, kind: str, *, routed: bool) -> Any:
    mlp = getattr(room, kind)(**OPTIONS | {"max_iter": 15})
    return mlp.set_fit_request(sample_weight=True).set_score_request(sample_weight=True) if routed else mlp


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_around_a_classifier(name: str, routed: bool) -> None:
    weights = WEIGHTS if routed and name not in WITHOUT_WEIGHTS else None
    y = UNKNOWN if name == "self-training" else LABELS
    closeness = {"rtol": 1e-5, "atol": 1e-6} if name in {"stacking", "calibration"} else {}
    beside(
        lambda room: learnt(
            CLASSIFIERS[name](new(room, "MLPClassifier", routed=weights is not None)), IRIS, y, weights
        ),
        **closeness,
    )


@pytest.mark.parametrize("name", TWO_CLASSES)
def test_around_a_classifier_of_two_classes(name: str, routed: bool) -> None:
    y = (LABELS == 1).astype(int)
    weights = WEIGHTS if routed and name == "a threshold" else None
    beside(
        lambda room: learnt(TWO_CLASSES[name](new(room, "MLPClassifier", routed=weights is not None)), IRIS, y, weights)
    )


@pytest.mark.parametrize("name", REGRESSORS)
def test_around_a_regressor(name: str, routed: bool) -> None:
    weights = np.resize(WEIGHTS, len(VALUES)) if routed and name not in WITHOUT_WEIGHTS else None
    beside(
        lambda room: learnt(
            REGRESSORS[name](new(room, "MLPRegressor", routed=weights is not None)), DIABETES, VALUES, weights
        ),
        rtol=1e-6,
    )


def test_several_outputs() -> None:
    Y = np.stack([LABELS, LABELS[::-1]], axis=1)

    def outputs(room: ModuleType) -> Any:
        mlp, regressor = (getattr(room, kind)(**OPTIONS) for kind in ("MLPClassifier", "MLPRegressor"))
        return [
            multioutput.MultiOutputClassifier(mlp).fit(IRIS, Y).predict(IRIS),
            multioutput.ClassifierChain(mlp, random_state=0).fit(IRIS, (Y > 0).astype(int)).predict_proba(IRIS),
            multioutput.MultiOutputRegressor(regressor).fit(IRIS, Y).predict(IRIS),
            multioutput.RegressorChain(regressor, random_state=0).fit(IRIS, Y).predict(IRIS),
        ]

    beside(outputs)


def test_gaps_filled_by_a_regressor() -> None:
    X = np.where(np.random.default_rng(0).random(IRIS.shape) < 0.1, np.nan, IRIS)
    beside(lambda room: IterativeImputer(room.MLPRegressor(**OPTIONS), max_iter=2, random_state=0).fit_transform(X))


def test_what_looks_into_a_fitted_model() -> None:
    def looked(room: ModuleType) -> Any:
        model = room.MLPClassifier(**OPTIONS).fit(IRIS, LABELS)
        importance = inspection.permutation_importance(model, IRIS, LABELS, n_repeats=3, random_state=0)
        dependence = inspection.partial_dependence(model, IRIS, [0], grid_resolution=5)
        curve = model_selection.learning_curve(
            room.MLPClassifier(**OPTIONS), IRIS, LABELS, cv=2, shuffle=True, random_state=0
        )
        scores, by_chance, p = model_selection.permutation_test_score(
            room.MLPClassifier(**OPTIONS), IRIS, LABELS, cv=2, n_permutations=3, random_state=0
        )
        frozen = calibration.CalibratedClassifierCV(FrozenEstimator(model)).fit(IRIS, LABELS).predict_proba(IRIS)
        return importance.importances, dependence["average"], list(curve), scores, by_chance, p, frozen

    beside(looked, rtol=1e-5, atol=1e-6)

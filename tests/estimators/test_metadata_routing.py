"""Weights, labels and validation sets on their way through pipelines and searches, as scikit-learn's own classes get them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
import sklearn.neural_network as theirs
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop import estimators as ours

from .since import SINCE_1_7

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, LABELS = load_iris(return_X_y=True)
WEIGHTS = np.random.default_rng(0).uniform(0.1, 3, len(X)) * np.array([0.05, 10, 0.1])[LABELS]
FOLDS = KFold(3, shuffle=True, random_state=0)
OPTIONS = {"max_iter": 15, "random_state": 0, "learning_rate_init": 0.02}
kinds = pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])


@pytest.fixture(autouse=True)
def routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def in_a_pipeline(model: Any) -> np.ndarray:
    scaled = StandardScaler().set_fit_request(sample_weight=False)
    pipe = make_pipeline(scaled, model.set_fit_request(sample_weight=True)).fit(X, LABELS, sample_weight=WEIGHTS)
    return pipe[-1].coefs_[0]


def in_a_search(model: Any) -> np.ndarray:
    asks = model.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    search = GridSearchCV(asks, {"alpha": [1e-4, 1.0]}, cv=FOLDS).fit(X, LABELS, sample_weight=WEIGHTS)
    return search.cv_results_["mean_test_score"]


def in_a_cross_validation(model: Any) -> np.ndarray:
    asks = model.set_fit_request(sample_weight="importance").set_score_request(sample_weight=False)
    return cross_validate(asks, X, LABELS, cv=FOLDS, params={"importance": WEIGHTS})["test_score"]


def in_scores_alone(model: Any) -> np.ndarray:
    asks = model.set_fit_request(sample_weight=False).set_score_request(sample_weight=True)
    return cross_validate(asks, X, LABELS, cv=FOLDS, params={"sample_weight": WEIGHTS})["test_score"]


@SINCE_1_7
@kinds
@pytest.mark.parametrize("way", [in_a_pipeline, in_a_search, in_a_cross_validation, in_scores_alone])
def test_weights_arrive_where_they_were_asked_for(kind: str, way: Callable[[Any], np.ndarray]) -> None:
    mine, other = (way(getattr(room, kind)(**OPTIONS)) for room in (ours, theirs))
    np.testing.assert_allclose(mine, other, rtol=1e-9)


@kinds
@pytest.mark.parametrize("way", [in_a_pipeline, in_a_search, in_a_cross_validation, in_scores_alone])
def test_weights_that_arrive_change_the_result(
    kind: str, way: Callable[[Any], np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    weighted = way(getattr(ours, kind)(**OPTIONS))
    monkeypatch.setitem(globals(), "WEIGHTS", np.ones(len(X)))
    assert not np.allclose(weighted, way(getattr(ours, kind)(**OPTIONS)), rtol=1e-6)


@kinds
def test_weights_that_nobody_asked_for_are_refused_in_the_same_words(kind: str) -> None:
    said = []
    for room in (ours, theirs):
        with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError) as error:
            cross_validate(getattr(room, kind)(**OPTIONS), X, LABELS, cv=FOLDS, params={"sample_weight": WEIGHTS})
        said.append(str(error.value))
    assert said[0] == said[1]


@SINCE_1_7
@kinds
def test_what_can_be_asked_for_is_theirs_a_validation_set_ranks_and_a_spread(kind: str) -> None:
    mine, other = (
        getattr(room, kind)().set_score_request(sample_weight=True).get_metadata_routing()._serialize()
        for room in (ours, theirs)
    )
    assert [mine["fit"].pop(name) for name in ("validation_data", "X_val", "y_val", "communicator")] == [None] * 4
    if kind == "MLPRegressor":
        assert mine.pop("predict") == {"return_std": None}
    assert mine == other


@SINCE_1_7
@kinds
def test_streamed_batches_get_their_weights_and_labels(kind: str) -> None:
    more = {"classes": [0, 1, 2]} if kind == "MLPClassifier" else {}
    asked = dict.fromkeys(["sample_weight", *more], True)
    models = [getattr(room, kind)(**OPTIONS).set_partial_fit_request(**asked) for room in (ours, theirs)]
    for model in models:
        routed = model.get_metadata_routing().consumes("partial_fit", ["sample_weight", "classes"])
        assert routed == set(asked)
        for rows in np.array_split(np.random.default_rng(0).permutation(len(X)), 3):
            weights = WEIGHTS[rows] / WEIGHTS[rows].mean()  # of which scikit-learn would make no others
            model.partial_fit(X[rows], LABELS[rows], sample_weight=weights, **more)
    np.testing.assert_allclose(models[0].coefs_[0], models[1].coefs_[0], rtol=1e-9)


def test_a_validation_set_arrives_through_a_search() -> None:
    model = ours.MLPClassifier(**OPTIONS).set_fit_request(validation_data=True)
    search = GridSearchCV(model, {"alpha": [1e-4, 1.0]}, cv=FOLDS).fit(X, LABELS, validation_data=(X[::5], LABELS[::5]))
    best = search.best_estimator_
    assert best.best_validation_score_ == best.score(X[::5], LABELS[::5])

"""mlxtend chooses features, stacks models, compares them and draws their regions."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from mlxtend.classifier import EnsembleVoteClassifier, StackingClassifier, StackingCVClassifier
from mlxtend.evaluate import (
    bias_variance_decomp,
    bootstrap_point632_score,
    feature_importance_permutation,
    paired_ttest_5x2cv,
)
from mlxtend.feature_selection import ExhaustiveFeatureSelector, SequentialFeatureSelector
from mlxtend.regressor import StackingCVRegressor, StackingRegressor
from sklearn.linear_model import LogisticRegression, Ridge

from .controls import DIABETES, IRIS, KINDS, LABELS, OPTIONS, VALUES, beside, data, fitted

pytestmark = pytest.mark.filterwarnings("ignore")


def new(room: ModuleType, kind: str, **options: Any) -> Any:
    return getattr(room, kind)(**OPTIONS | {"max_iter": 12} | options)


@KINDS
def test_features_are_chosen(kind: str) -> None:
    X, y = data(kind)

    def chosen(room: ModuleType) -> Any:
        steps = SequentialFeatureSelector(new(room, kind), k_features=2, cv=2).fit(X[:, :4], y)
        return steps.k_feature_idx_, steps.k_score_

    beside(chosen)


def test_features_are_chosen_from_all_subsets() -> None:
    def chosen(room: ModuleType) -> Any:
        mlp = new(room, "MLPClassifier")
        every = ExhaustiveFeatureSelector(mlp, 1, 2, cv=2, print_progress=False).fit(IRIS[:, :3], LABELS)
        return every.best_idx_, every.best_score_

    beside(chosen)


CLASSIFIERS: dict[str, Callable[[list[Any]], Any]] = {
    "votes": lambda models: EnsembleVoteClassifier(models, voting="soft"),
    "stacked": lambda models: StackingClassifier(models, LogisticRegression(), use_probas=True),
    "stacked over folds": lambda models: StackingCVClassifier(models, LogisticRegression(), cv=3, random_state=0),
}


@pytest.mark.parametrize("way", CLASSIFIERS.values(), ids=CLASSIFIERS)
def test_classifiers_together(way: Callable[[list[Any]], Any]) -> None:
    def probabilities(room: ModuleType) -> np.ndarray:
        models = [new(room, "MLPClassifier"), new(room, "MLPClassifier", activation="tanh")]
        return np.asarray(way(models).fit(IRIS, LABELS).predict_proba(IRIS))

    beside(probabilities, rtol=1e-5)


def test_regressors_together() -> None:
    def values(room: ModuleType) -> list[np.ndarray]:
        models = [new(room, "MLPRegressor"), new(room, "MLPRegressor", activation="tanh")]
        stacks = [StackingRegressor(models, Ridge()), StackingCVRegressor(models, Ridge(), cv=3, random_state=0)]
        return [stack.fit(DIABETES, VALUES).predict(DIABETES) for stack in stacks]

    beside(values, rtol=1e-5)


@KINDS
def test_models_are_judged(kind: str) -> None:
    X, y = data(kind)
    loss = "0-1_loss" if kind == "MLPClassifier" else "mse"

    def judged(room: ModuleType) -> Any:
        model = fitted(room, kind)
        metric = "accuracy" if kind == "MLPClassifier" else "r2"
        importance, _ = feature_importance_permutation(X, y, model.predict, metric, num_rounds=2, seed=0)
        parts = bias_variance_decomp(new(room, kind), X[::2], y[::2], X[1::2], y[1::2], loss, 3, random_seed=0)
        t, p = paired_ttest_5x2cv(new(room, kind), new(room, kind, hidden_layer_sizes=(2,)), X, y, random_seed=0)
        return importance, parts, t, p

    beside(judged, rtol=1e-5)


def test_scores_of_resampled_rows() -> None:
    beside(lambda room: bootstrap_point632_score(new(room, "MLPClassifier"), IRIS, LABELS, n_splits=3, random_seed=0))


def test_regions_are_drawn() -> None:
    mpl.use("agg")
    from matplotlib import pyplot as plt
    from mlxtend.plotting import plot_decision_regions

    def picture(room: ModuleType) -> np.ndarray:
        figure, axes = plt.subplots(figsize=(2, 2), dpi=50)
        model = room.MLPClassifier(**OPTIONS).fit(IRIS[:, :2], LABELS)
        plot_decision_regions(IRIS[:, :2], LABELS, model, ax=axes)
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba()).copy()
        plt.close(figure)
        return pixels

    beside(picture)

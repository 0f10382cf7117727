"""imbalanced-learn draws rows anew, and hands them, or weights, to the classifier."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from imblearn.ensemble import BalancedBaggingClassifier, EasyEnsembleClassifier, RUSBoostClassifier
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import InstanceHardnessThreshold, RandomUnderSampler
from sklearn.ensemble import AdaBoostClassifier
from sklearn.model_selection import GridSearchCV

from .controls import IRIS, LABELS, OPTIONS, beside

pytestmark = pytest.mark.filterwarnings("ignore")
RARE = np.flatnonzero((LABELS != 1) | (np.arange(len(LABELS)) % 5 == 0))
X, Y = IRIS[RARE], LABELS[RARE]

WAYS: dict[str, Callable[[Any], Any]] = {
    "oversampled": lambda mlp: make_pipeline(SMOTE(random_state=0, k_neighbors=3), mlp),
    "copies": lambda mlp: make_pipeline(RandomOverSampler(random_state=0), mlp),
    "undersampled": lambda mlp: make_pipeline(RandomUnderSampler(random_state=0), mlp),
    "hard rows left out": lambda mlp: make_pipeline(
        InstanceHardnessThreshold(estimator=mlp, random_state=0, cv=3), mlp
    ),
    "bagging": lambda mlp: BalancedBaggingClassifier(mlp, n_estimators=3, random_state=0),
    "easy ensemble": lambda mlp: EasyEnsembleClassifier(
        n_estimators=2, estimator=AdaBoostClassifier(mlp, n_estimators=2, random_state=0), random_state=0
    ),
    "boosting with weights": lambda mlp: RUSBoostClassifier(mlp, n_estimators=3, random_state=0),
    "a search": lambda mlp: GridSearchCV(
        make_pipeline(RandomUnderSampler(random_state=0), mlp), {"mlpclassifier__alpha": [1e-4, 1.0]}, cv=3
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_imbalanced_classes(way: Callable[[Any], Any]) -> None:
    def probabilities(room: ModuleType) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = way(room.MLPClassifier(**OPTIONS)).fit(X, Y)
        return np.asarray(model.predict_proba(IRIS))

    beside(probabilities)

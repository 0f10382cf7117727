"""Every warning of an estimator names the line of the user's program, and begins with words that do not change."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pytest
from sklearn import neural_network
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop import advice
from clearprop.columns import ColumnWarning
from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_7

X, Y = load_iris(return_X_y=True)
HERE = inspect.getsourcefile(inspect.currentframe())  # type: ignore[arg-type]


def said(call: Callable[[], Any]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        call()
    return record


def interrupted(report: Any) -> None:
    raise KeyboardInterrupt


def changed_between_calls() -> None:
    model = MLPClassifier(random_state=0).partial_fit(X, Y, classes=[0, 1, 2])
    model.set_params(beta_1=0.5).partial_fit(X, Y)


FRAME = pd.DataFrame(X).set_axis([f"x{j}" for j in range(4)], axis=1).assign(id=range(150))
SHORT = {"max_iter": 2, "random_state": 0}
CALLS: dict[str, tuple[type[Warning], Callable[[], Any]]] = {
    "iterations ran out": (ConvergenceWarning, lambda: MLPClassifier(**SHORT).fit(X, Y)),
    "in a pipeline": (ConvergenceWarning, lambda: make_pipeline(StandardScaler(), MLPClassifier(**SHORT)).fit(X, Y)),
    "in a cross-validation": (ConvergenceWarning, lambda: cross_val_score(MLPClassifier(**SHORT), X, Y, cv=2)),
    "in a search": (ConvergenceWarning, lambda: GridSearchCV(MLPClassifier(**SHORT), {"alpha": [0.1]}, cv=2).fit(X, Y)),
    "restarts": (ConvergenceWarning, lambda: MLPClassifier(restarts=2, **SHORT).fit(X, Y)),
    "l-bfgs": (ConvergenceWarning, lambda: MLPClassifier(solver="lbfgs", **SHORT).fit(X, Y)),
    "batches too large": (UserWarning, lambda: MLPClassifier(batch_size=500, **SHORT).fit(X, Y)),
    "interrupted": (UserWarning, lambda: MLPClassifier(callbacks=interrupted, **SHORT).fit(X, Y)),
    "columns left out": (
        ColumnWarning,
        lambda: MLPClassifier(categorical_features="from_dtype", **SHORT).fit(FRAME, Y),
    ),
    "class weights": (UserWarning, lambda: MLPClassifier(class_weight={0: 1, 1: 1, 2: 1, 7: 1}, **SHORT).fit(X, Y)),
    "a change between two calls": (UserWarning, changed_between_calls),
    "targets out of reach": (
        advice.TargetOutOfReach,
        lambda: MLPRegressor(max_iter=100).fit(X, 1e6 * Y),
    ),
}


@pytest.mark.parametrize(("category", "call"), CALLS.values(), ids=CALLS.keys())
def test_a_warning_names_the_user_s_line(category: type[Warning], call: Callable[[], Any]) -> None:
    record = said(call)
    assert any(issubclass(each.category, category) for each in record)
    source, first = inspect.getsourcelines(call)
    for each in record:
        assert each.filename == HERE, each
        assert first <= each.lineno < first + len(source), each


@pytest.mark.parametrize(
    "kind",
    [
        "TargetOutOfRange",
        "TargetOutOfReach",
        "ConstantPrediction",
        "LossRose",
        "DeadUnits",
        "OutputsCountedApart",
        "HeldOutContradicts",
    ],
)
def test_every_kind_has_an_opening_of_its_own(kind: str) -> None:
    opening = getattr(advice, kind).opening
    others = [each.opening for each in advice.TrainingWarning.__subclasses__() if each.__name__ != kind]
    assert opening
    assert opening not in others


def test_a_filter_by_the_opening_silences_fits_of_different_measurements() -> None:
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", advice.TargetOutOfReach.opening)
        warnings.filterwarnings("ignore", "Stochastic Optimizer: Maximum iterations")
        for size in (1e6, 3e6):
            MLPRegressor(max_iter=100).fit(X, size * Y)
    assert record == []


@SINCE_1_7
@pytest.mark.parametrize("options", [{"max_iter": 3}, {"max_fun": 5}], ids=str)
def test_l_bfgs_says_that_it_did_not_converge_in_scikit_learn_s_words(options: dict[str, int]) -> None:
    settings = {"solver": "lbfgs", "random_state": 0} | options
    ours, theirs = (
        [str(each.message) for each in said(partial(kind(**settings).fit, X, Y))]
        for kind in (MLPClassifier, neural_network.MLPClassifier)
    )
    assert ours == theirs != []

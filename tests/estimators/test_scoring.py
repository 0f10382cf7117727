"""What early stopping reports is what the fitted model scores: any scorer, any preparation, any set that is held out."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.metrics import accuracy_score, get_scorer, make_scorer, mean_absolute_error

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.border import Border
from clearprop.estimators.preparation import Scaler
from clearprop.formulas import find
from clearprop.formulas.metrics import Metric

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, LABELS = (each[::2] for each in load_wine(return_X_y=True))
NAMES = np.array(["a", "b", "c"])[LABELS]
VALUES = 1000 + 300 * X[:, 0]
GAPS = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X)
FRAME = pd.DataFrame(GAPS[:, :4], columns=list("pqrs")).assign(
    kind=np.random.default_rng(1).choice(list("xyz"), len(X))
)
COUNTS = np.where(X.mean(axis=0) < X, X, 0)

TABLES: dict[str, tuple[Any, dict[str, Any]]] = {
    "as they are": (X, {}),
    "scaled": (X, {"scaling": "standard"}),
    "scaled, float32": (X.astype("float32"), {"scaling": "robust"}),
    "gaps": (GAPS, {"missing": "median"}),
    "gaps and categories": (FRAME, {"missing": "mean", "categorical_features": ["kind"], "scaling": "robust"}),
    "polars": (
        pl.DataFrame({name: FRAME[name].tolist() for name in FRAME}),
        {"missing": "mean", "categorical_features": "from_dtype", "scaling": "robust"},
    ),
    "lists": (X.tolist(), {"scaling": "standard"}),
    "csr": (csr_matrix(COUNTS), {}),
    "csc": (csc_matrix(COUNTS), {}),
    "coo": (coo_matrix(COUNTS), {}),
    "the preset": (
        FRAME,
        {"preset": "tabular", "missing": "median", "hidden_layer_sizes": (8,), "n_iter_no_change": 4},
    ),
}
SCORERS = {MLPClassifier: ("neg_log_loss", NAMES), MLPRegressor: ("neg_mean_absolute_error", VALUES)}


def first_column_counts(model: Any, X: Any, y: Any) -> float:
    """A scorer that looks at the rows themselves: it needs them as they were before they were prepared."""
    dearer = (
        X["p"] > 13
        if hasattr(X, "columns")
        else np.asarray(X.tocsr().todense() if hasattr(X, "tocsr") else X)[:, 0] > 13
    )
    right = model.predict(X) == np.asarray(y)
    return float(np.average(right, weights=1 + np.nan_to_num(np.asarray(dearer, float))))


def fitted(kind: Any, table: str, scoring: Any, *, given: bool) -> tuple[Any, list[Any]]:
    """A model fitted with that scorer, and the rows that the scorer was handed."""
    points, options = TABLES[table]
    y, seen = SCORERS[kind][1], []

    def watched(model: Any, X: Any, y: Any) -> float:
        seen[:] = [X, y]
        return float(scoring(model, X, y))

    model = kind(**{"hidden_layer_sizes": 6, "max_iter": 8, "random_state": 0} | options, scoring=watched)
    if kind is MLPClassifier:
        model.set_params(calibration=None)  # a temperature comes after the last epoch, and is in none of its scores
    more: dict[str, Any] = {"validation_data": (points, y)} if given else {}
    return model.set_params(early_stopping=not given).fit(points, y, **more), seen


@pytest.mark.parametrize("given", [False, True], ids=["a share", "validation_data"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", SCORERS)
def test_the_score_reported_is_the_fitted_model_s_own(kind: Any, table: str, given: bool) -> None:
    name = SCORERS[kind][0]
    model, rows = fitted(kind, table, get_scorer(name), given=given)
    assert model.best_validation_score_ == get_scorer(name)(model, *rows)
    by_name = copy.deepcopy(model).set_params(scoring=name)
    points, y = TABLES[table][0], SCORERS[kind][1]
    by_name.fit(points, y, **({"validation_data": (points, y)} if given else {}))
    assert by_name.validation_scores_ == model.validation_scores_


@pytest.mark.parametrize("table", ["scaled", "gaps and categories", "lists", "coo"])
def test_a_scorer_gets_the_rows_as_they_were_given(table: str) -> None:
    model, rows = fitted(MLPClassifier, table, first_column_counts, given=False)
    assert model.best_validation_score_ == first_column_counts(model, *rows)
    assert type(rows[0]) is (csr_matrix if table == "coo" else type(TABLES[table][0]))


def test_training_stops_and_keeps_weights_by_the_right_number() -> None:
    points, y = load_breast_cancer(return_X_y=True)
    after: list[Any] = []
    model = MLPClassifier(
        scaling="standard",
        scoring="neg_log_loss",
        early_stopping=True,
        n_iter_no_change=3,
        max_iter=300,
        learning_rate_init=0.02,
        random_state=0,
        callbacks=lambda report: after.append(report.network.W[1].copy()),
    ).fit(points, y)
    np.testing.assert_allclose(model.validation_scores_, -np.array(model.validation_loss_curve_), rtol=1e-9)
    best = int(np.argmax(model.validation_scores_))
    assert best < model.n_iter_ - 1 < 299
    np.testing.assert_array_equal(model.coefs_[0], after[best])
    assert model.best_validation_score_ > -0.2


@pytest.mark.parametrize("given", [False, True], ids=["a share", "validation_data"])
@pytest.mark.parametrize("metric", ["mae", "rmse", "r2"])
def test_a_metric_of_the_catalogue_is_in_the_units_of_y(metric: str, given: bool) -> None:
    points, y = load_diabetes(return_X_y=True)
    model = MLPRegressor(scoring=metric, standardize_target=True, early_stopping=True, max_iter=5, random_state=0)
    model.fit(points, y, validation_data=(points[:90], y[:90]) if given else None)
    if given:
        part = find(Metric, metric)
        sign = 1 if part.better == "higher" else -1
        of_model = sign * part.value(model.predict(points[:90])[:, None], y[:90, None])
        assert model.best_validation_score_ == pytest.approx(of_model, rel=1e-12)
    elif metric != "r2":
        assert model.best_validation_score_ < -10, "in the units of diabetes, and not in standard units"


def test_a_metric_sees_targets_that_are_not_smoothed() -> None:
    settings: dict[str, Any] = {"label_smoothing": 0.4, "max_iter": 5, "random_state": 0, "scoring": "mae"}
    model = MLPClassifier(**settings).fit(X, LABELS, validation_data=(X, LABELS))
    truth = np.eye(3)[LABELS]
    assert -model.best_validation_score_ == pytest.approx(abs(model.predict_proba(X) - truth).mean(), rel=1e-12)
    inside = MLPClassifier(**settings, early_stopping=True).fit(X, LABELS)
    seen: list[Any] = []
    by_hand = MLPClassifier(
        **settings | {"scoring": lambda m, X, y: seen.append((X, y)) or 0.0, "early_stopping": True}
    ).fit(X, LABELS)
    rows, y = seen[0]
    by_hand.coefs_, by_hand.intercepts_ = inside.coefs_, inside.intercepts_
    assert -inside.best_validation_score_ == pytest.approx(
        abs(by_hand.predict_proba(rows) - np.eye(3)[y]).mean(), rel=1e-12
    )


ONE_LABEL_EACH = np.eye(3, dtype=int)[LABELS]


@pytest.mark.parametrize(
    ("metric", "y", "options", "scored"),
    [
        ("accuracy", LABELS, {}, lambda m, y: m.score(X, y)),
        ("accuracy", LABELS, {"loss": "hinge"}, lambda m, y: m.score(X, y)),
        ("accuracy", ONE_LABEL_EACH, {}, lambda m, y: m.score(X, y)),
        ("label_accuracy", ONE_LABEL_EACH, {"loss": "hinge"}, lambda m, y: (m.predict(X) == y).mean()),
        ("mae", LABELS, {"loss": "nllm_log"}, lambda m, y: -abs(m.predict_proba(X) - np.eye(3)[y]).mean()),
        ("accuracy", LABELS > 0, {"label_smoothing": 0.5}, lambda m, y: m.score(X, y)),
    ],
    ids=[
        "classes",
        "margins",
        "indicators that look like classes",
        "labels of margins",
        "log probabilities",
        "two classes",
    ],
)
def test_a_metric_knows_what_the_targets_are(metric: str, y: Any, options: dict[str, Any], scored: Any) -> None:
    model = MLPClassifier(scoring=metric, max_iter=12, scaling="standard", random_state=0, **options)
    model.fit(X, y, validation_data=(X, y))
    assert model.best_validation_score_ == pytest.approx(scored(model, y), rel=1e-12)


def test_rows_are_prepared_once_however_many_epochs_look_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[int] = []
    scaled = Scaler.scaled
    monkeypatch.setattr(Scaler, "scaled", lambda self, X: prepared.append(len(X)) or scaled(self, X))
    model = MLPClassifier(scaling="standard", scoring="neg_log_loss", early_stopping=True, max_iter=30, random_state=0)
    model.fit(X, LABELS)
    assert len(prepared) == 2, "all rows, and those held out"
    assert not any(isinstance(value, tuple) and name == "_prepared" for name, value in vars(model).items())


def test_a_model_that_is_pickled_while_it_trains_holds_no_rows() -> None:
    sizes: list[int] = []
    rows = np.tile(X, (40, 1))
    model = MLPClassifier(
        hidden_layer_sizes=2, scaling="standard", scoring="accuracy", early_stopping=True, max_iter=1, random_state=0
    )

    def scoring(model: Any, X: Any, y: Any) -> float:
        assert isinstance(model, Border)
        state = model.__getstate__()
        sizes.append(
            len(pickle.dumps({name: value for name, value in state.items() if name not in {"scoring", "_began"}}))
        )
        return accuracy_score(y, model.predict(X))

    model.set_params(scoring=scoring).fit(rows, np.tile(LABELS, 40))
    assert sizes[0] < 20_000


def test_restarts_are_judged_by_the_same_number() -> None:
    model, rows = fitted(MLPClassifier, "scaled", get_scorer("neg_log_loss"), given=True)
    best = model.set_params(restarts=3).fit(X, NAMES, validation_data=(X, NAMES))
    assert -best.restart_losses_.min() == get_scorer("neg_log_loss")(best, *rows)


def test_a_scorer_of_several_targets_and_of_indicators_sees_them_as_given() -> None:
    two = np.column_stack([VALUES, -VALUES])
    regr = MLPRegressor(
        standardize_target=True,
        scoring=make_scorer(mean_absolute_error, greater_is_better=False),
        max_iter=4,
        random_state=0,
    ).fit(X, two, validation_data=(X, two))
    assert regr.best_validation_score_ == -mean_absolute_error(two, regr.predict(X))
    indicators = np.eye(3, dtype=int)[LABELS]
    clf = MLPClassifier(scaling="standard", scoring="f1_macro", max_iter=4, random_state=0)
    clf.fit(X, csr_matrix(indicators), validation_data=(X, csr_matrix(indicators)))
    assert clf.best_validation_score_ == get_scorer("f1_macro")(clf, X, csr_matrix(indicators))

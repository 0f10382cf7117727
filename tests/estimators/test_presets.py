"""`preset="tabular"` and the parameters that it is made of: each of them works by itself, and a preset only fills them in."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_wine, make_friedman1
from sklearn.preprocessing import StandardScaler

from clearprop import Network
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.formulas import CATALOGUE, find
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.schedules import Schedule

WINE = load_wine(return_X_y=True)
SMALL: dict[str, Any] = {"hidden_layer_sizes": (12, 8), "max_iter": 24, "random_state": 0}
"""Of the sizes that tests have time for."""


@pytest.mark.parametrize(("estimator", "activation"), [(MLPClassifier, "selu"), (MLPRegressor, "mish")])
def test_a_preset_stands_in_for_defaults_and_leaves_what_was_given(estimator: Any, activation: str) -> None:
    settings = estimator(preset="tabular", max_iter=7).settings
    assert (settings.max_iter, settings.batch_size, settings.activation, settings.tol) == (7, 256, activation, 1e-4)
    assert estimator(max_iter=7).settings.batch_size == "auto"


def test_two_classes_have_two_outputs_all_batches_are_even_and_the_type_is_float32_unless_something_else_is_written() -> (
    None
):
    X, y = WINE[0], (WINE[1] == 0) * 1
    clf = MLPClassifier(preset="tabular", **SMALL).fit(X, y)
    assert (clf.n_outputs_, clf.network_.dtype) == (2, "float32")
    for name, value in {"dtype": "float32", "loss": "cross_entropy", "last_batch": "even"}.items():
        assert clf.settings[name] == (value, "preset")
    assert clf.predict_proba(X).dtype == "float64"
    own = MLPClassifier(preset="tabular", dtype="float64", loss="log_loss", last_batch="keep", **SMALL).fit(X, y)
    assert (own.n_outputs_, own.network_.dtype) == (1, "float64")
    assert own.settings["dtype"] == ("float64", "written")
    assert MLPClassifier(preset="tabular", dtype=None, **SMALL).fit(X, y).settings["dtype"] == ("float64", "data")


def test_several_labels_at_once_have_an_output_each() -> None:
    Y = np.stack([WINE[1] == 0, WINE[0][:, 0] > 13], axis=1) * 1
    clf = MLPClassifier(preset="tabular", **SMALL).fit(WINE[0], Y)
    assert clf.out_activation_ == "logistic"
    assert clf.score(WINE[0], Y) > 0.8


def test_it_is_the_fit_that_its_settings_spelt_out_give() -> None:
    by_preset = MLPClassifier(preset="tabular", **SMALL).fit(*WINE)
    names = by_preset.get_params().keys() - {"preset"}
    by_hand = MLPClassifier(**{name: getattr(by_preset.settings, name) for name in names} | {"batch_size": 100})
    by_hand = by_hand.set_params(categorical_features=None).fit(*WINE)  # of an array nothing can be told by types
    by_preset.set_params(batch_size=100).fit(*WINE)
    np.testing.assert_array_equal(by_preset.network_.parameters, by_hand.network_.parameters)


def test_every_ingredient_that_is_a_part_is_the_catalogue_s_with_a_source() -> None:
    settings = MLPRegressor(preset="tabular").settings
    parts = [find(Optimizer, settings.solver), find(Schedule, settings.learning_rate)]
    names = [settings.initializer, settings.output_initializer, settings.activation]
    parts += [
        CATALOGUE[kind][name]() for kind, name in zip(("initializer", "initializer", "activation"), names, strict=True)
    ]
    assert all(part.source for part in parts)


def test_it_says_nothing_of_epochs_that_were_never_planned_and_keeps_the_best() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clf = MLPClassifier(preset="tabular", **SMALL).fit(*WINE)
    assert clf.n_iter_ == 24
    assert clf.best_validation_score_ == max(clf.validation_scores_)
    assert clf.score(*WINE) > 0.95


def test_columns_are_scaled_by_what_training_rows_were_and_only_by_them() -> None:
    X, y = WINE
    far = X * np.logspace(-8, 8, X.shape[1])
    by_hand = StandardScaler().fit(far)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clf = MLPClassifier(scaling="standard", max_iter=60, random_state=0).fit(far, y)
        other = MLPClassifier(max_iter=60, random_state=0).fit(by_hand.transform(far), y)
    np.testing.assert_allclose(
        clf.predict_proba(far[:9]), other.predict_proba(by_hand.transform(far[:9])), rtol=1e-6, err_msg="60 epochs"
    )
    np.testing.assert_array_equal(clf.predict(X.astype(int)), clf.predict(X.astype(int).astype(float)))
    alone = np.vstack([clf.predict_proba(row[None]) for row in far[:9]])
    np.testing.assert_allclose(alone, clf.predict_proba(far[:9]), rtol=1e-12)
    assert pickle.loads(pickle.dumps(clf)).score(far, y) == clf.score(far, y)


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_sparse_points_cannot_be_scaled_and_nan_is_an_error_as_ever(estimator: Any) -> None:
    X, y = WINE
    with pytest.raises(TypeError, match="Sparse data was passed"):
        estimator(preset="tabular").fit(csr_matrix(X), y)
    gap = X.copy()
    gap[3, 2] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        estimator(preset="tabular").fit(gap, y)
    fitted = estimator(preset="tabular", missing="median", **SMALL).fit(gap, y)
    assert np.isfinite(fitted.predict(gap)).all()


def test_columns_of_a_data_frame_that_hold_text_are_categories() -> None:
    X, y = WINE
    frame = pd.DataFrame(X[:, :3], columns=["a", "b", "c"]).assign(kind=np.array(["x", "y", "z"])[y])
    clf = MLPClassifier(preset="tabular", **SMALL).fit(frame, y)
    assert clf.score(frame, y) > 0.95
    assert clf.network_.W[1].shape[0] == 3 + 3


def test_a_target_in_standard_units_changes_nothing_that_a_user_sees_but_the_loss() -> None:
    X, y = load_diabetes(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    settings: dict[str, Any] = {"max_iter": 40, "random_state": 0, "early_stopping": True, "n_iter_no_change": 40}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        regr = MLPRegressor(standardize_target=True, **settings).fit(X, y)
        other = MLPRegressor(**settings).fit(X, (y - y.mean()) / y.std())
    np.testing.assert_allclose(regr.predict(X), other.predict(X) * y.std() + y.mean(), rtol=1e-9)
    np.testing.assert_allclose(regr.loss_curve_, other.loss_curve_, rtol=1e-9)
    assert regr.score(X, y) == pytest.approx(other.score(X, (y - y.mean()) / y.std()), abs=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        regr.set_params(standardize_target=False, max_iter=1).fit(X, y)
    assert not hasattr(regr, "target_scale_")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_constant_targets_and_columns_and_several_outputs_are_fine(dtype: str) -> None:
    X, y = make_friedman1(60, random_state=0)
    X[:, 3], Y = 0.1, np.column_stack([y, np.full(60, 0.1), -y]).astype(dtype)
    regr = MLPRegressor(preset="tabular", **SMALL).fit(X.astype(dtype), Y)
    given = regr.predict(X.astype(dtype))
    assert given.dtype == dtype
    assert abs(given[:, 1].mean() - 0.1) < 0.1


def test_the_last_of_the_best_epochs_is_kept_where_that_is_asked_for() -> None:
    kept: dict[str, np.ndarray] = {}
    after: list[Network] = []
    for which in ("first", "last"):
        after.clear()
        clf = MLPClassifier(
            early_stopping=True,
            best_epoch=which,
            max_iter=30,
            n_iter_no_change=30,
            random_state=0,
            callbacks=lambda report: after.append(report.network.copy()),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clf.fit(StandardScaler().fit_transform(WINE[0]), WINE[1])
        best = np.flatnonzero(np.array(clf.validation_scores_) == max(clf.validation_scores_))
        assert len(best) > 1, "scores that tie, or the test tells nothing"
        kept[which] = after[best[0 if which == "first" else -1]].W[1]
        np.testing.assert_array_equal(clf.coefs_[0], kept[which])
    assert not np.array_equal(kept["first"], kept["last"])


def test_what_a_preset_sets_says_which_methods_there_are() -> None:
    clf = MLPClassifier(preset="tabular")
    assert not hasattr(clf, "partial_fit")
    assert hasattr(clf.set_params(early_stopping=False, preset=None), "partial_fit")
    with pytest.raises(ValueError, match="'preset' parameter of MLPClassifier must be"):
        MLPClassifier(preset="tabluar").fit(*WINE)


def test_it_explains_itself_and_its_gradients_are_those_of_its_loss() -> None:
    clf = clone(MLPClassifier(preset="tabular", **SMALL)).fit(*WINE)
    assert clf.check_gradients().ok
    assert "selu" in clf.explain(WINE[0][0], WINE[1][0]).text()


def test_the_last_layer_may_be_drawn_in_another_way() -> None:
    clf = MLPClassifier(output_initializer="zeros", random_state=0).initialize(*WINE)
    assert not clf.coefs_[-1].any()
    assert clf.coefs_[0].all()

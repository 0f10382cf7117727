"""What an estimator shows of itself: what was written, its preparation in lines, and what another form of it leaves out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone

from clearprop.columns import ColumnWarning
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.exports.as_operators import graph_of_estimator

from .since import SINCE_1_7

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X = np.random.default_rng(0).normal(size=(60, 3))
Y = X[:, 0] + 2
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(kind=["x", "y", "z"] * 20)


def test_a_preset_is_shown_with_what_was_written_and_nothing_else() -> None:
    model = MLPClassifier(preset="tabular", max_iter=3)
    assert repr(model) == "MLPClassifier(max_iter=3, preset='tabular')"
    assert repr(clone(model)) == repr(model)
    written = MLPRegressor(preset="tabular", activation="relu", batch_size=256)
    assert repr(written) == "MLPRegressor(activation='relu', batch_size=256, preset='tabular')"
    assert repr(MLPClassifier(preset="tabular", solver="sgd")) == "MLPClassifier(preset='tabular', solver='sgd')"
    assert repr(model.set_params(preset=None)) == "MLPClassifier(max_iter=3)"
    with config_context(print_changed_only=False):
        assert "activation='selu'" in repr(MLPClassifier(preset="tabular"))


@pytest.mark.parametrize(
    "options", [{}, {"activation": "relu"}, {"solver": "adam"}, {"early_stopping": False}], ids=str
)
def test_what_is_shown_is_code_for_it(options: dict[str, Any]) -> None:
    model = MLPClassifier(preset="tabular", **options)
    again = eval(repr(model), {"MLPClassifier": MLPClassifier, "inf": np.inf})
    assert again.get_params() == model.get_params()


def test_a_preparation_is_printed_in_lines() -> None:
    options: dict[str, Any] = {"max_iter": 2, "random_state": 0}
    assert str(MLPRegressor(**options).fit(X, Y).preparation_) == "rows are taken as they are"
    told = MLPRegressor(categorical_features="from_dtype", scaling="standard", standardize_target=True, **options)
    lines = repr(told.fit(FRAME, Y).preparation_).splitlines()
    assert lines[0] == "'a': number (its type is float64); 1 input"
    assert lines[3].startswith("'kind': category (3 different texts in 60 cells); 3 inputs")
    mean, std = X[:, 0].mean(), X[:, 0].std()
    assert lines[4].startswith(f"inputs are scaled: standard: mean, std of each: {mean:.6g}, {std:.6g}; ")
    assert lines[5] == f"y is taken as (y − {Y.mean():.6g}) / {Y.std():.6g}"
    assert repr(told.preparation_.columns).splitlines() == lines[:4]


def test_many_columns_are_counted() -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 50)))
    model = MLPRegressor(missing="mean", scaling="robust", max_iter=2).fit(wide, wide[0])
    lines = str(model.preparation_).splitlines()
    assert (len(lines), lines[20]) == (22, "and 30 more columns")
    assert lines[21].endswith("; and 30 more")


def test_a_fitted_setting_has_what_was_found_as_its_value() -> None:
    model = MLPRegressor(categorical_features="from_dtype", max_iter=2).fit(FRAME, Y)
    found = model.settings["categorical_features"].value
    assert found == {"a": "number", "b": "number", "c": "number", "kind": "category"}
    MLPRegressor(categorical_features=found, max_iter=2).fit(FRAME, Y)


SPREAD = "without the standard deviations of predict"


@pytest.mark.filterwarnings("ignore:the predictions are the same:UserWarning")
def test_what_leaves_standard_deviations_behind_says_so() -> None:
    model = MLPRegressor(loss="gaussian_nll", max_iter=3, random_state=0).fit(X, Y)
    with pytest.warns(UserWarning, match=f"folded layers have the predictions alone, {SPREAD}") as said:
        plain = model.folded()
    assert said[0].filename == __file__
    np.testing.assert_allclose(plain.predict(X)[:, 0], model.predict(X))
    with pytest.warns(UserWarning, match=f"scikit-learn's class has the predictions alone, {SPREAD}"):
        model.to_sklearn()
    with pytest.warns(UserWarning, match=f"the graph has the predictions alone, {SPREAD}"):
        graph_of_estimator(model, np.float64)


@SINCE_1_7
def test_whoever_leaves_nothing_behind_says_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for model in (
            MLPRegressor(max_iter=200, tol=1.0).fit(X, Y),
            MLPClassifier(max_iter=200, tol=1.0).fit(X, Y > 2),
        ):
            model.folded(), model.to_sklearn(), graph_of_estimator(model, np.float64)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"id": range(60)}, "To keep one, say what it is: categorical_features={'id': 'number'}"),
        (
            {"name": [f"n{i}" for i in range(60)]},
            "To keep one, say what it is: categorical_features={'name': 'category'}",
        ),
        ({"no": [None] * 60, "id": range(60)}, "To keep one, say what it is: categorical_features={'id': 'number'}"),
        ({"no": [None] * 60}, "Left out as inputs: 'no' (empty: every cell is a gap)"),
        ({"here": ["a"] * 60, "no": [None] * 60}, "'no' (empty: every cell is a gap)"),
    ],
)
def test_how_to_keep_a_column_is_told_where_it_has_something_to_tell(more: dict[str, Any], said: str) -> None:
    table = pd.DataFrame({"a": X[:, 0]} | more)
    with pytest.warns(ColumnWarning) as warned:
        MLPRegressor(categorical_features="from_dtype", max_iter=2).fit(table, Y)
    (text,) = [str(each.message) for each in warned if each.category is ColumnWarning]
    assert text.endswith(said)
    if "'id'" in said:
        MLPRegressor(categorical_features={"id": "number", "a": "number"}, max_iter=2).fit(table[["id", "a"]], Y)


def test_a_table_whose_columns_are_all_left_out_is_refused_with_the_reason() -> None:
    table = pd.DataFrame({"id": range(60), "here": ["a"] * 60})
    with pytest.raises(
        ValueError, match=r"no column of X becomes an input: 'id' \(identifier.*; 'here' \(constant.*To keep"
    ):
        MLPRegressor(categorical_features="from_dtype").fit(table, Y)

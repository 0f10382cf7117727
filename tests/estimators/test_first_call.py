"""What the first `partial_fit` learns of columns stays: one row is refused, what is constant there is named."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from clearprop.columns import ColumnWarning
from clearprop.estimators import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(60, 3)) * [1.0, 10.0, 0.1] + [5.0, 0.0, 2.0]
Y = X @ [1.0, 0.2, 3.0]
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(kind=["x", "y", "z"] * 20)
ASKED: dict[str, dict[str, Any]] = {
    "scaling": {"scaling": "standard"},
    "another scaling": {"scaling": "smooth_clip"},
    "gaps": {"missing": "median"},
    "categories": {"categorical_features": "from_dtype"},
    "the target": {"standardize_target": True},
}


def learn(model: Any, rows: Any) -> Any:
    table = FRAME if model.categorical_features else FRAME[["a", "b", "c"]]
    return model.partial_fit(table.iloc[rows], Y[rows])


@pytest.mark.parametrize("options", ASKED.values(), ids=ASKED.keys())
def test_a_first_call_of_one_row_is_refused_and_leaves_the_estimator_unfitted(options: dict[str, Any]) -> None:
    model = MLPRegressor(random_state=0, **options)
    with pytest.raises(
        ValueError, match=r"learns from the rows of the first call.* initialize\(X, y\) learns it from them"
    ):
        learn(model, slice(1))
    assert set(vars(model)) == set(vars(clone(model)))
    learn(model, slice(20))
    learn(model, slice(20, 21))


def test_a_first_call_of_one_row_is_as_before_where_nothing_is_learnt_of_columns() -> None:
    MLPRegressor().partial_fit(X[:1], Y[:1])
    MLPClassifier(categorical_features="from_dtype").partial_fit(X[:1], [0], classes=[0, 1])


def test_rows_one_by_one_learn_once_their_scale_is_known() -> None:
    scaled, plain = (MLPRegressor(random_state=0, scaling=each) for each in ("standard", None))
    scaled.initialize(X, Y)
    ready = (X - X.mean(axis=0)) / X.std(axis=0)
    for i in range(60):
        scaled.partial_fit(X[i : i + 1], Y[i : i + 1])
        plain.partial_fit(ready[i : i + 1], Y[i : i + 1])
    np.testing.assert_allclose(scaled.coefs_[0], plain.coefs_[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("call", ["partial_fit", "initialize"])
def test_what_is_constant_in_the_first_call_is_named(call: str) -> None:
    model = MLPRegressor(scaling="standard", standardize_target=True, random_state=0)
    table = FRAME[["a", "b", "c"]].assign(b=1.0)
    with pytest.warns(
        ColumnWarning, match=r"in every row of the first call: 'b', which the network gets as 0.* Begin with"
    ):
        getattr(model, call)(table, Y)
    model = MLPRegressor(standardize_target=True)
    with pytest.warns(ColumnWarning, match="first call: y, which is centred and not scaled from now on"):
        getattr(model, call)(X, np.full(60, 3.0))
    with pytest.warns(ColumnWarning, match="first call: 0, 1, 2, which"):
        getattr(MLPClassifier(scaling="robust"), call)(
            np.ones((4, 3)), [0, 1, 0, 1], **{"classes": [0, 1]} if call == "partial_fit" else {}
        )


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_nothing_is_said_of_it_later_or_by_fit() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ColumnWarning)
        model = MLPRegressor(scaling="standard", random_state=0, max_iter=2).partial_fit(X, Y)
        model.partial_fit(X[:1], Y[:1]).partial_fit(np.ones((3, 3)), [1.0, 2.0, 3.0])
        MLPRegressor(scaling="standard", max_iter=2).fit(np.ones((10, 2)), np.arange(10.0))


def test_initialize_takes_the_classes_that_its_rows_do_not_show() -> None:
    rows, labels = np.arange(12.0).reshape(6, 2), ["a", "a", "a", "a", "b", "c"]
    clf = MLPClassifier(random_state=0, scaling="standard").initialize(rows[:4], labels[:4], classes=["c", "a", "b"])
    assert clf.classes_.tolist() == ["a", "b", "c"]
    assert clf.predict_proba(rows).shape == (6, 3)
    assert clf.partial_fit(rows, labels).n_iter_ == 1
    whole = MLPClassifier(random_state=0, scaling="standard").initialize(rows, labels)
    drawn = MLPClassifier(random_state=0, scaling="standard").initialize(rows[:4], labels[:4], classes=["a", "b", "c"])
    np.testing.assert_array_equal(drawn.coefs_[0], whole.coefs_[0])
    with pytest.raises(ValueError, match=r"labels that are not in classes: \['c'\]"):
        MLPClassifier().initialize(rows, labels, classes=["a", "b"])

"""What is refused is named: the columns and rows that are at fault, and the option that mends it; what it says does."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris
from sklearn.utils._param_validation import InvalidParameterError

from clearprop.estimators import MLPClassifier, MLPRegressor

from .since import SINCE_1_9

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, Y = load_iris(return_X_y=True)
FRAME = pd.DataFrame(X, columns=["a", "b", "c", "d"])
SHORT: dict[str, Any] = {"max_iter": 2, "random_state": 0}


def with_cells(value: Any, *places: tuple[int, int]) -> np.ndarray:
    made = X.astype(object) if isinstance(value, str) else X.copy()
    for row, column in places:
        made[row, column] = value
    return made


GAPS = with_cells(np.nan, (3, 1), (7, 2), (8, 2), (9, 2), (10, 2), (11, 2))
WORDS = FRAME.assign(kind=["red", "blue", "green"] * 50)
DAYS = FRAME.assign(day=pd.date_range("2024-01-01", periods=150))
NAMED = {
    "an array with NaN": (GAPS, "Column 1 has a gap in row 3, column 2 in rows 7, 8, 9 and 2 more, counted from 0"),
    "a frame with NaN": (
        pd.DataFrame(GAPS, columns=list("abcd")),
        "Column 'b' has a gap in row 3, column 'c' in rows 7",
    ),
    "a list with None": ([[1.0, None], *[[0.0, 1.0]] * 149], "Column 1 has a gap in row 0, counted from 0"),
    "sparse NaN": (csr_matrix(GAPS), "Column 1 has a gap in row 3, column 2 in rows 7, 8, 9 and 2 more"),
    "infinity": (with_cells(np.inf, (2, 0), (5, 0)), "Column 0 has an infinite number in rows 2 and 5, counted from 0"),
    "sparse infinity": (csr_matrix(with_cells(np.inf, (2, 0))), "Column 0 has an infinite number in row 2"),
    "a word": (with_cells("much", (4, 1)), "column 1 has 'much' in row 4, counted from 0: correct such cells"),
    "a column of words": (WORDS, "column 'kind' has 'red' in row 0, counted from 0: categorical_features='from_dtype'"),
    "words in an array": (WORDS.to_numpy(), "has 'red' in row 0, counted from 0: categorical_features={4: 'category'}"),
    "a column of dates": (DAYS, "column 'day' holds dates: categorical_features='from_dtype'"),
    "one name twice": (
        FRAME.set_axis(["a", "b", "b", "d"], axis=1),
        "'b' is the name of columns 1 and 2, counted from 0",
    ),
}


@SINCE_1_9
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("given", NAMED)
def test_the_columns_and_rows_of_a_refusal_are_named(kind: type, given: str) -> None:
    table, where = NAMED[given]
    with pytest.raises((ValueError, TypeError)) as refused:
        kind(**SHORT).fit(table, Y)
    assert where in str(refused.value)


@pytest.mark.parametrize("given", ["an array with NaN", "infinity", "a word", "sparse NaN"])
def test_so_are_those_of_points_to_predict(given: str) -> None:
    table, where = NAMED[given]
    model = MLPClassifier(**SHORT).fit(X, Y)
    with pytest.raises(ValueError, match=re.escape(where.partition(":")[0])) as refused:
        model.predict(table)
    assert ("in fit, missing='median'" in str(refused.value)) == ("NaN" in given)


@pytest.mark.parametrize(
    ("table", "option"),
    [
        (GAPS, {"missing": "median"}),
        (pd.DataFrame(GAPS), {"missing": "median"}),
        (WORDS, {"categorical_features": "from_dtype"}),
        (WORDS.to_numpy(), {"categorical_features": {4: "category"}}),
        (DAYS, {"categorical_features": "from_dtype"}),
    ],
)
def test_the_option_that_a_refusal_names_mends_it(table: Any, option: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        MLPClassifier(**SHORT).fit(table, Y)
    ((name, value),) = option.items()
    assert f"{name}={value!r}" in str(refused.value)
    MLPClassifier(**SHORT, **option).fit(table, Y).predict(table)


def test_gaps_of_every_column_are_named_where_columns_are_told_by_their_types() -> None:
    table = WORDS.assign(a=GAPS[:, 1], day=[pd.NaT, *DAYS["day"][1:]])
    with pytest.raises(
        ValueError, match=r"Input X contains NaN\. Column 'a' has a gap in row 3, column 'day' in row 0"
    ):
        MLPClassifier(categorical_features="from_dtype").fit(table, Y)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_rows_without_a_target_are_named(kind: type, value: float) -> None:
    y = np.where(np.isin(np.arange(150), [4, 9]), value, Y)
    with pytest.raises(
        ValueError, match=r"^Input y contains .* Rows 4 and 9 of y, counted from 0, have no finite value"
    ):
        kind().fit(X, y)


def test_rows_without_a_weight_are_named() -> None:
    weights = np.where(np.arange(150) == 5, np.nan, 1.0)
    with pytest.raises(ValueError, match=r"NaN\. Row 5 of sample_weight, counted from 0, has no finite value"):
        MLPClassifier().fit(X, Y, sample_weight=weights)


def test_dates_in_another_form_say_what_training_had() -> None:
    model = MLPClassifier(categorical_features="from_dtype", **SHORT).fit(DAYS, Y)
    there = (
        "in row 149, counted from 0, which is not a date as the model knows them: in training this column held dates by"
    )
    texts = DAYS.assign(day=[None] * 149 + ["2024-05-01"])
    with pytest.raises(ValueError, match=f"column 'day' has '2024-05-01' {there}"):
        model.predict(texts)
    by_text = MLPClassifier(categorical_features="from_dtype", **SHORT).fit(DAYS.assign(day=DAYS["day"].astype(str)), Y)
    with pytest.raises(ValueError, match="has 'soon' in row 7, counted from 0, which is not a date, year first"):
        by_text.predict(DAYS.assign(day=["2024-01-01"] * 7 + ["soon"] * 143))


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(ValueError, match=r"^Found input variables with inconsistent numbers of samples: \[150, 149\]$"):
        MLPClassifier().fit(X, Y[:-1])


def test_explaining_several_points_is_refused_with_the_way_to_one() -> None:
    model = MLPClassifier(**SHORT).fit(X, Y)
    with pytest.raises(ValueError, match=r"the step of one point, and x has 3 rows; give X\[i\] and y\[i\]"):
        model.explain(X[:3], Y[:3])
    with pytest.raises(ValueError, match=r"its target is one label or value; y has 3"):
        model.explain(X[0], Y[:3])


def test_a_loss_of_several_classes_says_that_y_has_one() -> None:
    with pytest.raises(ValueError, match="y has one class, 7, in every row, and nllm tells several apart"):
        MLPClassifier(loss="nllm").fit(X, np.full(150, 7))


def test_a_scorer_of_probabilities_says_that_margins_are_none() -> None:
    model = MLPClassifier(loss="hinge", scoring="neg_log_loss", early_stopping=True)
    with pytest.raises(
        AttributeError, match="scoring='neg_log_loss' needs probabilities, and outputs with loss='hinge'"
    ):
        model.fit(X, Y)
    with pytest.raises(InvalidParameterError):
        model.set_params(scoring="neg_log_los").fit(X, Y)

"""Preprocessing: columns to numbers and back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.io import Preprocessing, Table
from clearprop.io.preprocessing import infer_task

TABLE = Table.of(
    {"size": [1.0, 3.0, 5.0, 7.0], "colour": ["red", "blue", "red", "green"], "same": [2, 2, 2, 2], "y": [0, 1, 1, 0]}
)


def test_numbers_get_mean_0_and_deviation_1() -> None:
    X = Preprocessing.fitted(TABLE, target="y").X(TABLE)
    assert X[:, 0].mean() == pytest.approx(0, abs=1e-15)
    assert X[:, 0].std() == pytest.approx(1, abs=1e-15)


def test_a_constant_column_becomes_0() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    assert made.X(TABLE)[:, -1].tolist() == [0, 0, 0, 0]


def test_a_constant_that_rounds_is_constant() -> None:
    table = Table.of({"x": [0.1] * 7, "y": [0, 1, 0, 1, 0, 1, 0]})
    assert Preprocessing.fitted(table, target="y").X(table).ravel().tolist() == pytest.approx([0] * 7, abs=1e-15)


def test_text_becomes_one_input_for_each_category() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    assert made.input_names == ["size", "colour = blue", "colour = green", "colour = red", "same"]
    assert made.X(TABLE)[:, 1:4].tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_column_order_does_not_matter_and_other_columns_are_not_looked_at() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    turned = Table.of({"extra": [9] * 4} | {name: TABLE[name] for name in reversed(TABLE.names)})
    assert made.X(turned).tobytes() == made.X(TABLE).tobytes()


def test_all_missing_columns_are_listed() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    with pytest.raises(ValueError, match="lacks columns 'colour', 'same'; it has 'size', 'siz'"):
        made.X(Table.of({"size": [1], "siz": [2]}))


def test_an_unknown_category_is_named_with_row_column_and_what_is_known() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    other = Table.of({"size": [1, 1], "colour": ["red", "pink"], "same": [2, 2]}, source="new.csv")
    message = "new.csv, row 2, column 'colour': 'pink' did not occur in training; known are 'blue', 'green', 'red'"
    with pytest.raises(ValueError, match=message):
        made.X(other)


def test_text_where_numbers_were_learnt_is_refused() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    with pytest.raises(ValueError, match="column 'size' holds text, such as 'big'"):
        made.X(Table.of({"size": ["big"], "colour": ["red"], "same": [2]}))


def test_classes_that_are_numbers_come_back_as_numbers() -> None:
    target = Preprocessing.fitted(TABLE, target="y").target
    labels = target.decode(target.encode(TABLE))
    assert labels.tolist() == [0, 1, 1, 0]
    assert labels.dtype.kind == "i"


def test_values_come_back_in_their_own_unit() -> None:
    made = Preprocessing.fitted(TABLE, target="size", task="regression")
    np.testing.assert_allclose(made.target.decode(made.Y(TABLE)), TABLE["size"], rtol=1e-15)


def test_sorted_numbers_are_in_order_of_size() -> None:
    table = Table.of({"x": [1, 2, 3, 4, 5, 6], "y": [10, 9, 100, 10, 9, 100]})
    assert Preprocessing.fitted(table, target="y").classes == (9, 10, 100)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
    st.lists(st.text(min_size=0, max_size=5), min_size=3, max_size=3, unique=True),
)
def test_it_survives_json(numbers: list[float], texts: list[str]) -> None:
    table = Table.of({"n": numbers, "t": texts, "y": ["a", "b", "a"]})
    made = Preprocessing.fitted(table, target="y")
    again = Preprocessing.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert again.X(table).tobytes() == made.X(table).tobytes()


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot read the preprocessing"):
        Preprocessing.from_json({"inputs": [{"kind": "picture"}], "target": {}})


TASKS = {
    "text": (["a", "b", "c", "a"], "classification"),
    "few whole numbers, each twice": ([0, 1, 2, 0, 1, 2], "classification"),
    "a whole number seen once": ([0, 0, 1, 1, 7], "regression"),
    "numbers that are not whole": ([0.5, 0.5, 1.5, 1.5], "regression"),
    "20 whole numbers, each twice": (list(range(20)) * 2, "classification"),
    "21 whole numbers, each twice": (list(range(21)) * 2, "regression"),
}


@pytest.mark.parametrize("what", TASKS)
def test_the_task_follows_from_the_target(what: str) -> None:
    values, task = TASKS[what]
    assert infer_task(Table.of({"y": values}), "y") == task


NOTHING_TO_LEARN = {
    "one class": ({"x": [1, 2], "y": ["a", "a"]}, "is 'a' in every row; at least two classes"),
    "no other column": ({"y": ["a", "b"]}, "no column beside the target 'y'"),
    "a name for each row": (
        {"x": [f"n{k}" for k in range(50)], "y": [0, 1] * 25},
        "column 'x'.*50 different texts in 50 rows",
    ),
    "a class for each row": ({"x": list(range(50)), "y": [f"n{k}" for k in range(50)]}, "'y'.*50 classes in 50 rows"),
}


@pytest.mark.parametrize("what", NOTHING_TO_LEARN)
def test_what_cannot_be_learnt_is_said(what: str) -> None:
    columns, message = NOTHING_TO_LEARN[what]
    with pytest.raises(ValueError, match=message):
        Preprocessing.fitted(Table.of(columns), target="y")  # type: ignore[arg-type]  # lists of either kind


def test_regression_of_text_is_refused() -> None:
    with pytest.raises(ValueError, match="regression needs numbers"):
        Preprocessing.fitted(TABLE, target="colour", task="regression")


def test_numbers_too_large_to_standardise_are_refused() -> None:
    with pytest.raises(ValueError, match="column 'x' has values too large"):
        Preprocessing.fitted(Table.of({"x": [1e308, -1e308, 1e308], "y": [0, 1, 0]}), target="y", task="classification")

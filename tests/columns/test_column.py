"""The record of a column: what it says, how a person says otherwise, and how new rows are read by it."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clearprop.columns import ColumnWarning, describe
from clearprop.columns.cells import read
from clearprop.columns.column import said_of, warn_of

UNIQUE = [f"K-{each:03}" for each in range(40)]
DATED = [f"2021-{1 + each % 12:02}-{1 + each % 28:02}" for each in range(40)]


def test_it_says_what_the_column_is_why_and_what_becomes_of_it() -> None:
    assert str(describe(np.array([1.0, np.nan, 3.0]), "a")) == "'a': number (its type is float64), 1 gap; 1 input"
    assert str(describe(UNIQUE, "key")) == "'key': identifier (40 different texts in 40 cells); left out"
    date = describe(DATED, "when")
    assert (date.becomes, date.inputs[0], len(date.inputs)) == ("date", "when: time", 5)
    assert [str(each)[:10] for each in date.values] == ["2021-01-01", "2021-12-24"]


@pytest.mark.parametrize(
    ("column", "values", "inputs", "becomes"),
    [
        ([3.0, 1.0, 2.0], (1.0, 3.0), ("x",), "number"),
        ([3.0, np.nan], (3.0, 3.0), ("x", "x is missing"), "number"),
        ([True, False], (0.0, 1.0), ("x",), "number"),
        ([True, None, False], (False, True), ("x = False", "x = True", "x is missing"), "category"),
        (pd.Series([True, None], dtype="boolean"), (1.0, 1.0), ("x", "x is missing"), "number"),
        (pd.Series([np.nan, np.nan]), (), (), None),
        (["no", "yes"], ("no", "yes"), ("x = no", "x = yes"), "category"),
        (["b", "a", None, "b"], ("a", "b"), ("x = a", "x = b", "x is missing"), "category"),
        (pd.Series([3, 5, 3], dtype="category"), (3, 5), ("x = 3", "x = 5"), "category"),
        (["a", "a"], ("a", "a"), (), None),
        ([None, None], (), (), None),
        ([2.0, 2.0], (2.0, 2.0), ("x",), "number"),
        (UNIQUE, tuple(UNIQUE[:3]), (), None),
    ],
)
def test_values_and_inputs_of_each_kind(
    column: Any, values: tuple[Any, ...], inputs: tuple[str, ...], becomes: str | None
) -> None:
    found = describe(column, "x", mark_gaps=True)
    assert (found.values, found.inputs, found.becomes) == (values, inputs, becomes)
    assert found.is_left_out == (not inputs)
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_person_may_say_otherwise() -> None:
    assert len(describe(UNIQUE, "key", "category").inputs) == 40
    assert describe(range(40), "id", "number").inputs == ("id",)
    assert describe(["1", "2"], "x", "category").becomes == "category"
    assert describe(pd.Series(["1", "2"]), "x", "number").becomes == "number"
    assert describe(["3/4/2021", "5/14/2021"], "x", "text").is_left_out
    assert describe([1.0, 2.0], "x", "identifier").is_left_out
    assert describe(UNIQUE, "key", "category").told


@pytest.mark.parametrize(
    ("column", "kind", "message"),
    [
        (UNIQUE, "categroy", "column 'x' cannot be 'categroy'; did you mean 'category'"),
        (UNIQUE, "number", "column 'x' has 'K-000', which is not a number"),
        (UNIQUE, "date", "column 'x' cannot be read as dates; give it as a type of dates"),
        (["3/4/2021"], "date", "its texts may be month first or day first"),
        ([1.0], "date", "column 'x' is no date: its cells are numbers"),
        (
            pd.Series(pd.to_datetime(DATED)),
            "number",
            "column 'x' has 2021-01-01 in row 0, .* not a number",
        ),
        ([*DATED, *UNIQUE[:9]], "date", "column 'x' cannot be read as dates"),
    ],
)
def test_what_a_person_says_must_fit_the_cells(column: Any, kind: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        describe(column, "x", kind)


def test_new_rows_are_read_as_the_training_rows_were() -> None:
    day_first = describe(["3/4/2021", "13/4/2021"], "when")
    assert day_first.dates(read(["5/6/2022"])).astype(str).tolist() == ["2022-06-05T00:00:00.000000"]
    assert np.isnat(day_first.dates(read([None, ""]))).all()
    numbers = describe([*map(str, range(40)), "none given"], "x")
    np.testing.assert_array_equal(numbers.numbers(read(["7", "none given", "?"])), [7.0, np.nan, np.nan])
    for column, cells, message in (
        (
            day_first,
            ["2022-06-05"],
            "column 'when' has '2022-06-05' in row 0, counted from 0, which is not a date, day first",
        ),
        (day_first, [3.0], "has 3.0 in row 0, counted from 0, which is not a date"),
        (numbers, ["seven"], "column 'x' has 'seven' in row 0, counted from 0, which is not a number"),
        (numbers, [np.datetime64("2020-01-01")], "has 2020-01-01 in row 0, counted from 0, which is not a number"),
    ):
        with pytest.raises(ValueError, match=message):
            column.dates(read(cells)) if column is day_first else column.numbers(read(cells))


def test_what_is_left_out_or_dropped_is_said_unless_somebody_asked_for_it() -> None:
    found = [describe(UNIQUE, "key"), describe([*map(str, range(40)), "none given"], "x"), describe(DATED, "when")]
    with pytest.warns(ColumnWarning) as record:
        warn_of(found, "kinds={{{name!r}: 'category'}}")
    (only,) = record
    assert str(only.message) == (
        "Left out as inputs: 'key' (identifier: 40 different texts in 40 cells). To keep one, say what it is: "
        "kinds={'key': 'category'}; column 'x' is read as numbers, and 'none given' counts as a gap"
    )
    with pytest.warns(ColumnWarning, match="'none given' counts as a gap"):
        warn_of([describe([*map(str, range(40)), "none given"], "x", "number")], "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of([describe(UNIQUE, "key", "identifier"), describe(DATED, "when")], "")
    assert said_of(found[2:], "") is None

"""Preprocessing: columns to numbers and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.columns.prepared import ChoiceColumn, NumberColumn
from clearprop.io import Preprocessing, Table, read_csv
from clearprop.io.described import describe_columns, with_gaps
from clearprop.io.memory import require_memory
from clearprop.io.preprocessing import infer_task
from clearprop.io.tables.refusal import Refusal

TABLE = Table.of(
    {"size": [1.0, 3.0, 5.0, 7.0], "colour": ["red", "blue", "red", "green"], "same": [2, 2, 2, 2], "y": [0, 1, 1, 0]}
)


def test_numbers_get_mean_0_and_deviation_1() -> None:
    X = Preprocessing.fitted(TABLE, target="y").X(TABLE)
    assert X[:, 0].mean() == pytest.approx(0, abs=1e-15)
    assert X[:, 0].std() == pytest.approx(1, abs=1e-15)


def test_a_constant_column_is_left_out_unless_a_person_says_that_it_is_a_number() -> None:
    assert "same" not in Preprocessing.fitted(TABLE, target="y").input_names
    told = replace(TABLE, kinds={"same": "number"})
    assert Preprocessing.fitted(told, target="y").X(told)[:, -1].tolist() == [0, 0, 0, 0]


def test_a_constant_among_training_rows_that_rounds_is_0() -> None:
    table = Table.of({"x": [0.1] * 7, "y": [0, 1, 0, 1, 0, 1, 0]}, kinds={"x": "number"})
    assert Preprocessing.fitted(table, target="y").X(table).ravel().tolist() == pytest.approx([0] * 7, abs=1e-15)


def test_text_becomes_one_input_for_each_category() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    assert made.input_names == ["size", "colour = blue", "colour = green", "colour = red"]
    assert made.X(TABLE)[:, 1:4].tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_column_order_does_not_matter_and_other_columns_are_not_looked_at() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    turned = Table.of({"extra": [9] * 4} | {name: TABLE[name] for name in reversed(TABLE.names)})
    assert made.X(turned).tobytes() == made.X(TABLE).tobytes()


def test_all_missing_columns_are_listed() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    with pytest.raises(ValueError, match="lacks columns 'size', 'colour'; it has 'siz'"):
        made.X(Table.of({"siz": [2]}))


def test_an_unknown_category_is_0_everywhere_and_counted() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    other = Table.of({"size": [1, 1, 1], "colour": ["red", "pink", "pink"]}, source="new.csv")
    assert made.X(other)[:, 1:].tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert made.strays(other) == [
        "column 'colour': 2 cells with categories that training did not have ('pink'), taken for none of the known"
    ]


def test_a_new_category_is_no_gap_and_not_the_shared_one_where_there_is_none() -> None:
    made = Preprocessing.fitted(WITH_GAPS, target="y")
    assert made.X(Table.of({"x": [1.0, 1.0], "t": ["new", None]}))[:, 2:].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_text_where_numbers_were_learnt_is_refused() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    with pytest.raises(ValueError, match="column 'size' has 'big', which is not a number"):
        made.X(Table.of({"size": ["big"], "colour": ["red"]}))


WITH_GAPS = Table.of({"x": [1.0, None, 3.0, 10.0], "t": ["a", None, "b", "a"], "y": [0.5, 1.5, 2.5, 4.0]})


def test_gaps_of_numbers_are_filled_with_the_median_and_marked() -> None:
    made = Preprocessing.fitted(WITH_GAPS, target="y")
    assert made.input_names == ["x", "x is missing", "t = a", "t = b", "t is missing"]
    filled = np.array([1.0, 3.0, 3.0, 10.0])
    X = made.X(WITH_GAPS)
    np.testing.assert_allclose(X[:, 0], (filled - filled.mean()) / filled.std())
    assert X[:, 1:].tolist() == [[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]]


def test_gaps_that_training_did_not_have_are_filled_and_no_category() -> None:
    made = Preprocessing.fitted(TABLE, target="y")
    X = made.X(Table.of({"size": [None], "colour": [None]}))
    assert X.tolist() == [[0.0, 0, 0, 0]]  # the median, 4, is the mean too


def test_texts_and_numbers_that_a_person_calls_gaps_are_gaps_then_and_later() -> None:
    table = with_gaps(
        Table.of({"x": [1.0, -999.0, 3.0], "t": ["a", "unknown", "b"], "y": [0.5, 1.5, 2.5]}), ["-999", "unknown"]
    )
    made = Preprocessing.fitted(table, target="y", na=["-999", "unknown"])
    again = Preprocessing.from_json(json.loads(json.dumps(made.to_json())))
    later = Table.of({"x": [-999], "t": ["unknown"]})
    assert again.X(later)[0, 1:].tolist() == [1, 0, 0, 1]
    assert again.strays(later) == []


def test_dates_become_parts_and_survive_json() -> None:
    days = [f"2021-{1 + k % 12:02}-{1 + k % 28:02}" for k in range(40)]
    table = Table.of({"when": [*days[:-1], None], "y": np.arange(40.0)})
    made = Preprocessing.fitted(table, target="y")
    assert made.input_names[0] == "when: time"
    assert made.input_names[-1] == "when is missing"
    again = Preprocessing.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    typed = Table.of({"when": np.array([*days[:-1], "NaT"], "M8[D]")})
    assert again.X(typed).tobytes() == made.X(table).tobytes()


WAYS: dict[str, tuple[list[str], list[float]]] = {
    "thousands": (["1,234.5", "980", "1,234,567"], [1234.5, 980, 1234567]),
    "decimal commas": (["1,5", "2,25", "3"], [1.5, 2.25, 3]),
    "points of thousands": (["1.234,5", "980", "12,25"], [1234.5, 980, 12.25]),
    "spaces of thousands": (["1 234", "980", "1 234 567"], [1234, 980, 1234567]),
    "a currency": (["$5", "-$1,200.50", "$7"], [5, -1200.5, 7]),
    "euros": (["5 €", "1.200,50 €", "7 €"], [5, 1200.5, 7]),
    "percent": (["5%", "7.5%", "12%"], [5, 7.5, 12]),
    "a unit": (["5 kg", "7.5 kg", "12 kg"], [5, 7.5, 12]),
}


@pytest.mark.parametrize("way", WAYS)
def test_numbers_are_read_as_they_are_written_where_all_are_written_in_one_way(way: str) -> None:
    texts, values = WAYS[way]
    table = Table.of({"x": texts * 4, "y": np.arange(12.0)})
    (column,) = Preprocessing.fitted(table, target="y").inputs
    assert isinstance(column, NumberColumn)
    np.testing.assert_array_equal(column.numbers(table.cells("x"))[0], values * 4)
    again = Preprocessing.from_json(json.loads(json.dumps(Preprocessing.fitted(table, target="y").to_json())))
    np.testing.assert_array_equal(again.inputs[0].encode(table.cells("x")), column.encode(table.cells("x")))


UNTOLD = {
    "thousands or decimals": (["1,234", "5,678", "9,012"], "a comma may be before decimals or thousands"),
    "percents and shares": (["5%", "0.05", "7%"], "written in several ways: '0.05', '5%'"),
    "two currencies": (["$5", "5 €", "7 €"], "written in several ways"),
    "points and commas": (["1.5", "1,5", "1.234,5"], "written in several ways"),
}


@pytest.mark.parametrize("way", UNTOLD)
def test_numbers_whose_value_cannot_be_told_are_named_and_refused_with_the_options(way: str) -> None:
    texts, message = UNTOLD[way]
    table = Table.of({"x": texts * 4, "y": np.arange(12.0)})
    with pytest.raises(Refusal, match=message) as caught:
        Preprocessing.fitted(table, target="y")
    assert "column 'x'" in str(caught.value)
    assert caught.value.options == ()  # without it there would be no inputs
    more = Table.of({"x": texts * 4, "y": np.arange(12.0), "z": [1.5, 2.5, 3.5] * 4})
    with pytest.raises(Refusal, match=message) as caught:
        Preprocessing.fitted(more, target="y")
    assert caught.value.options == ("--ignore=x",)
    assert len(caught.value.ways) == (2 if way == "thousands or decimals" else 0)


@pytest.mark.parametrize(("decimal", "value"), [(".", 1234.0), (",", 1.234)])
def test_a_person_says_what_a_comma_is(decimal: str, value: float) -> None:
    table = Table.of({"x": ["1,234", "5,678"] * 4, "y": np.arange(8.0)})
    records = describe_columns(table, "y", {"x": f"number(decimal='{decimal}')"})
    (column,) = Preprocessing.fitted(table, target="y", records=records).inputs
    assert isinstance(column, NumberColumn)
    assert column.numbers(table.cells("x"))[0][0] == value


def test_a_new_file_that_writes_numbers_in_another_way_is_refused() -> None:
    made = Preprocessing.fitted(Table.of({"x": ["1,5", "2,25"] * 4, "y": np.arange(8.0)}), target="y")
    with pytest.raises(ValueError, match=r"column 'x' has '2.345'.*in training it was written like 1234,5"):
        made.X(Table.of({"x": ["1,5", "2.345"]}))


def test_truth_values_are_one_however_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\nTRUE,1\ntrue,2.5\nFalse,3\n")
    table = read_csv(tmp_path / "t.csv")
    made = Preprocessing.fitted(table, target="y")
    assert made.input_names == ["x"]
    assert np.sign(made.X(table)).ravel().tolist() == [1, 1, -1]
    assert np.sign(made.X(Table.of({"x": ["True", "FALSE"]}))).ravel().tolist() == [1, -1]


def test_rare_and_further_categories_are_one_input_which_new_ones_have_too() -> None:
    texts = [f"c{k:03}" for k in range(330) for _ in range(6 + (k < 300))] + ["once"]
    table = Table.of({"t": texts, "y": np.arange(float(len(texts)))})
    made = Preprocessing.fitted(table, target="y")
    assert len(made.input_names) == 301
    assert made.input_names[-1] == "t is another"
    assert made.X(Table.of({"t": ["once", "never seen", "c329", "c000"]}))[:, [-1, 0]].tolist() == [[1, 0]] * 3 + [
        [0, 1]
    ]


def test_rows_without_a_target_are_counted_and_a_date_is_no_target() -> None:
    table = Table.of({"x": [1, 2, 3, 4], "y": ["a", None, "b", "a"]})
    made = Preprocessing.fitted(table, target="y")
    assert made.classes == ("a", "b")
    rows, missing = made.with_target(table)
    assert (len(rows), missing, rows.where(1)) == (3, 1, "row 3")
    with pytest.raises(ValueError, match="row 2, column 'y': the target is missing"):
        made.Y(table)
    with pytest.raises(Refusal, match="the target 'd' of table is a date, such as 2021-01-01"):
        Preprocessing.fitted(Table.of({"d": ["2021-01-01", "2021-01-02"], "x": [1, 2]}), target="d")


def test_classes_of_truth_values_come_back_as_such() -> None:
    made = Preprocessing.fitted(Table.of({"x": [1, 2], "y": [True, False]}), target="y")
    assert made.target.decode(np.array([[0.2, 0.8], [0.9, 0.1]])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "options"), [([1.0, np.inf, 2.0], ["--na=inf"]), ([1.0, -np.inf, np.inf], ["--na=-inf", "--na=inf"])]
)
def test_infinity_is_refused_with_its_row_and_the_option_that_makes_it_a_gap(
    values: list[float], options: list[str]
) -> None:
    table = Table.of({"x": values, "y": ["a", "b", "a"]})
    with pytest.raises(Refusal, match=r"table, row 2, column 'x': -?inf is not a finite number") as caught:
        Preprocessing.fitted(table, target="y")
    assert sorted(caught.value.options) == options
    gaps = with_gaps(table, [option.removeprefix("--na=") for option in options])
    assert Preprocessing.fitted(gaps, target="y").input_names[-1] == "x is missing"


def test_infinity_is_refused_in_other_rows_too_with_the_options_for_all_columns() -> None:
    made = Preprocessing.fitted(
        Table.of({"x": [1.0, 2.0, 3.0], "z": [4.0, 2.0, 3.0], "y": ["a", "b", "a"]}), target="y"
    )
    table = Table.of({"x": [1.0, np.inf], "z": [-np.inf, 2.0]})
    with pytest.raises(
        Refusal, match=r"table, row 2, column 'x': inf is not a finite number; na=\['inf'\] makes it"
    ) as caught:
        made.X(table)
    assert caught.value.options == ("--na=-inf", "--na=inf")
    assert np.isfinite(made.X(with_gaps(table, ["-inf", "inf"]))).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_that_no_float_holds_is_infinite(sign: int) -> None:
    assert Table.of({"x": [1, sign * 10**400, None]})["x"].tolist()[:2] == [1.0, sign * np.inf]


def test_classes_of_a_long_target_are_counted_in_all_of_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.io.preprocessing.COUNTED_AT_ONCE", 3)
    assert infer_task(Table.of({"y": [0, 0, 0, 1, 1, 1, 0]}), "y") == "classification"
    assert infer_task(Table.of({"y": [0, 0, 0, 1, 1, 1, 2]}), "y") == "regression", "2 occurs once"
    assert infer_task(Table.of({"y": [*range(30), *range(30)]}), "y") == "regression"


def test_inputs_that_do_not_fit_into_memory_are_refused_before_they_are_made() -> None:
    wide, narrow = ChoiceColumn("wide", tuple(range(10_000))), ChoiceColumn("narrow", (1, 2))
    with pytest.raises(
        Refusal, match=r"1,000,000 rows of 10,002 inputs take 74.5 GiB.*'wide' \(10,000 inputs\)"
    ) as caught:
        require_memory([wide, narrow], 1_000_000, 8, "big.csv", free=2**30)
    assert caught.value.options == ("--ignore=wide",)
    require_memory([narrow], 1_000_000, 8, "big.csv", free=2**30)


HOSTILE: list[Any] = [
    {"kind": "picture"},
    {"kind": ["number"]},
    {"kind": "number", "name": "x", "mean": 0.0},
    {"kind": "number", "name": "x", "mean": float("inf"), "scale": 1.0},
    {"kind": "number", "name": "x", "mean": 10**400, "scale": 1.0},
    {"kind": "number", "name": "x", "mean": 0.0, "scale": 0.0},
    {"kind": "number", "name": "x", "mean": True, "scale": 1.0},
    {"kind": "number", "name": 3, "mean": 0.0, "scale": 1.0},
    {"kind": "number", "name": "x", "mean": 0.0, "scale": 1.0, "form": {"decimal": "(a+)+$"}},
    {"kind": "number", "name": "x", "mean": 0.0, "scale": 1.0, "form": {"decimal": ",", "thousands": ","}},
    {"kind": "number", "name": "x", "mean": 0.0, "scale": 1.0, "evil": 1},
    {"kind": "choice", "name": "x", "categories": []},
    {"kind": "choice", "name": "x", "categories": ["a", "a"]},
    {"kind": "choice", "name": "x", "categories": ["a", 1]},
    {"kind": "choice", "name": "x", "categories": [["a"]]},
    {"kind": "choice", "name": "x", "categories": "ab"},
    {"kind": "date", "name": "x", "parts": ["century"], "mean": 0.0, "scale": 1.0},
    {"kind": "date", "name": "x", "parts": ["time"], "mean": 0.0, "scale": 1.0, "form": "by stars"},
    3,
    None,
]


@pytest.mark.parametrize("column", HOSTILE, ids=range(len(HOSTILE)))
def test_json_that_no_file_of_ours_has_is_refused(column: Any) -> None:
    good = {"kind": "number", "name": "y", "mean": 0.0, "scale": 1.0}
    for plain in ({"inputs": [column], "target": good}, {"inputs": [good | {"name": "z"}], "target": column}):
        with pytest.raises(ValueError, match="cannot read the preprocessing"):
            Preprocessing.from_json(plain)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"inputs": 3, "target": {}},
        {"inputs": []},
        {"inputs": [HOSTILE[2] | {"scale": 1.0}] * 2},
        {"na": [1]},
        {"na": "a"},
    ],
)
def test_json_with_the_wrong_whole_is_refused(plain: dict[str, Any]) -> None:
    good = {"kind": "number", "name": "y", "mean": 0.0, "scale": 1.0}
    with pytest.raises(ValueError, match="cannot read the preprocessing"):
        Preprocessing.from_json({"inputs": [good], "target": good | {"name": "x"}} | plain if plain else {})


def test_classes_that_are_numbers_come_back_as_numbers() -> None:
    target = Preprocessing.fitted(TABLE, target="y").target
    labels = target.decode(target.encode(TABLE.cells("y")))
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
        "no column from which 'y' could be learnt: 'x' is identifier .50 different texts in 50 cells",
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

"""Columns of dates in every format: the calendar by arithmetic, gaps, and numbers that are no dates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.cells import DATE, read
from clearprop.columns.column import ColumnWarning
from clearprop.columns.date_parts import PARTS, DateParts
from clearprop.io.exports import function_of, read_json
from clearprop.io.exports.dates import _SHARES, inputs_of
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.operators import CannotExpress, Graph, Symbol, evaluate
from tests.io.exports.in_c import in_c
from tests.io.exports.test_numpy import ran
from tests.io.exports.test_onnx_graph import outputs_of
from tests.operators.in_numpy import IN_NUMPY

DAYS = np.arange("1580", "2421", dtype="M8[D]").astype(DATE)
TIMES = np.array([0, 1, 43_200_000_000, 86_399_000_000], "m8[us]")


def seconds_of(dates: Any) -> Any:
    """Seconds since 1970, NaN in gaps."""
    return np.where(np.isnat(dates), np.nan, (dates - np.datetime64(0, "us")) / np.timedelta64(1, "s"))


@pytest.mark.parametrize("after_midnight", TIMES, ids=str)
def test_every_day_of_eight_centuries_has_the_parts_of_the_calendar(after_midnight: Any) -> None:
    moments = DAYS + after_midnight
    parts = DateParts(18_000.0, 900.0, PARTS, marked=True)
    graph = Graph(np.dtype(float))
    graph.outputs = tuple(each.name for each in inputs_of(parts, Symbol(graph, "X")))
    found = evaluate(graph, seconds_of(moments)[:, None], IN_NUMPY, graph.constants)
    np.testing.assert_allclose(
        np.hstack(found), parts.encoded(moments), rtol=1e-12, atol=1e-9
    )  # microseconds are rounded


@pytest.mark.parametrize("year", [-400, 0, 1600, 1900, 2000, 2100, 2400, 9999])
def test_years_begin_and_end_where_they_do(year: int) -> None:
    first = np.datetime64(f"{year:+05d}-01-01" if year < 0 else f"{year:04d}-01-01", "us")
    share = _SHARES["time of year"]
    days = np.arange(-3, 4) * np.timedelta64(1, "D")
    wanted = DateParts(0, 1, ("time of year",)).encoded(first + days)
    turn = 2 * np.pi * share(seconds_of(first + days))
    np.testing.assert_allclose(np.stack([np.sin(turn), np.cos(turn)], axis=1), wanted, atol=1e-12)
    assert share(seconds_of(first)) == 0


def test_the_last_moment_of_a_day_is_of_that_day() -> None:
    midnight = 253_402_300_800.0  # the end of the year 9999
    before = np.nextafter(midnight, 0)
    assert _SHARES["day of week"](before) != _SHARES["day of week"](midnight)
    assert 0.999 < _SHARES["time of day"](before) < 1


@cache
def fitted(kind: str) -> tuple[cp.Model, cp.Table]:
    """A model of dates, and its rows."""
    rng = np.random.default_rng(0)
    n = 80
    moments = np.datetime64("2019-02-01T05:20", "us") + rng.integers(0, 100_000_000, n).astype("m8[s]")
    y = np.sin(2 * np.pi * DateParts(0, 1, ("time of year",)).encoded(moments)[:, 0]) + rng.normal(size=n) / 10
    if kind in {"gaps", "single precision"}:
        moments[::7] = np.datetime64("NaT", "us")
    when: Any = moments
    if kind == "texts":
        when = [str(each)[:10] for each in moments]
    choices = {"dtype": "float32"} if kind == "single precision" else {}
    table = cp.Table.of({"size": rng.normal(size=n), "when": when, "y": y})
    model = cp.fit(table, cp.Recipe(target="y", epochs=10, layers="5:tanh", test=0.0, **choices)).model
    return model, table.without(["y"])


def columns_of(kind: str) -> dict[str, Any]:
    _, table = fitted(kind)
    when = table.cells("when").values
    return {"size": table.cells("size").values, "when": seconds_of(np.array(when, DATE))}


@pytest.mark.parametrize("kind", ["dates", "texts", "gaps", "single precision"])
def test_seconds_are_predicted_as_dates_are(kind: str, tmp_path: Path) -> None:
    (model, table), columns = fitted(kind), columns_of(kind)
    assert "time of year" in model.prepared.inputs[1].parts.parts
    function, wanted = function_of(model), model.predict(table)
    tolerance = 1e-9 if kind != "single precision" else 1e-5
    np.testing.assert_allclose(ran(numpy_file(function))["predict"](columns), wanted, rtol=tolerance, atol=tolerance)
    _, values = in_c(function, tmp_path, dtype=np.float64).rows(columns)
    np.testing.assert_allclose(values[:, 0], wanted, rtol=tolerance, atol=tolerance)
    found = outputs_of(function, columns)
    np.testing.assert_allclose(found["values"][:, 0], wanted, rtol=tolerance, atol=tolerance)
    cp.export(model, tmp_path / "m.json")
    assert read_json(tmp_path / "m.json").predict(table).tolist() == wanted.tolist()


def test_the_python_file_takes_dates_too() -> None:
    model, table = fitted("gaps")
    moments = table.cells("when").values
    predict = ran(numpy_file(function_of(model)))["predict"]
    for unit in ("us", "s"):
        given = {"size": table.cells("size").values, "when": moments.astype(f"M8[{unit}]")}
        np.testing.assert_allclose(predict(given), model.predict(table), rtol=1e-9)
    with pytest.raises(ValueError, match="could not convert string to float"):
        predict({"size": [0.0], "when": ["2020-01-01"]})


TEXTS = {
    "{:%d/%m/%Y}": "day first",
    "{:%m/%d/%Y %I:%M %p}": "month first",
    "{:%Y-%m-%dT%H:%M:%S}": "year first",
    "{:%d %B %Y}": "day and month's name",
    "{:%b %Y}": "month's name and year",
    "{:%YQ}": "year and quarter",
}


@pytest.mark.parametrize("way", TEXTS)
def test_the_python_file_takes_dates_as_the_table_has_them(way: str) -> None:
    rng = np.random.default_rng(0)
    moments = np.datetime64("2019-02-01T05:20", "s") + rng.integers(0, 100_000_000, 60).astype("m8[s]")
    texts = [way.replace("Q}", f"}}Q{each.month // 4 + 1}").format(each) for each in moments.tolist()]
    texts[3], texts[5] = "", "unknown"
    table = cp.Table.of({"when": texts, "size": rng.normal(size=60), "y": rng.normal(size=60)})
    with pytest.warns(ColumnWarning, match="'unknown' counts as a gap"):
        model = cp.fit(table, cp.Recipe(target="y", epochs=2, layers="5:tanh", test=0.0)).model
    assert model.prepared.inputs[0].form.name == TEXTS[way]
    predict = ran(numpy_file(function_of(model)))["predict"]
    columns: dict[str, Any] = {"when": texts, "size": table["size"]}
    np.testing.assert_allclose(predict(columns), model.predict(table), rtol=1e-9)
    with pytest.raises(ValueError, match="'soon' is not written as the dates"):
        predict({"when": ["soon", "later"], "size": [0.0, 0.0]})
    dates = model.prepared.inputs[0].dates(table.cells("when"))[0]
    np.testing.assert_allclose(predict(columns | {"when": dates}), model.predict(table), rtol=1e-9)
    mixed = [text if k % 2 else date for k, (text, date) in enumerate(zip(texts, dates.tolist(), strict=True))]
    np.testing.assert_allclose(predict(columns | {"when": mixed}), model.predict(table), rtol=1e-9)


def test_numbers_that_are_no_seconds_have_no_prediction(tmp_path: Path) -> None:
    model, _ = fitted("dates")
    function = function_of(model)
    made, predict = in_c(function, tmp_path, dtype=np.float64), ran(numpy_file(function))["predict"]
    good = {"size": 0.5, "when": 1.6e9}
    assert made.row(good)[0] == 0
    assert made.row(good | {"when": np.nan})[0] == 0
    for bad in (1.6e12, -np.inf, np.inf, 1e300):  # the first in milliseconds
        assert made.row(good | {"when": bad})[0] == -1
        with pytest.raises(ValueError, match=r"row 1: 'when' must be seconds since 1970-01-01 00:00.*or NaN"):
            predict({"size": [0.5, 0.5], "when": [1.6e9, bad]})
        assert np.isnan(outputs_of(function, {"size": [0.5], "when": [bad]})["values"]).all()


def test_numbers_are_double_where_a_column_has_dates(tmp_path: Path) -> None:
    model, _ = fitted("dates")
    cp.export(model, tmp_path / "m.c")
    header = (tmp_path / "m.h").read_text()
    assert "double when; /* 'when': seconds since 1970-01-01 00:00, as clocks show them */" in header
    with pytest.raises(CannotExpress, match=r"'when' is of dates.*float32 cannot.*dtype='float64'"):
        cp.export(model, tmp_path / "n.c", dtype="float32")
    assert not (tmp_path / "n.c").exists()


def test_a_column_that_becomes_no_input_is_left_out(tmp_path: Path) -> None:
    model, table = fitted("dates")
    inputs = tuple(
        each if each.name != "when" else type(each)("when", DateParts.fitted(read(np.array(["2020-01-01"] * 3, DATE))))
        for each in model.prepared.inputs
    )
    assert inputs[1].width == 0
    net = cp.Network((1, 2, 1), ("tanh", "identity"), seed=0)
    other = cp.Model(net, cp.Preprocessing(inputs, model.prepared.target))
    columns = columns_of("dates")
    wanted = other.predict(table)
    np.testing.assert_allclose(ran(numpy_file(function_of(other)))["predict"](columns), wanted, rtol=1e-12)
    _, values = in_c(function_of(other), tmp_path, dtype=np.float64).rows(columns)
    np.testing.assert_allclose(values[:, 0], wanted, rtol=1e-12)


def test_a_number_that_files_write_with_units_goes_in_plain(tmp_path: Path) -> None:
    table = cp.Table.of({"price": [f"{i}.{i:02d} EUR" for i in range(1, 40)], "y": np.arange(39.0) ** 2})
    model = cp.fit(table, cp.Recipe(target="y", epochs=5, test=0.0)).model
    function = function_of(model)
    columns = {"price": np.array([1.01 * i for i in range(1, 40)])}
    wanted = model.predict(table.without(["y"]))
    text = numpy_file(function)
    np.testing.assert_allclose(ran(text)["predict"](columns), wanted, rtol=1e-9)
    made = in_c(function, tmp_path, dtype=np.float64)
    np.testing.assert_allclose(made.rows(columns)[1][:, 0], wanted, rtol=1e-9)
    for file in (text, made.files.header):
        assert "a plain number, which files have" in file

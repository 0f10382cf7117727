"""What the model takes for a gap by `na`, every exported program takes for one: numbers, texts and dates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.column import ColumnWarning
from clearprop.io.exports import function_of
from clearprop.io.exports.numpy_file import numpy_file
from tests.io.exports.in_c import in_c
from tests.io.exports.test_numpy import ran
from tests.io.exports.test_onnx_graph import outputs_of

NA = ("-999", "inf", "unknown", "1900-01-01")
N = 60
ROWS = {
    "x": [0.3, -999.0, float("nan"), float("inf"), 1.2],
    "code": [1.0, -999.0, 2.0, 3.0, float("nan")],
    "place": ["north", "unknown", "", "-999", "south"],
    "when": ["2021-03-04", "1900-01-01", "", "2020-12-31", "2021-07-01"],
}


@cache
def fitted(dates: bool) -> cp.Model:
    """A model of columns that all have gaps of such markers."""
    rng = np.random.default_rng(0)
    i = np.arange(N)
    columns: dict[str, Any] = {
        "x": np.where(i % 5, rng.normal(size=N), -999.0),
        "code": np.where(i % 7, i % 3, -999.0),
        "place": ["unknown" if k % 6 == 0 else ("north", "south")[k % 2] for k in i],
    }
    if dates:
        columns["when"] = ["1900-01-01" if k % 4 == 0 else f"2021-0{1 + k % 9}-1{k % 10}" for k in i]
    columns["y"] = np.where((columns["x"] > 0) | (i % 6 == 0), "yes", "no")
    recipe = cp.Recipe(target="y", na=NA, kinds={"code": "category"}, layers="5:tanh", epochs=30, test=0.0)
    return cp.fit(cp.Table.of(columns), recipe).model


def wanted_of(model: cp.Model) -> np.ndarray:
    """What the model says of the rows."""
    columns = {column.name: ROWS[column.name] for column in model.prepared.inputs}
    table = cp.Table.of({name: [None if cell == "" else cell for cell in cells] for name, cells in columns.items()})
    made: np.ndarray = model.probabilities(table)
    return made


def seconds_of(texts: list[str]) -> list[float]:
    """Seconds since 1970; NaN for no date."""
    return [float(np.datetime64(text, "s").astype(int)) if text else float("nan") for text in texts]


pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")


@pytest.mark.parametrize("dates", [False, True])
def test_the_python_file_takes_for_gaps_what_the_model_does(dates: bool) -> None:
    model = fitted(dates)
    text = numpy_file(function_of(model))
    found = ran(text)["predict_proba"]
    np.testing.assert_allclose(found(ROWS), wanted_of(model), atol=1e-12)
    np.testing.assert_allclose(found(ROWS | {"when": seconds_of(ROWS["when"])}), wanted_of(model), atol=1e-12)
    assert "-999 and inf are gaps" in text, "a reader of the file sees it"


@pytest.mark.parametrize("dates", [False, True])
def test_the_graph_takes_for_gaps_what_the_model_does(dates: bool) -> None:
    model = fitted(dates)
    columns = {each.name: ROWS[each.name] for each in model.prepared.inputs}
    columns |= {"when": seconds_of(ROWS["when"])} if dates else {}
    given = {name: np.array(cells) for name, cells in columns.items()}
    np.testing.assert_allclose(outputs_of(function_of(model), given)["probabilities"], wanted_of(model), atol=1e-9)


@pytest.mark.parametrize(("dates", "dtype"), [(False, np.float32), (False, np.float64), (True, np.float64)])
def test_the_c_file_takes_for_gaps_what_the_model_does(dates: bool, dtype: Any, tmp_path: Path) -> None:
    model = fitted(dates)
    made = in_c(function_of(model), tmp_path, dtype=dtype)
    columns: dict[str, Any] = {each.name: ROWS[each.name] for each in model.prepared.inputs}
    columns |= {"when": seconds_of(ROWS["when"])} if dates else {}
    which, probabilities = made.rows(columns)
    assert (which >= 0).all(), "an infinite number is a gap here"
    np.testing.assert_allclose(probabilities, wanted_of(model), atol=1e-5 if dtype == np.float32 else 1e-9)
    assert "-999 and inf are gaps" in made.files.header
    assert "'unknown' and '1900-01-01' are gaps" in made.files.header


def test_a_date_that_cannot_be_read_is_a_gap_in_the_python_file_as_in_the_model() -> None:
    model = fitted(True)
    found = ran(numpy_file(function_of(model)))["predict_proba"]
    rows = ROWS | {"when": ["2021-03-04", "soon", "2021-02-30", "2020-12-31", "2021-07-01"]}
    with pytest.warns(ColumnWarning):
        wanted = model.probabilities(cp.Table.of({**rows, "place": [each or None for each in ROWS["place"]]}))
    with pytest.warns(UserWarning, match="column 'when': 'soon', one of 2, is not written as the dates"):
        np.testing.assert_allclose(found(rows), wanted, atol=1e-12)
    with pytest.raises(ValueError, match=r"'soon' is not written as the dates .*no cell is"):
        found(ROWS | {"when": ["soon"] * 5})

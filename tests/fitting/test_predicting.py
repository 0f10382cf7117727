"""A row that cannot be predicted is marked, and every other row has the prediction it has alone."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns import ColumnWarning
from clearprop.fitting.predicting import predictions


@pytest.fixture(scope="module")
def model() -> cp.Model:
    rng = np.random.default_rng(0)
    colours = rng.choice(["red", "blue"], 80)
    table = cp.Table.of({"x": rng.normal(size=80), "colour": colours.tolist(), "y": (colours == "red").tolist()})
    made = cp.Table.of(
        {"x": table["x"], "colour": colours.tolist(), "y": np.where(colours == "red", "a", "b").tolist()}
    )
    return cp.fit(made, cp.Recipe(target="y", epochs=20), progress=False).model


def rows(colours: list[str]) -> cp.Table:
    return cp.Table.of({"x": np.linspace(-1, 1, len(colours)), "colour": colours})


def test_all_rows_are_predicted_as_the_model_does(model: cp.Model) -> None:
    table = rows(["red", "blue"] * 20)
    found = predictions(model, table, probabilities=True)
    assert found.values == model.predict(table).tolist()
    assert found.probabilities is not None
    np.testing.assert_array_equal(found.probabilities, model.probabilities(table))
    assert found.problems == {}


@pytest.mark.parametrize("block", [1, 3, 8192])
def test_a_row_that_cannot_be_predicted_is_marked(model: cp.Model, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.fitting.predicting.BLOCK", block)
    cells = [0.5, -1, np.inf, 1, 2.5, -np.inf, 0]
    table = cp.Table.of({"x": cells, "colour": ["red", "blue", "green", "red", "blue", "red", "pink"]})
    found = predictions(model, table, probabilities=True)
    assert sorted(found.problems) == [2, 5]
    assert "column 'x': inf is not a finite number" in found.problems[2]
    assert any("'pink'" in note for note in found.notes), "a new category is predicted, and said"
    assert found.values[2] is found.values[5] is None
    known = np.array([0, 1, 3, 4, 6])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColumnWarning)  # of the new category
        assert [found.values[row] for row in known] == model.predict(table.rows(known)).tolist()
    assert found.probabilities is not None
    assert np.isnan(found.probabilities[[2, 5]]).all()
    assert np.isfinite(found.probabilities[known]).all()


@pytest.mark.parametrize("block", [1, 3, 8192])
def test_a_text_among_numbers_is_a_gap_whatever_is_beside_it(
    model: cp.Model, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearprop.fitting.predicting.BLOCK", block)
    cells = ["0.5", "-1", "heavy", "1", "2.5", "2024-01-01", "0"]
    gaps = [None if cell in {"heavy", "2024-01-01"} else float(cell) for cell in cells]
    found, plain = (predictions(model, cp.Table.of({"x": x, "colour": ["red"] * 7})) for x in (cells, gaps))
    assert found.problems == {}
    assert found.values == plain.values
    assert any("column 'x': 2 cells with what could not be read" in note for note in found.notes)


def test_a_number_that_is_too_large_is_a_problem_of_its_row() -> None:
    table = cp.Table.of({"x": np.arange(40.0), "y": np.arange(40.0) * 2})
    single = cp.fit(table, cp.Recipe(target="y", epochs=1, dtype="float32"), progress=False).model
    with np.errstate(over="ignore"):
        found = predictions(single, cp.Table.of({"x": [1.0, 1e300, 2.0]}))
    assert list(found.problems) == [1]
    assert "too large" in found.problems[1]


def test_columns_that_are_missing_are_a_mistake_of_the_table(model: cp.Model) -> None:
    with pytest.raises(ValueError, match="lacks column 'colour'"):
        predictions(model, cp.Table.of({"x": [1.0]}))


def test_probabilities_of_a_number_are_refused() -> None:
    table = cp.Table.of({"x": np.arange(40.0), "y": np.arange(40.0) * 2})
    model = cp.fit(table, cp.Recipe(target="y", epochs=1), progress=False).model
    with pytest.raises(ValueError, match="is a number, and has no classes"):
        predictions(model, table, probabilities=True)

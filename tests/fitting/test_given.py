"""What people give to `fit` and `predict` by mistake is answered with what to give; results print in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.catalogue import find
from clearprop.formulas.penalties import L2
from clearprop.io.tables.refusal import Refusal
from clearprop.training.stopping import Stop, TimeLimit

TABLE = {"x": list(range(60)), "y": ["a"] * 30 + ["b"] * 30}


@pytest.mark.parametrize(
    ("given", "choices", "said"),
    [
        ((TABLE,), {"separator": ";"}, r"'separator'; clearprop\.read_table\(FILE, separator=\.\.\.\) reads a file so"),
        (({"a": 1, "b": 2},), {"target": "b"}, r"column 'a' is one number; give a list, \[1\]"),
        ((TABLE, "y"), {}, r"the second argument is a Recipe; given str\. .* target='price'"),
        ((TABLE, np.zeros(60)), {}, r"the second argument is a Recipe; given ndarray"),
        ((TABLE,), {"target": "y", "epoch": 3}, r"fit has no choice 'epoch'; did you mean 'epochs'\?"),
        ((TABLE,), {"time": 2}, r"fit has no choice 'time'; give stop='time_limit\(seconds=60\)'"),
        ((TABLE,), {"patience": 2}, r"fit has no choice 'patience'; give stop='no_improvement\(patience=10\)'"),
        ((TABLE, cp.Recipe()), {"target": "y", "epoch": 3}, r"did you mean 'epochs'\?"),
    ],
)
def test_a_mistake_is_answered_with_what_to_give(given: tuple[Any, ...], choices: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        cp.fit(*given, **choices)


@pytest.mark.parametrize(
    "part", ["time_limit(seconds=2)", TimeLimit(2.0), [TimeLimit(2.0)], ("time_limit(seconds=2.0)",)]
)
def test_one_stop_condition_is_a_text_or_a_part_and_several_are_a_sequence(part: Any) -> None:
    recipe = cp.Recipe(stop=part, penalty=L2(0.1), refit=True)
    assert ([find(Stop, each) for each in recipe.stop], recipe.penalty) == ([TimeLimit(2.0)], "l2(strength=0.1)")
    assert cp.fit(TABLE, recipe, target="y", steps=3).model.facts["stop"] == [*recipe.stop]


def test_one_row_of_a_frame_and_no_row_are_refused() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(TABLE)
    model = cp.fit(frame, target="y", epochs=20, progress=False).model
    with pytest.raises(TypeError, match=r"df\.iloc\[\[0\]\] is a table of one row"):
        model.predict(frame.iloc[0])
    with pytest.raises(ValueError, match="has no rows, so there is nothing to predict"):
        model.predict(frame.iloc[:0])


@pytest.mark.parametrize(("source", "metric"), [("iris", "accuracy"), ("diabetes", "R²")])
def test_results_print_in_a_line(source: str, metric: str) -> None:
    fitted = cp.fit(cp.load_table(source), epochs=2, progress=False)
    assert f"; {metric} on " in repr(fitted)
    assert "guessing" in repr(fitted)
    assert len(repr(fitted)) < 300
    assert repr(fitted.model).startswith("Model: ")
    assert "\n" not in repr(fitted.model)


@pytest.mark.parametrize("kind", [str, Path])
def test_a_table_is_also_the_path_of_a_file_or_the_name_of_a_data_set(kind: type, tmp_path: Path) -> None:
    rows = "".join(f"{x},{y}\n" for x, y in zip(*TABLE.values(), strict=True))
    (tmp_path / "rows.csv").write_text(f"x,y\n{rows}")
    given: dict[str, Any] = {"target": "y", "epochs": 2, "preset": "fast"}
    fitted, expected = cp.fit(kind(tmp_path / "rows.csv"), **given), cp.fit(TABLE, **given)
    assert fitted.model.network.parameters.tobytes() == expected.model.network.parameters.tobytes()
    assert cp.fit("xor(points=40)", epochs=1, preset="fast").model.facts["source"].startswith("xor(points=40")
    with pytest.raises(FileNotFoundError, match=r"there is no file nothing\.csv"):
        cp.fit("nothing.csv", target="y")
    kinds = {"x": "category"}
    as_texts = cp.fit(kind(tmp_path / "rows.csv"), kinds=kinds, **given).model.prepared
    assert as_texts.inputs[0].names[0].startswith("x = ")


@pytest.mark.parametrize("value", [60.0, np.float64(60.0), np.array(60.0)])
def test_one_value_in_the_place_of_a_column_is_told_with_the_list(value: Any) -> None:
    model = cp.fit(TABLE, target="y", epochs=1, preset="fast").model
    with pytest.raises(TypeError, match=r"column 'x' is one number; give a list, \[60\.0\]"):
        model.predict({"x": value})
    with pytest.raises(TypeError, match=r"column 'x' is one text; give a list, \['red'\]"):
        model.predict({"x": "red"})
    assert len(model.predict({"x": iter([1, 2, 3])})) == 3


def test_a_fit_says_that_scores_on_validation_rows_are_of_the_network_before_the_refit() -> None:
    assert " validation rows (before refit) " in str(cp.fit(TABLE, target="y", epochs=1, refit=True))
    assert "(before refit)" not in str(cp.fit(TABLE, target="y", epochs=1, refit=False))


@pytest.mark.parametrize("numbers", [True, False])
def test_classes_of_few_rows_are_warned_of_with_regression_where_they_are_numbers(numbers: bool) -> None:
    values = [k * 7 % 80 + 0.5 for k in range(250)]
    rows = {"x": range(250), "y": values if numbers else [f"name {each}" for each in values]}
    with pytest.warns(cp.ColumnWarning, match=r"80 of 80 classes have 4 rows or less, .* learnt") as said:
        cp.fit(rows, target="y", task="classification", epochs=1, preset="fast")
    assert ("; task='regression' predicts y as a number" in str(said[0].message)) == numbers
    if numbers:
        with pytest.raises(Refusal, match=r"classes in \d+ rows, .*; task='regression' predicts a number"):
            cp.fit({"x": range(90), "y": [k / 2 for k in range(90)]}, target="y", task="classification")

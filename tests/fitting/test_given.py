"""What people give to `fit` and `predict` by mistake is answered with what to give; results print in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.catalogue import find
from clearprop.formulas.penalties import L2
from clearprop.training.stopping import Stop, TimeLimit

TABLE = {"x": list(range(60)), "y": ["a"] * 30 + ["b"] * 30}


@pytest.mark.parametrize(
    ("given", "choices", "said"),
    [
        (("penguins.csv",), {"target": "y"}, r"clearprop\.read_table\('penguins\.csv'\) reads a file"),
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

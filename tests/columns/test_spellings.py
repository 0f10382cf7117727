"""Texts that differ only in capital letters or spaces: which are one category, in training, predictions and exports."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop.columns import ColumnWarning, describe
from clearprop.columns.cells import read
from clearprop.columns.choices import ChoiceColumn
from clearprop.columns.prepared_json import from_json, to_json
from clearprop.columns.spellings import spellings_of
from clearprop.fitting.evaluating import evaluate

JOINED = {
    "words": (["red", "Red", "blue", "red"], {"Red": "red"}),
    "the spelling of most cells stands": (["RED", "red", "RED", "blue"], {"red": "RED"}),
    "yes and no in several ways": (["yes", "YES", "no", "yes", "No", "no"], {"YES": "yes", "No": "no"}),
    "y and n, a pair of short words": (["y", "Y", "n", "y"], {"Y": "y"}),
    "spaces around and within": (
        ["big  dog", "Big dog", "big dog", "cat", "big dog"],
        {"big  dog": "big dog", "Big dog": "big dog"},
    ),
    "spaces around": ([" up", "up", "down", "up"], {" up": "up"}),
}
APART = {
    "codes of genes": ["AA", "Aa", "aa", "BB"],
    "short words that are no pair": ["m", "M", "f", "F"],
    "a column that would have one category": ["Red", "red", "red"],
}


@pytest.mark.parametrize("name", JOINED)
def test_words_that_differ_so_are_one_category(name: str) -> None:
    cells, joined = JOINED[name]
    assert dict(spellings_of(read(cells)).joined) == joined
    assert dict(spellings_of(read(cells), "kept").joined) == {}


@pytest.mark.parametrize("name", APART)
def test_codes_stay_apart_and_are_said(name: str) -> None:
    found = spellings_of(read(APART[name]))
    assert not found.joined
    assert found.apart
    assert spellings_of(read(APART[name]), "joined").joined


def test_a_column_says_what_counts_as_what_and_how_to_say_otherwise() -> None:
    record = describe(["yes", "Yes", "YES", "no", "yes"], "ok")
    assert (record.kind, record.values) == ("yes/no", ("no", "yes"))
    assert "'YES', 'Yes' count as 'yes'" in record.treatment
    kept = describe(["yes", "Yes", "YES", "no", "yes"], "ok", "category(case='kept')")
    assert kept.values == ("YES", "Yes", "no", "yes")
    joined = describe(["m", "M", "f", "m"], "sex", "category(case=joined, by=mean)")
    assert (joined.values, joined.by) == (("f", "m"), "mean")


def table(rows: int = 60) -> dict[str, Any]:
    words = itertools.cycle(["yes", "Yes", "no", "YES", "No", "no", "yes"])
    colours = itertools.cycle(["red", "Red", "blue", "blue", " red"])
    return {
        "size": np.random.default_rng(0).normal(size=rows).tolist(),
        "colour": [next(colours) for _ in range(rows)],
        "ok": [next(words) for _ in range(rows)],
    }


def test_a_fit_joins_inputs_and_classes_says_so_and_predicts_any_spelling() -> None:
    with pytest.warns(
        ColumnWarning, match=r"column 'ok': .*kinds=\{'ok': \"category\(case='kept'\)\"\} keeps them apart"
    ):
        fitted = cp.fit(table(), target="ok", epochs=2, progress=False)
    model = fitted.model
    assert model.prepared.classes == ("no", "yes")
    assert model.prepared.input_names == ["size", "colour = blue", "colour = red"]
    same = [model.probabilities({"size": [0.3], "colour": [word]}) for word in ("red", "Red", " red")]
    np.testing.assert_array_equal(same[0], same[1])
    np.testing.assert_array_equal(same[0], same[2])


def test_the_held_out_rows_are_found_again_in_the_table_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    pd.DataFrame(table()).to_csv(path, index=False)
    with pytest.warns(ColumnWarning, match="'ok'"):
        fitted = cp.fit(cp.read_table(path), target="ok", epochs=2, progress=False)
    cp.save_model(fitted.model, tmp_path / "m.clearprop")
    model = cp.load_model(tmp_path / "m.clearprop")
    found = evaluate(model, model.read(path))
    assert found.measured.held_out
    assert found.scores.metrics == fitted.scores["test"].metrics


def test_spellings_are_kept_in_a_model_file_and_checked() -> None:
    column = ChoiceColumn("x", ("blue", "red"), spellings=(("Red", "red"),))
    assert from_json(to_json(column)) == column
    for wrong in ({"red": "blue"}, {"Red": 1}, ["Red"], {"blue": "red"}):
        with pytest.raises(ValueError, match=r"spelling|text"):
            from_json({**to_json(column), "spellings": wrong})


def test_a_table_in_files_joins_the_same(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    pd.DataFrame(table(400)).to_csv(path, index=False)
    with pytest.warns(ColumnWarning, match="'ok'"):
        in_memory = cp.fit(
            cp.read_table(path), target="ok", epochs=1, progress=False, sampling="block_shuffle", refit=False
        )
    with pytest.warns(ColumnWarning, match="'ok'"):
        on_disk = cp.fit(cp.read_table(path, on_disk=True), target="ok", epochs=1, progress=False)
    assert in_memory.model.prepared == on_disk.model.prepared


@pytest.mark.filterwarnings("ignore")
def test_an_estimator_takes_spellings_of_an_input_as_one() -> None:
    pytest.importorskip("sklearn")
    from clearprop.estimators import MLPClassifier

    frame = pd.DataFrame(table())
    made = MLPClassifier(categorical_features="from_dtype", max_iter=2, random_state=0)
    made.fit(frame[["size", "colour"]], frame["ok"].str.lower())
    rows = pd.DataFrame({"size": [0.3] * 3, "colour": ["red", "Red", " red"]})
    assert np.ptp(made.predict_proba(rows)[:, 0]) == 0


def test_an_estimator_keeps_classes_as_they_are_and_says_which_may_be_one() -> None:
    pytest.importorskip("sklearn")
    from clearprop.estimators import MLPClassifier

    made = MLPClassifier(max_iter=200, random_state=0, tol=1.0)
    X = np.arange(12.0)[:, None] / 6
    with pytest.warns(ColumnWarning, match=r"'Yes' and 'yes'"):
        made.fit(X, ["yes", "no", "Yes", "no"] * 3)
    assert made.classes_.tolist() == ["Yes", "no", "yes"]


def test_a_new_spelling_is_named_beside_the_known_one_it_is_like() -> None:
    with pytest.warns(ColumnWarning, match="'ok'"):
        prepared = cp.fit(table(), target="ok", epochs=1, progress=False).model.prepared
    said = prepared.strays(cp.Table.of({"size": [0.1, 0.2], "colour": ["RED", "green"]}))
    (only,) = said
    assert only == (
        "column 'colour': 2 cells with categories that training did not have ('RED', 'green'), taken for none of the known; "
        "write 'RED' as 'red', which training had, if it is that"
    )
    with pytest.raises(
        ValueError, match=r"'yEs' did not occur in training; .*; write 'yEs' as 'yes', which training had"
    ):
        prepared.Y(cp.Table.of({"ok": ["yes", "yEs"]}))

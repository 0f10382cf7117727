"""True and false are in the words of the table wherever a command shows them: TRUE, False, true."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.columns.file_texts import of_texts

from .conftest import Shell


@pytest.fixture
def rows(shell: Shell) -> str:
    """A table in the folder of the shell."""
    del shell
    lines = [
        f"{k % 7},{('FALSE', 'TRUE')[k % 2]},{('no', 'YES')[k % 2]},{('False', 'True')[k % 3 > 0]}" for k in range(60)
    ]
    Path("rows.csv").write_text("\n".join(["size,smoker,word,bought", *lines]) + "\n")
    return "rows.csv"


def test_plan_predict_evaluate_and_export_say_the_words_of_the_table(shell: Shell, rows: str) -> None:
    assert "FALSE" in shell("plan", rows, "--target", "bought").out
    shell("train", rows, "--target", "bought", "--epochs", "1", "--quiet")
    predicted = list(
        csv.DictReader(io.StringIO(shell("predict", "rows.clearprop", rows, "--keep", "all", "--proba").out))
    )
    assert {each["smoker"] for each in predicted} == {"FALSE", "TRUE"}
    assert {each["bought"] for each in predicted} == {"False", "True"}
    assert {each["predicted bought"] for each in predicted} <= {"False", "True"}
    assert {"P(False)", "P(True)"} <= predicted[0].keys()
    measured = json.loads(shell("evaluate", "rows.clearprop", rows, "--json").out)
    assert [each["class"] for each in measured["classes"]] == ["False", "True"]
    shell("export", "rows.clearprop", "--to", "c")
    assert '"False",' in Path("rows.c").read_text()
    assert "0 for FALSE, 1 for TRUE" in Path("rows.h").read_text()


def test_where_a_format_has_truth_values_they_are_such(shell: Shell, rows: str) -> None:
    shell("train", rows, "--target", "bought", "--epochs", "1", "--quiet")
    (first, *_) = shell("predict", "rows.clearprop", rows, "--keep", "all", "--to", "jsonl").out.splitlines()
    row = json.loads(first)
    assert row["smoker"] is False
    assert isinstance(row["predicted bought"], bool)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["TRUE", "FALSE"], ("FALSE", "TRUE")),
        (["true", "True", "true", "False"], ("False", "true")),
        (["TRUE", ""], ("FALSE", "TRUE")),
        (["False", "NA"], ("False", "True")),
        (["true"], ("false", "true")),
    ],
)
def test_the_words_are_those_of_most_cells(texts: list[str], words: tuple[str, str]) -> None:
    assert of_texts(texts).words == words


def test_a_model_gives_truth_values_in_python_and_keeps_the_words_in_its_file(rows: str, tmp_path: Path) -> None:
    table = cp.read_table(rows)
    model = cp.fit(table, target="bought", epochs=1, progress=False).model
    assert model.predict(table).dtype == bool
    cp.save_model(model, tmp_path / "m.clearprop")
    again: Any = cp.load_model(tmp_path / "m.clearprop").prepared
    assert again == model.prepared
    assert again.labels == ("False", "True")
    on_disk = cp.read_table(rows, on_disk=True)
    assert on_disk.cells("smoker").words == table.cells("smoker").words == ("FALSE", "TRUE")

"""`train` and `evaluate` show scores beside baselines and write reports; `predict` writes files, keeps columns, marks rows."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp

from .conftest import PENGUINS, Outcome, Shell


@pytest.fixture
def model(shell: Shell, penguins: Path) -> str:
    """A model of penguins, in this folder."""
    assert shell("train", str(penguins), "--target", "species", "--epochs", "30", "-o", "p.clearprop").status == 0
    return "p.clearprop"


NEW = "id,mass,bill,island\n007,3600,38,Dream\n008,inf,47,Biscoe\n009,5000,47.5,Biscoe\n"


def table(outcome: Outcome) -> list[dict[str, str]]:
    assert outcome.status == 0, outcome.err
    return list(csv.DictReader(io.StringIO(outcome.out)))


def test_train_shows_what_guessing_and_a_linear_model_give_on_the_held_out_rows(shell: Shell) -> None:
    outcome = shell("train", "iris", "--epochs", "5")
    held_out = cp.load_model("iris.clearprop").facts["scores"]["test"]
    lines = outcome.out.replace(" %", "%").splitlines()
    names = next(line for line in lines if "accuracy" in line).split()
    assert names == ["rows", "accuracy", "balanced", "AUC", "log", "loss", "loss"]
    (line,) = (line.split() for line in lines if line.startswith("held out"))
    assert line[2:5] == ["30", f"{100 * held_out['accuracy']:.2f}%", f"{100 * held_out['balanced_accuracy']:.2f}%"]
    assert next(line for line in lines if "guessing" in line).split()[:2] == ["guessing", "33.33%"]
    assert any(line.split()[:2] == ["linear", "model"] for line in lines)


def test_evaluate_takes_the_held_out_rows_and_says_so(shell: Shell, model: str, penguins: Path) -> None:
    out = shell("evaluate", model, str(penguins)).out
    assert f"12 of {penguins}, test" in out
    assert "Held out of the table's 60 rows. Training did not use them" in out
    every = shell("evaluate", model, str(penguins), "--split", "all").out
    assert f"60 of {penguins}" in every
    assert "learnt from 48 of them" in every


def test_evaluate_says_that_rows_of_another_file_may_have_been_seen(shell: Shell, model: str) -> None:
    Path("other.csv").write_text(PENGUINS.rsplit("\n", 3)[0] + "\n")
    out = shell("evaluate", model, "other.csv").out
    assert "58 of other.csv" in out
    assert "Whether training has seen some of these rows is not known." in out
    assert "linear model" in out


def test_evaluate_gives_json(shell: Shell, model: str, penguins: Path) -> None:
    outcome = shell("evaluate", model, str(penguins), "--json")
    said = json.loads(outcome.out)
    assert outcome.out.count("\n") == 1
    assert (said["split"], said["rows"], said["held_out"]) == ("test", 12, True)
    assert said["metrics"]["accuracy"] == cp.load_model(model).facts["scores"]["test"]["accuracy"]
    assert set(said["beside"]) == {"linear model", "guessing"}
    assert [each["class"] for each in said["classes"]] == ["Adelie", "Gentoo"]
    assert sum(map(sum, said["confusion"])) == 12


def test_a_metric_without_a_value_is_none_with_the_reason_and_null_in_json(shell: Shell, model: str) -> None:
    Path("one.csv").write_text("".join(line + "\n" for line in PENGUINS.splitlines() if "Gentoo" not in line))
    outcome = shell("evaluate", model, "one.csv")
    said = {line.split()[0]: line.split()[1:] for line in outcome.out.splitlines() if line}
    assert said["AUC"] == ["none", "none", "none"]
    assert "No AUC: all points are of one class." in outcome.out
    assert "The target is 'Adelie' in each of the 30 rows." in outcome.out
    assert "nan" not in outcome.out
    document = json.loads(shell("evaluate", model, "one.csv", "--json").out)
    assert document["metrics"]["auc"] is None
    assert document["without"]["auc"] == "all points are of one class"


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_report_is_written(shell: Shell, command: str) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")
    arguments: dict[str, list[str]] = {
        "train": ["train", "iris", "--epochs", "3"],
        "evaluate": ["evaluate", "iris.clearprop", "iris"],
    }
    shell(*arguments["train"])
    outcome = shell(*arguments[command], "--report", "r.html")
    assert outcome.status == 0, outcome.err
    assert "r.html" in outcome.out
    assert Path("r.html").read_text().startswith("<!doctype html>")


@pytest.mark.filterwarnings("default::clearprop.advice.TrainingWarning")
def test_a_report_tells_what_training_warned_of(shell: Shell) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")
    outcome = shell("train", "diabetes", "--output-activation", "sigmoid", "--epochs", "2", "--report", "r.html")
    warned = [line.removeprefix("warning: ") for line in outcome.err.splitlines() if line.startswith("warning: ")]
    assert warned
    text = Path("r.html").read_text()
    assert warned[0][:40] in text


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_report_with_another_suffix_is_refused_before_anything_is_done(shell: Shell, command: str) -> None:
    source = ["iris"] if command == "train" else ["none.clearprop", "iris"]
    outcome = shell(command, *source, "--report", "r.pdf")
    assert (outcome.status, outcome.err) == (1, "error: cannot write the report r.pdf: its suffix must be .html\n")
    assert not list(Path().glob("*.clearprop"))


def test_predict_marks_the_rows_that_it_cannot_predict(shell: Shell, model: str) -> None:
    Path("new.csv").write_text(NEW)
    outcome = shell("predict", model, "new.csv", "--keep", "id", "--proba")
    rows = table(outcome)
    assert [row["id"] for row in rows] == ["007", "008", "009"], "as it is written, and not as a number"
    assert [row["species"] for row in rows] == ["Adelie", "", "Gentoo"]
    assert [row["P(Adelie)"] == "" for row in rows] == [False, True, False]
    assert "column 'mass': inf is not a finite number" in rows[1]["problem"]
    assert rows[0]["problem"] == ""
    assert outcome.err.startswith("warning: 1 row of 3 could not be predicted: new.csv, line 3, column")


@pytest.mark.parametrize("command", ["predict", "evaluate", "explain", "check"])
def test_what_is_infinite_can_be_made_a_gap(shell: Shell, model: str, command: str) -> None:
    species = iter(["species", *["Adelie", "Gentoo"] * 9])
    Path("new.csv").write_text("".join(f"{line},{next(species)}\n" for line in NEW.splitlines()))
    row = ["--row", "2"] if command == "explain" else []
    refused = shell(command, model, "new.csv", *row)
    assert "column 'mass': inf is not a finite number; --na inf makes it a gap" in refused.err
    assert (refused.status == 0) == (command == "predict")  # which marks the row, and predicts the others
    mended = shell(command, model, "new.csv", *row, "--na=inf")
    assert (mended.status, "finite" in mended.err) == (0, False)


def test_predict_has_no_column_of_problems_where_there_are_none(shell: Shell, model: str) -> None:
    Path("new.csv").write_text(NEW.replace("inf", "5000"))
    outcome = shell("predict", model, "new.csv", "--keep", "id,island", "--keep", "mass", "--number")
    assert list(table(outcome)[0]) == ["line", "id", "island", "mass", "species"]
    assert [row["line"] for row in table(outcome)] == ["2", "3", "4"]
    assert outcome.err == ""


def test_a_kept_target_does_not_hide_the_prediction(shell: Shell, model: str, penguins: Path) -> None:
    rows = table(shell("predict", model, str(penguins), "--keep", "all"))
    assert list(rows[0]) == ["species", "island", "bill", "mass", "predicted species"]
    assert all(row["species"] == row["predicted species"] for row in rows)


def test_held_out_rows_keep_their_own_columns(shell: Shell, model: str, penguins: Path) -> None:
    lines = PENGUINS.splitlines()
    content = [f"{lines[0]},id", *(f"{line},{k:03}" for k, line in enumerate(lines[1:]))]
    penguins.write_text("\n".join(content) + "\n")
    rows = table(shell("predict", model, str(penguins), "--split", "test", "--keep", "id", "--keep", "island"))
    assert len(rows) == 12, "a column that was not there in training does not change the split"
    for row in rows:
        assert content[int(row["id"]) + 1].split(",")[1] == row["island"]
        assert len(row["id"]) == 3


@pytest.mark.lengthy
@pytest.mark.parametrize("content", [b"mass,bill\n1,2,3\n", b"mass,bill\n1,2\n", b'mass,bill,island\n"1,2,a\n', b""])
def test_what_is_wrong_with_the_standard_input_is_said_of_it(model: str, content: bytes) -> None:
    args: list[Any] = [sys.executable, "-m", "clearprop", "predict", model, "-"]
    done = subprocess.run(args, input=content, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"the standard input" in done.stderr
    assert b"tmp" not in done.stderr


def test_predict_writes_json_lines_by_the_suffix(shell: Shell, model: str) -> None:
    Path("new.csv").write_text(NEW)
    shell("predict", model, "new.csv", "--keep", "all", "-o", "said.jsonl")
    rows = [json.loads(line) for line in Path("said.jsonl").read_text().splitlines()]
    assert [(row["id"], str(row["mass"]), row["species"]) for row in rows] == [
        ("007", "3600", "Adelie"),
        ("008", "None", None),
        ("009", "5000", "Gentoo"),
    ]
    by_name = shell("predict", model, "new.csv", "--keep", "all", "--to", "jsonl")
    assert by_name.out == Path("said.jsonl").read_text()


def test_predict_writes_parquet(shell: Shell, model: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
    Path("new.csv").write_text(NEW)
    assert shell("predict", model, "new.csv", "--keep", "id", "-o", "said.parquet").status == 0
    assert parquet.read_table("said.parquet").column("species").to_pylist() == ["Adelie", None, "Gentoo"]


def test_predict_reads_the_standard_input_and_writes_the_standard_output(model: str) -> None:
    args: list[Any] = [sys.executable, "-m", "clearprop", "predict", model, "-", "--keep", "id"]
    done = subprocess.run(args, input=NEW.encode(), capture_output=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert [(row["id"], row["species"]) for row in rows] == [("007", "Adelie"), ("008", ""), ("009", "Gentoo")]
    assert b"the standard input, line 3" in done.stderr


REFUSED = {
    "a suffix of another format": (["-o", "said.xlsx"], "cannot write said.xlsx: its suffix is none of"),
    "a column that there is not": (["--keep", "idd"], "new.csv has no column 'idd'; did you mean 'id'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_predict_refuses_it_in_one_line(shell: Shell, model: str, what: str) -> None:
    Path("new.csv").write_text(NEW)
    options, message = REFUSED[what]
    outcome = shell("predict", model, "new.csv", *options)
    assert outcome.status == 1
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_cell_that_is_made_a_gap_is_kept_as_it_is_in_the_file(shell: Shell, model: str) -> None:
    Path("new.csv").write_text(NEW)
    outcome = shell("predict", model, "new.csv", "--keep", "mass,id", "--na=inf")
    rows = table(outcome)
    assert [row["mass"] for row in rows] == [
        row["mass"] for row in table(shell("predict", model, "new.csv", "--keep", "mass"))
    ]
    assert (rows[1]["mass"], rows[1]["id"], bool(rows[1]["species"])) == ("inf", "008", True)


def test_a_row_without_a_target_column_is_explained_once_it_has_one(shell: Shell, model: str) -> None:
    Path("new.csv").write_text(NEW.replace("inf", "5000"))
    refused = shell("explain", model, "new.csv", "--row", "1")
    assert (refused.status, "has no column 'species', the target" in refused.err) == (1, True)
    assert "clearprop predict gives for the row" in " ".join(refused.err.split())
    species = iter(["species", "Adelie", "Adelie", "Gentoo"])
    Path("new.csv").write_text(
        "".join(f"{line},{next(species)}\n" for line in Path("new.csv").read_text().splitlines())
    )
    assert shell("explain", model, "new.csv", "--row", "1").status == 0


def test_a_header_that_is_refused_names_no_option_that_the_command_lacks(shell: Shell, model: str) -> None:
    Path("bare.csv").write_text("1,39.1,3750,Biscoe\n2,40,3800,Dream\n3,41,3900,Dream\n")
    for command in ("predict", "evaluate", "explain"):
        refused = shell(command, model, "bare.csv").err
        assert ("--no-header" in refused, "--target" in refused) == (True, False)


def test_the_network_that_was_chosen_and_what_the_loss_has_in_it_are_said(shell: Shell) -> None:
    out = shell("train", "iris", "--epochs", "3").out
    assert "The loss has the penalty, l2(" in out
    assert ("network     4-3 (softmax)" in out) == ("chosen      no hidden layers" in out)
    assert "steps taken" not in out

"""`clearprop predict`, `evaluate` and `info`."""

from __future__ import annotations

import csv
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp

from .conftest import Outcome, Shell


@pytest.fixture
def model(shell: Shell, penguins: Path) -> str:
    """A model of penguins, in this folder."""
    assert shell("train", str(penguins), "--target", "species", "--epochs", "30", "-o", "p.clearprop").status == 0
    return "p.clearprop"


def rows_of(outcome: Outcome) -> list[list[str]]:
    assert outcome.status == 0, outcome.err
    return list(csv.reader(outcome.out.splitlines()))


def test_predict_gives_a_label_a_row_in_the_targets_name(shell: Shell, model: str) -> None:
    Path("new.csv").write_text("mass,bill,island,notes\n3600,38,Dream,small\n5000,47,Biscoe,large\n")
    assert rows_of(shell("predict", model, "new.csv")) == [["species"], ["Adelie"], ["Gentoo"]]


def test_predict_gives_probabilities_where_asked(shell: Shell, model: str) -> None:
    Path("new.csv").write_text("mass,bill,island\n3600,38,Dream\n")
    header, row = rows_of(shell("predict", model, "new.csv", "--proba"))
    assert header == ["species", "P(Adelie)", "P(Gentoo)"]
    assert sum(map(float, row[1:])) == pytest.approx(1, abs=1e-12)


def test_predict_writes_a_file_that_reads_back_to_the_bit(shell: Shell) -> None:
    shell("train", "diabetes", "--epochs", "1")
    outcome = shell("predict", "diabetes.clearprop", "diabetes", "-o", "said.csv")
    assert outcome.out == ""
    expected = cp.load_model("diabetes.clearprop").predict(cp.load_table("diabetes"))
    assert cp.read_csv("said.csv")["progression"].tobytes() == expected.tobytes()


@pytest.mark.filterwarnings("default::clearprop.ColumnWarning")
def test_categories_never_seen_and_gaps_are_predicted_counted_and_said(shell: Shell, model: str) -> None:
    Path("far.csv").write_text("island,bill,mass\nElba,38,3600\n,47,\nDream,n/a,5000\n")
    outcome = shell("predict", model, "far.csv", "--proba")
    assert len(rows_of(outcome)) == 4
    assert outcome.err == (
        "warning: far.csv: column 'island': 1 cell with a category that training did not have ('Elba'), taken for none of "
        "the known\n"
    )


def test_a_column_that_is_not_used_may_hold_anything(shell: Shell, penguins: Path) -> None:
    lines = penguins.read_text().splitlines()
    broken = [
        f"{lines[0]},notes",
        *(f'{line},"{["$5", "5 €", "inf", "1,234"][k % 4]}"' for k, line in enumerate(lines[1:])),
    ]
    Path("broken.csv").write_text("\n".join(broken))
    outcome = shell("train", "broken.csv", "--target", "species", "--ignore", "note*", "--epochs", "1", "-o", "m")
    assert outcome.status == 0, outcome.err
    assert shell("evaluate", "m", "broken.csv").status == 0
    assert shell("predict", "m", "broken.csv").status == 0


def test_evaluate_counts_rows_without_a_target_and_says_what_training_did_not_know(shell: Shell, model: str) -> None:
    Path("some.csv").write_text(
        "species,island,bill,mass\nAdelie,Elba,38,3600\n,Dream,47,5000\nGentoo,Biscoe,47,5000\n"
    )
    said = shell("evaluate", model, "some.csv").out
    assert "2 of some.csv" in said
    assert "1 without species left out" in said
    assert "column 'island': 1 cell with a category that training did not have ('Elba')" in said


def test_evaluate_measures_the_held_out_rows(shell: Shell) -> None:
    shell("train", "iris", "--epochs", "5")
    accuracy = cp.load_model("iris.clearprop").facts["scores"]["test"]["accuracy"]
    outcome = shell("evaluate", "iris.clearprop", "iris", "--split", "test")
    assert "30 of iris" in outcome.out
    assert f"{100 * accuracy:.2f} %" in outcome.out


def test_evaluate_shows_each_class_and_what_it_was_taken_for(shell: Shell, model: str, penguins: Path) -> None:
    out = shell("evaluate", model, str(penguins), "--split", "all").out
    lines = [line.split() for line in out.replace(" %", "%").splitlines()]
    assert ["Adelie", "30", "100.00%", "100.00%", "100.00%", "1", "30", "·"] in lines
    assert ["Gentoo", "30", "100.00%", "100.00%", "100.00%", "1", "·", "30"] in lines


def test_evaluate_measures_regression_in_the_targets_unit(shell: Shell) -> None:
    shell("train", "diabetes", "--epochs", "5")
    out = shell("evaluate", "diabetes.clearprop", "diabetes", "--split", "all").out
    said = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line}
    table = cp.load_table("diabetes")
    error = cp.load_model("diabetes.clearprop").predict(table) - table["progression"]
    assert float(said["RMSE"][0]) == pytest.approx(np.sqrt((error**2).mean()), rel=1e-3)
    assert {"loss", "MAE", "R²"} <= set(said)


def test_info_of_a_model_says_what_is_in_it(shell: Shell, model: str) -> None:
    said = shell("info", model).out
    for expected in (
        "5-64-64-2",
        "relu",
        "softmax",
        "'mass': mean ",
        ", standard deviation ",
        "'Biscoe', 'Dream'",
        "species",
        "loss nllm",
        "SHA-256",
    ):
        assert expected in said


def test_info_shows_the_mean_and_the_standard_deviation_of_every_column(shell: Shell) -> None:
    held = cp.fit(cp.load_table("diabetes"), cp.Recipe(layers="2:tanh", epochs=1), progress=False).model
    cp.save_model(held, "d.clearprop")
    first, every = shell("info", "d.clearprop").out, shell("info", "d.clearprop", "--columns").out
    made = held.preprocessing
    for column in (*made.inputs, made.target):
        said = f"{column.name!r}: mean {column.mean:.6g}, standard deviation {column.scale:.6g}"
        assert said in every
    assert "and 2 more; --columns shows them all" in first
    assert "a prediction is output · standard deviation + mean" in first


def test_info_of_a_bare_network_says_so(shell: Shell) -> None:
    cp.Network((2, 1), ("identity",)).save("bare.clearprop")
    assert "a bare network" in shell("info", "bare.clearprop").out


def test_info_without_a_model_says_what_there_is(shell: Shell) -> None:
    said = shell("info").out
    for expected in ("clearprop", "numpy", "processor", np.__version__):
        assert expected in said


REFUSED = {
    "a model that is not there": (["predict", "no.clearprop", "new.csv"], "there is no model file no.clearprop"),
    "a foreign model": (["info", "new.csv"], "new.csv is not a clearprop model file"),
    "a truncated model": (["info", "cut.clearprop"], "cut.clearprop is truncated"),
    "an altered model": (["evaluate", "flip.clearprop", "penguins.csv"], "flip.clearprop was altered"),
    "columns that are missing": (["predict", "p.clearprop", "new.csv"], "new.csv lacks columns 'island', 'mass'"),
    "no target to compare with": (
        ["evaluate", "p.clearprop", "blind.csv"],
        "blind.csv has no column 'species'; there are island, bill, mass",
    ),
    "another table's held-out rows": (
        ["evaluate", "p.clearprop", "other.csv", "--split", "test"],
        "is not the table that the model was trained on",
    ),
    "a split that was not made": (
        ["evaluate", "unvalidated.clearprop", "penguins.csv", "--split", "validation"],
        "the model was trained without validation rows",
    ),
    "an output that cannot be written": (
        ["predict", "p.clearprop", "penguins.csv", "-o", "no/x.csv"],
        "cannot write no/x.csv",
    ),
    "a bare network": (["predict", "bare.clearprop", "penguins.csv"], "a bare network"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_one_line(shell: Shell, model: str, what: str) -> None:
    content = Path(model).read_bytes()
    Path("cut.clearprop").write_bytes(content[:-10])
    Path("flip.clearprop").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    cp.Network((2, 1), ("identity",)).save("bare.clearprop")
    cp.save_model(
        cp.fit(cp.load_table("penguins.csv"), target="species", epochs=1, validation=0).model, "unvalidated.clearprop"
    )
    Path("new.csv").write_text("bill,species\n1,Gentoo\n")
    Path("blind.csv").write_text("island,bill,mass\nDream,38,3600\n")
    Path("other.csv").write_text(Path("penguins.csv").read_text().replace("3600", "3601"))
    args, message = REFUSED[what]
    outcome = shell(*args)
    assert outcome.status == 1
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_terminal_gets_colours_and_a_pipe_does_not(tmp_path: Path) -> None:
    cp.Network((2, 1), ("identity",)).save(tmp_path / "bare.clearprop")
    args = [sys.executable, "-m", "clearprop", "info", str(tmp_path / "bare.clearprop")]
    piped = subprocess.run(args, capture_output=True, check=True).stdout
    ours, theirs = pty.openpty()
    subprocess.run(args, stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert b"\x1b[" in shown
    assert b"\x1b[" not in piped


def test_an_explanation_shows_gaps_dates_and_marks_of_a_row(shell: Shell) -> None:
    rows = "".join(f"{k if k % 5 else -999},2021-{1 + k % 12:02}-01,{'ab'[k % 2]}\n" for k in range(40))
    Path("t.csv").write_text("x,when,y\n" + rows)
    assert shell("train", "t.csv", "--target", "y", "--na=-999", "--epochs", "1", "-o", "m").status == 0
    said = shell("explain", "m", "t.csv", "--row", "1", "--whole").out
    assert re.search(r"x is missing +a gap +1 ", said)
    assert re.search(r"when: time +2021-01-01 ", said)
    assert re.search(r"gaps are \d+(\.5)? and marked", shell("info", "m").out)
    assert shell("check", "m", "t.csv").status == 0

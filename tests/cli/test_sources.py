"""Every command of docs/tables.md, and the options that say how a source is read."""

from __future__ import annotations

import io
import re
import shlex
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp

from .conftest import Shell

PAGE = (Path(__file__).parents[2] / "docs/tables.md").read_text(encoding="utf-8")
COMMANDS = [
    line.replace("\\|", "|") for line in re.findall(r"\| `((?:cat|clearprop) [^`]+)` \|$", PAGE, flags=re.MULTILINE)
]
RNG = np.random.default_rng(0)
ROWS = [(round(3000 + 500 * k + RNG.normal(0, 50), 2), k % 2, ("Adelie", "Gentoo")[k % 2]) for k in range(40)]
CSV = "mass,sex,species\n" + "".join(f"{mass},{sex},{species}\n" for mass, sex, species in ROWS)


@pytest.fixture
def files(shell: Shell) -> None:
    """The files that the page names, in the shell's folder."""
    import gzip

    import duckdb
    import openpyxl
    import pyarrow as pa
    from pyarrow.feather import write_feather
    from pyarrow.parquet import write_table

    mass, sex, species = zip(*ROWS, strict=True)
    frame = pa.table({"mass": mass, "sex": sex, "species": species})
    write_table(frame, "penguins.parquet")
    write_feather(frame, "penguins.feather")
    Path("penguins.csv").write_text(CSV)
    Path("penguins.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    Path("penguins.jsonl").write_text("".join(f'{{"mass": {m}, "species": "{s}"}}\n' for m, _, s in ROWS))
    cells = "".join(f"{m},{x},{s}\n" for m, x, s in ROWS)
    attributes = "@attribute mass real\n@attribute sex {0,1}\n@attribute species {Adelie,Gentoo}"
    Path("penguins.arff").write_text(f"@relation penguins\n{attributes}\n@data\n{cells}")
    header = "mass\tsex\tspecies\ncontinuous\tdiscrete\tdiscrete\n\t\tclass\n"
    Path("penguins.tab").write_text(header + cells.replace(",", "\t"))
    book = openpyxl.Workbook()
    for row in (("mass", "sex", "species"), *ROWS):
        book.active.append(row)
    book.create_sheet("notes")
    book.save("penguins.xlsx")
    numbers = np.array([mass, sex]).T
    np.save("numbers.npy", numbers)
    np.savez("arrays.npz", X=numbers, y=np.array(species), names=["mass", "sex"])
    shape = np.array([40, 2, 2], ">u4")
    Path("train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + shape.tobytes() + bytes(range(160)))
    Path("train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + shape[:1].tobytes() + bytes(k % 2 for k in range(40)))
    for connection in (sqlite3.connect("zoo.sqlite"), duckdb.connect("zoo.duckdb")):
        connection.execute("CREATE TABLE penguins (mass REAL, sex INTEGER, species VARCHAR)")
        connection.execute("CREATE TABLE others (a INTEGER)")
        connection.executemany("INSERT INTO penguins VALUES (?, ?, ?)", ROWS)
        connection.commit()
        connection.close()


class Piped:
    """A standard input that has the table."""

    def __init__(self) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(CSV.encode()))  # type: ignore[arg-type]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("files")
def test_a_command_of_the_page_runs(command: str, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped())
    words = shlex.split(command.rpartition("clearprop ")[2])
    planned = shell(*words)
    assert planned.status == 0, planned.err
    assert "40 rows" in planned.out
    monkeypatch.setattr(sys, "stdin", Piped())
    trained = shell("train", *words[1:], "--epochs", "1", "-o", "model.clearprop")
    assert trained.status == 0, trained.err


def test_the_page_has_a_command_for_each_format() -> None:
    assert len(COMMANDS) == 14


def test_the_python_of_the_page_says_what_it_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    block, of_models = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    exec(compile(of_models, "docs/tables.md", "exec"), {})
    assert capsys.readouterr().out.startswith("Fit: classification of kind; accuracy on ")
    assert Path("kinds.clearprop").exists()
    exec(compile(block, "docs/tables.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed == [line.partition("# ")[2] for line in block.splitlines() if line.startswith("print")]


def test_a_refused_file_ends_with_a_command_that_succeeds(shell: Shell) -> None:
    Path("raw.csv").write_text(CSV.partition("\n")[2])
    Path("title.csv").write_text("A table of penguins\n\n" + CSV)
    Path("short.csv").write_text(CSV + "3700.5,1\n")
    Path("old.csv").write_bytes(CSV.replace("Adelie", "Adélie").encode("cp1252"))
    for name in ("raw.csv", "title.csv", "short.csv", "old.csv"):
        refused = shell("train", name, "--target", "species", "--epochs", "1")
        assert refused.status == 1, name
        words = shlex.split(refused.err.partition("try: clearprop ")[2])
        again = shell(*words)
        assert again.status == 0, again.err


@pytest.mark.parametrize(
    ("rows", "target", "said"),
    [
        ("1,a,x\n2,a,y\n3,a,z\n4,a,z\n", "b", "the target 'b' of t.csv is 'a' in every row"),
        ("1,2.5,x\n2,2.5,y\n3,2.5,z\n4,2.5,z\n", "b", "is 2.5 in every row, so there is nothing to learn"),
        ("7,a,x\n7,b,x\n7,a,x\n7,b,x\n", "b", "no column from which 'b' could be learnt"),
        ("1,,x\n2,,y\n3,,z\n4,,z\n", "b", "has no value in any row"),
        ("1,a,x\n2,b,y\n3,a,z\n4,b,z\n", "weight", "has no column 'weight'; there are a, b, c"),
    ],
)
def test_where_another_target_is_to_be_chosen_the_columns_are_shown_by_a_command(
    rows: str, target: str, said: str, shell: Shell
) -> None:
    Path("t.csv").write_text("a;b;c\n" + 12 * rows.replace(",", ";"))
    refused = shell("train", "t.csv", "--target", target, "--epochs", "1", "--separator", "semicolon", "--header")
    assert said in refused.err
    assert refused.err.endswith("; the columns are shown by: clearprop plan t.csv --separator=semicolon --header\n")
    assert shell(*shlex.split(refused.err.rpartition("clearprop ")[2])).status == 0


def test_a_row_without_names_is_not_lost_and_the_last_column_is_minus_1(shell: Shell) -> None:
    Path("raw.csv").write_text(CSV.partition("\n")[2])
    trained = shell("train", "raw.csv", "--no-header", "--target", "-1", "--epochs", "1")
    assert "40 rows" in trained.out
    assert "classification of 3" in trained.out
    predicted = shell("predict", "raw.clearprop", "raw.csv", "--no-header")
    assert len(predicted.out.splitlines()) == 41


def test_how_the_table_was_read_is_printed_and_kept_for_explain_and_check(shell: Shell) -> None:
    Path("german.csv").write_bytes(CSV.replace(",", ";").replace(".", ",").replace("Adelie", "Adélie").encode("cp1252"))
    how = ("--decimal", ",", "--encoding", "cp1252")
    trained = shell("train", "german.csv", "--target", "species", "--epochs", "1", *how)
    assert "cells are separated by semicolons" in trained.out
    assert "it is CP1252 text" in trained.out
    assert cp.load_model("german.clearprop").facts["reading"] == {"decimal": ",", "encoding": "cp1252"}
    assert shell("check", "german.clearprop").status == 0
    assert "Adélie" in shell("explain", "german.clearprop", "--row", "1").out


def test_rows_that_are_left_out_are_said_by_every_command(shell: Shell) -> None:
    Path("long.csv").write_text(CSV + "3700.5,1,Adelie,9\n")
    for words in (
        ("train", "long.csv", "--target", "species", "--epochs", "1"),
        ("plan", "long.csv"),
        ("evaluate", "long.clearprop", "long.csv"),
    ):
        assert "1 row with too few or too many cells is left out" in shell(*words, "--ragged", "skip").out
    predicted = shell("predict", "long.clearprop", "long.csv", "--ragged", "skip")
    assert predicted.err == "read: 1 row with too few or too many cells is left out\n"
    assert len(predicted.out.splitlines()) == 41


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("tables/a.csv.gz", "a"),
        ("a.b.csv", "a.b"),
        ("moons(noise=0.2)", "moons"),
        ("-", "table"),
        ("train-images", "train-images"),
    ],
)
def test_a_model_is_called_as_its_source(source: str, stem: str) -> None:
    from clearprop.cli.reading import stem_of

    assert stem_of(source) == stem

"""A file in the place of another one is called what it is, with the command that was meant."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import clearprop as cp

from .conftest import Shell

ROWS = "size,kind\n" + "".join(f"{k * 7 % 11},{'ab'[k % 2]}\n" for k in range(40))


@pytest.fixture
def model(shell: Shell) -> str:
    Path("rows.csv").write_text(ROWS)
    assert shell("train", "rows.csv", "--target", "kind", "--epochs", "1", "--quiet", "-o", "m.clearprop").status == 0
    return "m.clearprop"


@pytest.mark.parametrize("command", ["predict", "evaluate", "explain", "check"])
def test_a_model_and_a_table_in_the_wrong_order(shell: Shell, model: str, command: str) -> None:
    said = shell(command, "rows.csv", model).err
    assert f"{model} is the model, and rows.csv is none; the model comes first" in said
    assert f"; try: clearprop {command} {model} rows.csv" in said


@pytest.mark.parametrize("command", [("plan",), ("train",), ("predict", "m.clearprop")])
def test_a_model_in_the_place_of_a_table(shell: Shell, model: str, command: tuple[str, ...]) -> None:
    outcome = shell(*command, model)
    assert outcome.status == 1
    assert (
        f"{model} is a file of clearprop: a model, a checkpoint, or a trainer's, and a table is needed here"
        in outcome.err
    )
    with pytest.raises(ValueError, match="is a file of clearprop"):
        cp.read_table(model)


@pytest.mark.parametrize("kind", ["trainer", "population"])
def test_what_opens_a_file_that_is_no_model(shell: Shell, kind: str) -> None:
    Path("rows.csv").write_text(ROWS)
    net = cp.Network(widths=(1, 3, 1), activations=("tanh", "identity"), seed=1)
    made = (
        cp.Trainer(net, loss="square", eta=0.1) if kind == "trainer" else cp.Population(net, 2, loss="square", eta=0.1)
    )
    made.save("t.file")
    said = shell("predict", "t.file", "rows.csv").err
    assert f"t.file holds a {kind}, not a model; clearprop.{kind.title()}.load('t.file') opens it" in said
    with pytest.raises(ValueError, match=f"holds a {kind}") as refused:
        cp.load("t.file")
    (code,) = [part.partition("and ")[2] for part in str(refused.value).split("; ")[1:]]
    if kind == "trainer":
        exec(code.partition(" writes")[0].replace("FILE", "'n.clearprop'"), {"clearprop": cp})
        assert cp.load("n.clearprop").widths == (1, 3, 1)


@pytest.mark.parametrize("version", [114, 117])
def test_a_stata_file_is_refused_with_a_command_that_writes_a_table(shell: Shell, version: int) -> None:
    frame = pd.DataFrame({"size": [1.5, 2.5], "kind": ["a", "b"]})
    frame.to_stata("rows it's.dta", version=version, write_index=False)
    said = shell("plan", "rows it's.dta").err
    assert "is a Stata file, which is not read: pip install pandas; then `python -c " in said
    words = shlex.split(said.split("`")[1])
    subprocess.run([sys.executable, *words[1:]], check=True)
    assert cp.read_table("rows it's.csv")["size"].tolist() == [1.5, 2.5]
    with pytest.raises(ValueError, match=r"pandas.read_stata\(.*\) gives a data frame, which is a table here too"):
        cp.read_table("rows it's.dta")


HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(40)
CALLED: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "SAS": (
        bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"),
        "a SAS file",
        ("pandas.read_sas('it is', encoding='infer')",),
    ),
    "SAS transport": (
        b"HEADER RECORD*******LIBRARY HEADER",
        "a SAS transport file",
        ("pyreadstat.read_xport('it is')",),
    ),
    "SPSS": (b"$FL2@(#) SPSS DATA FILE", "an SPSS file", ("pandas.read_spss('it is')",)),
    "portable SPSS": (
        b"0" * 40 + b"ASCII SPSS PORT FILE".ljust(40) + b"\n" + b"0" * 372 + b"SPSSP\nORTA8/",
        "a portable SPSS file",
        ("pyreadstat.read_por('it is'",),
    ),
    "ORC": (b"ORC\x08\x03", "ORC", ("pandas.read_orc('it is')",)),
    "HDF5 of pandas": (HDF5 + b"pandas_type\0frame", "HDF5", ("pandas.HDFStore('it is', 'r')", "to_csv('it is' + ")),
    "another HDF5": (HDF5, "HDF5", ("h5py.File('it is')", "numpy.savez('it is.npz'")),
}


@pytest.mark.parametrize("name", CALLED)
def test_a_file_of_another_program_is_called_what_it_is_with_a_program_that_writes_a_table(
    name: str, shell: Shell
) -> None:
    head, kind, readers = CALLED[name]
    Path("it is").write_bytes(head + bytes(200))
    said = shell("plan", "it is").err
    assert f"it is is {kind}, which is not read: pip install " in said
    command, option, program = shlex.split(said.split("`")[1])
    assert (command, option) == ("python", "-c")
    compile(program, name, "exec")
    for reader in readers:
        assert reader in program


def test_folds_of_another_number_have_two_ways_out(shell: Shell) -> None:
    Path("rows.csv").write_text(ROWS)
    given = ("train", "rows.csv", "--target", "kind", "--epochs", "1", "--quiet", "--run", "r")
    assert shell(*given, "--cv", "2").status == 0
    said = shell(*given, "--cv", "3").err
    assert "r has the trainings of --cv 2, and --cv 3 has other rows in each; say which:" in said
    commands = [shlex.split(line.partition(": clearprop ")[2]) for line in said.splitlines()[1:]]
    assert len(commands) == 2
    for words in commands:
        assert shell(*words).status == 0


def test_python_m_clearprop_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "clearprop", "--version"], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("clearprop, version")


def test_one_epoch_is_one(shell: Shell) -> None:
    Path("rows.csv").write_text(ROWS)
    said = shell("train", "rows.csv", "--target", "kind", "--epochs", "1").out
    assert "1 epoch\n" in said
    assert "1 epochs" not in said


def test_a_misspelt_file_is_named_and_the_command_that_was_meant_succeeds(shell: Shell) -> None:
    Path("penguins.csv").write_text(ROWS)
    said = shell("plan", "pengins.csv", "--target", "kind").err
    assert "there is no file pengins.csv; did you mean penguins.csv? try: " in said
    assert shell(*shlex.split(said.partition("try: clearprop ")[2])).status == 0
    with pytest.raises(FileNotFoundError, match=r"there is no file .*pengins.csv; did you mean .*penguins.csv\?"):
        cp.read_table(Path("pengins.csv").absolute())
    with pytest.raises(FileNotFoundError, match=r"there is no file nothing.csv$"):
        cp.read_table("nothing.csv")


@pytest.fixture
def folders(shell: Shell) -> None:
    """A folder with one table, one with two, one with none, and one that is called as a data set."""
    for name, files in {"one": ["a.csv"], "two": ["b.csv", "c.csv.gz"], "none": ["README.txt"], "xor": []}.items():
        Path(name).mkdir()
        for file in files:
            Path(name, file).write_text(ROWS)


@pytest.mark.parametrize(
    "command", [("plan",), ("train",), ("tune",), ("predict", "m.clearprop"), ("evaluate", "m.clearprop")]
)
@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("one", f"one is a folder; name a file in it, such as {Path('one/a.csv')}"),
        ("one/", f"one/ is a folder; name a file in it, such as {Path('one/a.csv')}"),
        ("two", f"two is a folder; name a file in it, such as {Path('two/b.csv')}, {Path('two/c.csv.gz')}"),
        ("none", "none is a folder, and no table is in it"),
    ],
)
@pytest.mark.usefixtures("folders")
def test_a_folder_in_the_place_of_a_table_is_called_one_with_its_tables(
    shell: Shell, model: str, command: tuple[str, ...], folder: str, said: str
) -> None:
    outcome = shell(*command, folder, *(("--target", "kind") if command[0] == "tune" else ()))
    assert outcome.status == 1
    assert f"error: {said}" in outcome.err
    assert ("; try: clearprop " in outcome.err) == folder.startswith("one")


@pytest.mark.usefixtures("folders")
def test_a_folder_is_named_in_python_too_and_a_data_set_wins(shell: Shell) -> None:
    assert shell("plan", "xor").status == 0
    assert shell(*shlex.split(shell("plan", "one").err.partition("try: clearprop ")[2])).status == 0
    with pytest.raises(IsADirectoryError, match="two is a folder; name a file in it, such as two"):
        cp.read_table("two")


@pytest.mark.parametrize(
    "command", [("diagnose", "none"), ("grade", "none", "--task", "none"), ("tune", "xor()", "--space", "none")]
)
@pytest.mark.usefixtures("folders")
def test_a_folder_in_the_place_of_another_file_is_said_in_words(shell: Shell, command: tuple[str, ...]) -> None:
    said = shell(*command).err
    assert "none is a folder, and " in said
    assert "[Errno" not in said


def test_clearprop_alone_prints_its_help(shell: Shell) -> None:
    alone, asked = shell(), shell("--help")
    assert (alone.status, alone.out, alone.err) == (asked.status, asked.out, asked.err) == (0, asked.out, "")
    assert "Usage: clearprop [OPTIONS] COMMAND" in alone.out

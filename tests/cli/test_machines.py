"""Output for machines: JSON from every command, exit statuses, and terminals that cannot write every sign."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clearprop.cli import COMMANDS
from clearprop.cli.streams import other_letters

from .conftest import Shell

COMMAND = [sys.executable, "-c", "import sys; from clearprop.cli import main; main(sys.argv[1:])"]
SAY_JSON = {
    "init": ("init", "a.toml", "--json"),
    "train": ("train", "iris", "--epochs", "1", "--json"),
    "runs": ("runs", "folder", "--json"),
    "predict": ("predict", "m.clearprop", "iris", "--proba", "--json"),
    "evaluate": ("evaluate", "m.clearprop", "iris", "--json"),
    "studio": ("studio", "moons", "--json"),
    "export": ("export", "m.clearprop", "--to", "numpy", "--json"),
    "plan": ("plan", "iris", "--json"),
    "explain": ("explain", "m.clearprop", "--json", "-"),
    "check": ("check", "m.clearprop", "--json"),
    "catalogue": ("catalogue", "--json"),
    "info": ("info", "m.clearprop", "--json"),
}


@pytest.mark.parametrize("arguments", [each for each in SAY_JSON.values() if each], ids=lambda each: each[0])
def test_every_command_says_json_and_nothing_else(arguments: tuple[str, ...], shell: Shell) -> None:
    shell("train", "iris", "--epochs", "1", "-o", "m.clearprop")
    Path("folder").mkdir()
    outcome = shell(*arguments)
    assert outcome.status == 0, outcome.err
    assert isinstance(json.loads(outcome.out), dict)
    assert outcome.out.isascii()


@pytest.mark.parametrize("arguments", [("catalogue", "adam"), ("catalogue", "stops"), ("info",)], ids=str)
def test_what_a_command_shows_of_one_thing_is_json_too(arguments: tuple[str, ...], shell: Shell) -> None:
    assert json.loads(shell(*arguments, "--json").out)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("train", "none.csv"), 1),
        (("train",), 2),
        (("info", "none"), 1),
        (("runs", "none"), 1),
        (("catalogue", "x"), 1),
    ],
    ids=str,
)
def test_an_error_is_json_too_and_its_status_is_that_of_the_process(
    arguments: tuple[str, ...], status: int, shell: Shell
) -> None:
    outcome = shell(*arguments, "--json")
    assert outcome.status == status
    told = json.loads(outcome.out)
    assert told["exit"] == status
    assert told["error"] in outcome.err.replace("\n", " ")


# ---- terminals


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, a run, and a table whose names no old encoding has."""
    path = tmp_path_factory.mktemp("terminals")
    rows = "".join(f"{number},{'größer' if number % 2 else '日本'}\n" for number in range(60))
    (path / "t.csv").write_text(f"Länge α,klass\n{rows}", encoding="utf-8")
    subprocess.run(
        [*COMMAND, "train", "t.csv", "--target", "klass", "--epochs", "2", "--run", "runs/a", "-o", "m.clearprop"],
        cwd=path,
        check=True,
        capture_output=True,
    )
    return path


SHOWN: list[tuple[str, ...]] = [
    (),
    ("--help",),
    *((name, "--help") for name in COMMANDS),
    ("train", "t.csv", "--target", "klass", "--epochs", "2", "-o", "n.clearprop"),
    ("train", "t.csv", "--target", "größe"),
    ("predict", "m.clearprop", "t.csv"),
    ("evaluate", "m.clearprop", "t.csv"),
    ("explain", "m.clearprop"),
    ("check", "m.clearprop"),
    ("catalogue",),
    ("catalogue", "gelu"),
    ("catalogue", "softmax"),
    ("info", "m.clearprop"),
    ("runs",),
    ("init", "日本/x.toml"),
]


@pytest.mark.lengthy
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1"])
def test_no_terminal_is_too_old_for_any_command(encoding: str, folder: Path) -> None:
    """Everything in one process for each encoding: a start takes longer than a command."""
    program = (
        "import sys, json\nfrom clearprop.cli import main\nended = []\n"
        "for arguments in json.loads(sys.argv[1]):\n"
        "    try:\n        main(arguments)\n    except SystemExit as error:\n        ended.append(error.code)\n"
        "    else:\n        ended.append(0)\n"
        "open('ended.json', 'w').write(json.dumps(ended))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(SHOWN)],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"Error" not in done.stderr.replace(b"Error:", b"")
    done.stdout.decode(encoding)
    ended = dict(zip(map(str, SHOWN), json.loads((folder / "ended.json").read_text()), strict=True))
    wrong = {name: status for name, status in ended.items() if status and "größe" not in name and "x.toml" not in name}
    assert wrong in ({}, {"()": 2}), done.stderr.decode(encoding)[-2000:]


def test_signs_are_written_in_letters_where_there_are_any() -> None:
    error = UnicodeEncodeError("ascii", "η ≤ ∂é²日", 0, 8, "ordinal not in range")
    assert other_letters(error) == ("eta <= de2?", 8)


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(kind: str, tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        env={**os.environ, "_CLEARPROP_COMPLETE": f"{kind}_source"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "_CLEARPROP_COMPLETE" in done.stdout
    words = {"COMP_WORDS": "clearprop train --optimizer ad", "COMP_CWORD": "3", "_CLEARPROP_COMPLETE": "bash_complete"}
    done = subprocess.run(
        COMMAND, cwd=tmp_path, env={**os.environ, **words}, capture_output=True, text=True, check=False
    )
    assert "plain,adam\n" in done.stdout

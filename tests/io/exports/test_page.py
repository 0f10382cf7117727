"""What `docs/exports.md` shows runs as it stands, and what it says of files is so."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearprop.cli import main
from clearprop.io.exports.json_file import SCHEMA
from tests.io.exports.in_c import CFLAGS, compiler

PAGE = (Path(__file__).parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the commands of the page have been run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for block in blocks("sh"):
        for line in block.splitlines():
            main(shlex.split(line)[1:])
    yield tmp_path
    sys.modules.pop("iris", None)


def test_the_blocks_of_python_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    assert len(blocks("python")) == 3
    for block in blocks("python"):
        exec(compile(block, "docs/exports.md", "exec"), names)
    assert "['setosa' 'versicolor']" in capsys.readouterr().out
    for file in ("iris.py", "small.c", "small.h", "bare.json", "flowers.json", "flowers.c"):
        assert (folder / file).exists()


def test_the_program_in_c_says_what_is_right(folder: Path) -> None:
    (program,) = blocks("c")
    (folder / "main.c").write_text(program)
    command = [compiler("cc", "gcc"), *CFLAGS, "main.c", "iris.c", "-o", "main", "-lm"]
    subprocess.run(command, check=True)
    said = subprocess.run(["./main"], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "setosa"
    assert 0.9 < float(said[1]) <= 1


def test_the_lines_of_a_layer_are_those_of_the_file(folder: Path) -> None:
    text = (folder / "iris.py").read_text()
    layer = next(block for block in blocks("text") if block.startswith("# layer"))
    assert "".join(f"    {line}\n" for line in layer.splitlines()) in text


def test_the_options_of_the_compiler_are_those_of_the_tests() -> None:
    said = " ".join(PAGE.split())
    options = re.search(r"`(-std=c99 -pedantic [^`]*)`", said)
    assert options is not None
    assert set(options[1].split()) == set(CFLAGS) - {"-Werror"}


def test_every_key_of_json_is_described() -> None:
    keys = {*SCHEMA["properties"], *SCHEMA["properties"]["layers"]["items"]["properties"], "networks"}
    assert all(f"`{key}`" in PAGE for key in keys)

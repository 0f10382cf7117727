"""The page about runs: its commands and its Python run as they stand, one after another in one folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from clearprop.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "runs.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.lengthy
def test_the_walk_goes_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line for block in blocks("sh") for line in block.splitlines() if line]
    assert len(commands) >= 8
    for line in commands:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "clearprop"
        main(arguments)
    for path in (
        "runs/a/loss.svg",
        "runs.svg",
        "experiment.toml",
        "runs/experiment/best.clearprop",
        "runs/folds/fold-5",
    ):
        assert Path(path).exists(), path
    (python,) = blocks("python")
    exec(compile(python, "runs.md", "exec"), {})
    assert capsys.readouterr().out.splitlines()[-1].startswith("all ")

"""The page about tuning: its commands run in their order, its Python runs, and its space is one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from clearprop.fitting import presets
from clearprop.tuning import Space

from .conftest import Shell

PAGE = (Path(__file__).parents[2] / "docs" / "tune.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.lengthy
def test_the_commands_of_the_page_run(shell: Shell, penguins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "between", lambda low, value, high: 5)  # epochs
    commands = [line for block in blocks("sh") for line in block.splitlines() if not line.startswith("pip ")]
    assert len(commands) == 6
    for command in commands:
        done = shell(*shlex.split(command)[1:])
        assert done.status == 0, f"{command}\n{done.err}"
    assert Path("studies/a/report.html").exists()
    assert Path("again.clearprop").exists()


def test_the_python_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks("python"):
        exec(compile(block, "docs/tune.md", "exec"), {"__name__": "__main__"})
    said = capsys.readouterr().out
    assert "Tuned: 4 trials" in said
    assert said.endswith("\n400\n")


def test_the_space_of_the_page_is_one() -> None:
    (text,) = blocks("toml")
    assert "optimizer momentum beta" in Space.read(text, "docs/tune.md").names

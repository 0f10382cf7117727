"""The page about scores: its commands run in their order, and its Python runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]


@pytest.mark.lengthy
def test_the_commands_of_the_page_run(tmp_path: Path, penguins: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")
    assert penguins.parent == tmp_path
    penguins.write_text(penguins.read_text().replace("mass", "body_mass_g", 1))
    program = tmp_path / "clearprop"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m clearprop \"$@\"\n")
    program.chmod(0o755)
    paths = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert len(COMMANDS) >= 8
    for command in COMMANDS:
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False)
        assert (done.returncode, "warning" in done.stderr) == (0, False), f"{command}\n{done.stderr}"
    assert (tmp_path / "training.html").exists()
    assert (tmp_path / "predicted.jsonl").read_text().count("\n") == 60


def test_the_python_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE):
        exec(compile(block, "docs/scores.md", "exec"), {})
    assert "guessing 0.333" in capsys.readouterr().out

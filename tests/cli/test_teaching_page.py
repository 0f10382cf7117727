"""docs/teaching.md: its commands run one after another, and print what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from clearprop.exercises import quiz
from tests.exercises.test_quiz import right_of
from tests.grading.made import RIGHT

from .conftest import Shell

PAGE = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.lengthy
@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_every_command_runs_and_prints_what_is_said(shell: Shell) -> None:
    Path("task.toml").write_text(blocks("toml")[0])
    for name, text in {"ada": RIGHT, "eve": RIGHT.replace("dLdA * (1.0 - self.A**2)", "dLdA")}.items():
        Path("submissions", name).mkdir(parents=True)
        Path("submissions", name, "modules.py").write_text(text)
    exam = quiz(11, kinds=["gradient", "order", "shape", "mistake"])
    answers = [right_of(each) for each in exam.exercises]
    wrong = [None, *answers[1:]]
    Path("codes.csv").write_text(f"name,code\nada,{exam.code(answers)}\neve,{exam.code(wrong)}\n")

    printed = ""
    for command in "".join(blocks("sh")).replace("\\\n", "").splitlines():
        name, *words = shlex.split(command)
        if name == "pdflatex":
            options = ["-interaction=nonstopmode", "-halt-on-error"]
            assert subprocess.run([name, *options, *words], capture_output=True, check=False).returncode == 0, command
            continue
        assert name == "clearprop"
        said = shell(*words)
        assert said.status == 0, (command, said.err)
        printed += said.out
    for line in "".join(blocks("text")).splitlines():
        assert " ".join(line.split()) in re.sub(" +", " ", printed), line

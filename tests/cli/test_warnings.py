"""Warnings of a training in the shell: one line each on the error output, none with --quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearprop.cli import main
from clearprop.formulas.catalogue import names
from clearprop.io.tables.named import Dataset

pytestmark = pytest.mark.filterwarnings("default::clearprop.advice.TrainingWarning")
SICK = ["train", "diabetes", "--output-activation", "sigmoid", "--epochs", "2", "-o"]


def test_a_warning_is_one_line_that_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*SICK, str(tmp_path / "a.clearprop")])
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each.startswith("warning: ")]
    assert "targets are outside (0, 1), the range of sigmoid in the last layer" in line
    assert line.endswith("or take an output activation that has them: identity")


def test_quiet_prints_no_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*SICK, str(tmp_path / "a.clearprop"), "--quiet"])
    assert capsys.readouterr() == ("", "")


@pytest.mark.lengthy
@pytest.mark.parametrize("source", names(Dataset))
def test_the_defaults_have_nothing_to_warn_of(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", source, "-o", str(tmp_path / "a.clearprop")])
    assert "warning" not in capsys.readouterr().err

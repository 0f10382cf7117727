"""Calling the shell's commands inside the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clearprop.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str


Shell = Callable[..., Outcome]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """`shell("train", "xor")`, in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> Outcome:
        capsys.readouterr()
        try:
            main(list(args))
        except SystemExit as ended:
            status = int(ended.code or 0)
        else:
            status = 0
        said = capsys.readouterr()
        return Outcome(status, said.out, said.err)

    return call


PENGUINS = "species,island,bill,mass\n" + "".join(
    f"{species},{island},{bill + k % 7 / 10},{mass + k % 11 * 10}\n"
    for k in range(30)
    for species, island, bill, mass in (
        ("Adelie", ("Biscoe", "Dream", "Torgersen")[k % 3], 38.0, 3600),
        ("Gentoo", "Biscoe", 47.0, 5000),
    )
)


@pytest.fixture
def penguins(tmp_path: Path) -> Path:
    """A CSV file with text columns."""
    path = tmp_path / "penguins.csv"
    path.write_text(PENGUINS)
    return path

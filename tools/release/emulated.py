"""`make aarch64`: the kernels on 64-bit ARM, built by a cross compiler without a warning, tested under emulation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .arm import COMPILER, EMULATOR, Arm
from .build import ROOT, Kind, build, copied, run

PYTEST = ("-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", "--sampled", "--timeout=900")
TESTS = tuple(
    f"tests/engines/test_{name}.py"
    for name in ("kernels_learner", "point_rules", "halves_of_a_step", "kernels_elementary")
)
"""Steps against the NumPy engine, their bits, and functions. Emulation is some 20 times slower."""


def main() -> int:
    """Build, test; 0 where every test passes."""
    arm = Arm(ROOT / "build/arm")
    with tempfile.TemporaryDirectory() as scratch:
        sources = copied(Path(scratch) / "sources")
        cross = arm.cross_environment()
        cross["CXXFLAGS"] += " -Werror"
        wheel = build(Kind.ARM, sources, Path(scratch) / "dist", cross=cross)
        unpacked = Path(scratch) / "wheel"
        shutil.unpack_archive(wheel, unpacked, "zip")
        for module in unpacked.glob("clearprop/engines/*.so"):
            shutil.copy2(module, sources / "src/clearprop/engines")
        _races(sources, Path(scratch) / "races")
        tests = arm.python(*PYTEST, *TESTS)
        return subprocess.run(tests, cwd=sources, env=arm.environment(sources / "src"), check=False).returncode


def _races(sources: Path, program: Path) -> None:
    """The bits of a training do not depend on the threads, and no piece of work is done twice."""
    flags = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-psabi", "-static", "-pthread"]
    kernels = sources / "src/clearprop/engines/kernels"
    run(
        [COMPILER, *flags, f"-I{kernels}", str(sources / "tests/engines/races.cpp"), "-o", str(program)],
        dict(os.environ),
    )
    run([EMULATOR, str(program)])


if __name__ == "__main__":
    sys.exit(main())

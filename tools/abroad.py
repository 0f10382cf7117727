"""The kernels for systems that no machine here runs: `python -m tools.abroad ZIG` compiles and links them, and runs nothing.

ZIG is the compiler of the package `ziglang`, which has the libraries of all these systems. Wheels are for Linux; elsewhere the
pure one works, and whoever has a compiler builds the kernels, for which the sources must stay portable. For macOS the whole
extension module is linked, with Python's symbols left open as they are there; for Windows, of whose Python no headers
are at hand, all kernels.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nanobind

from .engine import COMMON, run_compiler

SOURCES = ("batches", "points", "lanes", "functions", "several")
BORDER = ("module", "border_several")
NANOBIND = Path(nanobind.source_dir())
INCLUDE = (nanobind.include_dir(), str(NANOBIND.parent / "ext/robin_map/include"), sysconfig.get_path("include"))
COMPILE = (*COMMON, "-O1", "-Wno-psabi")


@dataclass(frozen=True)
class System:
    """A system and processor, as the compiler names them, with the one level that is compiled for it."""

    target: str
    level: str
    python: bool
    """Whether the border to Python is compiled too; Python's symbols are then left open."""

    @property
    def link(self) -> tuple[str, ...]:
        """The arguments that link for it."""
        return ("-dynamiclib", "-Wl,-undefined,dynamic_lookup") if self.python else ("-shared",)


SYSTEMS = (
    System("aarch64-macos", "portable", python=True),
    System("x86_64-macos", "v4", python=True),
    System("x86_64-windows-gnu", "v3", python=False),
)


def main(zig: Path) -> None:
    """Compile for each system and level, and link; an error of the compiler ends it."""
    for system in SYSTEMS:
        with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
            made = dict(_objects(system, Path(scratch)))
            list(pool.map(lambda each: run_compiler(zig, *each), made.values()))
            library = Path(scratch) / "kernels"
            run_compiler(zig, "-target", system.target, *system.link, *made, "-o", library)
            print(f"{system.target}, level {system.level}: linked, {library.stat().st_size:,} bytes", flush=True)


def _objects(system: System, scratch: Path) -> Iterator[tuple[str, list[str]]]:
    """Each object file, and the arguments that compile it."""
    instructions = () if system.level == "portable" else (f"-march=x86_64_{system.level}",)
    common = ["-target", system.target, *COMPILE, *instructions, f"-DCLEARPROP_LEVEL={system.level}", "-c"]
    for source in SOURCES:
        for real in ("float", "double"):
            made = str(scratch / f"{source}_{real}.o")
            yield made, [*common, f"-DCLEARPROP_REAL={real}", f"{source}.cpp", "-o", made]
    if system.python:
        border = [*common, "-DCLEARPROP_MODULE=_kernels", *(f"-isystem{folder}" for folder in INCLUDE)]
        for source in (*(f"{name}.cpp" for name in BORDER), str(NANOBIND / "nb_combined.cpp")):
            made = str(scratch / f"{Path(source).stem}.o")
            yield made, [*border, source, "-o", made]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

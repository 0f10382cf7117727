"""The kernels as one WebAssembly module for a page: `python -m tools.engine ZIG` writes engines/wasm/engine.wasm.gz.

ZIG is the compiler of the package `ziglang`, which brings all that this target needs; `make engine` installs it. The same
sources give the same bytes in any folder. What WebAssembly lacks stays out: threads and exceptions. So do float32 and
normalised layers, for which a page has no use, and Quickprop, so that the page stays small.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
KERNELS = ROOT / "src/clearprop/engines/kernels"
MODULE = ROOT / "src/clearprop/engines/wasm/engine.wasm.gz"
SOURCES = ("batches.cpp", "points.cpp", "lanes.cpp", "functions.cpp", "wasm.cpp")
TARGET = ("-target", "wasm32-wasi", "-msimd128", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics")
COMMON = (
    *("-std=c++17", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
    *("-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"),
)
"""What CMakeLists.txt has too, for whatever this compiler makes of the kernels."""
# -Os: a third smaller than -O3, and as fast where it was measured; optimised as one, an eighth smaller again.
COMPILE = (*COMMON, "-Os", "-flto")
DEFINE = (
    "-DCLEARPROP_THREADS=0",
    "-DCLEARPROP_NORMALIZED=0",
    "-DCLEARPROP_QUICKPROP=0",
    "-DCLEARPROP_SPARSE=0",
    "-DCLEARPROP_LEVEL=portable",
    "-DCLEARPROP_REAL=double",
)
# Without a `main`, and with a stack of one megabyte.
LINK = ("-flto", "-mexec-model=reactor", "-s", "-Wl,--gc-sections", "-Wl,-z,stack-size=1048576")


def run_compiler(zig: Path, *arguments: str | Path, kernels: Path = KERNELS) -> None:
    """Run it in the folder of the kernels, with its caches beside it; CalledProcessError where it refuses."""
    caches = {f"ZIG_{kind}_CACHE_DIR": str(zig.parent / "cache") for kind in ("LOCAL", "GLOBAL")}
    subprocess.run([zig, "c++", *arguments], cwd=kernels, env=os.environ | caches, check=True)


def compiled(zig: Path, kernels: Path = KERNELS) -> bytes:
    """The module, from the sources in a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        module = Path(scratch) / "engine.wasm"
        run_compiler(zig, *TARGET, *COMPILE, *DEFINE, *LINK, *SOURCES, "-o", module, kernels=kernels)
        return module.read_bytes()


def packed(module: bytes, tools: Path) -> bytes:
    """The module as gzip, a twentieth smaller than zlib makes it, by what is installed beside the compiler."""
    sys.path.insert(0, str(tools))
    from zopfli.gzip import compress

    made: bytes = compress(module)
    return made


def main(zig: Path) -> None:
    """Compile, and write the module where it is another one: not every version packs the same bytes in the same way."""
    new = compiled(zig.resolve())
    if not MODULE.exists() or gzip.decompress(MODULE.read_bytes()) != new:
        MODULE.parent.mkdir(exist_ok=True)
        MODULE.write_bytes(packed(new, zig.parents[1]))
    print(f"{MODULE.relative_to(ROOT)}: {len(new)} bytes, {MODULE.stat().st_size} packed")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

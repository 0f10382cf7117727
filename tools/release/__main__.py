"""`make release`: builds the source archive and the wheels into dist/, and checks all of them.

Everything is built twice, in folders of different names, and must be the same to the byte. Nothing is uploaded.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from .arm import Arm
from .build import NONE, ROOT, Kind, build, copied, version
from .checks import (
    changelog_fault,
    contents_fault,
    different,
    installed_fault,
    library_fault,
    metadata_fault,
    size_fault,
)
from .stable import NO_PYTHON, python_with_tools, pythons


def main(arguments: list[str]) -> int:
    """Build and check; 1 with every fault named. `--once` leaves out the second build, `--trial` the changelog's date.

    `source`, `pure`, `native`, `stable` and `arm` build those alone.
    """
    by_name = {kind.name.lower(): kind for kind in Kind}
    unknown = set(arguments) - {"--once", "--trial", *by_name}
    if unknown:
        print(
            f"unknown: {', '.join(sorted(unknown))}; there are --once, --trial, {', '.join(by_name)}", file=sys.stderr
        )
        return 2
    kinds = [kind for name, kind in by_name.items() if name in arguments] or list(Kind)
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    faults = [] if "--trial" in arguments else changelog_fault(ROOT, version())
    with tempfile.TemporaryDirectory() as scratch:
        sources = copied(Path(scratch) / "first")
        for kind in kinds:
            print(f"== {kind.value}", flush=True)
            if kind is Kind.STABLE and not pythons():
                print(NO_PYTHON)
                continue
            faults += _made(kind, sources, dist, Path(scratch), twice="--once" not in arguments)
    print(*(f"FAULT: {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    print(f"dist/: {len(faults)} faults")
    return bool(faults)


def _made(kind: Kind, sources: Path, dist: Path, scratch: Path, *, twice: bool) -> list[str]:
    """What is wrong with the archive of one kind, which is then in `dist`."""
    arm = Arm(ROOT / "build/arm") if kind is Kind.ARM else None
    python = python_with_tools(scratch / "stable") if kind is Kind.STABLE else sys.executable
    cross = arm.cross_environment() if arm else NONE
    archive = build(kind, sources, dist, python, cross)
    faults = []
    if twice:
        other = shutil.copytree(sources, scratch / f"another-{kind.name}")
        faults += different(archive, build(kind, other, scratch / f"again-{kind.name}", python, cross))
    faults += metadata_fault(archive) + size_fault(archive) + library_fault(archive) + contents_fault(archive, kind)
    place = scratch / f"environment-{kind.name}"
    if arm:
        faults += arm.installed_fault(archive, place)
    else:
        for number, each in enumerate(pythons() if kind is Kind.STABLE else [sys.executable]):
            faults += installed_fault(archive, kind, place / str(number), each)
    print(f"{archive.name}: {archive.stat().st_size / 1e6:.2f} MB", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

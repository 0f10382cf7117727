"""`make release`: builds the source archive, the native wheel and the pure one into dist/, and checks all of them.

Everything is built twice, in folders of different names, and must be the same to the byte. Nothing is uploaded.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from .build import ROOT, Kind, build, copied, version
from .checks import changelog_fault, contents_fault, different, installed_fault, metadata_fault, size_fault


def main(arguments: list[str]) -> int:
    """Build and check; 1 with every fault named. `--once` leaves out the second build, `--trial` the changelog's date.

    `source`, `pure` and `native` build those alone.
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
            archive = build(kind, sources, dist)
            if "--once" not in arguments:
                again = build(
                    kind, copied(Path(scratch) / f"another-{kind.name}"), Path(scratch) / f"again-{kind.name}"
                )
                faults += different(archive, again)
            faults += metadata_fault(archive) + size_fault(archive) + contents_fault(archive, kind)
            faults += installed_fault(archive, kind, Path(scratch) / f"environment-{kind.name}")
            print(f"{archive.name}: {archive.stat().st_size / 1e6:.2f} MB", flush=True)
    print(*(f"FAULT: {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    print(f"dist/: {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

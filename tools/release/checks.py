"""What is checked of a built archive. Each check gives its faults as sentences; none where all is well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from .build import Kind, run

LARGEST = 6_000_000
"""Bytes: what a wheel may have at most."""
NEWEST_GLIBC = 28
"""Of glibc 2: the newest version that a wheel may need, that of RHEL 8 and Debian 10."""
PROGRAM = """
import clearprop as cp
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, epochs=2000)
assert run.network.predict(X).round().tolist() == Y, run.network.predict(X)
assert cp.check_gradients(net, X, Y, loss="nll").ok
page = cp.explain(net, X[1], Y[1], loss="nll").html()
assert "<html" in page and len(page) > 100_000
assert "<html" in cp.studio(data="moons").html
print(cp.__version__, run.engine)
"""
COMMANDS = (
    ["train", "xor", "--epochs", "50", "-o", "xor.clearprop", "--quiet"],
    ["evaluate", "xor.clearprop", "xor"],
    ["explain", "xor.clearprop", "xor", "--row", "1", "--html", "step.html"],
    ["info"],
)
LEFT_OUT = (".hpp", ".cpp", ".pyc", "/tests/", "/studio-ui/")
NEEDED = ("py.typed", "viewer/live.js", "trace.schema.json", "LICENSE")


def different(first: Path, second: Path) -> list[str]:
    """Two builds of one archive that differ in a byte."""
    if first.read_bytes() == second.read_bytes():
        return []
    return [f"{first.name}: a second build differs in {', '.join(_differing(first, second)) or 'how it is packed'}"]


def _differing(first: Path, second: Path) -> list[str]:
    one, other = (_contents(path) for path in (first, second))
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _contents(archive: Path) -> dict[str, bytes]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    with tarfile.open(archive) as packed_:
        files = [member for member in packed_.getmembers() if member.isfile()]
        return {member.name: packed_.extractfile(member).read() for member in files}  # type: ignore[union-attr]


def metadata_fault(archive: Path) -> list[str]:
    """What an index would refuse or show badly."""
    command = [sys.executable, "-m", "twine", "check", "--strict", str(archive)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return [f"{archive.name}: {ran.stdout.strip()}"] if ran.returncode else []


def size_fault(archive: Path) -> list[str]:
    """Too much to download."""
    size = archive.stat().st_size
    return [f"{archive.name} has {size:,} bytes, more than {LARGEST:,}"] if size > LARGEST else []


def library_fault(archive: Path) -> list[str]:
    """A wheel with kernels that asks for a newer C library than `NEWEST_GLIBC`, by the name that auditwheel gave it."""
    needs = [int(minor) for minor in re.findall(r"manylinux_2_(\d+)_", archive.name)]
    if needs and min(needs) > NEWEST_GLIBC:
        return [f"{archive.name} needs glibc 2.{min(needs)}, and is to run with 2.{NEWEST_GLIBC}"]
    return []


def contents_fault(archive: Path, kind: Kind) -> list[str]:
    """Files that a wheel should not have, or lacks."""
    if kind is Kind.SOURCE:
        return []
    names = list(_contents(archive))
    faults = [f"{archive.name} has {name}" for name in names if any(part in f"/{name}" for part in LEFT_OUT)]
    faults += [f"{archive.name} lacks {part}" for part in NEEDED if not any(part in name for name in names)]
    kernels = sum(name.endswith((".so", ".pyd")) for name in names)
    if (kernels == 0) != (kind is Kind.PURE):
        faults.append(f"{archive.name} has {kernels} compiled modules")
    return faults


def installed_fault(archive: Path, kind: Kind, place: Path, base: str = sys.executable) -> list[str]:
    """Whether a few lines of Python and a few commands run where nothing but the archive and what it asks for is installed.

    A source archive is installed without a compiler: with one it gives the native wheel, which is tried itself. The
    environment is one of the interpreter `base`.
    """
    run([base, "-m", "venv", str(place)])
    python, here = place / "bin/python", place / "work"
    here.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CLEARPROP_LEVEL")}
    if kind is Kind.SOURCE:
        environment["CXX"] = "/bin/false"
    steps = [
        [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", str(archive)],
        [str(python), "-c", PROGRAM],
        *([str(place / "bin/clearprop"), *command] for command in COMMANDS),
    ]
    return fault_of_steps(archive, steps, here, environment)


def fault_of_steps(archive: Path, steps: list[list[str]], here: Path, environment: dict[str, str]) -> list[str]:
    """The first command that fails, in the folder `here`; what the program of Python prints is shown."""
    for step in steps:
        ran = subprocess.run(step, cwd=here, env=environment, capture_output=True, text=True, check=False)
        if ran.returncode:
            return [f"{archive.name}: {' '.join(step[:4])} ...: {(ran.stdout + ran.stderr).strip()[-2000:]}"]
        if PROGRAM in step:
            print(ran.stdout.strip())
    return []


def changelog_fault(root: Path, version: str) -> list[str]:
    """A version without its date in the changelog, or another one in the citation."""
    faults = []
    if not re.search(
        rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", (root / "CHANGELOG.md").read_text(), re.MULTILINE
    ):
        faults.append(f"CHANGELOG.md has no heading '## [{version}] - YYYY-MM-DD'")
    if f"version: {version}\n" not in (root / "CITATION.cff").read_text():
        faults.append(f"CITATION.cff does not say version: {version}")
    return faults

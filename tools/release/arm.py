"""A Python for 64-bit ARM that runs here under emulation, and what a cross compiler builds its kernels with.

Python and its headers are Debian's, unpacked in a folder and not installed; NumPy and the like are PyPI's wheels.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path

from .build import ROOT, run
from .checks import COMMANDS, PROGRAM, fault_of_steps

COMPILER, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"
DEBIAN = {COMPILER: "g++-aarch64-linux-gnu", EMULATOR: "qemu-user", "apt-get": "apt", "dpkg": "dpkg"}
"""The commands that are needed, and Debian's packages of them."""
UNPACKED = ("python3-minimal", "libpython3-dev", "libpython3-stdlib", "libstdc++6")
PLATFORMS = [f"manylinux{version}_aarch64" for version in ("_2_28", "_2_27", "_2_26", "_2_24", "2014")]
TESTS = ("pytest", "pytest-xdist", "pytest-timeout", "pytest-randomly", "hypothesis", "mpmath", "scipy")


class Arm:
    """The Python in `folder`, fetched when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        folder = folder.resolve()
        self.root, self.packages = folder / "root", folder / "packages"
        missing = [package for command, package in DEBIAN.items() if shutil.which(command) is None]
        if missing:
            raise SystemExit(f"for 64-bit ARM these packages are missing: apt-get install {' '.join(missing)}")
        if not self.root.exists():
            _unpack(folder)
        (self.headers,) = (self.root / "usr/include").glob("python3.*")
        self.version = self.headers.name.removeprefix("python")
        if not self.packages.exists():
            self._install()

    def python(self, *arguments: str) -> list[str]:
        """The command that runs Python for ARM with these arguments; `environment` goes with it."""
        return [EMULATOR, "-L", str(self.root), str(self.root / f"usr/bin/python{self.version}"), *arguments]

    def environment(self, *first: Path) -> dict[str, str]:
        """Where its modules are, those of `first` before all others."""
        kept = {name: value for name, value in os.environ.items() if name not in ("CLEARPROP_LEVEL", "LD_PRELOAD")}
        return kept | {"PYTHONPATH": os.pathsep.join(map(str, (*first, self.packages)))}

    def cross_environment(self) -> dict[str, str]:
        """What tells the tools of this machine's Python that they build for that one."""
        if self.version != f"{sys.version_info.major}.{sys.version_info.minor}":
            raise SystemExit(
                f"Debian's Python for ARM is {self.version}; make the release with python{self.version} for its wheel"
            )
        tag = f"cpython-{self.version.replace('.', '')}-aarch64-linux-gnu"
        include = self.root / "usr/include"
        defined = f"-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DPython_INCLUDE_DIR={self.headers}"
        return {
            "CXX": COMPILER,
            "CXXFLAGS": f"-isystem {include} -isystem {include / 'aarch64-linux-gnu' / self.headers.name}",
            "CMAKE_ARGS": defined,
            "SETUPTOOLS_EXT_SUFFIX": f".{tag}.so",
            "_PYTHON_HOST_PLATFORM": "linux-aarch64",
        }

    def installed_fault(self, archive: Path, place: Path) -> list[str]:
        """Whether a few lines of Python and a few commands run with the wheel, as on a machine of that kind."""
        here, wheel = place / "work", place / "wheel"
        here.mkdir(parents=True)
        shutil.unpack_archive(archive, wheel, "zip")
        command = "import sys; from clearprop.cli import main; sys.exit(main())"
        steps = [self.python("-c", PROGRAM), *(self.python("-c", command, *arguments) for arguments in COMMANDS)]
        return fault_of_steps(archive, steps, here, self.environment(wheel))

    def _install(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--only-binary=:all:"]
        there = [f"--platform={platform}" for platform in PLATFORMS]
        there += [f"--python-version={self.version}", "--target", str(self.packages)]
        run([*pip, *there, *project["dependencies"], *TESTS])


def _unpack(folder: Path) -> None:
    """Debian's packages for ARM, by lists of packages of their own: those of this machine are left as they are."""
    state, cache, parts = folder / "apt/state", folder / "apt/cache", folder / "root.part"
    for needed in (state / "lists/partial", cache / "archives/partial", parts):
        needed.mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    settings = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": cache,
        "Debug::NoLocking": "1",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]
    run([*apt, "update"])
    run([*apt, "-y", "--download-only", "--no-install-recommends", "install", *UNPACKED])
    for package in sorted((cache / "archives").glob("*.deb")):
        run(["dpkg", "-x", str(package), str(parts)])
    parts.rename(folder / "root")

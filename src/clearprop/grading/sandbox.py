"""The command that runs a submission in bubblewrap: no network; it reads Python and NumPy alone, and writes in its own folder.

The package itself is not there, since `clearprop.course` is the solution, and neither are other submissions and the task.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import site
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..callers import either
from .limits import MEGABYTE, Limits
from .seccomp import refused_calls

WORK, TOOLS, PACKAGES = "/work", "/grading", "/packages"
"""Inside the sandbox: the submission's own folder; the runner and its scripts; NumPy."""
HERE = Path(__file__).resolve().parent
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": WORK,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # a library's threads are refused like any others
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
TRUST = (
    "A submission is a program of somebody else, and would run with your rights: it could read and delete your files. "
    "Give {trust} where that is wanted, for instance inside a container that holds nothing else"
)


class NoSandboxError(OSError):
    """There is no sandbox here; the message says why, and what to do."""


@dataclass(frozen=True)
class Packages:
    """The packages beside Python that a submission may import, and where they are."""

    names: tuple[str, ...] = ("numpy",)

    def folders(self) -> Iterator[Path]:
        """Their folders and those of their libraries. ValueError for one that is not installed."""
        for name in self.names:
            found = importlib.util.find_spec(name)
            if found is None or not found.submodule_search_locations:
                raise ValueError(f"the task asks for the package {name!r}, not installed here: pip install {name}")
            folder = Path(next(iter(found.submodule_search_locations))).resolve()
            yield folder
            libraries = folder.with_name(f"{folder.name}.libs")
            if libraries.is_dir():
                yield libraries


def require_sandbox() -> None:
    """NoSandboxError with the reason, where submissions cannot be run in one."""
    if reason := why_none():
        raise NoSandboxError(
            f"there is no sandbox here: {reason}. {TRUST.format(trust=either('--trust', 'trust=True'))}"
        )


@cache
def why_none() -> str:
    """Why there is no sandbox; nothing where there is one."""
    program = shutil.which("bwrap")
    if not sys.platform.startswith("linux"):
        return f"bubblewrap runs on Linux alone, and this is {sys.platform}"
    if program is None:
        return "the program bwrap is missing; install bubblewrap, as in: apt install bubblewrap"
    if refused_calls() is None:
        return f"for this processor, {os.uname().machine}, no filter of system calls is known"
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = _tried(Path(folder))
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{program} could not be run: {error}"
    if tried.returncode != 0:
        said = tried.stderr.decode(errors="replace").strip().splitlines()
        return f"{program} fails here: {said[-1] if said else f'exit status {tried.returncode}'}"
    return ""


def _tried(folder: Path) -> subprocess.CompletedProcess[bytes]:
    with seccomp_file() as filter_file:
        command = [*confined(folder, folder, Packages(), Limits(), filter_file.fileno()), *python(), "-c", "pass"]
        return subprocess.run(command, capture_output=True, timeout=30, pass_fds=[filter_file.fileno()], check=False)


def seccomp_file() -> tempfile._TemporaryFileWrapper[bytes]:
    """The filter as an open file, which bubblewrap reads from the beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(refused_calls() or b"")
    file.seek(0)
    return file  # type: ignore[return-value]


def python() -> list[str]:
    """The interpreter, without any packages and without variables of the environment."""
    return [str(Path(getattr(sys, "_base_executable", sys.executable)).resolve()), "-I", "-S", "-B"]


def confined(
    folder: Path, tools: Path, packages: Packages, limits: Limits, filter_fd: int, hidden: Sequence[Path] = ()
) -> list[str]:
    """Bubblewrap and its options, before the command that it is to run.

    `folder` and `tools` are read-only there. `hidden` are folders that nobody may see, should they be inside of what
    Python needs.
    """
    shown = [*_python_folders(), *packages.folders()]
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    options += ["--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]
    for path in _python_folders():
        options += (
            ["--symlink", os.readlink(path), str(path)] if path.is_symlink() else ["--ro-bind", str(path), str(path)]
        )
    covered = [*_own_packages(), *(each.resolve() for each in hidden)]
    for path in dict.fromkeys(covered):
        if path.is_dir() and any(path.is_relative_to(each) for each in shown if not each.is_symlink()):
            options += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for path in packages.folders():
        options += ["--ro-bind", str(path), f"{PACKAGES}/{path.name}"]
    options += ["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    options += ["--ro-bind", str(tools), TOOLS]
    options += ["--size", str(limits.file_megabytes * MEGABYTE), "--tmpfs", WORK]
    for source in sorted(folder.iterdir()):
        options += ["--ro-bind", str(source), f"{WORK}/{source.name}"]
    for name, value in ENVIRONMENT.items():
        options += ["--setenv", name, value]
    return ["bwrap", *options, "--chdir", WORK, "--remount-ro", "/", "--seccomp", str(filter_fd), "--"]


def _python_folders() -> list[Path]:
    """What an interpreter needs: its own folder and the system's libraries."""
    base = Path(sys.base_prefix).resolve()
    executable = Path(python()[0])
    folders = [Path("/usr"), *(Path("/", each) for each in ("bin", "lib", "lib64", "lib32", "sbin"))]
    folders += [Path("/etc/ld.so.cache"), Path("/etc/alternatives")]
    for folder in (base / "lib", executable):
        if not folder.is_relative_to("/usr"):
            folders.append(folder)
    return [each for each in folders if each.exists()]


def _own_packages() -> list[Path]:
    """Folders with packages, this one among them: hidden where they are inside of Python's own."""
    paths = [sysconfig.get_path(kind) for kind in ("purelib", "platlib")]
    base = {"base": sys.base_prefix, "platbase": sys.base_prefix}
    paths += [sysconfig.get_path(kind, vars=base) for kind in ("purelib", "platlib")]
    paths += [*site.getsitepackages(), "/usr/lib/python3/dist-packages", "/usr/local"]
    return [*map(Path, paths), HERE.parent]

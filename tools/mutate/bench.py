"""The bench: a copy of the project in which faults are planted, and the tests that are run on it. The project stays as it is.

The copy is imported from its own `src`, by an environment that borrows the tools of the one that runs this. Its kernels are
those that are installed; a fault in their sources is compiled for one instruction level, the one that this machine takes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clearprop.engines import levels

from .fault import SOURCE, Fault

ROOT = Path(__file__).parents[2]
NOT_RUN = ("tests/tools", "tests/checks/test_networks_against_libraries.py")
"""The tests of these very faults, which a planted one changes, and those that ask other libraries for minutes."""
LONGEST = 1800
"""Seconds for all tests; a fault that makes them wait for longer has been noticed."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What became of a fault: the test that failed, or none, and how long that took."""

    fault: Fault
    killed_by: str
    seconds: float


class Bench:
    """The copy, and what is done to it."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.environment, self.build = folder / "tree", folder / "venv", folder / "cmake"
        for made_before in (self.tree, self.build):  # what was built may have a fault of another run in it
            shutil.rmtree(made_before, ignore_errors=True)
        for name in _files_of_the_project():
            to = self.tree / name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)
        self._make_environment()
        for module in _installed_kernels():
            shutil.copy2(module, self.tree / SOURCE / "engines")

    def _make_environment(self) -> None:
        """Tools come from here, clearprop from the copy: a path that is only looked at starts no editable installation."""
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", self.environment], check=True)
        packages = next(self.environment.glob("lib/python*/site-packages"))
        (packages / "tools.pth").write_text(f"{self.tree / 'src'}\n{sysconfig.get_path('purelib')}\n")

    @property
    def python(self) -> Path:
        """The interpreter that sees the copy."""
        return self.environment / "bin" / "python"

    def failed_test(self, *tests: str, workers: int = 0) -> str | None:
        """The first test that fails among these, or among all; None where all pass. Each is a file, a folder or an option."""
        command = [
            self.python,
            "-m",
            "pytest",
            "-x",
            "-q",
            f"-n{workers}",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
        ]
        command += [f"--ignore={path}" for path in NOT_RUN]
        try:
            done = subprocess.run(
                [*command, *tests], cwd=self.tree, capture_output=True, text=True, check=False, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return "the clock: the tests did not end"
        if done.returncode == 0:
            return None
        found = FAILED.search(done.stdout)
        if found is None:
            return f"pytest, which ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-200:]}"
        return found[1]

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The copy with the fault in it, and as it was afterwards."""
        at = self.tree / fault.path
        before = at.read_text()
        at.write_text(fault.planted(before))
        kept = self._level_module().read_bytes() if fault.is_compiled else b""
        try:
            if fault.is_compiled:
                self._compile()
            yield
        finally:
            at.write_text(before)
            if fault.is_compiled:
                self._replace_level_module(kept)

    def judged(self, fault: Fault, *, workers: int) -> Verdict:
        """The file's own tests first; where they see nothing, the room's, and then all, of each at first today's sample."""
        began = time.perf_counter()
        own = list(
            dict.fromkeys(
                str(path.relative_to(self.tree)) for each in fault.own_tests for path in sorted(self.tree.glob(each))
            )
        )
        with self.planted(fault):
            killed_by = (
                (self.failed_test("--sampled", *own) if own else None)
                or self.failed_test("--sampled", fault.room, workers=workers)
                or self.failed_test("--sampled", workers=workers)
                or self.failed_test(workers=workers)
            )
        return Verdict(fault, killed_by or "", time.perf_counter() - began)

    # ---- kernels

    def _level_module(self) -> Path:
        assert levels.KERNELS is not None
        return self.tree / SOURCE / "engines" / Path(str(levels.KERNELS.__file__)).name

    def _replace_level_module(self, content: bytes) -> None:
        """By a file of its own: what was imported may still be mapped."""
        at = self._level_module()
        at.unlink()
        at.write_bytes(content)

    def _compile(self) -> None:
        at = self._level_module()
        target = at.name.partition(".")[0]
        if not (self.build / "build.ninja").exists():
            configure = ["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]
            options = [f"-DPython_EXECUTABLE={self.python}", f"-DCLEARPROP_LEVELS={levels.LEVEL}"]
            options.append("-DCLEARPROP_OPTIMIZATION=-O1")  # to build sooner
            subprocess.run([*configure, *options], check=True, capture_output=True)
        subprocess.run(["cmake", "--build", self.build, "--target", target], check=True, capture_output=True)
        self._replace_level_module(next(self.build.glob(f"{target}.*.so")).read_bytes())


def _files_of_the_project() -> list[str]:
    """All that is in the repository, or would be: what git does not ignore."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if (ROOT / name).is_file()]


def _installed_kernels() -> list[Path]:
    if levels.LEVEL is None:
        return []
    from clearprop.engines import _kernels_level

    return [Path(str(module.__file__)) for module in (_kernels_level, *map(levels.kernels_of, levels.usable_levels()))]


def workers() -> int:
    """Tests side by side: as many as this machine has processors."""
    return len(os.sched_getaffinity(0))

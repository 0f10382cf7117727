"""`python -m benchmarks.versions [COMMIT ...]`: the same work on several states of this project, each built from its commit.

Each is asked in turn for one measurement after another, in a process of its own, on one thread; medians. What is measured is
asked for by the package's first public names, which all of them have. A state that cannot do it says none.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import sysconfig
import venv
from contextlib import ExitStack
from pathlib import Path

from .machine import processor
from .targets import in_units
from .versions_work import WORK
from .workers import Worker

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build/versions"
STATES = ("714a7b67", "a4ad1c48", "HEAD")
"""What is measured unless told otherwise: the first engine that was whole, the one before this version, and this one."""
ROUNDS = 7


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def built(commit: str) -> str:
    """The interpreter of an environment that has the package as it was at this commit; what it needs is this environment's."""
    place = PLACE / commit
    python = place / "venv/bin/python"
    if not (place / "done").exists():
        (place / "source").mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(place / "source")], input=archive, check=True)
        venv.create(place / "venv", clear=True)
        site = subprocess.run(
            [python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True
        )
        Path(site.stdout.strip(), "needed.pth").write_text(sysconfig.get_path("purelib"))
        pip = [
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
        ]
        subprocess.run([*pip, "-C", "cmake.define.CLEARPROP_LEVELS=own", str(place / "source")], check=True)
        (place / "done").touch()
    return str(python)


def main(states: list[str]) -> None:
    """Build what is not built yet, measure, and print a table: a row for each kind of work, a column for each state."""
    commits = list(dict.fromkeys(_git("rev-parse", "--short=8", state) for state in states or STATES))
    dates = (f"{_git('log', '-1', '--format=%cs', commit)} ({commit})" for commit in commits)
    print(f"{processor()}; one thread; medians of {ROUNDS} measurements in turn\n")
    print("|", " | ".join(("work", *dates)), "|")
    print("|", " | ".join(["---"] * (1 + len(commits))), "|")
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker("benchmarks.versions_work", "", 1, built(commit))) for commit in commits]
        for name in WORK:
            rounds = [[worker.ask(name) for worker in workers] for _ in range(ROUNDS)]
            print("|", " | ".join((name, *map(_cell, zip(*rounds, strict=True)))), "|", flush=True)


def _cell(seconds: tuple[float | None, ...]) -> str:
    times = [time for time in seconds if time is not None]
    return in_units(statistics.median(times)) if times else "none"


if __name__ == "__main__":
    main(sys.argv[1:])

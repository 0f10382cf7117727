"""`python -m tools.faults`: kill runs, fail disks and mutate files. Tells what did not hold, and then ends with 1."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.figure  # noqa: F401 - imported once, before processes are forked
import sklearn.datasets  # noqa: F401

from .disks import fail_disks
from .jobs import jobs
from .kills import Outcome, kill
from .mutations import mutate


def main() -> int:
    """1 where something did not hold."""
    asked = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__)
    asked.add_argument("--kills", type=int, default=300, help="at least so many kills, over all jobs (default 300)")
    asked.add_argument("--mutations", type=int, default=10_000, help="so many mutated files (default 10,000)")
    asked.add_argument("--disks", type=int, default=60, help="so many runs on failing disks (default 60)")
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    rng, wrong = random.Random(given.seed), 0
    for what in (_kills, _disks, _mutations):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            said, failures = what(given, Path(folder), rng)
        print(f"{said}  ({time.perf_counter() - began:.0f} s)")
        print("".join(f"  {failure}\n" for failure in failures), end="", flush=True)
        wrong += len(failures)
    return 1 if wrong else 0


def _kills(given: argparse.Namespace, folder: Path, rng: random.Random) -> tuple[str, list[str]]:
    outcome = Outcome()
    while outcome.kills.total() < given.kills:
        for job in jobs():
            kill(job, folder, rng, outcome)
    return str(outcome), [*outcome.unreadable, *outcome.wrong]


def _disks(given: argparse.Namespace, folder: Path, rng: random.Random) -> tuple[str, list[str]]:
    return fail_disks(given.disks, folder, rng)


def _mutations(given: argparse.Namespace, folder: Path, rng: random.Random) -> tuple[str, list[str]]:
    return mutate(given.mutations, folder, rng)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.ranks_beside PYTHON`: steps of two ranks beside PyTorch's DistributedDataParallel with gloo.

PYTHON has PyTorch. Both run in turns, as new processes, and medians of the rounds are compared: batches of 4,096, float32,
a thread a process. `--rounds N` takes so many.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from .ranks import BATCH, SECONDS, SHAPES, Turns, a_task, launcher, stepper
from .workers import with_threads

TARGETS = (1.1, 1.3, 2.0)
"""How many times as fast as the other the three shapes should be."""
DDP = Path(__file__).parent / "peers" / "torch_ddp.py"


def named(widths: tuple[int, ...]) -> str:
    return "-".join(map(str, widths))


def on_ranks() -> None:
    """What each of our ranks does; the first one prints seconds of a step."""
    from mpi4py import MPI

    from clearprop.engines.ranks import MPIRanks
    from clearprop.engines.sharing import Sharing

    world = MPI.COMM_WORLD
    turns, ranks = Turns(world), MPIRanks(world)
    found = {}
    for widths in SHAPES:
        work = stepper(Sharing(8, ranks).engine_for(a_task(widths), "auto", BATCH, 1)[0])
        once = max(turns.seconds(work, 3) for _ in range(2))
        found[named(widths)] = turns.seconds(work, max(2, int(SECONDS / once)))
    if world.rank == 0:
        sys.stdout.write(json.dumps(found))


def seconds(command: list[str]) -> dict[str, float]:
    """What a program says of its steps."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=with_threads(1))
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("python", nargs="?", help="a Python that has PyTorch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--on-ranks", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.on_ranks:
        on_ranks()
        return
    if asked.python is None:
        parser.error("give a Python that has PyTorch")
    ways = {
        "ours": [*launcher(), sys.executable, "-m", "benchmarks.ranks_beside", "--on-ranks"],
        "DDP": [asked.python, str(DDP), *map(named, SHAPES)],
    }
    rounds = [{name: seconds(command) for name, command in ways.items()} for _ in range(asked.rounds)]
    print(f"load {os.getloadavg()[0]:.1f}, {len(rounds)} rounds\n")
    print(
        "| shape | two ranks, ms | DDP with gloo, ms | times as fast, median of rounds | target |\n"
        + "| --- " * 5
        + "|"
    )
    for widths, target in zip(SHAPES, TARGETS, strict=True):
        name = named(widths)
        own, other = ([each[way][name] for each in rounds] for way in ways)
        times = statistics.median(b / a for a, b in zip(own, other, strict=True))
        taken = " | ".join(f"{statistics.median(each) * 1e3:.3f}" for each in (own, other))
        print(f"| {name} | {taken} | {times:.2f} x | {target} x |")


if __name__ == "__main__":
    main()

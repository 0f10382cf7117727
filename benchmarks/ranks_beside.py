"""`python -m benchmarks.ranks_beside PYTHON`: steps of two ranks beside PyTorch's DistributedDataParallel, and JAX, with gloo.

PYTHON has PyTorch, JAX or both. All run in turns, as new processes, and medians of the rounds are compared: batches of 4,096,
float32, a thread a process. `--rounds N` takes so many.
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
"""How many times as fast as the better of the others the three shapes should be."""
PEERS = {"DDP": ("torch", "torch_ddp.py"), "JAX": ("jax", "jax_ranks.py")}
"""What each of the others needs, and its program."""


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
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])  # gloo writes lines of its own
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("python", nargs="?", help="a Python that has PyTorch, or JAX")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--on-ranks", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.on_ranks:
        on_ranks()
        return
    if asked.python is None:
        parser.error("give a Python that has PyTorch, or JAX")
    ways = {
        "ours": [*launcher(), sys.executable, "-m", "benchmarks.ranks_beside", "--on-ranks"],
    }
    for peer, (package, program) in PEERS.items():
        looked = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({package!r}) is None)"
        if subprocess.run([asked.python, "-c", looked], check=False).returncode == 0:
            ways[peer] = [asked.python, str(Path(__file__).parent / "peers" / program), *map(named, SHAPES)]
    if len(ways) == 1:
        parser.error(f"{asked.python} has neither PyTorch nor JAX")
    rounds = [{name: seconds(command) for name, command in ways.items()} for _ in range(asked.rounds)]
    print(f"load {os.getloadavg()[0]:.1f}, {len(rounds)} rounds\n")
    peers = [way for way in ways if way != "ours"]
    print(f"| shape | two ranks, ms | {', '.join(peers)}, ms | times as fast as each, median of rounds | target |")
    print("| --- " * 5 + "|")
    for widths, target in zip(SHAPES, TARGETS, strict=True):
        name = named(widths)
        own = [each["ours"][name] for each in rounds]
        theirs = {peer: [each[peer][name] for each in rounds] for peer in peers}
        times = (statistics.median(b / a for a, b in zip(own, other, strict=True)) for other in theirs.values())
        taken = (f"{statistics.median(other) * 1e3:.3f}" for other in theirs.values())
        ours = f"{statistics.median(own) * 1e3:.3f}"
        print(f"| {name} | {ours} | {', '.join(taken)} | {', '.join(f'{each:.2f} x' for each in times)} | {target} x |")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.ranks`: steps of two ranks against one, and what sending costs, with a model of both.

One rank, two independent processes and two ranks together take turns within one start of MPI, so that a machine that slows down
slows all of them down; medians of rounds. `--picture` draws what the model says of more ranks, into
docs/pictures/ranks.svg, and measures nothing.

`benchmarks/two_namespaces .venv/bin/python -m benchmarks.ranks` has 1 Gbit/s between the ranks.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from clearprop import Network
from clearprop.engines import Batches, Task, choose_engine
from clearprop.engines.ranks import MPIRanks, Partial
from clearprop.engines.shard_tree import Tree
from clearprop.engines.sharing import Sharing
from clearprop.engines.wire import LINKS, Link, Step
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import SGD

SHAPES = {(784, 512, 512, 10): 1.9, (784, 128, 64, 10): 1.8, (64, 32, 10): 1.6}
"""What two ranks should reach, times one, where two processes reach 2.0."""
BATCH, ROUNDS, SECONDS = 4096, 5, 0.4
FIGURES = (1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
"""Numbers of a sum, in float64."""
LOCAL = 16
CLOSE = 0.2
"""The relative error that the model should not pass."""
TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "ranks.svg"


def launcher() -> list[str]:
    """What starts two ranks: mpiexec beside python, or what the environment variable CLEARPROP_LAUNCHER says."""
    return shlex.split(os.environ.get("CLEARPROP_LAUNCHER", f"{Path(sys.executable).with_name('mpiexec')} -n 2"))


def a_task(widths: tuple[int, ...]) -> Task:
    """Two batches of random points, in float32."""
    rng = np.random.default_rng(0)
    net = Network(widths, (*["relu"] * (len(widths) - 2), "softmax"), seed=0, dtype="float32")
    X = rng.normal(size=(2 * BATCH, widths[0])).astype(np.float32)
    return Task(net, NLLM(), SGD(), X, np.eye(widths[-1], dtype=np.float32)[np.arange(len(X)) % widths[-1]])


class Turns:
    """Work of ranks in turns; a rank that has none sleeps."""

    def __init__(self, world: Any) -> None:
        self.world = world

    def meet(self) -> None:
        """Wait for all ranks without keeping a processor."""
        request = self.world.Ibarrier()
        while not request.Test():
            time.sleep(1e-4)

    def seconds(self, work: Callable[[int], object] | None, steps: int) -> float:
        """Of a step, by the rank that took longest; None for a rank that waits."""
        self.meet()
        began = time.perf_counter()
        if work is not None:
            work(steps)
        taken = (time.perf_counter() - began) / steps if work is not None else 0.0
        return float(max(self.world.allgather(taken)))


def stepper(engine: Any, batch: int = BATCH) -> Callable[[int], object]:
    """A function that takes so many steps."""

    def steps(count: int) -> None:
        rows = np.arange(count * batch).reshape(count, batch) % len(engine.task.X)
        engine.run(Batches.joined([rows]), np.full(count, 1e-4), 1)

    return steps


def of_shape(widths: tuple[int, ...], world: Any) -> dict[str, float]:
    """Seconds of a step: plain, of one rank, of each of two processes, of two ranks together, and with local steps."""
    turns, ranks, first = Turns(world), MPIRanks(world), world.rank == 0
    plain = stepper(choose_engine(a_task(widths), "auto", BATCH, 1)[0])
    alone = stepper(Sharing(8).engine_for(a_task(widths), "auto", BATCH, 1)[0])
    shared = stepper(Sharing(8, ranks).engine_for(a_task(widths), "auto", BATCH, 1)[0])
    local = stepper(Sharing(ranks.size, ranks, LOCAL).engine_for(a_task(widths), "auto", BATCH, 1)[0])
    once = turns.seconds(plain, 2)
    steps = max(2, int(SECONDS / once))
    ways = {
        "plain": plain if first else None,
        "one rank": alone if first else None,
        "two processes": alone,
        "two ranks": shared,
        "local steps": local,
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            found[name].append(turns.seconds(work, steps))
    return {name: statistics.median(times) for name, times in found.items()}


def of_sums(world: Any) -> dict[int, float]:
    """Seconds of a sum over the ranks, by its numbers."""
    ranks = MPIRanks(world)
    tree, turns, found = Tree(ranks.size, ranks), Turns(world), {}
    for numbers in FIGURES:
        own, other = (Partial(numbers, np.dtype(np.float64)) for _ in range(2))

        def work(count: int, own: Partial = own, other: Partial = other) -> None:
            for _ in range(count):
                tree.add_in_pairs(tree.own, own, other)

        count = max(10, min(2000, 2_000_000 // numbers))
        found[numbers] = statistics.median(turns.seconds(work, count) for _ in range(ROUNDS))
    return found


def fitted(sums: dict[int, float]) -> Link:
    """alpha and beta of least relative error."""
    size = np.array([8 * numbers for numbers in sums], float)
    seconds = np.array(list(sums.values()))
    alpha, beta = np.linalg.lstsq(np.stack([1 / seconds, size / seconds], axis=1), np.ones(len(size)), rcond=None)[0]
    return Link("measured", float(alpha), float(beta))


def on_ranks() -> None:
    """What each rank does; the first one writes what was measured."""
    from mpi4py import MPI

    world = MPI.COMM_WORLD
    measured = {"sums": of_sums(world), "steps": {"-".join(map(str, each)): of_shape(each, world) for each in SHAPES}}
    if world.rank == 0:
        sys.stdout.write(json.dumps(measured))


def shown(measured: dict[str, Any]) -> None:
    """Print the tables."""
    off: dict[str, float] = {}
    sums = {int(numbers): seconds for numbers, seconds in measured["sums"].items()}
    link = fitted(sums)
    print(f"alpha {link.alpha * 1e6:.1f} us, beta {link.beta * 1e9:.3f} ns a byte\n")
    print("| numbers | a sum, us | the model, us | off by |\n| --- | --- | --- | --- |")
    for numbers, seconds in sums.items():
        of_model = link.sum_seconds(2, 8 * numbers)
        off[f"a sum of {numbers:,} numbers"] = of_model / seconds - 1
        print(f"| {numbers:,} | {seconds * 1e6:.1f} | {of_model * 1e6:.1f} | {100 * (of_model / seconds - 1):+.0f} % |")
    print(
        "\n| shape | plain, ms | one rank, ms | two ranks | two processes | target | the model | off by | local steps |"
    )
    print("| --- " * 9 + "|")
    for (widths, target), (name, of) in zip(SHAPES.items(), measured["steps"].items(), strict=True):
        size = 4 * Network(widths, ("identity",) * (len(widths) - 1), seed=0).parameters.size
        model = Step(of["one rank"], 0.0, size).gain(2, link)
        processes = 2 * of["one rank"] / of["two processes"]
        ranks = of["one rank"] / of["two ranks"]
        off[f"steps of {name}"] = model / ranks - 1
        print(
            f"| {name} | {of['plain'] * 1e3:.3f} | {of['one rank'] * 1e3:.3f} | {ranks:.2f} x | {processes:.2f} x "
            f"| {target} x | {model:.2f} x | {100 * (model / ranks - 1):+.0f} % | {of['plain'] / of['local steps']:.2f} x |"
        )
    beyond = [f"{point} ({100 * by:+.0f} %)" for point, by in off.items() if abs(by) > CLOSE]
    close = f"{len(off) - len(beyond)} of {len(off)} points"
    print(f"\nthe model is within {100 * CLOSE:.0f} % at {close}, load {os.getloadavg()[0]:.1f}")
    if beyond:
        print("beyond: " + "; ".join(beyond))


def draw() -> None:
    """How many times the steps of one rank the model gives to 1 .. 4096, each of 10^11 operations a second."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "ranks"
    import matplotlib.pyplot as plt

    ranks = [2**k for k in range(13)]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for axis, wire in zip(axes, LINKS, strict=True):
        for weights, colour in ((10**4, "C0"), (10**6, "C1"), (10**8, "C2")):
            step = Step(6 * weights * BATCH / 1e11, 8 * weights / 1e10, 4 * weights)
            axis.loglog(ranks, [step.gain(n, wire) for n in ranks], colour, label=f"{weights:,} weights")
            axis.loglog(ranks, [step.gain(n, wire, LOCAL) for n in ranks], colour, linestyle="--")
        axis.loglog(ranks, ranks, color="0.7", linewidth=0.8)
        axis.set(title=wire.name, xlabel="ranks", ylim=(0.3, 5000))
    axes[0].set_ylabel("times one rank, batches of 4,096")
    axes[0].legend(fontsize=7, title=f"dashed: {LOCAL} local steps", title_fontsize=7)
    figure.tight_layout()
    figure.savefig(TARGET, metadata={"Date": None})


def main() -> None:
    """Start two ranks, and print what they measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--on-ranks", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--picture", action="store_true")
    asked = parser.parse_args()
    if asked.on_ranks:
        on_ranks()
        return
    if asked.picture:
        draw()
        return
    command = [*launcher(), sys.executable, "-m", "benchmarks.ranks", "--on-ranks"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shown(json.loads(done.stdout))


if __name__ == "__main__":
    main()

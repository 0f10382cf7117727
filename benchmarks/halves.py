"""`python -m benchmarks.halves`: what a step in two halves, `loss_and_gradient` and `apply`, costs over a step of `run`.

Both engines take the same steps from the same start, in turn; medians of the processor's time, which other programs of a shared
machine do not lengthen (of the wall clock's with more than one thread). A step on few points fuses its gradient into the update
and never stores it, so halves must cost more there; from 128 points on they are to cost 15% at most.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import click
import numpy as np

from clearprop.engines.compiled import CompiledEngine
from clearprop.formulas.catalogue import find
from clearprop.formulas.optimizers import Optimizer

from .targets import outcome
from .workloads import POINTS, Workload, named

NETS = ("64-32-10", "784-100-10", "784-512-512-10")
BATCHES = (1, 10, 32, 128, 512)
MOST, FROM = 1.15, 128
"""Times a step of `run`, at most, for batches of this size or more."""
SECONDS = 0.03
"""What one measurement takes, roughly."""
ETA = 1e-4


@click.command()
@click.option("--threads", type=int, default=1, show_default=True)
@click.option("--rounds", type=int, default=31, show_default=True)
@click.option("--net", "nets", multiple=True, default=NETS, show_default=True)
def main(threads: int, rounds: int, nets: tuple[str, ...]) -> None:
    """Measure and print; exits with 1 where halves cost too much."""
    short = False
    for net in nets:
        for optimizer in ("sgd", "adam"):
            for batch in BATCHES:
                run, ratio = measure(named(net), optimizer, batch, threads, rounds)
                verdict = outcome(ratio <= MOST) if batch >= FROM else ""
                short |= verdict == "SHORT"
                print(f"{net:<16}{optimizer:<6}{batch:>4} points {run * 1e6:>9.1f} us, halves {ratio:.3f}x  {verdict}")
    raise SystemExit(short)


def measure(work: Workload, optimizer: str, batch: int, threads: int, rounds: int) -> tuple[float, float]:
    """Seconds of a step of `run`, and how many times that its halves take."""
    tasks = [replace(work.task, optimizer=find(Optimizer, optimizer)) for _ in range(2)]
    whole, halves = (CompiledEngine(task, batch, threads) for task in tasks)
    count = max(2, int(SECONDS * 1e11 / (work.operations * batch + 2e5)))
    batches = np.random.default_rng(2).integers(POINTS, size=(count, batch))
    etas = np.full(count, ETA)

    def by_run() -> None:
        whole.run(batches, etas, 1)

    def by_halves() -> None:
        for t, points in enumerate(batches, 1):
            _, gradient = halves.loss_and_gradient(points, t)
            halves.apply(gradient, ETA, t)

    by_run(), by_halves()
    error = np.linalg.norm(tasks[0].network.parameters - tasks[1].network.parameters)
    if not error < 1e-4 * np.linalg.norm(tasks[0].network.parameters):
        raise RuntimeError(f"halves take other steps than run on {work} by {optimizer}: {error:.1e} apart")
    clock = time.process_time if threads == 1 else time.perf_counter
    times = [(seconds(by_run, clock) / count, seconds(by_halves, clock) / count) for _ in range(rounds)]
    return statistics.median(run for run, _ in times), statistics.median(halves / run for run, halves in times)


def seconds(call: Callable[[], None], clock: Callable[[], float]) -> float:
    start = clock()
    call()
    return clock() - start


if __name__ == "__main__":
    main()

"""`python -m benchmarks.threads`: what `threads=None` costs and gains against one thread, over 200 fixed shapes.

Steps by one thread and by `threads=None` are taken in turn, and so are steps by two engines of one thread each, which show
what the machine alone does. Of each, the median of the ratios and its 95 % interval by order statistics. `--busy` measures
beside a process that never waits. A shape fails where its interval does not exclude a loss of more than 3 %, and that of one
thread against itself does.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import click
import numpy as np

from clearprop import Network
from clearprop.engines import Task
from clearprop.engines.compiled import CompiledEngine
from clearprop.engines.processors import WORTH_SHARING
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import Optimizer

LAYERS = ((64, 32, 10), (20, 64, 64, 2), (30, 100, 100, 3), (784, 30, 10), (784, 100, 10), (100, 256, 10), (64, 256, 256, 10),
          (256, 256, 256, 10), (784, 256, 128, 10), (784, 512, 512, 10))  # fmt: skip
BATCHES = (8, 32, 128, 512, 2048)
RULES, DTYPES = ("sgd", "adam"), ("float32", "float64")
SECONDS, MOST_LOSS = 0.02, 0.03
"""What one measurement takes, roughly; and the loss that is to be excluded."""


def interval(values: list[float]) -> tuple[float, float, float]:
    """The median, and the ends of its 95 % interval: of 15 values the 4th and the 12th, by the binomial distribution."""
    ranked, n = sorted(values), len(values)
    k, below = 0, 0.5**n
    while below <= 0.025:
        k += 1
        below += 0.5**n * np.prod([(n - i) / (i + 1) for i in range(k)])
    return statistics.median(values), ranked[max(0, k - 1)], ranked[n - max(1, k)]


class Measured:
    """Engines of one shape that take the same steps."""

    def __init__(self, widths: tuple[int, ...], batch: int, rule: str, dtype: str) -> None:
        rng = np.random.default_rng(0)
        n = max(2 * batch, 256)
        X, Y = (
            rng.normal(size=(n, widths[0])).astype(dtype),
            np.eye(widths[-1], dtype=dtype)[rng.integers(0, widths[-1], n)],
        )
        self.work = 6 * sum((m + 1) * n for m, n in pairwise(widths)) * batch
        nets = [Network(widths, ("relu",) * (len(widths) - 2) + ("softmax",), seed=0, dtype=dtype) for _ in range(3)]
        tasks = [Task(net, NLLM(), find(Optimizer, rule), X, Y) for net in nets]
        self.one, self.again, self.free = (
            CompiledEngine(task, batch, threads) for task, threads in zip(tasks, (1, 1, None), strict=True)
        )
        steps = 1
        self.batches, self.etas = rng.integers(0, n, (steps, batch)), np.full(steps, 1e-4)
        self.seconds(self.one)
        steps = max(1, int(SECONDS / min(self.seconds(self.one) for _ in range(3))))
        self.batches, self.etas = rng.integers(0, n, (steps, batch)), np.full(steps, 1e-4)

    def seconds(self, engine: CompiledEngine) -> float:
        start = time.perf_counter()
        engine.run(self.batches, self.etas, 1)
        return time.perf_counter() - start

    def ratios(self, engine: CompiledEngine, pairs: int) -> tuple[float, float, float]:
        """How many times as fast as one thread an engine is."""
        self.seconds(engine)
        return interval([self.seconds(self.one) / self.seconds(engine) for _ in range(pairs)])


def _spin() -> None:
    while True:
        pass


@contextmanager
def neighbour(busy: bool) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    if busy:
        process.start()
    try:
        yield
    finally:
        if busy:
            process.terminate()


@click.command()
@click.option("--pairs", type=click.IntRange(min=15), default=15, show_default=True)
@click.option("--busy", is_flag=True, help="Beside a process that never waits.")
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Measure one shape in so many.")
def main(pairs: int, busy: bool, every: int) -> None:
    """Measure and print; exits with 1 where `threads=None` may lose more than 3 %."""
    os.environ.pop("OMP_NUM_THREADS", None)  # which asks for one thread in all other benchmarks
    shapes = [(w, b, rule, dtype) for dtype in DTYPES for rule in RULES for w in LAYERS for b in BATCHES][::every]
    lost, gains = 0, []
    with neighbour(busy):
        for widths, batch, rule, dtype in shapes:
            measured = Measured(widths, batch, rule, dtype)
            control, free = (measured.ratios(engine, pairs) for engine in (measured.again, measured.free))
            loses = free[1] < 1 - MOST_LOSS <= control[1]
            lost += loses
            if measured.work >= WORTH_SHARING:
                gains.append(free[0])
            name = f"{'-'.join(map(str, widths))} {rule} {dtype} B={batch}"
            us = 1e6 * measured.seconds(measured.one) / len(measured.etas)
            state = f"at work: {measured.free.threads_at_work}{'  LOSES' if loses else ''}"
            print(f"{name:<40}{us:>9.1f} us  {shown(free)}  itself {shown(control)}  {state}", flush=True)
    print(f"{lost} of {len(shapes)} shapes may lose more than {MOST_LOSS:.0%}")
    if gains:
        fair = sum(gain >= 1.5 for gain in gains)
        print(f"where threads may work: median {statistics.median(gains):.2f}x; {fair} of {len(gains)} at least 1.5x")
    raise SystemExit(lost > 0)


def shown(ratio: tuple[float, float, float]) -> str:
    return f"{ratio[0]:.2f}x ({ratio[1]:.2f} to {ratio[2]:.2f})"


if __name__ == "__main__":
    main()

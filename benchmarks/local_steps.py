"""`python -m benchmarks.local_steps`: local steps and rounded gradients against an exact sum of gradients in every step.

Two ranks, 128 points a rank. The ways take turns, each a whole training from the same start: the median over rounds of the
seconds of a step, and the loss over all points after the same points. `--rounds N` takes so many, `--shape 784-512-512-10` only
that shape.

`benchmarks/two_namespaces .venv/bin/python -m benchmarks.local_steps` has 1 Gbit/s between the ranks.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np

import clearprop as cp

from .ranks import launcher

SHAPES = {(64, 32, 10): 2560, (784, 512, 512, 10): 256}
"""And the steps of a training."""
BATCH, ETA, EPOCH = 256, 0.05, 80
"""Points and size of a step, and the steps of an epoch, whose points are drawn with replacement; copies meet at its end."""
WAYS: dict[str, dict[str, Any]] = {
    "a sum in every step": {},
    "compression=bfloat16": {"compression": "bfloat16"},
    "local_steps=16": {"local_steps": 16},
    "local_steps=64": {"local_steps": 64},
}


def measured(widths: tuple[int, ...], steps: int, way: dict[str, Any], world: Any) -> tuple[float, float]:
    """Seconds of a step, and the loss over all points after the last one."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(EPOCH * BATCH, widths[0])).astype(np.float32)
    labels = (X @ rng.normal(size=(widths[0], 10))).argmax(axis=1)
    net = cp.Network(widths, (*["relu"] * (len(widths) - 2), "softmax"), seed=0, dtype="float32")
    given: dict[str, Any] = {"loss": "nllm", "eta": ETA, "batch_size": BATCH, "shards": 2, "communicator": world}
    given |= {"threads": 1, "progress": False, "sampling": "with_replacement"}
    world.Barrier()
    began = time.perf_counter()
    run = cp.train(net, X, labels, **given, **way, steps=steps)
    seconds = (time.perf_counter() - began) / steps
    A = run.network.predict(X)
    return seconds, float(-np.log(A[np.arange(len(X)), labels]).mean())


def on_ranks(shapes: list[tuple[int, ...]], rounds: int) -> None:
    """What each rank does; the first one prints."""
    from mpi4py import MPI

    world = MPI.COMM_WORLD
    for widths in shapes:
        taken: dict[str, list[float]] = {name: [] for name in WAYS}
        losses: dict[str, float] = {}
        for _ in range(rounds):
            for name, way in WAYS.items():
                seconds, losses[name] = measured(widths, SHAPES[widths], way, world)
                taken[name].append(seconds)
        plain, *_ = WAYS
        for name in WAYS:
            times = statistics.median(a / b for a, b in zip(taken[plain], taken[name], strict=True))
            if world.rank == 0:
                print(
                    f"| {'-'.join(map(str, widths))} | {name} | {statistics.median(taken[name]) * 1e3:.3f} ms | {times:.2f} x "
                    f"| {losses[name]:.4f} | {100 * (losses[name] / losses[plain] - 1):+.2f} % |",
                    flush=True,
                )


def main() -> None:
    """Start two ranks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shape", choices=["-".join(map(str, widths)) for widths in SHAPES])
    parser.add_argument("--on-ranks", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    shapes = [widths for widths in SHAPES if asked.shape in {None, "-".join(map(str, widths))}]
    if asked.on_ranks:
        on_ranks(shapes, asked.rounds)
        return
    print(f"load {os.getloadavg()[0]:.1f}\n")
    print(
        "| shape | way | a step | times as fast, median of rounds | loss | against a sum in every step |\n"
        + "| --- " * 6
        + "|",
        flush=True,
    )
    told = ["--rounds", str(asked.rounds), *([] if asked.shape is None else ["--shape", asked.shape])]
    subprocess.run([*launcher(), sys.executable, "-m", "benchmarks.local_steps", "--on-ranks", *told], check=True)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()

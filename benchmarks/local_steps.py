"""`python -m benchmarks.local_steps`: local steps against a sum of gradients in every step, on two ranks, 128 points a rank.

`benchmarks/two_namespaces .venv/bin/python -m benchmarks.local_steps` has 1 Gbit/s between the ranks.
"""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

import clearprop as cp

from .ranks import launcher

SHAPES = {(64, 32, 10): 600, (784, 512, 512, 10): 40}
"""And the steps of a training."""
BATCH, ETA = 256, 0.05
EVERY = (1, 16, 64)


def measured(widths: tuple[int, ...], steps: int, every: int, world: object) -> tuple[float, float]:
    """Seconds of a step, and the loss over all points after the last one."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40 * BATCH, widths[0])).astype(np.float32)
    labels = (X @ rng.normal(size=(widths[0], 10))).argmax(axis=1)
    net = cp.Network(widths, (*["relu"] * (len(widths) - 2), "softmax"), seed=0, dtype="float32")
    began = time.perf_counter()
    run = cp.train(
        *(net, X, labels), loss="nllm", eta=ETA, batch_size=BATCH, steps=steps, shards=2, local_steps=every,
        communicator=world, threads=1, progress=False,
    )  # fmt: skip
    seconds = (time.perf_counter() - began) / steps
    A = run.network.predict(X)
    return seconds, float(-np.log(A[np.arange(len(X)), labels]).mean())


def on_ranks() -> None:
    """What each rank does; the first one prints."""
    from mpi4py import MPI

    world = MPI.COMM_WORLD
    for widths, steps in SHAPES.items():
        found = {every: measured(widths, steps, every, world) for every in EVERY}
        seconds, loss = found[1]
        for every, (own, reached) in found.items():
            if world.rank == 0:
                print(
                    f"| {'-'.join(map(str, widths))} | {every} | {own * 1e3:.3f} ms | {seconds / own:.2f} x "
                    f"| {reached:.4f} | {100 * (reached / loss - 1):+.2f} % |",
                    flush=True,
                )


def main() -> None:
    """Start two ranks."""
    if "--on-ranks" in sys.argv:
        on_ranks()
        return
    print(
        "| shape | local steps | a step | times every step | loss | against every step |\n" + "| --- " * 6 + "|",
        flush=True,
    )
    subprocess.run([*launcher(), sys.executable, "-m", "benchmarks.local_steps", "--on-ranks"], check=True)


if __name__ == "__main__":
    main()

"""`python -m benchmarks.picture`: time of a step against the size of the network, for each engine, with the machine's limit.

Batches of 32 points, float32, one thread, log-log; written to docs/pictures/steps.svg.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from .machine import Limits, limits
from .mini_batches import bind
from .timing import Rival, in_turn
from .workloads import Workload

WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
BATCH = 32
ENGINES = {
    "clearprop": ("clearprop", "C0", "o"),
    "clearprop, NumPy engine": ("numpy", "C2", "s"),
    "JAX": ("jax", "C1", "^"),
    "PyTorch": ("torch", "C4", "D"),
}
TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "steps.svg"


def network(width: int) -> Workload:
    return Workload((width, width, 10), ("relu", "softmax"), "nllm")


def measure() -> dict[str, list[tuple[float, float]]]:
    """For each engine that is installed: parameters and seconds a step."""
    from .peers import batches as peers

    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ENGINES}
    for width in WIDTHS:
        work = network(width)
        size = work.net.parameters.size
        count = max(3, int(0.05 / (work.operations * BATCH / 5e10 + 2e-6)))
        rows = np.random.default_rng(2).integers(len(work.points[0]), size=(count, BATCH))
        rivals = {}
        for name, (peer, _, _) in ENGINES.items():
            fewer = rows if peer in {"clearprop", "jax"} else rows[: max(3, count // 20)]
            try:
                call = (
                    peers.clearprop(work, "sgd", fewer, 1)
                    if peer == "clearprop"
                    else getattr(peers, peer)(work, "sgd", fewer)
                )
            except ImportError:
                continue
            rivals[name] = Rival(call, len(fewer))
        ours = rivals.pop("clearprop")
        seconds, others = in_turn(ours, rivals, rounds=5)
        times["clearprop"].append((size, seconds))
        for name, (taken, _) in others.items():
            times[name].append((size, taken))
    return {name: points for name, points in times.items() if points}


def draw(times: dict[str, list[tuple[float, float]]], found: Limits | None) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for name, points in times.items():
        sizes, seconds = zip(*points, strict=True)
        _, colour, marker = ENGINES[name]
        axes.loglog(sizes, 1e6 * np.array(seconds), marker=marker, color=colour, label=name, markersize=4)
    if found:
        works = [network(width) for width in WIDTHS]
        least = [work.operations * BATCH / found.gflops_float32 / 1e3 for work in works]
        sizes = [work.net.parameters.size for work in works]
        axes.loglog(sizes, least, color="0.4", linestyle="--", label="limit: multiply-adds of one core")
    axes.set(xlabel="parameters", ylabel="microseconds a step", title=f"A step on {BATCH} points, one thread, float32")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(TARGET, metadata={"Date": None})
    print(f"written: {TARGET}")


if __name__ == "__main__":
    if "--bound" not in sys.argv:
        bind(1)
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.picture", "--bound"])
    draw(measure(), limits())

"""`python -m benchmarks.in_page`: steps a second of a page's engine in Node, beside the native kernels."""

from __future__ import annotations

import base64
import json
import time

import numpy as np
from tests.node import run

from clearprop import Network
from clearprop.engines import Batches, Task, in_page
from clearprop.engines.compiled import CompiledEngine
from clearprop.engines.levels import processor_level
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer

POINTS = 500
ROWS = (
    ((2, 8, 1), 1, "sgd"),
    ((2, 8, 1), 10, "sgd"),
    ((4, 8, 8, 3), 1, "adam"),
    ((64, 32, 10), 1, "sgd"),
    ((64, 32, 10), 32, "adam"),
)
"""Widths, points of a step and optimiser."""


def task_of(widths: tuple[int, ...], optimizer: str) -> Task:
    """Random points, and a network of tanh units that tells their classes."""
    rng, outputs = np.random.default_rng(1), widths[-1]
    output, loss = ("sigmoid", "nll") if outputs == 1 else ("softmax", "nllm")
    net = Network(widths, (*["tanh"] * (len(widths) - 2), output), seed=1)
    X, labels = rng.normal(size=(POINTS, widths[0])), rng.integers(0, max(2, outputs), POINTS)
    Y = labels[:, None] * 1.0 if outputs == 1 else np.eye(outputs)[labels]
    return Task(net, find(Loss, loss), find(Optimizer, optimizer), X, Y)


def as_plan(task: Task, batch: int) -> dict[str, object]:
    arrays = {"X": task.X.ravel(), "Y": task.Y.ravel(), "parameters": task.network.parameters}
    return {
        "options": in_page.options(task),
        "batch": batch,
        **{name: array.tolist() for name, array in arrays.items()},
    }


def native(task: Task, batch: int) -> float:
    """Steps a second of the kernels of this machine's level, one thread."""
    engine, steps = CompiledEngine(task, batch, threads=1), 20_000 // batch
    batches = Batches.joined([np.random.default_rng(2).integers(0, POINTS, (steps, batch))])
    etas, best = np.full(steps, 0.001), 0.0
    for _ in range(30):
        began = time.process_time()
        engine.run(batches, etas, 1)
        best = max(best, steps / (time.process_time() - began))
    return best


def main() -> None:
    """Print a row for each net."""
    tasks = [(task_of(widths, optimizer), batch) for widths, batch, optimizer in ROWS]
    module = base64.b64encode(in_page.packed_module()).decode()
    print(
        f"\na page's engine: {len(in_page.packed_module()) / 1000:.0f} kB packed; float64, one thread, steps a second"
    )
    print(f"{'':<28}{'in Node':>12}{'in slices':>12}{f'native {processor_level()}':>14}")
    measured = json.loads(
        run("test/measure.ts", json.dumps({"module": module, "plans": [as_plan(*each) for each in tasks]}))
    )
    for (widths, batch, optimizer), (whole, slices), (task, _) in zip(ROWS, measured, tasks, strict=True):
        name = f"{'-'.join(map(str, widths))}, {batch} points, {optimizer}"
        print(f"{name:<28}{whole:>12,.0f}{slices / whole:>11.0%} {native(task, batch):>14,.0f}")


if __name__ == "__main__":
    main()

"""Mini-batch steps of the kernels against the NumPy engine: random networks, every optimiser, level and thread count."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from clearprop.engines import Batches, NonFinite, Task
from clearprop.engines.compiled import OPTIMIZERS, kernels_of, trainer, usable_levels
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.activations import Softmax
from clearprop.formulas.clipping import ClipNorm, ClipValue
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import L1, L2, ElasticNet, Penalty
from clearprop.formulas.sign_optimizers import Lion, Rprop
from tests.engines.test_kernels_descent import distance, random_task

LEVELS = usable_levels()
NETWORKS, CHUNKS = 2000, 40
STEPS = 24


def random_optimizer(rng: np.random.Generator) -> Optimizer:
    """Any rule, with hyper-parameters of its own, and sometimes with its gradient cut down."""
    kinds = list(OPTIMIZERS)
    kind = kinds[rng.integers(len(kinds))]
    names = {each.name for each in fields(kind)}
    given: dict[str, Any] = {
        name: float(rng.uniform(0.5, 0.95)) for name in ("beta", "beta1", "beta2") if name in names
    }
    if "epsilon" in names:
        given["epsilon"] = float(rng.choice([1e-3, 1e-5]))  # where a gradient is near 0, m / √v has few of its digits
    if "weight_decay" in names:
        given["weight_decay"] = float(rng.uniform(0, 0.1))
    rule: Optimizer = kind(**given)
    for clip in (ClipNorm, ClipValue):
        if rng.random() < 0.2:
            rule = clip(largest=float(rng.uniform(0.01, 1)), then=rule)
    return rule


def may_cancel(task: Task) -> bool:
    """Whether terms of a gradient may add up to 0 exactly."""
    return bool(task.loss.kinks) or any(isinstance(f, Softmax) for f in task.network.activations)


def random_penalty(rng: np.random.Generator) -> Penalty | None:
    strength = float(rng.uniform(0, 0.01))
    choices = (None, None, L1(strength), L2(strength), ElasticNet(strength, float(rng.random())))
    return choices[rng.integers(len(choices))]


def batches_of(rng: np.random.Generator, n: int) -> Batches:
    """Batches of a few sizes, as epochs with a short last batch have them."""
    sizes = rng.choice(rng.integers(1, n + 1, 3), STEPS)
    rows = rng.integers(0, n, sizes.sum())
    return Batches(rows, np.concatenate([[0], np.cumsum(sizes)]))


def run_kernels(
    level: str, task: Task, batches: Batches, etas: np.ndarray, threads: int, pieces: int = 1
) -> tuple[np.ndarray, float]:
    """Parameters after the steps, which are taken in that many calls, and the sum of their losses."""
    made = trainer(task, kernels_of(level), batch_size=int(np.diff(batches.begins).max()), threads=threads)
    parameters, total = task.network.parameters.copy(), 0.0
    for part in np.array_split(np.arange(len(batches)), pieces):
        begins = np.ascontiguousarray(batches.begins[part[0] : part[-1] + 2])
        steps, loss, finite = made.run(parameters, batches.rows, etas[part], begins)
        assert (steps, finite) == (len(part), True)
        total += loss
    return parameters, total


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """The same sums in another order: 1e-12 is some thousand roundings of 1e-16.

    Lion and Rprop step by signs: where terms of a gradient cancel, as those of a softmax or of the two slopes of a loss with
    a kink do, its sign is nothing but rounding, and a whole step may rightly go either way. They get other networks.
    """
    rng, compared = np.random.default_rng([chunk, 7]), 0
    for number in range(NETWORKS // CHUNKS):
        optimizer = random_optimizer(rng)
        task = random_task(rng)
        while type(optimizer.rule) in (Lion, Rprop) and may_cancel(task):
            task = random_task(rng)
        task = replace(task, optimizer=optimizer, penalty=random_penalty(rng))
        batches = batches_of(rng, len(task.X))
        etas = rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
        reference = replace(task, network=task.network.copy())
        try:
            loss = NumpyEngine(reference).run(batches, etas)
        except NonFinite:  # an exponential in the loss, or a wild start
            continue
        compared += 1
        for level in LEVELS:
            parameters, our_loss = run_kernels(level, task, batches, etas, 1, pieces=1 + number % 3)
            about = f"network {number} at {level}: {task.network}, {task.loss}, {task.optimizer}, {task.penalty}"
            assert distance(parameters, reference.network.parameters) <= 1e-12, about
            assert abs(our_loss - loss) <= 1e-12 * max(1.0, abs(loss)), f"{about}: loss {our_loss} and {loss}"
    assert compared >= 0.9 * NETWORKS / CHUNKS

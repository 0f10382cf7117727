"""Record the step sizes of PyTorch's, Optax's and scikit-learn's schedules: `python -m tests.recorded.make_schedule_values`.

Needs torch, jax, optax and scikit-learn, which clearprop does not. Their versions are written into the file; keys are texts of
parts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import optax
import sklearn
import torch
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from torch.optim import lr_scheduler as S

FILE = Path(__file__).with_name("schedule_values.json")
STEPS = 40

TORCH: dict[str, tuple[float, int, Callable[[torch.optim.Optimizer], S.LRScheduler]]] = {
    "step_decay(start=0.3, every=7, factor=0.6)": (0.3, STEPS, lambda o: S.StepLR(o, 7, 0.6)),
    "multi_step(start=0.3, steps=(1, 10, 25), factor=0.5)": (0.3, STEPS, lambda o: S.MultiStepLR(o, [1, 10, 25], 0.5)),
    "exponential(start=0.3, rate=0.9)": (0.3, STEPS, lambda o: S.ExponentialLR(o, 0.9)),
    "polynomial(start=0.3, steps=30)": (0.3, STEPS, lambda o: S.PolynomialLR(o, 30)),
    # PyTorch makes a value from the one before, and the last of a square from 0 / 0 digits: it is left out here.
    "polynomial(start=0.3, steps=30, power=2.0)": (0.3, 25, lambda o: S.PolynomialLR(o, 30, 2.0)),
    "cosine(start=0.3, steps=39, end=0.01)": (0.3, STEPS, lambda o: S.CosineAnnealingLR(o, 39, 0.01)),
    "cosine_restarts(start=0.3, period=5, growth=2, end=0.01)": (
        0.3,
        STEPS,
        lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.01),
    ),
    "cosine_restarts(start=0.3, period=7, growth=1)": (0.3, STEPS, lambda o: S.CosineAnnealingWarmRestarts(o, 7)),
    "one_cycle(peak=0.3, steps=40)": (0.1, STEPS, lambda o: S.OneCycleLR(o, 0.3, 40, cycle_momentum=False)),
    "one_cycle(peak=0.3, steps=40, rise=0.11, below=10.0, beneath=100.0)": (
        0.1,
        STEPS,
        lambda o: S.OneCycleLR(o, 0.3, 40, pct_start=0.11, div_factor=10, final_div_factor=100, cycle_momentum=False),
    ),
    "cyclic(low=0.01, high=0.3, period=12)": (0.1, STEPS, lambda o: S.CyclicLR(o, 0.01, 0.3, 6, cycle_momentum=False)),
    "warmup(steps=9, then=exponential(start=0.3, rate=0.9))": (
        0.3,
        STEPS,
        lambda o: S.SequentialLR(o, [S.LinearLR(o, 1 / 10, 1.0, 9), S.ExponentialLR(o, 0.9)], milestones=[9]),
    ),
}
OPTAX: dict[str, Callable[[int], float]] = {
    "constant(value=0.3)": optax.constant_schedule(0.3),
    "polynomial(start=0.3, steps=30, end=0.02, power=3.0)": optax.polynomial_schedule(0.3, 0.02, 3.0, 30),
    "cosine(start=0.3, steps=25, end=0.03)": optax.cosine_decay_schedule(0.3, 25, 0.1),
    "step_decay(start=0.3, every=7, factor=0.6)": optax.exponential_decay(0.3, 7, 0.6, staircase=True),
}
SKLEARN = {
    "inverse_scaling(start=0.3, power=0.5)": (0.3, 0.5),
    "inverse_scaling(start=0.3, power=0.25)": (0.3, 0.25),
    "inverse_time(start=0.3)": (0.3, 1.0),
}
"""The step size at the start and the power of t, of learning_rate="invscaling"."""


def by_sklearn(text: str) -> list[float]:
    """Its networks set the step size after each epoch, here a step."""
    start, power = SKLEARN[text]
    optimizer = SGDOptimizer([], start, lr_schedule="invscaling", power_t=power)
    etas = []
    for t in range(STEPS):
        etas.append(float(optimizer.learning_rate))
        optimizer.iteration_ends(t + 1)
    return etas


def by_torch(text: str) -> list[float]:
    start, steps, schedule = TORCH[text]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], start)
    scheduler, etas = schedule(optimizer), []
    for _ in range(steps):
        etas.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step() if len(etas) < steps else None
    return etas


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    recorded = {
        "made_by": "python -m tests.recorded.make_schedule_values",
        "versions": {library.__name__: library.__version__ for library in (torch, jax, optax, sklearn)},
        "torch": {text: by_torch(text) for text in TORCH},
        "sklearn": {text: by_sklearn(text) for text in SKLEARN},
        "optax": {text: [float(OPTAX[text](np.int64(t))) for t in range(STEPS)] for text in OPTAX},
    }
    FILE.write_text(json.dumps(recorded).replace("], ", "],\n") + "\n")
    print(f"{FILE}: {len(TORCH) + len(OPTAX) + len(SKLEARN)} schedules")  # noqa: T201 - a script

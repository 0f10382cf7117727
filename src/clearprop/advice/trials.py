"""Trials: short trainings of copies on a few points, by which a remedy is measured. The network itself stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..engines import Engine, NonFinite, Task, choose_engine

TRIAL_POINTS, TRIAL_STEPS = 256, 40
"""Of a trial at most: enough to see a loss fall."""
LARGER = 5
"""The step size that is tried beside another is so many times as large."""
MUCH_LARGER = (LARGER, LARGER**2)
"""Those that are tried where training has failed."""
SMALLER = tuple(10.0**-power for power in range(1, 7))
LEAST_TRIAL = 8
"""Steps of a trial at least: with fewer, what is measured is chance."""
SHARE, OPERATIONS = 50, 5e8
"""All trials after a training cost a fiftieth of it at most; after a short one, some ten milliseconds."""
HELPS = 0.98
"""A trial has helped where its loss is less than this part of the other."""


def larger_step_helps(task: Task, rate: float, steps: int, factor: float = LARGER) -> tuple[float, float] | None:
    """The loss after steps of size `rate`, and after steps so many times as large, if those lowered it further."""
    now, larger = trial(task, rate, steps), trial(task, factor * rate, steps)
    return None if now is None or larger is None or not larger < HELPS * now else (now, larger)


def steps_of_a_trial(task: Task, seen: int, trials: int) -> int:
    """Of each of so many trials on the task's points, after a training that saw `seen` points; 0 where they cost too much."""
    of_a_point = 6 * task.network.parameters.size
    steps = int(max(OPERATIONS, seen * of_a_point / SHARE) / (of_a_point * len(task.X) * trials))
    return min(steps, TRIAL_STEPS) if steps >= LEAST_TRIAL else 0


def smaller_step_that_helps(task: Task, rate: float, steps: int = TRIAL_STEPS) -> float | None:
    """The largest step size, smaller than `rate` by tens, whose steps lower the loss; at most seven trials."""
    before = trial(task, 0.0, 1)
    for smaller in (rate * factor for factor in SMALLER):
        after = trial(task, smaller, steps)
        if before is not None and after is not None and after < before:
            return smaller
    return None


def trial(task: Task, rate: float, steps: int) -> float | None:
    """The loss on the task's points after steps of this size on a copy of the network; None where that is not finite."""
    try:
        engine, every = stepped(task, rate, steps), np.arange(len(task.X))
        return engine.run(every[None], np.zeros(1), steps + 1) / len(every)  # the loss before a step that leads nowhere
    except NonFinite:
        return None


def stepped(task: Task, rate: float, steps: int) -> Engine:
    """The engine that has taken steps of this size on a copy of the network, each on all of the task's points."""
    points = len(task.X)
    engine, _ = choose_engine(replace(task, network=task.network.copy(), state=None), "auto", points, 1)
    engine.run(np.tile(np.arange(points), (steps, 1)), np.full(steps, rate), t=1)
    return engine

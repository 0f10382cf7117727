"""Trials: short trainings of copies on a few points, by which a remedy is measured. The network itself stays as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..engines import Engine, NonFinite, Task, choose_engine
from ..formulas.optimizers import SGD

TRIAL_POINTS, TRIAL_STEPS = 256, 40
"""Of a trial at most: enough to see a loss fall."""
LARGER = 5
"""The step size that is tried beside another is so many times as large."""
MUCH_LARGER = (LARGER, LARGER**2)
"""Those that are tried where training has failed."""
SMALLER = tuple(10.0**-power for power in range(1, 7))
FAR_ABOVE = 10
"""A loss that ends so many times above its start was raised by its steps, whatever else is wrong."""
LEAST_TRIAL = 8
"""Steps of a trial at least: with fewer, what is measured is chance."""
SHARE, OPERATIONS = 50, 5e8
"""All trials after a training cost a fiftieth of it at most; after a short one, some ten milliseconds."""
FURTHER = 1.1
"""A larger step has helped where the loss fell by so many times as much."""
ROUNDING = 1e3
"""In units of a loss's last place: a fall of less may be rounding alone."""
LEAST_FALL = 0.02
"""What is tried after a training that has failed must lower the loss by this part of it at least, or it fails as well."""


@dataclass(frozen=True)
class Trial:
    """The loss on the task's points before some steps and after them, without what is left out at random."""

    before: float
    after: float

    @property
    def fall(self) -> float:
        """By how much it fell; negative where it rose."""
        return self.before - self.after


def larger_step_helps(
    task: Task, rate: float, steps: int, factor: float = LARGER, least: float = 0.0
) -> tuple[Trial, Trial] | None:
    """A trial with steps of size `rate`, and one with steps so many times as large, if these lowered the loss further.

    Falls are compared and not losses: where targets are in the thousands, the loss hardly changes by a step that is five times
    as good. The fall must be more than rounding, and `least` of the loss.
    """
    before = loss_of(task)
    now, larger = trial(task, rate, steps, before), trial(task, factor * rate, steps, before)
    if now is None or larger is None:
        return None
    enough = max(least, ROUNDING * float(np.finfo(task.network.dtype).eps)) * abs(larger.before)
    return (now, larger) if larger.fall > max(FURTHER * now.fall, enough) else None


def steps_of_a_trial(task: Task, seen: int, trials: int) -> int:
    """Of each of so many trials on the task's points, after a training that saw `seen` points; 0 where they cost too much."""
    of_a_point = 6 * task.network.parameters.size
    steps = int(max(OPERATIONS, seen * of_a_point / SHARE) / (of_a_point * len(task.X) * trials))
    return min(steps, TRIAL_STEPS) if steps >= LEAST_TRIAL else 0


def smaller_rates(task: Task, rate: float) -> tuple[float, ...]:
    """Step sizes smaller than `rate` by tens, and the usual one of the optimiser where it is smaller than all of them."""
    usual = float(task.optimizer.rule.default_eta)
    by_tens = tuple(rate * factor for factor in SMALLER)
    return (*by_tens, usual) if usual < by_tens[-1] else by_tens


def few_smaller_rates(task: Task, rate: float) -> tuple[float, ...]:
    """Those that are tried where there is no time for all: the usual one where it is smaller, and a tenth of it."""
    usual = float(task.optimizer.rule.default_eta)
    begin = usual if usual < rate else rate * SMALLER[0]
    return (begin, begin * SMALLER[0])


def smaller_step_that_helps(
    task: Task, rate: float, steps: int = TRIAL_STEPS, rates: Sequence[float] | None = None
) -> float | None:
    """The first of the `rates`, all `smaller_rates` by default, whose steps lower the loss."""
    before = loss_of(task)
    for smaller in smaller_rates(task, rate) if rates is None else rates:
        tried = trial(task, smaller, steps, before)
        if tried is not None and tried.fall > 0:
            return smaller
    return None


def trial(task: Task, rate: float, steps: int, before: float) -> Trial | None:
    """Steps of this size on a copy of the network, where the loss is `before`; None where it does not stay finite."""
    try:
        after = loss_of(stepped(task, rate, steps).task)
    except NonFinite:
        return None
    return Trial(before, after) if math.isfinite(before) and math.isfinite(after) else None


def loss_of(task: Task) -> float:
    """The loss of a training step on all of the task's points, without dropout or noise; infinite where it is not finite."""
    every = np.arange(len(task.X))
    fixed = replace(task, network=task.network.copy(), optimizer=SGD(), state=None, dropout=None, input_noise=None)
    engine, _ = choose_engine(fixed, "auto", len(every), 1)
    try:
        return engine.run(every[None], np.zeros(1), t=1) / len(every)  # the loss before a step that leads nowhere
    except NonFinite:
        return math.inf


def stepped(task: Task, rate: float, steps: int) -> Engine:
    """The engine that has taken steps of this size on a copy of the network, each on all of the task's points."""
    points = len(task.X)
    engine, _ = choose_engine(replace(task, network=task.network.copy(), state=None), "auto", points, 1)
    engine.run(np.tile(np.arange(points), (steps, 1)), np.full(steps, rate), t=1)
    return engine

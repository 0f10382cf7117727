"""What a warning says beyond scikit-learn's words: which layer learns least, and what was measured to help.

The measurements are short trainings of copies on some of the points; the estimator itself is left as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..engines import Engine, NonFinite, Task, choose_engine
from ..formulas.catalogue import Array
from ..formulas.optimizers import SGD
from .rows import Rows

TRIAL_POINTS, TRIAL_STEPS = 256, 40
"""Of a trial at most: enough to see a loss fall."""
LEAST_POINTS, LEAST_STEPS = 32, 5
"""Of a trial at least: with fewer, what is measured is chance."""
SHARE = 50
"""All that a warning measures sees together at most one of so many points that training saw."""
UNMEASURED = "try a larger max_iter or learning_rate_init (training was too short to be worth measuring which helps)"
SMALLER = tuple(10.0**-power for power in range(1, 7))
LARGE_INPUTS = 100.0
"""Inputs whose root mean square is more than this are named as what to scale first."""
LOOK_BACK = 10
"""Epochs over which a pace is measured."""


def not_converged(estimator: Any, rows: Rows, order: Array) -> str:
    """scikit-learn's words, how fast the loss still falls and, after some training on the rows `order`, what was measured."""
    curve, epochs = estimator.loss_curve_, estimator.n_iter_
    message = f"Stochastic Optimizer: Maximum iterations ({epochs}) reached and the optimization hasn't converged yet."
    back = min(LOOK_BACK, len(curve) - 1)
    if back < 1 or not np.isfinite(curve[-1]):
        return message
    fall = (curve[-1 - back] - curve[-1]) / back
    if fall <= estimator.tol:
        moved = (
            f"fell by {fall:.2g} per epoch, no more than tol={estimator.tol:g}"
            if fall >= 0
            else f"rose by {-fall:.2g} per epoch"
        )
        return f"{message} Over the last {back} epochs the loss {moved}."
    message += (
        f" Over the last {back} epochs the loss still fell by {fall:.2g} per epoch, more than tol={estimator.tol:g}"
    )
    points, steps = trial_size(len(order), estimator.t_)
    if not steps:
        return f"{message}; {UNMEASURED}."
    task = _evenly(rows, order, points)
    return f"{message}{_slowest_layer(task)}{_faster(estimator, task, steps)}."


def trial_size(rows: int, seen: int) -> tuple[int, int]:
    """Points and steps of each of two trials after training on `rows` points that saw `seen`; no steps if it was short.

    Each trial ends with a look at the loss, and one at the gradients comes before them: three steps more, at most.
    """
    budget = seen // SHARE
    points = min(TRIAL_POINTS, rows, budget // (2 * LEAST_STEPS + 3))
    if points < min(LEAST_POINTS, rows):
        return points, 0
    return points, min(TRIAL_STEPS, (budget // points - 3) // 2)


def _slowest_layer(task: Task) -> str:
    """The layer whose gradient is smallest for the size of its weights, where others' are ten times larger."""
    net = task.network
    if net.L == 1:
        return ""
    try:  # a plain step of length 1 moves the weights by the gradient
        moved = _stepped(replace(task, optimizer=SGD(), penalty=None), 1.0, 1).task.network
    except NonFinite:
        return ""
    pull = {l: _rms(moved.W[l] - net.W[l]) / max(_rms(net.W[l]), np.finfo(float).tiny) for l in net.layers}
    slowest = min(pull, key=lambda l: pull[l])
    others = max(pull.values())
    if not np.isfinite(others) or pull[slowest] * 10 > others:
        return ""
    return f"; layer {slowest} learns least, its gradient being {others / max(pull[slowest], 1e-300):.0f} times smaller"


def _faster(estimator: Any, task: Task, steps: int) -> str:
    """Whether a larger step lowered the loss further in a trial from here."""
    rate = estimator._optimizer.learning_rate
    now, larger = _trial(task, rate, steps), _trial(task, 5 * rate, steps)
    if now is None or larger is None or not larger < 0.98 * now:
        return f"; try a larger max_iter (measured: over {steps} steps, a step size 5 times larger did not lower the loss more)"
    before, after = (rate, 5 * rate) if _is_scheduled(estimator) else (k * estimator.learning_rate_init for k in (1, 5))
    return (
        f"; measured over {steps} steps from here, {_named(after, estimator)} "
        f"brought the loss to {larger:.3g}, where {before:g} brought it to {now:.3g}"
    )


def _named(rate: float, estimator: Any) -> str:
    """A rate as the user would ask for it: a schedule has rates of its own."""
    return f"{'a rate of ' if _is_scheduled(estimator) else 'learning_rate_init='}{rate:g}"


def _is_scheduled(estimator: Any) -> bool:
    return bool(estimator._optimizer.policy == "schedule")


def diverged(estimator: Any, rows: Rows, order: Array, start: Array, error: NonFinite) -> str:
    """Where training left the finite numbers, and the largest step, smaller by tens, that lowers the loss.

    Whoever reads this has no model: its trials, at most seven, may cost more than the training that ended so early.
    """
    message = f"Training diverged in epoch {estimator.n_iter_ + 1}, step {error.step + 1}: {error}"
    task = _evenly(rows, order, TRIAL_POINTS)
    with np.errstate(all="ignore"):
        size = _rms(task.X)
    if not np.isfinite(size) or size > LARGE_INPUTS:
        return f"{message}. The inputs' root mean square is {size:.2g}: scale them, with StandardScaler for one."
    begin = replace(task, network=task.network.with_parameters(start))
    before = _trial(begin, 0.0, 1)
    largest = estimator._optimizer.learning_rate if _is_scheduled(estimator) else estimator.learning_rate_init
    for rate in (largest * factor for factor in SMALLER):
        after = _trial(begin, rate, TRIAL_STEPS)
        if before is not None and after is not None and after < before:
            return f"{message}. Measured: {_named(rate, estimator)} lowers the loss over {TRIAL_STEPS} steps from the start."
    return f"{message}. No smaller step helped in a trial: look for targets or weights that are far too large."


def _trial(task: Task, rate: float, steps: int) -> float | None:
    """The loss on the task's points after steps of this size on a copy of the network; None where that is not finite."""
    try:
        engine, every = _stepped(task, rate, steps), np.arange(len(task.X))
        return engine.run(every[None], np.zeros(1), steps + 1) / len(every)  # the loss before a step that leads nowhere
    except NonFinite:
        return None


def _stepped(task: Task, rate: float, steps: int) -> Engine:
    """The engine that has taken steps of this size on a copy of the network, each on all of the task's points."""
    points = len(task.X)
    engine, _ = choose_engine(replace(task, network=task.network.copy(), state=None), "auto", points, 1)
    engine.run(np.tile(np.arange(points), (steps, 1)), np.full(steps, rate), t=1)
    return engine


def _evenly(rows: Rows, order: Array, points: int) -> Task:
    """The task on that many of the rows `order`, evenly over them, or on all."""
    n = len(order)
    return rows.only(order if n <= points else order[np.linspace(0, n - 1, points).astype(int)])


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

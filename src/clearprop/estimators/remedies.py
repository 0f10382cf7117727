"""What a warning says beyond scikit-learn's words: which layer learns least, and what was measured to help.

The measurements are short trainings of copies on some of the points; the estimator itself is left as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..advice.causes import inputs_far_from_unit, targets_far_from_unit, too_large
from ..advice.sample import Sample, evenly, rms
from ..advice.trials import (
    LARGER,
    SHARE,
    TRIAL_POINTS,
    TRIAL_STEPS,
    larger_step_helps,
    smaller_step_that_helps,
    stepped,
)
from ..engines import NonFinite, Task
from ..formulas.catalogue import Array
from ..formulas.optimizers import SGD
from .advised import WORDING
from .rows import Rows

LEAST_POINTS, LEAST_STEPS = 32, 5
"""Of a trial at least: with fewer, what is measured is chance."""
UNMEASURED = "try a larger max_iter or learning_rate_init (training was too short to be worth measuring which helps)"
LOOKS = 4
"""Steps that all looks beside the trials cost, at most."""
LOOK_BACK = 10
"""Epochs over which a pace is measured."""


def not_converged(estimator: Any, rows: Rows, order: Array, *, foretold: bool = False) -> str:
    """scikit-learn's words, how fast the loss still falls and, after some training on the rows `order`, what was measured.

    Where it was foretold, before the fit, the remedy has been told too.
    """
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
    if foretold:
        return f"{message}."
    sample = Sample(rows.dense(order[evenly(len(order))]))
    if scale := inputs_far_from_unit(sample, WORDING) or targets_far_from_unit(sample, WORDING):
        return f"{message}; {scale}."
    points, steps = trial_size(len(order), estimator.t_)
    if not steps:
        return f"{message}; {UNMEASURED}."
    task = rows.only(order[evenly(len(order), points)])
    return f"{message}{_slowest_layer(task)}{_faster(estimator, task, steps)}."


def trial_size(rows: int, seen: int) -> tuple[int, int]:
    """Points and steps of each of two trials after training on `rows` points that saw `seen`; no steps if it was short.

    One look at the loss and one at the gradients come before them, and each trial ends with one at the loss.
    """
    budget = seen // SHARE
    points = min(TRIAL_POINTS, rows, budget // (2 * LEAST_STEPS + LOOKS))
    if points < min(LEAST_POINTS, rows):
        return points, 0
    return points, min(TRIAL_STEPS, (budget // points - LOOKS) // 2)


def _slowest_layer(task: Task) -> str:
    """The layer whose gradient is smallest for the size of its weights, where others' are ten times larger."""
    net = task.network
    if net.L == 1:
        return ""
    try:  # a plain step of length 1 moves the weights by the gradient
        moved = stepped(replace(task, optimizer=SGD(), penalty=None), 1.0, 1).task.network
    except NonFinite:
        return ""
    pull = {l: rms(moved.W[l] - net.W[l]) / max(rms(net.W[l]), np.finfo(float).tiny) for l in net.layers}
    slowest = min(pull, key=lambda l: pull[l])
    others = max(pull.values())
    if not np.isfinite(others) or pull[slowest] * 10 > others:
        return ""
    return f"; layer {slowest} learns least, its gradient being {others / max(pull[slowest], 1e-300):.0f} times smaller"


def _faster(estimator: Any, task: Task, steps: int) -> str:
    """Whether a larger step lowered the loss further in a trial from here."""
    rate = estimator._optimizer.learning_rate
    trials = larger_step_helps(task, rate, steps)
    if trials is None:
        tried = f"over {steps} steps, a step size {LARGER} times larger did not lower the loss more"
        return f"; try a larger max_iter (measured: {tried})"
    now, larger = trials
    before = rate if _is_scheduled(estimator) else estimator.learning_rate_init
    after = LARGER * before
    return (
        f"; measured over {steps} steps from here, {_named(after, estimator)} "
        f"lowered the loss by {larger.fall:.3g}, where {before:g} {_moved(now.fall)}"
    )


def _moved(fall: float) -> str:
    return f"lowered it by {fall:.3g}" if fall > 0 else f"raised it by {-fall:.3g}"


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
    some = order[evenly(len(order), TRIAL_POINTS)]
    task, scale = rows.only(some), too_large(Sample(rows.dense(some)), WORDING)
    message += f"; {scale}" if scale else ""
    begin = replace(task, network=task.network.with_parameters(start))
    largest = estimator._optimizer.learning_rate if _is_scheduled(estimator) else estimator.learning_rate_init
    rate = smaller_step_that_helps(begin, largest)
    if rate is not None:
        return (
            f"{message}. Measured: {_named(rate, estimator)} lowers the loss over {TRIAL_STEPS} steps from the start."
        )
    if scale:
        return f"{message}."
    return f"{message}. No smaller step helped in a trial: look for targets or weights that are far too large."

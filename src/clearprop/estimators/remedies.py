"""What a warning says beyond scikit-learn's words: which layer is to blame, and what was measured to help.

The measurements are short trainings of copies; the estimator itself is left as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..engines import NonFinite, Task, choose_engine
from ..formulas.catalogue import Array
from ..network import Network

TRIAL_POINTS, TRIAL_STEPS = 256, 40
"""Of a trial: enough to see a loss fall. It takes no more steps than a fiftieth of what the training took, or 5."""
SMALLER = tuple(10.0**-power for power in range(1, 7))
LARGE_INPUTS = 100.0
"""Inputs whose root mean square is more than this are named as what to scale first."""
LOOK_BACK = 10
"""Epochs over which a pace is measured."""


def not_converged(estimator: Any, task: Task) -> str:
    """scikit-learn's words, how fast the loss still falls, and which layer moves least."""
    curve, epochs = estimator.loss_curve_, estimator.n_iter_
    message = f"Stochastic Optimizer: Maximum iterations ({epochs}) reached and the optimization hasn't converged yet."
    back = min(LOOK_BACK, len(curve) - 1)
    if back < 1 or not np.isfinite(curve[-1]):
        return message
    fall = (curve[-1 - back] - curve[-1]) / back
    if fall <= estimator.tol:
        return (
            f"{message} Over the last {back} epochs the loss fell by {fall:.2g} an epoch, about tol={estimator.tol:g}."
        )
    return (
        f"{message} Over the last {back} epochs the loss still fell by {fall:.2g} an epoch, and tol={estimator.tol:g}"
        f"{_slowest_layer(task)}{_faster(estimator, task)}."
    )


def _slowest_layer(task: Task) -> str:
    """The layer whose gradient is smallest for the size of its weights, where others' are ten times larger."""
    net, points = task.network, _trial_rows(task)
    if net.L == 1 or not len(points):
        return ""
    with np.errstate(all="ignore"):
        grads = back_propagate(net, traced_forward(net, task.X[points], task.Y[points], task.loss))
        pull = {l: _rms(grads.dL_dW[l]) / max(_rms(net.W[l]), np.finfo(float).tiny) for l in net.layers}
    slowest = min(pull, key=lambda l: pull[l])
    others = max(pull.values())
    if not np.isfinite(others) or pull[slowest] * 10 > others:
        return ""
    return f"; layer {slowest} learns least, its gradient being {others / max(pull[slowest], 1e-300):.0f} times smaller"


def _faster(estimator: Any, task: Task) -> str:
    """Whether a larger step lowered the loss further in a trial from here."""
    rate = estimator._optimizer.learning_rate
    steps = min(TRIAL_STEPS, max(5, estimator._optimizer.steps // 50))
    now, larger = _trial(task, rate, steps), _trial(task, 5 * rate, steps)
    if now is None or larger is None or not larger < 0.98 * now:
        return f"; try a larger max_iter (measured: a step 5 times larger gains nothing over {steps} steps)"
    return (
        f"; measured over {steps} steps from here, learning_rate_init={5 * estimator.learning_rate_init:g} "
        f"brought the loss to {larger:.3g}, where {estimator.learning_rate_init:g} brought it to {now:.3g}"
    )


def diverged(estimator: Any, task: Task, start: Array, error: NonFinite) -> str:
    """Where training left the finite numbers, and the largest step, smaller by tens, that lowers the loss."""
    message = f"Training diverged in epoch {estimator.n_iter_ + 1}, step {error.step + 1}: {error}"
    rows = _trial_rows(task)
    with np.errstate(all="ignore"):
        size = _rms(task.X[rows]) if len(rows) else 0.0
    if not np.isfinite(size) or size > LARGE_INPUTS:
        return f"{message}. The inputs' root mean square is {size:.2g}: scale them, with StandardScaler for one."
    begin = replace(task, network=task.network.with_parameters(start))
    for factor in SMALLER:
        rate = estimator.learning_rate_init * factor
        if _falls(begin, rate):
            return f"{message}. Measured: learning_rate_init={rate:g} lowers the loss over {TRIAL_STEPS} steps from the start."
    return f"{message}. No smaller step helped in a trial: look for targets or weights that are far too large."


def _falls(task: Task, rate: float) -> bool:
    before, after = _trial(task, 0.0, 1), _trial(task, rate, TRIAL_STEPS)
    return before is not None and after is not None and after < before


def _trial(task: Task, rate: float, steps: int) -> float | None:
    """The loss on some points after steps of this size on a copy of the network; None where that is not finite."""
    rows = _trial_rows(task)
    if not len(rows):
        return None
    net: Network = task.network.copy()
    engine, _ = choose_engine(replace(task, network=net, state=None), "auto", len(rows), 1)
    try:
        with np.errstate(all="ignore"):
            engine.run(np.tile(rows, (steps, 1)), np.full(steps, rate))
            loss = float(traced_forward(net, task.X[rows], task.Y[rows], task.loss).loss)
    except NonFinite:
        return None
    return loss if np.isfinite(loss) else None


def _trial_rows(task: Task) -> Array:
    """The points of a trial, evenly over the data; none where X is sparse and not at hand."""
    n = len(task.X)
    return np.arange(n) if n <= TRIAL_POINTS else np.linspace(0, n - 1, TRIAL_POINTS).astype(int)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

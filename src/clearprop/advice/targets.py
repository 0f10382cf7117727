"""Targets that the network cannot give, found before the first step: outside the output's range, or too far away.

Also a loss that counts each output apart, of outputs that sum to 1.
"""

from __future__ import annotations

import math

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..callers import give
from ..formulas.activations import Activation
from ..formulas.catalogue import CATALOGUE, Array, find
from ..formulas.domains import REALS, Ends, Interval, LogSimplex, Simplex
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.schedules import Schedule
from .sample import Sample, rms
from .thresholds import BEYOND_REACH, LARGE_TARGET, OUT_OF_RANGE
from .warned import Advice, OutputsCountedApart, TargetOutOfRange, TargetOutOfReach, Wording

OFFERED = ("identity", "softplus", "tanh", "sigmoid")
"""Output activations that are recommended, where one goes with the loss and has the targets in its range."""
LOOKS = 64
"""Steps of a schedule that are looked at, evenly over a training."""
TRIED = 50
"""Steps of a rule on a constant gradient, from which the length of all is told."""


OF_CLASSES = {"nll": "nllm", "focal": "focalm"}
"""Losses of a yes/no for each output, and the same of one class of several."""


def counted_apart(f: Activation, loss: Loss) -> Advice | None:
    """Outputs f that sum to 1, and a loss that counts each of them as a yes/no of its own."""
    if not isinstance(f.range, Simplex) or loss.name not in OF_CLASSES:
        return None
    return Advice(
        OutputsCountedApart,
        f"{loss.name} with {f} counts each output as its own yes/no",
        f"for one class of several take {give(f'--loss={OF_CLASSES[loss.name]}')}, for several yes/no outputs sigmoid",
    )


def out_of_range(f: Activation, loss: Loss, Y: Array) -> Advice | None:
    """Targets Y (n, targets) that the activation f of the last layer does not reach, by more than they need."""
    if _has_all(f.range, loss.domain_Y) or not in_units_of_targets(loss) or isinstance(f.range, LogSimplex):
        return None
    Y = np.asarray(Y, np.float64)
    away = _distance(f.range, Y)
    spread = float(Y.std()) or float(abs(Y).max(initial=0.0))
    if not away.max(initial=0.0) > OUT_OF_RANGE.value * spread:
        return None
    outside = (away > OUT_OF_RANGE.value * spread).any(axis=1)
    farthest = np.unravel_index(int(away.argmax()), away.shape)
    row = ", ".join(f"{each:g}" for each in Y[farthest[0]])
    what = f"{row if Y.shape[1] == 1 else f'[{row}]'} in row {farthest[0]}"
    count, of = int(outside.sum()), "target is" if len(Y) == 1 else "targets are"
    where = f"{f.range}, the range of {f} in the last layer"
    return Advice(
        TargetOutOfRange,
        f"{count} of {len(Y)} {of} outside {where}: {what}, counted from 0, is missed by {away.max():.3g} at least",
        _fitting(loss, Y),
        {"outside": float(outside.mean()), "missed by": float(away.max())},
    )


def in_units_of_targets(loss: Loss) -> bool:
    """Whether the loss compares outputs with targets as they are: not a log of them, nor several outputs for one."""
    A, Y = loss.domain_A, loss.domain_Y
    same = (A.low, A.high) == (Y.low, Y.high) or isinstance(Y, Ends)
    return same and loss.outputs_per_target == 1


def _has_all(inside: Interval, targets: Interval) -> bool:
    """Whether a range, its ends included, has every target that a loss takes."""
    alike = isinstance(targets, Simplex) or not isinstance(inside, Simplex)
    return alike and inside.low <= targets.low and targets.high <= inside.high


def _distance(inside: Interval, Y: Array) -> Array:
    """How far each target is from the nearest number of a set, its ends included, (n, targets)."""
    away = np.maximum(np.maximum(inside.low - Y, Y - inside.high), 0.0)
    if isinstance(inside, Simplex):
        away = np.maximum(away, abs(Y.sum(axis=1, keepdims=True) - 1) / Y.shape[1])
    return away


def _fitting(loss: Loss, Y: Array) -> str:
    parts = [find(Activation, name) for name in OFFERED if name in CATALOGUE["activation"]]
    has_all = [f.name for f in parts if loss.domain_A.includes(f.range) and not _distance(f.range, Y).any()]
    scale = "scale the targets into the range"
    return f"{scale}, or take an output activation that has them: {', '.join(has_all)}" if has_all else scale


def may_be_out_of_reach(loss: Loss) -> bool:
    """Whether targets of a loss may have any size, so that steps may not lead to them."""
    return loss.domain_Y == REALS


def out_of_reach(sample: Sample, schedule: Schedule, steps: int, wording: Wording) -> Advice | None:
    """Targets that so many steps do not lead to, but would if they were standardised.

    Only of a rule whose steps are as long as eta, whatever the gradient is, as Adam's are. Every parameter is moved as far as
    all steps together could, along the sign of its gradient at the start, and the outputs there are compared with the targets.
    """
    task = sample.task
    size = rms(task.Y)
    if not LARGE_TARGET.value < size < math.inf or not may_be_out_of_reach(task.loss) or not steps:
        return None
    if CATALOGUE["schedule"].get(schedule.name) is not type(schedule):
        return None  # a user's own function is asked for no step that may not be taken
    eta = float(np.mean(schedule.eta(np.unique(np.linspace(1, steps, LOOKS).astype(int)))))
    length = _length_of_a_step(task.optimizer, eta, steps)
    reached = 0.0 if length is None else _reached(sample, length * steps)
    if length is None or reached < 1 or size < BEYOND_REACH.value * reached:
        return None
    return Advice(
        TargetOutOfReach,
        f"their root mean square is {size:.3g}, and {steps} steps with {wording.step_size}={eta:.3g}, all in the "
        f"direction of the first, lead to outputs of about {reached:.2g}",
        f"train on standardised targets: {wording.scale_targets}",
        {"size of targets": size, "reached": reached},
    )


def _reached(sample: Sample, far: float) -> float:
    """The root mean square of the outputs where every parameter has gone so far along the sign of its gradient."""
    task, net = sample.task, sample.net
    with np.errstate(all="ignore"):
        gradient = back_propagate(net, traced_forward(net, sample.dense, task.Y, task.loss, task.weights)).flat
        moved = sample.at(net.parameters - (far * np.sign(gradient)).astype(net.dtype))
    return rms(moved.values[net.L][1])


def _length_of_a_step(optimizer: Optimizer, eta: float, steps: int) -> float | None:
    """How far a step goes in the mean where the gradient stays the same; None if that depends on the gradient's size."""
    if optimizer.whole_set:
        return None
    lengths = []
    for size in (1.0, 1e3):
        parameters = np.zeros(1)
        state, count = optimizer.rule.first_state(parameters, [(1, "W", (1,))]), min(steps, TRIED)
        for _ in range(count):
            optimizer.rule.update_in_place(parameters, np.array([size]), eta, state)
        lengths.append(abs(float(parameters[0])) / count)
    return lengths[0] if math.isclose(*lengths, rel_tol=0.01) else None

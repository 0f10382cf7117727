"""What is wrong with a finished training: a constant prediction, a loss that rose, dead units. The first of these is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.domains import LogSimplex
from .causes import Failure, cause_of, most_died, smaller_steps
from .sample import Sample
from .targets import in_units_of_targets
from .thresholds import CONSTANT, DIED, FEW_POINTS, FEW_STEPS, GROWING_LOSS, LEAST_STEPS, POOR
from .warned import Advice, ConstantPrediction, DeadUnits, LossRose, Wording


@dataclass(frozen=True)
class Course:
    """What is known of a training that is over."""

    start: Array
    """The parameters (p,) before the first step."""
    losses: Sequence[float]
    """Those that were reported."""
    steps: int
    asked: int
    """How many steps were to be taken at most."""
    eta: float | None
    """The last step size; None for an optimiser that finds its own."""


def outcome(sample: Sample, course: Course, wording: Wording) -> Advice | None:
    """What is wrong with a network that has been trained, if anything is.

    Two passes over the sample's points, unless something is wrong.
    """
    enough = FEW_STEPS if course.steps >= course.asked else LEAST_STEPS
    if course.steps < enough.value or not np.isfinite(sample.values[sample.net.L][1]).all():
        return None
    failure = Failure(sample, sample.at(course.start), course.eta, wording)
    return _constant_prediction(failure) or _loss_rose(failure, course.losses) or _dead_units(failure)


def has_grown(first: float, later: Sequence[float]) -> bool:
    """Whether no loss of the second half of a training is near the first one any more."""
    return first > 0 and min(later[len(later) // 2 :]) > GROWING_LOSS.value * first


def _constant_prediction(failure: Failure) -> Advice | None:
    """Outputs that hardly vary, where targets do."""
    sample = failure.now
    share = _variation(sample)
    if share is None or share >= CONSTANT.value:
        return None
    constant = _loss_of_the_mean(sample)
    beside = "" if constant is None else f", and always predicting the targets' mean has {constant:.3g}"
    classes = sample.task.Y.shape[1]
    if constant is not None and classes > 1 and math.isclose(constant, math.log(classes), rel_tol=1e-3):
        beside += f", which is log {classes}"
    return Advice(
        ConstantPrediction,
        f"after training the network predicts nearly the same for every point: its outputs vary by {_percent(share)} of what "
        f"the targets do, its loss is {sample.loss:.3g}{beside}",
        cause_of(failure),
        {"variation": share, "loss": sample.loss},
    )


def _variation(sample: Sample) -> float | None:
    """The largest standard deviation of an output by that of its targets; None where targets are one, or in other units."""
    loss, Y = sample.task.loss, sample.task.Y
    A = loss.prediction(sample.values[sample.net.L][1])
    if isinstance(loss.domain_A, LogSimplex):
        A = np.exp(A)
    elif not (in_units_of_targets(loss) or loss.outputs_per_target > 1):
        return None
    varies = (Y[0] != Y).any(axis=0)  # rounding can give equal numbers a deviation that is not 0
    if not varies.any():
        return None
    return float((A.std(axis=0, dtype=np.float64)[varies] / Y.std(axis=0, dtype=np.float64)[varies]).max())


def _loss_of_the_mean(sample: Sample) -> float | None:
    """The loss of predicting the mean of the targets for every point; None where the loss does not take it."""
    loss, Y, weights = sample.task.loss, sample.task.Y, sample.task.weights
    A = np.broadcast_to(np.average(Y, axis=0, weights=weights), Y.shape)
    if isinstance(loss.domain_A, LogSimplex):
        A = np.log(np.maximum(A, np.finfo(float).tiny))
    if loss.outputs_per_target > 1 or not loss.domain_A.contains(A).all():
        return None
    return float(np.average(loss.L(A, Y), weights=weights))


def _loss_rose(failure: Failure, reported: Sequence[float]) -> Advice | None:
    """A loss that is higher than at the start on the same points, and was so in the second half of all reports."""
    first, last = failure.start.loss, failure.now.loss
    losses = [loss for loss in reported if math.isfinite(loss)]
    if not math.isfinite(first) or not has_grown(first, [last]) or (losses and not has_grown(first, losses)):
        return None
    return Advice(
        LossRose,
        f"the loss rose from {first:.4g} before the first step to {last:.4g} after the last one",
        cause_of(failure),
        {"first loss": first, "last loss": last},
    )


def _dead_units(failure: Failure) -> Advice | None:
    """Units most of which died, too many points for that to be chance, in a network that has learnt little since."""
    now, layer = failure.now, most_died(failure)
    if layer is None or now.points < FEW_POINTS.value or layer.died < DIED.value * layer.width:
        return None
    constant = _loss_of_the_mean(now)
    if constant is None or now.loss < POOR.value * constant:
        return None
    return Advice(
        DeadUnits,
        f"after training {layer} are off at all {now.points} points that were looked at and learn no more, {layer.died} of "
        f"them only since training began; the loss is {now.loss:.3g}, that of always predicting the targets' mean "
        f"{constant:.3g}",
        smaller_steps(failure.wording),
        {"dead": layer.dead / layer.width, "died": layer.died / layer.width},
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"

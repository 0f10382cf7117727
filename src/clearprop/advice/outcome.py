"""What is wrong with a finished training: a constant prediction, a loss that rose, dead units. The first of these is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.domains import LogSimplex
from .causes import Failure, cause_of, most_died, smaller_steps
from .sample import Sample, rms
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
    seen: int
    """Points that the steps were on, all together."""

    @property
    def enough(self) -> float:
        """From how many steps on it is judged."""
        if self.steps >= self.asked:
            return FEW_STEPS.value
        return LEAST_STEPS.value if self.eta is not None else 0  # a line search gives up at once

    @property
    def is_judged(self) -> bool:
        """Whether there were enough steps."""
        return self.steps >= self.enough


def outcome(sample: Sample, course: Course, wording: Wording) -> Advice | None:
    """What is wrong with a network that has been trained, if anything is.

    One pass over the sample's points where they are predicted well, two in general, more only where something is wrong.
    """
    if not course.is_judged or not np.isfinite(sample.values[sample.net.L][1]).all():
        return None
    variation, error = _variation_and_error(sample)
    losses = [loss for loss in course.losses if math.isfinite(loss)]
    if error < POOR.value and not (losses and has_grown(losses[0], losses)):
        return None
    failure = Failure(sample, sample.at(course.start), course.eta, course.seen, wording)
    if variation < CONSTANT.value:
        return _constant_prediction(failure, variation)
    return _loss_rose(failure, losses) or _dead_units(failure, error)


def _variation_and_error(sample: Sample) -> tuple[float, float]:
    """The largest standard deviation of an output by that of its targets; what all miss theirs by, by that of the targets.

    Infinite where outputs are in other units than targets, or where these do not vary.
    """
    loss, Y = sample.task.loss, sample.task.Y
    A = loss.prediction(sample.values[sample.net.L][1])
    if isinstance(loss.domain_A, LogSimplex):
        A = np.exp(A)
    elif not (in_units_of_targets(loss) or loss.outputs_per_target > 1):
        return math.inf, math.inf
    varies = (Y[0] != Y).any(axis=0)  # rounding can give equal numbers a deviation that is not 0
    if not varies.any():
        return math.inf, math.inf
    A, Y = A[:, varies].astype(np.float64), Y[:, varies].astype(np.float64)
    with np.errstate(all="ignore"):
        spread = Y.std(axis=0)
        return float((A.std(axis=0) / spread).max()), rms(A - Y) / rms(spread)


def has_grown(first: float, later: Sequence[float]) -> bool:
    """Whether no loss of the second half of a training is near the first one any more."""
    return first > 0 and min(later[len(later) // 2 :]) > GROWING_LOSS.value * first


def _constant_prediction(failure: Failure, variation: float) -> Advice:
    """Outputs that hardly vary, where targets do."""
    sample = failure.now
    constant = _loss_of_the_mean(sample)
    beside = "" if constant is None else f", and always predicting the targets' mean has {constant:.3g}"
    classes = sample.task.Y.shape[1]
    if constant is not None and classes > 1 and math.isclose(constant, math.log(classes), rel_tol=1e-3):
        beside += f", which is log {classes}"
    return Advice(
        ConstantPrediction,
        "after training its outputs vary by "
        f"{_percent(variation)} of what the targets do, its loss is {sample.loss:.3g}{beside}",
        cause_of(failure),
        {"variation": variation, "loss": sample.loss},
    )


def _loss_of_the_mean(sample: Sample) -> float | None:
    """The loss of predicting the mean of the targets for every point; None where the loss does not take it."""
    loss, Y, weights = sample.task.loss, sample.task.Y, sample.task.weights
    A = np.broadcast_to(np.average(Y, axis=0, weights=weights), Y.shape)
    if isinstance(loss.domain_A, LogSimplex):
        A = np.log(np.maximum(A, np.finfo(float).tiny))
    if loss.outputs_per_target > 1 or not loss.domain_A.contains(A).all():
        return None
    return float(np.average(loss.L(A, Y), weights=weights))


def _loss_rose(failure: Failure, losses: Sequence[float]) -> Advice | None:
    """A loss that is higher than at the start on the same points, and was so in the second half of all reports."""
    first, last = failure.start.loss, failure.now.loss
    if not math.isfinite(first) or not has_grown(first, [last]) or (losses and not has_grown(first, losses)):
        return None
    return Advice(
        LossRose,
        f"it rose from {first:.4g} before the first step to {last:.4g} after the last one",
        cause_of(failure),
        {"first loss": first, "last loss": last},
    )


def _dead_units(failure: Failure, error: float) -> Advice | None:
    """Units most of which died, too many points for that to be chance."""
    now, layer = failure.now, most_died(failure)
    if layer is None or now.points < FEW_POINTS.value or layer.died < DIED.value * layer.width:
        return None
    missed = "" if math.isinf(error) else f"; targets are missed by {error:.2g} of their standard deviation"
    return Advice(
        DeadUnits,
        f"after training {layer} are off at all {now.points} points that were looked at, {layer.died} of "
        f"them only since training began{missed}",
        smaller_steps(failure.wording),
        {"dead": layer.dead / layer.width, "died": layer.died / layer.width},
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"

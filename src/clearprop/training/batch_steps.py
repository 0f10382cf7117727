"""Steps on one batch after another, to the last or to a stop condition: those of a `Trainer`, and those of a `Population`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from ..formulas.catalogue import Array
from .interrupts import Interrupts
from .mean_loss import MeanLoss
from .step_rows import batches_given
from .stop_watches import Reporter, StopWatches
from .stopping import Stop

StepOn: TypeAlias = Callable[[Sequence[Any]], tuple[Any, int]]
"""Takes a step on a pair (X, Y) or a triple (X, Y, weights): its loss, or one of each network, and how many points they are."""


def steps_on(batches: Iterable[Sequence[Any]], step_on: StepOn, losses: MeanLoss) -> Array | float:
    """A step on each batch: the mean loss over all points. ValueError where there is none."""
    with Interrupts() as interrupts:
        for batch in batches_given(batches):
            loss, points = step_on(batch)
            losses.add(loss * points, points)
            interrupts.check()
    if not losses.points:
        raise ValueError(
            "batches has no batch, so no step was taken; a generator gives its batches once: make a new one"
        )
    return losses.value


def steps_until(
    stop: str | Stop | Sequence[str | Stop],
    batches: Iterable[Sequence[Any]],
    report_every: int,
    step_on: StepOn,
    report: Reporter,
) -> str:
    """Steps until a condition or the last batch ends them: which. ValueError or TypeError where there is no condition."""
    if isinstance(batches, str | Stop) and not isinstance(stop, str | Stop):
        raise TypeError(
            "until takes the stop condition first, and then the batches; they are given the other way round"
        )
    watches = StopWatches(stop, report_every)
    with Interrupts() as interrupts:
        for batch in batches_given(batches):
            because = watches.after(*step_on(batch), report)
            interrupts.check()
            if because:
                return because
    return watches.at_the_end(report)

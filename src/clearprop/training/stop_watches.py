"""The stop conditions of a sequence of single steps, which has neither epochs nor a length."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..validation import whole_number
from .history import Report
from .mean_loss import MeanLoss
from .stopping import Stop, as_stops, reason_of, taken_all

Reporter: TypeAlias = Callable[[float, float], Report]
"""A report with this mean loss, and so many seconds after the first step."""


class StopWatches:
    """Watches of stop conditions, which see the mean loss of every `report_every` steps, and the time after each step."""

    def __init__(self, stop: str | Stop | Sequence[str | Stop] | None, report_every: int) -> None:
        self._every = whole_number(report_every, 1, "report_every")
        self._stops = as_stops(stop)
        if not self._stops:
            raise ValueError(
                "until needs a stop condition, such as 'target_loss(value=0.1)'; steps(batches) takes all batches"
            )
        self._watches = [(each, each.watch()) for each in self._stops]
        self._losses, self._batches, self._began = MeanLoss(), 0, time.perf_counter()

    def after(self, loss: float, points: int, report: Reporter) -> str:
        """Count a step, its loss and its points: why it is the last one, empty where it is not."""
        self._losses.add(loss * points, points)
        self._batches += 1
        seconds = time.perf_counter() - self._began
        if because := next((why for stop in self._stops if (why := stop.over(seconds))), ""):
            return because
        return "" if self._batches % self._every else self._reported(report)

    def at_the_end(self, report: Reporter) -> str:
        """Why it ends where no batch is left: a condition that holds for the steps since the last report, or that."""
        because = self._reported(report) if self._losses.points else ""
        return because or taken_all(self._batches, "batch")

    def _reported(self, report: Reporter) -> str:
        """What the conditions say to a report of the steps since the last one."""
        now = report(float(self._losses.value), time.perf_counter() - self._began)
        self._losses.forget()
        reasons = [reason_of(stop, watch, now) for stop, watch in self._watches]
        return next((reason for reason in reasons if reason), "")

"""The history of a training without an end: a bounded number of rows, each with the mean loss of more and more steps."""

from __future__ import annotations

import math
from typing import ClassVar

from ..formulas.stateful import Stateful
from ..validation import whole_number
from .history import History

ROWS = 1000
COLUMNS = ("step", "loss", "points", "eta", "seconds")


class BoundedHistory(Stateful):
    """At most `rows` rows, each of `period` steps; when they are full, every two become one, and the period doubles.

    So a stream of any length takes the same memory, and every step has a part in a mean. None keeps a row for each step.

    >>> history = BoundedHistory(rows=2)
    >>> for step, loss in enumerate([4.0, 2.0, 1.0], 1):
    ...     if history.count(loss, points=1):
    ...         history.end(step=step, eta=0.1, seconds=0.0)
    >>> history.table()["loss"].tolist(), history.table()["step"].tolist(), history.period
    ([3.0, 1.0], [2, 3], 2)
    """

    changing: ClassVar = ("period", "total", "points", "steps", "columns")

    def __init__(self, rows: int | None = ROWS) -> None:
        if rows is not None and rows != 0:
            whole_number(rows, 2, "history", "0 for no history, or None for a row for each step")
        self.rows, self.period = rows, 1
        self.total, self.points, self.steps = 0.0, 0, 0
        """Of the row that is not full yet: the sum of b · loss, the points, and the steps."""
        self.columns: dict[str, list[float]] = {name: [] for name in COLUMNS}

    def count(self, loss: float, points: int) -> bool:
        """Count a step on so many points, and its loss; whether the row is full, so that `end` is to be called."""
        self.total += loss * points
        self.points += points
        self.steps += 1
        return self.steps >= self.period

    def end(self, *, step: int, eta: float, seconds: float) -> None:
        """End the row with this step, its eta and the time since training began."""
        if self.rows != 0:
            for name, value in zip(COLUMNS, (step, self._mean(), self.points, eta, seconds), strict=True):
                self.columns[name].append(value)
            if self.rows is not None and len(self.columns["step"]) > self.rows:
                self._halve()
        self.total, self.points, self.steps = 0.0, 0, 0

    def shown(self, *, step: int, eta: float, seconds: float) -> History:
        """The rows so far, with the one that is not full yet as it would end now."""
        until_now = BoundedHistory(self.rows)
        until_now.restore(self.state())
        if until_now.steps:
            until_now.end(step=step, eta=eta, seconds=seconds)
        return until_now.table()

    def _mean(self) -> float:
        return self.total / self.points if self.points else math.nan

    def _halve(self) -> None:
        """Make one row of every two: the mean loss over their points, and the later one's step, eta and time.

        In plain Python, which keeps the interpreter's lock: NumPy would let a busy thread take it for milliseconds.
        """
        rows = list(zip(*(self.columns[name] for name in COLUMNS), strict=True))
        pairs = [_joined(*rows[begin : begin + 2]) for begin in range(0, len(rows), 2)]
        self.columns = {name: list(column) for name, column in zip(COLUMNS, zip(*pairs, strict=True), strict=True)}
        self.period *= 2

    def table(self) -> History:
        """The rows so far, as a `History` of their own."""
        history = History()
        history.restore({"columns": self.columns})
        return history


def _joined(first: tuple[float, ...], second: tuple[float, ...] | None = None) -> tuple[float, ...]:
    """One row of two; of one alone, that one."""
    if second is None:
        return first
    step, loss, points, eta, seconds = second
    if not points:  # of a step whose loss nobody knows
        return step, first[1], first[2], eta, seconds
    if first[2]:
        loss, points = (first[1] * first[2] + loss * points) / (first[2] + points), first[2] + points
    return step, loss, points, eta, seconds

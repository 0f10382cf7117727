"""The progress bar of a training, or of several in sequence: live in a terminal or a notebook, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Protocol

from .history import Report
from .progress_line import Line, is_live, line


class Bar(Protocol):
    """What the loop calls: `advance` with the number of steps taken, `report` with every report."""

    def advance(self, step: int) -> None: ...

    def report(self, report: Report) -> None: ...


class NoBar:
    """A bar that shows nothing."""

    def advance(self, step: int) -> None: ...

    def report(self, report: Report) -> None: ...


class OffsetBar:
    """A bar for one of several trainings in sequence, which begins after `before` steps of the others."""

    def __init__(self, bar: Bar, before: int) -> None:
        self._bar, self._before = bar, before

    def advance(self, step: int) -> None:
        self._bar.advance(self._before + step)

    def report(self, report: Report) -> None:
        self._bar.report(replace(report, step=self._before + report.step))


class LiveBar:
    """A bar with the step, the losses and the time left, for one training after another."""

    def __init__(self, line: Line) -> None:
        self._line, self._trainings = line, 0

    def begin(self, steps: int) -> None:
        """From here on the bar is that of the next training."""
        self._trainings += 1
        self._steps, self._taken, self._numbers = max(steps, 1), 0, ""
        self._label = "training" if self._trainings == 1 else f"training {self._trainings}"
        self._line.begin(self._label)

    def advance(self, step: int) -> None:
        self._taken = step
        self._line.draw(step / self._steps, self._numbers)

    def report(self, report: Report) -> None:
        validation = "" if report.validation_loss is None else f"  validation {report.validation_loss:.4f}"
        metrics = "".join(f"  {name} {value:.4f}" for name, value in report.metrics.items())
        self._numbers = f"epoch {report.epoch:g}  loss {report.loss:.4f}{validation}{metrics}"
        self.advance(report.step)

    def end(self) -> None:
        """The training is over; where steps are left, the bar says so."""
        part = self._taken / self._steps
        early = [f"stopped after {100 * part:.0f} % of the steps"] * (part < 1)
        self._numbers = "  ".join([self._numbers, *early] if self._numbers else early)
        self._line.draw(1, self._numbers, over=True)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._trainings > 1:
            self._line.begin(f"{self._trainings} trainings")
            self._line.draw(1, f"the last one: {self._numbers}", over=True)
        self._line.close()


class _Shared:
    """The bar of several trainings, which is there once one of them shows a bar."""

    bar: LiveBar | None = None


_SHARED: ContextVar[_Shared | None] = ContextVar("the bar of several trainings", default=None)


@contextmanager
def one_bar() -> Iterator[None]:
    """The trainings within have one bar, one after the other, and not one each."""
    shared = _Shared()
    before = _SHARED.set(shared)
    try:
        yield
    finally:
        _SHARED.reset(before)
        if shared.bar is not None:
            shared.bar.close()


@contextmanager
def progress_bar(steps: int, show: bool | None) -> Iterator[Bar]:
    """A bar for `steps` steps. `show=None` shows it in a terminal and in a notebook only."""
    if not (is_live() if show is None else show):
        yield NoBar()
        return
    shared = _SHARED.get()
    bar = LiveBar(line()) if shared is None or shared.bar is None else shared.bar
    if shared is not None:
        shared.bar = bar
    bar.begin(steps)
    try:
        yield bar
    finally:
        bar.end()
        if shared is None:
            bar.close()

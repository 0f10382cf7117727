"""The progress bar of a training: live in a terminal or a notebook, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from ..tones import FORWARD
from .history import Report


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


class RichBar:
    """A bar with the step, the losses and the time left."""

    def __init__(self, steps: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        blue = "rgb({},{},{})".format(*FORWARD)
        self._progress = Progress(
            TextColumn("training"),
            BarColumn(bar_width=28, complete_style=blue, finished_style=blue),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(compact=True),
            console=None if in_notebook() else Console(stderr=True),
        )
        self._bar = self._progress.add_task("training", total=steps, numbers="")
        self._progress.start()

    def advance(self, step: int) -> None:
        self._progress.update(self._bar, completed=step)

    def report(self, report: Report) -> None:
        validation = "" if report.validation_loss is None else f"  validation {report.validation_loss:.4f}"
        metrics = "".join(f"  {name} {value:.4f}" for name, value in report.metrics.items())
        numbers = f"epoch {report.epoch:g}  loss {report.loss:.4f}{validation}{metrics}"
        self._progress.update(self._bar, completed=report.step, numbers=numbers)

    def close(self) -> None:
        """Draw the bar a last time and leave it on the screen."""
        self._progress.stop()


@contextmanager
def progress_bar(steps: int, show: bool | None) -> Iterator[Bar]:
    """A bar for `steps` steps. `show=None` shows it in a terminal and in a notebook only."""
    if not (is_live() if show is None else show):
        yield NoBar()
        return
    bar = RichBar(steps)
    try:
        yield bar
    finally:
        bar.close()


def is_live() -> bool:
    """Whether the output is shown live: in a notebook, or on a terminal."""
    return in_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")

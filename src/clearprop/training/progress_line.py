"""The line on which a progress bar is drawn: in a terminal by rich, in a notebook as HTML that fits its cell."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import Any, Protocol

from ..tones import FORWARD

BLUE = "rgb({},{},{})".format(*FORWARD)
PAUSE = 0.1
"""Seconds between two drawings in a notebook."""


class Line(Protocol):
    """Where a bar is drawn."""

    def begin(self, label: str) -> None:
        """An empty bar with this label."""

    def draw(self, part: float, numbers: str, *, over: bool = False) -> None:
        """The part that is done, from 0 to 1, and what is said beside it; `over`: no more follows for this label."""

    def close(self) -> None:
        """Leave the line as it is."""


class TerminalLine:
    """A line of a terminal, or of the text of stderr."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28, complete_style=BLUE, finished_style=BLUE),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
        )
        self._bar = self._progress.add_task("", total=1.0, numbers="")
        self._progress.start()

    def begin(self, label: str) -> None:
        self._progress.reset(self._bar, description=label, numbers="")

    def draw(self, part: float, numbers: str, *, over: bool = False) -> None:
        self._progress.update(self._bar, completed=part, numbers=numbers)

    def close(self) -> None:
        self._progress.stop()


class NotebookLine:
    """A line of a notebook's output, as wide as its cell; what does not fit goes to the next line."""

    def __init__(self) -> None:
        from IPython import display

        self._display: Any = display
        self._id: str | None = None

    def begin(self, label: str) -> None:
        self._label, self._began, self._drawn = label, time.monotonic(), 0.0
        self._show(0, "", over=False)

    def draw(self, part: float, numbers: str, *, over: bool = False) -> None:
        if over or time.monotonic() - self._drawn > PAUSE:
            self._show(part, numbers, over=over)

    def close(self) -> None: ...

    def _show(self, part: float, numbers: str, *, over: bool) -> None:
        self._drawn = now = time.monotonic()
        left = "" if over or not part else f"{duration((now - self._began) * (1 / part - 1))} left"
        said = [f"{100 * part:.0f} %", *numbers.split("  "), left]
        data = {
            "text/html": _html(self._label, part, said),
            "text/plain": "  ".join([self._label, *filter(None, said)]),
        }
        if self._id is None:
            self._id = self._display.display(data, raw=True, display_id=True).display_id
        else:
            self._display.update_display(data, raw=True, display_id=self._id)


def _html(label: str, part: float, said: list[str]) -> str:
    texts = "".join(f"<span>{escape(each)}</span>" for each in said if each)
    style = "display:flex;flex-wrap:wrap;align-items:center;gap:0 1em;font-variant-numeric:tabular-nums"
    bar = f'<progress max="1" value="{part:.4f}" style="flex:0 1 14em;min-width:5em;accent-color:{BLUE}"></progress>'
    return f'<div style="{style}"><span>{escape(label)}</span>{bar}{texts}</div>'


def duration(seconds: float) -> str:
    """Minutes and seconds, with hours where there are some.

    >>> duration(62), duration(3600)
    ('1:02', '1:00:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def line() -> Line:
    """A new line where a person looks."""
    return NotebookLine() if in_notebook() else TerminalLine()


def is_live() -> bool:
    """Whether the output is shown live: in a notebook, or on a terminal."""
    return in_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")

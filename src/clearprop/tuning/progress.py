"""The progress bar of a search: trials that are over, and the best so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..tones import FORWARD
from ..training.progress import in_notebook, is_live
from .study import UNFINISHED, Study


@contextmanager
def trial_bar(study: Study, trials: int, show: bool | None) -> Iterator[Callable[[], object]]:
    """A function that brings the bar up to date. `show=None` shows it in a terminal and in a notebook only."""
    if not (is_live() if show is None else show):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    blue = "rgb({},{},{})".format(*FORWARD)
    columns = (
        TextColumn("trials"),
        BarColumn(bar_width=28, complete_style=blue, finished_style=blue),
        MofNCompleteColumn(),
        TextColumn("{task.fields[best]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=None if in_notebook() else Console(stderr=True)) as shown:
        bar = shown.add_task("trials", total=trials, best="")

        def look() -> None:
            best = study.best()
            over = sum(each.state != UNFINISHED for each in study.tried())
            said = "" if best is None else f"best {best.value:.4g}, trial {best.number}"
            shown.update(bar, completed=over, best=said)

        look()
        yield look

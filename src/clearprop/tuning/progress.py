"""The progress bar of a search: trials that are over, and the best so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..training.progress_line import is_live, line
from .study import UNFINISHED, Study


@contextmanager
def trial_bar(study: Study, trials: int, show: bool | None) -> Iterator[Callable[[], object]]:
    """A function that brings the bar up to date. `show=None` shows it in a terminal and in a notebook only."""
    if not (is_live() if show is None else show):
        yield lambda: None
        return
    bar = line()

    def look(*, over: bool = False) -> None:
        best = study.best()
        ended = sum(each.state != UNFINISHED for each in study.tried())
        said = [f"{ended} of {trials}"] + ([] if best is None else [f"best {best.value:.4g}, trial {best.number}"])
        bar.draw(ended / max(trials, 1), "  ".join(said), over=over)

    bar.begin("trials")
    look()
    try:
        yield look
    finally:
        look(over=True)
        bar.close()

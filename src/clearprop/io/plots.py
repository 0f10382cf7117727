"""Pictures of the loss curve of a training, drawn from its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..amounts import number
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER
from ..training.history import History
from .files import write_atomically
from .ticks import readable_ticks

SUFFIXES = (".svg", ".png", ".pdf")
INK, QUIET, LINE, PAPER = "#1d2330", "#6d7484", "#d9d6cd", "#fbfaf7"
OF_RUNS = (FORWARD_ON_PAPER, BACKWARD_ON_PAPER, "#3f7d4f", "#7a4fa3", "#a07b15", "#1d2330")
LOG_FROM = 5.0
"""The scale is logarithmic if the largest loss is more than this many times the smallest."""


def require_plots(path: str | PathLike[str]) -> None:
    """ValueError for an unknown suffix, ImportError where matplotlib is missing: to be called before training."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise ValueError(f"cannot draw {path}: its suffix must be one of {', '.join(SUFFIXES)}")
    require_matplotlib()


def require_matplotlib() -> None:
    """ImportError, which says what to install, where matplotlib is missing."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise ImportError("pictures need matplotlib: pip install 'clearprop[plots]'") from None
    del mpl


def plot_losses(history: History, path: str | PathLike[str], *, title: str = "") -> None:
    """Write the loss curve to an .svg, .png or .pdf: training loss, and validation loss where there is one, by epoch.

    ValueError for another suffix or an empty history, ImportError where matplotlib is missing, OSError where the file
    cannot be written.
    """
    require_plots(path)
    if not len(history):
        raise ValueError("the history is empty: there is no loss to draw")
    write_atomically(path, _picture(history, Path(path).suffix[1:].lower(), title))


def draw_runs(groups: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], suffix: str) -> bytes:
    """A picture of several curves of (epoch, loss), each with its name, as the bytes of such a file.

    Each group has axes and a title of its own: losses of different targets are not compared.
    """

    def draw(figure: Any) -> None:
        every = np.atleast_1d(figure.subplots(len(groups)))
        for axes, (title, curves) in zip(every, groups.items(), strict=True):
            _draw_runs(axes, curves, title if len(groups) > 1 else "")

    return _drawn(suffix, draw, len(groups))


def _draw_runs(axes: Any, curves: Mapping[str, Sequence[tuple[float, float]]], title: str) -> None:
    for index, (name, points) in enumerate(curves.items()):
        epochs, losses = zip(*points, strict=True)
        dash = ("-", "--", ":")[index // len(OF_RUNS) % 3]
        axes.plot(
            epochs,
            losses,
            dash,
            color=OF_RUNS[index % len(OF_RUNS)],
            linewidth=1.6,
            label=f"{name}  {number(losses[-1], 3)}",
        )
    _scale(axes, np.concatenate([[loss for _, loss in points] for points in curves.values()]))
    axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    axes.set_title(title, loc="left")
    _name_axes(axes)


def _picture(history: History, suffix: str, title: str) -> bytes:
    return _drawn(suffix, lambda figure: draw_losses(figure.add_subplot(), history, title))


DRAWN_BY = "drawn by clearprop"
"""What a picture says of itself."""
_ABOUT: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": DRAWN_BY},
    "pdf": {"CreationDate": None, "Creator": DRAWN_BY},
    "png": {"Software": DRAWN_BY},
}
"""No date: the same numbers give the same bytes."""


def _drawn(suffix: str, draw: Callable[[Any], None], panels: int = 1) -> bytes:
    """The bytes of a picture; the same numbers give the same bytes."""
    from io import BytesIO

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fixed: dict[Any, Any] = {
        "svg.hashsalt": "clearprop",
        "svg.fonttype": "path",
        "font.family": "serif",
        "mathtext.fontset": "dejavuserif",
    }
    with mpl.rc_context(fixed):
        figure = Figure(figsize=(7.2, 4.2 * panels), facecolor=PAPER, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        content = BytesIO()
        figure.savefig(content, format=suffix, dpi=160, metadata=_ABOUT.get(suffix))
    return content.getvalue()


def draw_losses(axes: Any, history: History, title: str) -> None:
    """Draw the loss by epoch on axes."""
    epoch = history["epoch"]
    curves = {"training": (history["loss"], FORWARD_ON_PAPER)}
    if "validation_loss" in history:
        curves["validation"] = (history["validation_loss"], BACKWARD_ON_PAPER)
    marker = "o" if len(epoch) <= 30 else None
    for loss, colour in curves.values():
        axes.plot(epoch, loss, color=colour, linewidth=1.8, marker=marker, markersize=3.5, solid_capstyle="round")
    _scale(axes, np.concatenate([loss for loss, _ in curves.values()]))
    _label(axes, epoch, curves)
    if "validation_loss" in history:
        _mark_best(axes, epoch, history["validation_loss"])
    axes.set_title(title, loc="left", color=INK, fontsize=11, pad=12)
    _name_axes(axes)


def _name_axes(axes: Any) -> None:
    axes.set_xlabel("epoch", color=QUIET)
    title = axes.get_title(loc="left")  # above the axes, where there is room for it
    axes.set_title(f"{title}\nloss" if title else "loss", loc="left", color=INK if title else QUIET, fontsize=10, pad=8)
    _style(axes)


def _scale(axes: Any, losses: Any) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    seen = losses[np.isfinite(losses)]
    if len(seen) and seen.min() > 0 and seen.max() > LOG_FROM * seen.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
    else:
        axes.set_ylim(bottom=min(0.0, *seen) if len(seen) else 0.0)


def _label(axes: Any, epoch: Any, curves: dict[str, tuple[Any, str]]) -> None:
    """Each curve's name and last value at its end, without overlap."""
    ends = sorted(curves.items(), key=lambda curve: curve[1][0][-1])
    for place, (name, (loss, colour)) in enumerate(ends):
        shift = 0 if len(ends) == 1 else (-7, 7)[place]
        axes.annotate(
            f"{name}  {number(loss[-1], 3)}",
            (epoch[-1], loss[-1]),
            xytext=(9, shift),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=10,
            annotation_clip=False,
        )


def _mark_best(axes: Any, epoch: Any, loss: Any) -> None:
    best = int(np.nanargmin(loss))
    axes.annotate(
        f"best, epoch {epoch[best]:g}",
        (epoch[best], loss[best]),
        xytext=(0, 10),
        textcoords="offset points",
        color=BACKWARD_ON_PAPER,
        ha="right",
        fontsize=9,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},  # a curve may pass there
    )
    axes.plot(
        epoch[best], loss[best], "o", color=PAPER, markeredgecolor=BACKWARD_ON_PAPER, markersize=8, markeredgewidth=1.6
    )


def _style(axes: Any) -> None:
    axes.set_facecolor(PAPER)
    axes.xaxis.get_major_locator().set_params(integer=True)
    readable_ticks(axes)
    axes.grid(axis="y", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=QUIET, length=0, labelsize=9)
    axes.margins(x=0.01)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)

"""A picture as SVG inside a page: its colours are the page's own, so that it follows a light or a dark theme."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..formulas.catalogue import Array
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER
from .plots import INK, LINE, PAPER, QUIET
from .ticks import readable_ticks

COLOURS = {
    INK: "ink",
    QUIET: "quiet",
    LINE: "line",
    PAPER: "paper",
    FORWARD_ON_PAPER: "forward",
    BACKWARD_ON_PAPER: "backward",
    SHARED_ON_PAPER: "shared",
}
"""The page's name for each colour that a picture may have."""
SERIES = (FORWARD_ON_PAPER, BACKWARD_ON_PAPER, SHARED_ON_PAPER, INK, QUIET)
DASHES = ("-", "--", ":")


@dataclass(frozen=True)
class Picture:
    """A picture with what it shows in words, for those who do not see it."""

    title: str
    alt: str
    """What the picture says, in a sentence or two with its numbers."""
    svg: str
    is_wide: bool = False
    """Whether it needs the whole width of a page."""


MOST_NAMED = 5
"""So many of a picture's bars its sentence gives by name; a single one more too."""
WIDE = 7.0
"""Inches beyond which a picture needs the whole width of a page."""


def drawn(title: str, alt: str, draw: Callable[[Any], None], *, width: float = 4.6, height: float = 3.3) -> Picture:
    """The picture that `draw(axes)` makes; the same numbers give the same text."""
    from io import StringIO

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fixed: dict[Any, Any] = {
        "svg.hashsalt": "clearprop",
        "svg.fonttype": "path",
        "font.family": "serif",
        "font.size": 10,
        "mathtext.fontset": "dejavuserif",
        "text.color": INK,
    }
    with mpl.rc_context(fixed):
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.patch.set_visible(False)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_facecolor("none")
        draw(axes)
        content = StringIO()
        figure.savefig(content, format="svg", metadata={"Date": None}, transparent=True)
    return Picture(title, alt, _for_a_page(content.getvalue(), alt), is_wide=width > WIDE)


def _for_a_page(svg: str, alt: str) -> str:
    """The element alone, named by `alt`, with the page's colours. Identifiers begin with `ID-`, which `numbered` replaces."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r"<!--.*?-->", "", element, flags=re.DOTALL)
    element = re.sub(
        r'<svg[^>]*viewBox="([^"]*)"[^>]*>', rf'<svg viewBox="\1" role="img" aria-label="{_quoted(alt)}">', element
    )
    element = re.sub(r'\bid="', 'id="ID-', element)
    element = re.sub(r'href="#', 'href="#ID-', element)
    element = element.replace("xlink:href", "href").replace("url(#", "url(#ID-")
    for colour, name in COLOURS.items():
        element = element.replace(colour, f"var(--{name})")
    return re.sub(r"\n\s*", "\n", element).strip()


def numbered(picture: Picture, number: int) -> str:
    """The element with identifiers of its own among the pictures of a page."""
    return picture.svg.replace("ID-", f"p{number}-")


def _quoted(text: str) -> str:
    return html.escape(text).replace("\\", "\\\\")


def largest_of(names: Sequence[str], values: Sequence[float] | Array, decimals: int) -> str:
    """The bars of a picture in words, the largest first: some by name, and how many more there are.

    >>> largest_of(["age", "sex"], [0.5, 0.25], 2)
    'age: 0.50; sex: 0.25'
    """
    many = len(names) if len(names) <= MOST_NAMED + 1 else MOST_NAMED
    shown = [f"{round(float(value), decimals) + 0.0:.{decimals}f}" for value in values[: many + 1]]  # no -0.00
    said = [f"{name}: {value}" for name, value in zip(names[:many], shown, strict=False)]
    if many < len(names):
        said.append(f"and {len(names) - many} more, each {shown[many]} or less")
    return "; ".join(said)


def plain_axes(axes: Any, x: str, y: str, *, grid: str = "both") -> None:
    """Axes with their names, without a frame."""
    axes.set_xlabel(x, color=QUIET)
    axes.set_ylabel(y, color=QUIET)
    axes.grid(axis=grid, color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=QUIET, length=0, labelsize=9)
    readable_ticks(axes)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)


def legend(axes: Any, **options: Any) -> None:
    """A legend without a frame."""
    axes.legend(frameon=False, fontsize=9, labelcolor=INK, **options)

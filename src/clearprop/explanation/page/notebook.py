"""A trace in a notebook: its page in a frame, or its formulas alone. What they show is made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec

from ...training.progress import in_notebook
from ..trace.equations import written_out
from ..trace.record import Step

HEIGHT = 760
"""Pixels that a notebook gives to the frame; the page scrolls within."""
HOW_LIVE = (
    'This page is a copy inside the notebook. With pip install "clearprop[jupyter]" it is live, and not stored here.'
)
_COLOURED = (r"\clearpropback", r"\clearpropshared")


@dataclass(frozen=True)
class Html:
    """A text that a notebook shows as HTML."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


@cache
def has_widgets() -> bool:
    """Whether pages can be widgets: the extra `jupyter` is installed."""
    return find_spec("anywidget") is not None


def shows_widgets() -> bool:
    """Whether what a cell ends with is shown as a widget."""
    return has_widgets() and in_notebook()


def require_widgets() -> None:
    """ImportError with what to install, where a page cannot be a widget."""
    if not has_widgets():
        raise ImportError('a page as a widget needs anywidget: pip install "clearprop[jupyter]"')


def framed(page: str, title: str, note: str = "") -> str:
    """A page in an `iframe`: it keeps its own style, and a notebook's script can neither read nor change it.

    `note` is said below it.
    """
    style = f"width:100%;height:{HEIGHT}px;border:0;border-radius:10px"
    inside = escape(page, quote=True)
    below = f"<p>{escape(note)}</p>" if note else ""
    title = escape(title, quote=True)
    return f'<iframe sandbox="allow-scripts" title="{title}" style="{style}" srcdoc="{inside}"></iframe>{below}'


def formulas(trace: Step) -> str:
    """Every dL/dZ^l written out, and every dL/dW^l, in LaTeX that MathJax and KaTeX know without macros of ours."""
    lines = []
    for l in range(trace.L, 0, -1):
        latex = written_out(trace, trace.backward[l]).latex
        for macro in _COLOURED:
            latex = latex.replace(macro, "")
        lines.append(latex.replace(" = ", " &= ", 1))
    return r"$\displaystyle \begin{aligned} " + r" \\[4pt] ".join(lines) + r" \end{aligned}$"

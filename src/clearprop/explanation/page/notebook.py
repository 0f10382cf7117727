"""A trace in a notebook: its page in a frame, or its formulas alone. What they show is made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import Any

from ...training.progress_line import in_notebook
from ..trace.equations import written_out
from ..trace.record import Step

HEIGHT = 760
"""Pixels that a notebook gives to the frame; the page scrolls within."""
LONGEST = 10_000
"""Characters that formulas may have: those of some ten layers."""
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


class PageText(str):
    """The text of a page, a `str` like any other. A cell of a notebook that ends with it shows the page, not 700 kB of text."""

    def _repr_html_(self) -> str:
        return _frame(self, "A page of clearprop")

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(f"<a page of {len(self):,} characters>")

    def _display_(self) -> Html:
        """In marimo."""
        return Html(self._repr_html_())


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


class InNotebook:
    """What a notebook shows of an object with a page: the page as a widget where the extra `jupyter` is, else in a frame."""

    def _as_widget(self, *, only_seen: bool) -> Any:
        """The widget; `only_seen` where no person holds it."""
        raise NotImplementedError

    def _as_html(self) -> str:
        """The page in a frame."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_given: Any) -> Any:
        """In a notebook with widgets: its file keeps a picture alone."""
        return self._as_widget(only_seen=True)._repr_mimebundle_() if shows_widgets() else None

    def _repr_html_(self) -> str | None:
        """In any other notebook, the page is a part of the file."""
        return None if shows_widgets() else self._as_html()

    def _display_(self) -> Any:
        """In marimo."""
        return self._as_widget(only_seen=True) if has_widgets() else Html(self._as_html())


def framed(page: str, title: str) -> str:
    """A page in an `iframe`: it keeps its own style, and a notebook's script can neither read nor change it.

    Below it is said how it is live, where widgets are missing.
    """
    return _frame(page, title) + ("" if has_widgets() else f"<p>{escape(HOW_LIVE)}</p>")


def _frame(page: str, title: str) -> str:
    style = f"width:100%;height:{HEIGHT}px;border:0;border-radius:10px"
    inside, title = escape(page, quote=True), escape(title, quote=True)
    return f'<iframe sandbox="allow-scripts" title="{title}" style="{style}" srcdoc="{inside}"></iframe>'


def formulas(trace: Step) -> str | None:
    """Every dL/dZ^l written out, in LaTeX that MathJax and KaTeX know without macros of ours; None of a deep network."""
    lines = []
    for l in range(trace.L, 0, -1):
        latex = written_out(trace, trace.backward[l]).latex
        for macro in _COLOURED:
            latex = latex.replace(macro, "")
        lines.append(latex.replace(" = ", " &= ", 1))
    written = r"$\displaystyle \begin{aligned} " + r" \\[4pt] ".join(lines) + r" \end{aligned}$"
    return written if len(written) <= LONGEST else None

"""A trace in a notebook: its page in a frame, or its formulas alone. What they show is made elsewhere."""

from __future__ import annotations

from html import escape

from ..trace.equations import written_out
from ..trace.record import Step

HEIGHT = 760
"""Pixels that a notebook gives to the frame; the page scrolls within."""
_COLOURED = (r"\clearpropback", r"\clearpropshared")


def framed(page: str, title: str) -> str:
    """A page in an `iframe`: it keeps its own style, and a notebook's script can neither read nor change it."""
    style = f"width:100%;height:{HEIGHT}px;border:0;border-radius:10px"
    inside = escape(page, quote=True)
    return f'<iframe sandbox="allow-scripts" title="{escape(title, quote=True)}" style="{style}" srcdoc="{inside}"></iframe>'


def formulas(trace: Step) -> str:
    """Every dL/dZ^l written out, and every dL/dW^l, in LaTeX that MathJax and KaTeX know without macros of ours."""
    lines = []
    for l in range(trace.L, 0, -1):
        latex = written_out(trace, trace.backward[l]).latex
        for macro in _COLOURED:
            latex = latex.replace(macro, "")
        lines.append(latex.replace(" = ", " &= ", 1))
    return r"$\displaystyle \begin{aligned} " + r" \\[4pt] ".join(lines) + r" \end{aligned}$"

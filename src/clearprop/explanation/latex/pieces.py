r"""Pieces of LaTeX: sentences, numbers, matrices over braces, tables. They know no back-propagation.

What is written compiles with pdfLaTeX, amsmath, xcolor, cancel and booktabs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from ...formulas.catalogue import Array
from ..notation.numbers import EVERY_DIGIT, decimals_of
from ..notation.numbers import written as plain_number
from ..text.matrices import FOLDED_ROWS
from ..trace.values import Axis, Value

COLUMNS, FOLDED_COLUMNS = 8, 4
"""A matrix of more columns is folded: three of them are to fit on a page side by side."""

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ˡᵗᵀ", [*"0123456789-+ltT"], strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₋ₗⱼᵢₖₚᵣₛₜᵤᵥₕₘₙₒ", [*"0123456789-ljikprstuvhmno"], strict=True))
_SIGNS = {
    "∂": r"\partial ",
    "′": "'",
    "≥": r"\ge ",
    "≤": r"\le ",
    "≈": r"\approx ",
    "·": r"\cdot ",
    "×": r"\times ",
    "−": "-",
    "←": r"\leftarrow ",
    "→": r"\rightarrow ",
    "∞": r"\infty ",
    "‖": r"\|",
    "⊙": r"\odot ",
    "Σ": r"\textstyle\sum ",
    "√": r"\surd ",
    "α": r"\alpha ",
    "η": r"\eta ",
    "θ": r"\theta ",
    "β": r"\beta ",
    "γ": r"\gamma ",
    "ε": r"\varepsilon ",
    "λ": r"\lambda ",
    "μ": r"\mu ",
    "ρ": r"\rho ",
    "σ": r"\sigma ",
    "ψ": r"\psi ",
    "δ": r"\delta ",
    "Φ": r"\Phi ",
    "∈": r"\in ",
    "<": "<",
    ">": ">",
    "|": "|",
}
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "²": "$^{2}$",
}
_PIECES = re.compile(
    f"([{''.join(_RAISED)}]+)|([{''.join(_LOWERED)}]+)|([{re.escape(''.join(_SIGNS))}])|(.)", re.DOTALL
)


def sentence(text: str) -> str:
    r"""A sentence with formulas in plain text, for LaTeX.

    >>> sentence("∂A¹/∂Z¹ is 2 × 2, 50 %")
    '$\\partial $A$^{1}/\\partial $Z$^{1}$ is 2 $\\times $ 2, 50 \\%'
    """

    def piece(found: re.Match[str]) -> str:
        raised, lowered, sign, other = found.groups()
        if raised:
            return "$^{" + "".join(_RAISED[each] for each in raised) + "}$"
        if lowered:
            return "$_{" + "".join(_LOWERED[each] for each in lowered) + "}$"
        if sign:
            return f"${_SIGNS[sign]}$"
        return _ESCAPED.get(other, other if ord(other) < 0x180 or other in "–—“”‘’…" else "?")

    whole = _PIECES.sub(piece, text)
    return re.sub(r"\$(/?)\$", r"\1", whole)  # one formula and the next are one


def number(value: float, digits: int = 4, decimals: int | None = None) -> str:
    r"""A number for LaTeX.

    >>> number(0.25), number(1.5e-7), number(float("-inf"))
    ('0.2500', '1.500 \\cdot 10^{-7}', '-\\infty')
    """
    if math.isnan(value):
        return r"\mathrm{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    plain = plain_number(value, digits if decimals is None else decimals, digits)
    mantissa, e, exponent = plain.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e else mantissa


def matrix(value: Value, ranked: dict[int, list[int]], *, digits: int, fold: int | None) -> tuple[str, str]:
    """A matrix in brackets, a single value bare; and which of its columns are shown, "" where all are."""
    array = value.array
    if array.shape == (1, 1):
        only = number(float(array[0, 0]), digits, decimals_of(array, digits))
        return (rf"\left({only}\right)" if only.startswith("-") else only), ""
    rows = _shown(value.rows, array.shape[0], ranked, fold, FOLDED_ROWS)
    across_fold = None if fold is None else min(fold, COLUMNS)
    columns = _shown(value.columns, array.shape[1], ranked, across_fold, FOLDED_COLUMNS)
    down = range(array.shape[0]) if rows is None else rows
    across = range(array.shape[1]) if columns is None else columns
    cells = _aligned(array[list(down)][:, list(across)], decimals_of(array, digits), digits)
    dots = " & ".join([r"\vdots"] * len(cells[0]) + [r"\ddots"] * (columns is not None))
    lines = [" & ".join(line) + (r" & \cdots" if columns is not None else "") for line in cells]
    lines += [dots] if rows is not None else []
    places = "r" * (len(cells[0]) + (columns is not None))
    body = rf"\left[\begin{{array}}{{{places}}}" + r" \\ ".join(lines) + r"\end{array}\right]"
    if rows is not None:
        labels = r" \\ ".join([rf"{{\scriptstyle {row + 1}}}" for row in rows] + ["{}"])
        body = rf"\clearpropquiet{{\begin{{array}}{{r}}{labels}\end{{array}}}}\!\!" + body
    return body, "" if columns is None else ", ".join(str(column + 1) for column in columns)


def _shown(axis: Axis, size: int, ranked: dict[int, list[int]], fold: int | None, kept: int) -> list[int] | None:
    if fold is None or size <= fold:
        return None
    kept = min(kept, fold)
    return sorted(ranked[axis][:kept]) if isinstance(axis, int) else list(range(kept))


def _aligned(array: Array, decimals: int, digits: int) -> list[list[str]]:
    """Cells with their decimal points under one another: what is short is filled with space that prints nothing."""
    cells = [[number(float(each), digits, decimals) for each in row] for row in array]
    if digits >= EVERY_DIGIT:
        return cells
    for column in range(len(cells[0])):
        tails = [row[column].partition(".")[2] for row in cells if r"\cdot" not in row[column]]
        longest = max(tails, key=len, default="")
        for row in cells:
            if longest and "." not in row[column] and r"\cdot" not in row[column]:
                row[column] += rf"\phantom{{.{longest}}}"
    return cells


def named(body: str, name: str, below: str, tone: str = "") -> str:
    """A matrix over a brace with its name and shape."""
    colored = rf"\clearprop{tone}{{{body}}}" if tone else body
    return rf"\underbrace{{{colored}}}_{{\substack{{{name} \\ {below}}}}}"


def display(*terms: str) -> str:
    """An equation of its own, as wide as the page at most."""
    return r"\[\clearpropfit{" + " ".join(terms) + r"}\]"


def table(rows: Sequence[Sequence[str]], places: str) -> str:
    """A table whose first row is the heading; cells are LaTeX."""
    head, *body = [" & ".join(row) + r" \\" for row in rows]
    return "\n".join(
        [
            rf"\begin{{center}}\small\begin{{tabular}}{{{places}}}",
            r"\toprule",
            head,
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}\end{center}",
        ]
    )


def headed(title: str, lines: Sequence[str]) -> str:
    """A section; its heading stays with the first heading below it."""
    first, *rest = [line for line in lines if line]
    kept = rf"\clearpropkeep\section*{{{title}}}"
    return "\n\n".join([kept, first.removeprefix(r"\clearpropkeep"), *rest])

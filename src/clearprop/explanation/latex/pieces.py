r"""Pieces of LaTeX: sentences, numbers, matrices over braces, tables. They know no back-propagation.

What is written compiles with pdfLaTeX, amsmath, xcolor, cancel and booktabs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from ...formulas.catalogue import Array
from ..notation.numbers import EVERY_DIGIT, decimals_of, to_decimals
from ..notation.sentences import Number, in_digits
from ..text.matrices import FOLDED_ROWS
from ..trace.values import Axis, Value

WIDTHS = (10, 8, 6, 5, 4, 3)
"""Columns that a matrix may have, tried from the left until all matrices of an equation fit side by side."""
ACROSS = 18
"""Columns that fit side by side on a page in letters large enough to read."""

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ˡᴸᵗᵀ", [*"0123456789-+lLtT"], strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₋ₗⱼᵢₖₚᵣₛₜᵤᵥₕₘₙₒ", [*"0123456789-ljikprstuvhmno"], strict=True))
_SIGNS = {
    "∂": r"\partial ",
    "ℒ": r"\mathcal{L}",
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
    "∗": r"\ast ",
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

    return joined([_PIECES.sub(piece, text)])


def joined(parts: Iterable[str]) -> str:
    """Pieces of a sentence; one formula and the next are one, and a letter has one index below and one above."""
    whole = re.sub(r"\$(/?)\$", r"\1", "".join(parts))
    return re.sub(r"(_\{[^{}]*\}\^\{[^{}]*\}|\^\{[^{}]*\}_\{[^{}]*\})(?=[_^])", r"\1{}", whole)


def number(value: float, digits: int = 4, decimals: int | None = None) -> str:
    r"""A number for LaTeX.

    >>> number(0.25), number(1.5e-7), number(float("-inf"))
    ('0.2500', '1.500 \\cdot 10^{-7}', '-\\infty')
    """
    if math.isnan(value):
        return r"\mathrm{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    plain = to_decimals(value, digits if decimals is None else decimals, digits)
    mantissa, e, exponent = plain.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e else mantissa


def columns_that_fit(columns: Sequence[int], fold: int | None) -> int | None:
    """How many columns each matrix of an equation may have, so that all fit side by side; None for any number."""
    if fold is None:
        return None
    return next((most for most in WIDTHS if sum(min(each, most) for each in columns) <= ACROSS), WIDTHS[-1])


def matrix(
    value: Value, ranked: dict[int, list[int]], *, digits: int, rows: int | None, columns: int | None
) -> tuple[str, str]:
    """A matrix in brackets, a single value bare; and which of its columns are shown, "" where all are.

    `rows` and `columns` are how many it may have, None for any number.
    """
    array = value.array
    if array.shape == (1, 1):
        only = number(float(array[0, 0]), digits, decimals_of(array, digits))
        return (rf"\left({only}\right)" if only.startswith("-") else only), ""
    kept = _shown(value.rows, array.shape[0], ranked, rows, FOLDED_ROWS)
    shown = _shown(value.columns, array.shape[1], ranked, columns, (columns or 1) - 1)
    down = range(array.shape[0]) if kept is None else kept
    across = range(array.shape[1]) if shown is None else shown
    cells = _aligned(array[list(down)][:, list(across)], decimals_of(array, digits), digits)
    dots = " & ".join([r"\vdots"] * len(cells[0]) + [r"\ddots"] * (shown is not None))
    lines = [" & ".join(line) + (r" & \cdots" if shown is not None else "") for line in cells]
    lines += [dots] if kept is not None else []
    places = "r" * (len(cells[0]) + (shown is not None))
    body = rf"\left[\begin{{array}}{{{places}}}" + r" \\ ".join(lines) + r"\end{array}\right]"
    if kept is not None:
        labels = r" \\ ".join([rf"{{\scriptstyle {row + 1}}}" for row in kept] + ["{}"])
        body = rf"\clearpropquiet{{\begin{{array}}{{r}}{labels}\end{{array}}}}\!\!" + body
    return body, "" if shown is None else ", ".join(str(column + 1) for column in shown)


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


def named(body: str, name: str, below: str = "") -> str:
    """Something over a brace with its name, and what stands below that."""
    lines = r" \\ ".join([name, below] if below else [name])
    return rf"\underbrace{{{body}}}_{{\substack{{{lines}}}}}"


def shape(of: Sequence[int]) -> str:
    """A shape."""
    return r" \times ".join(map(str, of))


def in_math(own: Number, digits: int) -> str:
    r"""A number in mathematics, written as its kind is.

    >>> in_math(Number(-1.5e-7, "factor"), 4), in_math(Number(0.5, "percent"), 4)
    ('\\left(-1.500 \\cdot 10^{-7}\\right)', '50\\,\\%')
    """
    plain = in_digits(own, digits)
    bracketed = plain.startswith("(")
    plain, percent, _ = plain.strip("()").partition(" %")
    mantissa, e, exponent = plain.partition("e")
    power = rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e and mantissa else plain
    power = _NOT_FINITE.get(plain, power.replace(",", "{,}")) + (r"\,\%" if percent else "")
    return rf"\left({power}\right)" if bracketed or (own.how == "factor" and e) else power


_NOT_FINITE = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{NaN}"}
ROW = 12
"""Entries that a vector on one line may have."""
BARS = 40
"""Bars that a strip may have."""


def row(column: Array, *, digits: int, fold: int | None) -> str:
    """A column (n, 1) on one line, (0.41, -1.2); a single value bare."""
    flat = column.ravel()
    decimals = decimals_of(column, digits)
    cells = [number(float(each), digits, decimals) for each in flat]
    if fold is not None and len(cells) > ROW:
        half = ROW // 2
        cells = [*cells[:half], r"\ldots", *cells[-half:]]
    return cells[0] if len(cells) == 1 else rf"({', '.join(cells)})"


def bars(shares: Sequence[float], *, fold: int | None) -> str:
    """A strip with a bar for each share, up to the height of a letter."""
    shown = shares if fold is None else shares[:BARS]
    heights = [min(max(each, 0.0), 1.0) if math.isfinite(each) else 0.0 for each in shown]
    more = r"\ldots" if len(shown) < len(shares) else ""
    return "".join(rf"\clearpropbar{{{0.15 + 1.45 * each:.2f}ex}}" for each in heights) + more


def tabular(rows: Sequence[Sequence[str]], places: str) -> str:
    """A table whose first row is the heading; cells are LaTeX."""
    head, *body = [" & ".join(row) + r" \\" for row in rows]
    return "\n".join(
        [
            rf"\begin{{center}}\small\clearpropfit{{\begin{{tabular}}{{{places}}}",
            r"\toprule",
            head,
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}}\end{center}",
        ]
    )

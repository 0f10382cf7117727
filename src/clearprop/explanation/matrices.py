"""Numbers and matrices as boxes of text: aligned on the decimal point, and folded in the middle where they are large."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..formulas.catalogue import Array
from .boxes import Box, Line, word

ROWS = 10
"""A matrix of more rows is folded: ten classes are still seen in full."""
FOLDED_ROWS = 6


def number(value: float, digits: int = 4) -> str:
    """A number to `digits` decimals; 0 and whole numbers bare, so that what is exactly 0 stands out.

    >>> number(0.25), number(-3.0), number(0.0), number(1.5e-7)
    ('0.2500', '-3', '0', '1.500e-07')
    """
    return _written(value, decimals=digits, digits=digits)


def matrix(values: Array, *, tone: str = "", columns: int = 8, digits: int = 4) -> Box:
    """Values (r, c) in brackets; a single value bare. At most `columns` columns and ten rows, first and last ones."""
    decimals = _decimals(values, digits)
    if values.shape == (1, 1):
        return word(_written(float(values[0, 0]), decimals, digits), tone)
    rows, kept = _kept(values.shape[0], ROWS, FOLDED_ROWS), _kept(values.shape[1], columns, columns)

    def cell(i: int | None, j: int | None) -> str:
        if i is None:
            return "⋱" if j is None else "⋮"
        return "…" if j is None else _written(float(values[i, j]), decimals, digits)

    aligned = [_aligned([cell(i, j) for i in rows]) for j in kept]
    lines = [" ".join(column[row] for column in aligned) for row in range(len(rows))]
    return Box(tuple(_bracketed(line, row, len(rows), tone) for row, line in enumerate(lines)), (len(rows) - 1) // 2)


def vector(values: Array, *, columns: int = 8, digits: int = 4) -> str:
    """A column (n, 1) on one line: (0.41, -1.2); a single value bare."""
    flat, decimals = values.ravel(), _decimals(values, digits)
    shown = [
        "…" if i is None else _written(float(flat[i]), decimals, digits) for i in _kept(len(flat), columns, columns)
    ]
    return shown[0] if len(flat) == 1 else f"({', '.join(shown)})"


def _decimals(values: Array, digits: int) -> int:
    """Decimals that show the largest value to `digits` places: small gradients get more of them, up to three."""
    size = abs(values[np.isfinite(values)]).max(initial=0.0)
    return digits + (min(max(-math.floor(math.log10(size)) - 1, 0), 3) if size else 0)


def _written(value: float, decimals: int, digits: int) -> str:
    if not math.isfinite(value) or (value == int(value) and abs(value) < 10**6):
        return f"{value + 0.0:g}"
    if 10.0**-decimals <= abs(value) < 10**6:
        return f"{value:.{decimals}f}"
    return f"{value:.{max(digits - 1, 0)}e}"


def _kept(size: int, limit: int, folded: int) -> list[int | None]:
    """The indices that are shown, None for those left out between them."""
    if size <= limit:
        return list(range(size))
    head = folded // 2
    tail = folded - 1 - head
    return [*range(head), None, *range(size - tail, size)]


def _aligned(column: Sequence[str]) -> list[str]:
    """Cells of one column with their decimal points, or where those would be, under one another."""
    split = [_at_point(cell) for cell in column]
    left, right = max(len(head) for head, _ in split), max(len(tail) for _, tail in split)
    return [
        head.rjust(left) + tail.ljust(right) if cell not in "…⋮⋱" else cell.center(left + right)
        for cell, (head, tail) in zip(column, split, strict=True)
    ]


def _at_point(cell: str) -> tuple[str, str]:
    head, point, tail = cell.partition(".")
    return head, point + tail


def _bracketed(line: str, row: int, rows: int, tone: str) -> Line:
    if rows == 1:
        left, right = "[", "]"
    elif row in {0, rows - 1}:
        left, right = ("⎡", "⎤") if row == 0 else ("⎣", "⎦")
    else:
        left, right = "⎢", "⎥"
    return ((f"{left} ", "quiet"), (line, tone), (f" {right}", "quiet"))


def disagreement(value: float) -> str:
    """A rounding difference, short: 2.2e-16, or "exactly" for none."""
    return "exactly" if value == 0 else f"to {np.format_float_scientific(value, precision=1, exp_digits=2)}"

"""Numbers and matrices as boxes of text: aligned on the decimal point, and folded in the middle where they are large."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...formulas.catalogue import Array
from ..notation.numbers import decimals_of, to_decimals
from .boxes import Box, Line, word

ROWS = 10
"""A matrix of more rows is folded: ten classes are still seen in full."""
FOLDED_ROWS = 6


@dataclass(frozen=True)
class Shown:
    """The rows and columns of a matrix that are shown, counted from 0, in order; None where all are."""

    rows: Sequence[int] | None = None
    columns: Sequence[int] | None = None


def matrix(
    values: Array, *, tone: str = "", columns: int = 8, rows: int = ROWS, digits: int = 4, shown: Shown | None = None
) -> Box:
    """Values (r, c) in brackets; a single value bare. Folded to the first and last where there are too many.

    `shown` names the rows and columns to show instead; they are then numbered, counted from 1.
    """
    decimals = decimals_of(values, digits)
    if values.shape == (1, 1):
        return word(to_decimals(float(values[0, 0]), decimals, digits), tone)
    if shown is not None and (shown.rows is not None or shown.columns is not None):
        return _numbered(values, shown, tone, decimals, digits)
    down = _kept(values.shape[0], rows, min(rows, FOLDED_ROWS))
    across = _kept(values.shape[1], columns, columns)

    def cell(i: int | None, j: int | None) -> str:
        if i is None:
            return "⋱" if j is None else "⋮"
        return "…" if j is None else to_decimals(float(values[i, j]), decimals, digits)

    aligned = [_aligned([cell(i, j) for i in down]) for j in across]
    lines = [" ".join(column[row] for column in aligned) for row in range(len(down))]
    return Box(tuple(_bracketed(line, row, len(down), tone) for row, line in enumerate(lines)), (len(down) - 1) // 2)


def _numbered(values: Array, shown: Shown, tone: str, decimals: int, digits: int) -> Box:
    """Some rows and columns of a matrix, each with its number, and dots for those left out."""
    down: list[int | None] = list(range(values.shape[0]) if shown.rows is None else shown.rows)
    across: list[int | None] = list(range(values.shape[1]) if shown.columns is None else shown.columns)
    down += [None] if shown.rows is not None else []
    across += [None] if shown.columns is not None else []

    def cell(i: int | None, j: int | None) -> str:
        if i is None:
            return "⋱" if j is None else "⋮"
        return "…" if j is None else to_decimals(float(values[i, j]), decimals, digits)

    aligned = [_aligned([cell(i, j) for i in down]) for j in across]
    if shown.columns is not None:
        heads = ["" if j is None else str(j + 1) for j in across]
        wide = [max(len(column[0]), len(head)) for column, head in zip(aligned, heads, strict=True)]
        aligned = [[each.rjust(width) for each in column] for column, width in zip(aligned, wide, strict=True)]
        above = " ".join(head.rjust(width) for head, width in zip(heads, wide, strict=True))
    left = ["" if i is None else str(i + 1) for i in down] if shown.rows is not None else [""] * len(down)
    gutter = max(map(len, left))
    lines: list[Line] = []
    for row, label in enumerate(left):
        line = _bracketed(" ".join(column[row] for column in aligned), row, len(down), tone)
        lines.append(((label.rjust(gutter) + " " * bool(gutter), "quiet"), *line))
    axis = (len(down) - 1) // 2
    if shown.columns is not None:
        lines.insert(0, ((" " * (gutter + bool(gutter) + 2) + above + "  ", "quiet"),))
        axis += 1
    return Box(tuple(lines), axis)


def vector(values: Array, *, columns: int | None = 8, digits: int = 4) -> str:
    """A column (n, 1) on one line, (0.41, -1.2), of at most `columns` entries if that is given; a single value bare."""
    flat, decimals = values.ravel(), decimals_of(values, digits)
    columns = len(flat) if columns is None else columns
    shown = [
        "…" if i is None else to_decimals(float(flat[i]), decimals, digits) for i in _kept(len(flat), columns, columns)
    ]
    return shown[0] if len(flat) == 1 else f"({', '.join(shown)})"


BARS = "·▁▂▃▄▅▆▇█"


def bars(shares: Sequence[float]) -> str:
    """A strip with a bar for each share, 0 a dot and 1 a full block.

    >>> bars([0.0, 0.1, 0.5, 1.0])
    '·▁▄█'
    """
    return "".join(BARS[math.ceil(min(max(share, 0.0), 1.0) * 8)] if math.isfinite(share) else "·" for share in shares)


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

"""A function's curve as text, in braille characters of eight dots each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..formulas.catalogue import Array

# Dots of a braille character by row and column, as bits above U+2800.
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def curve(x: Array, y: Array, *, columns: int = 32, rows: int = 8, marks: Sequence[float] = ()) -> list[str]:
    """The lines of a picture of y over x, (points,) each, `columns` wide, with the values of its top and bottom line.

    Neighbouring points are not connected, so that a jump looks like a jump. Each of `marks` is a triangle on the axis.
    """
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 0.0)
    high = high if high > low else low + 1
    across = _across(x, x[0], x[-1], columns)
    down = np.rint((high - y) / (high - low) * (4 * rows - 1)).astype(int)
    cells = np.zeros((rows, columns), int)
    np.bitwise_or.at(cells, (down // 4, across // 2), _DOTS[down % 4, across % 2])
    zero = round(high / (high - low) * (4 * rows - 1)) // 4
    labels = {zero: "0"} | {0: f"{high:.3g}", rows - 1: f"{low:.3g}"}
    pictures = ["".join(chr(0x2800 + int(cell)) for cell in row) for row in cells]
    axis = list(f"{x[0]:g}".ljust(columns - len(f"{x[-1]:g}")) + f"{x[-1]:g}")
    for place in _across(np.array(marks, float), x[0], x[-1], columns) // 2:
        axis[place] = "▲"
    return [f"{labels.get(row, ''):>6} ┤{picture}" for row, picture in enumerate(pictures)] + [" " * 8 + "".join(axis)]


def _across(x: Array, first: float, last: float, columns: int) -> Array:
    """The column of dots that each x falls in, two to a character."""
    return np.rint((x - first) / (last - first) * (2 * columns - 1)).astype(int)

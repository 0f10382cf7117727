"""Numbers, formulas and arrays as JSON has them. Values that it has no number for are the texts "inf", "-inf" and "nan"."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from ...formulas.catalogue import Array
from ..notation.symbols import Written

CELLS, FINE = 32, 16
"""Cells along a side of the picture of an array that is not shown whole, and of one of many such pictures."""

Plain: TypeAlias = dict[str, Any]


def number(value: float) -> float | str:
    """A number as JSON has it."""
    plain = float(value)
    return plain if math.isfinite(plain) else str(plain)


def formula_json(formula: Written) -> Plain:
    """A formula, plain and in LaTeX."""
    return {"plain": formula.plain, "latex": formula.latex}


def rows_of(array: Array) -> list[list[float | str]]:
    """The numbers of an array, row by row."""
    rows: list[list[float | str]] = array.tolist()
    if not np.isfinite(array).all():
        rows = [[number(float(each)) for each in row] for row in rows]
    return rows


def array_document(array: Array, *, whole: bool, cells: int) -> Plain:
    """An array by itself: its shape, and every number of it or a picture."""
    plain: Plain = {"shape": list(array.shape)}
    return plain | ({"values": rows_of(array)} if whole else {"picture": picture_of(array, cells)})


def picture_of(array: Array, most: int) -> Plain:
    """The whole array in so many cells a side: of each block its entry of the largest size, in hundredths of the largest."""
    rows, columns = (_edges(size, most) for size in array.shape)
    finite = np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)
    high, low = (
        reduce.reduceat(reduce.reduceat(finite, rows, axis=0), columns, axis=1) for reduce in (np.maximum, np.minimum)
    )
    cells = np.where(high > -low, high, low)
    scale = float(abs(cells).max())
    return {"scale": number(scale), "cells": np.rint(100 * cells / (scale or 1.0)).astype(int).tolist()}


def _edges(size: int, most: int) -> Array:
    """Where each of at most so many equal blocks begins."""
    return np.linspace(0, size, min(size, most), endpoint=False).astype(int)

"""Numbers, formulas and arrays as JSON has them. Values that it has no number for are the texts "inf", "-inf" and "nan"."""

from __future__ import annotations

import math
import re
from typing import Any, TypeAlias

import numpy as np

from ...formulas.catalogue import Array
from ..notation.sentences import Sentence, pieces, plain_place
from ..notation.symbols import Written

CELLS, FINE = 32, 16
"""Cells along a side of the picture of an array that is not shown whole, and of one of many such pictures."""

Plain: TypeAlias = dict[str, Any]


def number(value: float) -> float | str:
    """A number as JSON has it."""
    plain = float(value)
    return plain if math.isfinite(plain) else str(plain)


SCRIPT, LONE_L = r"\mathcal{L}", re.compile("(?<![A-Za-z])L(?![A-Za-z])")


def in_script(formula: Written) -> str:
    r"""The plain text of a formula on a page: where its LaTeX has the script letter of the loss, so has it. L counts layers.

    >>> in_script(Written("∂L/∂W²", r"\frac{\partial \mathcal{L}}{\partial W^{2}}"))
    '∂ℒ/∂W²'
    """
    return LONE_L.sub("ℒ", formula.plain) if SCRIPT in formula.latex else formula.plain


def formula_json(formula: Written) -> Plain:
    """A formula, plain and in LaTeX."""
    return {"plain": in_script(formula), "latex": formula.latex}


def sentence_json(sentence: Sentence) -> str:
    """A sentence in plain text, its symbols as a page writes them."""
    return "".join(
        words + ("" if place is None else in_script(place) if isinstance(place, Written) else plain_place(place, 4))
        for words, place in pieces(sentence)
    )


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

"""Cells as a file writes them: texts become numbers where all of a column are, and what stands for no value becomes a gap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..formulas.catalogue import Array
from . import texts
from .cells import NUMBERS, TEXTS, TRUTHS, Cells

UNTYPED = "object"
"""The type of a column of a file whose format has none: its cells say what it is."""
GAPS = frozenset({"", "?", "-", ".", "na", "n/a", "#n/a", "nan", "null", "<na>"})
"""What stands for no value in any column of a file, in lower case. `none` and `missing` may be categories, and are gaps among
numbers and dates only."""
_CODE = re.compile(r"\n[ +-]*0[0-9]")
"""A text that Python reads as a number, and `texts.number` does not, after the end of a line."""
_TRUTHS = {"true": 1.0, "false": 0.0}


def of_texts(cells: Sequence[str], *, as_texts: bool = False) -> Cells:
    """The texts of a column of a file as untyped cells: numbers or truth values if every one that is no gap is, else texts.

    With `as_texts` they stay texts. In any case `GAPS` become gaps, and the spaces around a text are dropped.

    >>> of_texts(["1", "", "2.5"]).values
    array([1. , nan, 2.5])
    >>> of_texts(["A1", "?", "7"]).values.tolist()
    ['A1', None, '7']
    """
    if not as_texts:
        numbers = numbers_of(cells)
        if numbers is not None:
            return of_numbers(numbers)
        truths = _by_text(cells, lambda text: _TRUTHS.get(text.lower()))
        if truths is not None:
            return Cells(truths, TRUTHS, UNTYPED, typed=False, words=_words(cells))
    plain = {cell: cell.strip() for cell in set(cells)}
    gaps = gap_marks(plain.values())
    texts_of = {cell: None if text in gaps else text for cell, text in plain.items()}
    made = np.empty(len(cells), object)
    made[:] = list(map(texts_of.__getitem__, cells))
    return Cells(made, TEXTS, UNTYPED, typed=False)


def _words(cells: Sequence[str]) -> tuple[str, str]:
    """How most cells write false and true. Where one of them does not occur, it is written as the other."""
    found = dict[str, str]()
    for text, _ in Counter(map(str.strip, cells)).most_common():
        found.setdefault(text.lower(), text)
    for word, other in (("false", "true"), ("true", "false")):
        if word not in found:
            as_other = found[other]
            found[word] = word.upper() if as_other.isupper() else word.capitalize() if as_other.istitle() else word
    return found["false"], found["true"]


def of_numbers(numbers: Array) -> Cells:
    """Numbers of a file (n,), with NaN in gaps, as untyped cells."""
    return Cells(numbers, NUMBERS, UNTYPED, typed=False)


def numbers_of(cells: Sequence[str]) -> Array | None:
    """Texts as float64 (n,), with NaN in gaps; None unless every one is a number or a gap, and one at least is a number.

    An infinite number is one: who uses the column refuses it.
    """
    if are_plain(cells):
        try:
            made = np.array(list(map(float, cells)))
        except ValueError:
            pass
        else:
            return None if np.isnan(made).all() else made
    return _by_text(cells, _number)


def gap_marks(different: Iterable[str]) -> set[str]:
    """Which of the different texts of a column stand for no value. Beside a `+`, a `-` is a text like any other."""
    there = set(different)
    found = {text for text in there if text.lower() in GAPS}
    return found - {"-"} if "+" in there else found


def are_plain(cells: Sequence[str]) -> bool:
    """Whether no text is a code such as 007 or has an underscore."""
    joined = "\n" + "\n".join(cells)
    return "_" not in joined and _CODE.search(joined) is None


def _number(text: str) -> float | None:
    found = texts.number(text)
    if found is None and are_plain([text]):
        try:
            found = float(text)  # infinity
        except ValueError:
            return None
    return found


def _by_text(cells: Sequence[str], value: Callable[[str], float | None]) -> Array | None:
    """Each different text is read once, to a number; None where one of them cannot be."""
    plain = {cell: cell.strip() for cell in set(cells)}
    gaps = gap_marks(plain.values())
    if gaps.issuperset(plain.values()):
        return None
    read: dict[str, float] = {}
    for cell, text in plain.items():
        found = np.nan if text in gaps else value(text)
        if found is None:
            return None
        read[cell] = found
    return np.fromiter(map(read.__getitem__, cells), float, len(cells))

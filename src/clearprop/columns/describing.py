"""The record of a column of training rows, by the rules or as a person says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..formulas.catalogue import nearest
from . import kinds, texts
from .cells import ANY_TYPE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells, read
from .column import Column, NotOfKind
from .date_parts import DateParts
from .kinds import CATEGORY, CONSTANT, KINDS, NUMBER, YES_NO, shown

SHOWN = 3
"""Of values that are left out, so many are kept as examples."""
MISSING = " is missing"


def describe(column: Any, name: Any, kind: str | None = None, *, mark_gaps: bool = False) -> Column:
    """The record of a column of training rows: its kind by the rules of `kinds.decide`, or the one that a person says.

    With `mark_gaps`, numbers and dates that have gaps get an input more, which marks them. NotOfKind, a ValueError, for cells
    that are not of the kind given.
    """
    cells = read(column)
    if kind is not None and kind not in KINDS:
        there = f"a kind is {', '.join(KINDS)}"
        raise ValueError(f"column {name!r} cannot be {kind!r}{nearest(kind, list(KINDS))}; {there}")
    found, why = kinds.decide(cells, name) if kind is None else (kind, "as given")
    record = partial(Column, name, found, why, len(cells), holds=cells.holds, told=kind is not None)
    if found == kinds.DATE:
        return _of_dates(cells, name, record, mark_gaps=mark_gaps)
    if found == NUMBER or (found in {CONSTANT, YES_NO} and _are_numbers(cells)):
        return _of_numbers(cells, name, record, mark_gaps=mark_gaps)
    if found in {CATEGORY, YES_NO}:
        return _of_categories(cells, record)
    gaps, some = int(cells.gaps.sum()), cells.filled[:SHOWN]
    return record(gaps, values=tuple(map(shown, some)) if cells.holds in {DATES, TIMES} else tuple(some.tolist()))


def _are_numbers(cells: Cells) -> bool:
    """Whether cells are numbers as they are. Truth values with gaps are, if their type is one of truth values."""
    return cells.holds == NUMBERS or (cells.holds == TRUTHS and not (cells.type in ANY_TYPE and cells.gaps.any()))


def _of_numbers(cells: Cells, name: Any, record: Callable[..., Column], *, mark_gaps: bool) -> Column:
    others: tuple[str, ...] = ()
    values = cells.values
    if cells.holds == TEXTS:
        values, others = texts.as_numbers(values.tolist())
        if others and not texts.nearly_all_numbers(sorted(set(cells.filled.tolist()))):
            raise NotOfKind(f"column {name!r} has {others[0]!r}, which is not a number")
    elif cells.holds not in {NUMBERS, TRUTHS}:
        raise NotOfKind(f"column {name!r} has {shown(cells.filled[0])}, which is not a number")
    made = record(int(np.isnan(values).sum()), becomes=NUMBER)
    known = values[~np.isnan(values)]
    ends = (known.min().item(), known.max().item()) if len(known) else ()
    suffixes = [""] * bool(len(known) or not mark_gaps) + [MISSING] * bool(mark_gaps and made.gaps)
    return replace(made, values=ends, suffixes=tuple(suffixes), others=others)


def _of_categories(cells: Cells, record: Callable[..., Column]) -> Column:
    filled = cells.filled
    if cells.holds == TEXTS:
        values = sorted(set(filled.tolist()))
    elif cells.holds in {DATES, TIMES}:
        values = [shown(value) for value in np.unique(filled)]
    else:
        values = [bool(each) if cells.holds == TRUTHS else _plain(each) for each in np.unique(filled).tolist()]
    suffixes = [f" = {value}" for value in values] + [MISSING] * (len(filled) < len(cells))
    return record(len(cells) - len(filled), values=tuple(values), suffixes=tuple(suffixes), becomes=CATEGORY)


def _of_dates(cells: Cells, name: Any, record: Callable[..., Column], *, mark_gaps: bool) -> Column:
    form, others, values = None, tuple[str, ...](), cells.values
    if cells.holds == TEXTS:
        form = _form_of(cells, name)
        values, others = form.read(values.tolist())
    elif cells.holds not in {DATES, TIMES}:
        raise NotOfKind(f"column {name!r} is no date: {cells.evidence}; give it as a type of dates, or as texts")
    plain = Cells(values, TIMES if cells.holds == TIMES else DATES, cells.type)
    made = record(int(plain.gaps.sum()), becomes=kinds.DATE)
    parts = DateParts.fitted(plain, mark_gaps=mark_gaps)
    ends = (shown(plain.filled.min()), shown(plain.filled.max()))
    suffixes = [f": {each}" for each in parts.names] + [MISSING] * parts.marked
    return replace(made, values=ends, suffixes=tuple(suffixes), others=others, form=form, parts=parts)


def _form_of(cells: Cells, name: Any) -> texts.DateForm:
    forms = texts.date_forms(sorted(set(cells.filled.tolist())))
    if len(forms) != 1:
        ways = f": its texts may be {' or '.join(form.name for form in forms)}" if forms else ""
        raise NotOfKind(f"column {name!r} cannot be read as dates{ways}; give it as a type of dates")
    return next(iter(forms))


def _plain(value: Any) -> Any:
    """A whole number as int: 3.0 as 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value

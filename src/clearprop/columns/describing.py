"""The record of a column of training rows, by the rules or as a person says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..formulas.catalogue import nearest
from . import kinds, texts
from .categories import MISSING, OTHER, kept_categories
from .cells import ANY_TYPE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells, read
from .column import WAYS_OF_CATEGORIES, WAYS_OF_DATES, WAYS_OF_NUMBERS, Column, NotOfKind, numbers_in
from .date_parts import DateParts
from .kinds import (
    CATEGORY,
    CONSTANT,
    KINDS,
    LONGEST,
    MOST_CATEGORIES,
    NUMBER,
    RARE_ROWS,
    UNTOLD,
    YES_NO,
    said_of_gaps,
    shown,
)
from .mean_targets import MOST_OWN, mean_of
from .number_forms import PLAIN, NumberForm, number_forms, odd_ones
from .spellings import JOINED, KEPT, Spellings, respelled, spellings_of

SHOWN = 3
"""Of values that are left out, so many are kept as examples."""


def describe(
    column: Any, name: Any, kind: str | None = None, *, mark_gaps: bool = False, constants: bool = True
) -> Column:
    """The record of a column of training rows: its kind by the rules of `kinds.decide`, or the one that a person says.

    A person may also say how texts are written: `number(decimal=',')`, `date(first='day')`. With `mark_gaps`, numbers and dates
    that have gaps get an input more, which marks them; without `constants`, a number that is the same in every row becomes
    none. NotOfKind, a ValueError, for cells that are not of the kind given, and for numbers whose value cannot be told.
    """
    cells = column if isinstance(column, Cells) else read(column)
    told, ways = (None, dict[str, str]()) if kind is None else _told(kind, name)
    spellings = spellings_of(cells, ways.get("case"))
    of_categories = respelled(cells, spellings.joined)
    found, why = kinds.decide(of_categories, name) if told is None else (told, "as given")
    if found in {CATEGORY, YES_NO}:
        cells = of_categories
    elif spellings.joined and told is None:
        found, why = kinds.decide(cells, name)
    if found == UNTOLD:
        different = sorted(set(cells.filled.tolist()))
        forms = number_forms(different)
        readings = _ways_of_numbers(forms, different)
        way_out = "" if readings else "; write them in one way"
        if len(forms) == 1:
            readings = {NUMBER: said_of_gaps(next(iter(forms.values())))}
        odd = odd_ones(different) if len(forms) < 2 else []
        said = f"column {name!r} cannot be read as numbers: {why}{way_out}"
        raise NotOfKind(said, column=str(name), ways=readings, cell=odd[0] if odd else None)
    record = partial(Column, name, found, why, len(cells), holds=cells.holds, told=kind is not None)
    if found == kinds.DATE:
        return _of_dates(cells, name, record, ways.get("first"), mark_gaps=mark_gaps)
    numbers = {CONSTANT, YES_NO} if constants else {YES_NO}
    if found == NUMBER or (found in numbers and _are_numbers(cells)):
        return _of_numbers(cells, name, record, ways.get("decimal"), mark_gaps=mark_gaps)
    if found in {CATEGORY, YES_NO}:
        return _of_categories(cells, record, told=told is not None, by=ways.get("by"), spellings=spellings)
    gaps, some = int(cells.gaps.sum()), cells.filled[:SHOWN]
    return record(gaps, values=tuple(map(shown, some)) if cells.holds in {DATES, TIMES} else tuple(some.tolist()))


_WAYS = {
    "decimal": (NUMBER, {",": ",", ".": "."}),
    "first": (kinds.DATE, {"day": "day first", "month": "month first"}),
    "by": (CATEGORY, {"inputs": "inputs", "mean": "mean"}),
    "case": (CATEGORY, {JOINED: JOINED, KEPT: KEPT}),
}
_WAY = re.compile(r"(\w+)=(['\"]?)([^'\"]*)\2")


def _told(kind: str, name: Any) -> tuple[str, dict[str, str]]:
    """A kind as a person writes it, and what its brackets say: the decimal sign, the form of dates, what is a category."""
    found = re.fullmatch(r"([a-z/]+)(?:\((\w+=.*)\))?", kind.strip())
    word = kind if found is None else found[1]
    if word not in KINDS:
        near = nearest(word, list(KINDS))
        there = f" A kind is {', '.join(KINDS)}" if near.endswith("?") else ""
        raise ValueError(f"column {name!r} cannot be {kind!r}{near}{there}")
    if found is None or found[2] is None:
        return word, {}
    told = {}
    for text in re.split(r",\s*(?=\w+=)", found[2]):
        given = _WAY.fullmatch(text.strip())
        of, ways = _WAYS.get(given[1] if given else "", ("", {}))
        if given is None or of != word or given[3] not in ways:
            *some, last = (*WAYS_OF_NUMBERS, *WAYS_OF_DATES, *WAYS_OF_CATEGORIES)
            raise ValueError(f"column {name!r} cannot be {kind!r}; write {', '.join(some)} or {last}")
        told[given[1]] = ways[given[3]]
    return word, told


def _are_numbers(cells: Cells) -> bool:
    """Whether cells are numbers as they are. Truth values with gaps are, if their type is one of truth values."""
    return cells.holds == NUMBERS or (cells.holds == TRUTHS and not (cells.type in ANY_TYPE and cells.gaps.any()))


def _of_numbers(
    cells: Cells, name: Any, record: Callable[..., Column], decimal: str | None, *, mark_gaps: bool
) -> Column:
    form = PLAIN
    if cells.holds == TEXTS:
        form = _number_form(cells, name, decimal)
    values, others = numbers_in(cells, name, form)
    made = record(int(np.isnan(values).sum()), becomes=NUMBER)
    known = values[~np.isnan(values)]
    ends = (known.min().item(), known.max().item()) if len(known) else ()
    suffixes = [""] * bool(len(known) or not mark_gaps) + [MISSING] * bool(mark_gaps and made.gaps)
    return replace(made, values=ends, suffixes=tuple(suffixes), others=others, numbers_form=form)


def _number_form(cells: Cells, name: Any, decimal: str | None) -> NumberForm:
    different = sorted(set(cells.filled.tolist()))
    forms = number_forms(different, decimal)
    if len(forms) > 1:
        raise NotOfKind(
            f"column {name!r} cannot be read as numbers: a comma may be before decimals or thousands in texts such as "
            f"{different[0]!r}",
            column=str(name),
            ways=_ways_of_numbers(forms, different),
        )
    if not forms:
        told = [text for text in different if not texts.is_gap_mark(text)]
        odd = next((text for text in told if texts.number(text) is None), None)
        if odd is not None:
            raise NotOfKind(f"column {name!r} has {odd!r}, which is not a number", column=str(name))
    return next(iter(forms), PLAIN)


def _ways_of_numbers(forms: Iterable[NumberForm], different: Sequence[str]) -> dict[str, str]:
    """The kinds of texts with several readings, and what each makes of one of them; empty unless a decimal sign tells."""
    by_sign = {form.decimal: form for form in forms}
    text = next((each for each in different if len({form.number(each) for form in by_sign.values()}) > 1), None)
    if text is None:
        return {}
    return {f"number(decimal={sign!r})": f"{text!r} is {form.number(text):.12g}" for sign, form in by_sign.items()}


def with_means(record: Column, cells: Cells, of: Sequence[str]) -> Column:
    """The record with an input more for the mean of each of `of`, where it has many categories or a person says so."""
    many = len(record.values) + record.grouped > MOST_CATEGORIES
    if record.becomes != CATEGORY or not of or not (record.by == "mean" or (many and record.by is None)):
        return record
    kept, grouped = kept_categories(cells, rare=1 if record.told else RARE_ROWS, most=MOST_OWN)
    suffixes = (*_suffixes(kept, grouped, record.gaps), *map(mean_of, of))
    return replace(record, values=kept, grouped=grouped, suffixes=suffixes, means=tuple(of))


def _suffixes(kept: Sequence[Any], grouped: int, gaps: int) -> tuple[str, ...]:
    return (*(f" = {value}" for value in kept), *[OTHER] * bool(grouped), *[MISSING] * bool(gaps))


def _of_categories(
    cells: Cells, record: partial[Column], *, told: bool, by: str | None, spellings: Spellings
) -> Column:
    kept, grouped = kept_categories(cells, rare=1) if told else kept_categories(cells)
    longest = max((len(text) for text in kept if isinstance(text, str)), default=0)
    if longest > LONGEST:
        raise NotOfKind(
            f"column {record.args[0]!r} has a text of {longest:,} characters; a category has at most {LONGEST:,}",
            column=str(record.args[0]),
        )
    gaps = int(cells.gaps.sum())
    suffixes = _suffixes([*map(cells.written, kept)], grouped, gaps)
    made = record(gaps, values=kept, suffixes=suffixes, becomes=CATEGORY, grouped=grouped, by=by)
    return replace(made, spellings=spellings)


def _of_dates(cells: Cells, name: Any, record: Callable[..., Column], first: str | None, *, mark_gaps: bool) -> Column:
    form, others, values = None, tuple[str, ...](), cells.values
    if cells.holds == TEXTS:
        form = _form_of(cells, name, first)
        values, others = form.read(values.tolist())
    elif cells.holds not in {DATES, TIMES}:
        raise NotOfKind(f"column {name!r} is no date: {cells.evidence}; give it as a type of dates, or as texts")
    plain = Cells(values, TIMES if cells.holds == TIMES else DATES, cells.type)
    made = record(int(plain.gaps.sum()), becomes=kinds.DATE)
    parts = DateParts.fitted(plain, mark_gaps=mark_gaps)
    ends = (shown(plain.filled.min()), shown(plain.filled.max()))
    suffixes = [f": {each}" for each in parts.names] + [MISSING] * parts.marked
    return replace(made, values=ends, suffixes=tuple(suffixes), others=others, form=form, parts=parts)


def _form_of(cells: Cells, name: Any, first: str | None) -> texts.DateForm:
    forms = texts.date_forms(sorted(set(cells.filled.tolist())))
    if first is not None:
        forms = {form: others for form, others in forms.items() if form.name == first}
    if len(forms) != 1:
        different = sorted(set(cells.filled.tolist()))
        if forms:
            found = " or ".join(form.name for form in forms)
            how = f": its texts may be {found}"
        elif texts.lack_a_century(different):
            how = f": years of two digits, such as in {different[0]!r}, do not tell the century; write them with four digits"
        else:
            how = "; give it as a type of dates"
        told = _WAYS["first"][1].values()
        ways = {
            f"date(first={form.name.partition(' ')[0]!r})": _said_of_date(form, different)
            for form in forms
            if form.name in told
        }
        raise NotOfKind(f"column {name!r} cannot be read as dates{how}", column=str(name), ways=ways)
    return next(iter(forms))


def _said_of_date(form: texts.DateForm, different: Sequence[str]) -> str:
    text, day = next((each, day) for each in different if (day := form.date(each)) is not None)
    return f"{text!r} is {shown(day)}"

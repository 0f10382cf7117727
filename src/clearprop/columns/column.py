"""Column: the record of what a column is, why, and which inputs it becomes; and how cells of new rows are read by it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array, nearest
from . import kinds, texts
from .cells import DATE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells, read
from .date_parts import DateParts
from .kinds import CATEGORY, CONSTANT, KINDS, NUMBER, YES_NO, count, listed, shown

SHOWN = 3
"""Of texts that are left out, so many are kept as examples."""


class ColumnWarning(UserWarning):
    """Columns are left out, or cells of them count as gaps."""


@dataclass(frozen=True)
class Column:
    """What one column of training rows is.

    >>> column = describe(["red", "blue", "red", None], "colour")
    >>> print(column)
    'colour': category (2 different texts in 3 cells), 1 gap; 3 inputs
    >>> column.inputs
    ('colour = blue', 'colour = red', 'colour is missing')
    """

    name: Any
    kind: str
    """One of `kinds.KINDS`."""
    why: str
    """The evidence, in words."""
    rows: int
    gaps: int
    holds: str
    """What its cells are, as `Cells.holds`."""
    values: tuple[Any, ...]
    """Every category, sorted; of numbers and dates the first and the last; of texts that are left out some examples."""
    inputs: tuple[str, ...]
    """The names of the inputs that it becomes; none for a column that is left out."""
    becomes: str | None
    """A `number`, an input for each `category`, parts of a `date`, or nothing."""
    told: bool = False
    """Whether somebody said what it is."""
    others: tuple[str, ...] = ()
    """Texts among numbers or dates, which count as gaps."""
    form: texts.DateForm | None = None
    """How its texts write dates."""
    parts: DateParts | None = None
    """What its dates become."""

    @property
    def is_left_out(self) -> bool:
        """Whether it becomes no input at all."""
        return not self.inputs

    def numbers(self, cells: Cells) -> Array:
        """Cells of other rows as float64, NaN in gaps. ValueError for one that is no number."""
        if cells.holds in {NUMBERS, TRUTHS}:
            return cells.values.astype(float)
        if cells.holds in {DATES, TIMES}:
            raise ValueError(f"column {self.name!r} has {shown(cells.filled[0])}, which is not a number")
        made, others = texts.as_numbers(cells.values.tolist())
        return self._without_news(made, others, "not a number")

    def dates(self, cells: Cells) -> Array:
        """Cells of other rows as datetime64, NaT in gaps. ValueError for one that is no date, or written in another way."""
        if cells.holds in {DATES, TIMES} or not len(cells.filled):
            return cells.values if cells.holds in {DATES, TIMES} else np.full(len(cells), "NaT", DATE)
        if cells.holds != TEXTS or self.form is None:
            raise ValueError(f"column {self.name!r} has {shown(cells.filled[0])}, which is not a date")
        made, others = self.form.read(cells.values.tolist())
        return self._without_news(made, others, f"not a date, {self.form.name}")

    def _without_news(self, made: Array, others: Sequence[str], not_what: str) -> Array:
        news = [text for text in others if text not in self.others]
        if news:
            raise ValueError(f"column {self.name!r} has {news[0]!r}, which is {not_what}")
        return made

    def __str__(self) -> str:
        gaps = f", {count(self.gaps, 'gap')}" if self.gaps else ""
        becomes = "left out" if self.is_left_out else count(len(self.inputs), "input")
        return f"{self.name!r}: {self.kind} ({self.why}){gaps}; {becomes}"


def describe(column: Any, name: Any, kind: str | None = None, *, mark_gaps: bool = False) -> Column:
    """The record of a column of training rows: its kind by the rules of `kinds.decide`, or as somebody says.

    With `mark_gaps`, numbers and dates that have gaps get an input more, which marks them. ValueError for an unknown kind, or
    for cells that are not of the kind given.
    """
    cells = read(column)
    if kind is not None and kind not in KINDS:
        raise ValueError(
            f"column {name!r} cannot be {kind!r}{nearest(kind, list(KINDS))}; a kind is {', '.join(KINDS)}"
        )
    found, why = kinds.decide(cells, name) if kind is None else (kind, "as given")
    if found == NUMBER or (found == CONSTANT and cells.holds in {NUMBERS, TRUTHS}):
        return _of_numbers(cells, name, found, why, mark_gaps=mark_gaps, told=kind is not None)
    if found == kinds.DATE:
        return _of_dates(cells, name, why, mark_gaps=mark_gaps, told=kind is not None)
    gaps, told = int(cells.gaps.sum()), kind is not None
    about = (name, found, why, len(cells), gaps, cells.holds)
    if found == YES_NO and cells.holds == TRUTHS and not gaps:
        return Column(*about, (0.0, 1.0), (str(name),), NUMBER, told)
    if found in {CATEGORY, YES_NO}:
        values = tuple(np.unique(cells.filled).tolist())
        names = [f"{name} = {_plain(value)}" for value in values] + [f"{name} is missing"] * bool(gaps)
        return Column(*about, values, tuple(names), CATEGORY, told)
    return Column(*about, tuple(cells.filled[:SHOWN].tolist()), (), None, told)


def _of_numbers(cells: Cells, name: Any, kind: str, why: str, *, mark_gaps: bool, told: bool) -> Column:
    others: tuple[str, ...] = ()
    values = cells.values
    if cells.holds == TEXTS:
        values, others = texts.as_numbers(values.tolist())
    elif cells.holds not in {NUMBERS, TRUTHS}:
        raise ValueError(f"column {name!r} cannot be a number: {cells.evidence}")
    if told and others:
        raise ValueError(f"column {name!r} cannot be a number: it has {others[0]!r}")
    gaps = np.isnan(values)
    known = values[~gaps]
    ends: tuple[float, ...] = (known.min().item(), known.max().item()) if len(known) else ()
    names = [str(name)] + [f"{name} is missing"] * bool(mark_gaps and gaps.any())
    return Column(name, kind, why, len(values), int(gaps.sum()), cells.holds, ends, tuple(names), NUMBER, told, others)


def _of_dates(cells: Cells, name: Any, why: str, *, mark_gaps: bool, told: bool) -> Column:
    form, others, values = None, tuple[str, ...](), cells.values
    if cells.holds == TEXTS:
        form = _form_of(cells, name)
        values, others = form.read(values.tolist())
        if told and others:
            raise ValueError(f"column {name!r} cannot be a date: it has {others[0]!r}")
    elif cells.holds not in {DATES, TIMES}:
        raise ValueError(f"column {name!r} cannot be a date: {cells.evidence}; give it as a type of dates, or as texts")
    plain = Cells(values, TIMES if cells.holds == TIMES else DATES, cells.type)
    parts = DateParts.fitted(plain, mark_gaps=mark_gaps)
    ends, names = (plain.filled.min(), plain.filled.max()), parts.names(str(name))
    about = (name, kinds.DATE, why, len(cells), int(plain.gaps.sum()), cells.holds)
    return Column(*about, ends, names, kinds.DATE, told, others, form, parts)


def _form_of(cells: Cells, name: Any) -> texts.DateForm:
    forms = texts.date_forms(sorted(set(cells.filled.tolist())))
    if len(forms) != 1:
        ways = f": its texts may be {' or '.join(form.name for form in forms)}" if forms else ""
        raise ValueError(f"column {name!r} cannot be read as dates{ways}; give it as a type of dates")
    return forms[0]


def said_of(columns: Iterable[Column], how: str) -> str | None:
    """Which columns are left out and which texts count as gaps, where nobody asked for it; None where there is nothing.

    `how` says how somebody would say otherwise, with a place for the name: "categories={{{name!r}: 'category'}}".
    """
    asked = [column for column in columns if not column.told]
    out = [column for column in asked if column.is_left_out]
    sentences = []
    if out:
        named = "; ".join(f"{column.name!r} ({column.kind}: {column.why})" for column in out)
        sentences.append(f"left out as inputs: {named}. To keep one, say what it is: {how.format(name=out[0].name)}")
    for column in asked:
        if column.others:
            gaps = "a gap" if len(column.others) == 1 else "gaps"
            sentences.append(f"column {column.name!r} is read as {column.kind}s, and {listed(column.others)} as {gaps}")
    return "; ".join(sentences) or None


def warn_of(columns: Iterable[Column], how: str) -> None:
    """Say so as a `ColumnWarning`."""
    said = said_of(columns, how)
    if said is not None:
        warnings.warn(said[0].upper() + said[1:], ColumnWarning, stacklevel=2)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value

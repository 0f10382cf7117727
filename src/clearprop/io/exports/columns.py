"""The columns of a table as operators: what each kind of prepared column becomes, for exports.

A new kind of column needs one function here: from the columns of that kind, and a symbol (n, 1) for each, to the inputs that
they become and what must be true of a row. A kind without one cannot be exported, and is refused by name.

A number or a date that is missing is NaN, and a text that is missing is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from ...columns.cells import DATES, NUMBERS, TEXTS
from ...columns.choices import ChoiceColumn
from ...columns.mean_targets import MeanColumn
from ...columns.number_forms import PLAIN
from ...columns.prepared import DateColumn, NumberColumn, standardised
from ...operators import CannotExpress, Symbol
from ..preprocessing import Column
from .dates import SECONDS, inputs_of, seconds_required
from .required import Required, finite


@dataclass(frozen=True)
class Given:
    """One thing that a raw row holds."""

    name: str
    holds: str = NUMBERS
    """`NUMBERS`, `TEXTS`, or `DATES`, which are numbers of seconds."""
    width: int = 1
    """How many numbers it is; a column is one."""
    known: tuple[str, ...] = ()
    """The texts that have a meaning."""
    about: str = ""
    """What a number is, where it is not what a file has."""
    written: str = ""
    """The regular expression of a date's texts, where a file has texts."""
    gaps: tuple[str, ...] = ()
    """Texts that are gaps among these."""
    distance: float = 0.0
    """How far numbers are from 0, in their own standard deviations: what is lost in a type with few digits."""


@dataclass(frozen=True)
class Prepared:
    """The network's inputs A (n, m)."""

    A: Symbol
    required: tuple[Required, ...] = ()


def given_of(column: Column) -> Given:
    """What a row holds of a column: a number however a file writes it, seconds for a date, or a text."""
    if isinstance(column, NumberColumn):
        about = "" if column.form == PLAIN else f"a plain number, which files have {column.form.name}"
        about = about if column.words is None else f"0 for {column.words[0]}, 1 for {column.words[1]}"
        return Given(column.name, about=about, distance=abs(column.mean) / column.scale)
    if isinstance(column, DateColumn):
        form = column.form
        return Given(column.name, DATES, about=SECONDS, written=form.pattern if form else "", gaps=column.others)
    if isinstance(column, ChoiceColumn) and _is_of_texts(column):
        return Given(column.name, TEXTS, known=(*column.categories, *(text for text, _ in column.spellings)))
    if isinstance(column, MeanColumn) and _is_of_texts(column.choice):
        own = column.choice.categories
        others = (text for text, _ in column.choice.spellings)
        return Given(column.name, TEXTS, known=tuple(dict.fromkeys((*own, *column.categories, *others))))
    return Given(column.name)


def prepared(columns: Sequence[Column], given: Mapping[str, Symbol]) -> Prepared:
    """The inputs that columns become, side by side. CannotExpress names a column that there are no operators for."""
    parts: list[Prepared] = []
    for kind, group in groupby([column for column in columns if column.width], type):
        alike = list(group)
        if kind not in EXPRESSIONS:
            raise CannotExpress(f"column {alike[0].name!r} is a {kind.__name__}, which cannot be exported yet")
        parts.append(EXPRESSIONS[kind](alike, [given[column.name] for column in alike]))
    return Prepared(beside([part.A for part in parts]), tuple(each for part in parts for each in part.required))


def beside(values: Sequence[Symbol]) -> Symbol:
    """Values (n, k) side by side."""
    return values[0] if len(values) == 1 else values[0].by("Concat", *values, axis=1)


def _numbers(columns: Sequence[NumberColumn], xs: Sequence[Symbol]) -> Prepared:
    """Neighbouring numbers are filled and standardised together, as the vectors that they are; marks of gaps come between."""
    parts, required = [], []
    kinds = groupby(zip(columns, xs, strict=True), lambda pair: (pair[0].marked, pair[0].scaling, pair[0].required))
    for (marked, scaling, never_gaps), group in kinds:
        for some in ([pair] for pair in group) if marked else [list(group)]:
            X: Any = beside([x for _, x in some])
            mean, scale, fill = (
                np.array(values)
                for values in zip(*((each.mean, each.scale, _fill(each)) for each, _ in some), strict=True)
            )
            gaps: Any = np.isnan(X)
            parts.append(scaling.limited(standardised(np.where(gaps, fill, X), mean, scale)))
            parts += [gaps.astype(X.dtype)] if marked else []
            required.append(finite(X, [each.name for each, _ in some], len(some), gaps=not never_gaps))
    return Prepared(beside(parts), tuple(required))


def _fill(column: NumberColumn) -> float:
    """What stands for a gap, as in `encode`."""
    return column.mean if column.fill is None else column.fill


def _is_of_texts(column: ChoiceColumn) -> bool:
    return not column.categories or isinstance(column.categories[0], str)


def _choices(columns: Sequence[ChoiceColumn], xs: Sequence[Symbol]) -> Prepared:
    """1 where the row has the category, then for other categories and for a gap; each row has a prediction."""
    return Prepared(beside([part for column, x in zip(columns, xs, strict=True) for part in _choice(column, x)]))


def _choice(column: ChoiceColumn, x: Symbol) -> list[Symbol]:
    texts = _is_of_texts(column)
    gap: Any = x.by("Equal", x, np.array([[""]]), truth=True) if texts else np.isnan(x)
    parts: list[Any] = []
    known: Any = gap
    if column.categories:
        parts.append(_same(x, column.categories, column.spellings))
        known = np.logical_or(gap, parts[0].sum(axis=1, keepdims=True) > 0)
    if column.grouped:
        parts.append(np.logical_not(known).astype(x.graph.dtype))
    if column.marked:
        parts.append(gap.astype(x.graph.dtype))
    return parts


def _same(x: Symbol, categories: Sequence[Any], spellings: Sequence[tuple[str, str]]) -> Any:
    """1 where a row of x (n, 1) has a category, in any of its spellings, else 0: (n, categories)."""
    texts = isinstance(categories[0], str)
    which = np.array(categories if texts else [float(each) for each in categories])[None]
    made: Any = x.by("Equal", x, which, truth=True).astype(x.graph.dtype)
    others = [(text, categories.index(word)) for text, word in spellings if word in categories]
    if not others:
        return made
    also: Any = x.by("Equal", x, np.array([text for text, _ in others])[None], truth=True).astype(x.graph.dtype)
    place = np.zeros((len(others), len(categories)))
    place[np.arange(len(others)), [k for _, k in others]] = 1.0
    return made + also @ place


def _means(columns: Sequence[MeanColumn], xs: Sequence[Symbol]) -> Prepared:
    """The inputs of the most frequent categories, then the mean of the row's own category, or of all rows for any other."""
    parts: list[Any] = []
    for column, x in zip(columns, xs, strict=True):
        parts += _choice(column.choice, x)
        if not column.categories:
            raise CannotExpress(
                f"column {column.name!r} has no category with a mean, so there is nothing to export of it"
            )
        same = _same(x, column.categories, column.choice.spellings)
        for means, otherwise in zip(column.means, column.otherwise, strict=True):
            parts.append((same * (np.array(means)[None] - otherwise)).sum(axis=1, keepdims=True) + otherwise)
    return Prepared(beside(parts))


def _dates(columns: Sequence[DateColumn], xs: Sequence[Symbol]) -> Prepared:
    """Parts of dates, 0 in a gap."""
    required = tuple(
        seconds_required(column.name, x, gaps=not column.required) for column, x in zip(columns, xs, strict=True)
    )
    parts = [part for column, x in zip(columns, xs, strict=True) for part in inputs_of(column.parts, x)]
    return Prepared(beside(parts), required)


EXPRESSIONS: dict[type, Callable[[Sequence[Any], Sequence[Symbol]], Prepared]] = {
    NumberColumn: _numbers,
    ChoiceColumn: _choices,
    MeanColumn: _means,
    DateColumn: _dates,
}
"""What columns of each kind become."""

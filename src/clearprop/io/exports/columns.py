"""The columns of a table as operators: what each kind of prepared column becomes, for exports.

A new kind of column needs one function here: from the columns of that kind, and a symbol (n, 1) for each, to the inputs that
they become and what must be true of a row. A kind without one cannot be exported, and is refused by name.

A number or a date that is missing is NaN, and a text that is missing is empty. What the model takes for a gap is one too, such
as the number -999.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np

from ...columns.cells import DATE, DATES, NUMBERS, SECOND, TEXTS
from ...columns.choices import ChoiceColumn
from ...columns.mean_targets import MeanColumn
from ...columns.number_forms import PLAIN
from ...columns.prepared import DateColumn, NumberColumn, standardised
from ...operators import CannotExpress, Symbol
from ..described import gap_number
from ..memory import choice_of
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


def given_of(column: Column, na: Sequence[str] = ()) -> Given:
    """What a row holds of a column: a number however a file writes it, seconds for a date, or a text.

    `na` are the texts and numbers that are gaps in every column.
    """
    made = _given_of(column)
    if made.holds == DATES:
        return replace(made, gaps=(*made.gaps, *na)) if made.written else made
    return replace(made, about=_about(made, column, na))


def _about(given: Given, column: Column, na: Sequence[str]) -> str:
    """What a number or a text is, and which are gaps."""
    gaps = list(na) if given.holds == TEXTS else [f"{each:g}" for each in numbers_of(column, na)]
    if not gaps:
        return given.about
    said = f"{' and '.join(map(repr, gaps) if given.holds == TEXTS else gaps)} {'is a gap' if len(gaps) == 1 else 'are gaps'}"
    return "; ".join(filter(None, [given.about, said]))


def _given_of(column: Column) -> Given:
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


def numbers_of(column: Column, na: Sequence[str]) -> list[float]:
    """The numbers of `na` that are gaps in a column of numbers, or of dates, as seconds; none in other columns."""
    if isinstance(column, DateColumn):
        dates = column.form.read(na)[0] if column.form else np.array([], DATE)
        return sorted(set(((dates[~np.isnat(dates)] - np.datetime64(0, "us")) / SECOND).tolist()))
    choice = choice_of(column)
    if choice is not None and (_is_of_texts(choice) or isinstance(choice.categories[0], bool)):
        return []
    if isinstance(column, NumberColumn) and column.words is not None:
        return []
    return sorted({number for number in map(gap_number, na) if number is not None})


def prepared(columns: Sequence[Column], given: Mapping[str, Symbol], na: Sequence[str] = ()) -> Prepared:
    """The inputs that columns become, side by side. `na` are the texts and numbers that are gaps in every column.

    CannotExpress names a column that there are no operators for.
    """
    given = {column.name: _with_gaps(given[column.name], column, na) for column in columns if column.width}
    parts: list[Prepared] = []
    for kind, group in groupby([column for column in columns if column.width], type):
        alike = list(group)
        if kind not in EXPRESSIONS:
            raise CannotExpress(f"column {alike[0].name!r} is a {kind.__name__}, which cannot be exported yet")
        parts.append(EXPRESSIONS[kind](alike, [given[column.name] for column in alike], na))
    return Prepared(beside([part.A for part in parts]), tuple(each for part in parts for each in part.required))


def _with_gaps(x: Symbol, column: Column, na: Sequence[str]) -> Symbol:
    """The numbers x (n, 1) of a column, NaN where they are one of `na`."""
    made: Any = x
    for number in numbers_of(column, na):
        made = np.where(x == number, np.nan, made)
    return _symbol(made)


def _symbol(given: Any) -> Symbol:
    """A formula of arrays says that it gives an array; of symbols it gives a symbol."""
    return given


def beside(values: Sequence[Symbol]) -> Symbol:
    """Values (n, k) side by side."""
    return values[0] if len(values) == 1 else values[0].by("Concat", *values, axis=1)


def _numbers(columns: Sequence[NumberColumn], xs: Sequence[Symbol], na: Sequence[str]) -> Prepared:
    """Neighbouring numbers are filled and standardised together, as the vectors that they are; marks of gaps come between."""
    del na  # numbers have been compared with it
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


def _choices(columns: Sequence[ChoiceColumn], xs: Sequence[Symbol], na: Sequence[str]) -> Prepared:
    """1 where the row has the category, then for other categories and for a gap; each row has a prediction."""
    return Prepared(beside([part for column, x in zip(columns, xs, strict=True) for part in _choice(column, x, na)]))


def _choice(column: ChoiceColumn, x: Symbol, na: Sequence[str]) -> list[Symbol]:
    gap: Any = _is_gap(x, na) if _is_of_texts(column) else np.isnan(x)
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


def _is_gap(x: Symbol, na: Sequence[str]) -> Any:
    """Whether a text x (n, 1) is empty, or one of `na`."""
    gaps = sorted({"", *na})
    same: Any = x.by("Equal", x, np.array([gaps]), truth=True)
    return same if len(gaps) == 1 else same.astype(x.graph.dtype).sum(axis=1, keepdims=True) > 0


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


def _means(columns: Sequence[MeanColumn], xs: Sequence[Symbol], na: Sequence[str]) -> Prepared:
    """The inputs of the most frequent categories, then the mean of the row's own category, or of all rows for any other."""
    parts: list[Any] = []
    for column, x in zip(columns, xs, strict=True):
        parts += _choice(column.choice, x, na)
        if not column.categories:
            raise CannotExpress(
                f"column {column.name!r} has no category with a mean, so there is nothing to export of it"
            )
        same = _same(x, column.categories, column.choice.spellings)
        for means, otherwise in zip(column.means, column.otherwise, strict=True):
            parts.append((same * (np.array(means)[None] - otherwise)).sum(axis=1, keepdims=True) + otherwise)
    return Prepared(beside(parts))


def _dates(columns: Sequence[DateColumn], xs: Sequence[Symbol], na: Sequence[str]) -> Prepared:
    """Parts of dates, 0 in a gap."""
    del na  # seconds have been compared with it
    required = tuple(
        seconds_required(column.name, x, gaps=not column.required) for column, x in zip(columns, xs, strict=True)
    )
    parts = [part for column, x in zip(columns, xs, strict=True) for part in inputs_of(column.parts, x)]
    return Prepared(beside(parts), required)


EXPRESSIONS: dict[type, Callable[[Sequence[Any], Sequence[Symbol], Sequence[str]], Prepared]] = {
    NumberColumn: _numbers,
    ChoiceColumn: _choices,
    MeanColumn: _means,
    DateColumn: _dates,
}
"""What columns of each kind become."""

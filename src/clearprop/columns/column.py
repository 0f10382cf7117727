"""Column: the record of what a column is, why, and which inputs it becomes; and how cells of new rows are read by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..amounts import count
from ..formulas.catalogue import Array
from . import texts
from .cells import DATE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells, read
from .date_parts import DateParts
from .kinds import CATEGORY, CONSTANT, EMPTY, NUMBER, said_of_gaps, shown
from .number_forms import PLAIN, NumberForm
from .spellings import JOINED, KEPT, Spellings, said_of_apart, said_of_joined

WAYS_OF_NUMBERS, WAYS_OF_DATES = (
    ("number(decimal='.')", "number(decimal=',')"),
    ("date(first='day')", "date(first='month')"),
)
"""The kinds of texts that have two meanings: 1,234 and 3/4/2021."""
WAYS_OF_CATEGORIES = (
    "category(by='inputs')",
    "category(by='mean')",
    "category(case='joined')",
    "category(case='kept')",
)
"""An input for each of the most frequent, or the mean target of each too, as for more than `MOST_CATEGORIES` unasked; texts
that differ only in capital letters as one category, or as several."""


class ColumnWarning(UserWarning):
    """Columns are left out, or cells of them count as gaps."""


class NotOfKind(ValueError):
    """A cell does not fit what its column is. `column` names it, `cell` is it, or its number is `row`; where texts have several
    meanings, `ways` are the kinds that they may be, each with what it makes of one of them; `options` mend it.
    """

    def __init__(
        self,
        message: str,
        *,
        column: str | None = None,
        ways: Mapping[str, str] | None = None,
        cell: str | None = None,
        row: int | None = None,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.column, self.ways, self.cell, self.row, self.options = column, dict(ways or {}), cell, row, tuple(options)


@dataclass(frozen=True)
class Column:
    """What one column of training rows is.

    >>> from clearprop.columns import describe
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
    values: tuple[Any, ...] = ()
    """Every category, sorted; of numbers and dates the first and the last; of texts that are left out some examples."""
    suffixes: tuple[str, ...] = ()
    """What is added to its name to name each input that it becomes; none for a column that is left out."""
    becomes: str | None = None
    """A `number`, an input for each `category`, parts of a `date`, or nothing."""
    told: bool = False
    """Whether somebody said what it is."""
    others: tuple[str, ...] = ()
    """Texts among numbers or dates, which count as gaps."""
    form: texts.DateForm | None = None
    """How its texts write dates."""
    parts: DateParts | None = None
    """What its dates become."""
    numbers_form: NumberForm = PLAIN
    """How its texts write numbers."""
    grouped: int = 0
    """How many categories count as one, because they are rare or too many; `values` are the others."""
    by: str | None = None
    """Whether somebody said that categories become `inputs` alone, or the `mean` of the target too."""
    means: tuple[str, ...] = ()
    """What an input has the mean of, over the rows of each category."""
    spellings: Spellings = Spellings()  # noqa: RUF009 - frozen
    """Which texts are other spellings of a category, or may be."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that it becomes."""
        return tuple(f"{self.name}{suffix}" for suffix in self.suffixes)

    @property
    def is_left_out(self) -> bool:
        """Whether it becomes no input at all."""
        return not self.suffixes

    @property
    def may_be_dates(self) -> bool:
        """Whether its texts may be dates, of which nobody can tell the day or the year; so it is read as something else."""
        return self.holds == TEXTS and self.becomes in {CATEGORY, None} and texts.may_be_dates([*map(str, self.values)])

    @property
    def treatment(self) -> str:
        """What becomes of it, in words."""
        if self.is_left_out:
            return f"left out: {self.why}"
        gaps = "gaps marked" if self.gaps else ""
        if self.becomes == NUMBER:
            done = ["standardised", "gaps filled with the median and marked" if self.gaps else ""]
        elif self.becomes == CATEGORY:
            rare = f"{count(self.grouped, 'rare or further one')} together" if self.grouped else ""
            done = [count(len(self.suffixes), "input"), rare, "one for gaps" if self.gaps else "", self._said_of_means]
        else:
            done = [", ".join(self.parts.parts) if self.parts else "", gaps]
        others = said_of_gaps(self.others) if self.others else ""
        done.append(said_of_joined(self.spellings.joined))
        return ", ".join(each for each in (*done, others) if each)

    @property
    def _said_of_means(self) -> str:
        some = ", ".join(self.means[:2]) + ", ..." * (len(self.means) > 2)
        return f"the mean of {some} for each category" if self.means else ""

    def numbers(self, cells: Cells) -> Array:
        """Cells of other rows as float64, NaN in gaps. NotOfKind for one that is no number."""
        made, others = numbers_in(cells, self.name, self.numbers_form)
        return self._without_news(made, others, cells, "not a number")

    def dates(self, cells: Cells) -> Array:
        """Cells of other rows as datetime64, NaT in gaps. NotOfKind for one that is no date, or written in another way."""
        made, others = dates_in(cells, self.name, self.form)
        return self._without_news(made, others, cells, f"not a date, {self.form.name}" if self.form else "not a date")

    def gaps_of(self, column: Any) -> Array:
        """Which cells of a column (n,) have no value for this record, (n,) bool."""
        cells = read(column)
        return np.isnan(self.numbers(cells)) if self.becomes == NUMBER else np.isnat(self.dates(cells))

    def _without_news(self, made: Array, others: Sequence[str], cells: Cells, not_what: str) -> Array:
        news = [text for text in others if text not in self.others]
        if news:
            raise NotOfKind(f"{cell_in(cells, self.name, news[0])}, which is {not_what}")
        return made

    def __str__(self) -> str:
        gaps = f", {count(self.gaps, 'gap')}" if self.gaps else ""
        becomes = "left out" if self.is_left_out else count(len(self.inputs), "input")
        return f"{self.name!r}: {self.kind} ({self.why}){gaps}; {becomes}"


def cell_in(cells: Cells, name: Any, value: Any) -> str:
    """One of a column's cells, and where the first such cell is."""
    row = next(row for row, each in enumerate(cells.values) if each is value or each == value)
    return f"column {name!r} has {shown(value)} in row {row}, counted from 0"


def numbers_in(cells: Cells, name: Any, form: NumberForm) -> tuple[Array, tuple[str, ...]]:
    """Cells as float64, NaN in gaps, and the different texts that are no numbers. NotOfKind for dates."""
    if cells.holds in {NUMBERS, TRUTHS}:
        return cells.values.astype(float), ()
    if cells.holds in {DATES, TIMES}:
        raise NotOfKind(f"{cell_in(cells, name, cells.filled[0])}, which is not a number")
    return form.read(cells.values.tolist())


def dates_in(cells: Cells, name: Any, form: texts.DateForm | None) -> tuple[Array, tuple[str, ...]]:
    """Cells as datetime64, NaT in gaps, and the different texts that are no dates. NotOfKind for numbers."""
    if cells.holds in {DATES, TIMES}:
        return cells.values, ()
    if not len(cells.filled):
        return np.full(len(cells), "NaT", DATE), ()
    if cells.holds != TEXTS or form is None:
        were = "dates by their type" if form is None else f"texts that are dates, {form.name}"
        raise NotOfKind(
            f"{cell_in(cells, name, cells.filled[0])}, which is not a date as the model knows them: in training this column "
            f"held {were}; make the same of it first, by pandas.to_datetime for example"
        )
    return form.read(cells.values.tolist())


def said_of(columns: Iterable[Column], how: str) -> str | None:
    """Which columns are left out, where nobody asked for it, and which texts count as gaps; None where there is nothing.

    `how` says how somebody would say otherwise, with places for a name and a kind: "categories={{{name!r}: {kind!r}}}".
    """
    given = list(columns)
    out = [column for column in given if column.is_left_out and not column.told]
    sentences = []
    if out:
        named = "; ".join(f"{column.name!r} ({column.kind}: {column.why})" for column in out)
        sentences.append(f"left out as inputs: {named}{keeping_one(out, how)}")
    sentences += [
        f"column {column.name!r} is read as {column.kind}s, and {said_of_gaps(column.others)}"
        for column in given
        if column.others
    ]
    sentences += [said for column in given if (said := said_of_spellings(column, how))]
    return "; ".join(sentences) or None


def said_of_spellings(column: Column, how: str) -> str | None:
    """Which texts are read as one category, or stay several that may be one, and how somebody would say otherwise."""
    if column.becomes != CATEGORY or column.told:
        return None
    joined, apart = column.spellings.joined, column.spellings.apart
    if joined:
        asked = how.format(name=column.name, kind=f"category(case='{KEPT}')")
        return f"column {column.name!r}: {said_of_joined(joined)}; {asked} keeps them apart"
    if apart:
        asked = how.format(name=column.name, kind=f"category(case='{JOINED}')")
        return f"column {column.name!r}: {said_of_apart(apart)} are different categories; {asked} makes them one"
    return None


def keeping_one(left_out: Sequence[Column], how: str) -> str:
    """How to keep one of the columns that are left out; empty where each has one value or none, which tells nothing."""
    one = next((column for column in left_out if column.kind not in {CONSTANT, EMPTY}), None)
    if one is None:
        return ""
    kind = NUMBER if one.holds == NUMBERS else CATEGORY
    if one.holds == TEXTS and len(texts.date_forms(list(one.values))) > 1:
        kind = WAYS_OF_DATES[0]
    return f". To keep one, say what it is: {how.format(name=one.name, kind=kind)}"


def warn_of(columns: Iterable[Column], how: str) -> None:
    """Say so as a `ColumnWarning`."""
    said = said_of(columns, how)
    if said is not None:
        warn(said[0].upper() + said[1:], ColumnWarning)

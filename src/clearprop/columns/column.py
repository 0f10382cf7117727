"""Column: the record of what a column is, why, and which inputs it becomes; and how cells of new rows are read by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..formulas.catalogue import Array
from . import texts
from .cells import DATE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells, read
from .date_parts import DateParts
from .kinds import CATEGORY, CONSTANT, EMPTY, NUMBER, count, said_of_gaps, shown


class ColumnWarning(UserWarning):
    """Columns are left out, or cells of them count as gaps."""


class NotOfKind(ValueError):
    """A cell does not fit what its column is."""


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

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that it becomes."""
        return tuple(f"{self.name}{suffix}" for suffix in self.suffixes)

    @property
    def is_left_out(self) -> bool:
        """Whether it becomes no input at all."""
        return not self.suffixes

    def numbers(self, cells: Cells) -> Array:
        """Cells of other rows as float64, NaN in gaps. NotOfKind for one that is no number."""
        if cells.holds in {NUMBERS, TRUTHS}:
            return cells.values.astype(float)
        if cells.holds in {DATES, TIMES}:
            raise NotOfKind(f"{self._cell(cells, cells.filled[0])}, which is not a number")
        made, others = texts.as_numbers(cells.values.tolist())
        return self._without_news(made, others, cells, "not a number")

    def dates(self, cells: Cells) -> Array:
        """Cells of other rows as datetime64, NaT in gaps. NotOfKind for one that is no date, or written in another way."""
        if cells.holds in {DATES, TIMES}:
            return cells.values
        if not len(cells.filled):
            return np.full(len(cells), "NaT", DATE)
        if cells.holds != TEXTS or self.form is None:
            were = "dates by their type" if self.form is None else f"texts that are dates, {self.form.name}"
            raise NotOfKind(
                f"{self._cell(cells, cells.filled[0])}, which is not a date as the model knows them: in training this column "
                f"held {were}; make the same of it first, by pandas.to_datetime for example"
            )
        made, others = self.form.read(cells.values.tolist())
        return self._without_news(made, others, cells, f"not a date, {self.form.name}")

    def gaps_of(self, column: Any) -> Array:
        """Which cells of a column (n,) have no value for this record, (n,) bool."""
        cells = read(column)
        return np.isnan(self.numbers(cells)) if self.becomes == NUMBER else np.isnat(self.dates(cells))

    def _without_news(self, made: Array, others: Sequence[str], cells: Cells, not_what: str) -> Array:
        news = [text for text in others if text not in self.others]
        if news:
            raise NotOfKind(f"{self._cell(cells, news[0])}, which is {not_what}")
        return made

    def _cell(self, cells: Cells, value: Any) -> str:
        """One of its cells, and where the first such cell is."""
        row = next(row for row, each in enumerate(cells.values) if each is value or each == value)
        return f"column {self.name!r} has {shown(value)} in row {row}, counted from 0"

    def __str__(self) -> str:
        gaps = f", {count(self.gaps, 'gap')}" if self.gaps else ""
        becomes = "left out" if self.is_left_out else count(len(self.inputs), "input")
        return f"{self.name!r}: {self.kind} ({self.why}){gaps}; {becomes}"


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
    return "; ".join(sentences) or None


def keeping_one(left_out: Sequence[Column], how: str) -> str:
    """How to keep one of the columns that are left out; empty where each has one value or none, which tells nothing."""
    one = next((column for column in left_out if column.kind not in {CONSTANT, EMPTY}), None)
    if one is None:
        return ""
    return (
        f". To keep one, say what it is: {how.format(name=one.name, kind=NUMBER if one.holds == NUMBERS else CATEGORY)}"
    )


def warn_of(columns: Iterable[Column], how: str) -> None:
    """Say so as a `ColumnWarning`."""
    said = said_of(columns, how)
    if said is not None:
        warn(said[0].upper() + said[1:], ColumnWarning)

"""Columns as a network takes them: cells of any rows to inputs, by numbers that were fitted on training rows.

Each class is plain data, which a model file holds and an export reads: its fields are all that `encode` uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from ..amounts import count
from ..callers import give
from ..formulas.catalogue import Array
from ..formulas.scalings import Scaling, Standard
from . import texts
from .categories import MISSING
from .cells import DATES, TEXTS, TIMES, Cells
from .choices import ChoiceColumn
from .column import Column, NotOfKind, dates_in, numbers_in
from .date_parts import DateParts
from .kinds import CATEGORY, DATE, NUMBER
from .mean_targets import MeanColumn
from .number_forms import PLAIN, NumberForm, is_some_way, number_forms
from .spellings import said_of_alike

MOST_NAMED = 5
"""So many texts of a column at most are named in a command."""
_TRUTH_OF = {"true": True, "false": False}


@dataclass(frozen=True)
class NumberColumn:
    """(x - mean) / scale, with `fill` for x in a gap; and, where `marked`, an input more: 1 in a gap, else 0.

    The first is limited where its scaling does so.
    """

    name: str
    mean: float
    """Or another centre, such as the median."""
    scale: float
    """The standard deviation, or another spread."""
    fill: float | None = None
    """The median of the training rows; None for the mean."""
    marked: bool = False
    """Whether the training rows had gaps."""
    form: NumberForm = PLAIN
    """How texts write the numbers."""
    others: tuple[str, ...] = ()
    """Texts that count as gaps."""
    scaling: Scaling = Standard()  # noqa: RUF009 - frozen
    """What `mean` and `scale` are, and whether numbers are limited."""
    required: bool = False
    """Whether a gap is an error, and not filled."""
    words: tuple[str, str] | None = None
    """How the training rows' file writes 0 and 1, if they are false and true."""

    @classmethod
    def fitted(
        cls,
        name: str,
        cells: Cells,
        form: NumberForm = PLAIN,
        others: tuple[str, ...] = (),
        scaling: Scaling = Standard(),  # noqa: B008 - frozen
    ) -> NumberColumn:
        """With the median of the cells (n,), and the centre and spread of the cells so filled, as the scaling says."""
        values, _ = numbers_in(cells, name, form)
        gaps = np.isnan(values)
        if gaps.all():
            return cls(name, 0.0, 1.0, 0.0, bool(len(values)), form, others, scaling, words=cells.words)
        with np.errstate(over="ignore", invalid="ignore"):
            fill = float(np.median(values[~gaps])) if gaps.any() else float(np.median(values))
            values = np.where(gaps, fill, values) if gaps.any() else values
            mean, scale = _centre_and_spread(values, scaling)
        if not (np.isfinite(fill) and np.isfinite(mean) and np.isfinite(scale)):
            raise NotOfKind(
                f"column {name!r} has values too large to standardise; divide them by a constant", column=name
            )
        return cls(name, mean, scale or 1.0, fill, bool(gaps.any()), form, others, scaling, words=cells.words)

    @property
    def width(self) -> int:
        """The number of inputs or outputs that it becomes."""
        return 1 + self.marked

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (self.name, f"{self.name}{MISSING}")[: self.width]

    @property
    def is_text(self) -> bool:
        """Whether a file's texts must be kept for it."""
        return self.form != PLAIN

    def numbers(self, cells: Cells) -> tuple[Array, tuple[str, ...]]:
        """Cells as float64 (n,), NaN in gaps, and the texts that were no gap in training and are no numbers now.

        NotOfKind where no cell at all is a number, and where most numbers are written in another way.
        """
        values, others = numbers_in(_truths(cells), self.name, self.form)
        news = [text for text in others if text not in self.others]
        if news and self.form != PLAIN:
            plain = {text: value for text in news if (value := self.form.plain_number(text)) is not None}
            read = [plain.get(text, np.nan) for text in cells.values.tolist()]
            values, news = np.where(np.isnan(values), read, values), [text for text in news if text not in plain]
        if news:
            self._require_numbers(cells, values, news)
        return values, tuple(news)

    def _require_numbers(self, cells: Cells, values: Array, news: Sequence[str]) -> None:
        """NotOfKind where no cell is a number, and where most numbers are written in another way. A few of these are gaps."""
        none, odd = bool(np.isnan(values).all()), [text for text in news if is_some_way(text)]
        if not (none or _are_most(cells, values, news, odd)):
            return
        written = "" if self.form == PLAIN else f", {self.form.name}"
        if points := [text for text in odd if texts.number(text) is not None]:
            first = first_of(cells, points)
            options = ("--decimal=.",) * (self.form.decimal == ",")
            said = f"{first!r}; in training it was {self.form.name}"
            said += f"; if a point is before decimals, give {give(*options)}" if options else ""
        else:
            what = "a number, and no cell that is one" if none else "a number as the others are"
            first, options = first_of(cells, odd or news), _of_commas(odd or news)
            said = f"{first!r}, which is not {what}; in training all were numbers{written}"
            said += f"; if a comma is before decimals, give {give(*options)}" if options else ""
            options = options if len(number_forms(odd or news)) == 1 else ()  # 1,234 may be a thousand
        if not (options or none or points) and len(odd) <= MOST_NAMED:  # 50.5 may be a value in other columns
            options = tuple(f"--na={text}" for text in odd)
            said += f"; {give(*options)} makes {'it a gap' if len(odd) == 1 else 'gaps of them'}"
        elif not (options or none):
            said += "; write all so"
        raise NotOfKind(f"column {self.name!r} has {said}", cell=first, options=options)

    def encode(self, cells: Cells) -> Array:
        """The standardised cells, and the mark of gaps, (n, width)."""
        values, _ = self.numbers(cells)
        gaps = np.isnan(values)
        if self.required:
            _refuse_gaps(gaps, self.name)
        made = np.empty((len(values), self.width))
        fill = self.mean if self.fill is None else self.fill
        scaled = standardised(np.where(gaps, fill, values) if gaps.any() else values, self.mean, self.scale)
        made[:, 0] = self.scaling.limited(scaled)
        if self.marked:
            made[:, 1] = gaps
        return made

    def decode(self, A: Array) -> Array:
        """Standardised values (n, 1) in the column's own unit, (n,)."""
        return restored(A[:, 0].astype(np.float64), self.mean, self.scale)

    def strays(self, cells: Cells) -> tuple[int, tuple[str, ...]]:
        """How many cells count as gaps although they have a text that was not there in training, and which texts."""
        _, news = self.numbers(cells)
        return _cells_with(cells, news), news


def _are_most(cells: Cells, values: Array, news: Sequence[str], odd: Sequence[str]) -> bool:
    """Whether half of the cells or more are odd, numbers in another way, and not only a few cells are new.

    Cells that are the same number in both ways, such as 37 where there is 36,5, tell nothing and are not counted.
    """
    rows = Counter(cells.values.tolist())
    read = Counter(text for text, gap in zip(cells.values.tolist(), np.isnan(values).tolist(), strict=True) if not gap)
    if not odd or texts.nearly_all(read.total(), read.total() + sum(rows[text] for text in news)):
        return False
    forms = number_forms(odd)
    told = sum(read[text] for text in read if all(form.number(text) is None for form in forms))
    return sum(rows[text] for text in odd) >= told


def standardised(x: Any, mean: Any, scale: Any) -> Any:
    """(x - mean) / scale, of numbers or of a symbol that stands for them."""
    return (x - mean) / scale


def _centre_and_spread(values: Array, scaling: Scaling) -> tuple[float, float]:
    """What is taken away from values (n,) and what they are divided by, as the scaling says; 1 for equal values."""
    if bool((values == values[0]).all()):  # rounding can give equal numbers a standard deviation above 0
        return float(values.mean()), 1.0
    if isinstance(scaling, Standard):
        return float(values.mean()), float(values.std())
    centre, factor = scaling.learnt(values[:, None])
    return float(centre[0]), float(1 / factor[0])


def restored(a: Any, mean: Any, scale: Any) -> Any:
    """What was before `standardised`: a · scale + mean."""
    return a * scale + mean


@dataclass(frozen=True)
class DateColumn:
    """Parts of dates, as `DateParts` says."""

    name: str
    parts: DateParts
    form: texts.DateForm | None = None
    """How texts write the dates."""
    others: tuple[str, ...] = ()
    """Texts that count as gaps."""
    required: bool = False
    """Whether a gap is an error."""

    @property
    def width(self) -> int:
        """The number of inputs that it becomes."""
        return len(self.parts.names) + self.parts.marked

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (*(f"{self.name}: {part}" for part in self.parts.names), *[f"{self.name}{MISSING}"] * self.parts.marked)

    @property
    def is_text(self) -> bool:
        """Whether a file's texts must be kept for it."""
        return self.form is not None

    def dates(self, cells: Cells) -> tuple[Array, tuple[str, ...]]:
        """Cells as datetime64 (n,), NaT in gaps, and the texts that were no gap in training and are no dates now."""
        form = self.form
        if form is None and cells.holds == TEXTS and len(cells.filled):
            forms = texts.date_forms(cells.codes[0])
            form = next(iter(forms)) if len(forms) == 1 else None
        values, others = dates_in(cells, self.name, form)
        news = [text for text in others if text not in self.others]
        if news and np.isnat(values).all():
            written = f", {form.name}" if form else ""
            raise NotOfKind(
                f"column {self.name!r} has {first_of(cells, news)!r}, which is not a date{written}, and no cell that is one",
                cell=first_of(cells, news),
            )
        return values, tuple(news)

    def encode(self, cells: Cells) -> Array:
        """The parts of the dates, and the mark of gaps, (n, width)."""
        values, _ = self.dates(cells)
        if self.required:
            _refuse_gaps(np.isnat(values), self.name)
        return self.parts.encoded(values)

    def strays(self, cells: Cells) -> tuple[int, tuple[str, ...]]:
        """How many cells count as gaps although they have a text that was not there in training, and which texts."""
        _, news = self.dates(cells)
        return _cells_with(cells, news), news


Prepared: TypeAlias = NumberColumn | ChoiceColumn | MeanColumn | DateColumn


def prepare(
    record: Column,
    cells: Cells,
    Y: Array | None = None,
    scaling: Scaling = Standard(),  # noqa: B008 - frozen
) -> Prepared:
    """The column of a record, fitted on cells of training rows. The record may be that of more rows.

    Y (n, k) are the targets of which a column of many categories has the means; the scaling is for numbers.
    """
    name = str(record.name)
    if record.means and Y is not None:
        return MeanColumn.fitted(name, cells, Y, record.means, told=record.told, spellings=record.spellings.joined)
    if record.becomes == NUMBER:
        return NumberColumn.fitted(name, cells, record.numbers_form, record.others, scaling)
    if record.becomes == CATEGORY:
        return ChoiceColumn.fitted(name, cells, told=record.told, spellings=record.spellings.joined)
    if record.becomes != DATE:
        raise ValueError(f"column {name!r} is left out: it is {record.kind}, {record.why}")
    values, _ = dates_in(cells, name, record.form)
    holds = TIMES if cells.holds == TIMES else DATES
    return DateColumn(
        name, DateParts.fitted(Cells(values, holds, cells.type), mark_gaps=True), record.form, record.others
    )


def as_fitted(record: Column, column: Prepared) -> Column:
    """A record of all rows with the inputs that its column has, which was fitted on some: there more categories are rare."""
    choice = column.choice if isinstance(column, MeanColumn) else column
    if not isinstance(choice, ChoiceColumn):
        return record
    every = len(record.values) + record.grouped
    grouped = every - len(choice.categories) if choice.grouped else record.grouped
    suffixes = tuple(name.removeprefix(column.name) for name in column.names)
    return replace(record, grouped=grouped, suffixes=suffixes)


def said_of_strays(columns: Sequence[Prepared], given: Sequence[Cells], most: int = 3) -> list[str]:
    """For each column, what is said of cells that training did not know; nothing where there is none."""
    said = []
    for column, cells in zip(columns, given, strict=True):
        number, values = column.strays(cells)
        if not number:
            continue
        examples = ", ".join(map(repr, values[:most])) + (
            f" and {len(values) - most} more" if len(values) > most else ""
        )
        where = f"column {column.name!r}: {count(number, 'cell')} with"
        what, are, were = ("a category", "is", "was") if number == 1 else ("categories", "are", "were")
        if not isinstance(column, ChoiceColumn | MeanColumn):
            said.append(f"{where} what could not be read as training's cells were ({examples}), taken for gaps")
        elif isinstance(column, MeanColumn):
            known = (*column.choice.categories, *column.categories)
            said.append(
                f"{where} {what} that {are} new or had one row ({examples}), of which no mean target is known"
                f"{said_of_alike(values, known)}"
            )
        elif column.grouped:
            alike = said_of_alike(values, column.categories)
            said.append(f"{where} {what} that {are} new or {were} rare ({examples}), taken for one category{alike}")
        else:
            alike = said_of_alike(values, column.categories)
            said.append(f"{where} {what} that training did not have ({examples}), taken for none of the known{alike}")
    return said


def _refuse_gaps(gaps: Array, name: str) -> None:
    """NotOfKind where a cell (n,) is a gap."""
    if gaps.any():
        said = f"column {name!r} has a gap, and the model takes none; fill it, or leave the row out"
        raise NotOfKind(said, column=name, row=int(np.argmax(gaps)))


def first_of(cells: Cells, some: Sequence[str]) -> str:
    """The one of some texts that comes first among the cells."""
    wanted = set(some)
    return str(next(text for text in cells.values.tolist() if text in wanted))


def _of_commas(news: Sequence[str]) -> tuple[str, ...]:
    """What to give where a comma is before decimals, and training had points."""
    told = any("," in text for text in news) and bool(number_forms(news, ","))
    return ("--decimal=,",) * told


def _cells_with(cells: Cells, values: Sequence[str]) -> int:
    different, codes = cells.codes
    wanted = set(values)
    return int(np.isin(codes, [j for j, value in enumerate(different) if value in wanted]).sum()) if wanted else 0


def _truths(cells: Cells) -> Cells:
    """Cells whose texts are true and false as truth values, so that one odd text in a file makes no difference."""
    if cells.holds != TEXTS or not any(text.lower() in _TRUTH_OF for text in cells.codes[0]):
        return cells
    plain = [
        None if text is None else {"true": "1", "false": "0"}.get(text.lower(), text) for text in cells.values.tolist()
    ]
    made = np.empty(len(plain), object)
    made[:] = plain
    return Cells(made, TEXTS, cells.type, cells.typed)

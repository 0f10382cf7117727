"""Preprocessing: the columns of a table as inputs and targets of a network, and predictions back in the target's unit.

It is fitted once, on training rows, and saved with the network.

What a column is, is a record of `columns/`; what becomes of it, with its numbers, a prepared column of `columns/prepared.py`.
A target of classes becomes one output for each class; a target of values is standardised, and predictions are scaled back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..amounts import count
from ..callers import give
from ..columns import Column as Record
from ..columns import NotOfKind
from ..columns.cells import DATES, NUMBERS, TEXTS, Cells
from ..columns.choices import ChoiceColumn
from ..columns.class_targets import are_classes, are_too_many_classes
from ..columns.kinds import CATEGORY, CONSTANT, EMPTY, FEW, NUMBER
from ..columns.mean_targets import MeanColumn
from ..columns.prepared import (
    DateColumn,
    NumberColumn,
    Prepared,
    prepare,
    restored,
    said_of_strays,
    standardised,
)
from ..columns.prepared_json import from_json, to_json
from ..columns.spellings import respelled, said_of_alike
from ..formulas.catalogue import Array
from ..formulas.scalings import Scaling, Standard
from .described import describe_columns, describe_target, with_gaps, with_target
from .memory import choice_of, require_memory
from .tables.refusal import Refusal
from .tables.stored_table import StoredTable
from .tables.table import Table

__all__ = [
    "ChoiceColumn",
    "Column",
    "DateColumn",
    "NumberColumn",
    "Preprocessing",
    "abbreviate",
    "infer_task",
    "restored",
    "standardised",
]
TASKS = ("classification", "regression")
COUNTED_AT_ONCE = 1 << 16
"""Cells of a target among which different ones are looked for."""
Column: TypeAlias = Prepared
Target: TypeAlias = NumberColumn | ChoiceColumn


@dataclass(frozen=True)
class Preprocessing:
    """The input columns and the target column, by name. Their order does not matter, and other columns are not looked at.

    >>> table = Table.of({"size": [1.0, 3.0], "colour": ["red", "blue"], "price": [10.5, 30.0]})
    >>> made = Preprocessing.fitted(table, target="price")
    >>> made.task, made.X(table).tolist()
    ('regression', [[-1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    >>> Preprocessing.from_json(made.to_json()) == made
    True
    """

    inputs: tuple[Prepared, ...]
    target: Target
    na: tuple[str, ...] = ()
    """Texts and numbers that count as gaps in every column, beside what files write for no value."""

    @classmethod
    def fitted(
        cls,
        table: Table,
        *,
        target: str,
        task: str | None = None,
        records: Sequence[Record] | None = None,
        of_target: Record | None = None,
        na: Sequence[str] = (),
        scaling: Scaling = Standard(),  # noqa: B008 - frozen
    ) -> Preprocessing:
        """Preprocessing fitted on training rows; `task` is inferred if None. ValueError for an unsuitable table or target.

        `scaling` is for inputs that are numbers; a target is standardised.
        `records` and `of_target` say what the columns are, if more rows than these decide it; by default these rows do.
        """
        of_target = describe_target(table, target) if of_target is None else of_target
        table, _ = with_target(table, target, of_target.numbers_form if of_target.becomes == NUMBER else None)
        task = infer_task(table, target) if task is None else task
        if task not in TASKS:
            raise ValueError(f"unknown task {task!r}; there are {', '.join(TASKS)}")
        records = describe_columns(table, target, {}) if records is None else records
        used = [record for record in records if not record.is_left_out]
        if not used:
            raise _without_inputs(table, target, records)
        if task == "regression" and table.is_text(target):
            raise ValueError(
                f"the target {target!r} holds text such as {str(table[target][0])!r}; regression needs numbers"
            )
        try:
            classes = task == "classification"
            made = (_fitted_classes if classes else _fitted_values)(table, target, of_target)
            Y = _meant(made, made.encode(table.cells(target))) if any(record.means for record in used) else None
            inputs = tuple(prepare(record, table.cells(str(record.name)), Y, scaling) for record in used)
        except NotOfKind as error:
            options = [] if error.column in {None, target} else [f"--ignore={error.column}"]
            raise Refusal(f"{table.source}: {error}", options) from None
        return cls(inputs, made, tuple(na))

    def rescaled(self, table: Table, scaling: Scaling) -> Preprocessing:
        """The same columns with numbers centred and scaled in another way, fitted on training rows."""
        numbers = [column for column in self.inputs if isinstance(column, NumberColumn)]
        made = {
            column.name: NumberColumn.fitted(
                column.name, self.cells(table, column.name), column.form, column.others, scaling
            )
            for column in numbers
        }
        return replace(self, inputs=tuple(made.get(column.name, column) for column in self.inputs))

    @property
    def task(self) -> str:
        """`classification` or `regression`."""
        return "classification" if isinstance(self.target, ChoiceColumn) else "regression"

    @property
    def classes(self) -> tuple[Any, ...] | None:
        """What the outputs stand for; None in regression."""
        return self.target.categories if isinstance(self.target, ChoiceColumn) else None

    @property
    def labels(self) -> tuple[Any, ...] | None:
        """The classes as the training rows' table writes them, for people to read; None in regression."""
        return self.target.labels if isinstance(self.target, ChoiceColumn) else None

    @property
    def input_names(self) -> list[str]:
        """The names of the network's inputs: `column`, `column = category`, `column: time`, `column is missing`."""
        return [name for column in self.inputs for name in column.names]

    @property
    def texts(self) -> list[str]:
        """The columns of which a file's texts must be kept, however they look."""
        return [column.name for column in (*self.inputs, self.target) if column.is_text]

    def texts_of(self, decimal: str | None) -> list[str]:
        """Those but of numbers for which a person says another sign before decimals than training's texts had."""
        said = {
            column.name
            for column in (*self.inputs, self.target)
            if isinstance(column, NumberColumn) and decimal not in {None, column.form.decimal}
        }
        return [name for name in self.texts if name not in said]

    def X(self, table: Table, dtype: npt.DTypeLike = np.float64) -> Array:
        """Inputs (n, m) as the network takes them. ValueError with the names of all missing columns.

        A gap is filled, and a category that training did not have is none of the known ones; `strays` says which there are.
        """
        self._require_columns(table)
        if isinstance(table, StoredTable):
            return table.encoded((self, "X", np.dtype(dtype)), lambda block, _: self.X(block, dtype), width=self.width)
        require_memory(self.inputs, len(table), np.dtype(dtype).itemsize, table.source)
        made, at = np.empty((len(table), self.width), dtype), 0
        for column in self.inputs:
            made[:, at : at + column.width] = self.encoded(table, column)
            at += column.width
        return made

    def training_X(self, table: Table, dtype: npt.DTypeLike = np.float64, *, fitted_on: Array | None = None) -> Array:
        """Inputs (n, m) of rows to learn from: as `X`, with mean targets in which a row's own target has no part.

        `fitted_on` (n,) marks the rows that this was fitted on; None for all.
        """
        means = self.means_out_of_fold(table, fitted_on)
        if not means:
            return self.X(table, dtype)

        def encode(block: Table, rows: slice) -> Array:
            made, end = self.X(block, dtype), 0
            for column in self.inputs:
                end += column.width
                if isinstance(column, MeanColumn):
                    made[:, end - len(column.of) : end] = means[column.name][rows]
            return made

        if isinstance(table, StoredTable):
            return table.encoded((self, "training X", marks(fitted_on), np.dtype(dtype)), encode, width=self.width)
        return encode(table, slice(None))

    def means_out_of_fold(self, table: Table, fitted_on: Array | None = None) -> dict[str, Array]:
        """Of rows to learn from the mean targets (n, k) of each column that has them, without the row's own target."""
        of_means = [column for column in self.inputs if isinstance(column, MeanColumn)]
        Y = _meant(self.target, self.Y(table)) if of_means else np.empty((0, 0))
        return {column.name: column.out_of_fold(self.cells(table, column.name), Y, fitted_on) for column in of_means}

    @property
    def width(self) -> int:
        """How many inputs there are."""
        return sum(column.width for column in self.inputs)

    def strays(self, table: Table) -> list[str]:
        """What is said of cells that training did not know: new categories, texts among numbers."""
        self._require_columns(table)
        try:
            return said_of_strays(self.inputs, [self.cells(table, column.name) for column in self.inputs])
        except NotOfKind as error:
            self.as_read(table)  # says where
            raise ValueError(f"{table.source}: {error}") from None

    def as_read(self, table: Table) -> Table:
        """The table with the texts of numbers and dates as such, so that what a cell is does not depend on the rows beside it.

        ValueError for a column of which no cell can be read.
        """
        self._require_columns(table)
        columns = dict(table.columns)
        for column in self.inputs:
            cells = self.cells(table, column.name)
            if cells.holds != TEXTS or isinstance(column, ChoiceColumn | MeanColumn):
                continue
            try:
                made = column.numbers(cells)[0] if isinstance(column, NumberColumn) else column.dates(cells)[0]
            except NotOfKind as error:
                raise self._refused(table, column, cells, error) from None
            holds = NUMBERS if isinstance(column, NumberColumn) else DATES
            columns[column.name] = Cells(made, holds, cells.type, cells.typed)
        return replace(table, columns=columns)

    def _refused(self, table: Table, column: Prepared, cells: Cells, error: NotOfKind) -> ValueError:
        """The refusal with the place of the cell."""
        rows = [row for row, text in enumerate(cells.values.tolist()) if text == error.cell] if error.cell else []
        rows = rows if error.row is None else [error.row]
        where = f", {table.where(rows[0])}" if rows else ""
        return Refusal(f"{table.source}{where}: {error}", error.options)

    def Y(self, table: Table, dtype: npt.DTypeLike = np.float64) -> Array:
        """Targets (n, n^L) as the network gives them: one-hot rows, or standardised values.

        ValueError for a gap or a class that training did not have.
        """
        if isinstance(table, StoredTable):
            return table.encoded((self, "Y", np.dtype(dtype)), lambda block, _: self.Y(block, dtype))
        name, cells = self.target.name, table.cells(self.target.name)
        if cells.gaps.any():
            row = int(np.argmax(cells.gaps))
            raise ValueError(f"{table.source}, {table.where(row)}, column {name!r}: the target is missing")
        if isinstance(self.target, ChoiceColumn):
            unknown = self.target.places(cells) < 0
            if unknown.any():
                row = int(np.argmax(unknown))
                cell = cells.rows([row]).values.tolist()[0]
                raise ValueError(
                    f"{table.source}, {table.where(row)}, column {name!r}: {cell!r} did not occur in training; "
                    f"known are {abbreviate(self.target.categories)}{said_of_alike([str(cell)], self.target.categories)}"
                )
        return self.encoded(table, self.target)[:, : self.target.width].astype(dtype, copy=False)

    def with_target(self, table: Table) -> tuple[Table, int]:
        """The rows that have a target, as numbers where training's were, and how many have none.

        ValueError without the column, and where no target can be read.
        """
        cells = self.cells(table, self.target.name)
        table = self.respelled(with_gaps(table, self.na))
        if not isinstance(self.target, NumberColumn) or cells.holds != TEXTS:
            return with_target(table, self.target.name, None)
        try:
            values, _ = self.target.numbers(cells)
        except NotOfKind as error:
            raise self._refused(table, self.target, cells, error) from None
        numbers = Cells(values, NUMBERS, cells.type, cells.typed)
        return with_target(replace(table, columns={**table.columns, self.target.name: numbers}), self.target.name, None)

    def respelled(self, table: Table) -> Table:
        """The table with one spelling of each category."""
        choices = filter(None, map(choice_of, (*self.inputs, self.target)))
        joined = {each.name: each.spellings for each in choices if each.spellings}
        columns = {name: respelled(cells, joined.get(name, ())) for name, cells in table.columns.items()}
        return replace(table, columns=columns) if joined else table

    def said_of_missing(self, table: Table) -> str | None:
        """How many rows are without a target, and why; None where all have one."""
        name, cells = self.target.name, self.cells(table, self.target.name)
        missing = self.with_target(table)[1]
        if not missing:
            return None
        number, news = self.target.strays(cells) if isinstance(self.target, NumberColumn) else (0, ())
        said = [f"{missing - number:,} without {name}"] if missing > number else []
        if number:
            said.append(f"{count(number, 'row')} whose {name} could not be read as in training, such as {news[0]!r},")
        return f"{' and '.join(said)} left out"

    def cells(self, table: Table, name: str) -> Cells:
        """A column of a table with this preprocessing's gaps."""
        cells = table.cells(name)
        return with_gaps(Table({name: cells}), self.na).cells(name) if self.na else cells

    def _infinite(self, table: Table) -> list[float]:
        """Which infinite numbers the inputs have, in all columns."""
        every = [self.cells(table, column.name) for column in self.inputs]
        numbers = [cells.values for cells in every if cells.holds == NUMBERS]
        return sorted({value for values in numbers for value in values[np.isinf(values)].tolist()})

    def _require_columns(self, table: Table) -> None:
        missing = [column.name for column in self.inputs if column.name not in table]
        if missing:
            raise ValueError(
                f"{table.source} lacks {'column' if len(missing) == 1 else 'columns'} {abbreviate(missing)}; "
                f"it has {abbreviate(table.names)}"
            )

    def encoded(self, table: Table, column: Prepared) -> Array:
        """One column of a table, (n, width), with this preprocessing's gaps.

        ValueError for infinite numbers and cells of the wrong kind.
        """
        cells = self.cells(table, column.name)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # a number that becomes infinite is refused below
                made = column.encode(cells)
        except NotOfKind as error:
            raise self._refused(table, column, cells, error) from None
        finite = np.isfinite(made).all(axis=1)
        if not finite.all():
            row = int(np.argmin(finite))
            cell = cells.rows([row]).values.tolist()[0]
            place = f"{table.source}, {table.where(row)}, column {column.name!r}: {cell} is not a finite number"
            if cells.holds != NUMBERS or not np.isinf(cell):
                raise ValueError(place)
            marks = [f"--na={value:g}" for value in self._infinite(table)]
            raise Refusal(f"{place}; {give(f'--na={cell:g}')} makes it a gap", marks)
        return made

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that `from_json` reads back to an equal object."""
        plain = {"inputs": [to_json(column) for column in self.inputs], "target": to_json(self.target)}
        return plain | ({"na": list(self.na)} if self.na else {})

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Preprocessing:
        """What `to_json` wrote, in any version. ValueError for anything else."""
        try:
            inputs, target = tuple(map(from_json, plain["inputs"])), from_json(plain["target"])
            na = plain.get("na", [])
            if not isinstance(na, list) or not all(isinstance(text, str) for text in na):
                raise ValueError("na must be a list of texts")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"cannot read the preprocessing: {error}") from None
        names = [column.name for column in inputs]
        if isinstance(target, DateColumn | MeanColumn) or not inputs or len({*names, target.name}) <= len(names):
            raise ValueError("cannot read the preprocessing: it needs inputs and a target, each with a name of its own")
        return cls(inputs, target, tuple(na))


def infer_task(table: Table, target: str) -> str:
    """`classification` for a target of text, or of whole numbers with at most 20 distinct values, each seen at least
    twice; else `regression`. A table with a task of its own has that. ValueError where there is no such column or no row.

    >>> infer_task(Table.of({"x": [1, 2, 3, 4], "y": [0, 1, 1, 0]}), "y")
    'classification'
    """
    cells = table.cells(target)
    if table.task is not None and target == table.target:
        return table.task
    if not len(table):
        raise ValueError(f"{table.source} has no rows")
    if describe_target(table, target).becomes == CATEGORY:
        return "classification"
    counts = _counts(cells)
    return "classification" if are_classes(list(counts), list(counts.values())) else "regression"


def _counts(cells: Cells) -> dict[float, int]:
    """The different numbers of a column, and how often each occurs, up to the first block of cells with which there are many.

    A block at a time, because sorting all cells of a table on the disk would take more memory than training by it.
    """
    counts: dict[float, int] = {}
    for start in range(0, len(cells), COUNTED_AT_ONCE):
        rows = np.arange(start, min(start + COUNTED_AT_ONCE, len(cells)))
        for number, times in zip(*np.unique(cells.rows(rows).filled, return_counts=True), strict=True):
            counts[number.item()] = counts.get(number.item(), 0) + int(times)
        if len(counts) > FEW:
            break
    return counts


def abbreviate(values: Sequence[Any], most: int = 12) -> str:
    """The values in one line; only the first of them if there are many."""
    shown = ", ".join(repr(value) if isinstance(value, str) else str(value) for value in values[:most])
    return shown if len(values) <= most else f"{shown}, ... ({len(values)} in all)"


def _without_inputs(table: Table, target: str, records: Sequence[Record]) -> Refusal:
    if not records:
        return Refusal(f"{table.source} has no column beside the target {target!r}, so there are no inputs", look=True)
    why = "; ".join(f"{record.name!r} is {record.kind} ({record.why})" for record in records[:5])
    varied = [record for record in records if record.kind not in {CONSTANT, EMPTY}]
    return Refusal(
        f"{table.source} has no column from which {target!r} could be learnt: {why}",
        [f"--kind={record.name}=category" for record in varied[:1]],
        look=not varied,
    )


def _meant(target: Target, Y: Array) -> Array:
    """The targets of which many categories have means, (n, k): values, the second of two classes, or each of more."""
    made: Array = Y[:, 1:] if isinstance(target, ChoiceColumn) and target.width == 2 else Y[:, : target.width]
    return made if isinstance(target, ChoiceColumn) else made[:, :1]


def _fitted_classes(table: Table, target: str, record: Record) -> ChoiceColumn:
    column = ChoiceColumn.of_classes(target, table.cells(target), record.spellings.joined)
    if len(column.categories) < 2:
        raise Refusal(
            f"the target {target!r} of {table.source} is {column.categories[0]!r} in every row; "
            "at least two classes are needed",
            look=True,
        )
    if are_too_many_classes(len(column.categories), len(table)):
        is_number = record.becomes == NUMBER
        as_number = f"; {give('--task=regression')} predicts a number" if is_number else ""
        raise Refusal(
            f"the target {target!r} of {table.source} has {len(column.categories):,} classes in {len(table):,} rows, too few "
            f"rows of each for training{as_number}",
            ["--task=regression"] if is_number else [],
            look=not is_number,
        )
    return column


def _fitted_values(table: Table, target: str, record: Record) -> NumberColumn:
    values = table.cells(target).filled
    if len(values) > 1 and record.becomes == NUMBER and bool((values == values[0]).all()):
        raise Refusal(
            f"the target {target!r} of {table.source} is {values[0]} in every row, so there is nothing to learn",
            look=True,
        )
    return NumberColumn.fitted(target, table.cells(target), record.numbers_form, record.others)


def marks(rows: Array | None) -> str | None:
    """Marked rows (n,) as a short text, by which what is made of them is kept; None for all."""
    return None if rows is None or bool(rows.all()) else hashlib.sha256(np.packbits(rows).data).hexdigest()

"""Preprocessing: the columns of a table as inputs and targets of a network, and predictions back in the target's unit. It is
fitted once, on training rows, and saved with the network.

A column of numbers is standardised. A column of text becomes one input for each category: 1 for the row's category, else 0. A
target of classes becomes one output for each class; a target of values is standardised, and predictions are scaled back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from ..columns.kinds import FEW, nearly_one_each
from ..formulas.catalogue import Array
from .tables.table import Table

TASKS = ("classification", "regression")
MOST_CLASSES = FEW
"""A target of numbers with more distinct values than this is a regression target."""


@dataclass(frozen=True)
class NumberColumn:
    """(x - mean) / scale, one input."""

    name: str
    mean: float
    scale: float

    @classmethod
    def fitted(cls, name: str, values: Array) -> NumberColumn:
        """With the mean and standard deviation of the values (n,); scale 1 if they are all the same."""
        constant = bool((values == values[0]).all())  # rounding can give equal numbers a standard deviation above 0
        with np.errstate(over="ignore"):
            mean, scale = float(values.mean()), 1.0 if constant else float(values.std())
        if not (np.isfinite(mean) and np.isfinite(scale)):
            raise ValueError(f"column {name!r} has values too large to standardise; divide them by a constant")
        return cls(name, mean, scale or 1.0)

    @property
    def width(self) -> int:
        """The number of inputs or outputs that it becomes."""
        return 1

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return False

    def encode(self, table: Table) -> Array:
        """The standardised column, (n, 1); ValueError for a column of text."""
        if table.is_text(self.name):
            raise ValueError(
                f"{table.source}: column {self.name!r} holds text, such as {str(table[self.name][0])!r}; "
                "the model was trained on numbers"
            )
        return (table[self.name][:, None] - self.mean) / self.scale

    def decode(self, A: Array) -> Array:
        """Standardised values (n, 1) in the column's own unit, (n,)."""
        return A[:, 0].astype(np.float64) * self.scale + self.mean


@dataclass(frozen=True)
class ChoiceColumn:
    """A one-hot column: one number for each category, 1 for the row's category, 0 for the others."""

    name: str
    categories: tuple[Any, ...]
    """Texts, or numbers where the column holds numbers; sorted."""

    @classmethod
    def fitted(cls, name: str, values: Array) -> ChoiceColumn:
        """With all distinct values of (n,) as categories."""
        return cls(name, tuple(_plain(value) for value in np.unique(values).tolist()))

    @property
    def width(self) -> int:
        """The number of inputs or outputs that it becomes."""
        return len(self.categories)

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return isinstance(self.categories[0], str)

    def encode(self, table: Table) -> Array:
        """One-hot rows, (n, categories); ValueError, with row and column, for an unknown value."""
        place = {category: index for index, category in enumerate(self.categories)}
        values, inverse = np.unique(table[self.name], return_inverse=True)
        found = np.array([place.get(self._as_category(value), -1) for value in values.tolist()])[inverse]
        if (found < 0).any():
            row = int(np.argmax(found < 0))
            raise ValueError(
                f"{table.source}, {table.where(row)}, column {self.name!r}: {_plain(table[self.name][row].item())!r} "
                f"did not occur in training; known are {abbreviate(self.categories)}"
            )
        return np.eye(self.width)[found]

    def _as_category(self, value: Any) -> Any:
        """A value as text if the categories are text: a column of "1" and "2" may look numeric in another file."""
        plain = _plain(value)
        return str(plain) if self.is_text else plain

    def decode(self, A: Array) -> Array:
        """The category of each row's largest number, (n,)."""
        return np.array(self.categories)[A.argmax(axis=1)]


Column: TypeAlias = NumberColumn | ChoiceColumn


@dataclass(frozen=True)
class Preprocessing:
    """The input columns and the target column, by name. Their order does not matter, and other columns are ignored.

    >>> table = Table.of({"size": [1.0, 3.0], "colour": ["red", "blue"], "price": [10.5, 30.0]})
    >>> made = Preprocessing.fitted(table, target="price")
    >>> made.task, made.X(table).tolist()
    ('regression', [[-1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    >>> Preprocessing.from_json(made.to_json()) == made
    True
    """

    inputs: tuple[Column, ...]
    target: Column

    @classmethod
    def fitted(cls, table: Table, *, target: str, task: str | None = None) -> Preprocessing:
        """Preprocessing fitted on training rows; `task` is inferred if None. ValueError for an unsuitable table or target."""
        task = infer_task(table, target) if task is None else task
        if task not in TASKS:
            raise ValueError(f"unknown task {task!r}; there are {', '.join(TASKS)}")
        inputs = [name for name in table.names if name != target]
        if not inputs:
            raise ValueError(f"{table.source} has no column beside the target {target!r}, so there are no inputs")
        if task == "regression" and table.is_text(target):
            raise ValueError(
                f"the target {target!r} holds text such as {str(table[target][0])!r}; regression needs numbers"
            )
        return cls(
            tuple(_fitted_input(table, name) for name in inputs),
            _fitted_classes(table, target) if task == "classification" else NumberColumn.fitted(target, table[target]),
        )

    @property
    def task(self) -> str:
        """`classification` or `regression`."""
        return "classification" if isinstance(self.target, ChoiceColumn) else "regression"

    @property
    def classes(self) -> tuple[Any, ...] | None:
        """What the outputs stand for; None in regression."""
        return self.target.categories if isinstance(self.target, ChoiceColumn) else None

    @property
    def input_names(self) -> list[str]:
        """The names of the network's inputs: `column`, or `column = category`."""
        return [name for column in self.inputs for name in _names_of(column)]

    def X(self, table: Table) -> Array:
        """Inputs (n, m) as the network takes them. ValueError with the names of all missing columns."""
        missing = [column.name for column in self.inputs if column.name not in table]
        if missing:
            raise ValueError(
                f"{table.source} lacks {'column' if len(missing) == 1 else 'columns'} {abbreviate(missing)}; "
                f"it has {abbreviate(table.names)}"
            )
        return np.concatenate([column.encode(table) for column in self.inputs], axis=1)

    def Y(self, table: Table) -> Array:
        """Targets (n, n^L) as the network gives them: one-hot rows, or standardised values."""
        return self.target.encode(table)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that `from_json` reads back to an equal object."""
        return {"inputs": [_column_to_json(column) for column in self.inputs], "target": _column_to_json(self.target)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Preprocessing:
        """What `to_json` wrote. ValueError for anything else."""
        try:
            return cls(tuple(map(_column_from_json, plain["inputs"])), _column_from_json(plain["target"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"cannot read the preprocessing: {error}") from None


def infer_task(table: Table, target: str) -> str:
    """`classification` for a target of text, or of whole numbers with at most 20 distinct values, each seen at least
    twice; else `regression`. A table with a task of its own has that. ValueError where there is no such column or no row.

    >>> infer_task(Table.of({"x": [1, 2, 3, 4], "y": [0, 1, 1, 0]}), "y")
    'classification'
    """
    values = table[target]
    if table.task is not None and target == table.target:
        return table.task
    if not len(table):
        raise ValueError(f"{table.source} has no rows")
    if table.is_text(target):
        return "classification"
    distinct, counts = np.unique(values, return_counts=True)
    few = len(distinct) <= MOST_CLASSES and counts.min() > 1 and bool((distinct % 1 == 0).all())
    return "classification" if few else "regression"


def abbreviate(values: Sequence[Any], most: int = 12) -> str:
    """The values in one line; only the first of them if there are many."""
    shown = ", ".join(repr(value) if isinstance(value, str) else str(value) for value in values[:most])
    return shown if len(values) <= most else f"{shown}, ... ({len(values)} in all)"


def _fitted_input(table: Table, name: str) -> Column:
    if not table.is_text(name):
        return NumberColumn.fitted(name, table[name])
    column = ChoiceColumn.fitted(name, table[name])
    if nearly_one_each(len(column.categories), len(table)):
        raise ValueError(
            f"column {name!r} of {table.source} has {len(column.categories)} different texts in {len(table)} rows, "
            "as names or row numbers would have; leave it out, or give it fewer categories"
        )
    return column


def _fitted_classes(table: Table, target: str) -> ChoiceColumn:
    column = ChoiceColumn.fitted(target, table[target])
    if len(column.categories) < 2:
        raise ValueError(
            f"the target {target!r} of {table.source} is {column.categories[0]!r} in every row; "
            "at least two classes are needed"
        )
    if len(column.categories) > MOST_CLASSES and 2 * len(column.categories) > len(table):
        raise ValueError(
            f"the target {target!r} of {table.source} has {len(column.categories)} classes in {len(table)} rows, too few "
            "rows of each for training"
        )
    return column


def _names_of(column: Column) -> list[str]:
    if isinstance(column, NumberColumn):
        return [column.name]
    return [f"{column.name} = {category}" for category in column.categories]


def _plain(value: Any) -> Any:
    """A whole number as int: 3.0 as 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_KINDS: dict[str, Any] = {"number": NumberColumn, "choice": ChoiceColumn}


def _column_to_json(column: Column) -> dict[str, Any]:
    kind = next(kind for kind, made in _KINDS.items() if isinstance(column, made))
    return {"kind": kind, **asdict(column)} | (
        {"categories": list(column.categories)} if isinstance(column, ChoiceColumn) else {}
    )


def _column_from_json(plain: Mapping[str, Any]) -> Column:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items() if key != "kind"}
    made: Column = _KINDS[plain["kind"]](**fields)
    if not isinstance(made.name, str):
        raise ValueError(f"a column has a name, not {made.name!r}")
    if isinstance(made, NumberColumn):
        if not (np.isfinite(made.mean) and np.isfinite(made.scale) and made.scale):
            raise ValueError(f"column {made.name!r} has mean {made.mean!r} and scale {made.scale!r}")
    elif not (made.categories and isinstance(made.categories, tuple) and _are_alike(made.categories)):
        raise ValueError(f"column {made.name!r} has categories {abbreviate(made.categories)}")
    return made


def _are_alike(categories: tuple[Any, ...]) -> bool:
    """Whether these are all texts, or all numbers."""
    return all(isinstance(each, str) for each in categories) or all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in categories
    )

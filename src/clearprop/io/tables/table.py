"""Table: named columns of numbers or text, and their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...formulas.catalogue import Array, nearest


@dataclass(frozen=True)
class Table:
    """Columns of one length, each float64 or text, by name.

    >>> table = Table.of({"size": [1.0, 2.5], "colour": ["red", "blue"]})
    >>> table
    Table of 2 rows: size, colour (text)
    >>> table["size"]
    array([1. , 2.5])
    """

    columns: Mapping[str, Array]
    source: str = "table"
    """Where it came from, for messages."""
    target: str | None = None
    """The column to predict, where it is known."""
    task: str | None = None
    """"classification" or "regression", where it is known."""
    row_numbers: Array | None = None
    """(n,), the number of each row in messages, if not 1, 2, ...: in a file, its line."""
    row_word: str = "row"

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike | Sequence[str]], **about: str | None) -> Table:
        """A table of arrays or lists; ValueError where a column is neither numbers nor text, or lengths differ."""
        made = {str(name): _column(str(name), values) for name, values in columns.items()}
        lengths = {name: len(column) for name, column in made.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns must have one length; given {lengths}")
        return cls(made, **about)  # type: ignore[arg-type]  # source, target and task are all text

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return list(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Array:
        """The column (n,); ValueError, with the names of all columns, for an unknown one."""
        if name not in self.columns:
            near = nearest(name, self.names)
            every = "" if near.startswith("; there are") else f"; there are {', '.join(self.names)}"
            raise ValueError(f"{self.source} has no column {name!r}{near}{every}")
        return self.columns[name]

    def is_text(self, name: str) -> bool:
        """Whether a column holds text."""
        return self[name].dtype.kind in "UO"

    def rows(self, rows: npt.NDArray[np.integer]) -> Table:
        """The table of these rows, counted from 0; each keeps its number for messages."""
        numbers = np.arange(1, len(self) + 1) if self.row_numbers is None else self.row_numbers
        return Table(
            {name: column[rows] for name, column in self.columns.items()},
            self.source,
            self.target,
            self.task,
            numbers[rows],
            self.row_word,
        )

    def without(self, names: Sequence[str]) -> Table:
        """The table without these columns; ValueError for an unknown one."""
        for name in names:
            self[name]
        kept = {name: column for name, column in self.columns.items() if name not in names}
        return Table(kept, self.source, self.target, self.task, self.row_numbers, self.row_word)

    def where(self, row: int) -> str:
        """The name in messages of a row counted from 0: "line 12", "row 11"."""
        return f"{self.row_word} {row + 1 if self.row_numbers is None else self.row_numbers[row]}"

    def __repr__(self) -> str:
        columns = ", ".join(f"{name} (text)" if self.is_text(name) else name for name in self.names)
        return f"Table of {len(self)} rows: {columns}"


def _column(name: str, values: npt.ArrayLike | Sequence[str]) -> Array:
    column = np.asarray(values)
    if column.ndim != 1 or column.dtype.kind not in "fiubU":
        column = np.asarray(values, dtype=object)
        if column.ndim != 1 or not all(isinstance(value, str) for value in column):
            raise ValueError(
                f"column {name!r} must be (n,), all numbers or all text; given {np.asarray(values).dtype} "
                f"of shape {column.shape}"
            )
        return column.astype(str)
    if column.dtype.kind == "U":
        return column
    numbers = column.astype(np.float64)
    if not np.isfinite(numbers).all():
        row = int(np.argmin(np.isfinite(numbers)))
        raise ValueError(f"row {row + 1}, column {name!r}: {numbers[row]:g} is not a finite number")
    return numbers

"""Table: named columns of cells, with gaps, and their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from ...columns.cells import TEXTS, Cells, read
from ...engines import Ranks
from ...formulas.catalogue import Array, nearest


@dataclass(frozen=True)
class Table:
    """Columns of one length, by name: numbers, truth values, dates or texts, each with its gaps.

    >>> table = Table.of({"size": [1.0, None, 2.5], "colour": ["red", "blue", None]})
    >>> table
    Table of 3 rows: size, colour (text)
    >>> table["size"]
    array([1. , nan, 2.5])
    """

    columns: Mapping[str, Cells]
    source: str = "table"
    """Where it came from, for messages."""
    target: str | None = None
    """The column to predict, where it is known."""
    task: str | None = None
    """"classification" or "regression", where it is known."""
    row_numbers: Array | None = None
    """(n,), the number of each row in messages, if not 1, 2, ...: in a file, its line."""
    row_word: str = "row"
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What columns are, where it is known: one of `columns.kinds.KINDS` by name."""
    said: tuple[str, ...] = ()
    """How it was read, where it could have been read otherwise."""
    reading: Mapping[str, Any] = field(default_factory=dict)
    """What was told of how to read it, the fields of `Reading` by name."""

    @classmethod
    def of(cls, given: Any, **about: Any) -> Table:
        """A table of a data frame (pandas, polars), an Arrow table, or a mapping of names to arrays, lists or their columns.

        `None`, NaN and each library's own marks are gaps. ValueError where two columns have one name, or lengths differ.
        """
        columns = _columns_of(given)
        made = {}
        for name, column in columns:
            if str(name) in made:
                raise ValueError(f"two columns are called {str(name)!r}; give each a name of its own")
            made[str(name)] = column if isinstance(column, Cells) else _cells(str(name), column)
        lengths = {name: len(column) for name, column in made.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns must have one length; given {lengths}")
        return cls(made, **about)

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return list(self.columns)

    @property
    def on_disk(self) -> bool:
        """Whether its columns lie in files, and are read where they are looked at."""
        return False

    def together(self, ranks: Ranks) -> AbstractContextManager[None]:
        """A block in which several ranks share out what is written into files; of a table in the memory nothing is."""
        return nullcontext()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Array:
        """The values of a column (n,): numbers with NaN in gaps, dates with NaT, texts with None."""
        return self.cells(name).values

    def cells(self, name: str) -> Cells:
        """A column; ValueError, with the names of all columns, for an unknown one."""
        if name not in self.columns:
            near = nearest(name, self.names)
            every = "" if near.startswith("; there are") else f" There are {', '.join(self.names)}"
            raise ValueError(f"{self.source} has no column {name!r}{near}{every}")
        return self.columns[name]

    def has_place(self, given: str) -> bool:
        """Whether a text is the place of a column, from 1 or from the end, and no column's name."""
        digits = given.removeprefix("-")
        return given not in self and digits.isdecimal() and len(digits) < 9 and 1 <= int(digits) <= len(self.columns)

    def name_of(self, given: str) -> str:
        """The name of a column given by its name or by its place: "5" is the fifth, "-1" the last; ValueError for neither.

        >>> Table.of({"size": [1.0], "colour": ["red"]}).name_of("-1")
        'colour'
        """
        if self.has_place(given):
            place = int(given)
            return self.names[place - 1 if place > 0 else place]
        self.cells(given)
        return given

    def is_text(self, name: str) -> bool:
        """Whether a column holds text."""
        return self.cells(name).holds == TEXTS

    def rows(self, rows: npt.NDArray[Any]) -> Table:
        """The table of these rows, counted from 0 or marked; each keeps its number for messages."""
        numbers = np.arange(1, len(self) + 1) if self.row_numbers is None else self.row_numbers
        columns = {name: cells.rows(rows) for name, cells in self.columns.items()}
        return replace(self, columns=columns, row_numbers=numbers[rows])

    def without(self, names: Sequence[str]) -> Table:
        """The table without these columns; ValueError for an unknown one."""
        for name in names:
            self.cells(name)
        return replace(self, columns={name: cells for name, cells in self.columns.items() if name not in names})

    def where(self, row: int) -> str:
        """The name in messages of a row counted from 0: "line 12", "row 11"."""
        return f"{self.row_word} {row + 1 if self.row_numbers is None else self.row_numbers[row]}"

    def __repr__(self) -> str:
        columns = ", ".join(f"{name} (text)" if self.is_text(name) else name for name in self.names)
        return f"Table of {len(self)} rows: {columns}"


def as_table(given: Any) -> Table:
    """A table as it is, and anything else as `Table.of` makes it."""
    return given if isinstance(given, Table) else Table.of(given)


def _columns_of(given: Any) -> list[tuple[Any, Any]]:
    """The columns of a frame, an Arrow table or a mapping, with their names."""
    if hasattr(given, "collect_schema") and hasattr(given, "collect"):
        raise TypeError("a LazyFrame has no rows yet; give its .collect()")
    if hasattr(given, "column_names"):  # Arrow
        return [(name, given.column(j)) for j, name in enumerate(given.column_names)]
    if hasattr(given, "to_frame") and hasattr(given, "iloc"):  # a pandas Series, such as df.iloc[0]
        raise TypeError(
            "a Series is one row or one column, and a table has several; df.iloc[[0]] is a table of one row"
        )
    if hasattr(given, "iloc"):  # pandas
        return [(name, given.iloc[:, j]) for j, name in enumerate(given.columns)]
    if hasattr(given, "columns") and hasattr(given, "get_column"):  # polars
        return [(name, given.get_column(name)) for name in given.columns]
    if isinstance(given, Mapping):
        return list(given.items())
    if isinstance(given, str | PathLike):
        raise TypeError(f"{str(given)!r} is no table yet; clearprop.read_table({str(given)!r}) reads a file")
    raise TypeError(
        f"a table is a data frame of pandas or polars, an Arrow table, or a dict of columns by name; given "
        f"{type(given).__name__}"
    )


def _listed(column: Any) -> Any:
    """A column as a list; a text, which would be a row for each letter, and what has no items as they are."""
    try:
        return column if isinstance(column, str | bytes) else list(column)
    except TypeError:
        return column


def _cells(name: str, column: Any) -> Cells:
    held = column if hasattr(column, "dtype") or hasattr(column, "type") else _listed(column)
    if isinstance(held, str | bytes) or np.shape(held) == ():
        value = column.item() if hasattr(column, "item") else column
        number = isinstance(value, int | float) and not isinstance(value, bool)
        what = "number" if number else "text" if isinstance(value, str) else "value"
        raise TypeError(f"column {name!r} is one {what}; give a list, [{value!r}]")
    if len(np.shape(held)) != 1 or (isinstance(held, list) and any(np.ndim(cell) for cell in held)):
        raise ValueError(f"column {name!r} must be (n,), a value for each row; given shape {np.shape(held)}")
    return read(held)

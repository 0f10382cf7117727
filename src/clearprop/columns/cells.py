"""The cells of one column, whatever holds them: numbers, truth values, dates or texts, and which cells are gaps.

Nothing is decided here but what the column's own type says; no library of tables is imported.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Number
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

NUMBERS, TRUTHS, DATES, TIMES, TEXTS = "numbers", "truth values", "dates", "times of day", "texts"
"""What cells may be. A duration is a number, of seconds."""
ANY_TYPE = frozenset({"object", "Object"})
"""Types of columns that may hold anything."""
DATE = "datetime64[us]"
_DURATIONS = "durations"
SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Cells:
    """The cells of a column, in one type.

    >>> read(["a", None, "b"]).gaps.tolist()
    [False, True, False]
    """

    values: Array
    """(n,): numbers, with NaN in gaps; datetime64[us], with NaT; texts as objects, with None."""
    holds: str
    type: str
    """The name of the column's type, for messages."""
    typed: bool = True
    """Whether a library of tables gave the column a type. Texts of a file or an array have none: they may be anything."""
    are_categories: bool = False
    """Whether the type itself says so, as pandas' `category` and polars' `Enum` do."""
    words: tuple[str, str] | None = None
    """How a file writes false and true; None where they are values."""

    @property
    def evidence(self) -> str:
        """What the type says, or the cells themselves where the type may hold anything."""
        return f"its cells are {self.holds}" if self.type in ANY_TYPE else f"its type is {self.type}"

    @cached_property
    def gaps(self) -> Array:
        """Which cells have no value, (n,) bool."""
        if self.holds == TEXTS:
            return np.array([text is None for text in self.values.tolist()], bool)
        return np.isnat(self.values) if self.holds in {DATES, TIMES} else np.isnan(self.values)

    @property
    def filled(self) -> Array:
        """The values that are there, (filled,)."""
        return self.values[~self.gaps]

    @property
    def first(self) -> Any:
        """The first value that is there; None where every cell is a gap."""
        filled = self.filled
        return filled[0] if len(filled) else None

    @cached_property
    def codes(self) -> tuple[list[Any], Array]:
        """The different values, sorted, and (n,) the place of each cell's value among them, -1 in gaps."""
        if self.holds == TEXTS:
            cells = self.values.tolist()
            different: list[Any] = sorted({cell for cell in set(cells) if cell is not None})
            place = {cell: index for index, cell in enumerate(different)} | {None: -1}
            return different, np.fromiter(map(place.__getitem__, cells), np.intp, len(cells))
        return self.codes_of_values()

    def codes_of_values(self) -> tuple[list[Any], Array]:
        """The same of cells that are no texts."""
        gaps = self.gaps
        made = np.full(len(self), -1)
        filled, made[~gaps] = np.unique(self.values[~gaps], return_inverse=True)
        if self.holds in {DATES, TIMES}:
            return list(filled), made
        return [_plain(self.holds, number) for number in filled.tolist()], made

    def written(self, value: Any) -> Any:
        """A value of these cells as the table has it: false and true in its own words."""
        if self.holds != TRUTHS:
            return value
        return bool(value) if self.words is None else self.words[bool(value)]

    def rows(self, rows: Any) -> Cells:
        """The cells of these rows, counted from 0 or marked."""
        return replace(self, values=self.values[rows])

    def __len__(self) -> int:
        return len(self.values)


def _plain(holds: str, number: float) -> Any:
    """A truth value as such, and a whole number as int: 3.0 as 3."""
    if holds == TRUTHS:
        return bool(number)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def read(column: Any) -> Cells:
    """The cells of a column: a NumPy array (n,), a list, or a column of pandas, polars or Arrow.

    Among texts a gap is None or NaN; an empty text is a text. Who reads a file gives an empty cell as one or the other.
    """
    library = type(column).__module__.partition(".")[0]
    if library == "polars":
        return _of_polars(column)
    if library == "pandas":
        return _of_pandas(column)
    if library == "pyarrow":
        return _of_objects(column.to_pylist(), str(column.type))
    return replace(_of_array(column if isinstance(column, np.ndarray) else _objects(column)), typed=False)


def is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN, or another library's mark of a missing value, which equals nothing, not even itself."""
    if cell is None:
        return True
    try:
        return bool(cell != cell)  # noqa: PLR0124 - that is how NaN and NaT are told
    except TypeError:  # pandas' NA is neither equal nor unequal
        return True
    except ValueError:  # an array in a cell
        return False


def _objects(cells: Sequence[Any]) -> Array:
    """Cells as an array of objects, (n,)."""
    made = np.empty(len(cells), object)
    made[:] = cells
    return made


def _of_array(array: Array) -> Cells:
    named = str(array.dtype)
    if array.dtype.kind in "fiu":
        return Cells(array, NUMBERS, named)
    if array.dtype.kind == "b":
        return Cells(array.astype(float), TRUTHS, named)
    if array.dtype.kind == "M":
        return Cells(array.astype(DATE), DATES, named)
    if array.dtype.kind == "m":
        return Cells(array / SECOND, NUMBERS, named)
    return _of_objects(array.tolist(), "text" if array.dtype.kind == "U" else named)


def _of_pandas(column: Any) -> Cells:
    dtype, named = column.dtype, str(column.dtype)
    if hasattr(column, "cat"):
        return _of_objects(column.to_numpy(object).tolist(), named, are_categories=True)
    if isinstance(dtype, np.dtype):
        return _of_array(column.to_numpy())
    if hasattr(dtype, "tz"):
        return Cells(column.dt.tz_localize(None).to_numpy(DATE), DATES, named)
    if getattr(dtype, "_is_boolean", False):
        return Cells(column.to_numpy(float, na_value=np.nan), TRUTHS, named)
    if getattr(dtype, "_is_numeric", False):
        return Cells(column.to_numpy(float, na_value=np.nan), NUMBERS, named)
    return _of_objects(column.to_numpy(object).tolist(), named)


def _of_polars(column: Any) -> Cells:
    dtype, named = column.dtype, str(column.dtype)
    base = named.partition("(")[0]
    if dtype.is_numeric():
        plain = base != "Decimal" and not column.null_count()
        return Cells(column.to_numpy() if plain else _floats(column.to_list()), NUMBERS, named)
    if base in {"Date", "Datetime"}:
        plain = column.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else column
        return Cells(plain.to_numpy().astype(DATE), DATES, named)
    if base in {"Categorical", "Enum"}:
        return _of_objects(column.to_list(), named, are_categories=True)
    return _of_objects(column.to_list(), named)


def _of_objects(cells: list[Any], named: str, *, are_categories: bool = False) -> Cells:
    """Cells that are Python objects: of one sort, or else all as texts."""
    plain = [None if is_missing(cell) else cell for cell in cells]
    sorts = {_sort(kind) for kind in {type(cell) for cell in plain if cell is not None}}
    sort = sorts.pop() if len(sorts) == 1 else TEXTS
    values = _AS_ARRAY[sort](plain)
    are_categories |= named.startswith("dictionary")  # Arrow's
    return Cells(values, NUMBERS if sort == _DURATIONS else sort, named, are_categories=are_categories)


def _sort(kind: type) -> str:
    if issubclass(kind, bool | np.bool_):
        return TRUTHS
    if issubclass(kind, Number | np.number) and not issubclass(kind, complex | np.timedelta64):
        return NUMBERS
    if issubclass(kind, dt.date | np.datetime64) or kind.__name__ == "Period":
        return DATES
    if issubclass(kind, dt.time):
        return TIMES
    return _DURATIONS if issubclass(kind, dt.timedelta | np.timedelta64) else TEXTS


def _floats(cells: Sequence[Any]) -> Array:
    return np.array([np.nan if cell is None else _float(cell) for cell in cells], float)


def _float(number: Any) -> float:
    """A number as a float, infinite where it is too large for one, as a whole number of 400 digits is."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _texts(cells: Sequence[Any]) -> Array:
    return _objects([None if cell is None else str(cell) for cell in cells])


def _seconds(cells: Sequence[Any]) -> Array:
    return np.array([None if cell is None else np.timedelta64(cell) for cell in cells], "m8[us]") / SECOND


def _moments(cells: Sequence[Any]) -> Array:
    return np.array([_wall_time(cell) for cell in cells], DATE)


def _wall_time(cell: Any) -> Any:
    """A date or a moment as its own clock shows it, without a time zone."""
    if cell is None:
        return None
    if hasattr(cell, "to_timestamp"):  # a period of pandas: when it begins
        cell = cell.to_timestamp()
    if isinstance(cell, dt.datetime):
        return np.datetime64(cell.replace(tzinfo=None), "us")
    return np.datetime64(cell, "us")


def _on_first_day(cells: Sequence[dt.time | None]) -> Array:
    """Times of day as moments of 1970-01-01."""
    first = dt.date(1970, 1, 1)
    return np.array(
        [None if each is None else dt.datetime.combine(first, each.replace(tzinfo=None)) for each in cells], DATE
    )


_AS_ARRAY = {
    TEXTS: _texts,
    NUMBERS: _floats,
    TRUTHS: _floats,
    DATES: _moments,
    TIMES: _on_first_day,
    _DURATIONS: _seconds,
}

"""The columns of any table, as scikit-learn's transformers take them: numbers, and categories with NaN for a gap.

Tables are data frames of pandas and polars, Arrow's tables, arrays and lists of rows. Nothing is learnt here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.utils.validation import check_array

from ..columns import Column
from ..columns.categories import MISSING
from ..columns.cells import Cells, is_missing, read
from ..columns.choices import ChoiceColumn
from ..columns.kinds import CATEGORY, DATE, NUMBER
from ..columns.spellings import respelled
from ..formulas.catalogue import Array
from .places import gaps_in
from .versions import require_names_kept


class Columns(ColumnTransformer):
    """scikit-learn's ColumnTransformer for any table, by the records of its columns."""

    def __init__(self, transformers: Any, records: tuple[Column, ...] = ()) -> None:
        super().__init__(transformers)
        self.records = records

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """Each column in a line, where scikit-learn's would show every field of every record."""
        return "\n".join(map(str, self.records))

    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Learn from the rows of X (n, columns), and give them transformed, (n, m)."""
        return super().fit_transform(plain_columns(as_table(X), self.records), y, **params)

    def transform(self, X: Any, **params: Any) -> Any:
        """The rows of X (n, columns) transformed, (n, m)."""
        return super().transform(plain_columns(as_table(X), self.records), **params)

    @property
    def become_numbers(self) -> set[Any]:
        """Names of the columns in which a gap is no category."""
        return {record.name for record in self.records if record.becomes in {NUMBER, DATE}}

    def sources(self) -> list[tuple[int, str]]:
        """For each input in its order, the column that it is from, and what is added to the column's name."""
        numbers = [(j, record) for j, record in enumerate(self.records) if record.becomes == NUMBER]
        of_numbers = [(j, suffix) for j, record in numbers for suffix in record.suffixes]
        found = sorted(of_numbers, key=lambda each: each[1] == MISSING)  # what marks gaps comes after all numbers
        for kind in (DATE, CATEGORY):
            found += [
                (j, suffix) for j, each in enumerate(self.records) if each.becomes == kind for suffix in each.suffixes
            ]
        return found

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """The name of each input, (m,): `size`, `size is missing`, `colour = red`, `when: time`."""
        names = [record.name for record in self.records] if input_features is None else list(input_features)
        return np.array([f"{names[j]}{suffix}" for j, suffix in self.sources()], dtype=object)


class DateInputs(TransformerMixin, BaseEstimator):
    """Columns of dates as inputs, by their records. Nothing is learnt here. Without `gaps` one is an error."""

    def __init__(self, records: tuple[Any, ...], *, gaps: bool) -> None:
        self.records, self.gaps = records, gaps

    def fit(self, X: Any, y: Any = None) -> DateInputs:
        """Nothing."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def transform(self, X: Any) -> Array:
        """The dates of X (n, columns) as inputs (n, k)."""
        made = []
        for j, record in enumerate(self.records):
            dates = record.dates(read(column_of(X, j)))
            if not self.gaps:
                refuse_gaps({record.name: np.isnat(dates)}, trained=True)
            made.append(record.parts.encoded(dates))
        return np.concatenate(made, axis=1)


def refuse_gaps(
    gaps: Mapping[Any, Array], *, trained: bool, texts: Mapping[Any, tuple[str, ...]] | None = None
) -> None:
    """ValueError for gaps among numbers or dates that nobody asked to fill; by the column's name, which rows (n,) have one.

    `texts` are those of each column that count as gaps.
    """
    found = {name: np.flatnonzero(which) for name, which in gaps.items() if which.any()}
    if found:
        raise ValueError(gaps_in(found, trained=trained, texts=texts))


def refuse_unread(X: Any) -> None:
    """TypeError for a table that is not read yet, or not known here; ValueError for one with masked cells."""
    if type(X).__name__ == "LazyFrame":
        raise TypeError("X is a LazyFrame, which has no rows yet; give X.collect()")
    require_names_kept(X)
    refuse_masked(X, "X")


def refuse_masked(given: Any, name: str) -> None:
    """ValueError for an array with masked cells: what is below the mask would be used unseen."""
    if np.ma.is_masked(given):
        raise ValueError(f"{name} has masked values; fill them or leave their rows out")


def as_frame(X: Any) -> Any:
    """Arrow's tables as a frame of pandas, or else of polars, whose columns keep their types; anything else as it is."""
    if not (type(X).__module__.startswith("pyarrow") and hasattr(X, "column_names")):
        return X
    try:
        import pandas as pd
    except ImportError:
        pass
    else:
        return X.to_pandas(types_mapper=pd.ArrowDtype)
    try:
        import polars as pl
    except ImportError:
        raise TypeError(
            "columns of an Arrow table are encoded or filled by way of pandas or polars: install one"
        ) from None
    return pl.from_arrow(X)


def as_table(X: Any) -> Any:
    """X as a data frame or an array (n, m), of objects where rows mix numbers and text; scikit-learn's errors for others."""
    refuse_unread(X)
    X = as_frame(X)
    if hasattr(X, "columns"):
        return X
    rows = np.array(X, dtype=object) if isinstance(X, list | tuple) else X
    return check_array(rows, dtype=None, ensure_all_finite=False, input_name="X")


def column_of(X: Any, j: int) -> Any:
    """Column j of a frame or an array (n, m)."""
    if hasattr(X, "iloc"):
        return X.iloc[:, j]
    return X[X.columns[j]] if hasattr(X, "columns") else X[:, j]


def plain_columns(X: Any, records: Sequence[Column]) -> Any:
    """A frame or array (n, m) whose columns of numbers are numbers, NaN in gaps, and whose categories have NaN in gaps.

    NotOfKind, a ValueError, names the column and the cell which is no number; TypeError a column that mixes text and numbers.
    """
    if not hasattr(X, "columns") and (X.dtype.kind in "fiub" or is_of_dates(X)):
        return X
    given = [column_of(X, j) for j in range(len(records))]
    plain = [_plain(column, record) for column, record in zip(given, records, strict=True)]
    if not hasattr(X, "columns"):
        return np.array([column.astype(object) for column in plain], object).T
    made = X.copy(deep=False) if hasattr(X, "iloc") else X
    for j, (column, was) in enumerate(zip(plain, given, strict=True)):
        if column is not was and hasattr(X, "iloc"):
            made.isetitem(j, column)
        elif column is not was:
            made = made.with_columns(type(was)(X.columns[j], column))
    return made


def is_of_dates(X: Any) -> bool:
    """Whether X is an array of dates."""
    return isinstance(X, np.ndarray) and X.dtype.kind == "M"


def is_numeric(column: Any) -> bool:
    """Whether a frame's column holds numbers or truth values, by its type."""
    dtype = column.dtype
    if hasattr(dtype, "is_numeric"):  # polars
        return bool(dtype.is_numeric()) or str(dtype) == "Boolean"
    return getattr(dtype, "kind", "O") in "fiub" or bool(getattr(dtype, "_is_numeric", False))


def _plain(column: Any, record: Column) -> Any:
    """A column as it is, if scikit-learn reads it so, or its cells with NaN in gaps."""
    numeric, of_polars = is_numeric(column), hasattr(column.dtype, "is_numeric")
    if record.spellings.joined and not record.grouped:
        return _in_one_spelling(column, record, None if of_polars else np.nan)
    if record.becomes == NUMBER:
        native = numeric and (isinstance(column.dtype, np.dtype) or of_polars)
        return column if native else record.numbers(read(column))
    if record.grouped:
        return _with_others_together(read(column), record, None if of_polars else np.nan)
    if record.becomes != CATEGORY or numeric or of_polars or hasattr(column, "cat"):
        return column
    return _categories(np.asarray(column, object), record.name)


_LAST_TEXT, _LAST_NUMBER = "\U0010ffff another", np.inf
"""What stands for rare categories and new ones: scikit-learn sorts categories, and this one comes last."""


def _in_one_spelling(column: Any, record: Column, gap: float | None) -> Array:
    """Categories of which each has one spelling."""
    cells = respelled(read(column), record.spellings.joined).values
    return np.array([gap if cell is None else cell for cell in cells.tolist()], object)


def _with_others_together(cells: Cells, record: Column, gap: float | None) -> Array:
    """Categories with those that share an input as one."""
    known = ChoiceColumn(str(record.name), record.values, True, True, record.spellings.joined)
    last = _LAST_TEXT if known.is_text else _LAST_NUMBER
    return np.array([*record.values, last, gap], object)[known.places(cells)]


def _categories(cells: Any, name: Any) -> Array:
    plain = np.array([np.nan if is_missing(cell) else cell for cell in cells], object)
    kinds = {isinstance(cell, str) for cell in plain.tolist() if not is_missing(cell)}
    if len(kinds) > 1:
        raise TypeError(f"column {name!r} of X has text and other cells: give it as text, or as numbers alone")
    return plain

"""The columns of any table, as scikit-learn's transformers take them: numbers, and categories with NaN for a gap.

Tables are data frames of pandas and polars, Arrow's tables, arrays and lists of rows. Nothing is learnt here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.utils.validation import check_array

from ..formulas.catalogue import Array


class Columns(ColumnTransformer):
    """scikit-learn's ColumnTransformer for any table. What it is fitted with is what `plain_columns` makes of it."""

    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Learn from the rows of X (n, columns), and give them transformed, (n, m)."""
        return super().fit_transform(self._plain(X), y, **params)

    def transform(self, X: Any, **params: Any) -> Any:
        """The rows of X (n, columns) transformed, (n, m)."""
        return super().transform(self._plain(X), **params)

    def _plain(self, X: Any) -> Any:
        categories = next(numbers for name, _, numbers in self.transformers if name == "categories")
        return plain_columns(as_table(X), set(np.asarray(categories).tolist()))


def refuse_unread(X: Any) -> None:
    """TypeError for a table that is not read yet, ValueError for one with masked cells, whose values would be used unseen."""
    if type(X).__name__ == "LazyFrame":
        raise TypeError("X is a LazyFrame, which has no rows yet; give X.collect()")
    if np.ma.is_masked(X):
        raise ValueError(
            "X has masked values; fill them, with NaN and missing='median' for example, or leave their rows out"
        )


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


def plain_columns(X: Any, categories: Collection[int]) -> Any:
    """A frame or array (n, m) in which missing cells are NaN, whatever they were, and columns but `categories` are numbers.

    ValueError that names the column and the cell which is no number, or which mixes text and numbers.
    """
    if hasattr(X, "iloc"):
        made = X.copy(deep=False)
        for j, name in enumerate(X.columns):
            column = X.iloc[:, j]
            plain = _plain_of_pandas(column, name, is_category=j in categories)
            if plain is not column:
                made.isetitem(j, plain)
        return made
    if hasattr(X, "columns"):
        for j, name in enumerate(X.columns):
            column = X[name]
            if j not in categories and not is_numeric(column):
                _numbers(column.to_list(), name)
        return X
    if X.dtype.kind in "fiub":
        return X
    cells = [_categories(X[:, j], j) if j in categories else _numbers(X[:, j], j) for j in range(X.shape[1])]
    return np.array([column.astype(object) for column in cells], object).T


def is_numeric(column: Any) -> bool:
    """Whether a frame's column holds numbers or truth values, by its type."""
    dtype = column.dtype
    if hasattr(dtype, "is_numeric"):  # polars
        return bool(dtype.is_numeric()) or str(dtype) == "Boolean"
    return getattr(dtype, "kind", "O") in "fiub" or bool(getattr(dtype, "_is_numeric", False))


def _plain_of_pandas(column: Any, name: Any, *, is_category: bool) -> Any:
    """A column of NumPy's types as it is, and one of pandas' own with NaN where it has NA."""
    numeric = is_numeric(column)
    if numeric and (is_category or isinstance(column.dtype, np.dtype)):
        return column
    if numeric:
        return column.to_numpy(dtype=float, na_value=np.nan)
    if is_category and hasattr(column, "cat"):
        return column
    return _categories(column.to_numpy(object), name) if is_category else _numbers(column.to_numpy(object), name)


def _categories(cells: Any, name: Any) -> Array:
    plain = np.array([np.nan if is_missing(cell) else cell for cell in cells], object)
    kinds = {isinstance(cell, str) for cell in plain.tolist() if not is_missing(cell)}
    if len(kinds) > 1:
        raise TypeError(f"column {name!r} of X has text and other cells: give it as text, or as numbers alone")
    return plain


def _numbers(cells: Any, name: Any) -> Array:
    plain = [np.nan if is_missing(cell) else cell for cell in cells]
    numbers = np.empty(len(plain))
    for i, cell in enumerate(plain):
        try:
            numbers[i] = cell
        except (TypeError, ValueError):
            shown = cell.item() if isinstance(cell, np.generic) else cell
            message = f"column {name!r} of X has {shown!r}, which is not a number; if it holds categories, name it in"
            raise ValueError(f"{message} categorical_features") from None
    return numbers


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

"""Missing values and categories on request: columns become numbers by what was learnt from the training rows.

scikit-learn's own transformers do the work, and are saved with the estimator. Nothing is guessed: without a request NaN and
text are errors, as they are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from ..formulas.catalogue import Array, find
from ..formulas.scalings import Scaling
from .columns import Columns, is_numeric

FILLED = ("mean", "median", "most_frequent")
"""What a missing number is filled with."""


@dataclass(frozen=True)
class Scaler:
    """A scaling and what it learnt of each column, (m,) each."""

    part: Scaling
    centre: Array
    factor: Array

    @classmethod
    def fitted(cls, part: str | Scaling, X: Array) -> Scaler:
        """From training points X (n, m)."""
        found = find(Scaling, part)
        return cls(found, *(learnt.astype(X.dtype) for learnt in found.learnt(X)))

    def scaled(self, X: Array) -> Array:
        """X (n, m) scaled, in its own type, or in that of the training rows where it has whole numbers."""
        X = X if X.dtype.kind == "f" else X.astype(self.centre.dtype)
        return self.part.scaled(X, self.centre, self.factor).astype(X.dtype, copy=False)


def preparation(X: Any, *, missing: str | None, categorical: Any) -> Any:
    """The transformer to be fitted for points X (n, m): one input for each category, gaps filled and marked by an input."""
    is_category = categorical_columns(X, categorical)
    numbers, categories = np.flatnonzero(~is_category), np.flatnonzero(is_category)
    fill = "passthrough" if missing is None else SimpleImputer(strategy=missing, add_indicator=True)
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return Columns([("numbers", fill, numbers), ("categories", make_pipeline(encode), categories)])


def categorical_columns(X: Any, categorical: Any) -> Array:
    """Which columns hold categories, (m,) bool: named, counted, marked, or told by their type ("from_dtype")."""
    columns = list(X.columns) if hasattr(X, "columns") else None
    m = len(columns) if columns is not None else np.shape(X)[1]
    if categorical is None:
        return np.zeros(m, bool)
    if isinstance(categorical, str) and categorical == "from_dtype":
        return np.array([not is_numeric(X[column]) for column in columns or ()])
    given = np.asarray(categorical)
    if given.dtype.kind == "b":
        if given.shape != (m,):
            raise ValueError(f"categorical_features must mark each of the {m} columns; given shape {given.shape}")
        return given
    if given.dtype.kind in "OU":
        unknown = [name for name in given.tolist() if columns is None or name not in columns]
        if unknown:
            without = " (its columns have no names: give their numbers)" if columns is None else ""
            raise ValueError(f"categorical_features names {unknown[0]!r}, which is no column of X{without}")
        return np.isin(np.array(columns, object), given)
    marked = np.zeros(m, bool)
    try:
        marked[given] = True
    except IndexError:
        raise ValueError(f"categorical_features counts columns from 0 to {m - 1}; given {given.tolist()}") from None
    return marked

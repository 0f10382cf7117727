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
from sklearn.utils.validation import check_array

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


@dataclass(frozen=True)
class Targets:
    """How a regressor's y was brought to mean 0 and variance 1: the `mean` and the `scale` of each output, (k,) each."""

    mean: Array
    scale: Array

    @classmethod
    def of(cls, estimator: Any) -> Targets | None:
        """What an estimator has learnt of its targets; None where they are taken as they are."""
        made = vars(estimator)
        return cls(made["target_mean_"], made["target_scale_"]) if "target_scale_" in made else None

    def scaled(self, Y: Array) -> Array:
        """Y (n, k) as the network learns it."""
        return (Y - self.mean) / self.scale

    def unscaled(self, A: Array) -> Array:
        """Outputs A (n, k) in y's own unit."""
        return A * self.scale + self.mean


@dataclass(frozen=True)
class Preparation:
    """The whole way from a raw row to the network's inputs, and from its outputs to y's own unit, as fitted.

    Each of the three steps is None where it was not asked for. A prediction is `restore(network_.predict(transform(X)))`.
    """

    columns: Columns | None = None
    """Fills gaps and marks them, and makes an input for each category: raw rows (n, features) to numbers (n, m)."""
    scaler: Scaler | None = None
    """Scales each input, (n, m) to (n, m)."""
    targets: Targets | None = None
    """Brings y (n, k) to standard units, and outputs back."""
    predictions: int | None = None
    """How many of the network's outputs are predictions, the first ones; further ones tell how far targets are spread."""

    def encode(self, X: Any) -> Any:
        """Raw rows X (n, features) as numbers (n, m): gaps filled and marked, categories as inputs; not yet scaled."""
        if self.columns is not None:
            return check_array(self.columns.transform(X), dtype=(np.float64, np.float32))
        sparse = ["csr", "csc"] if self.scaler is None else False
        return check_array(X, accept_sparse=sparse, dtype=(np.float64, np.float32))

    def transform(self, X: Any) -> Any:
        """Raw rows X (n, features) as the network's inputs A^0 (n, m)."""
        encoded = self.encode(X)
        return encoded if self.scaler is None else self.scaler.scaled(encoded)

    def restore(self, A: Array) -> Array:
        """The network's outputs A (n, n^L) as predictions (n, k) in y's own unit; a classifier's are left as they are."""
        values = A[:, : self.predictions]
        return values if self.targets is None else self.targets.unscaled(values)


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

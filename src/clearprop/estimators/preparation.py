"""Missing values and categories on request: columns become numbers by what was learnt from the training rows.

scikit-learn's own transformers do the work, and are saved with the estimator. Nothing is guessed: without a request NaN and
text are errors, as they are there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.validation import check_array

from ..columns import Column, NotOfKind, describe
from ..columns.column import keeping_one, warn_of
from ..columns.kinds import CATEGORY, DATE, NUMBER
from ..formulas.catalogue import Array, find
from ..formulas.scalings import Scaling
from .columns import Columns, DateInputs, column_of, refuse_gaps
from .places import SHOWN

HOW = "categorical_features={{{name!r}: {kind!r}}}"
LINES = 20
"""So many columns are shown where a preparation is printed."""
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

    def lines(self) -> list[str]:
        """What it does, and the numbers that it learnt of the first inputs."""
        first, second = self.part.words
        listed = zip(self.centre.tolist(), self.factor.tolist(), strict=True)
        numbers = [f"{centre:.6g}, {math.inf if factor == 0 else 1 / factor:.6g}" for centre, factor in listed]
        more = f"; and {len(numbers) - LINES} more" if len(numbers) > LINES else ""
        return [f"{self.part}: {first}, {second} of each: {'; '.join(numbers[:LINES])}{more}"]

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


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        """What is done, in lines: each column, what scales the inputs, and what brings the target back."""
        said = [str(each) for each in self.records[:LINES]]
        if len(self.records) > LINES:
            said.append(f"and {len(self.records) - LINES} more columns")
        if self.scaler is not None:
            said += ["inputs are scaled: " + line for line in self.scaler.lines()]
        if self.targets is not None:
            pairs = zip(self.targets.mean.tolist(), self.targets.scale.tolist(), strict=True)
            said += [f"y is taken as (y − {mean:.6g}) / {scale:.6g}" for mean, scale in pairs]
        return "\n".join(said or ["rows are taken as they are"])

    @property
    def records(self) -> tuple[Column, ...]:
        """What each column was taken for, why, and which inputs it became; none where columns are taken as they are."""
        return () if self.columns is None else self.columns.records

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


def preparation(X: Any, *, missing: str | None, categorical: Any) -> Columns:
    """The transformer to be fitted for a table X (n, m): inputs for categories and parts of dates, gaps filled and marked.

    A ColumnWarning names the columns that are left out. ValueError where that are all of them, and for gaps among numbers that
    nobody asked to fill.
    """
    records = records_of(X, missing=missing, categorical=categorical)
    becoming = {
        kind: [j for j, each in enumerate(records) if each.becomes == kind] for kind in (NUMBER, DATE, CATEGORY)
    }
    if missing is None:
        some = [j for j in becoming[NUMBER] + becoming[DATE] if records[j].gaps]
        found = {records[j].name: records[j].gaps_of(column_of(X, j)) for j in some}
        refuse_gaps(found, trained=False, texts={records[j].name: records[j].others for j in some if records[j].others})
    if records and all(each.is_left_out for each in records):
        said = "; ".join(f"{each.name!r} ({each.kind}: {each.why})" for each in records[:SHOWN])
        more = f" and {len(records) - SHOWN} more" if len(records) > SHOWN else ""
        raise ValueError(f"no column of X becomes an input: {said}{more}{keeping_one(records, HOW)}")
    warn_of(records, HOW)
    fill = "passthrough" if missing is None else SimpleImputer(strategy=missing, add_indicator=True)
    dates = DateInputs(tuple(records[j] for j in becoming[DATE]), gaps=missing is not None)
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    transformers = [
        ("numbers", fill, becoming[NUMBER]),
        ("dates", dates, becoming[DATE]),
        ("categories", make_pipeline(encode), becoming[CATEGORY]),
    ]
    return Columns(transformers, records)


def records_of(X: Any, *, missing: str | None, categorical: Any) -> tuple[Column, ...]:
    """What each column of a table X (n, m) is: as somebody says, or by its type and its cells."""
    names = list(X.columns) if hasattr(X, "columns") else range(np.shape(X)[1])
    told = zip(names, told_kinds(X, categorical), strict=True)
    records = []
    for j, (name, kind) in enumerate(told):
        try:
            records.append(describe(column_of(X, j), name, kind, mark_gaps=missing is not None))
        except NotOfKind as error:
            raise NotOfKind(f"{error}; {_otherwise(error, name, kind)}") from None
    return tuple(records)


def _otherwise(error: NotOfKind, name: Any, kind: str | None) -> str:
    """What to say of a column that cannot be of this kind, which was said or is that of all others."""
    tried = (kind or "").partition("(")[0]
    if error.ways:
        first, *others = (HOW.format(name=name, kind=way) for way in error.ways)
        parsed = f", or pandas.to_datetime(X[{name!r}], dayfirst=True) before" if tried == DATE else ""
        return f"say {' or '.join([first, *others])}{parsed}"
    first, second = [each for each in (CATEGORY, DATE, NUMBER) if each != tried][:2]
    said = f"{HOW.format(name=name, kind=first)}, or {second!r}"
    return f"if it holds something else, say what: {said}, or 'from_dtype' to let the cells tell"


def told_kinds(X: Any, categorical: Any) -> list[str | None]:
    """What somebody says that each column is; None where its type and its cells shall tell.

    `categorical` names, counts or marks the columns of categories, all others being numbers; it may be a dict that says what
    some columns are; "from_dtype" says nothing.
    """
    columns = list(X.columns) if hasattr(X, "columns") else list(range(np.shape(X)[1]))
    if isinstance(categorical, str):
        return [None] * len(columns)
    if isinstance(categorical, Mapping):
        for name in categorical:
            if name not in columns:
                raise ValueError(f"categorical_features names {name!r}, which is no column of X")
        return [categorical.get(name) for name in columns]
    return [CATEGORY if marked else NUMBER for marked in categorical_columns(X, categorical)]


def categorical_columns(X: Any, categorical: Any) -> Array:
    """Which columns hold categories, (m,) bool: they are named, counted or marked."""
    columns = list(X.columns) if hasattr(X, "columns") else None
    m = len(columns) if columns is not None else np.shape(X)[1]
    if categorical is None:
        return np.zeros(m, bool)
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

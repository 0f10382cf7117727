"""Arrow's tables: numbers as scikit-learn's classes take them, and columns of text by way of a data frame."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.columns import as_frame

from .controls import DIABETES, IRIS, KINDS, LABELS, OPTIONS, beside, data

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

KIND = np.array(["x", "y", "z"])[np.random.default_rng(0).integers(3, size=len(LABELS))]
CELLS = {"a": IRIS[:, 0], "on": IRIS[:, 1] > 0, "whole": np.arange(len(LABELS)) % 7, "kind": KIND.tolist()}
GAPS = {name: [None if i == 3 else cell for i, cell in enumerate(column)] for name, column in CELLS.items()}
TABLES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a table": pa.table,
    "a batch": lambda d: pa.RecordBatch.from_pydict({name: pa.array(column) for name, column in d.items()}),
    "a table in chunks": lambda d: pa.concat_tables([pa.table(d).slice(0, 50), pa.table(d).slice(50)]),
    "a table with a dictionary": lambda d: pa.table(d | {"kind": pa.array(d["kind"]).dictionary_encode()}),
    "large text": lambda d: pa.table(d | {"kind": pa.array(d["kind"], pa.large_string())}),
    "pandas with Arrow's types": lambda d: pa.table(d).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda d: pl.from_arrow(pa.table(d)),
}
WAYS: dict[str, dict[str, Any]] = {
    "the preset": {"preset": "tabular"},
    "by type": {"categorical_features": "from_dtype", "missing": "median"},
    "by name": {"categorical_features": ["kind"], "early_stopping": True, "scoring": "accuracy"},
}


@KINDS
def test_a_table_of_numbers_is_what_it_is_to_theirs(kind: str) -> None:
    X, y = data(kind)
    table = pa.table({f"x{j}": X[:, j] for j in range(X.shape[1])})

    def learnt(room: ModuleType) -> Any:
        model = getattr(room, kind)(**OPTIONS).fit(table, pa.array(y))
        return model.coefs_, model.predict(table), model.feature_names_in_

    beside(learnt)


@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("made", TABLES.values(), ids=TABLES)
def test_every_table_gives_the_network_of_the_pandas_frame(made: Any, options: dict[str, Any]) -> None:
    frame, table = pd.DataFrame(CELLS), made(CELLS)
    settings = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0} | options
    model, other = (MLPClassifier(**settings).fit(X, LABELS) for X in (frame, table))
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])
    np.testing.assert_array_equal(other.predict_proba(table), model.predict_proba(frame))
    row = table.slice(3, 1) if hasattr(table, "slice") else table.iloc[3]
    assert other.explain(row, LABELS[3]).text() == model.explain(frame.iloc[3], LABELS[3]).text()


def test_decimal_numbers_are_numbers() -> None:
    frame = pd.DataFrame(CELLS)
    exact = pa.table(CELLS | {"whole": pa.array([Decimal(int(cell)) for cell in CELLS["whole"]])})
    model, other = (MLPClassifier(**OPTIONS, categorical_features="from_dtype").fit(X, LABELS) for X in (frame, exact))
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])


@pytest.mark.parametrize("made", TABLES.values(), ids=TABLES)
def test_a_null_is_a_gap(made: Any) -> None:
    options = OPTIONS | {"categorical_features": ["kind"], "missing": "median", "max_iter": 3}
    frame = pd.DataFrame(GAPS).astype({"a": float, "on": float, "whole": float})
    model, other = (MLPRegressor(**options).fit(X, IRIS[:, 3]) for X in (frame, made(GAPS)))
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])
    with pytest.raises(ValueError, match="Input X contains NaN"):
        MLPRegressor(**options | {"missing": None}).fit(made(GAPS), IRIS[:, 3])


def test_polars_serves_where_pandas_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table(CELLS)
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert as_frame(table).equals(pl.from_arrow(table))
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(TypeError, match="by way of pandas or polars: install one"):
        as_frame(table)


@pytest.mark.parametrize("y", [pa.array(GAPS["kind"]), pa.chunked_array([GAPS["kind"]])], ids=["array", "chunks"])
def test_a_label_that_is_null_is_refused(y: Any) -> None:
    with pytest.raises(ValueError, match="every row needs a label"):
        MLPClassifier(**OPTIONS).fit(IRIS, y)


def test_values_and_labels_may_be_arrow_s() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        beside(lambda room: room.MLPRegressor(**OPTIONS).fit(DIABETES, pa.array(DIABETES[:, 0])).coefs_)
        beside(lambda room: room.MLPClassifier(**OPTIONS).fit(IRIS, pa.array(KIND.tolist())).predict(IRIS))

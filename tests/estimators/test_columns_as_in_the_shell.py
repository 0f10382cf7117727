"""A table gives the same inputs, names and values, by the shell's preprocessing and by an estimator's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from clearprop.columns.prepared import NumberColumn
from clearprop.estimators import MLPRegressor
from clearprop.io import Preprocessing, Table

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::clearprop.ColumnWarning"),
]
n = 400
RNG = np.random.default_rng(0)
CODES = [f"c{k:03}" for k in RNG.zipf(1.3, n) % 60]
COLUMNS: dict[str, list[Any]] = {
    "id": list(range(n)),
    "name": [f"N-{k}" for k in range(n)],
    "size": [None if k % 9 == 0 else float(x) for k, x in enumerate(RNG.normal(size=n))],
    "count": RNG.integers(0, 50, n).tolist(),
    "price": [f"${x:,.2f}" for x in RNG.uniform(1, 5000, n)],
    "share": [f"{x:.1f}".replace(".", ",") for x in RNG.uniform(0, 90, n)],
    "colour": [None if k % 7 == 0 else ("red", "green", "blue")[k % 3] for k in range(n)],
    "code": CODES,
    "when": [f"2021-{1 + k % 12:02}-{1 + k % 28:02}" for k in range(n)],
    "nothing": ["same"] * n,
    "y": RNG.normal(size=n).tolist(),
}
NEW: dict[str, list[Any]] = {name: [column[0], column[1], None] for name, column in COLUMNS.items() if name != "y"} | {
    "code": ["never seen", CODES[0], None],
    "id": [1, 2, 3],
}
"""Rows with gaps in columns that had none, and a category that is new. `id` and `code` keep their places."""


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_table_gives_the_same_inputs_by_the_shell_and_by_an_estimator(frame: Any) -> None:
    whole, X = frame(COLUMNS), frame({name: column for name, column in COLUMNS.items() if name != "y"})
    prepared = Preprocessing.fitted(Table.of(whole), target="y")
    estimator = MLPRegressor(
        hidden_layer_sizes=(2,), max_iter=1, random_state=0, categorical_features="from_dtype", missing="median"
    ).fit(X, COLUMNS["y"])
    names = estimator.preparation_.columns.get_feature_names_out().tolist()
    assert sorted(names) == sorted(prepared.input_names)
    assert "code is another" in names
    assert {column.name for column in prepared.inputs} == {"size", "count", "price", "share", "colour", "code", "when"}
    for rows in (X, frame(NEW)):
        theirs = dict(zip(names, estimator.preparation_.encode(rows).T, strict=True))
        ours = dict(zip(prepared.input_names, prepared.X(Table.of(rows)).T, strict=True))
        for column in prepared.inputs:
            if isinstance(column, NumberColumn):
                ours[column.name] = ours[column.name] * column.scale + column.mean
        for name in names:
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-9, atol=1e-12, err_msg=name)

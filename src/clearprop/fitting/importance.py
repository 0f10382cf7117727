"""Permutation importance: how much worse a model's predictions become where one column's values are exchanged among rows.

Columns are those of the table, however many inputs each becomes. Two columns that say the same have little importance each: the
model can read either. Breiman 2001 has the method; it says what this model uses, and not what causes the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.metrics import R2, Accuracy, Metric
from ..io.model import Model
from ..io.tables.table import Table

REPEATS = 5
MOST_ROWS = 2000
MOST_NUMBERS = 200_000_000
"""Rows times inputs that are looked at in all; beyond, rows are fewer."""


@dataclass(frozen=True)
class Importance:
    """The loss of score by column, the most important first."""

    columns: tuple[str, ...]
    mean: Array
    """(columns,), of the repeats."""
    spread: Array
    """(columns,), the standard deviation over the repeats."""
    measure: str
    """The metric: accuracy, or r2."""
    rows: int
    repeats: int


def permutation_importance(model: Model, table: Table, *, repeats: int = REPEATS, seed: int = 0) -> Importance:
    """How much the accuracy, or R², falls if a column is permuted, on the rows of a table with known targets."""
    rng = np.random.default_rng(seed)
    prepared = model.prepared
    widths = [column.width for column in prepared.inputs]
    looked_at = max(1, MOST_NUMBERS // max(1, sum(widths) * len(widths) * repeats))
    most = min(MOST_ROWS, max(looked_at, 50))
    if len(table) > most:
        table = table.rows(np.sort(rng.choice(len(table), most, replace=False)))
    X, Y = model.inputs(table), model.targets(table)
    metric: Metric = R2() if prepared.classes is None else Accuracy()
    score = _score(model, metric, X, Y)
    falls = np.empty((len(widths), repeats))
    for place, (end, width) in enumerate(zip(np.cumsum(widths).tolist(), widths, strict=True)):
        for repeat in range(repeats):
            changed = X.copy()
            changed[:, end - width : end] = X[rng.permutation(len(X)), end - width : end]
            falls[place, repeat] = score - _score(model, metric, changed, Y)
    order = np.argsort(-falls.mean(axis=1), kind="stable")
    names = tuple(prepared.inputs[place].name for place in order)
    return Importance(names, falls.mean(axis=1)[order], falls.std(axis=1)[order], metric.name, len(X), repeats)


def _score(model: Model, metric: Metric, X: Array, Y: Array) -> float:
    """Of standardised targets in regression: R² is the same in any unit."""
    A = model.network.predict(X)[:, : Y.shape[1]]
    return metric.measured(A, Y, None)

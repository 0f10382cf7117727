"""Predicting a table: a row that cannot be predicted is marked, and the others are predicted all the same."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..columns import ColumnWarning
from ..formulas.catalogue import Array
from ..io.model import Model
from ..io.tables.table import Table

BLOCK = 8192
"""Rows that are predicted at once."""


@dataclass(frozen=True)
class Predictions:
    """The predictions for the rows of a table."""

    values: list[object]
    """A label or a value for each row; None where there is none."""
    probabilities: Array | None
    """(n, classes), NaN in rows without a prediction; None where they were not asked for."""
    problems: dict[int, str]
    """Why a row has no prediction, by its number from 0."""
    notes: tuple[str, ...] = ()
    """Cells of the other rows that training did not know, which are read as gaps or as a new category."""


def predictions(model: Model, table: Table, *, probabilities: bool = False) -> Predictions:
    """The predictions for every row that has one.

    ValueError for a table without columns that the model needs, for one of which no row can be predicted, and for probabilities
    of a model that has none.
    """
    if not all(column.name in table for column in model.prepared.inputs):
        model.inputs(table)  # says which are missing: a mistake in the table and not in its rows
    given, table = table, model.prepared.as_read(table)
    values: list[object] = [None] * len(table)
    classes = len(model.prepared.classes or ())
    shares = np.full((len(table), classes), np.nan) if probabilities else None
    if probabilities and not classes:
        model.probabilities(table)  # says why there are none
    problems: dict[int, str] = {}
    for rows, problem in _pieces(model, table, np.arange(len(table))):
        if problem is not None:
            problems[int(rows[0])] = problem
            continue
        piece = table.rows(rows)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ColumnWarning)  # said once, of all rows
            for row, value in zip(rows.tolist(), model.predict(piece).tolist(), strict=True):
                values[row] = value
            if shares is not None:
                shares[rows] = model.probabilities(piece)
    if problems and len(problems) == len(table):
        raise ValueError(next(iter(problems.values())))
    known = given.rows(np.setdiff1d(np.arange(len(table)), list(problems))) if problems else given
    return Predictions(values, shares, problems, tuple(model.prepared.strays(known)))


def _pieces(model: Model, table: Table, rows: Array) -> Iterator[tuple[Array, str | None]]:
    """Rows that can be predicted together; and single ones that cannot, with the reason."""
    for start in range(0, len(rows), BLOCK):
        yield from _halves(model, table, rows[start : start + BLOCK])


def _halves(model: Model, table: Table, rows: Array) -> Iterator[tuple[Array, str | None]]:
    """These rows if all can be predicted; else each half of them in the same way."""
    try:
        finite = np.isfinite(model.inputs(table.rows(rows))).all()
        problem = None if finite else f"{table.where(int(rows[0]))}: a value is too large for the network's numbers"
    except ValueError as error:
        problem = str(error)
    if problem is None or len(rows) == 1:
        yield rows, problem
        return
    middle = len(rows) // 2
    yield from _halves(model, table, rows[:middle])
    yield from _halves(model, table, rows[middle:])

"""The inputs of rows as arrays: dense, or sparse where most of them are categories and the dense array would be large."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from ..columns.cells import Cells
from ..columns.prepared import Prepared
from ..formulas.catalogue import Array
from ..sparse_rows import OneHotRows
from .memory import choice_of
from .preprocessing import Preprocessing, marks
from .tables.stored_table import StoredTable
from .tables.table import Table


def numbers_at(columns: Sequence[Prepared]) -> Array:
    """Which inputs are numbers and no part of a one-hot column, (d,)."""
    found: list[int] = []
    at = 0
    for column in columns:
        choice = choice_of(column)
        found += range(at + (0 if choice is None else choice.width), at + column.width)
        at += column.width
    return np.array(found, np.intp)


def ones_of(columns: Sequence[Prepared], cells: Sequence[Cells]) -> Array:
    """For each row and one-hot column the input that is 1, (n, c); -1 for none."""
    made, at = [], 0
    for column, own in zip(columns, cells, strict=True):
        choice = choice_of(column)
        if choice is not None:
            places = choice.places(own)
            made.append(np.where(places < 0, -1, places + at).astype(np.int32))
        at += column.width
    return np.stack(made, axis=1) if made else np.empty((len(cells[0]), 0), np.int32)


def sparse_inputs(
    prepared: Preprocessing, table: Table, dtype: npt.DTypeLike, *, training: bool, fitted_on: Array | None = None
) -> OneHotRows:
    """The inputs of rows that have such columns, of rows to learn from as `training_X` gives them."""
    columns = prepared.inputs

    @cache  # not computed where the inputs are written already
    def means() -> dict[str, Array]:
        return prepared.means_out_of_fold(table, fitted_on) if training else {}

    def numbers(block: Table, rows: slice) -> Array:
        parts = [np.empty((len(block), 0))]
        for column in columns:
            begin = 0 if (choice := choice_of(column)) is None else choice.width
            if column.width > begin:
                given = means().get(column.name)
                parts.append(prepared.encoded(block, column)[:, begin:] if given is None else given[rows])
        return np.hstack(parts).astype(dtype)

    def ones(block: Table, _: slice) -> Array:
        return ones_of(columns, [prepared.cells(block, column.name) for column in columns])

    if isinstance(table, StoredTable):
        key = (prepared, training, marks(fitted_on), np.dtype(dtype))
        made = table.encoded((*key, "numbers"), numbers), table.encoded((*key, "ones"), ones)
    else:
        made = numbers(table, slice(None)), ones(table, slice(None))
    return OneHotRows(made[0], numbers_at(columns), made[1], prepared.width)

"""The raw row behind a point of a model with preprocessing: mean, standard deviation and categories, column by column."""

from __future__ import annotations

import numpy as np

from ..columns.cells import Cells
from ..columns.kinds import shown
from ..columns.prepared import NumberColumn, Prepared
from ..explanation import Prepared as PreparedInput
from ..explanation import RawRow
from ..explanation.notation.symbols import Written
from ..io.preprocessing import Preprocessing
from ..io.tables.table import Table


def raw_row(made: Preprocessing, table: Table, at: int) -> RawRow:
    """Of row `at` of a table, counted from 0."""
    inputs = [each for column in made.inputs for each in _prepared(column, made.cells(table, column.name).rows([at]))]
    targets = (
        _prepared(made.target, table.cells(made.target.name).rows([at]))
        if isinstance(made.target, NumberColumn)
        else []
    )
    part = next((column.scaling for column in made.inputs if isinstance(column, NumberColumn)), None)
    if part is None:
        return RawRow(tuple(inputs), targets=tuple(targets))
    return RawRow(tuple(inputs), str(part), Written(part.formula, part.latex), part.words, tuple(targets))


def _prepared(column: Prepared, cells: Cells) -> list[PreparedInput]:
    """The inputs that one cell of a column becomes."""
    raw = (
        "a gap"
        if cells.gaps[0]
        else shown(cells.values[0])
        if cells.values.dtype.kind == "M"
        else str(cells.codes[0][0])
    )
    values = column.encode(cells)[0].tolist()
    if not isinstance(column, NumberColumn):
        named = zip(column.names, values, strict=True)
        return [PreparedInput(name, raw, value, None, None, value) for name, value in named]
    number, *marks = values
    cell = float(column.numbers(cells)[0][0])
    cell = column.fill if np.isnan(cell) and column.fill is not None else cell
    text = raw if cells.gaps[0] else f"{cell:.6g}"
    first = PreparedInput(column.name, text, cell, column.mean, column.scale, number)
    return [first, *(PreparedInput(column.names[1], raw, mark, None, None, mark) for mark in marks)]

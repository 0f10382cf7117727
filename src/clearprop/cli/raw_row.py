"""The raw row behind a point of a model with preprocessing: mean, standard deviation and categories, column by column."""

from __future__ import annotations

from ..explanation import Prepared, RawRow
from ..explanation.notation.symbols import Written
from ..formulas.scalings import Standard
from ..io.preprocessing import Column, NumberColumn, Preprocessing
from ..io.tables.table import Table


def raw_row(made: Preprocessing, table: Table, at: int) -> RawRow:
    """Of row `at` of a table, counted from 0."""
    inputs = [each for column in made.inputs for each in _prepared(column, table, at)]
    targets = _prepared(made.target, table, at) if isinstance(made.target, NumberColumn) else []
    if not any(isinstance(column, NumberColumn) for column in made.inputs):
        return RawRow(tuple(inputs), targets=tuple(targets))
    part = Standard()
    return RawRow(tuple(inputs), str(part), Written(part.formula, part.latex), part.words, tuple(targets))


def _prepared(column: Column, table: Table, at: int) -> list[Prepared]:
    """The inputs that a column becomes."""
    cell = table[column.name][at]
    if isinstance(column, NumberColumn):
        value = (float(cell) - column.mean) / column.scale
        return [Prepared(column.name, f"{float(cell):.6g}", float(cell), column.mean, column.scale, value)]
    marks = column.encode(table.rows([at]))[0].tolist()  # type: ignore[arg-type]  # numbers of rows
    return [
        Prepared(f"{column.name} = {category}", str(cell), mark, None, None, mark)
        for category, mark in zip(column.categories, marks, strict=True)
    ]

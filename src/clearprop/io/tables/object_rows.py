"""Rows whose cells are Python objects: of a workbook, of JSON, of a database. The objects of a column say what it is."""

from __future__ import annotations

from collections.abc import Sequence

from ...columns.cells import Cells, read
from ...columns.file_texts import of_texts
from .formats import Piece, Rows


class ObjectRows(Rows):
    """Rows whose pieces are lists of Python objects, None in gaps."""

    as_text: Sequence[str] = ()
    """Columns that are texts."""

    def joined(self, name: str, pieces: Sequence[Piece]) -> Cells:
        return of_objects([cell for piece in pieces for cell in piece], as_texts=name in self.as_text)


def of_objects(cells: list[object], *, as_texts: bool = False) -> Cells:
    """A column of objects: of one sort, or all as texts, as a text file would have them."""
    if as_texts or all(isinstance(cell, str) for cell in cells if cell is not None):
        return of_texts(["" if cell is None else plain_text(cell) for cell in cells], as_texts=as_texts)
    made = read(cells)
    return made if made.holds != "texts" else of_texts(["" if cell is None else plain_text(cell) for cell in cells])


def plain_text(cell: object) -> str:
    """An object as a text: a whole number without a point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

"""Reading of CSV files: rows and cells, with the line of each row. What the cells are is decided in `columns/`.

The rules. The first line names the columns; a column without a name is `column 3`, and a name that was there is `name (2)`.
Cells are separated by commas, semicolons or tabs, whichever gives the header most names. Spaces around a cell are ignored.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from os import PathLike
from pathlib import Path
from sys import intern
from typing import TypeAlias

import numpy as np

from ...columns.cells import Cells
from ...columns.file_texts import numbers_of, of_numbers, of_texts
from ...formulas.catalogue import Array
from .table import Table

DELIMITERS = ",;\t"
ROWS_AT_ONCE = 8192
"""Rows that are converted to arrays together, so that a large file is never held as Python objects as a whole."""

Piece: TypeAlias = Array | list[str]
"""Some rows of a column: numbers if every cell is one, else the cells."""


def read_csv(path: str | PathLike[str], *, text: Sequence[str] = (), strict: bool = True) -> Table:
    """The table in a CSV file. Columns named in `text` keep their texts; with `strict` they must exist.

    Raises OSError where the file cannot be read, and ValueError where it is not such a table: not UTF-8 text, empty,
    no rows, an unclosed quote, a row with too many or too few cells, numbers where names should be.
    """
    file = _File(Path(path))
    header = file.header()
    unknown = [name for name in text if name not in header]
    if unknown and strict:
        raise ValueError(f"{file.path} has no column {unknown[0]!r}; there are {', '.join(header)}")
    lines: list[Array] = []
    pieces: list[list[Piece]] = [[] for _ in header]
    for begins, rows in file.blocks(len(header)):
        lines.append(begins)
        for column, name, cells in zip(pieces, header, zip(*rows, strict=True), strict=True):
            numbers = None if name in text else numbers_of(cells)
            column.append(list(map(intern, cells)) if numbers is None else numbers)
    if not lines:
        raise ValueError(f"{file.path} has a header and no rows")
    columns = {
        name: _whole_column(file, index, column, as_texts=name in text)
        for index, (name, column) in enumerate(zip(header, pieces, strict=True))
    }
    return Table(columns, str(file.path), row_numbers=np.concatenate(lines), row_word="line")


class _File:
    """The text of a CSV file, as rows of cells."""

    def __init__(self, path: Path) -> None:
        self.path, self._bytes = path, path.read_bytes()
        try:
            self._bytes.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self._bytes.count(b"\n", 0, error.start) + 1
            raise ValueError(f"{path}, line {line}: byte {self._bytes[error.start]:#04x} is not UTF-8 text") from None
        if b"\0" in self._bytes:
            raise ValueError(f"{path} is not text: it holds a zero byte")
        self._delimiter = ","
        self._delimiter = max(DELIMITERS, key=self._names_with)

    def _names_with(self, delimiter: str) -> int:
        try:
            return len(next(csv.reader(self._text(), delimiter=delimiter), ()))
        except csv.Error:
            return 0

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(self._bytes), encoding="utf-8-sig", newline="")

    def numbered_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line on which it begins, the header included; blank lines at the end are ignored."""
        reader = csv.reader(self._text(), delimiter=self._delimiter, strict=True)
        begins, blank = 1, 0
        try:
            for row in reader:
                if not row:
                    blank = blank or begins
                elif blank:
                    raise ValueError(f"{self.path}, line {blank} is blank")
                else:
                    yield begins, row
                begins = reader.line_num + 1
        except csv.Error as error:
            what = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
            raise ValueError(f"{self.path}, line {begins}: {what}") from None

    def header(self) -> list[str]:
        """The columns' names, without the spaces around them."""
        first = next(self.numbered_rows(), None)
        if first is None or not any(name.strip() for name in first[1]):
            raise ValueError(f"{self.path} is empty" if first is None else f"{self.path} has a header without names")
        names = [name.strip() for name in first[1]]
        for name in names:
            if "." in name and numbers_of([name]) is not None:
                raise ValueError(
                    f"{self.path}, line 1: a line of column names must come first, and {name!r} is a number"
                )
        return _each_its_own(names)

    def blocks(self, width: int) -> Iterator[tuple[Array, list[list[str]]]]:
        """The rows below the header and their lines, in blocks; ValueError for a row without exactly `width` cells."""
        numbered = self.numbered_rows()
        next(numbered)
        while block := list(islice(numbered, ROWS_AT_ONCE)):
            for line, row in block:
                if len(row) != width:
                    raise ValueError(f"{self.path}, line {line} has {_count(len(row), 'cell')}, the header has {width}")
            lines, rows = zip(*block, strict=True)
            yield np.array(lines), list(rows)

    def column(self, index: int) -> list[str]:
        """The cells of one column as they are in the file; call it after `blocks` has checked every row."""
        return [row[index] for _, row in islice(self.numbered_rows(), 1, None)]


def _each_its_own(names: Sequence[str]) -> list[str]:
    """Names of columns, each another: `column 3` for the third if it has none, `name (2)` for one that was there."""
    made: list[str] = []
    for place, given in enumerate(names, 1):
        name, times = given or f"column {place}", 1
        while name in made:
            times += 1
            name = f"{given or f'column {place}'} ({times})"
        made.append(name)
    return made


def _whole_column(file: _File, index: int, pieces: Sequence[Piece], *, as_texts: bool) -> Cells:
    """A column: numbers if every piece is, else its texts, which are read again where a piece became numbers."""
    numeric = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    if len(numeric) == len(pieces):
        return of_numbers(np.concatenate(numeric))
    cells = file.column(index) if numeric else [cell for piece in pieces for cell in piece]
    return of_texts(cells, as_texts=as_texts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

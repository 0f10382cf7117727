"""Strict reading of CSV files: a cell that does not fit is an error with its line and column, never a guess.

The rules. The first line names the columns. Cells are separated by commas, semicolons or tabs, whichever gives the header
most names. A column is numeric if more than half of its cells that are not empty are numbers; then every cell must be a finite
number. Any other column is text, and an empty cell is an empty text. Spaces around a cell are ignored. `1_000` is text.
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

from ...formulas.catalogue import Array
from .table import Table

DELIMITERS = ",;\t"
ROWS_AT_ONCE = 8192
"""Rows that are converted to arrays together, so that a large file is never held as Python objects as a whole."""

Piece: TypeAlias = Array | list[str]
"""Some rows of a column: numbers if every cell is one, else the cells."""


def read_csv(path: str | PathLike[str], *, text: Sequence[str] = (), strict: bool = True) -> Table:
    """The table in a CSV file. Columns named in `text` are always text; with `strict` they must exist.

    Raises OSError where the file cannot be read, and ValueError where it is not such a table: not UTF-8 text, empty,
    no rows, an unclosed quote, a row with too many or too few cells, a header name missing or given twice, a cell in a
    column of numbers that is no finite number.
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
            column.append(_as_text(cells) if name in text else _as_numbers(cells))
    if not lines:
        raise ValueError(f"{file.path} has a header and no rows")
    columns = {
        name: np.array(_cells(file, index, column)) if name in text else _whole_column(file, index, name, column)
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
        for column, name in enumerate(names, 1):
            if not name:
                raise ValueError(f"{self.path}, line 1: column {column} has no name")
            if name in names[: column - 1]:
                raise ValueError(f"{self.path}, line 1: columns {names.index(name) + 1} and {column} are both {name!r}")
            if "." in name and _number(name) is not None:
                raise ValueError(
                    f"{self.path}, line 1: a line of column names must come first, and {name!r} is a number"
                )
        return names

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
        return [row[index].strip() for _, row in islice(self.numbered_rows(), 1, None)]

    def error(self, row: int, name: str, problem: str) -> ValueError:
        """The error for a cell, with its line; `row` counts from 0 below the header."""
        line = next(islice(self.numbered_rows(), row + 1, None))[0]
        return ValueError(f"{self.path}, line {line}, column {name!r}: {problem}")


def _as_numbers(cells: Sequence[str]) -> Piece:
    """The cells as float64, or as text if one of them is not a number."""
    if "_" in "".join(cells):  # Python reads 1_000 as a number, but in a file it is text
        return _as_text(cells)
    try:
        return np.array(list(map(float, cells)))
    except ValueError:
        return _as_text(cells)


def _as_text(cells: Sequence[str]) -> list[str]:
    """The cells without the spaces around them, each distinct text held once."""
    return [intern(cell.strip()) for cell in cells]


def _number(cell: str) -> float | None:
    """A cell as a number, NaN and infinity included; None if it is not a number."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _cells(file: _File, index: int, pieces: Sequence[Piece]) -> list[str]:
    """A column's cells as they are in the file; pieces that were converted to numbers are read again."""
    if any(isinstance(piece, np.ndarray) for piece in pieces):
        return file.column(index)
    return [cell for piece in pieces for cell in piece]


def _whole_column(file: _File, index: int, name: str, pieces: Sequence[Piece]) -> Array:
    """A column as numbers or text, by the rules at the top of this file."""
    numeric = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    if len(numeric) == len(pieces):
        return _require_finite(file, name, np.concatenate(numeric))
    cells = _cells(file, index, pieces)
    numbers, filled = [_number(cell) for cell in cells], sum(map(bool, cells))
    count = len(numbers) - numbers.count(None)
    if not filled:
        raise ValueError(f"{file.path}: column {name!r} is empty in every row")
    if 2 * count <= filled:
        return _require_no_decimal_comma(file, name, cells)
    row = numbers.index(None)
    if not cells[row]:
        raise file.error(row, name, "the cell is empty, where a number is needed")
    raise file.error(
        row, name, f"{cells[row][:40]!r} is not a number, as {count} of the column's {len(cells)} cells are"
    )


def _require_finite(file: _File, name: str, column: Array) -> Array:
    finite = np.isfinite(column)
    if not finite.all():
        row = int(np.argmin(finite))
        raise file.error(row, name, f"{column[row]:g} is not a finite number")
    return column


def _require_no_decimal_comma(file: _File, name: str, cells: list[str]) -> Array:
    """A text column; ValueError for numbers with decimal commas, which would silently become categories."""
    if all(_number(cell.replace(",", ".", 1)) is not None for cell in cells if cell):
        raise file.error(0, name, f"{cells[0]!r} looks like a number with a decimal comma; write it with a point")
    return np.array(cells)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

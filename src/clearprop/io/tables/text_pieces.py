"""Lines of a text file as pieces of its columns: numbers where every cell is one or a gap, else the cells.

This is the definition; `arrow_pieces` gives the same faster where it can.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from sys import intern
from typing import TypeAlias

import numpy as np

from ...columns.file_texts import GAPS
from ...formulas.catalogue import Array
from .dialects import Dialect, wrong_quote
from .formats import Block
from .reading import Reading
from .text_lines import Lines

TextPiece: TypeAlias = Array | list[str]
CODES = re.compile(r"_|^\s*[+-]?0\d", re.MULTILINE)
"""What Python reads as a number, and is none in a file: 1_000, and 007."""
_WITH_COMMA = re.compile(r"\s*[-+]?(\d{1,3}(\.\d{3})+|\d*)(,\d*)?([eE][-+]?\d+)?\s*")


def block_of(lines: Lines, dialect: Dialect, how: Reading, texts: Collection[int], name: str) -> tuple[Block, int]:
    """Lines as a block, and how many of its rows were left out. `texts` are the places of columns that are texts.

    ValueError, with the line, for a row with too many or too few cells, and for a quote at a wrong place.
    """
    numbered, width = _rows(lines, dialect, name), dialect.header.width
    skipped = 0
    if any(len(row) != width for _, row in numbered):
        numbered, skipped = _mended(numbered, dialect, how, name)
    if width > len(dialect.header.names):
        _require_empty_ends(numbered, dialect, name)
    columns = list(zip(*(row for _, row in numbered), strict=True)) or [()] * width
    pieces = [
        piece_of(cells, how.decimal, as_texts=place in texts)
        for place, cells in enumerate(columns[: len(dialect.header.names)])
    ]
    return Block(pieces, np.array([line for line, _ in numbered], np.int64)), skipped


def piece_of(cells: Sequence[str], decimal: str = ".", *, as_texts: bool = False) -> TextPiece:
    """Some rows of a column."""
    if as_texts:
        return [intern(cell) for cell in cells]
    plain = [with_point(cell) for cell in cells] if decimal == "," else cells
    numbers = plain_numbers(plain)
    return [intern(cell) for cell in plain] if numbers is None else numbers


def plain_numbers(cells: Sequence[str]) -> Array | None:
    """Cells as float64 with NaN in gaps; None unless each is written as a program writes numbers, or is a gap."""
    if CODES.search("\n".join(cells)) is not None:
        return None
    try:
        return np.array(list(map(float, cells)))
    except ValueError:
        pass
    different = set(cells)
    try:
        read = {cell: np.nan if cell.strip().lower() in GAPS else float(cell) for cell in different}
    except ValueError:
        return None
    return np.array([read[cell] for cell in cells])


def with_point(cell: str) -> str:
    """A number with a decimal comma, and perhaps points between thousands, as one with a decimal point."""
    if "," not in cell and "." not in cell:
        return cell
    return cell.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell


def _rows(lines: Lines, dialect: Dialect, name: str) -> list[tuple[int, list[str]]]:
    """Each row with the line on which it begins; blank lines are no rows."""
    text = dialect.prepared(lines).decode().removesuffix("\n").split("\n")
    if '"' not in lines.content.decode():
        split = [(lines.first + k, line.split(dialect.separator)) for k, line in enumerate(text) if line]
        return [each for each in split if len(each[1]) > 1 or each[1][0].strip()]
    reader = csv.reader([f"{line}\n" for line in text], delimiter=dialect.separator, strict=True)
    rows, begins = [], lines.first
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                rows.append((begins, row))
            begins = lines.first + reader.line_num
    except csv.Error as error:
        raise wrong_quote(error, begins, name) from None
    return rows


def _mended(
    rows: list[tuple[int, list[str]]], dialect: Dialect, how: Reading, name: str
) -> tuple[list[tuple[int, list[str]]], int]:
    """Rows of one length, as `ragged` says, and how many were left out."""
    width, made = dialect.header.width, []
    for line, row in rows:
        if len(row) == width:
            made.append((line, row))
        elif how.ragged == "fill" and len(row) < width:
            made.append((line, [*row, *[""] * (width - len(row))]))
        elif how.ragged != "skip":
            raise _ragged(line, row, dialect, name)
    return made, len(rows) - len(made)


def _ragged(line: int, row: list[str], dialect: Dialect, name: str) -> ValueError:
    width = dialect.header.width
    if len(row) > width:
        fix = f"put quotes around a cell that has {dialect.separator!r} in it, or give --ragged skip to leave such rows out"
    else:
        fix = "give --ragged fill to fill such rows with gaps, or --ragged skip to leave them out"
    return ValueError(
        f"{name}, line {line} has {len(row)} cell{'s' * (len(row) != 1)}, where {width} {'is' if width == 1 else 'are'} "
        f"expected; {fix}"
    )


def _require_empty_ends(rows: list[tuple[int, list[str]]], dialect: Dialect, name: str) -> None:
    kept = len(dialect.header.names)
    for line, row in rows:
        if any(cell.strip() for cell in row[kept:]):
            raise ValueError(
                f"{name}, line {line} has {len(row)} cells, where {kept} are expected, and a last one that is empty"
            )

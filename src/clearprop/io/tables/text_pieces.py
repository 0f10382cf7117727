"""Lines of a text file as pieces of its columns: numbers where every cell is one or a gap, else the cells.

This is the definition; `arrow_pieces` gives the same faster where it can.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from sys import intern
from typing import TypeAlias

import numpy as np

from ...callers import give
from ...columns.file_texts import GAPS, are_plain
from ...formulas.catalogue import Array
from .dialects import NO_QUOTE, Dialect, UnclosedQuote, cells_of, plain_cells, wrong_quote
from .formats import Block
from .reading import Reading
from .refusal import Refusal
from .text_lines import Lines

TextPiece: TypeAlias = Array | list[str]
UNEVEN, WRONG_QUOTES = "too few or too many cells", "wrong quotes"
"""Why a row is left out."""
_WITH_COMMA = re.compile(r"\s*[-+]?(\d{1,3}(\.\d{3})+|\d*)(,\d*)?([eE][-+]?\d+)?\s*")


def block_of(
    lines: Lines, dialect: Dialect, how: Reading, texts: Collection[int], name: str, *, last: bool = False
) -> tuple[Block, Counter[str]]:
    """Lines as a block, and how many of its rows were left out, by the reason. `texts` are the places of columns of texts.

    Refusal, with the line, for a row with too many or too few cells, and for a quote at a wrong place, as one is that is still
    open at the end of the `last` lines.
    """
    content, width = dialect.prepared(lines), dialect.header.width
    skipped: Counter[str] = Counter()
    columns: Sequence[Sequence[str]] | None = _columns_at_once(content, dialect, width)
    if columns is not None:
        numbers = np.arange(lines.first, lines.first + len(columns[0]))
    else:
        skips = how.ragged == "skip"
        rows, wrong = _rows(content, lines.first, dialect, name, skips=skips, last=last)
        numbered, uneven = _mended(rows, dialect, how, name)
        skipped = Counter({UNEVEN: uneven, WRONG_QUOTES: wrong})
        columns = list(zip(*(row for _, row in numbered), strict=True)) or [()] * width
        numbers = np.array([line for line, _ in numbered], np.int64)
    kept = len(dialect.header.names)
    _require_empty(columns[kept:], numbers, dialect, name)
    codes = may_have_codes(content, dialect.separator)
    pieces = [
        piece_of(cells, how.decimal, as_texts=place in texts, codes=codes) for place, cells in enumerate(columns[:kept])
    ]
    return Block(pieces, numbers), skipped


def piece_of(cells: Sequence[str], decimal: str = ".", *, as_texts: bool = False, codes: bool = True) -> TextPiece:
    """Some rows of a column. Without `codes`, none of them can be a code such as 007."""
    if as_texts:
        return [intern(cell) for cell in cells]
    plain = [with_point(cell) for cell in cells] if decimal == "," else cells
    numbers = None if codes and not are_plain(plain) else plain_numbers(plain)
    return [intern(cell) for cell in plain] if numbers is None else numbers


def plain_numbers(cells: Sequence[str]) -> Array | None:
    """Cells as float64 with NaN in gaps; None unless each is written as a program writes numbers, or is a gap."""
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


def may_have_codes(content: bytes, separator: str) -> bool:
    """Whether a cell may be a code such as 007 or 1_000, which Python reads as a number: a quick look before `are_plain`."""
    if b"_" in content:
        return True
    signs = np.frombuffer(b"\n\n" + content + b"\n", np.uint8)
    zeros = np.flatnonzero(signs[2:-1] == ord("0")) + 2
    zeros = zeros[signs[zeros + 1] - np.uint8(ord("0")) < 10]
    begins, signed = np.zeros((2, 256), bool)
    begins[list(b'\n" \t' + separator.encode())], signed[list(b"+-")] = True, True
    before = signs[zeros - 1]
    return bool((begins[before] | (signed[before] & begins[signs[zeros - 2]])).any())


def _columns_at_once(content: bytes, dialect: Dialect, width: int) -> list[list[str]] | None:
    """The cells of each column; None where there are quotes, blank lines, or rows of another length."""
    separator, quotes = dialect.separator, "\"'" if dialect.quote == NO_QUOTE else dialect.quote
    if (
        any(sign.encode() in content for sign in quotes)
        or b"\n\n" in content
        or content.startswith(b"\n")
        or not content
    ):
        return None
    text = content.decode().removesuffix("\n")
    if {line.count(separator) for line in text.split("\n")} != {width - 1}:
        return None
    cells = text.replace("\n", separator).split(separator)
    return [cells[place::width] for place in range(width)]


def with_point(cell: str) -> str:
    """A number with a decimal comma, and perhaps points between thousands, as one with a decimal point."""
    if "," not in cell and "." not in cell:
        return cell
    return cell.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell


def _rows(
    content: bytes, first: int, dialect: Dialect, name: str, *, skips: bool, last: bool
) -> tuple[list[tuple[int, list[str]]], int]:
    """Each row with the line on which it begins, and how many lines with wrong quotes are skipped; blank lines are no rows."""
    lines = [f"{line}\n" for line in content.decode().removesuffix("\n").split("\n")]
    rows: list[tuple[int, list[str]]] = []
    wrong = done = 0
    while done < len(lines):
        reader = cells_of(lines[done:] if done else lines, dialect.separator, dialect.quote)
        begins = first + done
        try:
            for row in reader:
                if len(row) > 1 or (row and row[0].strip()):
                    rows.append((begins, plain_cells(row, dialect.quote)))
                begins = first + done + reader.line_num
            return rows, wrong
        except csv.Error as error:
            refused = wrong_quote(error, begins, name)
            if not skips or (isinstance(refused, UnclosedQuote) and not last):
                raise refused from None
            wrong, done = wrong + 1, begins + 1 - first
    return rows, wrong


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
    width, options = dialect.header.width, ["--ragged=skip"]
    if len(row) > width:
        fix = (
            f"put quotes around a cell that has {dialect.separator!r} in it, or give {give('--ragged=skip')} to leave such "
            "rows out"
        )
    else:
        fix, options = (
            f"give {give('--ragged=fill')} to fill such rows with gaps, or {give('--ragged=skip')} to leave them out",
            ["--ragged=fill"],
        )
    cells = f"{len(row)} cell{'s' * (len(row) != 1)}, where {width} {'is' if width == 1 else 'are'} expected"
    return Refusal(f"{name}, line {line} has {cells}; {fix}", options)


def _require_empty(behind: Sequence[Sequence[str]], numbers: Array, dialect: Dialect, name: str) -> None:
    """Refusal for a cell behind the last column, in a file in which each row ends with a separator."""
    for cells in behind:
        row = next((row for row, cell in enumerate(cells) if cell.strip()), None)
        if row is not None:
            raise Refusal(
                f"{name}, line {numbers[row]} has {cells[row][:40]!r} behind the last of {len(dialect.header.names)} columns, "
                "where other rows have nothing; put quotes around a cell that has a separator in it, or give "
                f"{give(f'--skip={dialect.begins - 1}', '--no-header')} to read every column by its number",
                [f"--skip={dialect.begins - 1}", "--no-header"],
            )

"""Lines of a text file as pieces of columns by pyarrow, where it is installed: bit for bit what `text_pieces` gives, faster.

Whatever pyarrow might read in another way is left to `text_pieces`: blank lines, a quote within a cell, a row of another
length, cells in a column of numbers that are none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np

from ...columns.file_texts import GAPS, are_plain
from ...formulas.catalogue import Array
from .dialects import NO_QUOTE, Dialect
from .extras import has, require
from .formats import Block
from .reading import Reading
from .text_lines import Lines
from .text_pieces import TextPiece, may_have_codes

WORTH_IT = 1 << 18
"""Bytes of lines for which pyarrow is imported; fewer are read sooner without it."""
_NULLS = sorted({form(gap) for gap in GAPS for form in (str.lower, str.upper)} - {"nan", "NAN"})


class Accelerated:
    """What pyarrow is told of a file. Which columns hold numbers is learnt from the blocks that it did not read."""

    def __init__(self, dialect: Dialect, how: Reading) -> None:
        self._dialect, self._how = dialect, how
        self._numeric: set[int] | None = None
        self._quote = b'"' if dialect.quote == NO_QUOTE else dialect.quote.encode()
        apart = self._quote + rb"\n" + re.escape(dialect.separator.encode())
        self._quote_inside = re.compile(rb"[^" + apart + rb"]" + self._quote + rb"[^" + apart + rb"]")
        self._code = re.compile(rb"[" + apart + rb"][ \t]*[-+]?0[0-9]|_")

    def learn(self, block: Block) -> None:
        """Take columns for numbers that were numbers in this block, and in all before it."""
        found = {place for place, piece in enumerate(block.pieces) if isinstance(piece, np.ndarray)}
        self._numeric = found if self._numeric is None else self._numeric & found

    def block_of(self, lines: Lines, texts: Collection[int]) -> Block | None:
        """Lines as a block; None where they are left to `text_pieces`."""
        if self._numeric is None or len(lines.content) < WORTH_IT or not has("pyarrow.csv"):
            return None
        content = self._dialect.prepared(lines)
        if content.startswith(b"\n") or b"\n\n" in content or self._has_odd_quotes(content):
            return None
        numeric = self._numeric - set(texts)
        table = self._read(content, numeric)
        if table is None or table.num_rows != lines.count or self._has_codes(content, numeric):
            return None
        pieces: list[TextPiece] = [
            _numbers(table.column(place)) if place in numeric else _texts(table.column(place))
            for place in range(len(self._dialect.header.names))
        ]
        if self._dialect.header.width > len(pieces) and any(_texts(table.column(len(pieces)))):
            return None
        return Block(pieces, np.arange(lines.first, lines.first + lines.count))

    def _has_odd_quotes(self, content: bytes) -> bool:
        """Whether there are quotes that pyarrow may read in another way."""
        if self._dialect.quote == NO_QUOTE:
            return b'"' in content or b"'" in content
        return self._quote in content and bool(content.count(self._quote) % 2 or self._quote_inside.search(content))

    def _read(self, content: bytes, numeric: Collection[int], only: list[str] | None = None) -> Any:
        """An Arrow table of numbers and texts; None where pyarrow finds a row or a number wrong."""
        arrow, csv = require("pyarrow", "data", "to read this"), require("pyarrow.csv", "data", "to read this")
        names = [str(place) for place in range(self._dialect.header.width)]
        types = {name: arrow.float64() if place in numeric else arrow.string() for place, name in enumerate(names)}
        try:
            return csv.read_csv(
                arrow.BufferReader(content),
                read_options=csv.ReadOptions(column_names=names, block_size=len(content) + 1),
                parse_options=csv.ParseOptions(
                    delimiter=self._dialect.separator, quote_char=self._quote.decode(), ignore_empty_lines=False
                ),
                convert_options=csv.ConvertOptions(
                    column_types=types, null_values=_NULLS, decimal_point=self._how.decimal, include_columns=only or []
                ),
            )
        except arrow.ArrowInvalid:
            return None

    def _has_codes(self, content: bytes, numeric: Collection[int]) -> bool:
        """Whether a column of numbers has one such as 007, which is a text."""
        if (
            not numeric
            or not may_have_codes(content, self._dialect.separator)
            or not self._code.search(b"\n" + content)
        ):
            return False
        table = self._read(content, (), only=[str(place) for place in sorted(numeric)])
        return table is None or not all(are_plain(_texts(column)) for column in table.columns)


def _numbers(column: Any) -> Array:
    return column.combine_chunks().to_numpy(zero_copy_only=False)


def _texts(column: Any) -> list[str]:
    """The texts of a column, each different one held once."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_numpy(zero_copy_only=False)[coded.indices.to_numpy(zero_copy_only=False)].tolist()

"""Text files with a row on each line and a separator between cells: CSV, TSV and their like.

What the file does not say is found in its first lines (`dialects`) or given (`Reading`). What the cells are is decided in
`columns/`: a reader gives numbers where every cell of a column is one, and else its texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from os import PathLike
from typing import IO, Any, ClassVar

import numpy as np

from ...columns.cells import Cells
from ...columns.file_texts import of_numbers, of_texts
from ...formulas.catalogue import find, register
from . import magic
from .arrow_pieces import Accelerated
from .dialects import SAMPLE, Dialect, UnclosedQuote, dialect_of
from .formats import Block, Piece, Rows, TableFormat
from .reading import Reading
from .refusal import NOTHING_THERE, Refusal
from .remedies import tried
from .repeated_names import said_of_names, without_names
from .sources import Source
from .table import Table
from .text_lines import LONGEST_LINE, Lines, encoding_of, read_lines
from .text_pieces import block_of

MOST_SAMPLED = 1 << 24
"""Bytes in which a layout is found, at most; lines of tables with many columns are long."""


def read_csv(
    path: str | PathLike[str] | IO[bytes], *, text: Sequence[str] = (), strict: bool = True, **how: Any
) -> Table:
    """The table in a CSV file. Columns named in `text` keep their texts; with `strict` they must exist.

    `how` are the other fields of `Reading`. Raises OSError where the file cannot be read, and ValueError, with the line, where
    it is not such a table.
    """
    source = Source.of(path)
    kind = magic.kind_of(source.head)
    if kind is not None:
        raise ValueError(f"{source.name} is {kind}, and no CSV file; read_table reads what it can by the content")
    rows = CSV().open(source, Reading(text=tuple(text), **how))
    if strict:
        rows.require_columns(text)
    return rows.table()


@register
class CSV(TableFormat):
    """A row on each line: cells with commas, semicolons, tabs, pipes or spaces between them."""

    name = "csv"
    source = "RFC 4180"
    suffixes = (".csv", ".tsv", ".txt", ".dat", ".data", ".psv")
    options = ("text", "separator", "decimal", "encoding", "header", "units", "skip", "comment", "ragged", "quote")

    def open(self, source: Source, how: Reading) -> TextRows:
        try:
            return self._open(source, how)
        except Refusal as refused:
            raise tried(refused, source, how, self._open) from None

    def _open(self, source: Source, how: Reading) -> TextRows:
        encoding = encoding_of(source, how)
        first = Lines(b"", 1)
        for lines in read_lines(source, encoding, how.comment):
            first = Lines(first.content + lines.content, 1)
            if first.count > how.skip + SAMPLE or len(first.content) > MOST_SAMPLED:
                break
        if not first.content.strip():
            raise ValueError(f"{source.name} is empty: it has only blank lines; {NOTHING_THERE}")
        return TextRows(source, how, encoding, dialect_of(first, how, source.name))


def said_of_skipped(number: int, why: str) -> str:
    """How many rows are left out, and why."""
    return f"1 row with {why} is left out" if number == 1 else f"{number} rows with {why} are left out"


class TextRows(Rows):
    """The rows of a text file."""

    row_word = "line"
    format: ClassVar[str] = "csv"
    """The name of the format that opens it."""

    def __init__(self, source: Source, how: Reading, encoding: str, dialect: Dialect) -> None:
        super().__init__(source)
        self._how, self._encoding, self._dialect = how, encoding, dialect
        self.names = dialect.header.names
        self.said = list(dialect.said)
        if encoding not in {"utf-8", "utf-8-sig"}:
            self.said.insert(0, f"it is {encoding.upper()} text")

    def require_columns(self, names: Sequence[str]) -> None:
        """ValueError for a name that no column has."""
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise ValueError(f"{self.source.name} has no column {unknown[0]!r}; there are {', '.join(self.names)}")

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        try:
            yield from self._blocks(texts)
        except Refusal as refused:
            raise tried(refused, self.source, self._how, find(TableFormat, self.format).open) from None

    def _blocks(self, texts: Collection[str]) -> Iterator[Block]:
        named = {*texts, *self._how.text}
        as_text = {place for place, name in enumerate(self._dialect.header.names) if name in named}
        fast = Accelerated(self._dialect, self._how)
        skipped, again = Counter[str](), 0
        for block, left_out, is_fast in self._all_blocks(fast, as_text):
            rows, repeated = without_names(block, self._dialect.first, as_text)
            skipped, again = skipped + left_out, again + repeated
            if not is_fast:
                fast.learn(rows)
            if len(rows.numbers):
                yield rows
        if not texts:
            self.said = [*self.said, *(said_of_skipped(number, why) for why, number in (+skipped).items())]
            self.said += [said_of_names(again, self._dialect.names_at)] if again else []

    def _all_blocks(self, fast: Accelerated, as_text: Collection[int]) -> Iterator[tuple[Block, Counter[str], bool]]:
        """Each block, what was left out of it, and whether pyarrow has read it."""
        waiting: Lines | None = None
        for piece in self._lines():
            lines = piece if waiting is None else Lines(waiting.content + piece.content, waiting.first)
            block = None if waiting is not None else fast.block_of(lines, as_text)
            if block is not None:
                yield block, Counter(), True
                continue
            try:
                made = block_of(lines, self._dialect, self._how, as_text, self.source.name)
            except UnclosedQuote:
                if len(lines.content) <= LONGEST_LINE:
                    waiting = lines
                    continue
                made = block_of(lines, self._dialect, self._how, as_text, self.source.name, last=True)
            waiting = None
            yield (*made, False)
        if waiting is not None:
            yield (*block_of(waiting, self._dialect, self._how, as_text, self.source.name, last=True), False)

    def _lines(self) -> Iterator[Lines]:
        """Pieces of the file below the names."""
        for lines in read_lines(self.source, self._encoding, self._how.comment):
            below = self._dialect.begins - lines.first
            rest = lines if below <= 0 else lines.without(below) if below < lines.count else None
            if rest is not None and rest.content:
                yield rest

    def joined(self, name: str, pieces: Sequence[Piece]) -> Cells:
        """Numbers if every piece is, else texts."""
        if all(isinstance(piece, np.ndarray) for piece in pieces):
            numbers = np.concatenate(pieces)
            return of_texts([""] * len(numbers)) if np.isnan(numbers).all() else of_numbers(numbers)
        return of_texts([cell for piece in pieces for cell in piece], as_texts=name in self._how.text)

    def whole(self, pieces: list[list[Piece]]) -> Iterator[list[Piece]]:
        """The pieces of each column. Where some are numbers and some are texts, all are read again as texts."""
        mixed = {
            place
            for place, own in enumerate(pieces)
            if 0 < sum(isinstance(piece, np.ndarray) for piece in own) < len(own)
        }
        if mixed:
            for place in mixed:
                pieces[place] = []
            for block in self.blocks(texts=[self.names[place] for place in mixed]):
                for place in mixed:
                    pieces[place].append(block.pieces[place])
        return super().whole(pieces)

"""TableFormat: the base class of what reads a file; and Rows, an opened table that gives its rows in blocks.

A table that is larger than the memory is read as `Rows.blocks`, one after another, as often as needed; `table` joins them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np

from ...columns.cells import TEXTS, Cells
from ...formulas.catalogue import Array, Part
from .reading import Reading
from .refusal import NOTHING_THERE
from .sources import Source
from .table import Table

ROWS_AT_ONCE = 1 << 16
"""Rows of a block, where a format does not say otherwise."""

Piece: TypeAlias = Any
"""Some rows of a column: `Cells`, or what its `Rows` joins to cells."""


@dataclass(frozen=True)
class Block:
    """Some rows of a table, in the order of its columns."""

    pieces: Sequence[Piece]
    numbers: Array
    """(n,), the number of each row in messages."""


class Rows(ABC):
    """A table that is opened: its columns' names, and its rows block by block."""

    names: Sequence[str]
    said: Sequence[str] = ()
    """How it was read, where it could have been read otherwise."""
    row_word: str = "row"
    target: str | None = None
    """The column to predict, where the file says so."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @abstractmethod
    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        """Its rows from the first, as often as it is called. Columns named in `texts` are given as the texts they are."""

    def part(self, part: int, parts: int) -> Rows | None:
        """Rows that follow one another, of so many parts of the table, read without the others; None where they cannot be.

        A part may be without rows.
        """
        return None

    @property
    def about(self) -> dict[str, Any]:
        """What the file says of its rows without reading them: "bytes" in the memory, roughly, and what tells files apart."""
        return {"bytes": 0}

    def joined(self, name: str, pieces: Sequence[Piece]) -> Cells:
        """A column from its pieces."""
        return joined_cells(pieces)

    def tables(self, texts: Collection[str] = ()) -> Iterator[Table]:
        """Its rows as tables with the same columns, one for each block."""
        for block in self.blocks(texts):
            columns = {name: self.joined(name, [piece]) for name, piece in zip(self.names, block.pieces, strict=True)}
            yield self._table(columns, block.numbers)

    def table(self, blocks: Iterator[Block] | None = None) -> Table:
        """All its rows, in the memory; `blocks` are theirs, where somebody has begun to read.

        ValueError where there are none, and where they take far more memory than the file is large.
        """
        pieces: list[list[Piece]] = [[] for _ in self.names]
        numbers: list[Array] = []
        held = 0
        for block in self.blocks() if blocks is None else blocks:
            for column, piece in zip(pieces, block.pieces, strict=True):
                column.append(piece)
                held += _bytes_of(piece)
            numbers.append(block.numbers)
            self.require_fits(held)
        if not numbers:
            raise ValueError(f"{self.source.name} has the columns {_some(self.names)} and no rows; {NOTHING_THERE}")
        columns = {name: self.joined(name, own) for name, own in zip(self.names, self.whole(pieces), strict=True)}
        return self._table(columns, np.concatenate(numbers))

    def whole(self, pieces: list[list[Piece]]) -> Iterator[list[Piece]]:
        """The pieces of each column, let go of one after another, so that a large table is not held twice."""
        while pieces:
            yield pieces.pop(0)

    def require_fits(self, held: int) -> None:
        """ValueError where rows of a small file take a great part of the memory."""
        if held > self.source.limit:
            raise ValueError(
                f"{self.source.name} has {self.source.size:,} bytes, and its rows need more than {held >> 20:,} MiB: a file "
                "that becomes so large is damaged, or made to fill the memory"
            )

    def _table(self, columns: Mapping[str, Cells], numbers: Array) -> Table:
        return Table(
            columns, self.source.name, self.target, row_numbers=numbers, row_word=self.row_word, said=tuple(self.said)
        )


@dataclass(frozen=True)
class TableFormat(Part):
    """A kind of file that holds a table, a part of the catalogue."""

    kind = "format"
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Suffixes that such files have. What a file is is told from its content where the content can tell."""
    options: ClassVar[tuple[str, ...]] = ()
    """The fields of `Reading` that it heeds."""

    def recognises(self, source: Source) -> bool:
        """Whether the content says that it is of this format."""
        return False

    def open(self, source: Source, how: Reading) -> Rows:
        """The table in a source. ValueError, with the file and the place in it, where it is damaged or no table."""
        raise NotImplementedError(f"format {self.name!r} must define open")


def joined_cells(pieces: Sequence[Cells]) -> Cells:
    """Cells one after another. Where they are not of one sort, they are texts."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    if len({piece.holds for piece in pieces}) == 1:
        values = np.concatenate([piece.values for piece in pieces])
        return Cells(values, first.holds, first.type, first.typed, first.are_categories)
    made = np.array(
        [None if gap else str(cell) for p in pieces for cell, gap in zip(p.values, p.gaps, strict=True)], object
    )
    return Cells(made, TEXTS, "object", typed=False)


def row_count(begin: int, rows: int) -> Array:
    """The numbers of rows that follow `begin` others, from 1."""
    return np.arange(begin + 1, begin + rows + 1)


def _bytes_of(piece: Piece) -> int:
    if isinstance(piece, Cells):
        return int(piece.values.nbytes)
    return int(piece.nbytes) if isinstance(piece, np.ndarray) else 8 * len(piece)


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f", ... ({len(names)} in all)" if len(names) > most else "")

"""A table is read into the memory, or into files where it is larger: block by block, once, or twice where a column is mixed.

The columns are those that reading into the memory gives, but for columns of more than 131,072 different texts: these
are dates or plain numbers if the first so many are, and else left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from ...amounts import count
from ...columns.cells import Cells
from ...engines import ALONE, Ranks
from .array_files import ArrayFile
from .formats import Block, Piece, Rows
from .free_memory import GIB, free_memory
from .reading_together import stored_together
from .stored_column import ColumnFile
from .stored_table import StoredTable
from .table import Table

SHARE = 0.125
"""Of the memory that is free, a table may take at most so much. Training holds its rows, and their inputs, more than once: of a
table of 2.5 GB it took 12.3 GB."""
OF_A_TEXT = 64
"""Bytes of a text that stands for itself alone, besides its 8 bytes in the column."""
PROBED = 256


def table_of(rows: Rows, on_disk: bool | None = None, ranks: Ranks = ALONE) -> Table:
    """The table of opened rows: in the memory, or in files with `on_disk`; by its size where that is None.

    Several `ranks`, which all call this, read a large one together where its format lets them.
    """
    if on_disk is False:
        return rows.table()
    free, held, more = free_memory(), 0, ""
    if ranks.size > 1:
        large = bool(on_disk) or (free is not None and rows.about["bytes"] > SHARE * free)
        if ranks.of_first(large):
            made = stored_together(rows, ranks, _why(on_disk, free))
            if isinstance(made, StoredTable):
                return made
            on_disk, more = True, f"; {made}"
    kept: list[Block] = []
    blocks = rows.blocks()
    for block in blocks:
        kept.append(block)
        held += sum(map(_bytes_of, block.pieces))
        if on_disk or (free is not None and held > SHARE * free):
            return _stored(rows, chain(_handed_over(kept), blocks), _why(on_disk, free) + more)
    return rows.table(_handed_over(kept))


def _why(on_disk: bool | None, free: int | None) -> str:
    return "as asked" if on_disk else f"an eighth of the {(free or 0) / GIB:.1f} GiB that are free cannot hold them"


def _handed_over(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, let go of one after another."""
    while blocks:
        yield blocks.pop(0)


def _bytes_of(piece: Piece) -> int:
    values = piece.values if isinstance(piece, Cells) else piece
    if isinstance(values, np.ndarray) and values.dtype != object:
        return int(values.nbytes)
    some = values[:PROBED]
    own = len(set(map(id, some))) / max(1, len(some))
    return int(len(values) * (8 + own * OF_A_TEXT))


def _stored(rows: Rows, blocks: Iterable[Block], why: str) -> StoredTable:
    columns = {name: ColumnFile(rows, name) for name in rows.names}
    numbers = ArrayFile()
    for block in blocks:
        for column, piece in zip(columns.values(), block.pieces, strict=True):
            column.add(piece)
        numbers.append(np.asarray(block.numbers, np.int64))
        rows.require_fits(sum(column.bytes for column in columns.values()))
    if not numbers.rows:
        rows.table(iter(()))  # raises: there are no rows
    mixed = [name for name, column in columns.items() if column.mixed]
    if mixed:
        columns |= {name: ColumnFile(rows, name) for name in mixed}
        places = [list(rows.names).index(name) for name in mixed]
        for block in rows.blocks(texts=mixed):
            for name, place in zip(mixed, places, strict=True):
                columns[name].add(block.pieces[place], as_texts=True)
    made = {name: column.cells() for name, column in columns.items()}
    said = [f"its {count(numbers.rows, 'row')} are kept in temporary files in {tempfile.gettempdir()}: {why}"]
    said += [each for column in columns.values() if (each := column.said)]
    numbered = numbers.mapped()
    plain = bool(numbered[0] == 1 and numbered[-1] == len(numbered))
    return StoredTable(
        made,
        rows.source.name,
        rows.target,
        row_word=rows.row_word,
        said=(*rows.said, *said),
        numbers=None if plain else numbered,
    )

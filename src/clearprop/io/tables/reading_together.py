"""A large table that several ranks read together: each opens its own part of the file, and all map what they have written.

The columns are those that one process reads, to the bit. It needs a folder for temporary files that all ranks see.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from ...amounts import count
from ...engines.ranks import RankFailed, Ranks
from .common_folder import common_folder
from .formats import Rows
from .stored_column import ColumnFile, Outline
from .stored_table import StoredTable

NOT_SHARED = (
    "each rank reads all of it, because the ranks have no folder for temporary files in common; TMPDIR names one"
)
NOT_IN_PARTS = "each rank reads all of it, because only Parquet is read in parts"
NOT_PLAIN = "each rank reads all of it, because column {!r} has cells of several sorts, or too many different texts"


def stored_together(rows: Rows, ranks: Ranks, why: str) -> StoredTable | str:
    """The table, of which this rank has read its own part; or why it must read all of it. RankFailed where files differ."""
    part = rows.part(ranks.rank, ranks.size)
    if not all(ranks.each(part is not None)):
        return NOT_IN_PARTS
    told = ranks.each(rows.about)
    for rank, about in enumerate(told):
        if about != told[0]:
            raise RankFailed(f"{ranks.name(rank)} has another version of {rows.source.name} than {ranks.name(0)}")
    with common_folder(ranks) as folder:
        if folder is None:
            return NOT_SHARED
        assert part is not None
        return _read(rows, part, ranks, folder, why)


def _read(rows: Rows, part: Rows, ranks: Ranks, folder: Path, why: str) -> StoredTable | str:
    columns = {name: ColumnFile(part, name) for name in part.names}
    own = 0
    for block in part.blocks():
        for column, piece in zip(columns.values(), block.pieces, strict=True):
            column.add(piece)
        own += len(block.numbers)
    every = ranks.each((own, {name: column.outline for name, column in columns.items()}))
    before = sum(rows_of for rows_of, _ in every[: ranks.rank])
    total = sum(rows_of for rows_of, _ in every)
    whole: dict[str, Outline] = {}
    for name in columns:
        first, *others = [outlines[name] for _, outlines in every]
        together = first.together(others)
        if together is None:
            return NOT_PLAIN.format(name)
        whole[name] = together
    if not total:
        rows.table(iter(()))  # raises: there are no rows
    files = {name: (folder / str(place), whole[name]) for place, name in enumerate(columns)}
    if ranks.is_first:
        for path, of in files.values():
            with path.open("wb") as file:
                file.truncate(total * np.dtype(of.dtype).itemsize)
    ranks.each(None)
    for name, column in columns.items():
        column.write_into(*files[name], before)
    ranks.each(None)  # all is written
    for name, column in columns.items():
        column.become(*files[name])
    made = {name: column.cells() for name, column in columns.items()}
    ranks.each(None)  # all is mapped
    said = f"its {count(total, 'row')} are kept in temporary files in {tempfile.gettempdir()}: {why}"
    return StoredTable(
        made,
        rows.source.name,
        rows.target,
        row_word=rows.row_word,
        said=(*rows.said, said, f"each of {ranks.size} ranks reads its own row groups"),
    )

"""A table whose columns lie in files, for tables that are larger than the memory. It is used as any other.

A few of its rows are a table in the memory; many of them are again a table of this kind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...columns.cells import Cells
from ...columns.stored_cells import StoredCells
from ...engines import ALONE, Ranks
from ...formulas.catalogue import Array
from .array_files import ArrayFile
from .common_folder import common_folder
from .table import Table

TOGETHER = "ranks"
"""Under which a table in files keeps the ranks that encode it together."""
CELLS_IN_MEMORY = 1 << 21
"""Rows with at most so many cells, 16 MB of numbers, are read into the memory."""
CELLS_AT_ONCE = 1 << 19
"""Of rows that are encoded into a file so many cells are in the memory at a time."""


@dataclass(frozen=True, repr=False)
class StoredTable(Table):
    """Columns in files, and which rows of them."""

    index: Array | None = None
    """The rows, counted from 0 in the files; None for all."""
    numbers: Array | None = None
    """The number in messages of each row in the files."""
    _parts: dict[Any, Any] = field(default_factory=dict, init=False, compare=False)

    @property
    def on_disk(self) -> bool:
        return True

    def rows(self, rows: npt.NDArray[Any]) -> Table:
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else np.asarray(rows)
        if len(rows) * max(1, len(self.columns)) <= CELLS_IN_MEMORY:
            return self._loaded(rows)
        if id(rows) not in self._parts:  # a part is one object, so that what is made of it is made once
            self._parts[id(rows)] = rows, self._part(rows)
        part: Table = self._parts[id(rows)][1]
        return part

    def sample(self, cells: int = CELLS_IN_MEMORY, *, width: int = 1) -> Table:
        """Some rows in the memory, spread evenly over the table; each of them becomes `width` numbers."""
        most = max(1, cells // max(width, len(self.columns)))
        n = len(self)
        return self._loaded(np.arange(n) if n <= most else np.arange(most) * n // most)

    def where(self, row: int) -> str:
        place = row if self.index is None else int(self.index[row])
        return f"{self.row_word} {place + 1 if self.numbers is None else self.numbers[place]}"

    def encoded(self, key: Hashable, encode: Callable[[Table, slice], Array], *, width: int = 1) -> Array:
        """What `encode` makes of blocks of rows, one below the other, in a file that is written once for each `key`.

        `width` is that of what it makes, in numbers.
        """
        ranks = self._parts.get(TOGETHER, ALONE)
        if not all(ranks.each(key in self._parts)):
            step = max(1, CELLS_AT_ONCE // max(width, len(self.columns)))
            blocks = [slice(start, min(start + step, len(self))) for start in range(0, len(self), step)]
            own = blocks[len(blocks) * ranks.rank // ranks.size : len(blocks) * (ranks.rank + 1) // ranks.size]
            with common_folder(ranks) as folder:
                file = ArrayFile()
                for rows in blocks if folder is None else own:
                    file.append(encode(self._loaded(np.arange(rows.start, rows.stop)), rows))
                self._parts[key] = file.mapped() if folder is None else file.mapped_together(ranks, folder / "rows")
        made: Array = self._parts[key]
        return made

    @contextmanager
    def together(self, ranks: Ranks) -> Iterator[None]:
        """A block that all ranks go through: of what is encoded in it each writes a part, and all map the whole."""
        self._parts[TOGETHER] = ranks
        try:
            yield
        finally:
            del self._parts[TOGETHER]

    def _index_of(self, rows: Array) -> Array:
        return rows if self.index is None else self.index[rows]

    def _columns_at(self, rows: Array) -> dict[str, Cells]:
        index = self._index_of(rows)  # one for all columns
        return {
            name: cells.at(index) if isinstance(cells, StoredCells) else cells.rows(rows)
            for name, cells in self.columns.items()
        }

    def _part(self, rows: Array) -> StoredTable:
        return StoredTable(self._columns_at(rows), **self._about(), index=self._index_of(rows), numbers=self.numbers)

    def _loaded(self, rows: Array) -> Table:
        index = self._index_of(rows)
        in_memory = {
            name: cells.loaded() if isinstance(cells, StoredCells) and not cells.beyond else cells
            for name, cells in self._columns_at(rows).items()
        }
        numbers = index + 1 if self.numbers is None else np.asarray(self.numbers[index])
        return Table(in_memory, **self._about() | {"row_numbers": numbers})

    def _about(self) -> dict[str, Any]:
        names = ("source", "target", "task", "row_word", "kinds", "said", "reading")
        return {name: getattr(self, name) for name in names}

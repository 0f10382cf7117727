"""Cells that lie in a file and are read where they are looked at, so that a column may be larger than the memory.

Texts are places among the different ones. Nothing is kept of what was read: `values` is a new array each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..callers import give
from ..formulas.catalogue import Array
from .cells import DATES, NUMBERS, TEXTS, TIMES, Cells

MOST_DIFFERENT = 1 << 17
"""Of more different texts in a column that lies in a file only the first so many are known."""


LOOKED_AT = 1 << 12
"""Cells that are read at a time to find one with a value."""


class StoredCells(Cells):
    """Some rows of a column in a file: `stored` (N,) are its values, or the places of texts in `texts`, -1 in gaps."""

    stored: Array
    texts: Array | None
    """(k + 1,) objects, the last of them None."""
    index: Array | None
    """Which rows, (n,); None for all."""
    na: tuple[float, ...]
    """Numbers that count as gaps."""
    beyond: bool
    """Whether there are more different texts than the known ones; their place is k + 1."""

    def __init__(
        self,
        stored: Array,
        holds: str,
        type: str,  # noqa: A002 - as `Cells` calls it
        *,
        texts: Array | None = None,
        index: Array | None = None,
        na: Sequence[float] = (),
        beyond: bool = False,
        typed: bool = False,
        are_categories: bool = False,
        words: tuple[str, str] | None = None,
    ) -> None:
        given: dict[str, Any] = {"stored": stored, "texts": texts, "index": index, "na": tuple(na), "beyond": beyond}
        given |= {"holds": holds, "type": type, "typed": typed, "are_categories": are_categories, "words": words}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.stored if self.index is None else self.index)

    def at(self, index: Array | None) -> StoredCells:
        """Other rows of the same column, counted from 0 in the file."""
        return self._like(index=index)

    def rows(self, rows: Any) -> Cells:
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else rows
        return self.at(np.asarray(rows) if self.index is None else self.index[rows])

    def without(self, texts: Sequence[str], numbers: Sequence[float]) -> StoredCells:
        """With gaps where a text, or a number, is one of these."""
        if self.holds == NUMBERS:
            return self._like(na=(*self.na, *numbers))
        if self.texts is None:
            return self
        known = self.texts.copy()
        known[np.isin(known[:-1], list(texts)).nonzero()[0]] = None
        return self._like(texts=known)

    def respelled(self, instead: Mapping[str, str]) -> StoredCells:
        """With other texts in the place of some."""
        if self.texts is None:
            return self
        known = np.empty(len(self.texts), object)
        known[:] = [instead.get(text, text) for text in self.texts.tolist()]
        return self._like(texts=known)

    def loaded(self) -> Cells:
        """These cells in the memory."""
        return Cells(self.values, self.holds, self.type, self.typed, self.are_categories, self.words)

    def _like(self, **changed: Any) -> StoredCells:
        names = ("stored", "holds", "type", "texts", "index", "na", "beyond", "typed", "are_categories", "words")
        return StoredCells(**{name: getattr(self, name) for name in names} | changed)

    def _read(self) -> Array:
        return self.stored if self.index is None else self.stored[self.index]

    @property
    def values(self) -> Array:
        read = self._read()
        if self.texts is not None:
            self.require_known()
            return self.texts[read]
        return np.where(np.isin(read, self.na), np.nan, read) if self.na else read

    @property
    def first(self) -> Any:
        if self.beyond and self.texts is not None:
            return self.texts[0]
        for start in range(0, len(self), LOOKED_AT):
            found = self.rows(np.arange(start, min(start + LOOKED_AT, len(self)))).filled
            if len(found):
                return found[0]
        return None

    def require_known(self) -> None:
        """ValueError where not all different texts are known."""
        if self.beyond:
            raise ValueError(
                f"a column has more than {MOST_DIFFERENT:,} different texts, too many to be used from a file on the disk; "
                f"{give('--in-memory')} reads the table into the memory"
            )

    @property
    def gaps(self) -> Array:
        if self.texts is None:
            values = self.values
            return np.isnat(values) if self.holds in {DATES, TIMES} else np.isnan(values)
        empty = np.array([text is None for text in self.texts.tolist()])
        places = self._read()
        return empty[np.minimum(places, len(empty) - 1)] & (places < len(empty))

    @property
    def codes(self) -> tuple[list[Any], Array]:
        if self.holds != TEXTS or self.texts is None:
            return self.codes_of_values()
        self.require_known()
        places = self._read()
        there = np.bincount(places + 1, minlength=len(self.texts))[1:] > 0
        known = [
            (text, place) for place, text in enumerate(self.texts[:-1].tolist()) if there[place] and text is not None
        ]
        different = sorted({text for text, _ in known})  # several places may have one text
        index = {text: k for k, text in enumerate(different)}
        code = np.full(len(self.texts), -1, np.int32)
        code[[place for _, place in known]] = [index[text] for text, _ in known]
        return different, code[places]

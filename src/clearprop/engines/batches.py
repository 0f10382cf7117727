"""Batches: which points each of several steps sees. They hold row numbers and touch no data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from ..formulas.catalogue import Array

DENSE_NUMBERS = 2**19
"""Inputs that an engine makes for some batches at a time, at least those of one: 4 MB in float64."""


class Batches:
    """Row numbers for k steps, batch after batch; batches may differ in size, as an epoch's last one does.

    >>> batches = Batches.joined([np.array([[4, 0], [2, 1]]), np.array([[3]])])
    >>> [batch.tolist() for batch in batches]
    [[4, 0], [2, 1], [3]]
    """

    def __init__(self, rows: Array, begins: Array) -> None:
        """`rows` (N,) of all batches; batch t is `rows[begins[t] : begins[t + 1]]`."""
        self.rows, self.begins = rows, begins

    @classmethod
    def joined(cls, pieces: Sequence[Array]) -> Batches:
        """Pieces (k, b), each of any k and b, one after the other."""
        if len(pieces) == 1:
            (k, b), rows = pieces[0].shape, pieces[0].ravel()
            return cls(rows, np.arange(0, k * b + 1, b))
        sizes = np.repeat([piece.shape[1] for piece in pieces], [len(piece) for piece in pieces])
        rows = np.concatenate([piece.ravel() for piece in pieces])
        return cls(rows, np.concatenate([[0], np.cumsum(sizes)]))

    def __len__(self) -> int:
        return len(self.begins) - 1

    @overload
    def __getitem__(self, t: int) -> Array: ...
    @overload
    def __getitem__(self, t: slice) -> Batches: ...
    def __getitem__(self, t: int | slice) -> Array | Batches:
        if isinstance(t, slice):
            return Batches(self.rows, self.begins[t.start : t.stop + 1])
        return self.rows[self.begins[t] : self.begins[t + 1]]

    def __iter__(self) -> Iterator[Array]:
        return (self[t] for t in range(len(self)))

    def in_pieces(self, most: int) -> Iterator[tuple[slice, Array, Batches]]:
        """Whole batches of `most` rows together, or one that has more: their places, their rows, and them by these rows.

        >>> pieces = Batches.joined([np.array([[4, 0], [2, 1], [3, 5]])]).in_pieces(4)
        >>> [(at.start, rows.tolist(), own.rows.tolist()) for at, rows, own in pieces]
        [(0, [4, 0, 2, 1], [0, 1, 2, 3]), (2, [3, 5], [0, 1])]
        """
        at = 0
        while at < len(self):
            begin = self.begins[at]
            end = max(at + 1, int(np.searchsorted(self.begins, begin + most, side="right")) - 1)
            rows = self.rows[begin : self.begins[end]]
            yield slice(at, end), rows, Batches(np.arange(len(rows)), self.begins[at : end + 1] - begin)
            at = end

    @property
    def one_each(self) -> bool:
        """Whether every step is on one point."""
        return len(self.rows) == len(self)


def as_batches(given: Batches | Array) -> Batches:
    """`given`, or the rows of an array (k, b) as batches."""
    return given if isinstance(given, Batches) else Batches.joined([given])

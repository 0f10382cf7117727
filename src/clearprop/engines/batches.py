"""Batches: which points each of several steps sees. They hold row numbers and touch no data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..formulas.catalogue import Array


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

    def __getitem__(self, t: int) -> Array:
        return self.rows[self.begins[t] : self.begins[t + 1]]

    def __iter__(self) -> Iterator[Array]:
        return (self[t] for t in range(len(self)))

    @property
    def one_each(self) -> bool:
        """Whether every step is on one point."""
        return len(self.rows) == len(self)


def as_batches(given: Batches | Array) -> Batches:
    """`given`, or the rows of an array (k, b) as batches."""
    return given if isinstance(given, Batches) else Batches.joined([given])

"""Inputs of which most are 0, because they are categories: numbers, and for each row the places where it has a 1.

It stands for an array (n, m) that is never made as a whole: some rows of it are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .formulas.catalogue import Array


@dataclass(frozen=True, eq=False)
class SparseRows:
    """Points (n, m).

    >>> X = SparseRows(np.array([[0.5], [2.0]]), np.array([2]), np.array([[0], [-1]], np.int32), 3)
    >>> X[np.array([0, 1])].tolist()
    [[1.0, 0.0, 0.5], [0.0, 0.0, 2.0]]
    """

    numbers: Array
    """(n, d), the inputs at `places`."""
    places: Array
    """(d,), which inputs these are."""
    ones: Array
    """(n, c) of int32, inputs that are 1; -1 for none."""
    width: int
    """m."""

    ndim = 2

    @property
    def shape(self) -> tuple[int, int]:
        """(n, m)."""
        return len(self.numbers), self.width

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return self.numbers.dtype

    @property
    def parts(self) -> tuple[Array, Array, Array]:
        """The arrays that it is made of."""
        return self.numbers, self.places, self.ones

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> Array:
        """Some rows (k, m) as an array."""
        numbers, ones = self.numbers[rows], self.ones[rows]
        made = np.zeros((len(numbers), self.width), self.dtype)
        made[:, self.places] = numbers
        row, column = np.nonzero(ones >= 0)
        made[row, ones[row, column]] = 1
        return made

    def toarray(self) -> Array:
        """All rows."""
        return self[:]

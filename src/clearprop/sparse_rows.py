"""Inputs of which most are 0: points (n, m) that are never an array as a whole. Some rows of them are made one, or compressed.

Categories are `OneHotRows`: numbers, and for each row the places where it has a 1. Any others are `CompressedRows`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .formulas.catalogue import Array


class SparseRows(ABC):
    """Points (n, m)."""

    ndim = 2
    values: Array
    """Its numbers, but for those that are known to be 1."""
    width: int
    """m."""

    @property
    def shape(self) -> tuple[int, int]:
        """(n, m)."""
        return len(self), self.width

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return self.values.dtype

    @abstractmethod
    def converted(self, convert: Callable[[Array], Array]) -> SparseRows:
        """The same points with converted `values`."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Array, ...]:
        """The arrays that it is made of."""

    @property
    @abstractmethod
    def in_a_row(self) -> float:
        """How many inputs of a row are there, in the mean."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def compressed(self, rows: Array) -> CompressedRows:
        """Some rows (k,), without the inputs that are 0."""

    def __getitem__(self, rows: Any) -> Array:
        """Some rows (k, m) as an array."""
        some = self.compressed(np.arange(len(self))[rows])
        made = np.zeros(some.shape, some.dtype)
        made[np.repeat(np.arange(len(some)), np.diff(some.begins)), some.columns] = some.values
        return made

    def toarray(self) -> Array:
        """All rows."""
        return self[:]


@dataclass(frozen=True, eq=False)
class CompressedRows(SparseRows):
    """Points (n, m) of any kind, as SciPy's CSR has them: the inputs of a row that are there, each once.

    >>> X = CompressedRows(np.array([0, 2, 3]), np.array([0, 2, 2], np.int32), np.array([1.0, 0.5, 2.0]), 3)
    >>> X.compressed(np.array([1])).values.tolist()
    [2.0]
    """

    begins: Array
    """(n + 1,) of int64: row i is `columns[begins[i] : begins[i + 1]]`, and so on."""
    columns: Array
    """(N,) of int32, which inputs are there."""
    values: Array
    """(N,), the inputs."""
    width: int

    def converted(self, convert: Callable[[Array], Array]) -> CompressedRows:
        return replace(self, values=convert(self.values))

    @property
    def parts(self) -> tuple[Array, ...]:
        return self.begins, self.columns, self.values

    @property
    def in_a_row(self) -> float:
        return len(self.values) / max(1, len(self))

    def __len__(self) -> int:
        return len(self.begins) - 1

    def compressed(self, rows: Array) -> CompressedRows:
        counts = np.diff(self.begins)[rows]
        begins = np.concatenate([[0], np.cumsum(counts)])
        places = np.arange(begins[-1]) + np.repeat(self.begins[rows] - begins[:-1], counts)
        return CompressedRows(begins, self.columns[places], self.values[places], self.width)


@dataclass(frozen=True, eq=False)
class OneHotRows(SparseRows):
    """Points (n, m) of numbers and categories.

    >>> X = OneHotRows(np.array([[0.5], [2.0]]), np.array([2]), np.array([[0], [-1]], np.int32), 3)
    >>> X[np.array([0, 1])].tolist()
    [[1.0, 0.0, 0.5], [0.0, 0.0, 2.0]]
    """

    values: Array
    """(n, d), the inputs at `places`."""
    places: Array
    """(d,), which inputs these are."""
    ones: Array
    """(n, c) of int32, inputs that are 1; -1 for none."""
    width: int

    def converted(self, convert: Callable[[Array], Array]) -> OneHotRows:
        return replace(self, values=convert(self.values))

    @property
    def parts(self) -> tuple[Array, ...]:
        return self.values, self.places, self.ones

    @property
    def in_a_row(self) -> float:
        return len(self.places) + self.ones.shape[1]

    def __len__(self) -> int:
        return len(self.values)

    def compressed(self, rows: Array) -> CompressedRows:
        numbers, ones = np.asarray(self.values[rows]), np.asarray(self.ones[rows])
        columns = np.hstack([np.broadcast_to(self.places.astype(np.int32), numbers.shape), ones])
        values = np.hstack([numbers, np.ones(ones.shape, self.dtype)])
        there = columns >= 0
        begins = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        return CompressedRows(begins, columns[there], values[there], self.width)

"""Arrays in temporary files: written piece by piece, then mapped into the address space and read where they are looked at.

A file has no name where the system allows it, so that nothing remains of it, however the process ends. Pieces are written
and not assigned through the map, where a disk that is full would kill the process; here it is an error.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ...callers import give
from ...engines import Ranks
from ...formulas.catalogue import Array

AT_ONCE = 1 << 18
"""Numbers that are copied at a time, where a file gets another type."""


class ArrayFile:
    """An array (n, ...) that grows by pieces. Pieces of several types give the type that holds them all."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder, self._file = folder, _new(folder)
        self._dtype: np.dtype[Any] | None = None
        self._shape: tuple[int, ...] = ()
        self.rows = 0

    def __del__(self) -> None:
        self._file.close()

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The type of its numbers; None as long as there are none."""
        return self._dtype

    def append(self, values: Array) -> None:
        """Write more rows. OSError, which says what to do, where the disk is full."""
        joined = values.dtype if self._dtype is None else np.result_type(self._dtype, values.dtype)
        if self._dtype is not None and joined != self._dtype:
            self._become(joined)
        self._dtype, self._shape = joined, values.shape[1:]
        _write(self._file, np.ascontiguousarray(values, joined))
        self.rows += len(values)

    def mapped(self) -> Array:
        """All rows, read from the file where they are looked at. Nothing can be appended after that."""
        if self._dtype is None:
            return np.empty(0)
        self._file.flush()
        shape = (self.rows, *self._shape)
        if not int(np.prod(shape)):
            return np.empty(shape, self._dtype)
        made = np.memmap(self._file, self._dtype, mode="r", shape=shape)
        self._file.close()  # the map stays
        return np.asarray(made)

    def mapped_together(self, ranks: Ranks, path: Path) -> Array:
        """The rows of all ranks, those of the first one first, in a new file that all of them see."""
        every = ranks.each((self.rows, self._dtype, self._shape))
        dtype = np.result_type(*(each for rows, each, _ in every if rows))
        shape = next(each for rows, _, each in every if rows)
        width = int(np.prod(shape))
        total = sum(rows for rows, _, _ in every)
        if ranks.is_first:
            with path.open("wb") as file:
                file.truncate(total * width * dtype.itemsize)
        ranks.each(None)
        if self.rows:
            self.rows_into(path, width * sum(rows for rows, _, _ in every[: ranks.rank]), dtype)
        ranks.each(None)  # all is written
        made = MappedFile(path, dtype, total * width).mapped().reshape(total, *shape)
        ranks.each(None)  # all is mapped
        return made

    def rows_into(self, path: Path, before: int, dtype: np.dtype[Any]) -> None:
        """Write all numbers, as another type, into a file that has places for them, behind `before` others."""
        values = self.mapped().reshape(-1)
        with path.open("r+b") as file:
            file.seek(before * dtype.itemsize)
            for start in range(0, len(values), AT_ONCE):
                _write(file, values[start : start + AT_ONCE].astype(dtype))

    def _become(self, dtype: np.dtype[Any]) -> None:
        """Another file with the same values in a type that holds more."""
        assert self._dtype is not None
        old, self._file = self._file, _new(self._folder)
        old.seek(0)
        while content := old.read(AT_ONCE * self._dtype.itemsize):
            _write(self._file, np.frombuffer(content, self._dtype).astype(dtype))
        old.close()


class MappedFile(ArrayFile):
    """Numbers that are written in a file with a name, of which the map stays when the name is gone."""

    def __init__(self, path: Path, dtype: np.dtype[Any], rows: int) -> None:
        self._made = np.asarray(np.memmap(path, dtype, mode="r", shape=(rows,))) if rows else np.empty(0, dtype)
        self.rows = rows

    def __del__(self) -> None:
        """Nothing to close: the map stays as long as somebody looks at it."""

    def mapped(self) -> Array:
        return self._made


def _new(folder: str | None) -> Any:
    return tempfile.TemporaryFile(dir=folder, prefix="clearprop-")


def _write(file: Any, values: Array) -> None:
    try:
        file.write(values.reshape(-1).view(np.uint8).data)
        file.flush()
    except OSError as error:
        raise OSError(
            error.errno,
            f"{error.strerror}: rows that do not fit into the memory are kept in temporary files in {tempfile.gettempdir()}; "
            f"the environment variable TMPDIR names another folder, {give('--ignore')} leaves columns out, "
            f"{give('--in-memory')} does without",
        ) from None

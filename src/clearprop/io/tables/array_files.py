"""Arrays in temporary files: written piece by piece, then mapped into the address space and read where they are looked at.

A file has no name where the system allows it, so that nothing remains of it, however the process ends. Pieces are written
and not assigned through the map, where a disk that is full would kill the process; here it is an error.
"""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np

from ...callers import give
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

    def _become(self, dtype: np.dtype[Any]) -> None:
        """Another file with the same values in a type that holds more."""
        assert self._dtype is not None
        old, self._file = self._file, _new(self._folder)
        old.seek(0)
        while content := old.read(AT_ONCE * self._dtype.itemsize):
            _write(self._file, np.frombuffer(content, self._dtype).astype(dtype))
        old.close()


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

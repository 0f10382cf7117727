"""NumPy's files, .npy and .npz. Arrays of Python objects are not read: they are pickles, which may run any program."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any, Literal

import numpy as np

from ...callers import give
from ...columns.cells import Cells, read
from ...formulas.catalogue import Array, nearest, register
from . import magic
from .formats import ROWS_AT_ONCE, Block, Rows, TableFormat, row_count
from .headers import each_its_own
from .reading import Reading
from .refusal import Refusal
from .sources import FAULTS, Source, said_by

_FAULTS: tuple[type[Exception], ...] = (*FAULTS, TokenError, SyntaxError, TypeError)


@register
class NumPy(TableFormat):
    """An array (n, m) as n rows of the columns 1 to m; a structured array with its fields; the arrays of a .npz file."""

    name = "numpy"
    source = "NumPy, numpy.lib.format"
    suffixes = (".npy", ".npz")
    options = ("text", "table")

    def recognises(self, source: Source) -> bool:
        members = source.members
        return magic.kind_of(source.head) == magic.NPY or (
            bool(members) and all(each.endswith(".npy") for each in members)
        )

    def open(self, source: Source, how: Reading) -> ArrayRows:
        single = magic.kind_of(source.head) == magic.NPY
        return ArrayRows(source, how, _of_one(source) if single else _of_several(source, how))


class ArrayRows(Rows):
    """Columns that are arrays (n,)."""

    def __init__(self, source: Source, how: Reading, columns: dict[str, Array]) -> None:
        super().__init__(source)
        self.names, self._columns, self._how = list(columns), list(columns.values()), how

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        rows = len(self._columns[0])
        for begin in range(0, rows, ROWS_AT_ONCE):
            end = min(begin + ROWS_AT_ONCE, rows)
            pieces = [
                cells_of(column[begin:end], as_texts=name in texts or name in self._how.text)
                for name, column in zip(self.names, self._columns, strict=True)
            ]
            yield Block(pieces, row_count(begin, end - begin))


def cells_of(column: Array, *, as_texts: bool = False) -> Cells:
    """An array (n,) as cells; bytes are texts."""
    held = np.array(column) if isinstance(column, np.memmap) else column
    plain = np.char.decode(held, "utf-8", "replace") if held.dtype.kind == "S" else held
    return read(plain.astype(str) if as_texts else plain)


def _of_one(source: Source) -> dict[str, Array]:
    with source.seekable() as stream:
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(0)
        mapped = source.path if source.packed is None and source.held is None else None
        return columns_of({"": array_in(stream, size, source.name, mapped)}, source.name)


def _of_several(source: Source, how: Reading) -> dict[str, Array]:
    """The arrays of a .npz file that have a row for each of the others, or those that `table` names."""
    with _archive(source) as archive:
        sizes = {each.filename.removesuffix(".npy"): each.file_size for each in archive.infolist()}
        if sum(sizes.values()) > source.limit:
            raise ValueError(
                f"{source.name} becomes {sum(sizes.values()) >> 20:,} MiB when it is unpacked: it is damaged"
            )
        wanted = [each.strip() for each in how.table.split(",")] if how.table else list(sizes)
        for name in wanted:
            if name not in sizes:
                raise ValueError(f"{source.name} has no array {name!r}{nearest(name, list(sizes))}")
        arrays = {}
        for name in wanted:
            with archive.open(f"{name}.npy") as stream:
                arrays[name] = array_in(stream, sizes[name], f"{source.name}, array {name!r}")
    lengths = {name: len(array) if array.ndim else 0 for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise Refusal(
            f"{source.name} has arrays with several numbers of rows; give those that belong together, such as "
            f"{give(f'--table={_together(lengths)}')}: {shapes}",
            [f"--table={_together(lengths)}"],
        )
    return columns_of(arrays, source.name)


@contextmanager
def _archive(source: Source) -> Iterator[zipfile.ZipFile]:
    with source.opened() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                yield archive
        except _FAULTS as error:
            if str(error).startswith(source.name):
                raise
            raise ValueError(f"{source.name} is a damaged .npz file: {said_by(error)}") from None


def _together(lengths: dict[str, int]) -> str:
    """The arrays that have most rows."""
    most = max(lengths.values())
    return ",".join(name for name, length in lengths.items() if length == most)


def array_in(stream: IO[bytes], size: int, name: str, mapped: Path | None = None) -> Array:
    """The array in a stream of `size` bytes. ValueError for objects, and for a shape that needs more bytes than there are.

    The array of a file that is `mapped` stays there, until its rows are read.
    """
    try:
        version = np.lib.format.read_magic(stream)
        reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a header that is written in an older way
            told, fortran, dtype = reader(stream)
        shape = tuple(map(int, told))  # True is a number to NumPy's check of a header, and not to an array
    except _FAULTS as error:
        raise ValueError(f"{name} is damaged: {said_by(error)}") from None
    if dtype.hasobject:
        raise ValueError(
            f"{name} holds Python objects, which are not read: a pickle may run any program; save an array of numbers"
        )
    needed = dtype.itemsize
    for length in shape:
        needed *= length
    if min(shape, default=0) < 0 or needed > size - (0 if mapped is None else stream.tell()) or dtype.itemsize == 0:
        raise ValueError(
            f"{name} says that its shape is {shape} of {dtype}, and has only {size:,} bytes: it is damaged"
        )
    order: Literal["F", "C"] = "F" if fortran else "C"
    try:
        if mapped is not None and needed:
            return np.memmap(mapped, dtype, "r", stream.tell(), shape, order)
        content = stream.read(needed)
        if len(content) < needed:
            raise ValueError("it ends too early")
        return np.frombuffer(content, dtype).reshape(shape, order=order)
    except ValueError as error:  # a shape with a 0 in it, and numbers beside it that no array can have
        raise ValueError(f"{name} is damaged: {error}") from None


def columns_of(arrays: dict[str, Array], name: str) -> dict[str, Array]:
    """Arrays with a row for each of the others as columns: images and the like are flattened."""
    made: list[tuple[str, Array]] = []
    for own, array in arrays.items():
        if array.ndim == 0:
            raise ValueError(f"{name} holds a single value{f' in {own!r}' if own else ''}, and no rows")
        if array.dtype.names is not None:
            if array.ndim > 1:
                raise ValueError(f"{name} is a structured array of shape {array.shape}, where (n,) is expected")
            made += _fields(array, own, name)
            continue
        flat = array.reshape(len(array), -1) if len(array) else array.reshape(0, 1)
        alone = array.ndim == 1 and own
        made += [(own if alone else f"{own} {j + 1}".strip(), flat[:, j]) for j in range(flat.shape[1])]
    if not made:
        raise ValueError(f"{name} has no column")
    return dict(zip(each_its_own([column for column, _ in made]), (values for _, values in made), strict=True))


def _fields(array: Array, own: str, name: str) -> Sequence[tuple[str, Any]]:
    for field in array.dtype.names or ():
        if array[field].ndim > 1:
            raise ValueError(
                f"{name}: field {field!r} of a structured array has several values in a row; save it as an array (n, m)"
            )
    return [(f"{own} {field}".strip(), array[field]) for field in array.dtype.names or ()]

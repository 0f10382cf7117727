"""Parquet, and Arrow's files and streams (Feather among them), read by pyarrow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from ...columns.cells import DATE, DATES, NUMBERS, TEXTS, TRUTHS, Cells, read
from ...formulas.catalogue import register
from . import magic
from .extras import require
from .formats import ROWS_AT_ONCE, Block, Rows, TableFormat, row_count
from .headers import each_its_own
from .reading import Reading
from .sources import FAULTS, Source, said_by

BUFFER = 1 << 16
"""Bytes of a column that are read at once."""
VALUES_AT_ONCE = 1 << 21
"""Values of a block of Parquet, at most: rows of many columns are few, so that a block takes little room."""


@register
class Parquet(TableFormat):
    """Columns with types, compressed."""

    name = "parquet"
    source = "Apache Parquet"
    suffixes = (".parquet", ".pq")
    options = ("text",)

    def recognises(self, source: Source) -> bool:
        return magic.kind_of(source.head) == magic.PARQUET

    def open(self, source: Source, how: Reading) -> ArrowRows:
        return ParquetRows(source, how)


@register
class Arrow(TableFormat):
    """Arrow's columns as they are in the memory: an IPC file or stream, or Feather."""

    name = "arrow"
    other_names = ("feather", "ipc")
    source = "Apache Arrow"
    suffixes = (".arrow", ".feather", ".ipc", ".arrows")
    options = ("text",)

    def recognises(self, source: Source) -> bool:
        return magic.kind_of(source.head) in {magic.ARROW, magic.ARROW_STREAM}

    def open(self, source: Source, how: Reading) -> ArrowRows:
        streamed = magic.kind_of(source.head) == magic.ARROW_STREAM
        return ArrowRows(source, how, _stream if streamed else _file)


def _file(stream: Any) -> tuple[Any, Iterator[Any]]:
    file = require("pyarrow.ipc", "data", "to read Arrow files").open_file(stream)
    return file.schema, (file.get_batch(place) for place in range(file.num_record_batches))


def _stream(stream: Any) -> tuple[Any, Iterator[Any]]:
    file = require("pyarrow.ipc", "data", "to read Arrow files").open_stream(stream)
    return file.schema, iter(file)


class ArrowRows(Rows):
    """The rows of a file that pyarrow reads."""

    def __init__(self, source: Source, how: Reading, opened: Callable[[Any], tuple[Any, Iterator[Any]]]) -> None:
        super().__init__(source)
        self._how, self._opened = how, opened
        self._before = 0
        """The rows before the first one of these."""
        self._arrow = require("pyarrow", "data", f"to read {source.name}")
        with self._batches() as (schema, _):
            self.names = each_its_own(schema.names)
            self.said = [f"column {name!r} is kept as text: {type_}" for name, type_ in self._nested(schema)]

    def _nested(self, schema: Any) -> list[tuple[str, Any]]:
        return [
            (name, each.type)
            for name, each in zip(self.names, schema, strict=True)
            if self._arrow.types.is_nested(each.type)
        ]

    @contextmanager
    def _batches(self) -> Iterator[tuple[Any, Iterator[Any]]]:
        """The schema and the batches of rows. What pyarrow finds wrong is a ValueError."""
        try:
            with self.source.seekable() as stream:
                yield self._opened(stream)
        except (self._arrow.ArrowException, *FAULTS) as error:
            if (isinstance(error, OSError) and error.errno is not None) or str(error).startswith(self.source.name):
                raise
            raise ValueError(f"{self.source.name} is damaged: {said_by(error)}") from None

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        with self._batches() as (_, batches):
            begin = self._before
            for batch in batches:
                batch.validate(full=True)
                self.require_fits(8 * len(self.names) * (begin + batch.num_rows))
                columns = [cells_of(column, self._arrow) for column in batch.columns]
                for place, name in enumerate(self.names):
                    if name in texts or name in self._how.text:
                        columns[place] = as_texts(columns[place])
                if batch.num_rows:
                    yield Block(columns, row_count(begin, batch.num_rows))
                begin += batch.num_rows


class ParquetRows(ArrowRows):
    """The rows of a Parquet file, or of some row groups that follow one another."""

    def __init__(self, source: Source, how: Reading, part: int = 0, of_parts: int = 1) -> None:
        self._part, self._of_parts = part, of_parts
        super().__init__(source, how, self._open)

    def _open(self, stream: Any) -> tuple[Any, Iterator[Any]]:
        """By default pyarrow reads ahead, and holds all that it has read until the end, which is the whole file."""
        opened = require("pyarrow.parquet", "data", "to read Parquet").ParquetFile
        file = opened(stream, pre_buffer=False, buffer_size=BUFFER)
        metadata = file.metadata
        rows = min(ROWS_AT_ONCE, max(1, VALUES_AT_ONCE // max(1, metadata.num_columns)))
        if self._of_parts == 1:
            return file.schema_arrow, file.iter_batches(rows)
        begins = np.cumsum([0, *(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))])
        of_part = begins[:-1] * self._of_parts // max(1, metadata.num_rows)
        groups = np.flatnonzero(of_part == self._part)
        self._before = int(begins[groups[0]]) if len(groups) else 0
        return file.schema_arrow, file.iter_batches(rows, row_groups=groups.tolist()) if len(groups) else iter(())

    def part(self, part: int, parts: int) -> ParquetRows:
        """By whole row groups, of about as many rows in each part."""
        return ParquetRows(self.source, self._how, part, parts)

    @property
    def about(self) -> dict[str, Any]:
        """Its digest is of all that the file's end says of each row group, with the smallest and largest cells."""
        opened = require("pyarrow.parquet", "data", "to read Parquet").ParquetFile
        with self.source.seekable() as stream:
            metadata = opened(stream).metadata
            told = hashlib.sha256(repr(metadata.to_dict()).encode()).hexdigest()
        return {"bytes": 8 * metadata.num_rows * metadata.num_columns, "rows": metadata.num_rows, "digest": told}


def cells_of(column: Any, arrow: Any) -> Cells:
    """The cells of an Arrow array, by its type."""
    types, type_, named = arrow.types, column.type, str(column.type)
    if types.is_dictionary(type_):
        return _of_codes(column, arrow)
    if types.is_string(type_) or types.is_large_string(type_):  # each different text is made once
        return replace(_of_codes(column.dictionary_encode(), arrow), type=named, are_categories=False)
    if types.is_boolean(type_):
        return Cells(column.cast(arrow.int8()).cast(arrow.float64()).to_numpy(zero_copy_only=False), TRUTHS, named)
    if types.is_integer(type_) or types.is_floating(type_):
        return Cells(column.to_numpy(zero_copy_only=False), NUMBERS, named)
    if types.is_timestamp(type_) or types.is_date(type_):
        return Cells(_moments(column), DATES, named)
    return _of_others(column, arrow)


def _of_codes(column: Any, arrow: Any) -> Cells:
    texts = column.dictionary.to_pylist()
    if not all(isinstance(text, str) for text in texts):
        return cells_of(column.dictionary_decode(), arrow)
    places = column.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return Cells(_objects([*texts, None])[places], TEXTS, str(column.type), are_categories=True)


def _of_others(column: Any, arrow: Any) -> Cells:
    """Decimals, times of day and durations; what is nested, and bytes, as texts."""
    types, type_ = arrow.types, column.type
    if types.is_nested(type_) or types.is_binary(type_) or types.is_large_binary(type_):
        return Cells(_objects([None if each is None else str(each) for each in column.to_pylist()]), TEXTS, str(type_))
    return read(column)


def as_texts(cells: Cells) -> Cells:
    """Cells as texts, whole numbers without a point."""
    if cells.holds == TEXTS:
        return cells
    plain = [
        None if gap else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
        for cell, gap in zip(cells.values.tolist(), cells.gaps.tolist(), strict=True)
    ]
    return Cells(_objects(plain), TEXTS, cells.type, typed=False)


def _objects(cells: list[Any]) -> Any:
    made = np.empty(len(cells), object)
    made[:] = cells
    return made


def _moments(column: Any) -> Any:
    """Dates as the clock of their own zone shows them."""
    if getattr(column.type, "tz", None):
        column = require("pyarrow.compute", "data", "to read times with a zone").local_timestamp(column)
    return column.to_numpy(zero_copy_only=False).astype(DATE)

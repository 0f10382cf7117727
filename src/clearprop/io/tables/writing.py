"""Writing columns as a file: CSV, TSV, JSON lines, Parquet. A missing value is an empty cell, null in JSON and Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from ...callers import either

FORMATS = ("csv", "tsv", "jsonl", "parquet")
SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    "": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}

Columns = Mapping[str, Sequence[Any]]
"""Columns of one length, of numbers, texts and None, by name."""


def format_of(path: str | None, asked: str | None) -> str:
    """The format that was asked for, or that of the file's suffix. ValueError for a suffix that says another one."""
    if asked is not None:
        return asked
    suffix = "" if path is None else Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(
            f"cannot write {path}: its suffix is none of {', '.join(each for each in SUFFIXES if each)}; "
            f"{either('--to', 'to=')} says the format, one of {', '.join(FORMATS)}"
        )
    return SUFFIXES[suffix]


def require_format(kind: str) -> None:
    """ImportError where a format needs a package that is missing."""
    if kind == "parquet":
        try:
            from pyarrow import parquet
        except ImportError:
            raise ImportError("Parquet needs pyarrow: pip install 'clearprop[data]'") from None
        del parquet


def written(columns: Columns, kind: str) -> bytes:
    """The columns as the bytes of a file in one of `FORMATS`."""
    plain = {name: [_plain(value, infinite=kind != "jsonl") for value in values] for name, values in columns.items()}
    if kind == "jsonl":
        return _json_lines(plain)
    if kind == "parquet":
        return _parquet(plain)
    return _separated(plain, "\t" if kind == "tsv" else ",")


def has_columns(path: Path, columns: Columns, kind: str) -> bool:
    """Whether a file begins as one with these columns does: by its header line, the keys of its first line, or its schema."""
    try:
        if kind == "parquet":
            from pyarrow import parquet

            return list(parquet.read_schema(path).names) == list(columns)
        with path.open("rb") as file:
            first = file.readline(_LONGEST_HEADER)
        if kind == "jsonl":
            found = json.loads(first)
            return isinstance(found, dict) and list(found) == list(columns)
        return first == written(dict.fromkeys(columns, ()), kind)
    except (ValueError, OSError, RecursionError):
        return False


_LONGEST_HEADER = 1 << 24


def _plain(value: Any, *, infinite: bool) -> Any:
    """A number without NaN, and unless `infinite` without infinity; a whole number as one, 3 and not 3.0."""
    if isinstance(value, float):
        if math.isinf(value) and infinite:
            return value
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value.isoformat() if isinstance(value, date | time) else value


def _separated(columns: Columns, separator: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=separator)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _json_lines(columns: Columns) -> bytes:
    rows = zip(*columns.values(), strict=True)
    return "".join(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows).encode()


def _parquet(columns: Columns) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    made = io.BytesIO()
    parquet.write_table(pa.table({name: _of_one_type(values) for name, values in columns.items()}), made)
    return made.getvalue()


def _of_one_type(values: Sequence[Any]) -> Sequence[Any]:
    """Whole numbers as floats again where others in the column are none."""
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, int) else value for value in values]
    return values

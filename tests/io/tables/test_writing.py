"""Files of columns read back to what was written, in every format."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from clearprop.io.tables.writing import FORMATS, SUFFIXES, format_of, require_format, written

COLUMNS = {
    "id": ["007", "a,b", 'q"uote', "line\nbreak"],
    "n": [1.0, 2.0, float("nan"), 1e300],
    "y": [0.1 + 0.2, -0.0, 3.0, None],
    "é": ["β", "", None, "x"],
}
PLAIN = [
    {"id": "007", "n": 1, "y": 0.1 + 0.2, "é": "β"},
    {"id": "a,b", "n": 2, "y": 0, "é": ""},
    {"id": 'q"uote', "n": None, "y": 3, "é": None},
    {"id": "line\nbreak", "n": 1e300, "y": None, "é": "x"},
]


def test_json_lines_hold_every_value() -> None:
    lines = written(COLUMNS, "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == PLAIN


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_separated_values_have_empty_cells_for_gaps(kind: str, separator: str) -> None:
    header, *rows = csv.reader(io.StringIO(written(COLUMNS, kind).decode(), newline=""), delimiter=separator)
    assert header == list(COLUMNS)
    for row, plain in zip(rows, PLAIN, strict=True):
        assert row == ["" if value is None else str(value) for value in plain.values()]
    assert float(rows[0][2]) == 0.1 + 0.2


def test_parquet_holds_every_value() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install pyarrow")
    read = parquet.read_table(io.BytesIO(written(COLUMNS, "parquet"))).to_pylist()
    assert read == PLAIN


def test_parquet_names_the_extra_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install 'clearprop\[data\]'"):
        require_format("parquet")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_says_the_format(suffix: str) -> None:
    assert format_of(f"said{suffix.upper()}", None) == SUFFIXES[suffix]
    assert SUFFIXES[suffix] in FORMATS


def test_what_is_asked_for_is_stronger_than_the_suffix() -> None:
    assert format_of("said.dat", "jsonl") == "jsonl"
    assert format_of(None, None) == "csv"
    with pytest.raises(ValueError, match=r"cannot write said.xlsx: its suffix is none of .*to= says the format"):
        format_of("said.xlsx", None)

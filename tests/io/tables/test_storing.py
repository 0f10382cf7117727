"""Tables in files: what was read is the same as in the memory, whatever the format, and nothing is left on the disk."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.io.described import describe_columns
from clearprop.io.tables import array_files, stored_column, storing, text_lines
from clearprop.io.tables.opening import read_table
from clearprop.io.tables.stored_table import StoredTable
from clearprop.io.tables.table import Table

ROWS = 700


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of some dozens of rows, so that a column has many of them."""
    monkeypatch.setattr(text_lines, "FIRST_PIECE", 2000)
    monkeypatch.setattr(text_lines, "PIECE", 1500)


def require_same(a: Table, b: Table) -> None:
    assert a.names == b.names
    assert len(a) == len(b)
    for name in a.names:
        one, other = a.cells(name), b.cells(name)
        about = [(each.holds, each.type, each.typed, each.are_categories, len(each)) for each in (one, other)]
        assert about[0] == about[1], name
        assert one.values.dtype == other.values.dtype, name
        assert (one.gaps == other.gaps).all(), name
        assert one.filled.tolist() == other.filled.tolist(), name
        assert one.codes[0] == other.codes[0], name
        assert (one.codes[1] == other.codes[1]).all(), name
    assert describe_columns(a, None, {}) == describe_columns(b, None, {})
    assert [a.where(row) for row in (0, len(a) - 1)] == [b.where(row) for row in (0, len(b) - 1)]


CELLS: dict[str, Callable[[int], object]] = {
    "numbers": lambda i: i * 0.37 - 40,
    "numbers with gaps": lambda i: "" if i % 5 else i,
    "numbers with a word in one row": lambda i: "unknown" if i == 600 else i / 7,
    "numbers with words in one block": lambda i: "?" if i < 300 else f"{i / 3:.4f}",
    "codes from some row on": lambda i: "007" if i > 500 else i,
    "texts that begin as numbers": lambda i: i % 9 if i < 350 else "abc"[i % 3],
    "truth values": lambda i: ["True", "false", "TRUE"][i % 3],
    "truth values and a text": lambda i: "maybe" if i == 699 else ["True", "false"][i % 2],
    "yes and no": lambda i: ["yes", "no", "NA"][i % 3],
    "categories": lambda i: f"kind {i % 7}",
    "minus and plus": lambda i: "+-"[i % 2],
    "spaces around": lambda i: [" a", "a ", "a", ""][i % 4],
    "no value at all": lambda i: "",
    "no value until late": lambda i: "" if i < 650 else "x",
    "no number until late": lambda i: "" if i < 650 else 2.5,
    "dates": lambda i: f"2021-{i % 12 + 1:02}-{i % 28 + 1:02}",
    "dates that cannot be told": lambda i: f"{i % 12 + 1}/{i % 11 + 1}/2021",
    "money": lambda i: f'"${i + 1000:,}.50"',
    "one value": lambda i: 3,
    "a text each": lambda i: f"name {i}",
    "sentences": lambda i: f'"a sentence, number {i}, of more than\na line or two"',
    "infinite": lambda i: "inf" if i == 5 else 1.5,
}


@pytest.mark.parametrize("what", CELLS)
def test_a_column_in_a_file_is_the_column_in_the_memory(what: str) -> None:
    lines = [f"{CELLS[what](i)},{i % 13}" for i in range(ROWS)]
    content = ("cells,other\n" + "\n".join(lines) + "\n").encode()
    in_memory, on_disk = read_table(io.BytesIO(content)), read_table(io.BytesIO(content), on_disk=True)
    assert isinstance(on_disk, StoredTable)
    assert not in_memory.on_disk
    if what == "infinite":
        assert on_disk["cells"].tolist() == in_memory["cells"].tolist()
        return
    require_same(in_memory, on_disk)


def test_every_format_can_be_kept_in_files(tmp_path: Path) -> None:
    records = [
        {"x": i / 3, "name": f"n{i % 5}", "when": f"2020-01-{i % 28 + 1:02}", "ok": i % 2 == 0} for i in range(300)
    ]
    records[7] |= {"x": None, "name": None}
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    require_same(read_table(path), read_table(path, on_disk=True))
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "rows.parquet"
    parquet.write_table(arrow.Table.from_pylist(records), path, row_group_size=50)
    require_same(read_table(path), read_table(path, on_disk=True))
    path = tmp_path / "rows.npy"
    np.save(path, np.arange(600.0).reshape(200, 3))
    require_same(read_table(path), read_table(path, on_disk=True))


def test_texts_and_skipped_rows_are_those_of_the_memory() -> None:
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i % 3) if i % 50 else b"1,2,3\n" for i in range(1, ROWS))
    how: dict[str, Any] = {"text": ("b",), "ragged": "skip"}
    in_memory = read_table(io.BytesIO(content), **how)
    on_disk = read_table(io.BytesIO(content), **how, on_disk=True)
    require_same(in_memory, on_disk)
    assert set(in_memory.said) < set(on_disk.said)
    assert [in_memory.where(row) for row in range(200)] == [on_disk.where(row) for row in range(200)]


def test_rows_of_rows_are_the_right_rows() -> None:
    content = b"a,b\n" + b"".join(b"%d,t%d\n" % (i, i % 3) for i in range(ROWS))
    table = read_table(io.BytesIO(content), on_disk=True)
    assert isinstance(table, StoredTable)
    every_third = table._part(np.arange(0, ROWS, 3))
    picked = every_third.rows(np.array([5, 1]))
    assert not picked.on_disk
    assert picked["a"].tolist() == [15, 3]
    assert picked["b"].tolist() == ["t0", "t0"]
    assert [picked.where(0), every_third.where(5)] == ["line 17", "line 17"]
    assert every_third.rows(np.arange(len(every_third)) < 2)["a"].tolist() == [0, 3]
    assert every_third.sample(cells=8)["a"].tolist() == [0, 174, 351, 525]


def test_a_file_that_is_open_is_read_to_its_end_in_the_memory_too() -> None:
    """Its size was asked for while it was read, which left the place at the end: rows were lost, or the last one refused."""
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i % 3) for i in range(ROWS))
    assert len(read_table(io.BytesIO(content))) == ROWS


def test_a_table_that_is_too_large_for_the_memory_is_kept_in_files_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(storing, "free_memory", lambda: 20_000)
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i % 3) for i in range(ROWS))
    table = read_table(io.BytesIO(content))
    assert table.on_disk
    assert "700 rows are kept in temporary files" in table.said[-1]
    assert "free" in table.said[-1]
    assert not read_table(io.BytesIO(content), on_disk=False).on_disk


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows"):
        read_table(io.BytesIO(b"a,b\n"), on_disk=True)


def test_a_full_disk_is_an_error_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(array_files, "_new", lambda _: Full())
    with pytest.raises(OSError, match=r"No space left.*TMPDIR.*ignore leaves.*on_disk=False"):
        read_table(io.BytesIO(b"a,b\n1,2\n3,4\n"), on_disk=True)


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_files.tempfile, "tempdir", str(tmp_path))
    table = read_table(io.BytesIO(b"a,b\n" + b"1,x\n2,y\n" * 400), on_disk=True)
    assert str(tmp_path) in table.said[-1]
    assert table["a"].sum() == 1200
    assert list(tmp_path.iterdir()) == []


# ---- columns of more different texts than are kept


@pytest.fixture
def few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_column, "MOST_DIFFERENT", 50)


def kept(cell: Callable[[int], object]) -> StoredTable:
    content = ("cells,other\n" + "\n".join(f"{cell(i)},{i % 13}" for i in range(ROWS)) + "\n").encode()
    table = read_table(io.BytesIO(content), on_disk=True)
    assert isinstance(table, StoredTable)
    return table


@pytest.mark.usefixtures("few_texts")
def test_many_different_dates_are_dates() -> None:
    table = kept(lambda i: f"2021-01-01 {i // 60:02}:{i % 60:02}:00" if i != 400 else "later")
    cells = table.cells("cells")
    assert cells.holds == "dates"
    assert cells.filled[-1] - cells.filled[0] == np.timedelta64(699, "m")
    assert cells.gaps.nonzero()[0].tolist() == [400]
    assert "'later', count as gaps" in table.said[-1]


@pytest.mark.usefixtures("few_texts")
def test_many_different_numbers_beside_a_word_are_numbers() -> None:
    table = kept(lambda i: "unknown" if i in {3, 600} else f"{i / 7:.4f}")
    values = table["cells"]
    assert np.flatnonzero(np.isnan(values)).tolist() == [3, 600]
    assert values[699] == round(699 / 7, 4)
    assert "2 cells with others, such as 'unknown', count as gaps" in table.said[-1]


@pytest.mark.usefixtures("few_texts")
def test_a_column_with_too_many_different_texts_is_left_out_and_refused_as_anything_else() -> None:
    table = kept(lambda i: f"name {i // 2}" if i != 300 else "")
    record, other = describe_columns(table, None, {})
    assert record.is_left_out
    assert record.gaps == 1
    assert not other.is_left_out
    with pytest.raises(ValueError, match=r"more than .* different texts, too many .*on_disk=False"):
        describe_columns(table, None, {"cells": "category"})
    with pytest.raises(ValueError, match="on_disk=False"):
        _ = table["cells"]

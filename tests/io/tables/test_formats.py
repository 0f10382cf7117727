"""Every format: its small file becomes the same columns, whatever its name; what is wrong in it is an error with its place."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from clearprop.formulas.catalogue import find, names
from clearprop.io import load_table, read_table
from clearprop.io.tables.formats import TableFormat
from clearprop.io.tables.opening import format_of, open_rows
from clearprop.io.tables.reading import Reading
from clearprop.io.tables.refusal import Refusal
from clearprop.io.tables.sources import Source

from .small_files import COLUMNS, MAKERS, small_file

OTHERS = {"quoted.csv", "small.npy", "small-images-idx3-ubyte", "sparse.arff"}
"""Files that hold other columns."""


def written(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in OTHERS])
@pytest.mark.parametrize("called", ["its own name", "table", "table.csv"])
def test_it_is_read_by_its_content(name: str, called: str, tmp_path: Path) -> None:
    path = written(tmp_path, small_file(name), name if called == "its own name" else called)
    table = read_table(path)
    assert table.names == list(COLUMNS)
    assert table["n"].tolist() == COLUMNS["n"]
    assert table["x"].tolist() == COLUMNS["x"]
    assert table["s"].tolist() == COLUMNS["s"]
    assert table.source == str(path)


def test_every_format_of_the_catalogue_has_a_small_file(tmp_path: Path) -> None:
    found = {format_of(Source.of(written(tmp_path, small_file(name), name))).name for name in MAKERS}
    assert found == set(names(TableFormat))


@pytest.mark.parametrize("name", MAKERS)
def test_blocks_are_the_table_in_pieces_as_often_as_needed(name: str, tmp_path: Path) -> None:
    rows = open_rows(written(tmp_path, small_file(name), name), Reading())
    whole = rows.table()
    for _ in range(2):
        pieces = list(rows.tables())
        assert all(piece.names == whole.names for piece in pieces)
        for column in whole.names:
            joined = [cell for piece in pieces for cell in piece[column].tolist()]
            np.testing.assert_array_equal(np.array(joined), np.array(whole[column].tolist()))
        assert np.concatenate([piece.row_numbers for piece in pieces]).tolist() == whole.row_numbers.tolist()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", MAKERS)
def test_an_open_file_is_read_like_the_file(name: str, tmp_path: Path) -> None:
    if name in {"small.sqlite", "small.duckdb"}:
        with pytest.raises(ValueError, match="is a database, which is read from a file"):
            read_table(io.BytesIO(small_file(name)))
        return
    expected = read_table(written(tmp_path, small_file(name), name))
    table = read_table(io.BytesIO(small_file(name)))
    assert repr(table) == repr(expected)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["small.csv", "small.jsonl", "small.arff", "small.tab", "small.parquet", "small.npy"])
def test_a_compressed_file_is_read_like_the_file(name: str, pack: object, tmp_path: Path) -> None:
    packed = read_table(written(tmp_path, pack(small_file(name)), name))  # type: ignore[operator]
    plain = read_table(written(tmp_path, small_file(name), name))
    assert repr(packed) == repr(plain)


def test_zstd_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    path = tmp_path / "small.csv.zst"
    with pyarrow.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(small_file("small.csv"))
    assert read_table(path)["x"].tolist() == COLUMNS["x"]


def test_columns_with_types_keep_them(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    day = dt.date(2020, 2, 1)
    frame = pyarrow.table(
        {
            "whole": pyarrow.array([1, None, 3], pyarrow.int8()),
            "true": pyarrow.array([True, None, False]),
            "day": pyarrow.array([day, None, day]),
            "moment": pyarrow.array(
                [dt.datetime(2020, 1, 1, 12), None, None], pyarrow.timestamp("ns", "Europe/Berlin")
            ),
            "text": pyarrow.array(["1", None, ""]),
            "category": pyarrow.array(["u", None, "u"]).dictionary_encode(),
            "list": pyarrow.array([[1], None, []]),
        }
    )
    parquet.write_table(frame, tmp_path / "typed.parquet")
    table = read_table(tmp_path / "typed.parquet")
    assert [table.cells(name).holds for name in table.names] == [
        *("numbers", "truth values", "dates", "dates", "texts", "texts", "texts")
    ]
    np.testing.assert_array_equal(table["true"], [1, np.nan, 0])
    np.testing.assert_array_equal(table["whole"], [1, np.nan, 3])
    assert table["day"].tolist() == [dt.datetime(2020, 2, 1), None, dt.datetime(2020, 2, 1)]
    assert table["moment"].tolist() == [dt.datetime(2020, 1, 1, 13), None, None]  # as the clock in Berlin shows it
    assert table["text"].tolist() == ["1", None, ""]
    assert table.cells("category").are_categories
    assert not table.cells("text").are_categories
    assert "column 'list' is kept as text" in table.said[0]


def test_images_come_with_the_labels_beside_them(tmp_path: Path) -> None:
    labels = b"\0\0\x08\x01" + np.array([3], ">u4").tobytes() + bytes([7, 8, 7])
    images = written(tmp_path, small_file("small-images-idx3-ubyte"), "train-images-idx3-ubyte")
    assert read_table(images).names == ["pixel 1", "pixel 2", "pixel 3", "pixel 4"]
    written(tmp_path, gzip.compress(labels), "train-labels-idx1-ubyte.gz")
    table = read_table(images)
    assert table["label"].tolist() == [7, 8, 7]
    assert table.target == "label"
    assert table["pixel 2"].tolist() == [1, 5, 9]
    written(tmp_path, labels[:-1], "train-labels-idx1-ubyte")
    with pytest.raises(ValueError, match=r"train-labels-idx1-ubyte says that its shape is \(3,\), and has fewer bytes"):
        read_table(images)


def test_what_a_sparse_row_leaves_out_is_0_or_the_first_category(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, small_file("sparse.arff"), "sparse.arff"))
    assert table["n"].tolist() == [1, 2, 0]
    assert table["s"].tolist() == ["a", "b", "a"]


def test_arff_has_quotes_escapes_and_gaps(tmp_path: Path) -> None:
    text = b"@RELATION 'a b'\n@ATTRIBUTE 'it\\'s' STRING\n@attribute d date yyyy\n@attribute c {'x, y','z'}\n@DATA\n"
    table = read_table(written(tmp_path, text + b"'a\\'b', 2020, 'x, y'\n?,?,?\n\"c\",2021,z\n", "quotes.arff"))
    assert table.names == ["it's", "d", "c"]
    assert table["it's"].tolist() == ["a'b", None, "c"]
    assert table["c"].tolist() == ["x, y", None, "z"]
    assert table.cells("c").are_categories


def test_oranges_names_may_have_their_types_before_them(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"mS#name\tC#x\ti#no\tcD#kind\nA\t1.5\t1\t1\nB\t?\t2\t2\n", "short.tab"))
    assert table.names == ["name", "x", "kind"]
    np.testing.assert_array_equal(table["x"], [1.5, np.nan])
    assert table["kind"].tolist() == ["1", "2"]
    assert table.target == "kind"
    assert table.said == ("left out, as the file says: no",)


def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.append([1])
    other = book.create_sheet("Second")
    for row in ([], ["when", "b"], [dt.datetime(2020, 1, 1), "#N/A"], [None, 2.5]):
        other.append(row)
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(ValueError, match="has 2 sheets; give one with sheet: 'Sheet', 'Second'"):
        read_table(tmp_path / "book.xlsx")
    for sheet in ("Second", "2"):
        table = read_table(tmp_path / "book.xlsx", sheet=sheet)
        assert table["when"].tolist() == [dt.datetime(2020, 1, 1), None]
        np.testing.assert_array_equal(table["b"], [np.nan, 2.5])
        assert table.where(0) == "row 3"
    with pytest.raises(ValueError, match=r"has no sheet 'Secnd'; did you mean 'Second'\?"):
        read_table(tmp_path / "book.xlsx", sheet="Secnd")


def test_a_table_or_a_query_of_a_database(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "two.db")
    connection.execute('CREATE TABLE "first one" AS SELECT 1 AS a')
    connection.execute("CREATE TABLE second AS SELECT 2 AS a, NULL AS b")
    connection.commit()
    connection.close()
    path = tmp_path / "two.db"
    with pytest.raises(ValueError, match="has 2 tables: first one, second; give one with table, or rows with query"):
        read_table(path)
    assert read_table(path, table="first one")["a"].tolist() == [1]
    assert read_table(path, query="SELECT a * 2 AS twice, a AS a, a AS a FROM second").names == ["twice", "a", "a (2)"]
    with pytest.raises(ValueError, match="the query failed: no such column: c"):
        read_table(path, query="SELECT c FROM second")


def test_json_of_several_shapes(tmp_path: Path) -> None:
    lines = read_table(written(tmp_path, b'{"a": 1}\n\n{"b": "x", "a": null}\n', "a.jsonl"))
    np.testing.assert_array_equal(lines["a"], [1, np.nan])
    assert lines["b"].tolist() == [None, "x"]
    assert lines.where(1) == "line 3"
    columns = read_table(written(tmp_path, b'{"a": [1, 2],\n "b": ["x", "y"]}', "b.json"))
    assert columns["b"].tolist() == ["x", "y"]
    assert read_table(written(tmp_path, b'[{"a": {"deep": [1]}}]', "c.json"))["a"].tolist() == ['{"deep": [1]}']


def test_arrays_that_belong_together_are_chosen(tmp_path: Path) -> None:
    path = tmp_path / "sets.npz"
    np.savez(path, x_train=np.zeros((3, 2, 2)), y_train=[1, 2, 1], x_test=np.zeros((2, 2, 2)))
    with pytest.raises(
        ValueError, match=r"such as table='x_train,y_train': x_train \(3, 2, 2\), y_train \(3,\), x_test"
    ):
        read_table(path)
    table = read_table(path, table="x_train, y_train")
    assert table.names == ["x_train 1", "x_train 2", "x_train 3", "x_train 4", "y_train"]
    fields = np.array([(1, "u"), (2, "v")], [("a", int), ("b", "U1")])
    np.save(tmp_path / "fields.npy", fields)
    assert read_table(tmp_path / "fields.npy")["b"].tolist() == ["u", "v"]


def test_an_array_stays_in_its_file_until_its_rows_are_read(tmp_path: Path) -> None:
    numbers = np.arange(140_000.0).reshape(70_000, 2)
    for order in ("C", "F"):
        np.save(tmp_path / "many.npy", np.asarray(numbers, order=order))
        rows = open_rows(tmp_path / "many.npy", Reading())
        assert [len(piece) for piece in rows.tables()] == [65_536, 4_464]
        table = rows.table()
        np.save(tmp_path / "many.npy", np.zeros((70_000, 2)))  # what was read does not change
        np.testing.assert_array_equal(np.stack([table["1"], table["2"]], axis=1), numbers)


WRONG = {
    "an HTML page": (
        b"\n<!DOCTYPE html><html>",
        "t.csv",
        "is an HTML page, which is not read: it may be a page",
    ),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "t.xls", "is an old Excel file"),
    "a pickle": (
        b"\x80\x04\x95\x10",
        "t.csv",
        "is a pickle, which is not read: it is not opened, because a pickle may run",
    ),
    "HDF5": (b"\x89HDF\r\n\x1a\n\0", "t.h5", "is HDF5, which is not read: h5py.File("),
    "svmlight": (b"1 3:0.5 7:1\n-1 2:1 9:0\n", "t.txt", "is an svmlight file"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\n", "t.csv", "is a pointer of Git LFS"),
    "text in the place of Parquet": (
        b"a,b\n1,2\n",
        "t.parquet",
        "has the suffix of parquet, and its content",
    ),
    "damaged Parquet": (b"PAR1" + bytes(20), "t.parquet", "t.parquet is damaged: "),
    "damaged gzip": (gzip.compress(b"a,b\n1,2\n")[:-9], "t.csv.gz", "t.csv.gz is a damaged gzip file"),
    "ragged ARFF": (
        b"@relation r\n@attribute a real\n@data\n1\n1,2\n",
        "t.arff",
        "line 5 has 2 cells, and 1 attributes are",
    ),
    "an ARFF category": (
        b"@relation r\n@attribute a {u,v}\n@data\nu\nw\n",
        "t.arff",
        "line 5, column 'a': 'w' is none of the 2 categories that are declared",
    ),
    "an ARFF number": (
        b"@relation r\n@attribute a real\n@data\nx\n",
        "t.arff",
        "line 4, column 'a': 'x' is not a number",
    ),
    "JSON that breaks": (b'{"a": 1}\n{"a": \n', "t.jsonl", "line 2, column 7 is not JSON"),
    "JSON that is no table": (
        b'{"type": "Topology", "objects": {}}',
        "t.json",
        "is a JSON object with the keys type, objects",
    ),
    "JSON of numbers": (b"[1, 2]", "t.json", "row 1 is a number, where an object is expected"),
    "an empty file": (b"", "t.csv", "is empty"),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_called_what_it_is(what: str, tmp_path: Path) -> None:
    content, name, message = WRONG[what]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        read_table(written(tmp_path, content, name))
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_a_zip_archive_of_several_files_names_them(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("about.txt", "Two tables.")
        archive.writestr("b.csv", "a\n1\n")
        archive.writestr("in/c.csv", "a\n3\n")
    with pytest.raises(
        Refusal, match=r"with 3 files \(about.txt, b.csv, in/c.csv\), and one is needed: give its"
    ) as told:
        read_table(path)
    assert told.value.options == ("--table=b.csv",)
    assert read_table(path, table="b.csv")["a"].tolist() == [1]
    assert read_table(path, table="in/c.csv", header=True)["a"].tolist() == [3]
    with pytest.raises(Refusal, match=r"and none is called 'd\.csv'"):
        read_table(path, table="d.csv")


def test_an_option_that_a_format_does_not_have_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, small_file("small.jsonl"), "small.jsonl")
    with pytest.raises(ValueError, match="is read as json, where separator has no meaning; it takes text, encoding"):
        read_table(path, separator=";")
    with pytest.raises(ValueError, match="only columns of a file can be read in another way; xor is a named data set"):
        load_table("xor", separator=";")
    with pytest.raises(ValueError, match="only columns of a file can be read in another way"):
        load_table("xor", header=False, strict=False)
    with pytest.raises(TypeError, match="read_table has no argument 'sep'; it takes text, separator"):
        read_table(path, sep=";")


@pytest.mark.parametrize(
    ("package", "name"), [("pyarrow", "small.parquet"), ("openpyxl", "small.xlsx"), ("duckdb", "small.duckdb")]
)
def test_a_missing_package_is_named_with_the_command(
    package: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, small_file(name), name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{package} is needed to read .*: pip install 'clearprop\[data\]'"):
        read_table(path)


def test_the_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BufferedReader(io.BytesIO(small_file("small.csv.gz")))  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "stdin", Piped)
    table = load_table("-")
    assert table["x"].tolist() == COLUMNS["x"]
    assert table.source == "the standard input"


def test_a_format_says_where_it_is_from() -> None:
    for name in names(TableFormat):
        part = find(TableFormat, name)
        assert part.source
        assert part.suffixes or name == "csv"


def test_blocks_of_parquet_hold_a_small_part_of_the_file(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rng = np.random.default_rng(0)
    table = arrow.table({f"c{k}": rng.normal(size=400_000) for k in range(20)})
    parquet.write_table(table, tmp_path / "t.parquet", compression="none", use_dictionary=False, row_group_size=20_000)
    names = table.column_names
    del table
    rows, held = 0, arrow.total_allocated_bytes()
    tracemalloc.start()  # what pyarrow reads of an open file is bytes of Python
    try:
        for block in open_rows(tmp_path / "t.parquet", Reading()).blocks():
            rows += len(block.numbers)
            assert len(block.pieces) == len(names)
            most = tracemalloc.get_traced_memory()[1] + arrow.total_allocated_bytes() - held
            assert most < (tmp_path / "t.parquet").stat().st_size / 2
    finally:
        tracemalloc.stop()
    assert rows == 400_000

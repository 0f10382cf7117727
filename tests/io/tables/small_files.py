"""A right small file of every format, as bytes: what tests read, and what the hostile cases are made from."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

COLUMNS = {"n": [1, 2, 3], "x": [1.5, -2.0, 0.25], "s": ["a", "b", "a"]}
"""The columns that every file holds whose format has names and texts."""


def _frame() -> object:
    import pyarrow as pa

    return pa.table(COLUMNS)


def csv() -> bytes:
    return b'n,x,s\n1,1.5,a\n2,-2.0,"b"\n3,.25,a\n'


def tsv() -> bytes:
    return csv().replace(b",", b"\t")


def spaces() -> bytes:
    return b"  n     x  s\n  1   1.5  a\n  2  -2.0  b\n  3  0.25  a\n"


def quoted() -> bytes:
    return b'"","n","x","s"\r\n"1",1,1.5,"a"\r\n"2",2,-2,"b ""c""\nd"\r\n"3",NA,,"a, b"\r\n'


def parquet() -> bytes:
    from pyarrow.parquet import write_table

    made = io.BytesIO()
    write_table(_frame(), made)
    return made.getvalue()


def feather() -> bytes:
    from pyarrow.feather import write_feather

    made = io.BytesIO()
    write_feather(_frame(), made)
    return made.getvalue()


def stream() -> bytes:
    from pyarrow.ipc import new_stream

    made = io.BytesIO()
    with new_stream(made, _frame().schema) as writer:  # type: ignore[attr-defined]
        writer.write_table(_frame())
    return made.getvalue()


def excel() -> bytes:
    import openpyxl

    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in (list(COLUMNS), *zip(*COLUMNS.values(), strict=True)):
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def json_lines() -> bytes:
    rows = zip(*COLUMNS.values(), strict=True)
    return "".join(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows).encode()


def json_array() -> bytes:
    return b"[" + json_lines().strip().replace(b"\n", b",\n") + b"]"


def npy() -> bytes:
    made = io.BytesIO()
    np.save(made, np.array([COLUMNS["n"], COLUMNS["x"]]).T)
    return made.getvalue()


def npz() -> bytes:
    made = io.BytesIO()
    np.savez_compressed(made, **{name: np.array(cells) for name, cells in COLUMNS.items()})
    return made.getvalue()


def idx() -> bytes:
    return b"\0\0\x08\x03" + np.array([3, 2, 2], ">u4").tobytes() + bytes(range(12))


def arff() -> bytes:
    return (
        b"% made by hand\n@relation small\n@attribute n integer\n@attribute 'x' real\n@attribute s {a, 'b'}\n\n@data\n"
        b"1, 1.5, a\n2, -2.0, 'b'\n3, 0.25, a\n"
    )


def sparse_arff() -> bytes:
    return b"@relation r\n@attribute n numeric\n@attribute s {a,b}\n@data\n{0 1}\n{0 2, 1 b}\n{}\n"


def orange() -> bytes:
    return b"n\tx\ts\ncontinuous\tcontinuous\tdiscrete\n\t\tclass\n1\t1.5\ta\n2\t-2.0\tb\n3\t0.25\ta\n"


def sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.sqlite")
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE small (n INTEGER, x REAL, s TEXT)")
        connection.executemany("INSERT INTO small VALUES (?, ?, ?)", zip(*COLUMNS.values(), strict=True))
        connection.commit()
        connection.close()
        return path.read_bytes()


def duckdb() -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.duckdb")
        connection = duckdb.connect(str(path))
        connection.execute("CREATE TABLE small (n INTEGER, x DOUBLE, s VARCHAR)")
        for row in zip(*COLUMNS.values(), strict=True):
            connection.execute("INSERT INTO small VALUES (?, ?, ?)", row)
        connection.close()
        return path.read_bytes()


def gzipped() -> bytes:
    return gzip.compress(csv(), mtime=0)


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small.csv", csv())
    return made.getvalue()


MAKERS = {
    "small.csv": csv,
    "small.tsv": tsv,
    "small.txt": spaces,
    "quoted.csv": quoted,
    "small.parquet": parquet,
    "small.feather": feather,
    "small.arrows": stream,
    "small.xlsx": excel,
    "small.jsonl": json_lines,
    "small.json": json_array,
    "small.npy": npy,
    "small.npz": npz,
    "small-images-idx3-ubyte": idx,
    "small.arff": arff,
    "sparse.arff": sparse_arff,
    "small.tab": orange,
    "small.sqlite": sqlite,
    "small.duckdb": duckdb,
    "small.csv.gz": gzipped,
    "small.csv.zip": zipped,
}


@cache
def small_file(name: str) -> bytes:
    """The content of one of the files, made once."""
    return MAKERS[name]()

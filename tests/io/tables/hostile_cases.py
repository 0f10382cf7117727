"""Damaged and hostile files of every format, each drawn from its seed: the cases that `hostile` judges."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from .small_files import MAKERS, small_file

COSTLY = {"small.duckdb": 0.1, "small.xlsx": 0.3, "small.parquet": 0.6, "small.feather": 0.6}
"""Formats of which a case takes long are drawn less often."""
NASTY = (
    *(
        b'"',
        b'""',
        b"'",
        b",",
        b",,",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\0",
        b" ",
        b"#",
        b"%",
        b"\\",
        b"{",
        b"}",
    ),
    *(
        b"1e999",
        b"-1e999",
        b"nan",
        b"inf",
        b"NA",
        b"?",
        b"-",
        b"1_000",
        b"007",
        b"1,5",
        b"1.234,5",
        b"0x10",
        b"True",
        b"1/2/2020",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff",
        b"\xc3",
        b"\xe2\x80\xa8",
        b"\xc2\xa0",
        b"\x1c",
        b"\x0c",
        b"\xd9\xa3",
    ),
    *(
        b"[",
        b"]",
        b":",
        b'{"a":',
        b"null",
        b"@data",
        b"@attribute",
        b"=HYPERLINK(1)",
        b"../../x",
        b"<!--",
        b"\x1a",
        b"9" * 400,
    ),
)
COUNTS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**40, 2**62, 2**63 - 1, 2**64 - 1)


SHARE_OF_HUGE = 0.01
"""Such a case takes as long as hundreds of others."""


class Case:
    """A file, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        names = list(MAKERS)
        base = self.draw.choices(names, [COSTLY.get(name, 1.0) for name in names])[0]
        self.made = base
        if self.draw.random() < SHARE_OF_HUGE:
            self.made, self.content = self._huge()
        else:
            self.content = small_file(base)
            for _ in range(self.draw.choice((1, 1, 1, 2, 3, 6))):
                self.content = self.draw.choice(MUTATIONS)(self.draw, self.content)
            if self.draw.random() < 0.08:
                self.content = self.draw.choice(PACKERS)(self.content)
        self.name = (
            base if self.draw.random() < 0.85 else self.draw.choice((*names, "small", "small.dat", "small.csv.xz"))
        )
        self.how = self._how() if self.draw.random() < 0.25 else {}

    def _huge(self) -> tuple[str, bytes]:
        return self.draw.choice(HUGE)(self.draw)

    def _how(self) -> dict[str, Any]:
        all_of = {
            "separator": (",", ";", "\t", " ", "|"),
            "header": (True, False),
            "skip": (1, 2, 5),
            "comment": ("#", "%"),
            "ragged": ("fill", "skip"),
            "quote": ("none", "'"),
            "encoding": ("latin-1", "utf-16", "cp1252", "utf-8"),
            "text": (("n",), ("x",)),
        }
        return {
            name: self.draw.choice(all_of[name]) for name in self.draw.sample(list(all_of), self.draw.choice((1, 1, 2)))
        }


def _cut(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _behead(draw: random.Random, content: bytes) -> bytes:
    return content[draw.randrange(min(len(content), 40) + 1) :]


def _flip(draw: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 8))):
        if made:
            made[draw.randrange(len(made))] ^= 1 << draw.randrange(8)
    return bytes(made)


def _scribble(draw: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(draw.choice((1, 1, 4))):
        if made:
            made[draw.randrange(len(made))] = draw.randrange(256)
    return bytes(made)


def _count(draw: random.Random, content: bytes) -> bytes:
    """A number in the file becomes another: sizes, offsets, counts of rows."""
    width, order = draw.choice((1, 2, 4, 8)), draw.choice("<>")
    number = draw.choice(COUNTS) % 256**width
    place = draw.randrange(max(1, len(content) - width + 1))
    written = struct.pack(order + "BHxIxxxQ"[{1: 0, 2: 1, 4: 3, 8: 7}[width]], number)
    return content[:place] + written + content[place + width :]


def _insert(draw: random.Random, content: bytes) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.choice(NASTY) * draw.choice((1, 1, 1, 2, 50)) + content[place:]


def _replace(draw: random.Random, content: bytes) -> bytes:
    place, length = draw.randrange(len(content) + 1), draw.choice((1, 2, 8))
    return content[:place] + draw.choice(NASTY) + content[place + length :]


def _drop(draw: random.Random, content: bytes) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + content[place + draw.choice((1, 2, 16, 200)) :]


def _double(draw: random.Random, content: bytes) -> bytes:
    begin = draw.randrange(len(content) + 1)
    end = min(len(content), begin + draw.choice((1, 4, 32, 400)))
    return content[:end] + content[begin:end] * draw.choice((1, 1, 20)) + content[end:]


def _swap(draw: random.Random, content: bytes) -> bytes:
    if len(content) < 4:
        return content
    a, b, c = sorted(draw.sample(range(len(content) + 1), 3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _splice(draw: random.Random, content: bytes) -> bytes:
    other = small_file(draw.choice(list(MAKERS)))
    return content[: draw.randrange(len(content) + 1)] + other[draw.randrange(len(other)) :]


def _line_twice(draw: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    draw.shuffle(lines)
    return b"\n".join(lines)


def _utf16(draw: random.Random, content: bytes) -> bytes:
    return content.decode("latin-1").encode(draw.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig")))


def _unfinished(content: bytes) -> bytes:
    packed = gzip.compress(content)
    return packed[: len(packed) // 2]


def _zipped(content: bytes, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names or ("../../../small.csv",):
            archive.writestr(name, content)
    return made.getvalue()


MUTATIONS = (
    *(
        _cut,
        _behead,
        _flip,
        _flip,
        _scribble,
        _scribble,
        _count,
        _count,
        _insert,
        _insert,
        _replace,
        _drop,
        _double,
        _swap,
    ),
    *(_splice, _line_twice, _utf16),
)
PACKERS = (gzip.compress, bz2.compress, lzma.compress, _unfinished, _zipped, lambda c: _zipped(c, "a.csv", "a.csv"))


def _huge_npy(draw: random.Random) -> tuple[str, bytes]:
    shape = tuple(draw.choice((0, 1, 3, 2**31, 2**40, 2**62, -1)) for _ in range(draw.choice((1, 2, 3, 40))))
    dtype = draw.choice(("<f8", "|O", "<U99999999", "|V0", "<m8", "|S0", "<c16", "[('a', '<f8', (3,))]", "|i1"))
    header = (
        repr({"descr": dtype, "fortran_order": draw.random() < 0.5, "shape": shape})
        .replace('"[', "[")
        .replace(']"', "]")
    )
    return "npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1) + header.encode() + b"\n" + bytes(64)


def _huge_idx(draw: random.Random) -> tuple[str, bytes]:
    dimensions = draw.choice((1, 2, 3, 8, 9, 255))
    sizes = struct.pack(f">{dimensions}I", *(draw.choice((0, 1, 60000, 2**31, 2**32 - 1)) for _ in range(dimensions)))
    return "idx", b"\0\0" + bytes([draw.choice((8, 9, 0x0B, 0x0E, 0x0A)), dimensions]) + sizes + bytes(40)


def _bomb(draw: random.Random) -> tuple[str, bytes]:
    plain = b"a,b\n" + draw.choice(
        (b"1,2\n" * (1 << 21), b"0" * (1 << 24), b'"' + b"\n" * (1 << 23), b"\n" * (1 << 24))
    )
    return "packed", draw.choice((gzip.compress, lambda c: lzma.compress(c, preset=0), _zipped))(plain)


def _deep(draw: random.Random) -> tuple[str, bytes]:
    depth = draw.choice((100, 5000, 200_000))
    return "json", draw.choice((b"[" * depth, b'{"a":' * depth, b'[{"a":' + b"[" * depth + b"]" * depth + b"}]"))


def _many_rows(draw: random.Random) -> tuple[str, bytes]:
    """A few bytes of Parquet that say tens of millions of rows."""
    return "parquet", _constant_parquet(draw.choice((2_000_000, 40_000_000)))


def _wide(draw: random.Random) -> tuple[str, bytes]:
    return "csv", draw.choice((b",", b"a,", b'"a",', b"\t", b" ")) * draw.choice((10, 5000, 100_000)) + b"\n1,2\n"


def _long_line(draw: random.Random) -> tuple[str, bytes]:
    return "csv", b"a,b\n" + draw.choice((b"x", b'"', b"1", b"\xc3\xa9")) * draw.choice((140_000, 5_000_000))


def _view(draw: random.Random) -> tuple[str, bytes]:
    """A database with a view that never ends."""
    import sqlite3

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "view.sqlite")
        connection = sqlite3.connect(path)
        endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"
        connection.execute(f"CREATE VIEW small AS {endless}")
        if draw.random() < 0.5:
            connection.execute("CREATE TABLE other (a)")
        connection.commit()
        connection.close()
        return "sqlite", path.read_bytes()


def _big_sheet(draw: random.Random) -> tuple[str, bytes]:
    """A workbook whose sheet claims every cell there may be, or has a cell at the far end."""
    content = small_file("small.xlsx")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            part = old.read(each)
            if each.filename.endswith("sheet1.xml"):
                part = part.replace(b'ref="A1:C4"', b'ref="A1:XFD1048576"')
                if draw.random() < 0.5:
                    part = part.replace(b'r="C4"', b'r="XFD1048576"').replace(b'<row r="4"', b'<row r="1048576"')
            if each.filename.endswith("workbook.xml") and draw.random() < 0.3:
                part = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 1000 + b'">]>' + part
            new.writestr(each.filename, part)
    return "xlsx", made.getvalue()


HUGE = (_huge_npy, _huge_npy, _huge_idx, _huge_idx, _bomb, _deep, _many_rows, _wide, _long_line, _view, _big_sheet)
_PARQUET: dict[int, bytes] = {}


def _constant_parquet(rows: int) -> bytes:
    if rows not in _PARQUET:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        made = io.BytesIO()
        piece = pa.table({"a": pa.array(np.zeros(2_000_000, np.int8))})
        with ParquetWriter(made, piece.schema, compression="zstd") as writer:
            for _ in range(rows // 2_000_000):
                writer.write_table(piece)
        _PARQUET[rows] = made.getvalue()
    return _PARQUET[rows]

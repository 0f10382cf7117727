"""What a file is, by its first bytes: the formats that are read, and those that are told from them and named."""

from __future__ import annotations

import re
import shlex

from ...callers import for_a_shell

GZIP, BZ2, XZ, ZSTD, ZIP = COMPRESSED = ("gzip", "bzip2", "xz", "zstd", "zip")
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
"""The suffixes of compressed files."""
PARQUET, ARROW, ARROW_STREAM, NPY, SQLITE, DUCKDB = (
    "Parquet",
    "an Arrow file",
    "an Arrow stream",
    "NumPy's NPY",
    "SQLite",
    "DuckDB",
)

_BEGINNINGS = (
    (b"\x1f\x8b", GZIP),
    *((b"BZh%d1AY&SY" % level, BZ2) for level in range(1, 10)),
    (b"BZh9\x17rE8P\x90", BZ2),
    (b"\xfd7zXZ\0", XZ),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"PAR1", PARQUET),
    (b"ARROW1\0\0", ARROW),
    (b"FEA1", "Feather of version 1"),
    (b"\xff\xff\xff\xff", ARROW_STREAM),
    (b"\x93NUMPY", NPY),
    (b"SQLite format 3\0", SQLITE),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (.xls) or an encrypted one"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x03", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
    (b"$FL2@(#)", "an SPSS file"),
    (b"$FL3@(#)", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"HEADER RECORD*******", "a SAS transport file"),
    (b"RDX", "an R data file"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
)
MOST_LOOKED_AT = 1 << 24
"""Bytes of a file in which the marks of another program are looked for."""
OURS = "a file of clearprop: a model, a checkpoint, or a trainer's"
_SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_OPENING_OURS = (
    "`clearprop info FILE` says what it holds, and `clearprop predict MODEL TABLE` predicts a table with a model"
)
_READERS = {
    "a Stata file": ("pandas", "pandas.read_stata({0!r})"),
    "a SAS file": ("pandas", "pandas.read_sas({0!r}, encoding='infer')"),  # without it texts are bytes
    "a SAS transport file": ("pandas pyreadstat", "pyreadstat.read_xport({0!r})[0]"),  # pandas reads version 5 alone
    "an SPSS file": ("pandas pyreadstat", "pandas.read_spss({0!r})"),
    "a portable SPSS file": ("pandas pyreadstat", "pyreadstat.read_por({0!r}, apply_value_formats=True)[0]"),
    "ORC": ("pandas pyarrow", "pandas.read_orc({0!r})"),
}
"""What makes a data frame of a file that is not read here, and the packages that it takes."""
_EACH_FRAME = (
    "import pandas; s = pandas.HDFStore({0!r}, 'r'); "
    "[s[k].to_csv({1!r} + k.replace('/', '-') + '.csv', index=False) for k in s.keys()]; s.close()"
)
"""Writes each data frame in a file of pandas' HDF5."""
_ARRAYS = (
    "import h5py, numpy; d = {{}}; h5py.File({0!r}).visititems(lambda n, o: d.update({{n.replace('/', '-'): "
    "o[()].astype('S') if o.dtype == object else o[()]}}) if hasattr(o, 'shape') else None); numpy.savez({1!r}, **d)"
)
"""Writes the arrays of another HDF5 file, whatever groups they are in, under their names."""
_WORDS = frozenset({b"PAR1", b"FEA1", b"RDX", b"ORC"})
"""Beginnings that a column's name could have too: a file of a program has signs behind them that no text has."""
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SVMLIGHT = re.compile(rb"(#.*\n)*[-+]?[\d.]+(,[\d.]+)*( qid:\d+)?( \d+:[-+\d.eE]+){2,} *(#.*)?\r?\n")
_OLD_STATA = (b"\x71", b"\x72", b"\x73", b"\x6e", b"\x6f")
_REMEDY = {
    "an old Excel file (.xls) or an encrypted one": "save it as .xlsx, without a password, or as CSV",
    "Feather of version 1": "write it again with pyarrow.feather.write_feather",
    "a pickle": "it is not opened, because a pickle may run any program; write CSV or Parquet from where it was made",
    "an HTML page": "it may be a page about the table, or an error message: download the file itself",
    "an svmlight file": "give the arrays of sklearn.datasets.load_svmlight_file to Python's MLPClassifier",
    "a pointer of Git LFS": "fetch the file itself with git lfs pull",
    "an R data file": "write CSV in R: write.csv(data, 'data.csv', row.names = FALSE)",
}
_EXPORT = "write it as CSV or Parquet from the program that it belongs to"


def kind_of(head: bytes) -> str | None:
    """What a file with these first bytes is; None where they may be a text."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning) and _is_more(beginning, kind, head):
            return kind
    inside = (
        (head[8:12] == b"DUCK", DUCKDB),
        (head[257:262] == b"ustar", "a tar archive"),
        (head[8:9] == b"{" and b'"clearprop"' in head[:1024] and _NO_TEXT.search(head[:8]) is not None, OURS),
        (head.startswith(_SAS), "a SAS file"),
        (b"SPSSPORT" in head[:600].translate(None, b"\r\n"), "a portable SPSS file"),
    )
    return next((kind for found, kind in inside if found), None) or _kind_of_text(head)


def _kind_of_text(head: bytes) -> str | None:
    """What else than a table a text is."""
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kinds = (
        (head[:1] in _OLD_STATA and head[1:4] in {b"\x01\x01\x00", b"\x02\x01\x00"}, "a Stata file"),
        (head.startswith(b"version https://git-lfs"), "a pointer of Git LFS"),
        (_SVMLIGHT.match(head) is not None, "an svmlight file"),
        (plain.startswith((b"<!doctype html", b"<html")), "an HTML page"),
        (plain.startswith(b"<?xml"), "XML"),
    )
    return next((kind for found, kind in kinds if found), None)


def _is_more(beginning: bytes, kind: str, head: bytes) -> bool:
    """Whether what follows a short beginning is of its kind too."""
    if kind == "a pickle":
        return _is_pickle(head)
    return beginning not in _WORDS or _NO_TEXT.search(head, 0, 1024) is not None


def _is_pickle(head: bytes) -> bool:
    """A pickle's second opcode is a frame, an empty container, a global or a text."""
    return len(head) > 2 and head[2:3] in b"\x95}]()cXU\x8c"


def refusal(path: str, kind: str) -> ValueError:
    """The error for a file that is something else than a table that is read."""
    if kind == OURS:
        return ValueError(f"{path} is {kind}, and a table is needed here; {_OPENING_OURS}")
    if kind in _READERS:
        return ValueError(f"{path} is {kind}, which is not read: {_by_pandas(path, kind)}")
    if kind == "HDF5":
        return ValueError(f"{path} is {kind}, which is not read: {_of_hdf5(path)}")
    return ValueError(f"{path} is {kind}, which is not read: {_REMEDY.get(kind, _EXPORT)}")


def _by_pandas(path: str, kind: str) -> str:
    """How pandas makes a table of it that is read."""
    packages, reader = _READERS[kind][0], _READERS[kind][1].format(path)
    if not for_a_shell():
        return f"{reader} gives a data frame, which is a table here too (pip install {packages})"
    made = f"{_stem(path)}.csv"
    code = f"import {reader.partition('.')[0]}; {reader}.to_csv({made!r}, index=False)"
    return f"pip install {packages}; then {_program(code)} writes it as CSV"


def _of_hdf5(path: str) -> str:
    """How its data frames, or its arrays, become tables that are read."""
    if _has_frames(path):
        if not for_a_shell():
            return (
                f"pandas.read_hdf({path!r}) gives a data frame, which is a table here too (pip install pandas tables)"
            )
        program = _program(_EACH_FRAME.format(path, _stem(path)))
        return f"pip install pandas tables; then {program} writes each table in it as CSV"
    if not for_a_shell():
        return f"h5py.File({path!r}) gives its arrays by name, and a dict of columns is a table here (pip install h5py)"
    made = f"{_stem(path)}.npz"
    return f"pip install h5py; then {_program(_ARRAYS.format(path, made))} writes its arrays as {made}, which is read"


def _has_frames(path: str) -> bool:
    """Whether pandas has written an HDF5 file: it says so of each of its groups."""
    try:
        with open(path, "rb") as file:
            return b"pandas_type" in file.read(MOST_LOOKED_AT)
    except OSError:
        return False


def _stem(path: str) -> str:
    return path.rpartition(".")[0] or path


def _program(code: str) -> str:
    """A program of one line, as it is typed."""
    quoted = shlex.quote(code) if any(sign in code for sign in '"$`\\!') else f'"{code}"'
    return f"`python -c {quoted}`"

"""Opening of a file as a table: which format it is, by its content before its suffix, and `read_table`."""

from __future__ import annotations

from dataclasses import fields, replace
from os import PathLike
from typing import IO, Any

from ...engines import ranks_of
from ...formulas.catalogue import find, names
from . import (  # the import registers the formats
    arff_file,  # noqa: F401
    arrow_file,  # noqa: F401
    csv_file,
    database_file,  # noqa: F401
    excel_file,  # noqa: F401
    idx_file,  # noqa: F401
    json_file,  # noqa: F401
    magic,
    numpy_file,  # noqa: F401
    orange_file,  # noqa: F401
)
from .formats import Rows, TableFormat
from .reading import Reading
from .refusal import NOTHING_THERE
from .sources import HEAD, Source
from .storing import table_of
from .table import Table


def read_table(source: str | PathLike[str] | IO[bytes], *, communicator: Any = None, **how: Any) -> Table:
    r"""The table in a file of any format. `how` are the fields of `Reading`: separator, encoding, header, ...

    `source` is a path, `-` for the standard input, or a file that is open for reading bytes. The ranks of a `communicator` of
    mpi4py, which all call this, read a large Parquet file together: each opens its own row groups.

    Raises OSError where the file cannot be read, ValueError, with the place, where it is no table, and ImportError, with the
    command that installs it, where a format needs a package that is missing.

    >>> import io
    >>> read_table(io.BytesIO(b"size;colour\n1,5;red\n2,5;blue\n"), decimal=",")["size"]
    array([1.5, 2.5])
    """
    reading = Reading(**_checked(how))
    return table_of(open_rows(source, reading), reading.on_disk, ranks_of(communicator))


def open_rows(given: str | PathLike[str] | IO[bytes], how: Reading, *, strict: bool = True) -> Rows:
    """The table in a file, opened: its rows come block by block. Errors as of `read_table`.

    With `strict`, the columns that `how` names must exist.
    """
    source = Source.of(given, how.table)
    if source.one_of_several:  # the name has said which file, and says nothing within it
        how = replace(how, table=None)
    format_ = format_of(source)
    told = [name for name in how.given if name not in format_.options and name not in {"text", "on_disk"}]
    if told:
        takes = f"it takes {', '.join(format_.options)}" if format_.options else "it takes none"
        raise ValueError(f"{source.name} is read as {format_.name}, where {told[0]} has no meaning; {takes}")
    rows = format_.open(source, how)
    unknown = [name for name in how.text if name not in rows.names]
    if unknown and strict:
        raise ValueError(f"{source.name} has no column {unknown[0]!r}; there are {', '.join(rows.names)}")
    return rows


def format_of(source: Source) -> TableFormat:
    """The format of a source. ValueError, with what it is, for a file that holds no table."""
    if len(source.head) < HEAD and not source.head.strip():
        raise ValueError(f"{source.name} is empty: it has only blank lines; {NOTHING_THERE}")
    formats = [find(TableFormat, name) for name in names(TableFormat)]
    for each in formats:
        if each.recognises(source):
            return each
    kind = magic.kind_of(source.head)
    if kind is not None:
        raise magic.refusal(source.name, "an archive within an archive" if kind in magic.COMPRESSED else kind)
    told = [each for each in formats if source.suffix in each.suffixes]
    if told and told[0].name not in {"csv", "orange"}:
        raise ValueError(
            f"{source.name} has the suffix of {told[0].name}, and its content is something else: it begins with "
            f"{source.head[:12]!r}"
        )
    return csv_file.CSV()


def _checked(how: dict[str, Any]) -> dict[str, Any]:
    """The fields of `Reading` that were given; TypeError for another name."""
    known = [own.name for own in fields(Reading)]
    for name in how:
        if name not in known:
            raise TypeError(f"read_table has no argument {name!r}; it takes {', '.join(known)}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in how.items()}

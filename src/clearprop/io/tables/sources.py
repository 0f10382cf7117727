"""A source of rows as bytes: a file, compressed or not, or the standard input. What it holds is not looked at here.

Nothing is unpacked to the disk, and nothing without a limit: a few bytes can hold terabytes of zeros.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import IO

from ...callers import give
from . import magic
from .extras import require
from .missing_file import folder_given, no_file
from .refusal import NOTHING_THERE, Refusal

HEAD = 1 << 16
"""So many bytes are looked at, to tell what a file is."""
FREELY = 64 << 20
"""A small file may become as large as this when it is unpacked."""
TIMES = 200
"""A larger one so many times as large. Tables of text become 3 to 30 times as large, a file made to fill the memory 1000."""
MOST_NAMED = 5
"""So many files of an archive are named."""
TABLES = {
    *(".csv", ".tsv", ".psv", ".dat", ".data", ".tab", ".arff"),
    *(".parquet", ".pq", ".arrow", ".feather", ".npy", ".npz"),
    *(".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json"),
    *(".sqlite", ".sqlite3", ".db", ".duckdb"),
}
"""Suffixes by which a table in an archive or a folder is told from what is said about it."""
try:
    from lzma import LZMAError, LZMAFile
except ImportError:  # a Python that was built without it, as Pyodide's
    LZMAError = LZMAFile = None  # type: ignore[assignment,misc]
FAULTS: tuple[type[Exception], ...] = (
    *(OSError, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError, OverflowError, KeyError),
    *(zipfile.BadZipFile, zlib.error),
    *([] if LZMAError is None else [LZMAError]),
)
"""What Python's own libraries raise where an archive is damaged."""


@dataclass(frozen=True)
class Source:
    """The bytes of a table: `head` are the first of them, `opened()` gives all, unpacked."""

    name: str
    """For messages."""
    path: Path
    packed: str | None = None
    """How it is compressed: one of `magic.COMPRESSED`."""
    member: str | None = None
    """The file inside a zip archive."""
    members: tuple[str, ...] = ()
    """The files in a zip archive that is a table by itself: a workbook, or arrays of NumPy."""
    one_of_several: bool = False
    """Whether there are other files in the zip archive."""
    held: IO[bytes] | None = field(default=None, repr=False)
    """The bytes of the standard input, which can be read only once."""

    @classmethod
    def of(cls, given: str | PathLike[str] | IO[bytes], member: str | None = None) -> Source:
        """The source at a path, `-` for the standard input; or a file that is open for reading bytes.

        Of a zip archive with several files it is the one called `member`. OSError where it cannot be read, ValueError where it
        is empty.
        """
        if isinstance(given, str | PathLike) and str(given) != "-":
            source = cls(str(given), Path(given))
            if not source.path.exists():
                raise no_file(given)
            if source.path.is_dir():
                raise folder_given(given, TABLES | {".zip"})
        else:
            stream = sys.stdin.buffer if isinstance(given, str | PathLike) else given
            name = "the standard input" if stream is sys.stdin.buffer else str(getattr(stream, "name", "the table"))
            source = cls(name, Path(name), held=_held(stream))
        if not source.head:
            raise ValueError(f"{source.name} is empty: it has 0 bytes; {NOTHING_THERE}")
        kind = magic.kind_of(source.head)
        if kind == magic.ZIP:
            with source._archive() as archive:
                return source._inside(archive, member)
        return replace(source, packed=kind) if kind in magic.COMPRESSED else source

    @cached_property
    def size(self) -> int:
        """Bytes on the disk."""
        if self.held is None:
            return self.path.stat().st_size
        place = self.held.tell()  # where somebody may be reading
        size = self.held.seek(0, io.SEEK_END)
        self.held.seek(place)
        return size

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked."""
        with self.opened() as stream:
            return stream.read(HEAD)

    @property
    def limit(self) -> int:
        """The most bytes that its rows may take, in the memory or unpacked."""
        return max(FREELY, TIMES * self.size)

    @property
    def stem(self) -> str:
        """The name of the file with its suffixes, of the one inside where it is compressed."""
        inner = Path(self.member or self.path).name
        return inner if self.packed in {None, magic.ZIP} else inner.rpartition(".")[0] or inner

    @property
    def suffix(self) -> str:
        """The suffix that tells the format, in lower case."""
        return Path(self.stem).suffix.lower()

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Its bytes, unpacked, from the first. ValueError for a damaged archive, and for one that becomes too large."""
        with self._raw() as raw:
            if self.packed is None:
                yield raw
            else:
                with self._unpacking(raw) as stream:
                    yield io.BufferedReader(_Unpacked(self, stream), 1 << 18)  # type: ignore[type-var]  # it is raw enough

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """Its bytes in a file that can be read anywhere: the file itself, or unpacked into a temporary one."""
        with self.opened() as stream:
            if self.packed is None:
                yield stream
                return
            with tempfile.TemporaryFile() as unpacked:
                shutil.copyfileobj(stream, unpacked, 1 << 20)
                unpacked.seek(0)
                yield unpacked

    @contextmanager
    def _raw(self) -> Iterator[IO[bytes]]:
        if self.held is not None:
            self.held.seek(0)
            yield io.BufferedReader(_Kept(self.held))  # type: ignore[type-var]  # it is raw enough
        else:
            with self.path.open("rb") as stream:
                yield stream

    @contextmanager
    def _unpacking(self, raw: IO[bytes]) -> Iterator[IO[bytes]]:
        if self.packed == magic.ZIP:
            with self._archive() as archive, self._told(), archive.open(self.member or "") as stream:
                yield stream
            return
        if self.packed == magic.GZIP:
            import gzip

            yield gzip.GzipFile(fileobj=raw)  # type: ignore[misc]  # it reads bytes
        elif self.packed == magic.BZ2:
            import bz2

            yield bz2.BZ2File(raw)
        elif self.packed == magic.XZ:
            if LZMAFile is None:
                raise ValueError(f"{self.name} is packed by xz, which this Python was built without: unpack it first")
            yield LZMAFile(raw)
        else:
            pyarrow = require("pyarrow", "data", f"to unpack {self.name}, which is zstd")
            yield pyarrow.CompressedInputStream(raw, "zstd")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of unpacking, as ours."""
        try:
            yield
        except FAULTS as error:
            if str(error).startswith(self.name):
                raise
            raise ValueError(f"{self.name} is a damaged {self.packed or 'zip'} file: {said_by(error)}") from None

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        with self._raw() as raw:
            try:
                archive = zipfile.ZipFile(raw)
            except FAULTS as error:
                raise ValueError(f"{self.name} is a damaged zip file: {said_by(error)}") from None
            with archive:
                yield archive

    def _inside(self, archive: zipfile.ZipFile, member: str | None) -> Source:
        """The table in a zip archive, or the archive itself where a format of its own is one: a workbook, a .npz file."""
        names = archive.namelist()
        if "[Content_Types].xml" in names or (names and all(name.endswith(".npy") for name in names)):
            return replace(self, members=tuple(names))
        if "mimetype" in names:
            raise ValueError(f"{self.name} is an OpenDocument file, which is not read: save it as .xlsx or CSV")
        files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX")]
        files = [name for name in files if not Path(name).name.startswith(".")]
        if not files:
            raise ValueError(f"{self.name} is a zip archive without a file")
        several = len(files) > 1
        chosen = self._chosen(files, member) if several else files[0]
        if archive.getinfo(chosen).flag_bits & 1:
            raise ValueError(f"{self.name} is a zip archive with a password; unpack it first")
        return replace(self, packed=magic.ZIP, member=chosen, one_of_several=several)

    def _chosen(self, files: list[str], member: str | None) -> str:
        """The file that was asked for. Refusal without one: the first that has a table's suffix may be it."""
        if member in files:
            return str(member)
        more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
        likely = next((name for name in files if Path(name).suffix.lower() in TABLES), files[0])
        asked = "one is needed" if member is None else f"none is called {member!r}"
        raise Refusal(
            f"{self.name} is a zip archive with {len(files)} files ({', '.join(files[:MOST_NAMED])}{more}), and {asked}: "
            f"give its name with {give('--table')}",
            [f"--table={likely}"],
        )


class _Kept(io.RawIOBase):
    """A file that stays open when whoever reads it closes it."""

    def __init__(self, held: IO[bytes]) -> None:
        self._held = held

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        return self._held.seek(place, whence)

    def tell(self) -> int:
        return self._held.tell()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # io types it by a protocol of its own
        piece = self._held.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def said_by(error: BaseException) -> str:
    """What a library says of a damaged file, in one line."""
    return next((line.strip()[:200] for line in str(error).splitlines() if line.strip()), type(error).__name__)


class _Unpacked(io.RawIOBase):
    """The bytes that come out of a packed stream, counted; a damaged one is a ValueError."""

    def __init__(self, source: Source, stream: IO[bytes]) -> None:
        self._source, self._stream, self._read = source, stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # io types it by a protocol of its own
        try:
            piece = self._stream.read(min(len(buffer), 1 << 18))
        except FAULTS as error:
            raise ValueError(f"{self._source.name} is a damaged {self._source.packed} file: {said_by(error)}") from None
        buffer[: len(piece)] = piece
        self._read += len(piece)
        if self._read > self._source.limit:
            raise ValueError(
                f"{self._source.name} becomes more than {TIMES} times as large when it is unpacked "
                f"({self._read >> 20} MiB so far); if that is right, unpack it yourself and give the file"
            )
        return len(piece)


class _Spool(tempfile.SpooledTemporaryFile[bytes]):
    """A temporary file that is closed with the last source that reads it."""

    def __del__(self) -> None:
        self.close()


def _held(stream: IO[bytes]) -> IO[bytes]:
    """A stream that can be read again; what can not is kept in a file of its own, in the memory where it is small."""
    if stream.seekable() and stream is not sys.stdin.buffer:
        return stream
    held = _Spool(FREELY)
    shutil.copyfileobj(stream, held, 1 << 20)
    return held

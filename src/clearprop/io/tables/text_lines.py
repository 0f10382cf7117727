"""A text file as pieces of whole lines in UTF-8, each with the number of its first line, whatever its encoding and line ends.

A file that is larger than the memory is read piece by piece. A zero byte, a byte that is not in the encoding and a line without
an end are errors with their line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...callers import give
from .reading import Reading
from .refusal import Refusal
from .sources import Source

FIRST_PIECE, PIECE = 1 << 18, 1 << 22
"""Bytes that are read at once: first and then."""
LONGEST_LINE = 1 << 26
"""A longer line is no line of a table: it would be held in the memory as a whole."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF8 = ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class Lines:
    r"""Whole lines, in UTF-8, with \n between them."""

    content: bytes
    first: int
    """The number of the first line, from 1."""

    @cached_property
    def count(self) -> int:
        """How many lines there are; the last of a file may lack its end."""
        return self.content.count(b"\n") + (not self.content.endswith(b"\n"))

    def without(self, lines: int) -> Lines:
        """The lines after the first ones."""
        place = 0
        for _ in range(lines):
            place = self.content.find(b"\n", place) + 1 or len(self.content)
        return Lines(self.content[place:], self.first + lines)


def encoding_of(source: Source, how: Reading) -> str:
    """The encoding that was given, or that of the byte order mark; UTF-16 without one is told by its zero bytes.

    ValueError for an encoding that Python does not know.
    """
    head = source.head
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if how.encoding is not None:
        try:
            given = codecs.lookup(how.encoding).name
            "".encode(given)
        except (LookupError, ValueError):
            raise ValueError(
                f"unknown encoding {how.encoding!r}; there are utf-8, utf-16, latin-1, cp1252, ..."
            ) from None
        return marked if marked is not None and given in UTF8 else given
    if marked is not None:
        return marked
    even, odd = head[0:1000:2], head[1:1000:2]
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if len(zeros) > 1 and zeros.count(0) > 0.7 * len(zeros) and not others.count(0):
            return name
    return "utf-8"


def read_lines(source: Source, encoding: str, comment: str | None = None) -> Iterator[Lines]:
    """Pieces of whole lines. A line that begins with `comment` becomes a blank one."""
    commented = None if comment is None else re.compile(rb"(?m)^[ \t]*" + re.escape(comment.encode()) + b".*$")
    rest, line = b"", 1
    for text, last in _decoded(source, encoding):
        content = rest + text
        end = len(content) if last else content.rfind(b"\n") + 1
        whole, rest = content[:end], content[end:]
        if len(rest) > LONGEST_LINE:
            too_long = line + whole.count(b"\n")
            raise ValueError(
                f"{source.name}, line {too_long} is longer than {LONGEST_LINE >> 20} MiB: this is no table "
                "of text with a row on each line"
            )
        if whole:
            made = Lines(whole if commented is None else commented.sub(b"", whole), line)
            line += whole.count(b"\n")
            yield made


def _decoded(source: Source, encoding: str) -> Iterator[tuple[bytes, bool]]:
    r"""The bytes as UTF-8 with \n for every line end, and whether they are the last."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, held = 1, b""
    with source.opened() as stream:
        last, size = False, FIRST_PIECE
        while not last:
            piece, size = stream.read(size), PIECE
            last = not piece
            try:
                content = held + decoder.decode(piece, final=last).encode()
            except UnicodeError as error:
                raise _not_text(source, encoding, line, error) from None
            held = b""
            if content.endswith(b"\r") and not last:  # its \n may be in the next piece
                content, held = content[:-1], b"\r"
            if b"\r" in content:
                content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if b"\0" in content:
                line += content.count(b"\n", 0, content.index(b"\0"))
                raise ValueError(
                    f"{source.name}, line {line} holds a zero byte, so this is not text; write it as CSV anew"
                )
            line += content.count(b"\n")
            yield content, last


def _not_text(source: Source, encoding: str, line: int, error: UnicodeError) -> ValueError:
    if not isinstance(error, UnicodeDecodeError):
        return ValueError(f"{source.name} is not {encoding.upper()} text: {error}")
    line += re.sub(rb"\r\n?", b"\n", error.object[: error.start]).count(b"\n")
    wrong = error.object[error.start : error.start + 1]
    remedy = f"if it is from Windows, or an old file, give {give('--encoding=cp1252')}" if encoding in UTF8 else ""
    remedy = remedy or f"give another {give('--encoding')}"
    return Refusal(
        f"{source.name}, line {line}: byte 0x{wrong.hex()} is not {encoding.removesuffix('-sig').upper()} text; {remedy}",
        ["--encoding=cp1252"] if encoding in UTF8 else [],
        instead_of_these=[["--encoding=latin-1"]],
    )

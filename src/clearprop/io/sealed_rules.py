"""What a sealed file must be: the order of the checks, and what is said where one fails. A live page checks by these rules too.

They see a file through `Sealed` alone. How its bytes are decoded, hashed and made arrays is left to whoever has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from ..formulas.catalogue import Array

SCHEMA = 3
"""The version of the format; files of a later version are rejected. 2: layers may be normalised. 3: several networks; columns
have gaps, dates, grouped categories and numbers with signs."""
KEY = "clearprop"
MOST_HEADER = 1_000_000
"""The largest header that is read, in bytes: a hostile file may claim any number."""
LENGTH = 8
"""Bytes before the header, which hold the header's length."""


class Sealed(Protocol):
    """A file: its size, and what its first bytes say of the length of its header."""

    size: int
    length: int

    def begins(self) -> bool:
        """Whether a JSON object begins where the header does."""

    def header_text(self) -> str | None:
        """The header; None where it is no UTF-8."""

    def digest(self) -> str:
        """The SHA-256 of the whole file, with zeros in its own place."""

    def arrays(self) -> dict[str, Array]:
        """The named arrays. ValueError where they are not those of the header."""


def unsealed(file: Sealed, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the document. ValueError where the file is foreign, truncated, altered or of a newer schema."""
    header = header_of(file, name)
    document = document_in(header, name)
    require_length(file.size, header, file.length, name)
    if not (isinstance(document.get("schema"), int) and document["schema"] <= SCHEMA):
        raise ValueError(
            f"{name} is from a newer clearprop, or altered: its schema is {document.get('schema')!r}, "
            f"and this version reads up to {SCHEMA}"
        )
    if document.get("sha256") != file.digest():
        raise ValueError(f"{name} was altered: its SHA-256 is not that of its contents")
    try:
        return file.arrays(), document
    except ValueError as error:
        raise ValueError(f"{name} cannot be read: {error}") from None


def header_of(file: Sealed, name: str) -> dict[str, Any]:
    """The header as JSON. ValueError where the file is none of clearprop's, or ends before its header does."""
    foreign = f"{name} is not a clearprop model file"
    if not file.begins():
        raise ValueError(foreign if file.size else f"{name} is empty")
    if file.length > MOST_HEADER:
        raise ValueError(f"{foreign}: its header claims {file.length:,} bytes, and at most {MOST_HEADER:,} are read")
    if LENGTH + file.length > file.size:
        raise ValueError(f"{name} is truncated: its header has {file.length:,} bytes, and the file {file.size:,}")
    header = _parsed(file.header_text(), name)
    if not isinstance(header.get("__metadata__"), dict) or KEY not in header["__metadata__"]:
        raise ValueError(f"{foreign}, or it was altered: it lacks the key {KEY!r}")
    return header


def document_in(header: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The document, which is a text in the header."""
    text = header["__metadata__"][KEY]
    if not isinstance(text, str):
        raise ValueError(f"{name} was altered: its key {KEY!r} does not hold text")
    return _parsed(text, name)


def _parsed(text: str | None, name: str) -> dict[str, Any]:
    """A JSON object; ValueError if a key occurs twice."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
            raise ValueError(f"the key {twice!r} occurs twice")
        return made

    altered = f"{name} was altered, or is not a clearprop model file"
    if text is None:
        raise ValueError(f"{altered}: its header is no text")
    try:
        made = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{altered}: {error}") from None
    if not isinstance(made, dict):
        raise ValueError(f"{altered}: it holds no JSON object")
    return made


def require_length(size: int, header: Mapping[str, Any], length: int, name: str) -> None:
    """ValueError where a file of so many bytes, `length` of them its header, is shorter or longer than its header says."""
    try:
        tensors = [entry for key, entry in header.items() if key != "__metadata__"]
        expected = max((int(entry["data_offsets"][1]) for entry in tensors), default=0)
    except (KeyError, TypeError, IndexError, ValueError):
        raise ValueError(f"{name} was altered: its list of arrays cannot be read") from None
    given = size - LENGTH - length
    if given < expected:
        raise ValueError(f"{name} is truncated: {expected - given:,} of {expected:,} bytes of weights are missing")
    if given > expected:
        raise ValueError(f"{name} was altered: {given - expected:,} bytes follow its end")

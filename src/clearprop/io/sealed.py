"""Files with a digest: named arrays and a JSON document as bytes, in which every change is detected.

A safetensors file with one metadata key, because several are written in random order. The key holds canonical JSON (sorted,
compact, ASCII), and in it the SHA-256 of the whole file, taken with zeros in the digest's own place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

SCHEMA = 3
"""The version of the format; files of a later version are rejected. 2: layers may be normalised. 3: several networks; columns
have gaps, dates, grouped categories and numbers with signs."""
KEY = "clearprop"
MOST_HEADER = 1_000_000
"""The largest header that is read, in bytes: a hostile file may claim any number."""

_LENGTH = 8  # bytes before the header, which hold the header's length
_DIGEST = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')
_ZEROS = "0" * 64


def seal(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> bytes:
    """The file's bytes, the same for the same contents. ValueError where the document is not plain JSON or too large."""
    from safetensors.numpy import save

    whole = {**document, "schema": SCHEMA, "sha256": _ZEROS}
    try:
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a model file holds plain JSON only: {error}") from None
    # safetensors 0.8.0 stores transposed arrays wrongly, without an error; contiguous ones are right in every version.
    content = save({name: np.ascontiguousarray(array) for name, array in tensors.items()}, {KEY: text})
    if int.from_bytes(content[:_LENGTH], "little") > MOST_HEADER:
        raise ValueError(
            f"names, categories and facts need more than the {MOST_HEADER:,} bytes that a model file may have for them"
        )
    start, stop = _digest_place(content)
    return content[:start] + hashlib.sha256(content).hexdigest().encode() + content[stop:]


def sealed_bytes(path: str | PathLike[str]) -> bytes:
    """The bytes of a file, read only if it is as long as its header says: another kind of file may be of any length."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(_LENGTH)
        length = int.from_bytes(start, "little")
        start += file.read(min(length, MOST_HEADER))
        if size > len(start):
            _require_length(size, _header(start, str(path)), length, str(path))
            start += file.read()
    return start


def unseal(content: bytes, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the document. ValueError where the file is foreign, truncated, altered or of a newer schema."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    header = _header(content, name)
    document = _document(header, name)
    _require_length(len(content), header, int.from_bytes(content[:_LENGTH], "little"), name)
    if not (isinstance(document.get("schema"), int) and document["schema"] <= SCHEMA):
        raise ValueError(
            f"{name} is from a newer clearprop, or altered: its schema is {document.get('schema')!r}, "
            f"and this version reads up to {SCHEMA}"
        )
    if document.get("sha256") != _digest(content):
        raise ValueError(f"{name} was altered: its SHA-256 is not that of its contents")
    try:
        return load(content), document
    except SafetensorError as error:
        raise ValueError(f"{name} cannot be read: {error}") from None


def _header(content: bytes, name: str) -> dict[str, Any]:
    length = int.from_bytes(content[:_LENGTH], "little")
    foreign = f"{name} is not a clearprop model file"
    if content[_LENGTH : _LENGTH + 1] != b"{":
        raise ValueError(f"{name} is empty" if not content else foreign)
    if length > MOST_HEADER:
        raise ValueError(f"{foreign}: its header claims {length:,} bytes, and at most {MOST_HEADER:,} are read")
    if _LENGTH + length > len(content):
        raise ValueError(f"{name} is truncated: its header has {length:,} bytes, and the file {len(content):,}")
    header = _parse(content[_LENGTH : _LENGTH + length], name)
    if not isinstance(header.get("__metadata__"), dict) or KEY not in header["__metadata__"]:
        raise ValueError(f"{foreign}, or it was altered: it lacks the key {KEY!r}")
    return header


def _document(header: Mapping[str, Any], name: str) -> dict[str, Any]:
    text = header["__metadata__"][KEY]
    if not isinstance(text, str):
        raise ValueError(f"{name} was altered: its key {KEY!r} does not hold text")
    return _parse(text.encode(), name)


def _parse(text: bytes, name: str) -> dict[str, Any]:
    """A JSON object; ValueError if a key occurs twice."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
            raise ValueError(f"the key {twice!r} occurs twice")
        return made

    try:
        made = json.loads(text.decode(), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} was altered, or is not a clearprop model file: {error}") from None
    if not isinstance(made, dict):
        raise ValueError(f"{name} was altered, or is not a clearprop model file: it holds no JSON object")
    return made


def _require_length(size: int, header: Mapping[str, Any], length: int, name: str) -> None:
    """ValueError where a file of so many bytes, `length` of them its header, is shorter or longer than its header says."""
    try:
        tensors = [entry for key, entry in header.items() if key != "__metadata__"]
        expected = max((int(entry["data_offsets"][1]) for entry in tensors), default=0)
    except (KeyError, TypeError, IndexError, ValueError):
        raise ValueError(f"{name} was altered: its list of arrays cannot be read") from None
    given = size - _LENGTH - length
    if given < expected:
        raise ValueError(f"{name} is truncated: {expected - given:,} of {expected:,} bytes of weights are missing")
    if given > expected:
        raise ValueError(f"{name} was altered: {given - expected:,} bytes follow its end")


def _digest_place(content: bytes) -> tuple[int, int]:
    found = _DIGEST.search(content, 0, _LENGTH + MOST_HEADER)  # which is in the header
    return found.span(1) if found else (0, 0)


def _digest(content: bytes) -> str:
    start, stop = _digest_place(content)
    return hashlib.sha256(content[:start] + _ZEROS.encode()[: stop - start] + content[stop:]).hexdigest()

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
from .sealed_rules import KEY, LENGTH, MOST_HEADER, SCHEMA, header_of, require_length, unsealed

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
    if int.from_bytes(content[:LENGTH], "little") > MOST_HEADER:
        raise ValueError(
            f"names, categories and facts need more than the {MOST_HEADER:,} bytes that a model file may have for them"
        )
    start, stop = _digest_place(content)
    return content[:start] + hashlib.sha256(content).hexdigest().encode() + content[stop:]


def sealed_bytes(path: str | PathLike[str]) -> bytes:
    """The bytes of a file, read only if it is as long as its header says: another kind of file may be of any length."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(LENGTH)
        length = int.from_bytes(start, "little")
        start += file.read(min(length, MOST_HEADER))
        if size > len(start):
            require_length(size, header_of(_Bytes(start), str(path)), length, str(path))
            start += file.read()
    return start


def unseal(content: bytes, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the document. ValueError where the file is foreign, truncated, altered or of a newer schema."""
    return unsealed(_Bytes(content), name)


class _Bytes:
    """A file's bytes, as `sealed_rules` sees them."""

    def __init__(self, content: bytes) -> None:
        self.content, self.size = content, len(content)
        self.length = int.from_bytes(content[:LENGTH], "little")

    def begins(self) -> bool:
        return self.content[LENGTH : LENGTH + 1] == b"{"

    def header_text(self) -> str | None:
        try:
            return self.content[LENGTH : LENGTH + self.length].decode()
        except UnicodeDecodeError:
            return None

    def digest(self) -> str:
        return _digest(self.content)

    def arrays(self) -> dict[str, Array]:
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            return load(self.content)
        except SafetensorError as error:
            raise ValueError(str(error)) from None


def _digest_place(content: bytes) -> tuple[int, int]:
    found = _DIGEST.search(content, 0, LENGTH + MOST_HEADER)  # which is in the header
    return found.span(1) if found else (0, 0)


def _digest(content: bytes) -> str:
    start, stop = _digest_place(content)
    return hashlib.sha256(content[:start] + _ZEROS.encode()[: stop - start] + content[stop:]).hexdigest()

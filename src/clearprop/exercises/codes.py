"""The code of a result: which quiz it was and what was answered. The points follow from it; it proves nothing more."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 4000
START = "CQ1"


@dataclass(frozen=True)
class Result:
    """What a code says: the quiz's seed and kinds, each answer (None where there is none) and how many hints were taken.

    An exam's page does not know its seed, from which answers follow: its code has the fingerprint of the exercises instead.
    """

    seed: int | str
    kinds: tuple[str, ...]
    answers: tuple[Any, ...]
    hints: tuple[int, ...]


def code_of(seed: int | str, kinds: Sequence[str], answers: Sequence[Any], hints: Sequence[int]) -> str:
    """The code, letters that can be copied: a mark, a sum that finds what was mistyped, and JSON in base 64."""
    text = json.dumps([seed, list(kinds), list(answers), list(hints)], separators=(",", ":")).encode()
    return f"{START}-{zlib.crc32(text):08x}-{base64.urlsafe_b64encode(text).decode().rstrip('=')}"


def read_code(code: str) -> Result:
    """What a code says. ValueError for one that was cut or mistyped."""
    if not code.strip():
        raise ValueError("no code")
    parts = code.strip().split("-", 2)
    if len(code) > LONGEST or len(parts) != 3 or parts[0] != START:
        raise ValueError(f"{code[:20]!r} is no code of a quiz; one begins with {START}-")
    try:
        text = base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
    except (ValueError, binascii.Error):
        text = b""
    if f"{zlib.crc32(text):08x}" != parts[1].lower():
        raise ValueError(f"the code {code[:20]}... is not whole: copy all of it again")
    try:
        seed, kinds, answers, hints = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise ValueError(f"the code {code[:20]}... says nothing of a quiz") from None
    lists = all(isinstance(each, list) for each in (kinds, answers, hints)) and len(kinds) == len(answers) == len(hints)
    known = type(seed) is str or (type(seed) is int and seed >= 0)
    if not known or not lists or not all(type(each) is int and each >= 0 for each in hints):
        raise ValueError(f"the code {code[:20]}... says nothing of a quiz")
    return Result(seed, tuple(map(str, kinds)), tuple(answers), tuple(hints))

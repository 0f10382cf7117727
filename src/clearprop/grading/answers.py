"""What a runner has written, read: lines of JSON from a program that is not trusted, so none is taken as well made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

MOST_SIDES = 4


@dataclass(frozen=True)
class Values:
    """What came out of one script: arrays by name, and what is no number."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    no_numbers: Mapping[str, str] = field(default_factory=dict)
    """For each value that is none: what it is, such as NoneType."""
    changed: tuple[str, ...] = ()
    """`object method` of calls that changed an array that the object was given, then or before."""
    absent: tuple[str, ...] = ()
    """Attributes that an object lacks, each in a sentence."""
    missing: tuple[str, ...] = ()
    """Classes that are not defined."""
    error: str = ""
    """What ended the script, in a sentence."""


class Answer:
    """The lines that a runner has written so far; it believes none of them."""

    def __init__(self, cases: Sequence[Mapping[str, Any]]) -> None:
        self.wanted = {case["case"]: case["give"] for case in cases}
        self.done: dict[str, Values] = {}
        self.imported: bool | None = None
        self.import_error = ""

    @property
    def left(self) -> list[str]:
        """The scripts of which there is no line yet."""
        return [name for name in self.wanted if name not in self.done]

    def take(self, line: bytes) -> None:
        """Read one line; one that is not as it should be is as if it were not there."""
        try:
            document = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(document, dict):
            return
        if self.imported is None and "imported" in document:
            self.imported = document["imported"] is True
            self.import_error = "" if self.imported else _said(document.get("error"))
        elif self.left and document.get("case") == self.left[0]:
            self.done[self.left[0]] = _values(document, self.wanted[self.left[0]])


def _values(document: Mapping[str, Any], wanted: Sequence[str]) -> Values:
    given = document.get("values")
    given = given if isinstance(given, dict) else {}
    arrays, none = {}, {}
    for name in wanted:
        if name not in given:
            continue
        array = _array(given[name])
        if array is None:
            none[name] = _text(given[name].get("type", "")) if isinstance(given[name], dict) else ""
        else:
            arrays[name] = array
    error = document.get("error")
    changed, absent, missing = (_texts(document, name) for name in ("changed", "absent", "missing"))
    return Values(arrays, none, changed, absent, missing, _said(error) if error else "")


def _array(given: Any) -> Array | None:
    """An array of float64 from its shape and its numbers; None for anything else."""
    if (
        not isinstance(given, dict)
        or not isinstance(given.get("data"), list)
        or not isinstance(given.get("shape"), list)
    ):
        return None
    shape, data = given["shape"], given["data"]
    if len(shape) > MOST_SIDES or not all(type(side) is int and 0 <= side <= len(data) for side in shape):
        return None
    if int(np.prod(shape, dtype=object)) != len(data) or not all(type(each) in (int, float) for each in data):
        return None
    try:
        return np.array(data, dtype=np.float64).reshape(shape)
    except (ValueError, OverflowError):
        return None


def _texts(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = document.get(name)
    return tuple(_text(each) for each in given[:20]) if isinstance(given, list) else ()


def _text(given: Any) -> str:
    """A short text on one line, of letters that can be printed."""
    text = given if isinstance(given, str) else ""
    return "".join(each if each.isprintable() else " " for each in text[:300])


def _said(error: Any) -> str:
    """An error as a sentence."""
    if not isinstance(error, dict):
        return "the program failed"
    line = error.get("line")
    where = f"line {line}: " if type(line) is int else ""
    if error.get("type") == "SystemExit":
        return f"{where}the program ended itself, by exit()"
    if error.get("type") == "MemoryError":
        return f"{where}more memory than is allowed was asked for (MemoryError)"
    message = _text(error.get("message"))
    kind = _text(error.get("type"))
    if kind == "ModuleNotFoundError":
        message += "; only NumPy and Python's own modules are there"
    return f"{where}{kind}: {message}" if message else f"{where}{kind}"

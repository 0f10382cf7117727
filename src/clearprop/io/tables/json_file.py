"""JSON as a table: an object on each line (JSON lines), or an array of objects; or an object with an array for each column."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

import numpy as np

from ...formulas.catalogue import register
from .formats import Block, TableFormat
from .object_rows import ObjectRows
from .reading import Reading
from .refusal import NOTHING_THERE
from .sources import Source
from .text_lines import encoding_of, read_lines

ROWS_AT_ONCE = 8192


@register
class JSON(TableFormat):
    """A line for each object (JSON lines), one array of objects, or one object with an array for each column."""

    name = "json"
    other_names = ("jsonl", "ndjson")
    source = "RFC 8259"
    suffixes = (".json", ".jsonl", ".ndjson")
    options = ("text", "encoding")

    def recognises(self, source: Source) -> bool:
        plain = source.head.decode(errors="ignore").lstrip("\ufeff \t\r\n")
        return plain.startswith(("[", "{")) and (source.suffix in self.suffixes or _parses(plain))

    def open(self, source: Source, how: Reading) -> ObjectRows:
        first = source.head.decode(errors="ignore").lstrip("\ufeff \t\r\n")
        if first.startswith("{") and _is_lines(first):
            return LineRows(source, how)
        return DocumentRows(source, how)


def _parses(plain: str) -> bool:
    """Whether a text is JSON, or begins as an array of objects or an object on a line does."""
    line = plain.partition("\n")[0].strip()
    if plain.startswith("["):
        return plain[1:].lstrip()[:1] in {"{", "[", "]", '"'} and "\n" not in plain[:1] and _is_json_start(plain)
    return _is_json(line) or _is_json(plain)


def _is_json_start(plain: str) -> bool:
    """Whether the first element of an array is JSON, or goes on behind the text."""
    inside = plain[1:].lstrip()
    try:
        json.JSONDecoder().raw_decode(inside)
    except json.JSONDecodeError as error:
        return error.pos >= len(inside) - 10
    except RecursionError:
        return True
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_lines(plain: str) -> bool:
    """Whether the first line is an object of its own, and there are others."""
    line, _, rest = plain.partition("\n")
    return _is_json(line) and rest.lstrip().startswith("{")


class _JSONRows(ObjectRows):
    """Rows that are objects; a key that some of them lack is a gap there."""

    def __init__(self, source: Source, how: Reading) -> None:
        super().__init__(source)
        self.as_text, self._how = how.text, how
        self.names = list(dict.fromkeys(key for _, row in self._objects() for key in row))
        if not self.names:
            raise ValueError(f"{source.name} has no object with a key, so there is no column; {NOTHING_THERE}")

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each object with its number."""
        raise NotImplementedError

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        rows = self._objects()
        while some := list(islice(rows, ROWS_AT_ONCE)):
            pieces = [[_cell(row.get(name)) for _, row in some] for name in self.names]
            yield Block(pieces, np.array([number for number, _ in some]))

    def _loaded(self, text: bytes, where: str) -> Any:
        try:
            return json.loads(text, parse_int=_whole)
        except RecursionError:
            raise ValueError(f"{self.source.name}{where} has JSON that is nested too deeply for a table") from None
        except json.JSONDecodeError as error:
            place = where or f", line {error.lineno}"
            raise ValueError(f"{self.source.name}{place}, column {error.colno} is not JSON: {error.msg}") from None
        except ValueError as error:
            raise ValueError(f"{self.source.name}{where} is not JSON: {error}") from None


class LineRows(_JSONRows):
    """An object on each line."""

    row_word = "line"

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for lines in read_lines(self.source, encoding_of(self.source, self._how)):
            for number, line in enumerate(lines.content.split(b"\n"), lines.first):
                if line.strip():
                    found = self._loaded(line, f", line {number}")
                    if not isinstance(found, dict):
                        raise ValueError(
                            f"{self.source.name}, line {number} has {_named(found)}, where an object is expected"
                        )
                    yield number, found


class DocumentRows(_JSONRows):
    """One JSON document. It is read as a whole: JSON lines are read piece by piece."""

    def __init__(self, source: Source, how: Reading) -> None:
        content = b"".join(lines.content for lines in read_lines(source, encoding_of(source, how)))
        self.source = source
        self._document = self._rows_of(self._loaded(content, ""))
        super().__init__(source, how)

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        yield from enumerate(self._document, 1)

    def _rows_of(self, document: Any) -> list[dict[str, Any]]:
        if isinstance(document, dict) and document and all(isinstance(each, list) for each in document.values()):
            lengths = {key: len(each) for key, each in document.items()}
            if len(set(lengths.values())) == 1:
                return [dict(zip(document, row, strict=True)) for row in zip(*document.values(), strict=True)]
            raise ValueError(
                f"{self.source.name} has arrays of several lengths, so they are no columns: {_some(lengths)}"
            )
        if isinstance(document, dict) and not any(isinstance(each, dict | list) for each in document.values()):
            return [document]
        if isinstance(document, dict):
            raise ValueError(
                f"{self.source.name} is a JSON object with the keys {', '.join(list(document)[:8])}, and no table: an array "
                "of objects, an object on each line or an object of arrays is one"
            )
        if not isinstance(document, list):
            raise ValueError(
                f"{self.source.name} is JSON, but {_named(document)}, where an array of objects is expected"
            )
        for number, each in enumerate(document, 1):
            if not isinstance(each, dict):
                raise ValueError(f"{self.source.name}, row {number} is {_named(each)}, where an object is expected")
        return document


def _cell(value: Any) -> Any:
    """A value as a cell: what is nested is kept as the text that it was."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _whole(digits: str) -> float:
    """A whole number; one with hundreds of digits is no integer of any table."""
    return int(digits) if len(digits) < 300 else float(digits)


def _named(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _some(lengths: dict[str, int]) -> str:
    return ", ".join(f"{key} {length}" for key, length in list(lengths.items())[:8])

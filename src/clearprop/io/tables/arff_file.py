"""ARFF, Weka's format: a header that declares the columns and their types, and rows with commas between cells.

The declared types are checked: a number that is none and a category that was not declared are errors with their line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from ...columns.cells import NUMBERS, TEXTS, Cells
from ...columns.file_texts import of_texts
from ...formulas.catalogue import register
from .formats import Block, Piece, Rows, TableFormat
from .headers import each_its_own
from .reading import Reading
from .sources import Source
from .text_lines import encoding_of, read_lines

ROWS_AT_ONCE = 8192
GAP = "?"
_WORD = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_ATTRIBUTE = re.compile(rf"@attribute\s+({_WORD}|[^\s{{'\"]+)\s*(.+)", re.IGNORECASE)
_CELL = re.compile(rf"\s*({_WORD}|[^,\t'\"]*?)\s*(?:([,\t])|$)")
_SPARSE = re.compile(rf"\s*(\d+)\s+({_WORD}|[^,'\"]+?)\s*(?:,|$)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class Attribute:
    """A declared column."""

    name: str
    type: str
    """`numeric`, `string`, `date`, or `nominal`."""
    categories: frozenset[str] = frozenset()
    first: str = "0"
    """What a cell holds that a sparse row leaves out: 0, or the first category."""


@register
class ARFF(TableFormat):
    """Weka's Attribute-Relation File Format, with dense or sparse rows."""

    name = "arff"
    source = "Weka, Attribute-Relation File Format"
    suffixes = (".arff",)
    options = ("text", "encoding")

    def recognises(self, source: Source) -> bool:
        for line in source.head.decode(errors="ignore").lstrip("\ufeff").splitlines():
            if line.strip() and not line.lstrip().startswith("%"):
                return line.lstrip().lower().startswith("@relation")
        return False

    def open(self, source: Source, how: Reading) -> ARFFRows:
        return ARFFRows(source, how)


class ARFFRows(Rows):
    """The rows of an ARFF file."""

    row_word = "line"

    def __init__(self, source: Source, how: Reading) -> None:
        super().__init__(source)
        self._how, self._encoding = how, encoding_of(source, how)
        self._attributes = self._declared()
        self.names = each_its_own([each.name for each in self._attributes])

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Lines that are no comment and not blank."""
        for lines in read_lines(self.source, self._encoding):
            for number, line in enumerate(lines.content.decode().split("\n"), lines.first):
                plain = line.strip()
                if plain and not plain.startswith("%"):
                    yield number, plain

    def _declared(self) -> list[Attribute]:
        made: list[Attribute] = []
        for number, line in self._lines():
            word = line.split(maxsplit=1)[0].lower()
            if word == "@data":
                if not made:
                    raise ValueError(f"{self.source.name}, line {number}: @data comes before any @attribute")
                return made
            if word == "@attribute":
                made.append(self._attribute(number, line))
            elif word not in {"@relation", "@inputs", "@outputs", "@input", "@output"}:
                raise ValueError(
                    f"{self.source.name}, line {number}: {line[:40]!r} stands where @attribute or @data should"
                )
        raise ValueError(f"{self.source.name} has no line @data, so there are no rows")

    def _attribute(self, number: int, line: str) -> Attribute:
        found = _ATTRIBUTE.fullmatch(line)
        if found is None:
            raise ValueError(
                f"{self.source.name}, line {number}: cannot read {line[:60]!r}; write @attribute NAME TYPE"
            )
        name, type_ = plain(found[1]), found[2].strip()
        if type_.startswith("{"):
            cells = cells_of(type_.removeprefix("{").removesuffix("}"))
            if cells is None or not type_.endswith("}"):
                raise ValueError(f"{self.source.name}, line {number}: cannot read the categories of {name!r}")
            return Attribute(name, "nominal", frozenset(cells), cells[0])
        word = type_.split(maxsplit=1)[0].lower()
        if word in {"numeric", "real", "integer"}:
            return Attribute(name, "numeric")
        if word in {"string", "date"}:
            return Attribute(name, word, first="")
        raise ValueError(
            f"{self.source.name}, line {number}: {name!r} is {word!r}; there are numeric, string, date and {{...}}"
        )

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        width = len(self.names)
        rows = self._rows()
        while some := list(islice(rows, ROWS_AT_ONCE)):
            for number, row in some:
                if len(row) != width:
                    raise ValueError(
                        f"{self.source.name}, line {number} has {len(row)} cells, and {width} attributes are declared"
                    )
            numbers = [number for number, _ in some]
            pieces = [
                self._piece(place, cells, numbers, as_texts=self.names[place] in {*texts, *self._how.text})
                for place, cells in enumerate(zip(*(row for _, row in some), strict=True))
            ]
            yield Block(pieces, np.array(numbers))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        lines = self._lines()
        for _, line in lines:
            if line.lower().startswith("@data"):
                break
        for number, line in lines:
            row = self._sparse(number, line) if line.startswith("{") else cells_of(line)
            if row is None:
                raise ValueError(
                    f"{self.source.name}, line {number}: a quote is opened and never closed, or text is behind one"
                )
            yield number, row

    def _sparse(self, number: int, line: str) -> list[str]:
        row = [each.first for each in self._attributes]
        inside = re.sub(r"\}\s*(,\s*\{.*\})?$", "", line[1:])  # a weight may stand behind it
        at = 0
        while inside[at:].strip():
            found = _SPARSE.match(inside, at)
            if found is None or int(found[1]) >= len(row):
                raise ValueError(
                    f"{self.source.name}, line {number}: cannot read {inside[at : at + 40]!r}; a sparse row is "
                    f"{{PLACE VALUE, ...}} with places from 0 to {len(row) - 1}"
                )
            row[int(found[1])] = plain(found[2])
            at = found.end()
        return row

    def _piece(self, place: int, cells: Sequence[str], numbers: Sequence[int], *, as_texts: bool) -> Piece:
        attribute = self._attributes[place]
        if as_texts or attribute.type in {"string", "date"}:
            return of_texts(
                ["" if cell == GAP else cell for cell in cells], as_texts=as_texts or attribute.type == "string"
            )
        if attribute.type == "numeric":
            return Cells(self._numbers(attribute, cells, numbers), NUMBERS, "numeric")
        unknown = next((k for k, cell in enumerate(cells) if cell != GAP and cell not in attribute.categories), None)
        if unknown is not None:
            raise ValueError(
                f"{self.source.name}, line {numbers[unknown]}, column {attribute.name!r}: {cells[unknown]!r} is none of the "
                f"{len(attribute.categories)} categories that are declared"
            )
        values = np.empty(len(cells), object)
        values[:] = [None if cell == GAP else cell for cell in cells]
        return Cells(values, TEXTS, "nominal", are_categories=True)

    def _numbers(self, attribute: Attribute, cells: Sequence[str], numbers: Sequence[int]) -> Any:
        made = np.empty(len(cells))
        for k, cell in enumerate(cells):
            try:
                made[k] = np.nan if cell == GAP else float(cell)
            except ValueError:
                raise ValueError(
                    f"{self.source.name}, line {numbers[k]}, column {attribute.name!r}: {cell[:40]!r} is not a number, and the "
                    "column is declared as one; a gap is ?"
                ) from None
        return made


def plain(word: str) -> str:
    """A cell without its quotes and escapes."""
    if word[:1] not in {"'", '"'}:
        return word.strip()
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), word[1:-1])


def cells_of(line: str) -> list[str] | None:
    """The cells of a row; None for a quote that is not closed, and for text behind one."""
    if "'" not in line and '"' not in line:
        return [cell.strip() for cell in re.split(r"[,\t]", line)]
    made, at, more = [], 0, True
    while more:
        found = _CELL.match(line, at)
        if found is None:
            return None
        made.append(plain(found[1]))
        at, more = found.end(), found[2] is not None
    return made

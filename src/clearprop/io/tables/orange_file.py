"""Orange's .tab files: tabs between cells, and three lines of header: names, types, and roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...columns.cells import NUMBERS, TEXTS, Cells
from ...columns.file_texts import of_texts
from ...formulas.catalogue import register
from .csv_file import TextRows
from .dialects import Dialect
from .formats import Block, Piece, TableFormat
from .headers import Header, each_its_own
from .reading import Reading
from .sources import Source
from .text_lines import encoding_of, read_lines

_TYPES = {
    **dict.fromkeys(("c", "continuous", "numeric", "n"), "number"),
    **dict.fromkeys(("d", "discrete", "categorical"), "category"),
    **dict.fromkeys(("s", "string", "text", "t", "time"), "text"),
}
_ROLES = {
    "class": "class",
    "meta": "meta",
    "i": "ignore",
    "ignore": "ignore",
    "": "",
    "weight": "weight",
    "include": "include",
}


@register
class OrangeTab(TableFormat):
    """The tables of Orange, a program for data mining: columns with types, and a class."""

    name = "orange"
    source = "Orange, Data File Formats"
    suffixes = (".tab",)
    options = ("text", "encoding")

    def recognises(self, source: Source) -> bool:
        lines = source.head.decode(errors="ignore").splitlines()[:3]
        return len(lines) == 3 and "\t" in lines[0] and all(_type_of(cell) for cell in lines[1].split("\t"))

    def open(self, source: Source, how: Reading) -> OrangeRows:
        encoding = encoding_of(source, how)
        lines = next(iter(read_lines(source, encoding))).content.decode().split("\n")[:3]
        names, types, roles = (line.split("\t") for line in lines)
        width = len(names)
        if len(types) != width:
            raise ValueError(f"{source.name}, line 2 has {len(types)} types, and line 1 has {width} names")
        roles += [""] * (width - len(roles))
        return OrangeRows(source, how, encoding, each_its_own([name.strip() for name in names]), types, roles)


def _type_of(cell: str) -> str | None:
    """The type that a cell of the second line declares; a category may list its values, separated by spaces."""
    plain = cell.strip()
    if plain in _TYPES:
        return _TYPES[plain]
    return "category" if re.fullmatch(r"\S+( \S+)+", plain) else None


class OrangeRows(TextRows):
    """The rows of a .tab file. Columns to be ignored are left out."""

    def __init__(
        self, source: Source, how: Reading, encoding: str, names: list[str], types: Sequence[str], roles: Sequence[str]
    ) -> None:
        header = Header(tuple(names), len(names))
        super().__init__(source, replace(how, separator="\t"), encoding, Dialect("\t", header, begins=4))
        self._types = {name: _type_of(each) or "text" for name, each in zip(names, types, strict=True)}
        words = [_ROLES.get(role.strip().split(" ")[0].lower(), "") for role in roles]
        self._ignored = {name for name, role in zip(names, words, strict=False) if role in {"ignore", "weight"}}
        classes = [name for name, role in zip(names, words, strict=False) if role == "class"]
        self.target = classes[0] if classes else None
        self.names = [name for name in names if name not in self._ignored]
        if self._ignored:
            self.said = [*self.said, f"left out, as the file says: {', '.join(sorted(self._ignored))}"]

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        kept = [place for place, name in enumerate(self._types) if name not in self._ignored]
        coded = {name for name, type_ in self._types.items() if type_ != "number"}
        for block in super().blocks({*texts, *coded}):
            yield Block([block.pieces[place] for place in kept], block.numbers)

    def joined(self, name: str, pieces: Sequence[Piece]) -> Cells:
        numeric = all(isinstance(piece, np.ndarray) for piece in pieces)
        if self._types[name] == "number" and numeric:
            return Cells(np.concatenate(pieces), NUMBERS, "continuous")
        if self._types[name] == "number" or name in self._how.text:
            return super().joined(name, pieces)
        cells = of_texts([cell for piece in pieces for cell in piece], as_texts=True)
        if self._types[name] == "category":
            return Cells(cells.values, TEXTS, "discrete", are_categories=True)
        return cells

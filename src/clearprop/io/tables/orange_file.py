"""Orange's .tab files: tabs between cells, and three lines of header, names, types and roles, or one with all of them."""

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
_PREFIX = re.compile(r"(?!#)([cmiw]?)([CDST]?)#(?=.)")
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
    options = ("text", "encoding", "ragged", "quote")

    def recognises(self, source: Source) -> bool:
        lines = source.head.decode(errors="ignore").splitlines()[:3]
        if not lines or "\t" not in lines[0]:
            return False
        return _is_prefixed(lines[0]) or (len(lines) == 3 and all(_type_of(cell) for cell in lines[1].split("\t")))

    def open(self, source: Source, how: Reading) -> OrangeRows:
        encoding = encoding_of(source, how)
        lines = (next(iter(read_lines(source, encoding))).content.decode() + "\n\n").split("\n")[:3]
        if _is_prefixed(lines[0]):
            return OrangeRows(source, how, encoding, *_by_prefix(lines[0]), begins=2)
        names, types, roles = (line.split("\t") for line in lines)
        if len(types) != len(names):
            raise ValueError(f"{source.name}, line 2 has {len(types)} types, and line 1 has {len(names)} names")
        roles += [""] * (len(names) - len(roles))
        return OrangeRows(source, how, encoding, names, types, roles, begins=4)


def _is_prefixed(line: str) -> bool:
    """Whether names have their types and roles before them: `mS#name`, `D#sex`, `cD#species`."""
    return any(_PREFIX.match(cell) for cell in line.split("\t"))


def _by_prefix(line: str) -> tuple[list[str], list[str], list[str]]:
    """Names, types and roles of one line; a column without a type is one of numbers or texts, as its cells say."""
    names, types, roles = [], [], []
    for cell in line.split("\t"):
        found = _PREFIX.match(cell)
        role, type_ = (found[1] or "", found[2] or "C") if found else ("", "C")
        names.append(cell[found.end() :] if found else cell)
        types.append({"C": "c", "D": "d"}.get(type_, "s"))
        roles.append({"c": "class", "m": "meta", "i": "ignore", "w": "weight"}.get(role, ""))
    return names, types, roles


def _type_of(cell: str) -> str | None:
    """The type that a cell of the second line declares; a category may list its values, separated by spaces."""
    plain = cell.strip()
    if plain in _TYPES:
        return _TYPES[plain]
    return "category" if re.fullmatch(r"\S+( \S+)+", plain) else None


class OrangeRows(TextRows):
    """The rows of a .tab file. Columns to be ignored are left out."""

    format = "orange"

    def __init__(
        self,
        source: Source,
        how: Reading,
        encoding: str,
        given: Sequence[str],
        types: Sequence[str],
        roles: Sequence[str],
        *,
        begins: int,
    ) -> None:
        names = each_its_own([name.strip() for name in given])
        header = Header(tuple(names), len(names))
        super().__init__(source, replace(how, separator="\t"), encoding, Dialect("\t", header, begins, quote=how.quote))
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

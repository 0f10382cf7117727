"""A page of a terminal, written from top to bottom: titles, sentences, equations of matrices. It knows no back-propagation."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..notation.symbols import shape_of
from ..trace.values import Axis, Value
from .boxes import Box, Line, Span, beside, columns_of, flow, grid, word
from .matrices import FOLDED_ROWS, ROWS, Shown, matrix

INDENT = 4


@dataclass(frozen=True)
class Operand:
    """A matrix in an equation: what stands before it, its name above it and its shape below."""

    operator: str
    name: str
    value: Value
    tone: str = ""


class Page:
    """Lines written so far, and the ways to write more. `digits` are those after the decimal point.

    `ranked` are the units of each layer, those that matter most first: what is left of a wide layer. `fold` is how many
    rows and columns a matrix may have, None for any number.
    """

    def __init__(
        self, width: int, digits: int, ranked: Mapping[int, Sequence[int]] | None = None, fold: int | None = ROWS
    ) -> None:
        self.width, self.digits, self.ranked, self.fold = width, digits, ranked or {}, fold
        self.lines: list[Line] = []

    def line(self, *spans: Span, indent: int = 2) -> None:
        """One line of spans; one that does not fit goes on the next line, further in, and breaks at words if it must."""
        line, used = [(" " * indent, "")], indent
        for text, tone in spans:
            last = text
            if used + columns_of(text) > self.width:
                begun = used > indent
                if begun:
                    self.lines.append(tuple(line))
                left = indent + INDENT if begun else indent
                *full, last = _wrapped(text.strip(), self.width - left)
                self.lines.extend(((" " * left, ""), (each, tone)) for each in full)
                line, used = [(" " * left, "")], left
            line.append((last, tone))
            used += columns_of(last)
        self.lines.append(tuple(line))

    def blank(self) -> None:
        """An empty line, unless the last one is."""
        if self.lines and self.lines[-1]:
            self.lines.append(())

    def title(self, text: str, tone: str) -> None:
        """A section's heading across the page."""
        self.blank()
        self.lines.append((("━━ ", tone), (text, "strong"), (f" {'━' * (self.width - len(text) - 4)}", tone)))
        self.blank()

    def prose(self, text: str, tone: str = "", indent: int = 2) -> None:
        """A paragraph, broken at words."""
        for line in _wrapped(text, self.width - indent):
            self.line((line, tone), indent=indent)

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Names on the left, what they are on the right."""
        for name, fact in facts:
            for index, line in enumerate(_wrapped(fact, self.width - 13)):
                self.line((f"{'' if index else name:<11}", "quiet"), (line, ""))

    def box(self, box: Box, indent: int = INDENT) -> None:
        """A box, with an empty line before and after."""
        self.blank()
        self.lines.extend(((" " * indent, ""), *line) for line in box.lines)
        self.blank()

    def boxes(self, boxes: Sequence[Box]) -> None:
        """Boxes side by side, on more than one row where they do not fit."""
        for row in flow([box.width for box in boxes], self.width - INDENT):
            self.box(beside(boxes[row]))

    def equation(self, *operands: Operand) -> None:
        """Matrices and the signs between them. They fold until all fit side by side; the rest goes on the next row."""
        sizes = (
            (10, 8, 6, 5, 4, 3) if self.fold is not None else (max(max(each.value.array.shape) for each in operands),)
        )
        for columns in sizes:
            terms = [self._term(operand, columns) for operand in operands]
            if _level(terms).width <= self.width - INDENT:
                break
        for row in flow([_level([term]).width for term in terms], self.width - INDENT):
            self.box(_level(terms[row]))

    def _term(self, operand: Operand, columns: int) -> list[list[Box]]:
        """Columns of a grid: the sign, if any, and the matrix between its name and its shape."""
        value = operand.value
        height, width = value.array.shape
        rows, folded = (ROWS, FOLDED_ROWS) if self.fold is not None else (height, height)
        shown = Shown(
            self._kept(value.rows, height, rows, folded), self._kept(value.columns, width, columns, columns - 1)
        )
        body = matrix(value.array, tone=operand.tone, columns=columns, rows=rows, digits=self.digits, shown=shown)
        if value.array.shape == (1, 1) and value.array[0, 0] < 0 and operand.operator not in {"", "=", "→"}:
            body = beside([word("("), body, word(")")], gap=0)  # a sign behind a sign
        named = [word(operand.name, operand.tone), body, word(shape_of(value.array.shape), "quiet")]
        sign = [[word(""), word(operand.operator), word("")]] if operand.operator else []
        return [*sign, named]

    def _kept(self, axis: Axis, size: int, limit: int, kept: int) -> list[int] | None:
        """The units of an axis that are shown where it is too long; None for all, and where it has no units to rank."""
        if size <= limit or not isinstance(axis, int) or axis not in self.ranked:
            return None
        return sorted(self.ranked[axis][:kept])

    def table(self, rows: Sequence[Sequence[str]], *, left: int = 1, tones: Sequence[str] = ()) -> None:
        """Aligned cells: the first row is the heading; the first `left` columns begin together, the others end together.

        What does not fit is the last column, which then is a paragraph of its own beside the others.
        """
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        room = self.width - INDENT - sum(width + 2 for width in widths[:-1])
        for number, row in enumerate(rows):
            cells = [
                cell.ljust(width) if column < left else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            first, *more = [cells[-1]] if widths[-1] <= room else _wrapped(row[-1], max(room, 12)) or [""]
            tone = [tones[column] if column < len(tones) else "" for column in range(len(cells))]
            tone = ["quiet"] * len(cells) if number == 0 else tone
            spans = [(cell + "  ", own) for cell, own in zip(cells[:-1], tone, strict=False)]
            self.lines.append(((" " * INDENT, ""), *spans, (first, tone[-1])))
            for each in more:
                self.lines.append(((" " * (self.width - room), ""), (each, tone[-1])))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines broken at words, but never within a shape such as 3 × 2."""
    held = text.replace(" × ", "\u00a0×\u00a0")
    lines = textwrap.wrap(held, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _level(terms: Sequence[Sequence[Sequence[Box]]]) -> Box:
    return grid([column for term in terms for column in term], axis_row=1)

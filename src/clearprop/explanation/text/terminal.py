"""A terminal, written from top to bottom: titles, sentences, equations of matrices. It knows no back-propagation."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..notation.symbols import shape_of
from ..trace.values import Axis, Value
from .boxes import Box, Line, Span, beside, flow, grid, word
from .matrices import FOLDED_ROWS, Shown, matrix

INDENT = 4


@dataclass(frozen=True)
class Term:
    """A matrix or a number in an equation: the sign before it, its name above it, and a matrix's shape below."""

    sign: str
    name: str
    value: Value | str
    tone: str = ""


class Terminal:
    """Lines written so far, and the ways to write more. `digits` are those after the decimal point.

    `ranked` are the units of each layer, those that matter most first: what is left of a wide layer. `fold` is how many
    rows and columns a matrix may have, None for any number.
    """

    def __init__(
        self, width: int, digits: int, ranked: Mapping[int, Sequence[int]] | None = None, fold: int | None = None
    ) -> None:
        self.width, self.digits, self.ranked, self.fold = width, digits, ranked or {}, fold
        self.lines: list[Line] = []

    def line(self, *spans: Span, indent: int = 2) -> None:
        """One line of spans; one that does not fit goes on the next line, further in, and breaks at words if it must."""
        line, used = [(" " * indent, "")], indent
        for text, tone in spans:
            last = text
            if used + len(text) > self.width:
                begun = used > indent
                if begun:
                    self.lines.append(tuple(line))
                left = indent + INDENT if begun else indent
                *full, last = _wrapped(text.strip(), self.width - left)
                last += " " * (len(text) - len(text.rstrip()))  # what keeps it apart from the next span
                self.lines.extend(((" " * left, ""), (each, tone)) for each in full)
                line, used = [(" " * left, "")], left
            line.append((last, tone))
            used += len(last)
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

    def framed(self, title: str, texts: Sequence[str], indent: int = INDENT) -> None:
        """Paragraphs in a frame with a title."""
        lines = [line for text in texts for line in _wrapped(text, self.width - indent - 4)]
        width = max(len(title) + 2, *(len(line) for line in lines))
        self.blank()
        self.line(("┌ ", "quiet"), (title, "strong"), (f" {'─' * (width - len(title))}┐", "quiet"), indent=indent)
        for line in lines:
            self.line(("│ ", "quiet"), (line.ljust(width), ""), (" │", "quiet"), indent=indent)
        self.line((f"└{'─' * (width + 2)}┘", "quiet"), indent=indent)
        self.blank()

    def boxes(self, boxes: Sequence[Box]) -> None:
        """Boxes side by side, on more than one row where they do not fit."""
        for row in flow([box.width for box in boxes], self.width - INDENT):
            self.box(beside(boxes[row]))

    def equation(self, *terms: Term) -> None:
        """Matrices and the signs between them. They fold until all fit side by side; the rest goes on the next row."""
        sizes = [max(each.value.array.shape) for each in terms if isinstance(each.value, Value)]
        for columns in (10, 8, 6, 5, 4, 3) if self.fold is not None else (max(sizes),):
            boxes = [self._term(term, columns) for term in terms]
            if _level(boxes).width <= self.width - INDENT:
                break
        for row in flow([_level([box]).width for box in boxes], self.width - INDENT):
            self.box(_level(boxes[row]))

    def _term(self, term: Term, columns: int) -> list[list[Box]]:
        """Columns of a grid: the sign, if any, and the matrix between its name and its shape."""
        sign = [[word(""), word(term.sign), word("")]] if term.sign else []
        if isinstance(term.value, str):
            return [*sign, [word(term.name, term.tone), word(term.value, term.tone), word("")]]
        array = term.value.array
        height, width = array.shape
        rows = height if self.fold is None else self.fold
        folded = min(rows, FOLDED_ROWS)
        shown = Shown(
            self._kept(term.value.rows, height, rows, folded),
            self._kept(term.value.columns, width, columns, columns - 1),
        )
        body = matrix(array, tone=term.tone, columns=columns, rows=rows, digits=self.digits, shown=shown)
        if array.shape == (1, 1) and array[0, 0] < 0 and term.sign not in {"", "=", "→"}:
            body = beside([word("("), body, word(")")], gap=0)  # a sign behind a sign
        return [*sign, [word(term.name, term.tone), body, word(shape_of(array.shape), "quiet")]]

    def _kept(self, axis: Axis, size: int, limit: int, kept: int) -> list[int] | None:
        """The units of an axis that are shown where it is too long; None for all, and where it has no units to rank."""
        if size <= limit or not isinstance(axis, int) or axis not in self.ranked:
            return None
        return sorted(self.ranked[axis][:kept])

    def table(self, rows: Sequence[Sequence[str]], *, left: int = 1, tones: Sequence[str] = ()) -> None:
        """Aligned cells: the first row is the heading; the first `left` columns begin together, the others end together.

        What does not fit is the last column, which then is a paragraph of its own beside the others; where the others leave no
        room for that, each row is a line of its own.
        """
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        room = self.width - INDENT - sum(width + 2 for width in widths[:-1])
        if widths[-1] > room and left < len(widths):
            for row in rows:
                self.line(
                    *((cell + "  ", tone) for cell, tone in zip(row, [*tones, *[""] * len(row)], strict=False)),
                    indent=INDENT,
                )
            return
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

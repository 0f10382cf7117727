"""Boxes of text: pieces of a formula side by side on one axis, broken between lines where they do not fit.

A box is a rectangle of coloured spans. Nothing here knows what a derivative is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...tones import BACKWARD, FORWARD, SHARED

Span: TypeAlias = tuple[str, str]
"""Text and its tone."""
Line: TypeAlias = tuple[Span, ...]

TONES = {
    "forward": "38;2;{};{};{}".format(*FORWARD),
    "backward": "38;2;{};{};{}".format(*BACKWARD),
    "shared": "38;2;{};{};{}".format(*SHARED),
    "quiet": "2",
    "strong": "1",
}
"""What each tone is on a terminal, as ANSI codes."""


@dataclass(frozen=True)
class Box:
    """Lines of equal width; neighbours meet on line `axis`."""

    lines: tuple[Line, ...]
    axis: int = 0

    @property
    def width(self) -> int:
        """Columns."""
        return max((_length(line) for line in self.lines), default=0)


def word(text: str, tone: str = "") -> Box:
    """A box of one line."""
    return Box((((text, tone),),))


def stack(boxes: Sequence[Box], *, axis_of: int = 0) -> Box:
    """Boxes under one another, centred; the axis is that of box number `axis_of`."""
    width = max(box.width for box in boxes)
    lines = tuple(_padded(line, width, (width - box.width) // 2) for box in boxes for line in box.lines)
    return Box(lines, sum(len(box.lines) for box in boxes[:axis_of]) + boxes[axis_of].axis)


def beside(boxes: Sequence[Box], gap: int = 1) -> Box:
    """Boxes next to one another, on one axis."""
    above = max(box.axis for box in boxes)
    below = max(len(box.lines) - box.axis for box in boxes)
    rows: list[Line] = []
    for row in range(above + below):
        pieces = [_row(box, row - above + box.axis) for box in boxes]
        rows.append(
            tuple(span for index, piece in enumerate(pieces) for span in (_space(gap) if index else ()) + piece)
        )
    return Box(tuple(rows), above)


def grid(columns: Sequence[Sequence[Box]], *, axis_row: int = 0, gap: int = 1) -> Box:
    """Columns of boxes whose rows keep level: row r is as high as its highest box."""
    heights = [max(len(column[r].lines) for column in columns) for r in range(len(columns[0]))]
    level = [stack([_tall(box, height) for box, height in zip(column, heights, strict=True)]) for column in columns]
    axis = sum(heights[:axis_row]) + heights[axis_row] // 2
    return beside([Box(box.lines, axis) for box in level], gap)


def braced(box: Box, *labels: Box) -> Box:
    """A box with a brace under it and labels under the brace."""
    width = max(box.width, 3)
    left = (width - 3) // 2
    brace = word("╰" + "─" * left + "┬" + "─" * (width - 3 - left) + "╯", "quiet")
    return stack([box, brace, *labels])


def flow(widths: Sequence[int], width: int, gap: int = 1) -> list[slice]:
    """How to break pieces of these widths, like words of a paragraph, into rows that fit into `width`."""
    rows, start, used = [], 0, 0
    for index, each in enumerate(widths):
        if index > start and used + each > width:
            rows.append(slice(start, index))
            start, used = index, 0
        used += each + gap
    return [*rows, slice(start, len(widths))]


def paint(lines: Iterable[Line], *, color: bool) -> str:
    """The lines as text, with ANSI colours or without; no spaces at the ends of lines."""
    return "\n".join(_painted(line, color=color) for line in lines)


def _painted(line: Line, *, color: bool) -> str:
    plain = "".join(text for text, _ in line).rstrip()
    if not color:
        return plain
    left, painted = len(plain), ""
    for text, tone in line:
        kept = text[: max(left, 0)]
        left -= len(text)
        painted += f"\x1b[{TONES[tone]}m{kept}\x1b[0m" if tone and kept.strip() else kept
    return painted


def _length(line: Line) -> int:
    return sum(len(text) for text, _ in line)


def _space(columns: int) -> Line:
    return ((" " * columns, ""),) if columns > 0 else ()


def _padded(line: Line, width: int, left: int = 0) -> Line:
    return _space(left) + line + _space(width - left - _length(line))


def _row(box: Box, index: int) -> Line:
    return _padded(box.lines[index] if 0 <= index < len(box.lines) else (), box.width)


def _tall(box: Box, height: int) -> Box:
    """The box with empty lines above and below it, `height` lines in all."""
    above = (height - len(box.lines)) // 2
    empty: tuple[Line, ...] = (_space(box.width),)
    return Box(empty * above + box.lines + empty * (height - above - len(box.lines)))

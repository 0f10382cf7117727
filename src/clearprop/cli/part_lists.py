"""Lists of parts, a line each: fitted to a terminal, or whole where they go into a file or another program."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from itertools import groupby

import click

from ..amounts import plural
from ..cards import first_sentence, hypers_of, where
from ..formulas import Part
from .display import colours, quiet, say, strong

LEAST = 20
"""Columns of a terminal below which a cell says too little to be shown."""
SHARE = 0.5
"""The most of a terminal that a formula takes, if there is more to show beside it."""


def show_parts(parts: list[type[Part]]) -> None:
    """Parts, a line each: of the terminal's width and one screen after the other, or complete where there is none."""
    if not sys.stdout.isatty():
        for line in complete_lines(parts):
            say(line)
        return
    size = shutil.get_terminal_size()
    lines = fitted_lines(parts, size.columns)
    if len(lines) < size.lines:
        for line in lines:
            say(line)
    else:
        click.echo_via_pager("\n".join(lines) + "\n", color=colours())


def complete_lines(parts: list[type[Part]]) -> list[str]:
    """Everything that is said of each part in a line, at least two spaces between cells, and `-` where nothing is said."""
    rows: list[tuple[str, ...]] = [
        ("kind", "name", "formula", "derivative", "where", "hyper-parameters", "other names", "source")
    ]
    rows += [_complete_row(part) for part in parts]
    kind, name = (max(len(row[column]) for row in rows) for column in (0, 1))
    return ["  ".join((row[0].ljust(kind), row[1].ljust(name), *row[2:])) for row in rows]


def _complete_row(part: type[Part]) -> tuple[str, ...]:
    hypers, others = "; ".join(map(str, hypers_of(part))), ", ".join(part.other_names)
    cells = (part.formula, part.derivative, where(part), hypers, others, part.source)
    return (part.kind, part.name, *(cell or "-" for cell in cells))


def fitted_lines(parts: list[type[Part]], width: int) -> list[str]:
    """A title for each kind and a line for each part: name, formula, derivative and description, as far as there is space."""
    lines = []
    for kind, of_kind in groupby(parts, key=lambda part: part.kind):
        rows = [(part.name, part.formula, part.derivative, first_sentence(part)) for part in of_kind]
        lines += [strong(f"{plural(kind)} ({len(rows)})"), *_fitted(rows, width), ""]
    return [*lines, quiet(_cut("clearprop catalogue NAME shows one in full, with its curve and an example", width))]


def _fitted(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    """Lines of at most `width` columns; a cell that is longer than its share of them ends in `…`."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    widths = _widths([max(map(_columns, column)) for column in columns], width)
    return ["  ".join(map(_filled, row, widths)).rstrip() for row in zip(*columns[: len(widths)], strict=True)]


def _widths(natural: list[int], width: int) -> list[int]:
    """The columns for each cell of a line, from what they would take: a cell without space for `LEAST` is left out."""
    widths: list[int] = []
    for index, wanted in enumerate(natural):
        left = width - sum(widths) - 2 * len(widths)
        if widths and left < min(wanted, LEAST):
            break
        more = index + 1 < len(natural) and left > 2 * LEAST
        widths.append(min(wanted, left, max(int(SHARE * width), LEAST) if more else left))
    return widths


def _filled(text: str, width: int) -> str:
    shown = _cut(text, width)
    return shown + " " * (width - _columns(shown))


def _cut(text: str, width: int) -> str:
    """A text of at most `width` columns."""
    if _columns(text) <= width:
        return text
    while _columns(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _columns(text: str) -> int:
    """The columns that a text takes in a terminal: marks above letters, as in m̂, take none."""
    from rich.cells import cell_len

    return cell_len(text)

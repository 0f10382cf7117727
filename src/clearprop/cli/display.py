"""Output of the command line: labels, tables and colours, without colours where the output is not a terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..tones import BACKWARD, FORWARD

LABEL_WIDTH = 12
COMMAND = re.compile(r"(.*:) (clearprop \S.*)")
"""A line that ends in a command, and the words before it."""
OUTSIDE_BACKTICKS = re.compile(r" (?=(?:[^`]*`[^`]*`)*[^`]*$)")
"""A space that is not inside a pair of backticks."""
WIDE, NARROWEST = 1000, 40
"""The width of an output that is no terminal; lines are never made narrower than this."""


def say(text: str = "") -> None:
    """Print a line on the standard output, without colours where it is not a terminal."""
    click.echo(text, color=colours())


def colours() -> bool | None:
    """Whether there are colours: False where the user wants none, None where it depends on the terminal."""
    return False if os.environ.get("NO_COLOR") else None


def fact(label: str, *texts: str, table: bool = False) -> None:
    """Print a label and its texts, each in as many lines as the terminal needs; the lines of a table stay whole."""
    lines = texts if table else [line for text in texts for line in fitting(text, max(LABEL_WIDTH, len(label) + 1))]
    for index, line in enumerate(lines):
        say(quiet(f"{label if index == 0 else '':<{LABEL_WIDTH - 1}} ") + line)


def remark(text: str) -> None:
    """Print a side remark, in as many lines as the terminal needs."""
    for line in fitting(text):
        say(quiet(line))


def tell(text: str) -> None:
    """Print a message on the standard error, in as many lines as its terminal needs.

    A command at the end of a line is not broken, so that it can be copied: it gets a line of its own where it is long.
    """
    width = _width_of_errors()
    for line in text.split("\n"):
        found = COMMAND.fullmatch(line) if len(line) > width else None
        if len(line) <= width:
            lines = [line]
        elif found is None:
            lines = fitting(line, width=width)
        else:
            lines = [*fitting(found[1], width=width), f"  {found[2]}"]
        for each in lines:
            click.echo(each, err=True)


def _width_of_errors() -> int:
    """The columns of the terminal that shows the standard error, which may be one where the output goes into a file."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return terminal_width()
    try:
        return max(NARROWEST, os.get_terminal_size(sys.stderr.fileno()).columns)
    except (OSError, ValueError, AttributeError):
        return WIDE


def terminal_width() -> int:
    """The columns of the terminal."""
    return max(NARROWEST, shutil.get_terminal_size((WIDE, 0)).columns)


def fitting(text: str, indent: int = 0, width: int | None = None) -> list[str]:
    """A text in lines that fit in the terminal beside an indent, or in a width.

    A word, such as a path, stays whole, and so does what stands between backticks.
    """
    width, lines = terminal_width() - indent if width is None else width, [""]
    for word in OUTSIDE_BACKTICKS.split(text):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if len(click.unstyle(longer)) > width and click.unstyle(lines[-1]).strip():
            lines.append(f"  {word}")
        else:
            lines[-1] = longer
    return lines


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON object on one line, in ASCII, so that it is the same in every encoding."""
    click.echo(json.dumps(document, allow_nan=False))


def quiet(text: str) -> str:
    """Text that is dimmed: labels and side remarks."""
    return click.style(text, dim=True)


def strong(text: str) -> str:
    """Text that is bold: the most important values."""
    return click.style(text, bold=True)


def forward(text: str) -> str:
    """Text in the colour of values, blue."""
    return click.style(text, fg=FORWARD)


def backward(text: str) -> str:
    """Text in the colour of gradients, rust."""
    return click.style(text, fg=BACKWARD)


def shortened(name: str, most: int) -> str:
    """A name without its middle, where it is too long: names often differ at their ends."""
    kept = most - 1
    return name if len(name) <= most else f"{name[: kept - kept // 2]}…{name[len(name) - kept // 2 :]}"


def shortened_end(text: str, most: int) -> str:
    """A text without its end, where it is too long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def grid(rows: Iterable[Sequence[str]], *, left: int = 1) -> list[str]:
    """Rows of cells as aligned lines: the first `left` columns aligned to the left, the others to the right."""
    cells = [list(row) for row in rows]
    widths = [max(len(click.unstyle(row[column])) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            _padded(cell, width, column >= left) for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - len(click.unstyle(cell)))
    return space + cell if right else cell + space

"""How a text file is laid out: its separator, where its table begins, the names of its columns; found in its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...callers import give
from ...columns.texts import number
from .headers import Header, header_of, is_of_another_kind, numbered, why_no_names
from .not_rows import said_of_units, units_in, without_first
from .reading import Reading
from .refusal import Refusal
from .text_lines import Lines

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS = ",;\t| "
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", " ": "spaces"}
SAMPLE = 200
"""So many lines are looked at."""
NO_QUOTE = "none"
SURE = 0.9
"""The share of the rows that have the same number of cells, where a separator is the right one."""
_TOLD = re.compile(rb"(?i)\"?sep=([,;\t|])\"?[ ,;]*\n(?=.)", re.DOTALL)
"""A first line with which Excel is told the separator."""
_AT_ENDS = re.compile(rb"(?m)^ +| +$")


@dataclass(frozen=True)
class Dialect:
    """The layout of a text file."""

    separator: str
    header: Header
    begins: int
    """The number of the first line below the names."""
    said: tuple[str, ...] = ()
    quote: str = '"'
    """As `Reading.quote`."""
    first: tuple[str, ...] = ()
    """The cells of the line with the names; none without such a line."""
    names_at: int = 0
    """The number of that line."""

    def prepared(self, lines: Lines) -> bytes:
        """Lines with one separator between two cells."""
        return one_space(lines.content, self.quote) if self.separator == " " else lines.content


def one_space(content: bytes, quote: str = '"') -> bytes:
    """Lines with one space in the place of spaces and tabs, except within quotes, and none at their ends."""
    if quote == NO_QUOTE:
        return _AT_ENDS.sub(b"", re.sub(rb"[ \t]+", b" ", content))
    spaces = rb"(Q(?:[^Q]|QQ)*Q)|[ \t]+".replace(b"Q", quote.encode())
    return _AT_ENDS.sub(b"", re.sub(spaces, lambda found: found[1] or b" ", content))


def cells_of(lines: Iterable[str], separator: str, quote: str, *, strict: bool = True) -> Reader:
    """The reader of the cells of lines; `plain_cells` are those of a row."""
    if quote == NO_QUOTE:
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE, strict=strict)
    return csv.reader(lines, delimiter=separator, quotechar=quote, strict=strict)


def plain_cells(row: list[str], quote: str) -> list[str]:
    """The cells of a row; without quotes there are none around a whole cell either."""
    if quote != NO_QUOTE:
        return row
    return [cell.strip()[1:-1] if re.fullmatch(r'\s*(["\']).*\1\s*', cell) else cell for cell in row]


def dialect_of(lines: Lines, how: Reading, name: str) -> Dialect:
    """The layout of a file with these first lines. ValueError, with the option that mends it, where they are no table."""
    top, said = _top(lines, how)
    if top.count <= 0 or not top.content.strip():
        raise ValueError(
            f"{name} has no line of a table" + (f" below the {how.skip} that are skipped" if how.skip else "")
        )
    told = _TOLD.match(top.content)
    top = top if told is None else top.without(1)
    separator = how.separator or (_separator(top, how.quote) if told is None else told[1].decode())
    rows = _sample(top, separator, how.quote, name)
    body = [row for _, row in rows[1:]] or [rows[0][1]]
    width = Counter(map(len, body)).most_common(1)[0][0]
    if separator != "," and len(rows[0][1]) > 1:
        said = (*said, f"cells are separated by {NAMES.get(separator, repr(separator))}")
    first, names_at = tuple[str, ...](), 0
    if how.header is False:
        header, begins = numbered(Counter(len(row) for _, row in rows).most_common(1)[0][0]), top.first
    else:
        header = _header(rows, body, width, name, told=how.header is True)
        names_at, names = rows[0]
        first = tuple(name.strip() for name in names)
        begins = names_at + 1 + sum(name.count("\n") for name in names)
        unit = None if how.units is False or len(rows) < 2 else units_in(without_first(first, body))
        if how.units and len(rows) > 1:
            unit = next((cell.strip() for cell in body[0] if cell.strip()), "")
        if unit is not None:
            line, units = rows[1]
            begins = line + 1 + sum(cell.count("\n") for cell in units)
            said = (*said, said_of_units(unit, f"line {line}"))
    return Dialect(separator, header, begins, (*said, *header.said), how.quote, first, names_at)


def _top(lines: Lines, how: Reading) -> tuple[Lines, tuple[str, ...]]:
    """The first lines without those that are skipped, blank ones, and comments above the names."""
    top = lines.without(how.skip)
    comments = 0
    while top.content:
        first = top.content.partition(b"\n")[0].strip()
        if first.startswith(b"#") and how.comment is None and how.skip == 0 and _more_comments(top):
            comments += 1
        elif first:
            break
        top = top.without(1)
    lines_are = "1 line that begins with # is" if comments == 1 else f"{comments} lines that begin with # are"
    said = [f"{lines_are} left out"] if comments else []
    if how.comment is None and how.header is not False and top.content.startswith(b"#"):  # NumPy writes names so
        top = Lines(top.content[1:].lstrip(b" \t"), top.first)
        said.append("the # before the first name is left out")
    return top, tuple(said)


def _more_comments(top: Lines) -> bool:
    """Whether a line with # is a comment, and no line of names: below is another one, or a line of text of another length."""
    first, below = ((top.content + b"\n\n").split(b"\n", 2)[k].strip() for k in range(2))
    if below.startswith(b"#"):
        return True
    if any(first.count(sign) == below.count(sign) > 0 for sign in (b",", b";", b"\t", b"|")):
        return False
    cells = re.split(rb"[,;\t| ]+", below)
    return not any(re.fullmatch(rb"[-+]?[\d.]+([eE][-+]?\d+)?", cell) for cell in cells)


def _separator(top: Lines, quote: str) -> str:
    """The separator with which most rows have the same number of cells, more than one, and the names fit them."""
    return max(SEPARATORS, key=lambda separator: _fits(top, separator, quote))


def _fits(top: Lines, separator: str, quote: str) -> tuple[object, ...]:
    rows = [row for _, row in _sample(top, separator, quote, None)]
    widths = [*map(len, rows)]
    if not widths:
        return (False,)
    body = widths[1:] or widths
    width, count = Counter(body).most_common(1)[0]
    share = count / len(body)
    named = (abs(widths[0] - width) <= 1 and widths[0] > 1) or (separator != " " and _is_below_a_title(rows, width))
    return width > 1 and share >= SURE, width > 1 and named, width > 1 and share > 0.5, separator != " ", share, width


def _is_below_a_title(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a line of one cell stands above names, and names above a table: the words of a title are no cells."""
    names = rows[1] if len(rows) > 2 and len(rows[0]) == 1 else []
    return len(names) == width > 1 and all(cell.strip() and number(cell) is None for cell in names)


def _sample(top: Lines, separator: str, quote: str, name: str | None) -> list[tuple[int, list[str]]]:
    """Some rows, each with the line on which it begins. With a `name` for messages, an unclosed quote is an error."""
    content = one_space(top.content, quote) if separator == " " else top.content
    lines = content.decode(errors="replace").split("\n", SAMPLE)
    cut = lines[:SAMPLE] if len(lines) > SAMPLE else lines
    reader = cells_of([f"{line}\n" for line in cut], separator, quote, strict=name is not None)
    rows, begins = [], top.first
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((begins, plain_cells(row, quote)))
            begins = top.first + reader.line_num
    except csv.Error as error:
        if name is not None and not rows:
            raise wrong_quote(error, begins, name) from None
    if name is not None and not rows:
        raise Refusal(
            f"{name}, line {top.first}: no column has a name; if there are no names, give {give('--no-header')}",
            ["--no-header"],
        )
    return rows


class WrongQuote(Refusal):
    """The quotes of a row are wrong, and what mends it."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"{message}; correct it, or give {give('--quote=none')} where quotes are signs like any other, or "
            f"{give('--ragged=skip')} to leave the row out",
            ["--quote=none"],
            instead_of_these=[["--ragged=skip"], ["--quote=none", "--ragged=skip"]],
        )


class UnclosedQuote(WrongQuote):
    """A quote is still open at the end of the lines: there may be more of them."""


def wrong_quote(error: csv.Error, line: int, name: str) -> WrongQuote:
    """What is wrong with the quotes of a row that begins on a line."""
    said = str(error)
    if "end of data" in said:
        return UnclosedQuote(f"{name}, line {line}: a quote is opened and never closed")
    if "field limit" in said:
        most = f"{csv.field_size_limit():,} characters"
        return WrongQuote(
            f"{name}, line {line}: a cell is longer than {most}; perhaps a quote is opened and never closed"
        )
    if "expected after" in said:
        said = "there is text behind a closing quote; a quote within quotes is written twice"
    return WrongQuote(f"{name}, line {line}: {said}")


def _header(
    rows: Sequence[tuple[int, list[str]]], body: Sequence[list[str]], width: int, name: str, *, told: bool
) -> Header:
    line, first = rows[0]
    below = next(
        (k for k, (_, row) in enumerate(rows[1:20], 1) if len(row) in {width, width - 1} and len(row) > 1), None
    )
    misfit = abs(len(first) - width) > 1 or (len(first) == 1 < width and not _all_full(body, width))
    if misfit and below is not None and len(body) > 1:
        names_at, names = rows[below]
        headless = [] if why_no_names(names, [row for _, row in rows[below + 1 :]]) is None else ["--no-header"]
        skip = f"--skip={names_at - 1}"
        what = "the table begins" if headless else "the names of the columns are"
        raise Refusal(
            f"{name}, line {line} has {len(first)} cell{'s' * (len(first) > 1)}, and most lines have {width}; if {what} on "
            f"line {names_at}, give {give(skip, *headless)}",
            [skip, *([*headless, f"--target={len(names)}"] if headless else [])],
        )
    if not any(cell.strip() for cell in first):
        raise Refusal(
            f"{name}, line {line}: no column has a name; if there are no names, give {give('--no-header')}",
            ["--no-header"],
        )
    why = None if told else why_no_names(first, body if len(rows) > 1 else [])
    if why is not None and is_of_another_kind(first, body):
        raise Refusal(
            f"{name}, line {line}: {why}, and others are texts above numbers, so these are neither names of columns nor a row; "
            f"to leave this line out, give {give(f'--skip={line}', '--no-header')}; if these are names, "
            f"give {give('--header')}",
            [f"--skip={line}", "--no-header", f"--target={len(first)}"],
        )
    if why is not None:
        raise Refusal(
            f"{name}, line {line}: {why}, where the names of the columns should be. If the file has no names, give "
            f"{give('--no-header')}: the columns are then 1 to {len(first)}, and -1 is the last one too. If these are names, "
            f"give {give('--header')}",
            ["--no-header", f"--target={len(first)}"],
        )
    return header_of(first, body if len(rows) > 1 else [], width)


def _all_full(body: Sequence[list[str]], width: int) -> bool:
    """Whether a header of one name stands above rows with a name each, as R writes a table of one column."""
    return all(len(row) == width and all(map(str.strip, row)) for row in body)

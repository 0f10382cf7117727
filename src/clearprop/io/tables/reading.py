"""Reading: what a person says of a source of rows, where the file does not say it itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

NAMED_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "spaces": " "}
"""Separators by a word, because a tab and a space are hard to write in a shell."""
QUOTES = ('"', "'", "none")
RAGGED = ("refuse", "fill", "skip")


@dataclass(frozen=True)
class Reading:
    r"""How a source is to be read. Each None, or default, is found out from the file.

    >>> Reading(separator="tab").separator
    '\t'
    """

    text: tuple[str, ...] = ()
    """Columns that are text, although their cells look like numbers."""
    separator: str | None = None
    """One character between cells, or its name; " " for any number of spaces and tabs."""
    decimal: str = "."
    """The sign before decimals."""
    encoding: str | None = None
    """The encoding of a text file, such as `cp1252` or `utf-16`; UTF-8, or that of its byte order mark, if None."""
    header: bool | None = None
    """Whether the first line names the columns. Without names they are called 1, 2, ..."""
    units: bool | None = None
    """Whether the line below the names has units, and is no row; found out if None."""
    skip: int = 0
    """Lines at the beginning that are no part of the table."""
    comment: str | None = None
    """The sign with which a line begins that is left out."""
    ragged: str = "refuse"
    """What happens to a row with too few or too many cells, or with wrong quotes: `refuse`, `fill` too short ones with gaps, or
    `skip` all of them."""
    quote: str = '"'
    """The sign around a cell that holds a separator; with `none` it is a sign like any other, dropped around whole cells."""
    sheet: str | None = None
    """The sheet of a workbook, by name or by number from 1."""
    table: str | None = None
    """The table of a database, the arrays of a .npz file, separated by commas, or the file in a zip archive of several."""
    query: str | None = None
    """The query of a database."""
    on_disk: bool | None = None
    """Whether rows are kept in temporary files instead of the memory; None for those of a table that is too large for it."""

    def __post_init__(self) -> None:
        if self.separator is not None:
            named = NAMED_SEPARATORS.get(self.separator, self.separator)
            if len(named) != 1 or not named.isascii() or named.isalnum() or named in '"\r\n.-+':
                raise ValueError(
                    f"separator must be one sign, such as ';', or one of {', '.join(NAMED_SEPARATORS)}; "
                    f"given {self.separator!r}"
                )
            object.__setattr__(self, "separator", named)
        if self.decimal not in {".", ","}:
            raise ValueError(f"decimal must be '.' or ','; given {self.decimal!r}")
        if self.decimal == self.separator:
            raise ValueError(f"separator and decimal are both {self.decimal!r}; give another separator, such as ';'")
        if self.skip < 0:
            raise ValueError(f"skip must be a number of lines, 0 or more; given {self.skip}")
        if self.comment is not None and (len(self.comment) != 1 or self.comment in '"\r\n'):
            raise ValueError(f"comment must be one sign, such as '#'; given {self.comment!r}")
        if self.ragged not in RAGGED:
            raise ValueError(f"ragged must be one of {', '.join(RAGGED)}; given {self.ragged!r}")
        if self.quote not in QUOTES:
            raise ValueError(f"quote must be one of {', '.join(QUOTES)}; given {self.quote!r}")
        if self.query is not None and self.table is not None:
            raise ValueError("give a query or a table, not both")

    @property
    def given(self) -> dict[str, Any]:
        """What was said, by name: whatever is not its default."""
        return {own.name: getattr(self, own.name) for own in fields(self) if getattr(self, own.name) != own.default}

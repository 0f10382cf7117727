"""Excel's workbooks (.xlsx), read by openpyxl: one sheet, with names in its first row that is not empty."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np

from ...callers import give
from ...formulas.catalogue import nearest, register
from .extras import require
from .formats import Block, TableFormat
from .headers import Header, each_its_own, numbered, why_no_names
from .not_rows import said_of_units, units_in, without_first
from .object_rows import ObjectRows, plain_text
from .reading import Reading
from .refusal import Refusal
from .repeated_names import said_of_names, without_names
from .sources import FAULTS, Source, said_by

ROWS_AT_ONCE = 4096
SAMPLE = 50


@register
class Excel(TableFormat):
    """A sheet of an Excel workbook."""

    name = "excel"
    other_names = ("xlsx",)
    source = "ECMA-376, Office Open XML"
    suffixes = (".xlsx", ".xlsm")
    options = ("text", "header", "units", "skip", "sheet")

    def recognises(self, source: Source) -> bool:
        return "[Content_Types].xml" in source.members

    def open(self, source: Source, how: Reading) -> SheetRows:
        return SheetRows(source, how)


class SheetRows(ObjectRows):
    """The rows of a sheet. What stands beside or below a table in a sheet is an error with its row."""

    def __init__(self, source: Source, how: Reading) -> None:
        super().__init__(source)
        self._how, self.as_text = how, how.text
        self._openpyxl = require("openpyxl", "data", f"to read {source.name}, an Excel workbook")
        with source.opened() as stream:
            _require_modest(stream, source)
        with self._sheet() as (title, rows):
            sample = list(islice(rows, SAMPLE))
            self.said = [f"its sheet {title!r} is read"]
        if not sample:
            raise ValueError(f"{source.name}, sheet {title!r} is empty; take another {give('--sheet')} or another file")
        header = self._header(sample)
        first = ["" if cell is None else plain_text(cell).strip() for cell in sample[0][1]]
        self._first = () if how.header is False else (*first, *[""] * (len(header.names) - len(first)))
        self.names, self._begins = header.names, sample[0][0] + (how.header is not False)
        self.said += header.said
        below = [["" if cell is None else plain_text(cell) for cell in row] for _, row in sample[1:]]
        if how.header is not False and how.units is not False and below:
            full = [row + [""] * (len(self.names) - len(row)) for row in below]
            unit = units_in(without_first(self._first, full))
            unit = next((cell for cell in below[0] if cell), "") if how.units else unit
            if unit is not None:
                self._begins = sample[1][0] + 1
                self.said.append(said_of_units(unit, f"row {sample[1][0]}"))

    def _header(self, sample: list[tuple[int, list[Any]]]) -> Header:
        number, first = sample[0]
        width = max(len(row) for _, row in sample)
        if self._how.header is False:
            return numbered(width)
        cells = ["" if cell is None else plain_text(cell).strip() for cell in first]
        cells += [""] * (width - len(cells))
        below = [["" if cell is None else plain_text(cell) for cell in row] for _, row in sample[1:]]
        why = None if self._how.header else why_no_names(cells, below)
        if why is None and sum(map(bool, cells)) == 1 < width and len(below) > 1:
            below_it = next(
                (at - 1 for at, row in sample[1:] if len([cell for cell in row if cell is not None]) > 1), number
            )
            raise Refusal(
                f"{self.source.name}, row {number} has 1 cell, and rows below have {width}; if the names of the columns are "
                f"below it, give {give(f'--skip={below_it}')}",
                [f"--skip={below_it}"],
            )
        if why is not None:
            raise Refusal(
                f"{self.source.name}, row {number}: {why}, where the names of the columns should be. If there are no names, "
                f"give {give('--no-header')}: the columns are then 1 to {width}; if these are names, give {give('--header')}",
                ["--no-header", f"--target={width}"],
            )
        return Header(tuple(each_its_own(cells)), width)

    @contextmanager
    def _sheet(self) -> Iterator[tuple[str, Iterator[tuple[int, list[Any]]]]]:
        """The sheet's title, and its rows that are not empty, with their numbers."""
        with self.source.opened() as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it leaves out: pictures, rules of formatting
            try:
                book = self._openpyxl.load_workbook(stream, read_only=True, data_only=True)
                sheet = self._chosen(book)
                sheet.reset_dimensions()  # a workbook may claim any
                yield sheet.title, self._filled(sheet)
            except (ValueError, ImportError) as error:
                if str(error).startswith(self.source.name):
                    raise
                raise ValueError(f"{self.source.name} is a damaged workbook: {said_by(error)}") from None
            except Exception as error:  # noqa: BLE001 - the parser of a damaged workbook raises whatever it meets
                raise ValueError(
                    f"{self.source.name} is a damaged workbook: {type(error).__name__}: {said_by(error)}"
                ) from None

    def _filled(self, sheet: Any) -> Iterator[tuple[int, list[Any]]]:
        for number, row in enumerate(sheet.iter_rows(min_row=1 + self._how.skip, values_only=True), 1 + self._how.skip):
            cells = [_value(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield number, cells

    def _chosen(self, book: Any) -> Any:
        titles = [sheet.title for sheet in book.worksheets]
        wanted = self._how.sheet
        if not titles:
            raise ValueError(f"{self.source.name} has no sheet")
        if wanted is None:
            if len(titles) > 1:
                raise Refusal(
                    f"{self.source.name} has {len(titles)} sheets; give one with {give('--sheet')}: "
                    f"{', '.join(map(repr, titles))}",
                    [f"--sheet={titles[0]}"],
                )
            return book.worksheets[0]
        if wanted in titles:
            return book.worksheets[titles.index(wanted)]
        if wanted.isdecimal() and 1 <= int(wanted) <= len(titles):
            return book.worksheets[int(wanted) - 1]
        raise ValueError(f"{self.source.name} has no sheet {wanted!r}{nearest(wanted, titles)}")

    def blocks(self, texts: Collection[str] = ()) -> Iterator[Block]:
        width, again = len(self.names), 0
        with self._sheet() as (_, rows):
            below = (each for each in rows if each[0] >= self._begins)
            while some := list(islice(below, ROWS_AT_ONCE)):
                for number, row in some:
                    if len(row) > width:
                        raise ValueError(
                            f"{self.source.name}, row {number} has {len(row)} cells, and there are {width} columns"
                        )
                full = [row + [None] * (width - len(row)) for _, row in some]
                made = Block(list(map(list, zip(*full, strict=True))), np.array([number for number, _ in some]))
                block, repeated = without_names(made, self._first, range(width))
                again += repeated
                if len(block.numbers):
                    yield block
        if again and not texts:
            self.said = [*self.said, said_of_names(again, self._begins - 1)]


def _value(cell: Any) -> Any:
    """A cell's value; an error of a formula is a gap."""
    if isinstance(cell, str):
        return (
            None
            if not cell.strip() or cell in {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"}
            else cell
        )
    return cell


def _require_modest(stream: Any, source: Source) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except FAULTS as error:
        raise ValueError(f"{source.name} is a damaged workbook: {said_by(error)}") from None
    if unpacked > source.limit:
        raise ValueError(
            f"{source.name} becomes {unpacked >> 20:,} MiB when it is unpacked, which no workbook of {source.size:,} bytes "
            "does: it is damaged, or made to fill the memory"
        )

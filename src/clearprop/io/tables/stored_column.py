"""One column of a table on its way into a file: numbers and moments as they are, texts as places among the different ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...amounts import count
from ...columns.cells import DATES, NUMBERS, TEXTS, TIMES, Cells
from ...columns.file_texts import GAPS, UNTYPED
from ...columns.number_forms import PLAIN, number_forms
from ...columns.stored_cells import MOST_DIFFERENT, StoredCells
from ...columns.texts import date_forms, is_gap_mark
from ...formulas.catalogue import Array
from .array_files import ArrayFile, MappedFile
from .formats import Piece, Rows


@dataclass(frozen=True)
class Outline:
    """What is known of a column in files without its rows."""

    plain: bool
    """Whether its rows are of one sort, and its texts all known."""
    sort: str
    """What its cells hold; empty where all are gaps."""
    rows: int
    dtype: Any
    about: dict[str, Any] | None
    texts: list[Any]

    def together(self, others: Sequence[Outline]) -> Outline | None:
        """That of this column and others below it; None where it must be read as a whole."""
        every = [self, *others]
        sorts = {each.sort for each in every} - {""}
        texts = list(dict.fromkeys(text for each in every for text in each.texts))
        if not all(each.plain for each in every) or len(sorts) > 1 or len(texts) >= MOST_DIFFERENT:
            return None
        dtypes = [each.dtype for each in every if each.sort and each.dtype is not None]
        return Outline(
            plain=True,
            sort=next(iter(sorts), ""),
            rows=sum(each.rows for each in every),
            dtype=np.result_type(*dtypes) if dtypes else np.dtype(np.int32),
            about=next((each.about for each in every if each.about is not None), None),
            texts=texts,
        )


class ColumnFile:
    """Pieces of one column, written as they come. `cells` is the whole."""

    def __init__(self, rows: Rows, name: str) -> None:
        self.rows, self.name, self.file = rows, name, ArrayFile()
        self.mixed = False
        """Whether its pieces are of several sorts: it must be read again, as texts."""
        self.said = ""
        self.bytes = 0
        self._sort = ""
        self._gaps = 0
        """The rows before the first one with a value."""
        self._first: Cells | None = None
        """The first piece that has a type of its own."""
        self._places: dict[Any, int] = {}
        self._beyond = False
        self._form: Any = None
        """How texts are read, once there are too many different ones."""
        self._odd: dict[str, int] = {}

    def add(self, piece: Piece, *, as_texts: bool = False) -> None:
        """Write some rows; of a column that is mixed nothing more is written."""
        if self.mixed:
            return
        if isinstance(piece, list) and not as_texts and any(not isinstance(each, str | None) for each in piece):
            piece = self.rows.joined(self.name, [piece])  # Python objects
            self.mixed = piece.holds == TEXTS
        values = piece.values if isinstance(piece, Cells) else piece
        if isinstance(values, list) and not self._sort and all(each is None for each in values):
            self._gaps += len(values)
        elif not self.mixed:
            self._add(values, piece if isinstance(piece, Cells) else None)

    @property
    def outline(self) -> Outline:
        """What is known of it without its rows."""
        about = None if self._first is None else _about(self._first)
        plain = not self.mixed and not self._beyond and self._form is None
        rows = self.file.rows if self._sort else self._gaps
        return Outline(plain, self._sort, rows, self.file.dtype, about, list(self._places))

    def write_into(self, path: Path, of: Outline, before: int) -> None:
        """Write its rows behind `before` others into a file of the column `of` which it is a part."""
        if not self._sort and of.sort:
            self._add([None] * self._gaps, None) if of.sort == TEXTS else self._add(_gaps_of(of.sort, self._gaps), None)
        if self._places:
            places = {text: place for place, text in enumerate(of.texts)}
            code = np.array([*(places[text] for text in self._places), -1], np.int32)
            self.file = _recoded(self.file, code)
        if self.file.rows:
            self.file.rows_into(path, before, of.dtype)

    def become(self, path: Path, of: Outline) -> None:
        """Become the whole column, which lies in a file."""
        self._sort, self._gaps, self._places = of.sort, of.rows, {text: place for place, text in enumerate(of.texts)}
        if of.sort:
            self.file = MappedFile(path, of.dtype, of.rows)
        self._first = None if of.about is None else Cells(np.empty(0, of.dtype), of.sort, **of.about)

    def _add(self, values: Any, cells: Cells | None) -> None:
        sort = cells.holds if cells is not None else NUMBERS if isinstance(values, np.ndarray) else TEXTS
        if isinstance(values, list) and self._sort not in {"", TEXTS} and all(each is None for each in values):
            sort, values = self._sort, _gaps_of(self._sort, len(values))
        if self._sort not in {"", sort}:
            self.mixed = True
            return
        if not self._sort and self._gaps:
            self.file.append(np.full(self._gaps, -1, np.int32) if sort == TEXTS else _gaps_of(sort, self._gaps))
        self._sort, self._first = sort, cells if self._first is None else self._first
        made = self._texts(values if isinstance(values, list) else values.tolist()) if sort == TEXTS else values
        self.bytes += made.nbytes
        self.file.append(made)

    def _texts(self, texts: list[str | None]) -> Array:
        """Texts as places, -1 for None; or as what they are, where there are too many different ones."""
        if self._form is not None:
            return self._read(texts)
        place = self._places
        for text in dict.fromkeys(texts):
            if text is not None and text not in place and len(place) < MOST_DIFFERENT:
                place[text] = len(place)
        beyond = len(place) == MOST_DIFFERENT and not all(
            text is None or text in place for text in dict.fromkeys(texts)
        )
        if beyond and not self._beyond:
            self._beyond, self._form = True, self._form_of()
            if self._form is not None:
                self._read_again()
                return self._read(texts)
        of = {**place, None: -1} if not self._beyond else _Known({**place, None: -1})
        return np.fromiter(map(of.__getitem__, texts), np.int32, len(texts))

    def _form_of(self) -> Any:
        """How the texts are dates, or plain numbers, if the known ones are; None where they are neither."""
        different = sorted(self._places)
        dates = date_forms(different)
        if len(dates) == 1:
            return next(iter(dates))
        return PLAIN if [*number_forms(different)] == [PLAIN] else None

    def _read_again(self) -> None:
        """What has been written as places, as numbers or moments."""
        known = [*self._places, None]
        written, self.file = self.file.mapped(), ArrayFile()
        values, _ = self._form.read(known)
        for start in range(0, len(written), 1 << 16):
            places = written[start : start + (1 << 16)]
            self._count_odd([known[place] for place in places.tolist()], values[places])
            self.file.append(values[places])
        self._places = {}

    def _read(self, texts: list[str | None]) -> Array:
        values: Array = self._form.read(texts)[0]
        self._count_odd(texts, values)
        return values

    def _count_odd(self, texts: list[str | None], values: Array) -> None:
        """Count the texts that are not as the others, and become gaps."""
        for row in np.flatnonzero(np.isnan(values) if values.dtype.kind == "f" else np.isnat(values)).tolist():
            text = texts[row]
            if text is not None and not is_gap_mark(text) and (text in self._odd or len(self._odd) < MOST_DIFFERENT):
                self._odd[text] = self._odd.get(text, 0) + 1

    def cells(self) -> Cells:
        """The whole column."""
        if self._form is not None:
            return self._cells_as_read()
        if not self._sort:
            return _of_places(np.full(self._gaps, -1, np.int32), [], _UNTYPED)
        if self._sort != TEXTS:
            return self._cells_of_values()
        known = [*self._places]
        if self._first is not None or self._beyond:
            about = _UNTYPED if self._first is None else _about(self._first)
            if self._first is None:
                known = [None if text.strip().lower() in GAPS else text for text in known]
            return _of_places(self.file.mapped(), known, about, beyond=self._beyond)
        of_known = self.rows.joined(self.name, [known])
        if of_known.holds != TEXTS:  # numbers and truth values that the file writes in its own way
            values = np.append(of_known.values, np.nan)
            return StoredCells(self._mapped_by(values), of_known.holds, **_about(of_known), words=of_known.words)
        texts = of_known.values.tolist()
        places = {text: place for place, text in enumerate(dict.fromkeys(text for text in texts if text is not None))}
        code = np.array([*(-1 if text is None else places[text] for text in texts), -1], np.int32)
        return _of_places(self._mapped_by(code), [*places], _about(of_known))

    def _mapped_by(self, values: Array) -> Array:
        """The places that were written, each as its value; the last one is that of -1."""
        return _recoded(self.file, values).mapped()

    def _cells_of_values(self) -> Cells:
        values = self.file.mapped()
        if self._first is not None:
            return StoredCells(values, self._sort, **_about(self._first))
        head = self.rows.joined(self.name, [np.array([0.0])])  # with the type that such a column has
        if head.holds == NUMBERS and bool(np.isnan(values).all()):
            return _of_places(np.full(len(values), -1, np.int32), [], _UNTYPED)
        return StoredCells(values, head.holds, **_about(head))

    def _cells_as_read(self) -> Cells:
        values = self.file.mapped()
        holds = NUMBERS if values.dtype.kind == "f" else DATES
        odd = sum(self._odd.values())
        filled = len(values) - int((np.isnan(values) if holds == NUMBERS else np.isnat(values)).sum())
        if odd >= filled:
            places = np.full(len(values), 1, np.int32)
            return StoredCells(
                places, TEXTS, UNTYPED, texts=np.array([next(iter(self._odd)), None], object), beyond=True
            )
        if odd:
            some = ", ".join(map(repr, list(self._odd)[:3]))
            self.said = (
                f"column {self.name!r} has more than {MOST_DIFFERENT:,} different texts, which are {holds}; "
                f"{count(odd, 'cell')} with others, such as {some}, count as gaps"
            )
        return StoredCells(values, holds, UNTYPED)


class _Known(dict[Any, int]):
    """Places of texts; all that are not known have the place after the one for None."""

    def __missing__(self, text: str) -> int:
        return -1 if text.strip().lower() in GAPS else len(self)


def _recoded(file: ArrayFile, code: Array) -> ArrayFile:
    """The places in a file, each as its value; the last one is that of -1."""
    written, made = file.mapped(), ArrayFile()
    for start in range(0, len(written), 1 << 16):
        made.append(code[written[start : start + (1 << 16)]])
    return made


def _of_places(stored: Array, known: list[Any], about: Mapping[str, Any], *, beyond: bool = False) -> StoredCells:
    texts = np.empty(len(known) + 1, object)
    texts[:-1], texts[-1] = known, None
    return StoredCells(stored, TEXTS, **about, texts=texts, beyond=beyond)


def _about(cells: Cells) -> dict[str, Any]:
    return {"type": cells.type, "typed": cells.typed, "are_categories": cells.are_categories}


_UNTYPED = {"type": UNTYPED, "typed": False}


def _gaps_of(sort: str, rows: int) -> Array:
    return np.full(rows, "NaT", "M8[us]") if sort in {DATES, TIMES} else np.full(rows, np.nan)

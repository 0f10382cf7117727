"""What a column is: the rules that decide its kind, with the evidence in words. A person may say otherwise.

The type of a column comes first, where it has one; then its cells; its name only where whole numbers are all different.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..amounts import count
from ..formulas.catalogue import Array
from . import texts
from .cells import DATES, NUMBERS, TEXTS, TIMES, TRUTHS, Cells
from .number_forms import PLAIN, NumberForm, in_other_ways, mixes_units, mixes_ways, number_forms, one_of_each_way

NUMBER, CATEGORY, YES_NO, DATE, TEXT, IDENTIFIER, CONSTANT, EMPTY = KINDS = (
    "number",
    "category",
    "yes/no",
    "date",
    "text",
    "identifier",
    "constant",
    "empty",
)
UNTOLD = "untold"
"""Numbers of which nobody can tell the value: not a kind, but a reason to ask."""
FEW = 20
"""So many different values are few in any table: texts are categories, and whole numbers of a target classes."""
ROWS_THAT_WOULD_REPEAT = 10
"""So many rows that are all different: with `FEW` values that are equally frequent, 7 tables of 100 show that by accident."""
MOST_CATEGORIES, RARE_ROWS = 300, 5
"""A column of more than `FEW` categories keeps at most so many, each of at least so many rows; the others are one together.
docs/design.md has the measurement."""
LONGEST = 100_000
"""Characters of a category, or of a name, at most; a model file holds them."""
FIRST = "column 1"
"""What a reader calls a first column without a name: row numbers, or anything in a file without a header."""
_NAMES_OF_ROWS = re.compile(
    r"(unnamed: ?\d+|column 1|row[ _.]?(name|number|num|nr|no|id)?s?|index|(.*[ _.-])?(id|uuid|guid)|)", re.IGNORECASE
)
_NAME_WITH_ID = re.compile(r".*[a-z]I[Dd]")


WITHOUT_A_NAME = re.compile(r"column \d+")
"""What a column without a name is called in a file that names the others."""


def decide(cells: Cells, name: Any) -> tuple[str, str]:
    """The kind of a column, and why.

    >>> from clearprop.columns.cells import read
    >>> decide(read(["red", "blue", "red"]), "colour")
    ('category', '2 different texts in 3 cells')
    """
    filled = cells.filled
    if not len(filled):
        return EMPTY, "every cell is a gap"
    if len(filled) == len(cells) and (filled == filled[0]).all():
        return CONSTANT, f"{shown(cells.written(filled[0]))} in every row"
    if not cells.are_categories and cells.holds == TEXTS:
        if (longest := max(map(len, filled))) > LONGEST:
            return TEXT, f"a cell has {longest:,} characters"
        return _of_texts(cells, name, filled)
    kind = CATEGORY if cells.are_categories else _KIND_OF[cells.holds]
    if kind == NUMBER and is_name_of_rows(name) and _counts(filled, name):
        named = "it has no name" if WITHOUT_A_NAME.fullmatch(str(name)) else f"its name is {name!r}"
        return IDENTIFIER, f"{named}, and its {count(len(filled), 'whole number')} are all different"
    ends = f", from {shown(filled.min())} to {shown(filled.max())}" if kind == DATE else ""
    return kind, f"{cells.evidence}{ends}"


_KIND_OF = {TRUTHS: YES_NO, NUMBERS: NUMBER, DATES: DATE, TIMES: DATE}


def _of_texts(cells: Cells, name: Any, filled: Array) -> tuple[str, str]:
    cells_of = filled.tolist()
    different = sorted(set(cells_of))
    counted = f"{count(len(different), 'different text')} in {count(len(cells_of), 'cell')}"
    if texts.is_yes_no(different):
        return YES_NO, f"its texts are {' and '.join(map(repr, different))}"
    forms = texts.date_forms(different)
    if len(forms) == 1:
        ((form, others),) = forms.items()
        if said := _words_in_half(cells_of, others):
            return CATEGORY, f"{counted}; {said}, others are dates"
        return DATE, f"its texts are dates, {form.name}, such as {_example(different, others)}{_beside(others)}"
    one_each = nearly_one_each(len(different), len(cells_of))
    if not (cells.typed and len(different) <= FEW and not one_each):  # else its type says that it is of texts
        found = _of_texts_of_numbers(different, name, cells_of, dated=bool(forms))
        if found is not None:
            return found
    if forms or texts.lack_a_century(different):
        what = "day and month" if forms else "the century"
        counted += f"; they may be dates, but {what} cannot be told from texts such as {_example(different)}"
    if one_each:
        return (TEXT if texts.are_sentences(different) else IDENTIFIER), counted
    return CATEGORY, counted


def _of_texts_of_numbers(different: list[str], name: Any, cells: list[str], *, dated: bool) -> tuple[str, str] | None:
    """The kind of a column whose texts are numbers; None where they are not, or name rows."""
    ways = number_forms(different)
    if len(ways) > 1:
        return UNTOLD, f"a comma may be before decimals or thousands in texts such as {_example(different)}"
    if not ways:
        mixed = f"its numbers are written in several ways: {', '.join(map(repr, one_of_each_way(different)[:3]))}"
        several = mixes_ways(different) or (len(different) > FEW and mixes_units(different))
        return (UNTOLD, mixed) if not dated and several else None
    ((way, others),) = ways.items()
    if odd := in_other_ways(way, others):
        return UNTOLD, f"most of its texts are {_as_most(way)}, and {said_of_odd(odd)} in another way or unit"
    if said := _words_in_half(cells, others):
        return CATEGORY, f"{said}, others are numbers"
    if is_name_of_rows(name) and len(different) == len(cells) and _counts(way.read(different)[0], name):
        return None
    written = "" if way == PLAIN else f", {way.name}"
    return NUMBER, f"its texts are numbers{written}{_beside(others)}"


def _as_most(way: NumberForm) -> str:
    return "plain numbers" if way == PLAIN else f"numbers {way.name}"


def said_of_odd(odd: Sequence[str]) -> str:
    """'0.23' is; '0.23', '0.5' and 3 more are."""
    more = f" and {len(odd) - 3:,} more" if len(odd) > 3 else ""
    return f"{', '.join(map(repr, odd[:3]))}{more} {'is' if len(odd) == 1 else 'are'}"


def _words_in_half(cells: list[str], words: tuple[str, ...]) -> str:
    """Says so where words fill as many cells as all numbers, or dates, do, and so stand for no gap; empty where they do not."""
    if not words:
        return ""
    told = [text for text in cells if not texts.is_gap_mark(text)]
    filled = sum(map(frozenset(words).__contains__, told))
    return f"{filled} of {len(told)} cells are {', '.join(map(repr, words[:3]))}" if 2 * filled >= len(told) else ""


def nearly_one_each(different: int, filled: int) -> bool:
    """Whether about every row has a value of its own, as with names and order numbers, of which nothing can be learnt."""
    return (2 * different > filled and different > FEW) or different == filled >= ROWS_THAT_WOULD_REPEAT


def is_name_of_rows(name: Any) -> bool:
    """Whether a column's name says that it names rows: it has none, or `id`, `row`, `index`, `customer_id`, `PassengerId`."""
    plain = str(name).strip()
    return bool(_NAMES_OF_ROWS.fullmatch(plain) or _NAME_WITH_ID.fullmatch(plain))


def _counts(numbers: Array, name: Any) -> bool:
    """Whether numbers are whole and all different, and more than a few; in a first column without a name, one after another."""
    whole = numbers.dtype.kind in "iu" or bool((numbers % 1 == 0).all())
    if whole and str(name).strip() == FIRST and numbers.max() - numbers.min() != len(numbers) - 1:
        return False
    return whole and len(numbers) >= ROWS_THAT_WOULD_REPEAT and len(np.unique(numbers)) == len(numbers)


def counts_rows(cells: Cells) -> str | None:
    """Why a column counts the rows, whatever its name: it is 1, 2, ... n, from 0, or backwards, in the rows' own order.

    None where it does not, or in so few rows that values may be so by accident.
    """
    n = len(cells)
    if cells.holds != NUMBERS or n < ROWS_THAT_WOULD_REPEAT:
        return None
    first, last = float(cells.values[0]), float(cells.values[-1])
    if (min(first, last), max(first, last)) not in {(0, n - 1), (1, n)}:
        return None
    if not (np.diff(cells.values.astype(float)) == np.sign(last - first)).all():
        return None
    return f"its numbers are {first:.0f} to {last:.0f} in the order of the rows"


def _example(different: list[str], others: tuple[str, ...] = ()) -> str:
    return repr(next(text for text in different if not texts.is_gap_mark(text) and text not in others))


def _beside(others: tuple[str, ...]) -> str:
    return f"; {said_of_gaps(others)}" if others else ""


def said_of_gaps(others: tuple[str, ...], most: int = 3) -> str:
    """'unknown' counts as a gap; 'a', 'b', 'c' and 2 more count as gaps."""
    more = f" and {len(others) - most} more" if len(others) > most else ""
    return f"{', '.join(map(repr, others[:most]))}{more} {'counts as a gap' if len(others) == 1 else 'count as gaps'}"


def shown(value: Any) -> str:
    """A value for a sentence."""
    if isinstance(value, np.datetime64):
        return str(value.astype("M8[s]")).replace("T", " ").removesuffix(" 00:00:00")
    return repr(value.item() if isinstance(value, np.generic) else value)

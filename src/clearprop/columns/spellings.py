"""Texts that differ only in capital letters or spaces, such as yes, Yes and YES: which are one category, and its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import texts
from .cells import TEXTS, Cells
from .stored_cells import StoredCells

JOINED, KEPT = "joined", "kept"
"""What a person says of such texts: `category(case='joined')`."""
LETTERS_OF_A_WORD = 3
"""Texts of fewer letters may be codes, in which capital letters count: m and M, Aa and aa."""


@dataclass(frozen=True)
class Spellings:
    """The texts of a column that differ in this way."""

    joined: tuple[tuple[str, str], ...] = ()
    """Each other spelling, and the one that stands for it, which most cells have."""
    apart: tuple[tuple[str, ...], ...] = ()
    """Groups of texts that stay categories of their own, although they may be one."""


def spellings_of(cells: Cells, asked: str | None = None) -> Spellings:
    """Which texts of a column differ only so. Words are joined unless somebody `asked` to keep them, codes are not.

    >>> from clearprop.columns.cells import read
    >>> spellings_of(read(["yes", "Yes", "no", "yes"])).joined
    (('Yes', 'yes'),)
    """
    if cells.holds != TEXTS or (isinstance(cells, StoredCells) and cells.beyond):
        return Spellings()
    different, codes = cells.codes
    groups: dict[str, list[int]] = {}
    for place, text in enumerate(different):
        groups.setdefault(_plain(text), []).append(place)
    several = [places for places in groups.values() if len(places) > 1]
    if not several or asked == KEPT:
        return Spellings()
    spelled = [different[place] for places in several for place in places]
    of_words = len(groups) > 1 and (texts.is_yes_no([*groups]) or _are_words(spelled))
    one = several if of_words or asked == JOINED else [each for each in several if _differ_in_spaces(different, each)]
    apart = tuple(tuple(different[place] for place in places) for places in several if places not in one)
    rows = np.bincount(codes[codes >= 0], minlength=len(different))
    joined = []
    for places in one:
        word = different[max(places, key=lambda place: (rows[place], different[place]))].strip()
        joined += [(different[place], word) for place in places if different[place] != word]
    return Spellings(tuple(joined), apart)


def _differ_in_spaces(different: Sequence[str], places: Sequence[int]) -> bool:
    return len({" ".join(different[place].split()) for place in places}) == 1


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _are_words(some: Iterable[str]) -> bool:
    return any(sum(map(str.isalpha, text)) >= LETTERS_OF_A_WORD for text in some)


def respelled(cells: Cells, joined: Sequence[tuple[str, str]]) -> Cells:
    """The cells (n,) with the text that stands for each other spelling."""
    if not joined or cells.holds != TEXTS:
        return cells
    instead = dict(joined)
    if isinstance(cells, StoredCells):
        return cells.respelled(instead)
    values = np.empty(len(cells), object)
    values[:] = [instead.get(text, text) for text in cells.values.tolist()]
    return replace(cells, values=values)


def said_of_joined(joined: Sequence[tuple[str, str]], most: int = 3) -> str:
    """'YES', 'Yes' count as 'yes'; of several words, the first `most`."""
    by_word: dict[str, list[str]] = {}
    for text, word in joined:
        by_word.setdefault(word, []).append(text)
    said = [
        f"{_listed(others)} {'counts' if len(others) == 1 else 'count'} as {word!r}" for word, others in by_word.items()
    ]
    more = f", and so do spellings of {len(said) - most:,} more" if len(said) > most else ""
    return f"{', '.join(said[:most])}{more}"


def said_of_alike(new: Sequence[str], known: Sequence[object], most: int = 3) -> str:
    """Which new texts differ from a known one only in capital letters or spaces, and what to do, as the end of a sentence.

    Empty where there is none. Nothing is read by it: a model and its exports know the spellings of the training rows alone.

    >>> said_of_alike(["BERN", "Chur"], ["Bern", "Basel"])
    "; write 'BERN' as 'Bern', which training had, if it is that"
    """
    by_plain = {_plain(text): text for text in known if isinstance(text, str)}
    alike = [(text, word) for text in new if (word := by_plain.get(_plain(text))) is not None and word != text]
    if not alike:
        return ""
    more = f" (and {len(alike) - most:,} more such)" if len(alike) > most else ""
    them = "it is that" if len(alike) == 1 else "they are those"
    named = ", ".join(f"{text!r} as {word!r}" for text, word in alike[:most])
    return f"; write {named}{more}, which training had, if {them}"


def said_of_apart(apart: Sequence[Sequence[str]], most: int = 3) -> str:
    """'m' and 'M'; of several groups, the first `most`."""
    more = f" and {len(apart) - most:,} more" if len(apart) > most else ""
    return ", ".join(" and ".join(map(repr, group)) for group in apart[:most]) + more


def _listed(some: Sequence[str]) -> str:
    return ", ".join(map(repr, some[:3])) + (", ..." if len(some) > 3 else "")

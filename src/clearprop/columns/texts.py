"""Texts read as numbers, dates or yes and no, where all of a column's cells, or nearly all, can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from .cells import DATE

NEARLY_ALL, OTHER_WORDS, SLIPS = 0.9, 3, 0.01
"""Texts are numbers or dates if this share of the different ones can be read, and the others are at most three words such as
`unknown`, or one in a hundred. The others then are gaps, and said to be. So `207a` stays a code among codes, and a quarter of
ticket numbers that have letters make all of them codes."""
PROBES = 8
"""So many texts tell which forms of dates are tried on all."""
WORDS_OF_TEXT, LETTERS_OF_TEXT = 4, 40
"""Texts with more words, or of two words or more with more letters, in the mean, are sentences."""
MOST_WORDS_OF_A_NAME, SOME = 8, 0.1
"""And so they are where a tenth of them has more words than a name has, though most are short, as remarks are."""
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Letters of scripts without spaces between words: Japanese, Chinese, Thai; and of Korean."""
GAP_MARKS = frozenset({"", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "null", "none", "missing", "<na>"})
"""What files write for a missing number or date, in lower case. Among texts, each of them is a text like any other."""
YES_NO = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"on", "off"})
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_CLOCK = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_MONTH = rf"(?P<named>{'|'.join(f'{each[:3]}(?:{each[3:]})?' for each in MONTHS)}|sept)\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?,? )?"
_FORMS = {
    name: re.compile(form + _CLOCK, re.IGNORECASE)
    for name, form in {
        "year first": r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        "year and month": r"(?P<year>\d{4})(?:-|M)(?P<month>\d{2})",
        "year and month's name": rf"(?P<year>\d{{4}})[ -]{_MONTH}",
        "month's name and year": rf"{_MONTH}[ ,-]+(?P<year>\d{{4}})",
        "year, month's name and day": rf"(?P<year>\d{{4}})[ -]{_MONTH}[ -](?P<day>\d{{1,2}})",
        "year and quarter": r"(?P<year>\d{4})[ -]?Q(?P<quarter>[1-4])",
        "quarter and year": r"Q(?P<quarter>[1-4])[ -]?(?P<year>\d{4})",
        "month first": r"(?P<month>\d{1,2})(?P<sep>[-/.])(?P<day>\d{1,2})(?P=sep)(?P<year>\d{4})",
        "day first": r"(?P<day>\d{1,2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4})",
        "day and month's name": rf"{_WEEKDAY}(?P<day>\d{{1,2}})[ -]{_MONTH}[ ,-]+(?P<year>\d{{4}})",
        "month's name and day": rf"{_WEEKDAY}{_MONTH}[ -](?P<day>\d{{1,2}})(?:,? |-)(?P<year>\d{{4}})",
    }.items()
}

_NUMBER_OF = {name[:3]: number for number, name in enumerate(MONTHS, 1)}


@dataclass(frozen=True)
class DateForm:
    """How dates are written, one of `_FORMS`, with or without a time of day. Its time zone is ignored: clocks count."""

    name: str

    @property
    def pattern(self) -> str:
        """The regular expression of such a text, with the names of its parts; letters may be small or capital."""
        return _FORMS[self.name].pattern

    def date(self, text: str) -> np.datetime64 | None:
        """The date; None for a text that is none."""
        found = _FORMS[self.name].fullmatch(text.strip())
        if found is None:
            return None
        given = found.groupdict()
        if given.get("quarter"):
            month = 3 * int(given["quarter"]) - 2
        else:
            month = _NUMBER_OF[given["named"][:3].lower()] if given.get("named") else int(given["month"])
        try:
            day = np.datetime64(f"{given['year']}-{month:02}-{int(given.get('day') or 1):02}", "us")
        except ValueError:
            return None
        hour, minute, second = (int(given[each] or 0) for each in ("hour", "minute", "second"))
        if given["half"]:
            hour = hour % 12 + 12 * (given["half"][0] in "pP")
        fits = hour < 24 and minute < 60 and second < 60
        return day + np.timedelta64(3600 * hour + 60 * minute + second, "s") if fits else None

    def read(self, texts: Iterable[str | None]) -> tuple[Array, tuple[str, ...]]:
        """Texts (n,) as dates with NaT in gaps, and the different texts that are no date and no mark of a gap."""
        return read_each(texts, self.date, np.array("NaT", DATE))


def date_form_names() -> tuple[str, ...]:
    """The names of all forms of dates."""
    return tuple(_FORMS)


def number(text: str) -> float | None:
    """A text as a finite number; None for any other, for 1_000, and for 007, which is a code."""
    plain = text.strip()
    if "_" in plain or re.match(r"[+-]?0\d", plain):
        return None
    try:
        made = float(plain)
    except ValueError:
        return None
    return made if np.isfinite(made) else None


def is_gap_mark(text: str | None) -> bool:
    """Whether a cell of numbers or dates is empty, or has what files write for a missing value."""
    return text is None or text.strip().lower() in GAP_MARKS


def date_forms(different: list[str]) -> dict[DateForm, tuple[str, ...]]:
    """The forms in which the different texts are dates, and for each the texts that are none; those with the fewest of these.

    There are two where no text tells day from month: 3/4/2021.
    """
    told = [text for text in different if not is_gap_mark(text)]
    some = told[:: max(1, len(told) // PROBES)]
    forms = [form for form in map(DateForm, _FORMS) if any(form.date(text) is not None for text in some)]
    others = {form: tuple(text for text in told if form.date(text) is None) for form in forms}
    fewest = min(map(len, others.values()), default=0)
    return {
        form: texts
        for form, texts in others.items()
        if len(texts) == fewest and nearly_all(len(told) - fewest, len(told))
    }


def lack_a_century(different: list[str]) -> bool:
    """Whether the texts are dates with years of two digits."""
    told = [text for text in different if not is_gap_mark(text)]
    return bool(told) and all(
        re.fullmatch(r"\d{1,2}([-/.])(\d{1,2}|[A-Za-z]{3})\1\d{2}", text.strip()) for text in told
    )


def may_be_dates(different: list[str]) -> bool:
    """Whether the texts may be dates that nobody can tell: day and month may change places, or years have two digits."""
    return len(date_forms(different)) > 1 or lack_a_century(different)


def is_yes_no(different: list[str]) -> bool:
    """Whether the different texts are a pair such as yes and no."""
    return len(different) == 2 and {text.strip().lower() for text in different} in YES_NO


def are_sentences(different: list[str]) -> bool:
    """Whether texts are sentences, and no names or codes: by how many words they have, in any script.

    >>> are_sentences(["A good book", "I would not read it once more, it has no end"])
    True
    >>> are_sentences(["GB29 NWBK 6016 1331 9268 19", "DE89 3704 0044 0532 0130 00"])
    False
    """
    words = [_words_of(text) for text in different]
    told = [word for each in words for word in each]
    if 2 * sum(map(_is_of_language, told)) < len(told):
        return False
    lengths = np.array([*map(len, words)])
    letters = float(np.mean([*map(len, different)]))
    many = float((lengths > MOST_WORDS_OF_A_NAME).mean())
    return bool(lengths.mean() > WORDS_OF_TEXT or many >= SOME or (lengths.mean() >= 2 and letters > LETTERS_OF_TEXT))


def _words_of(text: str) -> list[str]:
    """The words of a text; where no spaces are written between words, two signs count as one."""
    dense = _DENSE.findall(text)
    return [*_DENSE.sub(" ", text).split(), *(sign for sign in dense[::2])]


def _is_of_language(word: str) -> bool:
    """Whether a word is of a language, and no code of digits and capital letters."""
    return sum(map(str.isalpha, word)) * 2 > len(word) and (word != word.upper() or word == word.lower())


def nearly_all(read: int, told: int) -> bool:
    """Whether so many of the different texts can be read, and so few cannot, that the column is one of numbers or dates."""
    return read >= NEARLY_ALL * told > 0 and told - read <= max(OTHER_WORDS, SLIPS * told)


def read_each(
    texts: Iterable[str | None], value: Callable[[str], float | np.datetime64 | None], gap: Array
) -> tuple[Array, tuple[str, ...]]:
    """Texts (n,) as values, `gap` where there is none, and the different texts that have none. Each is read once."""
    given = list(texts)
    different = {text for text in given if text is not None and not is_gap_mark(text)}
    read = {text: value(text) for text in sorted(different)}
    made = np.full(len(given), gap)
    for i, text in enumerate(given):
        found = None if text is None else read.get(text)
        if found is not None:
            made[i] = found
    return made, tuple(text for text, found in read.items() if found is None)

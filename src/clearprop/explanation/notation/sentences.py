"""Sentences with places: words, and the numbers, symbols and vectors that stand in them, as data. Nothing is set here.

A sentence is the same for every rendering. Each rendering writes what stands in its places as it writes numbers and symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal, TypeAlias

from .numbers import number, percent
from .symbols import Written, shape_of

How: TypeAlias = Literal[
    "value", "precise", "long", "factor", "whole", "short", "four", "three", "percent", "fine percent", "error"
]


@dataclass(frozen=True)
class Number:
    """A number, and how it is written: to how many digits, as a percentage, in brackets where it is a negative factor."""

    value: float
    how: How = "value"


@dataclass(frozen=True)
class Line:
    """A column of the trace, by its id, on one line: (0.41, -1.2)."""

    array: str


@dataclass(frozen=True)
class Shape:
    """A shape: 3 × 2."""

    of: tuple[int, ...]


@dataclass(frozen=True)
class Bars:
    """A bar for each share, 0..1."""

    shares: tuple[float, ...]


@dataclass(frozen=True)
class Count:
    """Some of so many: 2 of 3 units."""

    some: int
    of: int
    noun: str


Place: TypeAlias = str | Number | Written | Line | Shape | Bars | Count
"""What may stand in a place; text is written as it is."""


@dataclass(frozen=True)
class Sentence:
    """Words with places in braces, and what stands in them."""

    words: str
    places: Mapping[str, Place] = field(default_factory=dict)


def say(words: str, **places: Place) -> Sentence:
    """A sentence.

    >>> say("{L} falls by {part}", L=Written("L", "L"), part=Number(0.5, "percent")).words
    '{L} falls by {part}'
    """
    return Sentence(words, places)


def quoted(text: str) -> Sentence:
    """A sentence that somebody else has put into words, braces included."""
    return Sentence("{text}", {"text": text})


def pieces(sentence: Sentence) -> Iterator[tuple[str, Place | None]]:
    """Words, and what stands behind them, from left to right."""
    for words, name, _, _ in Formatter().parse(sentence.words):
        yield words, None if name is None else sentence.places[name]


def chain(sentences: Iterable[Sentence], by: str = "; ") -> Sentence:
    """Sentences one after the other as one."""
    words, places = [], dict[str, Place]()
    for index, sentence in enumerate(sentences):
        numbered = {name: f"{name}_{index}" for name in sentence.places}
        parts = (
            text + (f"{{{numbered[name]}}}" if name else "") for text, name, _, _ in Formatter().parse(sentence.words)
        )
        words.append("".join(parts))
        places |= {numbered[name]: place for name, place in sentence.places.items()}
    return Sentence(by.join(words), places)


def in_plain(sentence: Sentence, digits: int = 4) -> str:
    """A sentence in plain text; its places may be of any kind but those that need the arrays of a trace, or a width.

    >>> in_plain(say("{some} let {part} through", some=Count(2, 2, "unit"), part=Number(0.5, "percent")))
    'both units let 50 % through'
    """
    return "".join(words + ("" if place is None else plain_place(place, digits)) for words, place in pieces(sentence))


def plain_place(place: Place, digits: int) -> str:
    """What stands in a place, in plain text."""
    if isinstance(place, Written):
        return place.plain
    if isinstance(place, Number):
        return in_digits(place, digits)
    if isinstance(place, Shape):
        return shape_of(place.of)
    if isinstance(place, Count):
        return count_of(place.some, place.of, place.noun)
    assert isinstance(place, str)
    return place


def count_of(some: int, of: int, noun: str) -> str:
    """Some of so many, in words: 2 of 3 units, both units, the one unit."""
    if some < of:
        return f"{some} of {of} {noun}s"
    return {1: f"the one {noun}", 2: f"both {noun}s"}.get(of, f"all {of} {noun}s")


def in_digits(own: Number, digits: int) -> str:
    """A number in plain text, to `digits` decimals.

    >>> in_digits(Number(-0.25, "factor"), 4), in_digits(Number(1234, "whole"), 4), in_digits(Number(0.5, "percent"), 4)
    ('(-0.2500)', '1,234', '50 %')
    """
    value = own.value
    if own.how == "whole":
        return f"{int(value):,}"
    if own.how in _SIGNIFICANT:
        return f"{value:{_SIGNIFICANT[own.how]}}"
    if own.how in {"percent", "fine percent"}:
        return percent(value, 0 if own.how == "percent" else 2)
    if own.how == "error":
        return f"{value:.1e}"
    more = {"precise": digits + 2, "long": max(digits, 12)}
    plain = number(value, more.get(own.how, digits))
    return f"({plain})" if own.how == "factor" and plain.startswith("-") else plain


_SIGNIFICANT = {"short": "g", "four": ".4g", "three": ".3g"}
"""Digits that count, by kind."""

"""How texts write numbers: plainly, or with thousands, a decimal comma, a currency, a percent sign or a unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..formulas.catalogue import Array
from . import texts

MONEY = frozenset("$€£¥₹₽₩₺฿") | {"US$", "USD", "EUR", "GBP", "CHF", "JPY", "R$", "kr"}
WITH_A_POINT = frozenset("$£¥") | {"US$", "USD", "GBP", "JPY"}
"""Money whose thousands have a comma where the sign is in front."""
SIGNS = MONEY | {"%", "‰", "°"}
"""What stands beside a number and says that it is one."""
_SPLIT = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[^\d+\-.,\s]*)\s?(?P<minus>-?)(?P<body>\d[\d.,'\u2009\u00a0\u202f ]*\d|\d|[.,]\d+)"
    r"(?P<after>(?:\s?\D*[^\s\d])?)"
)
_UNIT = re.compile(r"\s?[^\W\d_]{2,}[^\s\d]*(?: [^\W\d_]+)?|\s[^\W\d_][^\s\d]*")
"""A unit has two letters, or a space before it: `12 m`, `36mpg`. So `207a` is a code."""
_SHORT_UNIT = re.compile(r"[^\W\d_]{1,4}[²³]?|(second|minute|hour|day|week|month|year)s?", re.IGNORECASE)
"""What is a unit without doubt. `12 Main St` and `3 bedrooms` may be names."""
UNITS_IN_ANY_CASE = frozenset(
    {
        "cm",
        "km",
        "kg",
        "lb",
        "lbs",
        "oz",
        "ft",
        "in",
        "inch",
        "inches",
        "feet",
        "mi",
        "mile",
        "miles",
        "mph",
        "mpg",
        "km/h",
        "sec",
        "min",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "kcal",
        "usd",
        "eur",
        "gbp",
        "chf",
        "jpy",
        "seconds",
        "minutes",
        "hours",
        "days",
        "weeks",
        "months",
        "years",
    }
)
"""Units that are the same in capital letters. Others may not be: mW and MW, Mb and MB, ml and Ml."""
MOST_UNITS = 5
"""A column of numbers has at most so many units."""
_GAP_OF_DIGITS = "['\u2009\u00a0\u202f ]"
_GROUPS = {",": ",", ".": r"\.", " ": _GAP_OF_DIGITS}


@dataclass(frozen=True)
class NumberForm:
    """One way to write numbers. Without any field it is Python's, as `texts.number` reads it.

    >>> NumberForm(decimal=",", thousands=".", after=" €").number("1.234,50 €")
    1234.5
    """

    decimal: str = "."
    thousands: str = ""
    """What stands between groups of three digits: a comma, a point, or a space, which stands for an apostrophe too."""
    before: str = ""
    after: str = ""

    @property
    def name(self) -> str:
        """The form, by an example."""
        digits = f"1{self.thousands}234" if self.thousands else "1234"
        return f"written like {self.before}{digits}{self.decimal}5{self.after}"

    def number(self, text: str) -> float | None:
        """The number; None for a text that is not written so."""
        if self == PLAIN:
            return texts.number(text)
        found = _SPLIT.fullmatch(text.strip())
        if found is None:
            return None
        if not (found["before"] or found["after"]) and (self.before or self.after):
            return self.plain_number(text)
        if found["before"] != self.before or not self._ends(found["after"], found["body"]):
            return None
        body = found["body"]
        if _pattern(self.decimal, self.thousands).fullmatch(body) is None:
            return None
        digits = re.sub(_GROUPS[self.thousands], "", body) if self.thousands else body
        minus = (found["sign"] == "-") != (found["minus"] == "-")
        return (-1.0 if minus else 1.0) * float(digits.replace(self.decimal, "."))

    def _ends(self, after: str, body: str) -> bool:
        """Whether a text ends as this form does, with a space before the unit or without: 1 day is written like 2 days."""
        unit, own = _same_case(after.strip()), _same_case(self.after.strip())
        return unit == own or (body == "1" and len(unit) > 1 and f"{unit}s" == own)

    def plain_number(self, text: str) -> float | None:
        """A text without the form's signs as Python's number; None where it may have another value.

        `475.0` is 475 where training had `$475,000`. `1.234` is untold where a comma was before decimals, and a number
        without percent sign or unit may be in another unit.
        """
        beside = self.before.strip(), self.after.strip()
        groups = self.decimal == "," and re.fullmatch(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", text.strip())
        return None if groups or not all(not each or each in MONEY for each in beside) else texts.number(text)

    def read(self, given: Iterable[str | None]) -> tuple[Array, tuple[str, ...]]:
        """Texts (n,) as float64 with NaN in gaps, and the different texts that are no such number and no mark of a gap."""
        return texts.read_each(given, self.number, np.array(np.nan))


PLAIN = NumberForm()


def _same_case(unit: str) -> str:
    return unit.lower() if unit.lower() in UNITS_IN_ANY_CASE else unit


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Digits in groups of three, or in one; a number may not begin with 0 as a code does."""
    whole = r"(?:0|[1-9]\d*)"
    if thousands:
        whole = rf"(?:{whole}|[1-9]\d{{0,2}}(?:{_GROUPS[thousands]}\d{{3}})+)"
    return re.compile(rf"(?:{whole}(?:{re.escape(decimal)}\d+)?|{re.escape(decimal)}\d+)")


def number_forms(different: Sequence[str], decimal: str | None = None) -> dict[NumberForm, tuple[str, ...]]:
    """The forms in which nearly all of the different texts are numbers, and the texts that are none; those with the fewest.

    There are two where no text tells thousands from decimals: 1,234. `decimal` says which it is.
    """
    told = [text for text in different if not texts.is_gap_mark(text)]
    some = told[:: max(1, len(told) // texts.PROBES)]
    if not any(any(map(str.isdigit, text)) for text in some):
        return {}
    if decimal in {None, "."} and all(map(_is_plain, some)) and all(map(_is_plain, told)):
        return {PLAIN: ()}
    forms = [form for form in _candidates(some) if decimal in {None, form.decimal}]
    others = {form: tuple(text for text in told if form.number(text) is None) for form in forms}
    fewest = min(map(len, others.values()), default=0)
    best = {
        form: missed
        for form, missed in others.items()
        if len(missed) == fewest and texts.nearly_all(len(told) - fewest, len(told))
    }
    return _of_money(_told_apart(best, told))


def _is_plain(text: str) -> bool:
    return texts.number(text) is not None


def _candidates(some: list[str]) -> list[NumberForm]:
    """Plain numbers, and every form with the signs or units that most of the probes have beside their digits."""
    split = [found for text in some if (found := _SPLIT.fullmatch(text.strip()))]
    beside = Counter((found["before"], found["after"]) for found in split)
    if not beside:
        return [PLAIN]
    (before, after), _ = beside.most_common(1)[0]
    if not ((not before or before in MONEY) and (not after or after.strip() in SIGNS or _UNIT.fullmatch(after))):
        return [PLAIN]
    styles = [style for style in product(".,", ("", ",", ".", " ")) if style[0] != style[1]]
    return [PLAIN, *(NumberForm(*style, before, after) for style in styles if (*style, before, after) != _FIELDS)]


_FIELDS = (".", "", "", "")


def _of_money(best: dict[NumberForm, tuple[str, ...]]) -> dict[NumberForm, tuple[str, ...]]:
    """Of `$119,899` the thousands alone: nobody writes such money with a decimal comma and three decimals.

    Euros are written in both ways, and a sign behind the number is the habit of those who write a decimal comma.
    """
    groups = {
        form: missed
        for form, missed in best.items()
        if (form.decimal, form.thousands) == (".", ",") and form.before.strip() in WITH_A_POINT and not form.after
    }
    return groups if len(best) == 2 and len(groups) == 1 else best


def _told_apart(best: dict[NumberForm, tuple[str, ...]], told: list[str]) -> dict[NumberForm, tuple[str, ...]]:
    """Of forms that give every text the same number, only the plainest."""
    kept: dict[NumberForm, tuple[str, ...]] = {}
    seen: list[list[float | None]] = []
    for form, missed in best.items():
        numbers = [form.number(text) for text in told]
        if numbers not in seen:
            seen.append(numbers)
            kept[form] = missed
    return kept


def in_other_ways(form: NumberForm, others: Sequence[str]) -> list[str]:
    """Those of the texts that are no numbers of a form which are numbers beside another sign or unit: 0.23 beside 23%, 1 m
    beside 20 cm.

    Their value in the form's unit is untold. Beside plain numbers only a sign tells that; `207a` may be a word.
    """
    beside = (form.before, form.after)
    return [
        text
        for text in others
        if (found := _SPLIT.fullmatch(text.strip())) is not None
        and (found["before"], found["after"]) != beside
        and _is_some_body(found["body"])
        and form.plain_number(text) is None
        and (_has_signs(found) if beside == ("", "") else _has_signs_or_unit(found))
    ]


def is_some_way(text: str) -> bool:
    """Whether a text is a number in some way, maybe beside a sign or a unit. `207a` may be a word."""
    found = _SPLIT.fullmatch(text.strip())
    of_parts = found is not None and _is_some_body(found["body"]) and _has_signs_or_unit(found)
    return of_parts or texts.number(text) is not None


def mixes_units(different: Sequence[str]) -> bool:
    """Whether the texts are numbers with several units: 20 cm, 0.3 m."""
    told = [text.strip() for text in different if not texts.is_gap_mark(text)]
    units = set()
    for text in told:
        found = _SPLIT.fullmatch(text)
        if found is None or found["before"] or not _is_some_body(found["body"]):
            return False
        unit = found["after"].strip()
        if not (unit in SIGNS or _SHORT_UNIT.fullmatch(unit)):
            return False
        units.add(unit)
    return 1 < len(units) <= MOST_UNITS < len(told)


def _has_signs(found: re.Match[str]) -> bool:
    beside = [each.strip() for each in (found["before"], found["after"]) if each.strip()]
    return bool(beside) and all(each in SIGNS for each in beside)


def _has_signs_or_unit(found: re.Match[str]) -> bool:
    return (not found["before"] or found["before"] in SIGNS) and bool(
        not found["after"] or found["after"].strip() in SIGNS or _UNIT.fullmatch(found["after"])
    )


def _is_some_body(body: str) -> bool:
    """Whether digits are a number in some style."""
    return any(_pattern(*style).fullmatch(body) for style in ((".", ","), (",", "."), (".", " "), (",", " ")))


def one_of_each_way(different: Sequence[str]) -> list[str]:
    """Of numbers the first with each sign or unit beside them; where that is one, the first and those of other digits."""
    found: dict[object, str] = {}
    for text in different:
        parts = _SPLIT.fullmatch(text.strip())
        found.setdefault(parts and (parts["before"], parts["after"].strip()), text)
    if len(found) > 1:
        return [*found.values()]
    odd = odd_ones(different)
    return [next(text for text in different if text not in odd), *odd] if odd else [*different]


def odd_ones(different: Sequence[str]) -> list[str]:
    """Numbers that are not in the form which most of the texts have; none where no form has most."""
    told = [text for text in different if not texts.is_gap_mark(text)]
    forms = _candidates(told[:: max(1, len(told) // texts.PROBES)])
    missed = min(([text for text in told if form.number(text) is None] for form in forms), key=len)
    return [text for text in missed if is_some_way(text)] if 2 * len(missed) < len(told) else []


def mixes_ways(different: Sequence[str]) -> bool:
    """Whether the texts are numbers beside money or percent signs, or with commas and points, but not all in one way."""
    told = [text.strip() for text in different if not texts.is_gap_mark(text)]
    some = told[:: max(1, len(told) // texts.PROBES)]
    if len(told) < 2 or not all(_is_some_number(text) for text in some) or not all(map(_is_some_number, told)):
        return False
    return not all(map(_is_plain, told))


def _is_some_number(text: str) -> bool:
    found = _SPLIT.fullmatch(text)
    if found is None or not all(not each or each.strip() in SIGNS for each in (found["before"], found["after"])):
        return False
    return _is_some_body(found["body"])

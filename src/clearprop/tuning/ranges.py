"""A range of numbers, written as "0.001 to 0.1, log"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
WRITTEN = re.compile(rf"\s*({NUMBER})\s+to\s+({NUMBER})\s*((?:,[^,]*)*)")
DIGITS = 4
"""Significant digits of a number that is drawn: what is read in a model file is what was tried."""
HOW = "write LOW to HIGH, and then log, whole or first NUMBER where you want them: {16 to 256, log, whole, first 64}"


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both among them.

    >>> Range.read("16 to 256, log, whole, first 64")
    Range(low=16, high=256, log=True, whole=True, first=64)
    """

    low: float
    high: float
    log: bool = False
    """Whether each factor is as likely as any other, and not each difference."""
    whole: bool = False
    """Whether only whole numbers are drawn."""
    first: float | None = None
    """What the first trial takes."""

    @classmethod
    def read(cls, text: str) -> Range:
        """The range of a text; ValueError where it is none."""
        found = WRITTEN.fullmatch(text)
        words = [each.strip() for each in found[3].split(",")[1:]] if found else []
        first = next((word[len("first ") :].strip() for word in words if word.startswith("first ")), None)
        known = all(word in {"log", "whole"} or word.startswith("first ") for word in words)
        if not (found and known) or (first is not None and not re.fullmatch(NUMBER, first)):
            raise ValueError(f"cannot read the range {{{text}}}; {HOW}")
        whole, log = "whole" in words, "log" in words
        low, high = _number(found[1], whole), _number(found[2], whole)
        given = None if first is None else _number(first, whole)
        if not low < high:
            raise ValueError(f"the range {{{text}}} is empty: its first number must be the lower one")
        if log and low <= 0:
            raise ValueError(f"the range {{{text}}} begins at {low:g}, and a logarithmic one begins above 0")
        if given is not None and not low <= given <= high:
            raise ValueError(f"the first number of {{{text}}} is outside the range")
        return cls(low, high, log, whole, given)

    @property
    def between(self) -> float:
        """A number inside the range, whole only where all are."""
        return self.rounded(self.low + (self.high - self.low) / math.e)

    def same_as(self, other: Range) -> bool:
        """Whether the same numbers are drawn, wherever the first one is."""
        return replace(self, first=None) == replace(other, first=None)

    def rounded(self, value: float) -> float:
        """A drawn number as it is used: whole, or with so many digits, and in the range."""
        if self.whole:
            return int(value)
        return min(self.high, max(self.low, float(f"{value:.{DIGITS}g}")))


def _number(text: str, whole: bool) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large for a range")
    if whole and value != int(value):
        raise ValueError(f"{text} is not a whole number, and the range is of whole numbers")
    return int(value) if whole else value

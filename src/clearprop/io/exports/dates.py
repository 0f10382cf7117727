"""Columns of dates as operators: what `columns/date_parts.py` makes of dates, by arithmetic on seconds since 1970.

NumPy's calendar is for arrays of dates; here it is floors and remainders, which every format has. Seconds are those that clocks
show, without time zones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...callers import give
from ...columns.date_parts import DAY_OF_WEEK, MONDAY, TIME, TIME_OF_DAY, TIME_OF_YEAR, DateParts
from ...operators import CannotExpress, Symbol
from .required import Required

SECONDS = "seconds since 1970-01-01 00:00, as clocks show them"
FARTHEST = 1e12
"""Seconds from 1970, about 31,700 years: milliseconds of today are more."""
_DAY, _WEEK = 86_400, 7
_MONDAY = int(MONDAY.astype("M8[D]").astype(int))
_MARCH_OF_0 = 719_468
"""Days from 1 March of the year 0 to 1970."""
_CENTURIES = 146_097
"""Days of 400 years, after which the calendar repeats itself."""
_JANUARY = 306
"""Days from 1 March to 1 January."""


def inputs_of(parts: DateParts, x: Symbol) -> list[Any]:
    """Seconds x (n, 1), NaN in gaps, as the inputs that `DateParts.encoded` gives, each (n, 1)."""
    there: Any = np.abs(x) <= FARTHEST
    seconds: Any = np.where(there, x, 0.0)
    made = []
    for part in parts.parts:
        if part == TIME:
            made.append((seconds / _DAY - parts.mean) / parts.scale)
        else:
            turn = 2 * np.pi * _SHARES[part](seconds)
            made += [np.sin(turn), np.cos(turn)]
    marks: list[Any] = [np.isnan(x)] if parts.marked else []
    return [*(np.where(there, each, 0.0) for each in made), *(each.astype(x.dtype) for each in marks)]


def seconds_required(name: str, x: Symbol, *, gaps: bool = True) -> Required:
    """That x (n, 1) are seconds of a date, or NaN where a date may be missing. CannotExpress where they need a larger type."""
    if x.graph.dtype != np.float64:
        raise CannotExpress(
            f"column {name!r} is of dates, as {SECONDS}, and {x.graph.dtype} cannot tell neighbouring seconds apart; export "
            f"with {give('--dtype=float64')}"
        )
    met: Any = np.abs(x) <= FARTHEST
    says = f"{name!r} must be {SECONDS}, at most {FARTHEST:.0e} of them{', or NaN' * gaps}"
    return Required(says, np.logical_or(met, np.isnan(x)) if gaps else met)


def _day(seconds: Any) -> Any:
    """The whole days since 1970.

    The quotient of the last moment before midnight is not rounded up to the next day: from a float64 to the next is more than
    half of the way from its quotient by 86,400 to the next.
    """
    return np.floor(seconds / _DAY)


def _rest(number: Any, of: int) -> Any:
    return number - of * np.floor(number / of)


def _share_of_day(seconds: Any) -> Any:
    return (seconds - _DAY * _day(seconds)) / _DAY


def _share_of_week(seconds: Any) -> Any:
    return _rest(_day(seconds) - _MONDAY, _WEEK) / _WEEK


def _share_of_year(seconds: Any) -> Any:
    """By years that begin in March, so that a leap day is the last (Hinnant, "chrono-compatible low-level date algorithms")."""
    day = _rest(_day(seconds) + _MARCH_OF_0, _CENTURIES)
    year = np.floor((day - np.floor(day / 1460) + np.floor(day / 36_524) - np.floor(day / 146_096)) / 365)
    since_march = day - (365 * year + np.floor(year / 4) - np.floor(year / 100))
    next_year = since_march >= _JANUARY
    leap = _is_leap(np.where(next_year, year + 1, year))
    since_january = np.where(next_year, since_march - _JANUARY, since_march + 59 + leap)
    return (since_january + _share_of_day(seconds)) / (365 + leap)


def _is_leap(year: Any) -> Any:
    return np.logical_and(_rest(year, 4) == 0, np.logical_or(_rest(year, 100) > 0, _rest(year, 400) == 0))


_SHARES: dict[str, Callable[[Any], Any]] = {
    TIME_OF_YEAR: _share_of_year,
    DAY_OF_WEEK: _share_of_week,
    TIME_OF_DAY: _share_of_day,
}

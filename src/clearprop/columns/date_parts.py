"""What a column of dates becomes: how long ago, and the time of year, the day of the week and the time of day on circles.

Raw parts such as month 12 and month 1 would be far apart, and a year such as 2021 would be a thousand times as large as
other inputs. So what repeats is a point on a circle, a sine and a cosine, and the date itself is in standard units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from .cells import DATE, TIMES, Cells

DAY, MONTH, YEAR = np.timedelta64(1, "D"), np.timedelta64(1, "M"), np.timedelta64(1, "Y")
MONDAY = np.datetime64("1969-12-29", "us")
"""A day on which a week began."""
TIME, TIME_OF_YEAR, DAY_OF_WEEK, TIME_OF_DAY = PARTS = ("time", "time of year", "day of week", "time of day")


@dataclass(frozen=True)
class DateParts:
    """Dates (n,) as inputs (n, k). Which parts there are follows from the training rows: only those that vary in them.

    >>> from clearprop.columns.cells import read
    >>> parts = DateParts.fitted(read(np.array(["2020-01-01", "2021-01-01", "2022-01-01"], DATE)))
    >>> parts.names
    ('time',)
    >>> parts.encoded(np.array(["2021-01-01", "2024-01-01"], DATE)).round(1).tolist()
    [[0.0], [3.7]]
    """

    mean: float
    """Of the training rows, in days since 1970."""
    scale: float
    """Their standard deviation, in days."""
    parts: tuple[str, ...]
    marked: bool = False
    """Whether an input marks gaps, in which all parts are 0."""

    @classmethod
    def fitted(cls, cells: Cells, *, mark_gaps: bool = False) -> DateParts:
        """From the training rows: dates, or times of day."""
        values = cells.filled
        if not len(values):  # of no training row: only the mark of gaps is left
            return cls(0.0, 1.0, (), mark_gaps)
        days = _days(values)
        mean, scale = float(days.mean()), float(days.std()) or 1.0
        return cls(mean, scale, _parts_that_vary(values, cells.holds), mark_gaps and len(values) < len(cells))

    @property
    def names(self) -> tuple[str, ...]:
        """What each input is, but the one that marks gaps, which is the last."""
        on_circle = [f"{part}, {side}" for part in self.parts if part != TIME for side in ("sine", "cosine")]
        return (TIME, *on_circle) if TIME in self.parts else tuple(on_circle)

    def encoded(self, values: Array) -> Array:
        """Dates (n,) as inputs (n, k); a gap is 0 in each part, the mean of the time and the centre of each circle."""
        gaps = np.isnat(values)
        known = np.where(gaps, np.datetime64(0, "us"), values)
        columns = [column for part in self.parts for column in self._part(part, known)]
        made = np.array([*columns, *([gaps] if self.marked else [])], float).T.reshape(len(values), -1)
        made[gaps, : len(columns)] = 0.0
        return made

    def _part(self, part: str, values: Array) -> list[Array]:
        if part == TIME:
            return [(_days(values) - self.mean) / self.scale]
        turn = 2 * np.pi * _SHARES[part](values)
        return [np.sin(turn), np.cos(turn)]


def _parts_that_vary(values: Array, holds: str) -> tuple[str, ...]:
    """The parts in which some of the dates (n,) differ; days of the week only where they are no accident of the calendar.

    Dates that are all on one day of their months, or all on the last one, stand for months, quarters or years.
    """
    if holds == TIMES:
        return (TIME_OF_DAY,)
    days, months = values.astype("M8[D]"), values.astype("M8[M]")
    in_month, before_next = (days - months).astype(np.int64), (months + MONTH - days).astype(np.int64)
    of_months = in_month.min() == in_month.max() or before_next.min() == before_next.max()
    varies = {
        TIME: values.min() < values.max(),
        TIME_OF_YEAR: len(np.unique(in_month + 31 * (months.astype(np.int64) % 12))) > 1,
        DAY_OF_WEEK: not of_months and len(np.unique(days.astype(np.int64) % 7)) > 1,
        TIME_OF_DAY: bool((_share_of_day(values) != _share_of_day(values[:1])).any()),
    }
    return tuple(part for part, does in varies.items() if does)


def _days(values: Array) -> Array:
    """Days since 1970, with fractions."""
    return (values - np.datetime64(0, "us")) / DAY


def _share_of_year(values: Array) -> Array:
    year = values.astype("M8[Y]")
    return (values - year.astype(DATE)) / ((year + YEAR).astype(DATE) - year.astype(DATE))


def _share_of_day(values: Array) -> Array:
    return (values - values.astype("M8[D]").astype(DATE)) / DAY


def _share_of_week(values: Array) -> Array:
    """Which day of the week it is, as a share of the week; the same at any time of the day."""
    return (values.astype("M8[D]").astype(DATE) - MONDAY) / DAY % 7 / 7


_SHARES = {TIME_OF_YEAR: _share_of_year, DAY_OF_WEEK: _share_of_week, TIME_OF_DAY: _share_of_day}

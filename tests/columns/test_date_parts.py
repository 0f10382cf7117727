"""Dates as inputs: values from the calendar, near moments near each other, and only parts that vary."""

from __future__ import annotations

import calendar
import datetime as dt
import math

import numpy as np
import pytest

from clearprop.columns.cells import DATE, read
from clearprop.columns.date_parts import DateParts
from clearprop.columns.texts import DateForm, date_forms

MOMENTS = np.datetime64("2019-11-03T05:20", "us") + np.arange(0, 40_000_000, 777_777).astype("m8[s]")
PARTS = DateParts.fitted(read(MOMENTS))


def test_the_inputs_are_those_of_the_calendar() -> None:
    names = PARTS.names
    assert names[0] == "time"
    inputs = dict(zip(names, PARTS.encoded(MOMENTS).T, strict=True))
    for row, moment in enumerate(MOMENTS.tolist()):
        day = moment.timetuple().tm_yday - 1 + (moment.hour * 60 + moment.minute) / 1440 + moment.second / 86400
        turn = 2 * math.pi * day / (366 if calendar.isleap(moment.year) else 365)
        assert inputs["time of year, sine"][row] == pytest.approx(math.sin(turn), abs=1e-9)
        assert inputs["time of year, cosine"][row] == pytest.approx(math.cos(turn), abs=1e-9)
        turn = 2 * math.pi * (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400
        assert inputs["time of day, sine"][row] == pytest.approx(math.sin(turn), abs=1e-9)
        assert inputs["time of day, cosine"][row] == pytest.approx(math.cos(turn), abs=1e-9)
        turn = 2 * math.pi * moment.weekday() / 7
        assert inputs["day of week, sine"][row] == pytest.approx(math.sin(turn), abs=1e-9)
        assert inputs["day of week, cosine"][row] == pytest.approx(math.cos(turn), abs=1e-9)
    time = inputs["time"]
    assert (time.mean(), time.std()) == (pytest.approx(0, abs=1e-12), pytest.approx(1))
    assert np.allclose(np.diff(time), np.diff(time)[0])


def test_before_1970_it_is_the_same_calendar() -> None:
    old = np.array(["1899-12-31T23:00", "1900-01-01T01:00", "1582-10-15"], DATE)
    inputs = dict(zip(PARTS.names, PARTS.encoded(old).T, strict=True))
    assert [day.weekday() for day in old.tolist()] == [6, 0, 4]
    assert inputs["day of week, sine"] == pytest.approx([math.sin(2 * math.pi * day / 7) for day in (6, 0, 4)])
    assert inputs["time of day, sine"][0] == pytest.approx(math.sin(2 * math.pi * 23 / 24))


def test_new_year_s_eve_is_near_new_year_s_day() -> None:
    eve, day = PARTS.encoded(np.array(["2022-12-31T23:59", "2023-01-01T00:01"], DATE))
    assert np.abs(eve - day)[[1, 2, -2, -1]].max() < 0.01


@pytest.mark.parametrize(
    ("dates", "parts"),
    [
        (["2020-05-01", "2021-05-01"], ("time",)),  # of one day of the year
        (["2020-05-01", "2020-06-01", "2021-07-01"], ("time", "time of year")),  # months
        (["2020-05-31", "2020-06-30", "2021-09-30"], ("time", "time of year")),  # ends of months
        (["2020-05-01", "2020-05-02"], ("time", "time of year", "day of week")),
        (["2020-05-01", "2020-05-08"], ("time", "time of year")),  # Fridays
        (["2020-05-01T01:00", "2020-05-01T07:00"], ("time", "time of day")),
        (["2020-05-01T12:00", "2021-05-01T12:00"], ("time",)),
    ],
)
def test_only_parts_that_vary_are_inputs(dates: list[str], parts: tuple[str, ...]) -> None:
    assert DateParts.fitted(read(np.array(dates, DATE))).parts == parts
    assert DateParts.fitted(read([dt.time(3), dt.time(5)])).parts == ("time of day",)


def test_a_gap_is_0_and_marked_where_training_had_gaps() -> None:
    some = np.array([*MOMENTS[:3], "NaT"], DATE)
    assert not PARTS.encoded(some)[3].any()
    marked = DateParts.fitted(read(some), mark_gaps=True)
    assert marked.marked
    assert marked.encoded(some)[:, -1].tolist() == [0, 0, 0, 1]
    assert not marked.encoded(some)[3, :-1].any()
    assert not DateParts.fitted(read(MOMENTS), mark_gaps=True).marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-03-04", "2021-03-04"),
        ("2021/3/4", "2021-03-04"),
        ("2021-03-04T05:06", "2021-03-04T05:06"),
        ("2021-03-04 05:06:07.250Z", "2021-03-04T05:06:07"),
        ("2021-03-04 05:06:07+02:00", "2021-03-04T05:06:07"),
        ("2021-03", "2021-03-01"),
        ("3/14/2021 1:05 PM", "2021-03-14T13:05"),
        ("14.3.2021", "2021-03-14"),
        ("3/14/2021 12:05 am", "2021-03-14T00:05"),
        ("Sunday, March 14, 2021", "2021-03-14"),
        ("14 Mar 2021", "2021-03-14"),
        ("Wed, 14 Sept. 2022", "2022-09-14"),
        ("September 14 2022 07:30", "2022-09-14T07:30"),
        ("14-MAR-2021", "2021-03-14"),
        ("Jan-1-1995", "1995-01-01"),
    ],
)
def test_dates_are_read_in_the_ways_they_are_written(text: str, expected: str) -> None:
    (form,) = date_forms([text])
    assert form.date(text) == np.datetime64(expected)


@pytest.mark.parametrize(
    "text",
    [
        "2021-13-01",
        "2021-02-29",
        "2021-03-04 25:00",
        "2021.05",
        "3/4",
        "12:30",
        "Market 5, 2021",
        "about 5 May 2021",
        "007",
        "1-800-5551",
    ],
)
def test_other_texts_are_no_dates(text: str) -> None:
    assert not date_forms([text])


def test_a_text_of_which_day_and_month_cannot_be_told_has_two_forms() -> None:
    assert tuple(date_forms(["3/4/2021"])) == (DateForm("month first"), DateForm("day first"))

"""The same cells are read from whatever holds them: arrays, lists, columns of pandas, polars and Arrow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from clearprop.columns.cells import DATE, DATES, NUMBERS, TEXTS, TIMES, TRUTHS, is_missing, read

try:
    import pyarrow as pa
except ImportError:
    pa = None

NUMBERS_GIVEN = [1.5, None, -2.0]
DAY = dt.date(2020, 2, 29)
MOMENT = dt.datetime(2020, 2, 29, 13, 30, 5)
ZONE = dt.timezone(dt.timedelta(hours=5))

HELD: dict[str, tuple[Any, str, list[Any]]] = {
    "floats": (np.array([1.5, np.nan, -2.0]), NUMBERS, NUMBERS_GIVEN),
    "a list of numbers": (NUMBERS_GIVEN, NUMBERS, NUMBERS_GIVEN),
    "pandas floats": (pd.Series(NUMBERS_GIVEN), NUMBERS, NUMBERS_GIVEN),
    "pandas Float64": (pd.Series(NUMBERS_GIVEN, dtype="Float64"), NUMBERS, NUMBERS_GIVEN),
    "pandas objects": (pd.Series([1.5, pd.NA, -2.0], dtype=object), NUMBERS, NUMBERS_GIVEN),
    "polars floats": (pl.Series(NUMBERS_GIVEN), NUMBERS, NUMBERS_GIVEN),
    "polars decimals": (pl.Series(["1.5", None, "-2.0"]).cast(pl.Decimal(5, 2)), NUMBERS, NUMBERS_GIVEN),
    "truths": (np.array([True, False]), TRUTHS, [1.0, 0.0]),
    "pandas booleans": (pd.Series([True, None], dtype="boolean"), TRUTHS, [1.0, None]),
    "polars booleans": (pl.Series([True, None]), TRUTHS, [1.0, None]),
    "a list of truths": ([True, None], TRUTHS, [1.0, None]),
    "texts": (np.array(["a", "b"]), TEXTS, ["a", "b"]),
    "pandas texts": (pd.Series(["a", None]), TEXTS, ["a", None]),
    "pandas string": (pd.Series(["a", pd.NA], dtype="string"), TEXTS, ["a", None]),
    "polars texts": (pl.Series(["a", None]), TEXTS, ["a", None]),
    "pandas categories": (pd.Series(["a", None], dtype="category"), TEXTS, ["a", None]),
    "pandas categories of numbers": (pd.Series([3, None], dtype="category"), NUMBERS, [3.0, None]),
    "polars categories": (pl.Series(["a", None], dtype=pl.Categorical), TEXTS, ["a", None]),
    "polars enum": (pl.Series(["a", None], dtype=pl.Enum(["a", "b"])), TEXTS, ["a", None]),
    "text and numbers": (["a", 1], TEXTS, ["a", "1"]),
    "NumPy dates": (np.array(["2020-02-29", "NaT"], "M8[D]"), DATES, [DAY, None]),
    "dates": ([DAY, None], DATES, [DAY, None]),
    "pandas dates": (pd.Series([pd.Timestamp(DAY), pd.NaT]), DATES, [DAY, None]),
    "pandas periods": (pd.Series([pd.Period("2020-02-29", "D"), pd.NaT]), DATES, [DAY, None]),
    "polars dates": (pl.Series([DAY, None]), DATES, [DAY, None]),
    "moments": ([MOMENT, None], DATES, [MOMENT, None]),
    "pandas moments in a zone": (pd.Series([pd.Timestamp(MOMENT, tz=ZONE), pd.NaT]), DATES, [MOMENT, None]),
    "polars moments in a zone": (pl.Series([MOMENT, None]).dt.replace_time_zone("Asia/Tokyo"), DATES, [MOMENT, None]),
    "moments in a zone": ([MOMENT.replace(tzinfo=ZONE), None], DATES, [MOMENT, None]),
    "times of day": ([dt.time(12, 30), None], TIMES, [dt.datetime(1970, 1, 1, 12, 30), None]),
    "polars times of day": (pl.Series([dt.time(12, 30), None]), TIMES, [dt.datetime(1970, 1, 1, 12, 30), None]),
    "NumPy durations": (np.array([90, "NaT"], "m8[m]"), NUMBERS, [5400.0, None]),
    "pandas durations": (pd.Series([pd.Timedelta("90min"), pd.NaT]), NUMBERS, [5400.0, None]),
    "polars durations": (pl.Series([dt.timedelta(minutes=90), None]), NUMBERS, [5400.0, None]),
}
if pa is not None:
    HELD |= {
        "Arrow numbers": (pa.chunked_array([NUMBERS_GIVEN]), NUMBERS, NUMBERS_GIVEN),
        "Arrow texts": (pa.array(["a", None]), TEXTS, ["a", None]),
        "Arrow dates": (pa.array([DAY, None]), DATES, [DAY, None]),
        "Arrow categories": (pa.array(["a", None]).dictionary_encode(), TEXTS, ["a", None]),
        "pandas with Arrow's moments": (
            pd.Series([MOMENT, None], dtype=pd.ArrowDtype(pa.timestamp("us"))),
            DATES,
            [MOMENT, None],
        ),
        "pandas with Arrow's dates": (pd.Series([DAY, None], dtype=pd.ArrowDtype(pa.date32())), DATES, [DAY, None]),
    }


@pytest.mark.parametrize(("column", "holds", "expected"), HELD.values(), ids=HELD)
def test_cells_are_read_whatever_holds_them(column: Any, holds: str, expected: list[Any]) -> None:
    cells = read(column)
    assert cells.holds == holds
    np.testing.assert_array_equal(cells.gaps, [each is None for each in expected])
    filled = [each for each in expected if each is not None]
    assert cells.filled.tolist() == (np.array(filled, DATE).tolist() if holds in {DATES, TIMES} else filled)


def test_a_type_of_categories_says_so_and_texts_of_a_file_have_no_type() -> None:
    assert read(pd.Series(["a"], dtype="category")).are_categories
    assert read(pl.Series(["a"], dtype=pl.Enum(["a"]))).are_categories
    if pa is not None:
        assert read(pa.array(["a"]).dictionary_encode()).are_categories
    assert not read(pd.Series(["a"])).are_categories
    assert not any(read(each).typed for each in (["1"], np.array(["1"])))
    assert all(read(each).typed for each in (pd.Series(["1"]), pl.Series(["1"])))


def test_whole_numbers_keep_their_digits() -> None:
    large = np.array([2**62, 2**62 + 1])
    assert len(np.unique(read(large).values)) == 2
    assert len(np.unique(read(pl.Series(large)).values)) == 2


@pytest.mark.parametrize("mark", [None, np.nan, pd.NA, pd.NaT, np.datetime64("NaT", "s")], ids=repr)
def test_every_library_s_mark_of_a_gap_is_known(mark: Any) -> None:
    assert is_missing(mark)
    assert not any(map(is_missing, [0, "", "nan", False, np.zeros(2)]))

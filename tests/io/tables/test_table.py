"""Tables: columns by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clearprop.io import Table


def test_a_table_is_made_of_lists_and_arrays() -> None:
    table = Table.of({"a": [1, 2], "b": np.array(["x", "y"]), "c": [True, False]})
    assert [table.is_text(name) for name in table.names] == [False, True, False]
    assert len(table) == 2


def test_an_unknown_column_is_named_with_its_nearest() -> None:
    with pytest.raises(ValueError, match=r"no column 'colr'; did you mean 'colour'\? There are colour, size"):
        Table.of({"colour": ["red"], "size": [1]})["colr"]


def test_columns_of_several_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one length; given \{'a': 2, 'b': 1\}"):
        Table.of({"a": [1, 2], "b": [1]})


@pytest.mark.parametrize("values", [[[1.0, 2.0]], [["a"], ["b"]], np.ones((2, 2))])
def test_a_column_must_have_a_value_for_each_row(values: Any) -> None:
    with pytest.raises(ValueError, match=r"column 'a' must be \(n,\), a value for each row"):
        Table.of({"a": values})


GIVEN = {"size": [1.0, None, 2.5], "colour": ["red", None, "blue"], "open": [True, False, None]}


def frames() -> dict[str, Any]:
    pandas, polars = (pytest.importorskip(name) for name in ("pandas", "polars"))
    return {"dict": GIVEN, "pandas": pandas.DataFrame(GIVEN), "polars": polars.DataFrame(GIVEN)}


@pytest.mark.parametrize("library", ["dict", "pandas", "polars", "pyarrow"])
def test_a_table_is_made_of_any_frame_with_its_gaps(library: str) -> None:
    table = Table.of(pytest.importorskip("pyarrow").table(GIVEN) if library == "pyarrow" else frames()[library])
    assert table.names == list(GIVEN)
    np.testing.assert_array_equal(table["size"], [1.0, np.nan, 2.5])
    assert table["colour"].tolist() == ["red", None, "blue"]
    np.testing.assert_array_equal(table["open"], [1.0, 0.0, np.nan])
    assert [table.cells(name).gaps.tolist().index(True) for name in table.names] == [1, 1, 2]


def test_a_frame_not_yet_read_two_columns_of_one_name_and_what_is_no_table_are_refused() -> None:
    with pytest.raises(TypeError, match=r"give its \.collect"):
        Table.of(pytest.importorskip("polars").LazyFrame(GIVEN))
    with pytest.raises(ValueError, match="two columns are called '1'"):
        Table.of({1: [1], "1": [2]})
    with pytest.raises(TypeError, match=r"a table is a data frame of pandas or polars.*given list"):
        Table.of([[1, 2]])


def test_chosen_rows_keep_their_numbers() -> None:
    part = Table.of({"a": [10, 20, 30]}).rows(np.array([2, 0]))
    assert part["a"].tolist() == [30.0, 10.0]
    assert part.where(0) == "row 3"


def test_a_column_left_out_is_gone_and_must_have_been_there() -> None:
    table = Table.of({"a": [1], "b": [2]})
    assert table.without(["a"]).names == ["b"]
    with pytest.raises(ValueError, match="no column 'z'"):
        table.without(["z"])

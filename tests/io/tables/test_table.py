"""Tables: columns by name."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.io import Table


def test_a_table_is_made_of_lists_and_arrays() -> None:
    table = Table.of({"a": [1, 2], "b": np.array(["x", "y"]), "c": [True, False]})
    assert [table.is_text(name) for name in table.names] == [False, True, False]
    assert len(table) == 2


def test_an_unknown_column_is_named_with_its_nearest() -> None:
    with pytest.raises(ValueError, match=r"no column 'colr'; did you mean 'colour'\?; there are colour, size"):
        Table.of({"colour": ["red"], "size": [1]})["colr"]


def test_columns_of_several_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one length; given \{'a': 2, 'b': 1\}"):
        Table.of({"a": [1, 2], "b": [1]})


@pytest.mark.parametrize("values", [[np.nan, 1.0], [1.0, np.inf]])
def test_numbers_that_are_not_finite_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"row [12], column 'a': (nan|inf) is not a finite number"):
        Table.of({"a": values})


@pytest.mark.parametrize("values", [[[1.0, 2.0]], [None, "x"], ["x", 1.5, None]])
def test_a_column_that_is_neither_numbers_nor_text_is_refused(values: list[object]) -> None:
    with pytest.raises(ValueError, match="column 'a' must be"):
        Table.of({"a": values})  # type: ignore[dict-item]  # what is tested


def test_chosen_rows_keep_their_numbers() -> None:
    part = Table.of({"a": [10, 20, 30]}).rows(np.array([2, 0]))
    assert part["a"].tolist() == [30.0, 10.0]
    assert part.where(0) == "row 3"


def test_a_column_left_out_is_gone_and_must_have_been_there() -> None:
    table = Table.of({"a": [1], "b": [2]})
    assert table.without(["a"]).names == ["b"]
    with pytest.raises(ValueError, match="no column 'z'"):
        table.without(["z"])

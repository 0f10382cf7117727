"""Splitting: rows for training, validation and testing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.fitting.splitting import split_rows
from clearprop.io import Table


def table_of(labels: list[str]) -> Table:
    return Table.of({"x": list(range(len(labels))), "y": labels})


@settings(max_examples=200)
@given(
    counts=st.lists(st.integers(8, 40), min_size=1, max_size=5),
    test=st.floats(0, 0.3),
    validation=st.floats(0, 0.3),
    seed=st.integers(0, 1000),
)
def test_each_row_is_in_one_part_and_each_class_gets_its_share(
    counts: list[int], test: float, validation: float, seed: int
) -> None:
    labels = [str(k) for k, count in enumerate(counts) for _ in range(count)]
    split = split_rows(table_of(labels), "y", "classification", test=test, validation=validation, seed=seed)
    parts = (split.training, split.validation, split.test)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    for k, count in enumerate(counts):
        in_test = sum(labels[row] == str(k) for row in split.test)
        assert abs(in_test - test * count) <= 1 + 1e-9  # to within one row
        assert any(labels[row] == str(k) for row in split.training)


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    table = table_of(["a", "b"] * 50)
    first, again, other = (
        split_rows(table, "y", "classification", test=0.2, validation=0.1, seed=seed).test for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist() != other.tolist()


def test_a_fifth_is_a_fifth() -> None:
    split = split_rows(table_of(["a", "b"] * 50), "y", "classification", test=0.2, validation=0.1, seed=0)
    assert [len(part) for part in (split.training, split.validation, split.test)] == [70, 10, 20]


@pytest.mark.parametrize("seed", range(10))
def test_a_text_that_one_row_has_is_learnt_from(seed: int) -> None:
    table = Table.of({"x": ["common"] * 19 + ["rare"], "y": list(range(20))})
    split = split_rows(table, "y", "regression", test=0.5, validation=0.2, seed=seed, choices=["x"])
    assert 19 in split.training


@pytest.mark.parametrize("seed", range(10))
def test_a_class_that_one_row_has_is_learnt_from(seed: int) -> None:
    table = Table.of({"x": list(range(20)), "y": ["common"] * 19 + ["a rare one"]})
    assert 19 in split_rows(table, "y", "classification", test=0.5, validation=0.2, seed=seed).training


def test_a_text_for_each_row_does_not_take_all_rows_for_training() -> None:
    table = Table.of({"x": [f"n{k}" for k in range(9)], "y": list(range(9))})
    assert len(split_rows(table, "y", "regression", test=0.3, validation=0.0, seed=0, choices=["x"]).test) == 3


@pytest.mark.parametrize(("test", "validation"), [(1.0, 0.0), (-0.1, 0.0), (0.0, 1.5), (0.6, 0.4), (float("nan"), 0.0)])
def test_fractions_that_leave_nothing_are_refused(test: float, validation: float) -> None:
    with pytest.raises(ValueError, match=r"fraction of the rows|some must be left"):
        split_rows(table_of(["a", "b"]), "y", "classification", test=test, validation=validation, seed=0)

"""The minima that restarts reach: told apart by a gap between losses that follow each other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop.live.minima import APART, LEAST, minima_of


def test_a_gap_parts_two_minima_and_a_chain_of_small_differences_does_not() -> None:
    assert minima_of([0.69, 0.261, 0.002, 0.2605, 0.0021]) == [[2, 4], [3, 1], [0]]
    assert minima_of([0.5 + 0.02 * k for k in range(6)]) == [[0, 1, 2, 3, 4, 5]]  # 0.1 apart in all, 0.02 each


def test_small_losses_are_apart_by_no_part_of_themselves() -> None:
    assert minima_of([0.0, 0.9 * LEAST]) == [[0, 1]]
    assert minima_of([0.0, 1.1 * LEAST]) == [[0], [1]]
    assert minima_of([10.0, 10.0 + 9 * APART]) == [[0, 1]]


@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_a_run_that_left_the_finite_numbers_is_of_no_minimum(lost: float) -> None:
    assert minima_of([lost, 0.3, lost]) == [[1]]
    assert minima_of([lost]) == minima_of([]) == []


def test_every_run_is_of_one_minimum_and_the_lowest_come_first() -> None:
    losses = np.random.default_rng(0).exponential(size=50).tolist()
    minima = minima_of(losses)
    assert sorted(k for each in minima for k in each) == list(range(50))
    ends = [loss for each in minima for loss in (losses[each[0]], losses[each[-1]])]
    assert ends == sorted(ends)

"""Sets of values: membership, inclusion, and how they are written in messages."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.formulas.domains import (
    DISTRIBUTION,
    INSIDE_UNIT,
    LOG_PROBABILITIES,
    NOT_NEGATIVE,
    PROBABILITIES,
    REALS,
    SIGNS,
    UNIT,
    Interval,
)


@pytest.mark.parametrize(
    ("ends", "inside"),
    [
        ("[]", [True, True, True]),
        ("[)", [True, True, False]),
        ("(]", [False, True, True]),
        ("()", [False, True, False]),
    ],
)
def test_the_ends_say_which_of_them_belong(ends: str, inside: list[bool]) -> None:
    assert Interval(0.0, 1.0, ends).contains(np.array([0.0, 0.5, 1.0])).tolist() == inside


@pytest.mark.parametrize("domain", [REALS, NOT_NEGATIVE, UNIT], ids=str)
def test_nan_belongs_nowhere(domain: Interval) -> None:
    assert not domain.contains(np.array([np.nan])).any()


def test_real_numbers_do_not_include_infinity() -> None:
    assert REALS.contains(np.array([-np.inf, 0.0, np.inf])).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [(REALS, NOT_NEGATIVE), (REALS, UNIT), (NOT_NEGATIVE, UNIT), (UNIT, INSIDE_UNIT), (INSIDE_UNIT, PROBABILITIES)],
    ids=str,
)
def test_a_larger_set_includes_a_smaller_one_and_not_the_reverse(larger: Interval, smaller: Interval) -> None:
    assert larger.includes(smaller)
    assert not smaller.includes(larger)


@pytest.mark.parametrize("domain", [REALS, NOT_NEGATIVE, UNIT, INSIDE_UNIT, PROBABILITIES, DISTRIBUTION], ids=str)
def test_a_set_includes_itself(domain: Interval) -> None:
    assert domain.includes(domain)


def test_a_distribution_is_judged_row_by_row() -> None:
    rows = np.array([[0.2, 0.8], [0.5, 0.6], [1.5, -0.5], [1.0, 0.0]])
    assert DISTRIBUTION.contains(rows).tolist() == [True, False, False, True]


def test_a_distribution_forgives_the_rounding_of_float32() -> None:
    thirds = np.full((1, 3), 1 / 3, dtype=np.float32)
    assert DISTRIBUTION.contains(thirds).all()


def test_a_set_is_written_as_people_write_it() -> None:
    assert [str(each) for each in (REALS, NOT_NEGATIVE, UNIT, DISTRIBUTION)] == [
        "(-∞, ∞)",
        "[0, ∞)",
        "[0, 1]",
        "[0, 1], summing to 1",
    ]


def test_two_ends_are_two_values_with_nothing_between() -> None:
    assert SIGNS.contains(np.array([-1.0, -0.5, 0.0, 1.0, np.nan])).tolist() == [True, False, False, True, False]
    assert str(SIGNS) == "{-1, 1}"
    assert SIGNS.includes(SIGNS)
    assert not SIGNS.includes(Interval(-1.0, 1.0))


def test_logs_of_probabilities_are_judged_row_by_row() -> None:
    rows = np.array([[np.log(0.2), np.log(0.8)], [0.0, -1e4], [0.0, 0.0], [800.0, -1.0], [-1.0, -1.0]])
    assert LOG_PROBABILITIES.contains(rows).tolist() == [True, True, False, False, False]
    assert LOG_PROBABILITIES.includes(LOG_PROBABILITIES)
    assert not LOG_PROBABILITIES.includes(PROBABILITIES)
    assert not PROBABILITIES.includes(LOG_PROBABILITIES)
    assert str(LOG_PROBABILITIES) == "(-∞, 0], exponentials summing to 1"

"""Schedules: eta as a function of t, which counts from 1."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from clearprop.formulas.schedules import Constant, FunctionSchedule, InverseTime, Schedule, as_schedule
from tests.parts import all_of, label

T = np.arange(1, 7)


@pytest.mark.parametrize("schedule", [*all_of(Schedule), FunctionSchedule(lambda t: 1 / t)], ids=label)
def test_every_schedule_gives_a_finite_step_for_each_t_in_the_same_shape(schedule: Schedule) -> None:
    for t in (T, T.reshape(2, 3), T[:1], np.array([10**9])):
        eta = schedule.eta(t)
        assert eta.shape == t.shape
        assert eta.dtype == np.float64
        assert (np.isfinite(eta) & (eta >= 0)).all()


def test_constant_is_the_same_at_every_t() -> None:
    assert Constant(0.25).eta(T).tolist() == [0.25] * 6


def test_inverse_time_is_start_over_t() -> None:
    assert InverseTime(start=2.0).eta(T).tolist() == [float(Fraction(2, int(t))) for t in T]


def test_inverse_time_starts_at_start_whatever_the_delay() -> None:
    assert InverseTime(start=0.5, delay=99.0).eta(np.array([1, 101])).tolist() == [0.5, 0.25]


def test_inverse_time_sums_beyond_bounds_and_its_squares_do_not() -> None:
    eta = InverseTime().eta(np.arange(1, 100_001))
    assert eta.sum() == pytest.approx(np.log(100_000) + np.euler_gamma, abs=1e-5), "harmonic numbers: error 1/(2t)"
    assert (eta**2).sum() == pytest.approx(np.pi**2 / 6, abs=2e-5), "Basel: the rest of the sum is 1/t"


def test_a_function_is_asked_once_for_every_t_in_order() -> None:
    asked: list[int] = []
    eta = FunctionSchedule(lambda t: asked.append(t) or 1 / t).eta(T)
    assert asked == [1, 2, 3, 4, 5, 6]
    assert all(type(t) is int for t in asked)
    assert eta.tolist() == [1 / t for t in range(1, 7)]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -0.1])
def test_a_bad_value_of_a_function_is_named_with_its_t(bad: float) -> None:
    schedule = FunctionSchedule(lambda t: bad if t == 4 else 0.1)
    with pytest.raises(ValueError, match=rf"eta\(4\) = {bad}; a step size is a finite number, 0 or more"):
        schedule.eta(T)


@pytest.mark.parametrize("bad", [None, "fast", [1.0, 2.0]])
def test_what_is_no_number_is_named_with_its_t(bad: object) -> None:
    schedule = FunctionSchedule(lambda t: bad if t == 3 else 0.1)  # type: ignore[arg-type,return-value]  # the mistake
    with pytest.raises(ValueError, match=r"eta\(3\) = .*; a step size is a finite number, 0 or more"):
        schedule.eta(T)


@pytest.mark.parametrize(
    ("given", "schedule"),
    [
        (0.1, Constant(0.1)),
        (1, Constant(1.0)),
        (0, Constant(0.0)),
        (np.float32(0.5), Constant(0.5)),
        (np.int64(2), Constant(2.0)),
        ("0.1", Constant(0.1)),
        ("1e-3", Constant(0.001)),
        ("constant", Constant()),
        ("inverse_time(start=3, delay=2)", InverseTime(3, 2)),
        (InverseTime(3), InverseTime(3)),
    ],
    ids=str,
)
def test_a_step_size_is_read_in_every_form(given: object, schedule: Schedule) -> None:
    assert as_schedule(given) == schedule  # type: ignore[arg-type]  # text and numbers alike


@pytest.mark.parametrize("given", [float("nan"), float("inf"), -1, "nan", "inf", "-0.5"])
def test_a_step_size_that_is_not_finite_or_negative_is_refused(given: float | str) -> None:
    with pytest.raises(ValueError, match="eta must be a finite number, 0 or more, given"):
        as_schedule(given)


@pytest.mark.parametrize("given", [None, True, [0.1], 1j])
def test_what_is_no_step_size_is_a_type_error(given: object) -> None:
    with pytest.raises(TypeError, match="eta must be a number, the text of a schedule or a function of t"):
        as_schedule(given)  # type: ignore[arg-type]  # the mistake


def test_an_unknown_schedule_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown schedule 'inverse_tme'; did you mean 'inverse_time'"):
        as_schedule("inverse_tme")

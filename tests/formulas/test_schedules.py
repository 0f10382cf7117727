"""Schedules: eta as a function of t, which counts from 1."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.formulas import CATALOGUE, find
from clearprop.formulas.cycles import CosineRestarts, CosLog4, Cyclic, OneCycle, Warmup
from clearprop.formulas.decays import Cosine, InverseScaling, MultiStep, Polynomial
from clearprop.formulas.plateaus import ReduceOnPlateau
from clearprop.formulas.schedules import Constant, FunctionSchedule, InverseTime, Schedule, as_schedule
from tests.parts import all_of, label, with_hypers

T = np.arange(1, 7)
RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "schedule_values.json").read_text())
VALUES = [(library, text) for library in ("torch", "optax", "sklearn") for text in RECORDED[library]]


@pytest.mark.parametrize("schedule", [*all_of(Schedule), FunctionSchedule(lambda t: 1 / t)], ids=label)
def test_every_schedule_gives_a_finite_step_for_each_t_in_the_same_shape(schedule: Schedule) -> None:
    for t in (T, T.reshape(2, 3), T[:1], np.array([10**9])):
        eta = schedule.eta(t)
        assert eta.shape == t.shape
        assert eta.dtype == np.float64
        assert (np.isfinite(eta) & (eta >= 0)).all()
    rests = 4 if isinstance(schedule, CosLog4) else 0  # at its beginning, and between rounds
    assert (schedule.eta(np.arange(1, 1001)) == 0).sum() <= rests, "no step is lost before an end of 0 is reached"


@pytest.mark.parametrize(("library", "text"), VALUES, ids=str)
def test_a_schedule_s_values_are_the_other_library_s(library: str, text: str) -> None:
    theirs = np.array(RECORDED[library][text])
    ours = find(Schedule, text).eta(np.arange(1, len(theirs) + 1))
    # PyTorch makes some values from those before: 40 roundings of the largest.
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-14 * theirs.max(), err_msg=f"{text} against {library}")


def test_every_schedule_was_compared_with_another_library() -> None:
    """One that listens is compared in its own tests, with the losses that it hears; coslog4 by whole trainings of PyTorch's."""
    compared = {type(find(Schedule, text)) for _, text in VALUES}
    assert set(CATALOGUE["schedule"].values()) - compared == {ReduceOnPlateau, CosLog4}


@pytest.mark.parametrize("definition", CATALOGUE["schedule"].values(), ids=lambda definition: definition.name)
@given(data=st.data())
def test_no_step_size_is_negative_or_infinite_whatever_the_hyper_parameters(
    definition: type[Schedule], data: st.DataObject
) -> None:
    schedule = data.draw(with_hypers(definition)).over(1000)  # type: ignore[attr-defined]  # of its kind
    t = np.array(data.draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=5)))
    eta = schedule.eta(t)  # type: ignore[attr-defined]  # of its kind
    assert (np.isfinite(eta) & (eta >= 0)).all(), f"{schedule}: {dict(zip(t, eta, strict=True))}"
    together = schedule.eta(np.arange(1, 12))  # type: ignore[attr-defined]  # of its kind
    alone = [schedule.eta(np.array([each]))[0] for each in range(1, 12)]  # type: ignore[attr-defined]  # of its kind
    assert together.tolist() == alone, "how steps are grouped does not matter"


def test_inverse_scaling_is_start_over_a_power_of_t() -> None:
    assert InverseScaling(start=3.0, power=0.5).eta(np.array([1, 4, 9, 3600])).tolist() == [3.0, 1.5, 1.0, 0.05]
    assert InverseScaling(start=2.0, power=1.0).eta(T).tolist() == InverseTime(start=2.0).eta(T).tolist()


def test_the_numbers_of_steps_may_come_in_any_order_and_be_none() -> None:
    assert MultiStep(steps=(4, 2)).eta(T).tolist() == MultiStep(steps=(2, 4)).eta(T).tolist()
    assert MultiStep(start=0.5, steps=()).eta(T).tolist() == [0.5] * 6
    assert MultiStep(steps=[2, 4]) == MultiStep(steps=(2, 4))  # type: ignore[arg-type]  # a list is taken for a tuple


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("multi_step(steps=30)", r"steps must be several numbers, such as \(10, 20\), given 30"),
        ("multi_step(steps=(30, 2.5))", "steps must be a whole number, given 2.5"),
        ("multi_step(steps=(0, 30))", r"steps = 0 is outside \[1, inf\]"),
        ("warmup(then=cosin)", "unknown schedule 'cosin'; did you mean 'cosine'"),
        ("warmup(then=cosine(step=3))", "cosine has no hyper-parameter 'step'; it has start, steps, end"),
        ("warmup(then=-1)", "eta must be a finite number, 0 or more, given -1"),
    ],
)
def test_a_bad_hyper_parameter_of_a_schedule_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_schedule(text)


@pytest.mark.parametrize("falling", [Cosine(0.5, 10, 0.01), Polynomial(0.5, 10, 0.01, 2.0)], ids=label)
def test_an_end_that_was_reached_stays(falling: Schedule) -> None:
    assert falling.eta(np.array([1, 11, 12, 10**9])).tolist() == [0.5, 0.01, 0.01, 0.01]


def test_a_restart_comes_exactly_after_its_period_however_late() -> None:
    begins = np.array([1, 1 + 3, 1 + 3 + 6, 1 + 3 * (2**40 - 1)])
    assert CosineRestarts(start=1.0, period=3, growth=2).eta(begins).tolist() == [1.0] * 4
    assert CosineRestarts(start=1.0, period=3, growth=1).eta(np.array([1, 4, 3 * 10**12 + 1])).tolist() == [1.0] * 3


def test_a_cycle_starts_low_and_is_high_after_half_a_period() -> None:
    assert Cyclic(0.25, 0.75, 4).eta(T).tolist() == [0.25, 0.5, 0.75, 0.5, 0.25, 0.5]


@pytest.mark.parametrize(("rise", "expected"), [(0.0, [1.0, 0.125]), (1.0, [0.25, 1.0])])
def test_a_one_cycle_may_only_fall_or_only_rise(rise: float, expected: list[float]) -> None:
    ends = OneCycle(1.0, 5, rise, below=4.0, beneath=2.0).eta(np.array([1, 5]))
    np.testing.assert_allclose(ends, expected, rtol=1e-15, err_msg="a cosine of pi is rounded")


def test_a_warm_up_leads_to_the_first_step_of_what_follows() -> None:
    assert Warmup(3, InverseTime(start=1.0)).eta(T).tolist() == [0.25, 0.5, 0.75, 1.0, 0.5, 1 / 3]
    assert Warmup(0, InverseTime(start=1.0)).eta(T).tolist() == InverseTime(start=1.0).eta(T).tolist()


def test_a_warm_up_leads_to_any_step_size_a_warm_up_too() -> None:
    assert as_schedule("warmup(steps=1, then=0.5)").eta(T[:3]).tolist() == [0.25, 0.5, 0.5]
    assert Warmup(1, lambda t: t / 2).eta(T[:3]).tolist() == [0.25, 0.5, 1.0]  # type: ignore[arg-type]  # a function of t
    nested = as_schedule("warmup(steps=1, then=warmup(steps=1, then=cosine(start=0.4)))")
    assert nested == Warmup(1, Warmup(1, Cosine(start=0.4)))
    assert nested == as_schedule(str(nested))


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

"""Clipping: what is within the bound passes as it is, what is beyond is cut, and the rule inside does the rest."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.clipping import ClipNorm, ClipValue
from clearprop.formulas.optimizers import SGD, Optimizer


def step(optimizer: Optimizer, gradient: list[float], dtype: str = "float64") -> np.ndarray:
    """What a step of size 1 from 0 went down by: the gradient, as plain SGD got it."""
    theta = np.zeros(len(gradient), dtype)
    optimizer.update_in_place(theta, np.array(gradient, dtype), 1.0, optimizer.initial_state(theta))
    return -theta


def test_a_value_beyond_the_bound_is_brought_to_it_and_others_pass() -> None:
    assert step(ClipValue(2.0), [1.5, -3.0, 2.0, 9.0]).tolist() == [1.5, -2.0, 2.0, 2.0]


def test_a_long_gradient_is_shortened_to_the_bound_in_its_direction() -> None:
    # 3-4-5: each quotient and product is rounded once.
    np.testing.assert_allclose(step(ClipNorm(1.0), [3.0, -4.0]), [0.6, -0.8], rtol=4e-16)


@pytest.mark.parametrize("largest", [5.0, 5.5, 100.0])
def test_a_gradient_within_the_bound_passes(largest: float) -> None:
    assert step(ClipNorm(largest), [3.0, -4.0]).tolist() == [3.0, -4.0]


@pytest.mark.parametrize(("dtype", "huge"), [("float32", 1e38), ("float64", 1e308)])
def test_a_gradient_whose_square_would_overflow_is_still_shortened(dtype: str, huge: float) -> None:
    shortened = step(ClipNorm(1.0), [huge, -huge], dtype)
    np.testing.assert_allclose(shortened, [0.5**0.5, -(0.5**0.5)], rtol=1e-6, err_msg="float32")


def test_the_norm_is_that_of_all_parameters_together() -> None:
    assert np.linalg.norm(step(ClipNorm(0.1), [1.0] * 100)) == pytest.approx(0.1, rel=1e-14)


@pytest.mark.parametrize("clip", [ClipNorm, ClipValue])
def test_a_gradient_of_0_and_a_bound_of_0_take_no_step(clip: type[Optimizer]) -> None:
    assert step(clip(), [0.0, 0.0]).tolist() == [0.0, 0.0]
    assert step(clip(0.0), [1.0, -1.0]).tolist() == [0.0, 0.0]  # type: ignore[call-arg]  # both take a bound


def test_the_rule_inside_is_named_by_text_or_given_as_a_record() -> None:
    by_text = find(Optimizer, "clip_norm(largest=2.0, then=adam(beta1=0.5))")
    assert by_text == ClipNorm(2.0, Adam(beta1=0.5)) == find(Optimizer, "clip_norm(largest=2, then='adam(beta1=0.5)')")
    assert str(by_text) == "clip_norm(largest=2.0, then=adam(beta1=0.5, beta2=0.999, epsilon=1e-08))"


def test_the_step_size_is_the_inner_rule_s_however_deep() -> None:
    assert find(Optimizer, "clip_value(then=clip_norm(then=adam))").rule == Adam()
    assert ClipNorm().rule == SGD()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clip_norm(then=adm)", "unknown optimizer 'adm'; did you mean 'adam'"),
        ("clip_norm(then=adam(beta=1))", "adam has no hyper-parameter 'beta'"),
        ("clip_norm(then=open('x').read)", "cannot read optimizer"),
        ("clip_norm(largest=adam)", "cannot read optimizer"),
    ],
)
def test_a_mistake_inside_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find(Optimizer, text)


def test_what_is_no_optimizer_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="optimizer must be a name or a part of that kind, given 3"):
        find(Optimizer, "clip_norm(then=3)")

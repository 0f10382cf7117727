"""Clipping: a gradient within the bound is not changed, one beyond it is, and the optimiser inside takes the step."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass, train
from clearprop.formulas import find
from clearprop.formulas.adam_optimizers import Adam
from clearprop.formulas.clipping import ClipArrayNorm, ClipNorm, ClipValue
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


def test_a_gradient_is_too_long_by_its_norm_though_no_entry_is_beyond_the_bound() -> None:
    np.testing.assert_allclose(step(ClipNorm(4.5), [3.0, -4.0]), [2.7, -3.6], rtol=4e-16)


@pytest.mark.parametrize("largest", [5.0, 5.5, 100.0])
def test_a_gradient_within_the_bound_passes(largest: float) -> None:
    assert step(ClipNorm(largest), [3.0, -4.0]).tolist() == [3.0, -4.0]


@pytest.mark.parametrize(("dtype", "huge"), [("float32", 1e38), ("float64", 1e308)])
def test_a_gradient_whose_square_would_overflow_is_still_shortened(dtype: str, huge: float) -> None:
    shortened = step(ClipNorm(1.0), [huge, -huge], dtype)
    np.testing.assert_allclose(shortened, [0.5**0.5, -(0.5**0.5)], rtol=1e-6, err_msg="float32")


def test_the_norm_is_that_of_all_parameters_together() -> None:
    assert np.linalg.norm(step(ClipNorm(0.1), [1.0] * 100)) == pytest.approx(0.1, rel=1e-14)


@pytest.mark.parametrize("clip", [ClipNorm, ClipValue, ClipArrayNorm])
def test_a_gradient_of_0_and_a_bound_of_0_take_no_step(clip: type[Optimizer]) -> None:
    assert step(clip(), [0.0, 0.0]).tolist() == [0.0, 0.0]
    assert step(clip(0.0), [1.0, -1.0]).tolist() == [0.0, 0.0]  # type: ignore[call-arg]  # both take a bound


def test_each_array_is_shortened_by_itself_and_a_vector_without_arrays_as_a_whole() -> None:
    gradient, clip, theta = np.array([3.0, -4.0, 0.3, 0.4, 30.0]), ClipArrayNorm(1.0), np.zeros(5)
    clip.update_in_place(
        theta, gradient.copy(), 1.0, clip.first_state(theta, [(1, "W", (2, 1)), (1, "W0", (2,)), (2, "W", (1, 1))])
    )
    np.testing.assert_allclose(-theta, [0.6, -0.8, 0.3, 0.4, 1.0], rtol=4e-16)
    np.testing.assert_array_equal(step(clip, gradient.tolist()), step(ClipNorm(1.0), gradient.tolist()))


def test_the_arrays_are_known_to_a_rule_however_deep() -> None:
    clip = find(Optimizer, "clip_value(largest=100, then=clip_norm(largest=100, then=clip_array_norm(largest=1.0)))")
    theta = np.zeros(5)
    clip.update_in_place(
        theta,
        np.array([3.0, -4.0, 0.3, 0.4, 30.0]),
        1.0,
        clip.first_state(theta, [(1, "W", (2, 1)), (1, "W0", (2,)), (2, "W", (1, 1))]),
    )
    np.testing.assert_allclose(-theta, [0.6, -0.8, 0.3, 0.4, 1.0], rtol=4e-16)


def test_a_training_clips_the_arrays_of_its_network() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), seed=0)
    X, Y = np.random.default_rng(0).normal(size=(2, 8, 2))
    gradient = back_propagate(net, forward_pass(net, X, 100 * Y[:, :1], "square"))
    trained = train(
        net, X, 100 * Y[:, :1], loss="square", optimizer="clip_array_norm", eta=1.0, steps=1, batch_size=None
    )
    for l in net.layers:
        for of, after, before in (
            (gradient.dL_dW, trained.network.W, net.W),
            (gradient.dL_dW0, trained.network.W0, net.W0),
        ):
            expected = before[l] - of[l] / max(1, np.linalg.norm(of[l]))
            np.testing.assert_allclose(after[l], expected, rtol=1e-12)


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

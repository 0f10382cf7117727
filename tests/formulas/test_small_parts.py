"""Initialisers, optimisers and penalties: small files, each with what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network
from clearprop.formulas.initializers import Initializer
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L2, Penalty
from tests.parts import all_of, central_difference, complex_step, label

every_initializer = pytest.mark.parametrize("initializer", all_of(Initializer), ids=label)
every_optimizer = pytest.mark.parametrize("optimizer", all_of(Optimizer), ids=label)
every_penalty = pytest.mark.parametrize("penalty", [*all_of(Penalty), L2(strength=0.3)], ids=label)


@every_initializer
def test_an_initializer_fills_the_shapes_it_is_asked_for(initializer: Initializer) -> None:
    rng = np.random.default_rng(0)
    assert initializer.W(3, 5, rng).shape == (3, 5)
    assert initializer.W0(3, 5, rng).shape == (5,)


@every_initializer
def test_an_initializer_draws_from_the_generator_alone(initializer: Initializer) -> None:
    one, same, other = (initializer.W(4, 4, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("m", [1, 4, 100])
def test_gaussian_weights_have_variance_one_over_inputs_and_biases_one(m: int) -> None:
    rng = np.random.default_rng(0)
    n = 200_000 // m
    W, W0 = all_of(Initializer)[0].W(m, n, rng), all_of(Initializer)[0].W0(m, 200_000, rng)
    # The variance of 200,000 normal draws has a relative standard error of sqrt(2 / 200,000) = 0.3 %: 5 of those.
    assert W.var() * m == pytest.approx(1, rel=0.016)
    assert W0.var() == pytest.approx(1, rel=0.016)
    assert abs(W.mean()) * m**0.5 < 5 / 200_000**0.5


def test_a_sum_over_inputs_of_size_one_keeps_its_size() -> None:
    net = Network((400, 300), ("identity",), seed=0)
    net.W0[1] = np.zeros(300)
    X = np.random.default_rng(1).normal(size=(300, 400))
    assert net.predict(X).var() == pytest.approx(1, rel=0.05), "W of 120,000 draws: 0.4 %, X of as many, shared by rows"


@every_optimizer
def test_an_optimizer_lowers_a_bowl_and_keeps_shape_and_type(optimizer: Optimizer) -> None:
    for dtype in ("float32", "float64"):
        theta = np.array([3.0, -2.0], dtype=dtype)
        held, state = theta, optimizer.initial_state(theta)
        for _ in range(100):
            optimizer.update_in_place(theta, 2 * theta, optimizer.default_eta, state)
        assert held is theta
        assert theta.dtype == dtype
        assert theta @ theta < 13


def test_sgd_is_7_1_delta_theta_is_minus_eta_times_the_gradient() -> None:
    """7.1, on numbers that binary fractions hold exactly."""
    theta = np.array([1.0, -2.0, 0.5])
    SGD().update_in_place(theta, np.array([4.0, 0.5, -8.0]), 0.25, {})
    assert theta.tolist() == [0.0, -2.125, 2.5]


@every_penalty
def test_a_penalty_s_derivative_is_the_numeric_one(penalty: Penalty) -> None:
    W = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(penalty.dR_dW(W), complex_step(penalty.R, W), rtol=1e-14, err_msg=f"{penalty}: rounding")
    np.testing.assert_allclose(
        penalty.dR_dW(W), central_difference(penalty.R, W), rtol=1e-6, atol=1e-9, err_msg=f"{penalty}: a difference"
    )


@every_penalty
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_penalty_keeps_the_type_and_alters_nothing(penalty: Penalty, dtype: str) -> None:
    W = np.ones((2, 3), dtype)
    W.flags.writeable = False
    assert penalty.dR_dW(W).dtype == dtype
    assert not np.shares_memory(penalty.dR_dW(W), W)
    assert np.asarray(penalty.R(W)).dtype == dtype


def test_l2_is_strength_times_the_sum_of_squares() -> None:
    assert L2(strength=0.5).R(np.array([[1.0, -2.0], [3.0, 0.0]])) == 7.0
    assert L2(strength=0.5).dR_dW(np.array([[1.0, -2.0]])).tolist() == [[1.0, -2.0]]


def test_no_strength_is_no_penalty() -> None:
    W = np.ones((2, 2))
    assert L2(strength=0).R(W) == 0
    assert not L2(strength=0).dR_dW(W).any()

"""Initialisers, optimisers, penalties and scalings: each does what its docstring says."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from clearprop import Network
from clearprop.formulas import find, names
from clearprop.formulas.initializers import Initializer
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L1, L2, ElasticNet, Penalty
from tests.parts import all_of, central_difference, complex_step, label, rules

every_initializer = pytest.mark.parametrize("initializer", all_of(Initializer), ids=label)
every_optimizer = pytest.mark.parametrize("optimizer", rules(), ids=label)
every_penalty = pytest.mark.parametrize(
    "penalty", [*all_of(Penalty), L2(strength=0.3), ElasticNet(strength=0.3, ratio=0.8)], ids=label
)


@every_initializer
def test_an_initializer_fills_the_shapes_it_is_asked_for(initializer: Initializer) -> None:
    rng = np.random.default_rng(0)
    assert initializer.W(3, 5, rng).shape == (3, 5)
    assert initializer.W0(3, 5, rng).shape == (5,)


@every_initializer
def test_an_initializer_draws_from_the_generator_alone(initializer: Initializer) -> None:
    one, same, other = (initializer.W(4, 4, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(one, same)
    assert np.array_equal(one, other) == (initializer.name in {"zeros", "constant"})


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


@pytest.mark.parametrize("definition", [L1, L2, ElasticNet])
def test_no_strength_is_no_penalty(definition: type[L2]) -> None:
    W = np.ones((2, 2))
    assert definition(strength=0).R(W) == 0
    assert not definition(strength=0).dR_dW(W).any()


def test_l1_is_strength_times_the_sum_of_sizes_and_leaves_a_weight_of_0_alone() -> None:
    W = np.array([[1.0, -2.0], [3.0, 0.0]])
    assert L1(strength=0.5).R(W) == 3.0
    assert L1(strength=0.5).dR_dW(W).tolist() == [[0.5, -0.5], [0.5, 0.0]]


def test_elastic_net_lies_between_l1_and_l2() -> None:
    W = np.array([[1.0, -2.0], [3.0, 0.0]])
    assert ElasticNet(strength=0.5, ratio=0.25).R(W) == 0.5 * (0.25 * 6 + 0.75 * 14)
    for ratio, alone in ((1.0, L1(0.5)), (0.0, L2(0.5))):
        assert ElasticNet(0.5, ratio).R(W) == alone.R(W)
        assert np.array_equal(ElasticNet(0.5, ratio).dR_dW(W), alone.dR_dW(W))


# ---- initialisers, by what their papers say of variance and bound


DRAWS = 200_000
SHAPES = [(1, 4), (9, 3), (50, 200)]


@pytest.mark.parametrize(("m", "n"), SHAPES)
@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", lambda m, n: 2 / (m + n)),
        ("glorot_normal", lambda m, n: 2 / (m + n)),
        ("he_uniform", lambda m, n: 2 / m),
        ("he_normal", lambda m, n: 2 / m),
        ("lecun_uniform", lambda m, n: 1 / m),
        ("lecun_normal", lambda m, n: 1 / m),
        ("pytorch", lambda m, n: 1 / (3 * m)),
        ("sklearn", lambda m, n: 2 / (m + n)),
        ("sklearn(factor=2)", lambda m, n: 2 / 3 / (m + n)),
        # A normal distribution cut at 2: 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.77374, Johnson, Kotz and Balakrishnan 13.134.
        ("truncated_normal(std=0.3)", lambda m, n: 0.7737413035760 * 0.09),
        ("orthogonal", lambda m, n: 1 / max(m, n)),
        ("orthogonal(gain=3)", lambda m, n: 9 / max(m, n)),
    ],
)
def test_weights_have_the_variance_of_their_paper(name: str, variance, m: int, n: int) -> None:
    rng, initializer = np.random.default_rng(0), find(Initializer, name)
    W = np.array([initializer.W(m, n, rng) for _ in range(-(-DRAWS // (m * n)))])
    # The variance of 200,000 draws has a relative standard error of 0.3 % at most, and their mean one of 1 / 447.
    assert W.var() == pytest.approx(variance(m, n), rel=0.016)
    assert abs(W.mean()) < 5 * W.std() / DRAWS**0.5


@pytest.mark.parametrize(("m", "n"), SHAPES)
@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("glorot_uniform", lambda m, n: (6 / (m + n)) ** 0.5),
        ("he_uniform", lambda m, n: (6 / m) ** 0.5),
        ("lecun_uniform", lambda m, n: (3 / m) ** 0.5),
        ("pytorch", lambda m, n: m**-0.5),
        ("sklearn", lambda m, n: (6 / (m + n)) ** 0.5),
        ("truncated_normal(std=0.3)", lambda m, n: 0.6),
    ],
)
def test_weights_fill_their_bounds_and_keep_within(name: str, bound, m: int, n: int) -> None:
    rng, initializer = np.random.default_rng(0), find(Initializer, name)
    largest = max(abs(initializer.W(m, n, rng)).max() for _ in range(-(-DRAWS // (m * n))))
    assert 0.999 * bound(m, n) < largest <= bound(m, n), "of 200,000 draws the largest is this near but for chance"


@pytest.mark.parametrize("name", ["sklearn", "pytorch"])
def test_biases_of_libraries_are_drawn_as_their_weights(name: str) -> None:
    rng, initializer = np.random.default_rng(0), find(Initializer, name)
    W0 = np.array([initializer.W0(5, 20, rng) for _ in range(10_000)])
    W = np.array([initializer.W(5, 20, rng) for _ in range(2_000)])
    assert W0.var() == pytest.approx(W.var(), rel=0.016), "five standard errors of 200,000 draws"
    assert abs(abs(W0).max() / abs(W).max() - 1) < 1e-3


def test_sklearn_is_scikit_learns_own() -> None:
    """Its first layer, drawn by itself; a layer's W and then W0 from one generator, as here."""
    network = MLPRegressor((30,), activation="relu", random_state=0)
    network._random_state = np.random.RandomState(0)
    network.out_activation_ = "identity"
    coefficients, intercepts = network._init_coef(20, 30, np.float64)
    bound = (6 / 50) ** 0.5
    same = np.random.RandomState(0)
    assert np.array_equal(coefficients, same.uniform(-bound, bound, (20, 30)))
    assert np.array_equal(intercepts, same.uniform(-bound, bound, 30))
    ours = find(Initializer, "sklearn").W(20, 30, np.random.default_rng(0))
    assert np.array_equal(ours, np.random.default_rng(0).uniform(-bound, bound, (20, 30)))


@pytest.mark.parametrize(
    "name", [each for each in names(Initializer) if each not in {"gaussian", "constant", "sklearn", "pytorch"}]
)
def test_other_biases_start_at_0(name: str) -> None:
    assert find(Initializer, name).W0(3, 4, np.random.default_rng(0)).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("m", "n"), [(5, 5), (7, 3), (3, 7), (1, 4), (4, 1)])
def test_orthogonal_weights_are_orthonormal_along_their_shorter_side(m: int, n: int) -> None:
    W = find(Initializer, "orthogonal(gain=2)").W(m, n, np.random.default_rng(0)) / 2
    product = W.T @ W if m >= n else W @ W.T
    np.testing.assert_allclose(product, np.eye(min(m, n)), atol=1e-14, err_msg="sums of 7 products of numbers below 1")


def test_orthogonal_weights_are_uniform_over_rotations() -> None:
    """Without the signs of R, LAPACK's Q has a first entry that is never positive."""
    rng = np.random.default_rng(0)
    first = np.array([find(Initializer, "orthogonal").W(3, 3, rng)[0, 0] for _ in range(2000)])
    assert abs((first > 0).mean() - 0.5) < 5 * 0.5 / 2000**0.5, "a fair coin"


def test_zeros_and_constant_are_what_they_say() -> None:
    net = Network((2, 3, 1), ("tanh", "identity"), init="constant(value=-1.5)")
    assert set(net.parameters.tolist()) == {-1.5}
    assert not Network((2, 3, 1), ("tanh", "identity"), init="zeros").parameters.any()

"""Every activation in the catalogue: its derivative is the derivative of its function, its range is what it gives."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Elementwise, LeakyReLU, ReLU, Sigmoid, Softmax, Step, Tanh
from clearprop.formulas.domains import Interval, LogSimplex, Simplex
from clearprop.formulas.piecewise_activations import ELU
from clearprop.formulas.smooth_activations import Swish
from tests.parts import ELEMENTWISE, all_of, central_difference, complex_step, label, relative_error

WITH_HYPERS = [LeakyReLU(slope=0.3), ELU(alpha=0.5), ELU(alpha=0.0), Swish(beta=2.5), Swish(beta=0.0)]
every_activation = pytest.mark.parametrize("activation", [*all_of(Activation), *WITH_HYPERS], ids=label)
every_elementwise = pytest.mark.parametrize("activation", [*ELEMENTWISE, *WITH_HYPERS], ids=label)


def points(activation: Activation, n: int = 40, units: int = 4, seed: int = 0) -> np.ndarray:
    """Pre-activations (n, units) that keep away from kinks."""
    Z = np.random.default_rng(seed).normal(scale=2, size=(n, units))
    for kink in activation.kinks:
        Z[abs(Z - kink) < 0.01] += 0.1
    return Z


@every_activation
def test_dL_dZ_is_the_complex_step_derivative_of_A(activation: Activation) -> None:
    assert activation.complex_step, "a part that a complex step cannot follow needs its own line here"
    Z = points(activation)
    dL_dA = np.random.default_rng(1).normal(size=Z.shape)
    ours = activation.dL_dZ(dL_dA, Z, activation.A(Z))
    numeric = complex_step(lambda Z: activation.A(Z) * dL_dA, Z)
    # Both round a handful of times; nothing is subtracted but in 1 - a, a^2 and softmax's mean, all of size 1.
    np.testing.assert_allclose(ours, numeric, rtol=1e-12, atol=1e-14, err_msg=f"{activation} at {Z!r}")
    assert relative_error(ours, numeric) < 1e-13, f"{activation}, as a whole"


@every_activation
def test_dL_dZ_is_the_central_difference_of_A_away_from_kinks(activation: Activation) -> None:
    Z = points(activation, seed=2)
    dL_dA = np.random.default_rng(3).normal(size=Z.shape)
    ours = activation.dL_dZ(dL_dA, Z, activation.A(Z))
    numeric = central_difference(lambda Z: activation.A(Z) * dL_dA, Z)
    # A sum of 160 values of size 1 is rounded to 1e-15 * 160 and divided by 2e-6: 1e-7 is what a difference can tell.
    np.testing.assert_allclose(ours, numeric, rtol=0, atol=5e-7, err_msg=f"{activation} at {Z!r}")


@every_activation
def test_jacobian_times_vector_is_dL_dZ(activation: Activation) -> None:
    Z = points(activation, n=6)
    dL_dA = np.random.default_rng(1).normal(size=Z.shape)
    A = activation.A(Z)
    ours = activation.dL_dZ(dL_dA, Z, A)
    long_way = np.array([activation.jacobian(z, a) @ dL_da for z, a, dL_da in zip(Z, A, dL_dA, strict=True)])
    np.testing.assert_allclose(ours, long_way, rtol=1e-12, atol=1e-15, err_msg=f"{activation}: a sum of 4 in 2 orders")


@every_activation
def test_jacobian_rows_follow_z_and_columns_follow_a(activation: Activation) -> None:
    z = points(activation, n=1)[0]
    ours = activation.jacobian(z, activation.A(z))
    numeric = np.array([complex_step(lambda z, j=j: activation.A(z)[j], z) for j in range(len(z))]).T
    np.testing.assert_allclose(ours, numeric, rtol=1e-12, atol=1e-15, err_msg=f"{activation} at {z!r}")


@every_elementwise
def test_an_elementwise_jacobian_is_diagonal(activation: Elementwise) -> None:
    z = points(activation, n=1)[0]
    jacobian = activation.jacobian(z, activation.A(z))
    assert np.array_equal(jacobian, np.diag(np.diag(jacobian))), f"{activation}: {jacobian}"


def test_softmax_jacobian_is_full_and_symmetric() -> None:
    z = np.array([0.5, -1.0, 2.0])
    jacobian = Softmax().jacobian(z, Softmax().A(z))
    assert (jacobian != 0).all()
    assert np.array_equal(jacobian, jacobian.T)


@every_activation
def test_values_lie_in_the_stated_range(activation: Activation) -> None:
    # Within +-15, as far out an open end such as 1 is not yet reached by rounding (1 - sigmoid(15) = 3e-7).
    Z = np.random.default_rng(0).uniform(-15, 15, size=(2000, 3))
    A = activation.A(Z)
    assert activation.range.contains(A).all(), f"{activation}: [{A.min()}, {A.max()}] is not in {activation.range}"


@every_activation
def test_the_stated_range_is_no_larger_than_it_must_be(activation: Activation) -> None:
    Z = np.random.default_rng(0).uniform(-15, 15, size=(2000, 3))
    far = 80 if activation.name == "exp" else 1e5  # softsign nears its ends as slowly as 1/z
    Z[:2] = [[-far], [far]]
    A, limits = activation.A(Z), activation.range
    for end, reached in ((limits.low, A.min()), (limits.high, A.max())):
        near = abs(reached) > 1 / 10 if np.isinf(end) else abs(reached - end) < 1e-4
        assert near, f"{activation} says {limits} and gave [{A.min()}, {A.max()}]"


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(activation: Activation, dtype: str) -> None:
    Z = points(activation).astype(dtype)
    A = activation.A(Z)
    given = {"A": A, "dL_dZ": activation.dL_dZ(np.ones_like(A), Z, A), "jacobian": activation.jacobian(Z[0], A[0])}
    assert {name: array.dtype.name for name, array in given.items()} == dict.fromkeys(given, dtype)


@every_activation
def test_formulas_are_pure(activation: Activation) -> None:
    Z, dL_dA = points(activation), np.full((40, 4), 0.5)
    for array in (Z, dL_dA):
        array.flags.writeable = False  # writing to an argument would raise
    A = activation.A(Z)
    A.flags.writeable = False
    dL_dZ = activation.dL_dZ(dL_dA, Z, A)
    jacobian = activation.jacobian(Z[0], A[0])
    assert not np.shares_memory(A, Z)
    assert not any(np.shares_memory(dL_dZ, array) for array in (Z, A, dL_dA))
    assert not any(np.shares_memory(jacobian, array) for array in (Z, A))


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extreme_values_stay_finite_without_a_warning(activation: Activation, dtype: str) -> None:
    far = 80 if activation.name == "exp" else 1e4  # e^88 is the last that float32 holds
    Z = far * np.array([[-1, 0, 1], [1, 1, 1], [-1, -1, -1]], dtype=dtype)
    A = activation.A(Z)
    dL_dZ = activation.dL_dZ(np.ones_like(A), Z, A)
    assert np.isfinite(A).all(), f"{activation}: {A}"
    assert np.isfinite(dL_dZ).all(), f"{activation}: {dL_dZ}"


@every_activation
def test_nan_stays_nan_so_that_it_is_found(activation: Activation) -> None:
    if isinstance(activation, Step):
        return  # a comparison has two answers; the layer's Z, which is looked at first, still shows it
    with np.errstate(invalid="ignore"):
        assert np.isnan(activation.A(np.array([[np.nan]]))).all()


@pytest.mark.parametrize("z", [-1e4, -745.2, -700.0, -37.5, -1.0, -1e-9, 0.0, 1e-9, 1.0, 36.9, 700.0, 1e4])
def test_sigmoid_is_exact_to_rounding_at_any_size(z: float) -> None:
    with mpmath.workdps(50):
        exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))))
    ours = Sigmoid().A(np.array([[z]]))[0, 0]
    # exp, a sum and a quotient: at most 4 roundings; below 1e-308 numbers have fewer digits, so the smallest step decides.
    assert ours == pytest.approx(exact, rel=4 * 2.0**-52, abs=5e-324), f"sigmoid({z}) = {ours!r}, exact {exact!r}"


@pytest.mark.parametrize("activation", [Sigmoid(), Tanh()], ids=label)
def test_saturating_activations_reach_their_limits_at_infinity(activation: Activation) -> None:
    A = activation.A(np.array([[-np.inf, np.inf]]))
    assert A.tolist() == [[activation.range.low, activation.range.high]]


@pytest.mark.parametrize(
    "z", [[0.0, 0.0], [1e4, -1e4], [1e4, 1e4 - 1, -1e4], [-1e4, -1e4 + 700], [3.0, -2.0, 0.5, 1.0]], ids=str
)
def test_softmax_is_exact_to_rounding_at_any_size(z: list[float]) -> None:
    with mpmath.workdps(50):
        powers = [mpmath.exp(mpmath.mpf(each)) for each in z]
        exact = [float(power / mpmath.fsum(powers)) for power in powers]
    ours = Softmax().A(np.array([z]))[0]
    # exp of a rounded difference, a sum and a quotient.
    np.testing.assert_allclose(ours, exact, rtol=8 * 2.0**-52, atol=5e-324, err_msg=f"softmax({z})")


def test_softmax_gives_a_class_of_minus_infinity_no_probability() -> None:
    assert Softmax().A(np.array([[0.0, -np.inf, 0.0]])).tolist() == [[0.5, 0.0, 0.5]]


def test_softmax_rows_do_not_mix() -> None:
    Z = np.random.default_rng(0).normal(size=(5, 3))
    one_by_one = np.vstack([Softmax().A(row[None, :]) for row in Z])
    np.testing.assert_allclose(Softmax().A(Z), one_by_one, rtol=1e-15, err_msg="the same sums, row by row")


def test_at_zero_the_conventions_of_the_notes_hold() -> None:
    zero = np.zeros((1, 1))
    assert Step().A(zero) == 1
    assert ReLU().dA_dZ(zero, ReLU().A(zero)) == 1
    assert LeakyReLU(slope=0.2).dA_dZ(zero, zero) == 1
    assert ReLU().A(-np.inf * np.ones((1, 1))) == 0


@pytest.mark.parametrize(
    ("name", "z", "a"),
    # Abramowitz and Stegun, table 4.15, for tanh; 1/(1 + e^-1) and 1/(1 + e^2) from their table of e^x.
    [
        ("sigmoid", 1.0, 0.7310585786300049),
        ("sigmoid", -2.0, 0.11920292202211755),
        ("tanh", 0.5, 0.46211715726000976),
        ("tanh", 1.0, 0.7615941559557649),
        ("relu", -3.0, 0.0),
        ("relu", 3.0, 3.0),
        ("leaky_relu(slope=0.25)", -4.0, -1.0),
        ("step", -1e-300, 0.0),
        ("identity", -7.5, -7.5),
    ],
)
def test_values_are_the_published_ones(name: str, z: float, a: float) -> None:
    assert find(Activation, name).A(np.array([[z]]))[0, 0] == pytest.approx(a, rel=1e-15)


@every_activation
def test_a_record_says_all_that_is_shown_of_it(activation: Activation) -> None:
    said = {name: getattr(activation, name) for name in ("name", "formula", "derivative", "latex", "latex_derivative")}
    assert all(said.values()), said
    assert activation.source
    assert (type(activation).__doc__ or "").strip()
    assert isinstance(activation.range, Interval)


def test_only_softmax_gives_a_distribution_and_only_log_softmax_the_log_of_one() -> None:
    assert [str(each) for each in all_of(Activation) if isinstance(each.range, Simplex)] == ["softmax"]
    assert [str(each) for each in all_of(Activation) if isinstance(each.range, LogSimplex)] == ["log_softmax"]


@pytest.mark.parametrize("method", ["A", "dL_dZ", "jacobian"])
def test_an_unfinished_activation_says_what_it_must_define(method: str) -> None:
    class Unfinished(Activation):
        name = "unfinished"

    arguments = {"A": 1, "dL_dZ": 3, "jacobian": 2}[method] * [np.zeros((1, 1))]
    with pytest.raises(NotImplementedError, match=f"'unfinished' must define {method}"):
        getattr(Unfinished(), method)(*arguments)

"""Activations against 50 digits, at any size: their textbook definitions, their derivatives by mpmath, limits and kinks."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.piecewise_activations import ELU, HardSigmoid, HardTanh
from clearprop.formulas.smooth_activations import GELU, GELUTanh, LogSoftmax, SiLU, Swish
from clearprop.formulas.stable import log_cosh, normal_cdf
from tests.parts import ELEMENTWISE, central_difference, complex_step, label

mp = mpmath.mp
EPS = 2.0**-52


def logistic(z):
    return 1 / (1 + mp.exp(-z))


def elu(z, alpha):
    return z if z >= 0 else alpha * (mp.exp(z) - 1)


# Klambauer et al. 2017, with the digits of their implementation.
SCALE, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"
DEFINITIONS: dict[str, Callable] = {
    "step": lambda z: 1 if z >= 0 else 0,
    "relu": lambda z: max(z, 0),
    "relu6": lambda z: min(max(z, 0), 6),
    "leaky_relu": lambda z: z if z >= 0 else z / 100,
    "sigmoid": logistic,
    "tanh": mp.tanh,
    "identity": lambda z: z,
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "hard_sigmoid": lambda z: min(max(z + 3, 0), 6) / 6,
    "hard_swish": lambda z: z * min(max(z + 3, 0), 6) / 6,
    "elu": lambda z: elu(z, 1),
    "elu(alpha=0.5)": lambda z: elu(z, mp.mpf(1) / 2),
    "selu": lambda z: mp.mpf(SCALE) * elu(z, mp.mpf(ALPHA)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "exp": mp.exp,
    "log_sigmoid": lambda z: mp.log(logistic(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "silu": lambda z: z * logistic(z),
    "swish": lambda z: z * logistic(z),
    "swish(beta=2.5)": lambda z: z * logistic(mp.mpf(5) / 2 * z),
    "mish": lambda z: z * mp.tanh(mp.log(1 + mp.exp(z))),
    "gelu": lambda z: z * (1 + mp.erf(z / mp.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3))),
    "gaussian": lambda z: mp.exp(-(z**2)),
    "sine": mp.sin,
    "prelu": lambda z: z if z >= 0 else z / 4,
    "prelu(start=-1.5)": lambda z: z if z >= 0 else -3 * z / 2,
    "parametric": lambda z: mp.mpf(SCALE) * elu(z, mp.mpf(ALPHA)),
    "parametric(of=softsign, start=0.25)": lambda z: (3 * z + z / (1 + abs(z))) / 4,
}
SIZES = [1e-300, 1e-9, 0.1, 0.3, 0.662, 0.664, 0.7, 1.4, 2.2, 3.5, 5.6, 5.7, 8.0, 12.5, 20.3, 30.7, 37.5, 700.0, 1e4]


def test_every_elementwise_activation_is_held_to_its_definition() -> None:
    assert {find(Activation, text).name for text in DEFINITIONS} == {activation.name for activation in ELEMENTWISE}


@pytest.mark.parametrize("z", [*SIZES, *(-z for z in SIZES)])
@pytest.mark.parametrize("text", DEFINITIONS)
def test_values_and_derivatives_are_exact_to_rounding_at_any_size(text: str, z: float) -> None:
    f, exact = find(Activation, text), DEFINITIONS[text]
    assert isinstance(f, Elementwise)
    with mpmath.workdps(9000 if abs(z) > 100 else 1000):  # 1 + e^-10000, and steps beside 1e-300
        at = mp.mpf(z)
        value, h = exact(at), mp.mpf(10) ** -(mp.dps // 3) * abs(at)
        slope = float((exact(at + h) - exact(at - h)) / (2 * h))
    Z = np.array([[z]])
    A = f.A(Z)
    # A handful of functions, each rounded once; z, and with it an exponent of size z^2, is rounded where gates are
    # nearly shut: z^2 eps. Below 1e-308 numbers have fewer digits, so there the smallest step decides.
    allowed = (16 + 4 * min(z**2, 800)) * EPS
    assert A[0, 0] == pytest.approx(float(value), rel=allowed, abs=1e-320), f"{text}({z})"
    # 1 - a^2, a + alpha and 1 - t^2 are rounded at the size of 1, and mish multiplies it by z.
    assert f.dA_dZ(Z, A)[0, 0] == pytest.approx(slope, rel=allowed, abs=8 * EPS * max(1, min(abs(z), 40)))


@pytest.mark.parametrize("activation", [SiLU(), Swish(2.5), GELU(), GELUTanh()], ids=label)
def test_a_gate_that_is_nearly_shut_keeps_its_digits(activation: Elementwise) -> None:
    """At z = -12 the gates' values are near 1e-5 to 1e-32, which (1 + erf) / 2 and (1 + tanh) / 2 have lost."""
    exact = DEFINITIONS[str(activation).replace("(beta=1.0)", "")]
    with mpmath.workdps(400):
        value, slope = float(exact(mp.mpf(-12))), float(mp.diff(exact, mp.mpf(-12)))
    Z = np.array([[-12.0]])
    A = activation.A(Z)
    assert A[0, 0] == pytest.approx(value, rel=600 * EPS), "an exponent of 72 to 144, rounded"
    assert activation.dA_dZ(Z, A)[0, 0] == pytest.approx(slope, rel=600 * EPS)


LIMITS = {
    "relu": ((0, np.inf), (0, 1)),
    "relu6": ((0, 6), (0, 0)),
    "leaky_relu": ((-np.inf, np.inf), (0.01, 1)),
    "step": ((0, 1), (0, 0)),
    "sigmoid": ((0, 1), (0, 0)),
    "tanh": ((-1, 1), (0, 0)),
    "identity": ((-np.inf, np.inf), (1, 1)),
    "hard_tanh": ((-1, 1), (0, 0)),
    "hard_sigmoid": ((0, 1), (0, 0)),
    "hard_swish": ((0, np.inf), (0, 1)),
    "elu": ((-1, np.inf), (0, 1)),
    "selu": ((-float(SCALE) * float(ALPHA), np.inf), (0, float(SCALE))),
    "softplus": ((0, np.inf), (0, 1)),
    "exp": ((0, np.inf), (0, np.inf)),
    "log_sigmoid": ((-np.inf, 0), (1, 0)),
    "softsign": ((-1, 1), (0, 0)),
    "silu": ((0, np.inf), (0, 1)),
    "swish": ((0, np.inf), (0, 1)),
    "mish": ((0, np.inf), (0, 1)),
    "gelu": ((0, np.inf), (0, 1)),
    "gelu_tanh": ((0, np.inf), (0, 1)),
    "gaussian": ((0, 0), (0, 0)),
    "prelu": ((-np.inf, np.inf), (0.25, 1)),
    "parametric": ((-float(SCALE) * float(ALPHA), np.inf), (0, float(SCALE))),
}
"""At minus and plus infinity: of f, and of f'."""


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=label)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_at_infinity_every_activation_has_its_limit(activation: Elementwise, dtype: str) -> None:
    if activation.name == "sine":
        return  # it has none
    Z = np.array([[-np.inf, np.inf]], dtype)
    A = activation.A(Z)
    values, slopes = (np.array([limits], dtype) for limits in LIMITS[activation.name])
    assert np.array_equal(A, values), f"{activation}: {A}"
    assert np.array_equal(activation.dA_dZ(Z, A), slopes), f"{activation}: {activation.dA_dZ(Z, A)}"


@pytest.mark.parametrize("activation", [each for each in ELEMENTWISE if each.kinks], ids=label)
def test_at_a_kink_the_derivative_is_that_of_the_piece_to_the_right(activation: Elementwise) -> None:
    kinks = np.array([activation.kinks])
    just_above = kinks + 1e-9
    ours = activation.dA_dZ(kinks, activation.A(kinks))
    right = activation.dA_dZ(just_above, activation.A(just_above))
    np.testing.assert_allclose(ours, right, rtol=0, atol=1e-8, err_msg=f"{activation}: f' bends by less than 1")


@pytest.mark.parametrize("activation", [*ELEMENTWISE, ELU(alpha=0.5)], ids=label)
def test_kinks_are_where_the_derivative_jumps_and_nowhere_else(activation: Elementwise) -> None:
    Z = np.linspace(-8, 8, 160_001)[None, :]
    slopes = activation.dA_dZ(Z, activation.A(Z))[0]
    jump = abs(np.diff(slopes)) > 0.01 * np.maximum(1, abs(slopes[1:]))
    jumps = sorted({round(float(z), 3) + 0.0 for z in Z[0, 1:][jump]})
    expected = [] if activation.name == "step" else sorted(activation.kinks)  # step jumps itself, its derivative never
    assert jumps == pytest.approx(expected, abs=1e-3), f"{activation}: f' jumps at {jumps}"


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0])
def test_the_range_of_elu_follows_its_alpha(alpha: float) -> None:
    activation = ELU(alpha=alpha)
    assert activation.range.low == -alpha
    assert activation.range.contains(activation.A(np.array([-30.0, 0.0, 30.0]))).all()
    assert activation == find(Activation, str(activation))
    assert ELU.range.low == -1, "of the definition, whose default is 1"


def test_hard_activations_are_straight_lines_through_their_corners() -> None:
    """Howard et al. 2019, section 5.2; Collobert 2004."""
    assert HardSigmoid().A(np.array([-4.0, -3.0, 0.0, 1.5, 3.0, 4.0])).tolist() == [0, 0, 0.5, 0.75, 1, 1]
    assert HardTanh().A(np.array([-4.0, -1.0, 0.25, 1.0, 4.0])).tolist() == [-1, -1, 0.25, 1, 1]


@pytest.mark.parametrize("z", [[0.0, 0.0], [1e4, -1e4, 0.0], [-1e4, -1e4 + 700], [3.0, -2.0, 0.5, 1.0], [40.0, 0.0]])
def test_log_softmax_is_exact_to_rounding_at_any_size(z: list[float]) -> None:
    with mpmath.workdps(9000):
        total = mpmath.fsum(mp.exp(mp.mpf(each)) for each in z)
        exact = [float(mp.mpf(each) - mp.log(total)) for each in z]
    # One difference of given numbers, exp, log1p; -e^-40 = -4e-18 is told from 0.
    np.testing.assert_allclose(LogSoftmax().A(np.array([z]))[0], exact, rtol=4 * EPS, atol=0, err_msg=str(z))


def test_log_softmax_gives_a_class_of_minus_infinity_no_probability() -> None:
    Z = np.array([[0.0, -np.inf]])
    A = LogSoftmax().A(Z)
    assert A.tolist() == [[0, -np.inf]]
    assert LogSoftmax().dL_dZ(np.array([[-1.0, 0.0]]), Z, A).tolist() == [[0, 0]]


# ---- the functions that are built on


# Cody's pieces meet at z = 0.46875 sqrt 2 = 0.6629 and 4 sqrt 2 = 5.6569: on either side, and well inside each.
@pytest.mark.parametrize(
    "z",
    [0.0, 1e-300, 0.4, 0.66291, 0.66292, 1.0, 3.0, 4.3, 4.7, 5.1, 5.65685, 5.65686, 6.5, 9.0, 20.0, 37.0, 40.0, 1e4],
)
def test_the_normal_distribution_is_exact_to_rounding_on_both_sides(z: float) -> None:
    with mpmath.workdps(50):
        exact = [float(mpmath.ncdf(mp.mpf(each))) for each in (z, -z)]
    # Quotients of polynomials with positive terms, and two exponentials: 1e-15, measured at 20,000 points.
    np.testing.assert_allclose(normal_cdf(np.array([z, -z])), exact, rtol=6 * EPS, atol=1e-320)


def test_the_normal_distribution_in_float32_is_exact_to_its_rounding() -> None:
    z = np.random.default_rng(0).uniform(-8, 8, 500).astype(np.float32)
    exact = [float(mpmath.ncdf(mp.mpf(float(each)))) for each in z]
    assert normal_cdf(z).dtype == np.float32
    np.testing.assert_allclose(normal_cdf(z), exact, rtol=12 * 2.0**-23, err_msg="its own eps, a few times")


def test_the_normal_distribution_s_pieces_meet_smoothly() -> None:
    """Cody's three pieces meet at z = 0.6629 and 5.6569: a complex step on each side tells the same density."""
    z = np.concatenate([corner * 2**0.5 + np.linspace(-1e-3, 1e-3, 21) for corner in (0.46875, 4.0)])
    density = [float(mpmath.npdf(mp.mpf(each))) for each in np.concatenate([z, -z])]
    numeric = complex_step(normal_cdf, np.concatenate([z, -z]))
    np.testing.assert_allclose(numeric, density, rtol=0, atol=4 * EPS, err_msg="what approximation and rounding leave")


@pytest.mark.parametrize("u", [0.0, 1e-300, 1e-9, 0.5, 1 - 2**-53, 1.0, 2.0, 30.0, 710.0, 1e4, -1e-9, -3.0, -1e4])
def test_log_cosh_is_exact_to_rounding_at_any_size(u: float) -> None:
    with mpmath.workdps(9000 if abs(u) > 100 else 700):
        exact = float(mp.log(mp.cosh(mp.mpf(u))))
    assert log_cosh(np.array([u]))[0] == pytest.approx(exact, rel=4 * EPS, abs=1e-320)


def test_log_cosh_s_pieces_meet() -> None:
    u = np.array([1 - 1e-9, 1 + 1e-9])
    np.testing.assert_allclose(complex_step(log_cosh, u), np.tanh(u), rtol=4 * EPS, err_msg="rounding")
    np.testing.assert_allclose(central_difference(log_cosh, np.array([1.0])), np.tanh(1.0), rtol=1e-9)

"""Section 7.5.12: the activations' derivatives, each at points where the notes' formulas give simple numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Elementwise
from tests.parts import complex_step

Z = np.array([[-2.0, -0.5, 0.0, 0.5, 2.0]])


def value_and_derivative(name: str) -> tuple[list[float], list[float]]:
    activation = find(Activation, name)
    assert isinstance(activation, Elementwise)
    A = activation.A(Z)
    return A[0].tolist(), activation.dA_dZ(Z, A)[0].tolist()


def test_7_31_to_7_33_step_is_0_or_1_and_its_derivative_is_0() -> None:
    """7.31, 7.32, 7.33: step(0) = 1; 7.33 is captioned as ReLU's derivative, and is step's."""
    assert value_and_derivative("step") == ([0, 0, 1, 1, 1], [0, 0, 0, 0, 0])


def test_7_34_to_7_36_relu_is_z_or_0_and_its_derivative_is_step() -> None:
    """7.34, 7.35, 7.36: at 0 the derivative is step(0) = 1."""
    values, derivatives = value_and_derivative("relu")
    assert values == [0, 0, 0, 0.5, 2]
    assert derivatives == value_and_derivative("step")[0] == [0, 0, 1, 1, 1]


def test_7_37_and_7_38_sigmoid_s_derivative_is_sigma_times_1_minus_sigma() -> None:
    """7.37, 7.38: both forms that the notes give."""
    values, derivatives = value_and_derivative("sigmoid")
    for z, a, derivative in zip(Z[0], values, derivatives, strict=True):
        assert a == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-15)
        assert derivative == pytest.approx(math.exp(-z) / (1 + math.exp(-z)) ** 2, rel=1e-14)


def test_7_39_identity_s_derivative_is_1() -> None:
    """7.39."""
    assert value_and_derivative("identity") == (Z[0].tolist(), [1, 1, 1, 1, 1])


def test_7_40_tanh_s_derivative_is_1_minus_tanh_squared() -> None:
    """7.40: which is 1 / cosh^2."""
    values, derivatives = value_and_derivative("tanh")
    for z, a, derivative in zip(Z[0], values, derivatives, strict=True):
        assert a == pytest.approx(math.tanh(z), rel=1e-15)
        assert derivative == pytest.approx(1 / math.cosh(z) ** 2, rel=1e-14)


@pytest.mark.parametrize("name", ["step", "relu", "sigmoid", "identity"])
def test_notation_13_lists_derivatives_that_a_complex_step_confirms(name: str) -> None:
    """Notation 13: at 0 the complex step takes the side that the formula takes."""
    _, derivatives = value_and_derivative(name)
    numeric = complex_step(find(Activation, name).A, Z)[0]
    np.testing.assert_allclose(derivatives, numeric, rtol=1e-14, atol=1e-16, err_msg=name)


def test_softmax_s_derivative_that_the_notes_leave_out_is_a_full_matrix() -> None:
    """softmax: diag(a) - a a^T, every entry of it, and its product in one pass."""
    softmax, z = find(Activation, "softmax"), np.array([0.2, -1.0, 0.7])
    a = softmax.A(z[None])[0]
    numeric = np.array([complex_step(lambda z, j=j: softmax.A(z[None])[0, j], z) for j in range(3)]).T
    np.testing.assert_allclose(softmax.jacobian(z, a), numeric, rtol=1e-14, err_msg="rows follow z, columns a")
    for i in range(3):
        for j in range(3):
            assert softmax.jacobian(z, a)[i, j] == pytest.approx(a[i] * ((i == j) - a[j]), rel=1e-14)
    v = np.array([[1.0, -2.0, 0.5]])
    np.testing.assert_allclose(softmax.dL_dZ(v, z[None], a[None])[0], numeric @ v[0], rtol=1e-13, err_msg="3 terms")

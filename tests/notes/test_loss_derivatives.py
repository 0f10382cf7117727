"""Section 7.5.13: the losses' derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.losses import Loss
from tests.parts import complex_step


def value_and_derivative(name: str, a: float, y: float) -> tuple[float, float]:
    loss, A, Y = find(Loss, name), np.array([[a]]), np.array([[y]])
    return loss.L(A, Y).item(), loss.dL_dA(A, Y).item()


@pytest.mark.parametrize(("a", "y"), [(3.0, 1.0), (-1.0, 0.5), (2.0, 2.0)])
def test_7_41_square_s_derivative_is_twice_the_difference(a: float, y: float) -> None:
    """7.41: without the half that other books have."""
    assert value_and_derivative("square", a, y) == ((a - y) ** 2, 2 * (a - y))


@pytest.mark.parametrize(("a", "y", "sign"), [(3.0, 1.0, 1), (-1.0, 0.5, -1), (2.0, 2.0, 1)])
def test_7_42_to_7_44_linear_s_derivative_is_the_sign_of_the_difference(a: float, y: float, sign: int) -> None:
    """7.42, 7.43, 7.44: 7.42 is captioned as the square loss, and is the linear one; sign(0) = 1."""
    assert value_and_derivative("linear", a, y) == (abs(a - y), sign)


@pytest.mark.parametrize("y", [0.0, 1.0, 0.3])
@pytest.mark.parametrize("a", [0.1, 0.5, 0.8])
def test_7_45_nll_s_derivative(a: float, y: float) -> None:
    """7.45."""
    value, derivative = value_and_derivative("nll", a, y)
    assert value == pytest.approx(-(y * math.log(a) + (1 - y) * math.log(1 - a)), rel=1e-14)
    assert derivative == pytest.approx(-(y / a - (1 - y) / (1 - a)), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", ["square", "linear", "nll"])
def test_notation_14_lists_derivatives_that_a_complex_step_confirms(name: str) -> None:
    """Notation 14."""
    A, Y, loss = np.array([[0.2, 0.7, 0.4]]), np.array([[0.9, 0.1, 0.6]]), find(Loss, name)
    np.testing.assert_allclose(loss.dL_dA(A, Y), complex_step(lambda A: loss.L(A, Y), A), rtol=1e-13, err_msg=name)


def test_nllm_s_derivative_that_the_notes_leave_out_is_minus_y_over_a() -> None:
    """NLLM: the minus sum of y_j log a_j, whose derivative by a_j is -y_j / a_j."""
    A, Y, loss = np.array([[0.2, 0.5, 0.3]]), np.array([[0.1, 0.7, 0.2]]), find(Loss, "nllm")
    assert loss.L(A, Y).item() == pytest.approx(
        -(0.1 * math.log(0.2) + 0.7 * math.log(0.5) + 0.2 * math.log(0.3)), rel=1e-14
    )
    assert loss.dL_dA(A, Y)[0].tolist() == pytest.approx([-0.5, -1.4, -2 / 3], rel=1e-14)
    np.testing.assert_allclose(loss.dL_dA(A, Y), complex_step(lambda A: loss.L(A, Y), A), rtol=1e-14)

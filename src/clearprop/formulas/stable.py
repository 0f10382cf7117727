"""Functions that stay finite and accurate where the plain formula overflows, cancels or divides 0 by 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .catalogue import Array


def softplus(Z: Array) -> Array:
    """log(1 + e^z), as max(0, z) + log(1 + e^-|z|): e^z alone overflows above 709. Same shape."""
    positive = Z.real >= 0
    return np.where(positive, Z, 0) + np.log1p(np.exp(np.where(positive, -Z, Z)))


def log_softmax(Z: Array) -> Array:
    """log(e^{z_j} / sum_k e^{z_k}) along the last axis. Same shape.

    The largest z is subtracted, so no exponential overflows; its own e^0 = 1 stays outside the sum, so that a loss
    of 1e-20 does not become 0 (log1p keeps what 1 + 1e-20 would round away).
    """
    top = Z.real.argmax(axis=-1)[..., None]
    shifted = Z - np.take_along_axis(Z, top, axis=-1)
    others = np.exp(shifted)
    np.put_along_axis(others, top, 0, axis=-1)
    return shifted - np.log1p(others.sum(axis=-1, keepdims=True))


def y_log_a(Y: Array, A: Array) -> Array:
    """Y log a, and 0 where y = 0, even at a = 0: a class with y = 0 costs nothing. Same shape."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(Y == 0, 0, Y * np.log(A))


def y_over_a(Y: Array, A: Array) -> Array:
    """Y / a, and 0 where y = 0, even at a = 0. Same shape."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(Y == 0, 0, Y / A)


def log_a_over_rest(A: Array) -> Array:
    """log(a) / (1 - a) for a in [0, 1], and its limit -1 at a = 1, where both are 0. Same shape."""
    with np.errstate(divide="ignore"):
        return np.where(A == 1, -1, np.log(A) / np.where(A == 1, 1, 1 - A)).astype(A.dtype)


def gated(Z: Array, gate: Array | float) -> Array:
    """Z times its gate, and 0 where the gate is 0: infinity times 0 has no value, and the limit is 0. Same shape."""
    with np.errstate(invalid="ignore"):
        return np.where(gate == 0, 0, Z * gate)


def log_cosh(U: Array) -> Array:
    """The logarithm of cosh u. Same shape.

    Near 0 it is about u^2/2, which rounding would lose in cosh u, so log(1 + 2 sinh^2(u/2)) is computed there; for large
    |u| cosh overflows, so |u| + log(1 + e^-2|u|) - log 2 is computed.
    """
    size = np.where(U.real < 0, -U, U)
    near = np.log1p(2 * np.sinh(np.where(size.real < 1, size, 0) / 2) ** 2)
    return np.where(size.real < 1, near, size + np.log1p(np.exp(-2 * size)) - math.log(2))


# Coefficients of Cody 1969, "Rational Chebyshev approximations for the error function", tables I to III, lowest power last.
_ERF = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
"""erf(x) / x as a quotient of polynomials in x^2, for |x| <= 0.46875."""
_ERFC = (
    (
        *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1),
        *(2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3),
        1.23033935479799725e3,
    ),
    (
        *(1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3),
        *(3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
    ),
)
"""e^(x^2) erfc(x) as one in x, for 0.46875 <= x <= 4."""
_ERFC_FAR = (
    (
        *(1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1),
        *(1.60837851487422766e-2, 6.58749161529837803e-4),
    ),
    (
        *(1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1),
        *(6.05183413124413191e-2, 2.33520497626869185e-3),
    ),
)
"""x^2 (1/sqrt(pi) - x e^(x^2) erfc(x)) as one in 1/x^2, for x >= 4."""


def normal_cdf(Z: Array) -> Array:
    """Phi(z), the probability that a standard normal value is below z: (1 + erf(z / sqrt 2)) / 2. Same shape.

    Accurate to 1e-15, relative, in float64, also in the tail below 0, where 1 + erf would cancel. NumPy has no erf, and
    `math.erf` does not accept complex numbers, as a complex step needs; a quotient of polynomials does.
    """
    inside = np.where(abs(Z.real) < 40, Z, 0)  # Phi(-40) underflows, and e^(-z^2/2) below is not for infinity
    size = np.where(inside.real < 0, -inside, inside)
    x = size * math.sqrt(0.5)
    near, far = x.real <= 0.46875, x.real > 4
    erf = x * _quotient(_ERF, np.where(near, x, 0) ** 2)
    inverse = 1 / np.where(far, x, 1) ** 2
    far_tail = (1 / math.sqrt(math.pi) - inverse * _quotient(_ERFC_FAR, inverse)) / np.where(far, x, 1)
    tail = normal_bell(size) * np.where(far, far_tail, _quotient(_ERFC, np.where(far, 1, x)))  # erfc(x)
    negative = inside.real < 0
    centre = np.where(negative, 1 - erf, 1 + erf) / 2
    Phi = np.where(near, centre, np.where(negative, tail / 2, 1 - tail / 2))
    outside = np.where(Z.real >= 40, 1, np.where(Z.real <= -40, 0, Z))  # the rest is NaN, and stays NaN
    return np.where(abs(Z.real) < 40, Phi, outside)


def normal_bell(Z: Array) -> Array:
    """e^(-z^2/2). Same shape.

    z^2 is computed from z rounded to sixteenths, whose square is exact, and a correction: at z = -30 the rounding of z^2
    alone would cost three digits.
    """
    rounded = np.rint(np.clip(Z.real, -64, 64) * 16) / 16
    inside = np.where(abs(Z.real) < 64, Z, rounded)
    bell = np.exp(-(rounded**2) / 2) * np.exp(-(inside - rounded) * (inside + rounded) / 2)
    return np.where(np.isnan(Z), Z, bell)


def _quotient(coefficients: tuple[Sequence[float], Sequence[float]], X: Array) -> Array:
    top, bottom = (_polynomial(each, X) for each in coefficients)
    return top / bottom


def _polynomial(coefficients: Sequence[float], X: Array) -> Array:
    total = np.full_like(X, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * X + coefficient
    return total

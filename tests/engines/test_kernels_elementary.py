"""The kernels' elementary functions, at every instruction level, against values with more digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import mpmath
import numpy as np
import pytest

from clearprop.engines.levels import kernels_of, usable_levels

# What is stated: units in the last place, by type.
ULPS = {"float32": 2.0, "float64": 4.0}
TWICE = ("softplus", "log_cosh")  # they are made of two of the others


def log_cosh(x: np.ndarray) -> np.ndarray:
    near = np.abs(x) < 1
    inside, size = np.where(near, x, 0), np.abs(x)
    log_2 = np.log(np.asarray(2, x.dtype))
    return np.where(near, np.log1p(2 * np.sinh(inside / 2) ** 2), size + np.log1p(np.exp(-2 * size)) - log_2)


EXACT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "tanh": np.tanh,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "log_cosh": log_cosh,
    "sin": np.sin,
    "cos": np.cos,
}
SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


@pytest.fixture(params=usable_levels())
def kernels(request: pytest.FixtureRequest) -> ModuleType:
    return kernels_of(request.param)


def arguments(dtype: str) -> np.ndarray:
    """The whole range: every binade with both signs, where exp is finite, near 0 and 1, near multiples of pi/2.

    The angles lie on both sides of the one from which sine and cosine leave the work to the C library.
    """
    rng, type_ = np.random.default_rng(0), np.dtype(dtype)
    info = np.finfo(type_)
    bits = np.dtype(f"i{type_.itemsize}")
    patterns = rng.integers(np.iinfo(bits).min, np.iinfo(bits).max, 40_000, dtype=bits).view(type_)
    edge = 1.05 * float(np.log(info.max))
    return np.concatenate(
        [
            patterns,
            rng.uniform(-edge, edge, 40_000).astype(type_),
            rng.uniform(-3, 3, 20_000).astype(type_),
            (1 + rng.normal(scale=1e-3, size=10_000)).astype(type_),
            (np.pi / 2 * rng.integers(-3_000_000, 3_000_000, 10_000)).astype(type_),
            (np.pi / 2 * np.arange(-5000, 5000)).astype(type_),
            np.array([*SPECIAL, info.max, -info.max, info.tiny, -info.tiny, info.smallest_subnormal], dtype=type_),
        ]
    )


@pytest.mark.parametrize("dtype", ULPS)
@pytest.mark.parametrize("name", EXACT)
def test_an_elementary_function_is_within_its_stated_error_everywhere(
    kernels: ModuleType, name: str, dtype: str
) -> None:
    x = arguments(dtype)
    got = np.empty_like(x)
    getattr(kernels, name)(x, got)
    with np.errstate(all="ignore"):
        exact = EXACT[name](x.astype("float64" if dtype == "float32" else "longdouble"))
        nearest = exact.astype(dtype)
        unit = np.spacing(np.minimum(np.abs(nearest), np.finfo(dtype).max))
        error = np.abs(got - exact) / unit
    alike = (got == nearest) | (np.isnan(got) & np.isnan(nearest))  # infinities and NaN among them
    # within a unit of the largest number, infinity is as near as it
    almost_infinite = np.isinf(got) & (np.abs(exact) > np.finfo(dtype).max * (1 - 4 * np.finfo(dtype).eps))
    error = np.where(alike | almost_infinite, 0, error)
    worst = int(np.nanargmax(np.where(np.isnan(error), np.inf, error)))
    limit = ULPS[dtype] * (2 if name in TWICE else 1)
    assert error[worst] <= limit, (
        f"{name}({x[worst]!r}) = {got[worst]!r}, exactly {exact[worst]!r}: {error[worst]:.2f} ulp"
    )


@pytest.mark.parametrize("name", ["tanh", "sin"])
def test_zero_keeps_its_sign_through_an_odd_function(kernels: ModuleType, name: str) -> None:
    x = np.array([0.0, -0.0])
    got = np.empty_like(x)
    getattr(kernels, name)(x, got)
    assert np.signbit(got).tolist() == [False, True]


@pytest.mark.parametrize("dtype", ULPS)
@pytest.mark.parametrize("name", ["normal_bell", "normal_cdf"])
def test_the_normal_distribution_is_within_6_units_far_out_in_its_tail_too(
    kernels: ModuleType, name: str, dtype: str
) -> None:
    rng = np.random.default_rng(0)
    tiny = rng.normal(size=100) * 10.0 ** rng.uniform(-30, 0, 100)
    x = np.concatenate([rng.uniform(-39, 39, 1000), rng.uniform(-3, 3, 1000), tiny, [0.0, -0.0, 1e30, -1e30]])
    x = x.astype(dtype)
    got = np.empty_like(x)
    getattr(kernels, name)(x, got)
    with mpmath.workdps(40):
        for given, found in zip(x, got, strict=True):
            z = max(min(mpmath.mpf(float(given)), 1e3), -1e3)  # beyond, all is 0 or 1
            exact = mpmath.exp(-z * z / 2) if name == "normal_bell" else mpmath.erfc(-z / mpmath.sqrt(2)) / 2
            unit = np.spacing(np.dtype(dtype).type(float(exact)))
            error = abs(mpmath.mpf(float(found)) - exact) / mpmath.mpf(float(unit))
            assert error <= 6, (
                f"{name}({given!r}) = {found!r}, exactly {mpmath.nstr(exact, 20)}: {float(error):.2f} ulp"
            )


def test_the_normal_distribution_has_limits_at_infinity_and_keeps_nan(kernels: ModuleType) -> None:
    x = np.array([-np.inf, np.inf, np.nan])
    bell, Phi = np.empty_like(x), np.empty_like(x)
    kernels.normal_bell(x, bell)
    kernels.normal_cdf(x, Phi)
    np.testing.assert_array_equal(bell, [0, 0, np.nan])
    np.testing.assert_array_equal(Phi, [0, 1, np.nan])


def powers_of_chebyshev_series(function: Callable[[mpmath.mpf], mpmath.mpf], terms: int) -> list[mpmath.mpf]:
    """The coefficients of t^0, t^1, ... of the function's Chebyshev series on [-1, 1], cut off after so many terms."""
    nodes = terms + 20
    angles = [mpmath.pi * (k + mpmath.mpf(1) / 2) / nodes for k in range(nodes)]
    values = [function(mpmath.cos(angle)) for angle in angles]
    powers = [mpmath.mpf(0)] * terms
    before, now = [mpmath.mpf(0)], [mpmath.mpf(1)]  # T_-1 (unused) and T_0, by powers of t
    for j in range(terms):
        share = (2 if j else 1) * sum(v * mpmath.cos(j * a) for v, a in zip(values, angles, strict=True)) / nodes
        for power, coefficient in enumerate(now):
            powers[power] += share * coefficient
        twice = [mpmath.mpf(0), *((2 if j else 1) * c for c in now)]  # T_(j+1) = 2 t T_j - T_(j-1); T_1 = t
        before, now = now, [c - (before[i] if j and i < len(before) else 0) for i, c in enumerate(twice)]
    return powers


@pytest.mark.parametrize(("dtype", "begins", "terms"), [("float64", "[] = {", 24), ("float32", "<float>[] = {", 12)])
def test_the_coefficients_of_the_normal_tail_are_what_the_source_says_they_are(
    dtype: str, begins: str, terms: int
) -> None:
    def scaled_tail(t: mpmath.mpf) -> mpmath.mpf:
        z = 5 * (1 + t) / (1 - t)
        return (1 + 5 * z / 4) * mpmath.exp(z * z / 2) * mpmath.erfc(z / mpmath.sqrt(2)) / 2

    source = (Path(__file__).parents[2] / "src/clearprop/engines/kernels/normal.hpp").read_text()
    listed = source.split("normal_tail_terms" + begins)[1].split("}")[0]
    with mpmath.workdps(60):
        expected = [np.dtype(dtype).type(each) for each in powers_of_chebyshev_series(scaled_tail, terms)]
    assert [np.dtype(dtype).type(each) for each in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", listed)] == expected

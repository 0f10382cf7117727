"""The kernels' exp, log, tanh and softplus, at every instruction level, against values with more digits."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from clearprop.engines.compiled import kernels_of, usable_levels

# What is stated: units in the last place, by type. softplus is built of two of them.
ULPS = {"float32": 2.0, "float64": 4.0}
EXACT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
}
SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


@pytest.fixture(params=usable_levels())
def kernels(request: pytest.FixtureRequest) -> ModuleType:
    return kernels_of(request.param)


def arguments(dtype: str) -> np.ndarray:
    """The whole range: every binade with both signs, the range where exp is finite, the neighbourhoods of 0 and 1."""
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
    limit = ULPS[dtype] * (2 if name == "softplus" else 1)
    assert error[worst] <= limit, (
        f"{name}({x[worst]!r}) = {got[worst]!r}, exactly {exact[worst]!r}: {error[worst]:.2f} ulp"
    )


def test_zero_keeps_its_sign_through_tanh(kernels: ModuleType) -> None:
    x = np.array([0.0, -0.0])
    got = np.empty_like(x)
    kernels.tanh(x, got)
    assert np.signbit(got).tolist() == [False, True]

"""Every formula that the kernels have, on its own and at every instruction level, against the record that it repeats."""

from __future__ import annotations

from dataclasses import fields
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from clearprop.engines import compiled
from clearprop.engines.compiled import part_code
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas import Part
from clearprop.formulas.activations import Elementwise
from clearprop.formulas.domains import SIGNS, Interval
from clearprop.formulas.losses import Loss
from clearprop.formulas.shortcuts import Shortcut, shortcut
from tests.parts import ELEMENTWISE, LEGAL, all_of, label

# An exponent of up to 745 (104 in float32) is itself rounded, and each of its roundings is one of so many in the result.
# Where two terms cancel (where a gate has its minimum, where a = y) it is the terms that have digits: `scale` is their size.
ROUNDINGS = {"float64": 4e-13, "float32": 2e-5}
SMALLEST = {"float64": 1e-300, "float32": 1e-36}
"""Below it numbers have fewer digits, and the kernels may say 0 where the record still has a few."""


@pytest.fixture(params=usable_levels())
def kernels(request: pytest.FixtureRequest) -> ModuleType:
    return kernels_of(request.param)


def with_extreme_hypers(part: Part) -> list[Any]:
    """A part with its defaults, and with each hyper-parameter in turn at an end of its range, or far from it."""
    made = [part]
    for own in fields(part):
        low, high = own.metadata["low"], own.metadata["high"]
        made += [type(part)(**{own.name: value}) for value in (low, 0.3, min(high, 7.0))]
    return made


ACTIVATIONS = [each for f in ELEMENTWISE if type(f) in compiled.ACTIVATIONS for each in with_extreme_hypers(f)]


def arguments(activation: Elementwise, dtype: str) -> np.ndarray:
    """Every size that the type has, with both signs; zeros, infinities; kinks and their neighbours."""
    largest = 300 if dtype == "float64" else 37
    rng = np.random.default_rng(0)
    sizes = np.concatenate(
        [10.0 ** rng.uniform(-largest, largest, 300), rng.uniform(0, 50, 300), rng.uniform(0, 3, 300)]
    )
    kinks = np.array([0.0, *activation.kinks], dtype)
    near = [
        kinks,
        np.nextafter(kinks, np.dtype(dtype).type(np.inf)),
        np.nextafter(kinks, np.dtype(dtype).type(-np.inf)),
    ]
    return np.concatenate([sizes, -sizes, [0.0, -0.0, np.inf, -np.inf, 700.0, -700.0], *near]).astype(dtype)


def agree(ours: np.ndarray, exact: np.ndarray, scale: np.ndarray | float, dtype: str) -> np.ndarray:
    """Which values are the record's, computed in float64: limits and NaN included."""
    with np.errstate(all="ignore"):
        limit = np.finfo(dtype).max * 0.99
        close = abs(ours - exact) <= ROUNDINGS[dtype] * (abs(exact) + scale) + SMALLEST[dtype]
        beyond = np.isinf(ours) & (abs(exact) >= limit) & (np.sign(ours) == np.sign(exact))
        return close | (ours == exact) | beyond | (np.isnan(ours) & np.isnan(exact))


@pytest.mark.parametrize("dtype", ROUNDINGS)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=label)
def test_an_activation_and_its_derivative_are_the_record_s_for_every_argument(
    kernels: ModuleType, activation: Elementwise, dtype: str
) -> None:
    """The derivative is taken where the kernel's own A says, as a step takes it."""
    Z = arguments(activation, dtype)
    A, dA_dZ = np.empty_like(Z), np.empty_like(Z)
    kernels.activation(part_code(activation), Z, A, dA_dZ)
    with np.errstate(all="ignore"):
        exact = activation.A(Z.astype(float))
        slope = activation.dA_dZ(Z.astype(float), A.astype(float))
    for what, ours, theirs, scale in (("A", A, exact, 0.0), ("dA/dZ", dA_dZ, slope, 0.01)):
        wrong = ~agree(ours, theirs, scale, dtype)
        assert not wrong.any(), f"{what} of {activation} at {Z[wrong][:3]}: {ours[wrong][:3]}, not {theirs[wrong][:3]}"


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=label)
def test_what_is_not_a_number_stays_so(kernels: ModuleType, activation: Elementwise) -> None:
    Z = np.array([np.nan])
    A, dA_dZ = np.empty(1), np.empty(1)
    kernels.activation(part_code(activation), Z, A, dA_dZ)
    assert np.isnan(A[0]) == np.isnan(activation.A(Z)[0])


@pytest.mark.parametrize("dtype", ROUNDINGS)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=label)
def test_the_padding_of_a_layer_is_never_infinite(kernels: ModuleType, activation: Elementwise, dtype: str) -> None:
    """Its lanes hold z = 0 and a = 0, and f'(0) is multiplied by 0 there: infinity or NaN would spread."""
    Z, A, dA_dZ = np.zeros(1, dtype), np.empty(1, dtype), np.empty(1, dtype)
    kernels.activation(part_code(activation), Z, A, dA_dZ)
    assert np.isfinite([A[0], dA_dZ[0]]).all()


def predictions(domain: Interval, dtype: str) -> np.ndarray:
    """Outputs that a loss takes, from the least to the largest; with the ends, to which saturated ones round.

    Of a probability, 1 - a is to have digits too.
    """
    sizes = [0.3, 0.5, 1.0, 1.5, 30.0, 1e3, 1e10, *([0.01, 1 - 2**-12] if domain.high == 1 else [1e-30, 1e-10])]
    values = [0.0, *sizes, *(-size for size in sizes)]
    inside = [value for value in values if domain.low <= value <= domain.high]
    return np.array(inside, dtype)


def targets(domain: Interval, dtype: str) -> np.ndarray:
    if domain == SIGNS:
        return np.array([-1.0, 1.0], dtype)
    values = [-3.0, 0.0, 1e-6, 0.25, 0.5, 1.0, 2.0, 1e3]
    return np.array(
        [value for value in values if domain.low <= value <= domain.high and (value or domain.ends[0] == "[")], dtype
    )


LOSSES = [each for loss in all_of(Loss) if type(loss) in compiled.LOSSES for each in with_extreme_hypers(loss)]


@pytest.mark.parametrize("dtype", ROUNDINGS)
@pytest.mark.parametrize("loss", LOSSES, ids=label)
def test_a_loss_and_its_derivative_are_the_record_s_for_every_prediction(
    kernels: ModuleType, loss: Loss, dtype: str
) -> None:
    grid = np.meshgrid(predictions(loss.domain_A, dtype), targets(loss.domain_Y, dtype))
    A, Y = (np.ascontiguousarray(each.ravel()) for each in grid)
    L, dL_dZ = np.empty_like(A), np.empty_like(A)
    kernels.output((0, []), part_code(loss), A, A, np.ones_like(A), Y, L, dL_dZ)  # code 0, step, has no shortcut
    A64, Y64 = A.astype(float)[:, None], Y.astype(float)[:, None]
    with np.errstate(all="ignore"):
        exact, slope = loss.L(A64, Y64), loss.dL_dA(A64, Y64)[:, 0]
    terms = (1 + abs(A64) + abs(Y64) * (1 + abs(np.log(abs(Y64) + 1e-300))))[:, 0]
    for what, ours, theirs in (("L", L, exact), ("dL/dA", dL_dZ, slope)):
        wrong = ~agree(ours, theirs, terms, dtype)
        first = np.flatnonzero(wrong)[:3]
        about = f"{what} of {loss} at a = {A[first]}, y = {Y[first]}: {ours[first]}, not {theirs[first]}"
        assert not wrong.any(), about


SHORT = [pair for pair in LEGAL if shortcut(*pair)]


@pytest.mark.parametrize("dtype", ROUNDINGS)
@pytest.mark.parametrize(
    ("activation", "loss"), [pair for pair in SHORT if isinstance(pair[0], Elementwise)], ids=label
)
def test_a_shortcut_is_the_record_s_for_every_z(
    kernels: ModuleType, activation: Elementwise, loss: Loss, dtype: str
) -> None:
    """Those of a softmax are a layer's, and belong to test_compiled."""
    for given in with_extreme_hypers(loss):
        direct = shortcut(activation, given)
        assert isinstance(direct, Shortcut)
        grid = np.meshgrid(arguments(activation, dtype)[::7], np.array([0.0, 0.25, 1.0], dtype))
        Z, Y = (np.ascontiguousarray(each.ravel()) for each in grid)
        Z = Z[np.isfinite(Z)]
        Y = Y[: len(Z)]
        A, dA_dZ, L, dL_dZ = (np.empty_like(Z) for _ in range(4))
        kernels.activation(part_code(activation), Z, A, dA_dZ)
        kernels.output(part_code(activation), part_code(given), Z, A, dA_dZ, Y, L, dL_dZ)
        Z64, A64, Y64 = (each.astype(float)[:, None] for each in (Z, A, Y))
        with np.errstate(all="ignore"):
            exact, slope = direct.L(Z64, Y64), direct.dL_dZ(A64, Y64)[:, 0]
        for what, ours, theirs in (("L", L, exact), ("dL/dZ", dL_dZ, slope)):
            wrong = np.flatnonzero(~agree(ours, theirs, 1.0 if dtype == "float32" else 0.01, dtype))[:3]
            assert not len(wrong), f"{what} of {direct} at {Z[wrong]}, {Y[wrong]}: {ours[wrong]}, not {theirs[wrong]}"

"""check_gradients: back-propagation against numeric derivatives of the very number that is minimised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import Statistics, back_propagate, forward_pass
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network
from .links import faulty_links
from .numeric import EPS, Method, Problem
from .report import ArrayCheck, DirectionalCheck, EntryCheck, GradientCheck, Where
from .scale import gradient_scale
from .smoothness import choose_method

ROUNDING = 16 * EPS
"""What two orders of summation may differ by, relative to the sizes of the terms."""
ENTRY = 10.0
"""A single entry may be off by this many times what a whole array may, relative to the array's root mean square."""


def check_gradients(
    net: Network,
    X: npt.ArrayLike,
    Y: Any,
    loss: str | Loss = "nllm",
    *,
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
    factors: Mapping[int, npt.ArrayLike] | None = None,
    statistics: Statistics = "batch",
    entries: int = 100,
    seed: int = 0,
) -> GradientCheck:
    """Whether `back_propagate` gives the derivative of the loss, weights and penalty included; and if not, where not.

    Complex steps are taken where every part is smooth (to 1e-12), central differences elsewhere (to 1e-6). Up to
    `entries` entries of each array of parameters are compared, drawn evenly by `seed`, and one derivative along a random
    direction, to which all contribute. Entries at a kink are counted and left out. A part of your own is checked like any
    other, and is named with its layer where it is at fault. A float32 network is checked in float64. `factors` and
    `statistics` are those of `forward_pass`: the step is then checked with its units left out, or with running statistics.

    ValueError for unknown parts and for data that does not fit.

    >>> net = Network(widths=(2, 3, 2), activations=("tanh", "softmax"), seed=0)
    >>> check = check_gradients(net, X=[[0.5, -1.0]], Y=[1], loss="nllm")
    >>> check.ok, check.method, check.checked
    (True, 'complex step', 17)
    """
    if isinstance(entries, bool) or int(entries) != entries or entries < 1:
        raise ValueError(f"entries must be a whole number, 1 or more; given {entries!r}")
    notes = []
    if net.dtype != np.float64:
        notes.append(f"the network is {net.dtype}; it was checked in float64")
        net = net.with_parameters(net.parameters.astype(np.float64))
    fwd = forward_pass(
        net, X, Y, loss, sample_weight=sample_weight, penalty=penalty, factors=factors, statistics=statistics
    )
    grads = back_propagate(net, fwd)
    method, because = choose_method(net, fwd)
    problem = Problem(net, fwd.A[0], fwd.Y, fwd.loss_function, fwd.weights, fwd.penalty, fwd.M, statistics)
    noise = ROUNDING * gradient_scale(net, fwd, grads)
    rng = np.random.default_rng(seed)
    comparison = _Comparison(problem, method, grads.flat, noise)
    arrays = tuple(comparison.array(l, name, start, shape, entries, rng) for l, name, start, shape in _arrays(net))
    directional = comparison.direction(rng)
    return _verdict(comparison, because, arrays, directional, notes)


@dataclass(frozen=True)
class _Comparison:
    """Given and numeric derivatives side by side."""

    problem: Problem
    method: Method
    given: Array
    noise: Array

    def array(
        self, l: int, name: str, start: int, shape: tuple[int, ...], entries: int, rng: np.random.Generator
    ) -> ArrayCheck:
        size = int(np.prod(shape))
        chosen = start + np.sort(rng.choice(size, min(entries, size), replace=False))
        found = [self.method.along(self.problem, _unit(len(self.given), int(index))) for index in chosen]
        smooth = np.array([not each.at_kink for each in found])
        given, numeric = self.given[chosen], np.array([each.value for each in found])
        noise = self.noise[chosen] + np.array([each.noise for each in found])
        at_kink = int((~smooth).sum())
        places = [tuple(int(i) for i in np.unravel_index(index, shape)) for index in chosen - start]
        looked_at = tuple(EntryCheck(*each) for each in zip(places, given.tolist(), numeric.tolist(), strict=True))
        if not smooth.any():
            return ArrayCheck(l, name, size, 0, at_kink, 0.0, 0.0, None, np.nan, np.nan, looked_at)
        given, numeric, noise, where = given[smooth], numeric[smooth], noise[smooth], chosen[smooth] - start
        error = _error(given, numeric, noise, self.method.tolerance)
        entry = _entry_errors(given, numeric, noise, self.method.tolerance * ENTRY)
        worst = int(np.argmax(entry))
        index = tuple(int(i) for i in np.unravel_index(where[worst], shape))
        return ArrayCheck(
            layer=l,
            array=name,
            size=size,
            checked=len(given),
            at_kink=at_kink,
            error=error,
            entry_error=float(entry[worst]),
            worst=Where(l, name, index),
            given=float(given[worst]),
            numeric=float(numeric[worst]),
            entries=looked_at,
        )

    def direction(self, rng: np.random.Generator) -> DirectionalCheck:
        v = rng.normal(size=len(self.given))
        v /= np.linalg.norm(v)
        found = self.method.along(self.problem, v)
        given, noise = float(self.given @ v), float(self.noise @ abs(v)) + found.noise
        if found.at_kink:
            return DirectionalCheck(0.0, given, np.nan, at_kink=True)
        error = _error(np.array([given]), np.array([found.value]), np.array([noise]), self.method.tolerance)
        return DirectionalCheck(error, given, found.value, at_kink=False)


def _verdict(
    comparison: _Comparison,
    because: str,
    arrays: tuple[ArrayCheck, ...],
    directional: DirectionalCheck,
    notes: list[str],
) -> GradientCheck:
    allowed = comparison.method.tolerance
    compared = any(each.checked for each in arrays)
    if not compared:
        notes.append("nothing was compared: every entry stands at a kink")
    agree = directional.error <= allowed and all(
        each.error <= allowed and each.entry_error <= ENTRY * allowed for each in arrays
    )
    ok = compared and agree
    worst = max(arrays, key=lambda each: (each.error, each.entry_error))
    return GradientCheck(
        ok=ok,
        max_error=max(worst.error, directional.error),
        tolerance=allowed,
        where=worst.worst,
        method=comparison.method.name,
        because=because,
        arrays=arrays,
        directional=directional,
        faults=() if agree else faulty_links(comparison.problem),
        notes=tuple(notes),
    )


def _arrays(net: Network) -> list[tuple[int, str, int, tuple[int, ...]]]:
    """Layer, name, start in the flat vector and shape of every array of parameters."""
    return [(l, name, int(start), view.shape) for start, (l, name, view) in zip(net.starts, net.arrays, strict=True)]


def _unit(size: int, index: int) -> Array:
    direction = np.zeros(size)
    direction[index] = 1.0
    return direction


def _error(given: Array, numeric: Array, noise: Array, tolerance: float) -> float:
    """Norm of the difference by the larger norm; a difference within the noise stays within the tolerance."""
    difference = np.linalg.norm(given - numeric)
    if difference == 0:
        return 0.0
    size = max(np.linalg.norm(given), np.linalg.norm(numeric), np.linalg.norm(noise) / tolerance)
    error = float(difference / size)
    return error if np.isfinite(error) else np.inf


def _entry_errors(given: Array, numeric: Array, noise: Array, tolerance: float) -> Array:
    difference = abs(given - numeric)
    usual = np.sqrt(np.mean(given**2))
    size = np.maximum.reduce([abs(given), abs(numeric), np.full(len(given), usual), noise / tolerance])
    errors = np.divide(difference, size, out=np.zeros_like(difference), where=difference != 0)
    return np.where(np.isnan(errors), np.inf, errors)

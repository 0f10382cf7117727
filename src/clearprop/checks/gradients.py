"""check_gradients: back-propagation against numeric derivatives of the very number that is minimised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import ForwardPass, Statistics, back_propagate, forward_pass, traced_forward
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_generator, whole_number
from .links import faulty_links
from .numeric import EPS, CentralDifferences, Kink, Method, Problem
from .report import INPUTS, ArrayCheck, DirectionalCheck, EntryCheck, GradientCheck, Verdict, Where
from .scale import gradient_scale
from .smoothness import choose_method

ROUNDING = 16 * EPS
"""What two orders of summation may differ by, relative to the sizes of the terms."""
ENTRY = 10.0
"""A single entry may be off by this many times what a whole array may, relative to the array's root mean square."""

AT_KINK = CentralDifferences.tolerance
"""At a kink the derivatives to both sides are differences, whatever the method is elsewhere."""


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

    Compared are the derivatives by all parameters and by the inputs, `grads.dL_dA[0]`, which are called X.

    Complex steps are taken where every part is smooth (to 1e-12), central differences elsewhere (to 1e-6). Up to
    `entries` entries of each array are compared, drawn evenly by `seed`, and one derivative along a random direction, to
    which all parameters contribute. A part of your own is checked like any other, and is named with its layer where it
    is at fault. A float32 network is checked in float64. `factors` and
    `statistics` are those of `forward_pass`: the step is then checked with its units left out, or with running statistics.

    At a kink the loss has no derivative, and which side a formula takes is a convention. An entry at a kink is wrong where no
    choice of sides gives it; else it cannot be told, and is listed with the derivatives to both sides. The report's `verdict`
    is "agrees", "differs", or "cannot be told" where every entry is at a kink; `ok` is whether it is "agrees".

    ValueError for unknown parts and for data that does not fit.

    >>> net = Network(widths=(2, 3, 2), activations=("tanh", "softmax"), seed=0)
    >>> check = check_gradients(net, X=[[0.5, -1.0]], Y=[1], loss="nllm")
    >>> check.ok, check.method, check.checked
    (True, 'complex step', 19)
    """
    require_network(net, f"use clf.check_gradients(X, y), or {WITH_NETWORK}")
    entries = whole_number(entries, 1, "entries")
    double, notes = _in_double(net)
    fwd = forward_pass(
        double, X, Y, loss, sample_weight=sample_weight, penalty=penalty, factors=factors, statistics=statistics
    )
    return replace(check_pass(double, fwd, entries=entries, seed=seed), notes=notes)


def check_pass(net: Network, fwd: ForwardPass, *, entries: int, seed: int = 0, at: int | None = None) -> GradientCheck:
    """The same, of a pass of `net` that has been made; of the inputs those of point `at` alone, if it is given."""
    double, notes = _in_double(net)
    if notes:
        X, Y, rest = fwd.A[0].astype(np.float64), fwd.Y.astype(np.float64), (fwd.penalty, fwd.M, fwd.statistics)
        fwd = traced_forward(double, X, Y, fwd.loss_function, fwd.weights, *rest)
    return _compared(double, fwd, entries, seed, notes, at)


def _in_double(net: Network) -> tuple[Network, tuple[str, ...]]:
    """The network in float64, and what to say of that."""
    if net.dtype == np.float64:
        return net, ()
    double = net.with_parameters(net.parameters.astype(np.float64))
    return double, (f"the network is {net.dtype}; it was checked in float64",)


def _compared(
    net: Network, fwd: ForwardPass, entries: int, seed: int, notes: tuple[str, ...], at: int | None
) -> GradientCheck:
    grads = back_propagate(net, fwd)
    method, because = choose_method(net, fwd)
    problem = Problem(net, fwd.A[0], fwd.Y, fwd.loss_function, fwd.weights, fwd.penalty, fwd.M, fwd.statistics)
    noise = ROUNDING * gradient_scale(net, fwd, grads)
    rng = as_generator(seed)
    comparison = _Comparison(problem, method, np.concatenate([grads.flat, grads.dL_dA[0].ravel()]), noise)
    arrays = tuple(comparison.array(*each, entries, rng) for each in [*_arrays(net), _inputs(net, fwd.A[0].shape, at)])
    directional = comparison.direction(rng, arrays)
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
        found = [self.entry(int(index)) for index in chosen]
        told = np.array([not each.untold for each in found])
        given, numeric, noise = (
            np.array([getattr(each, name) for each in found]) for name in ("given", "numeric", "noise")
        )
        places = [tuple(int(i) for i in np.unravel_index(index, shape)) for index in chosen - start]
        allowed, at_kink = ENTRY * self.method.tolerance, int((~told).sum())
        if not told.any():
            looked_at = tuple(each.checked(place, right=True) for each, place in zip(found, places, strict=True))
            return ArrayCheck(l, name, size, 0, at_kink, 0.0, 0.0, None, np.nan, np.nan, looked_at)
        errors = np.zeros(len(found))
        errors[told] = _entry_errors(given[told], numeric[told], noise[told], allowed)
        both = zip(found, places, errors <= allowed, strict=True)
        error = _error(given[told], numeric[told], noise[told], self.method.tolerance)
        worst = int(np.argmax(np.where(told, errors, -1.0)))
        right = error <= self.method.tolerance and errors[worst] <= allowed
        return ArrayCheck(
            layer=l,
            array=name,
            size=size,
            checked=int(told.sum()),
            at_kink=at_kink,
            error=error,
            entry_error=float(errors[worst]),
            worst=Where(l, name, places[worst]),
            given=float(given[worst]),
            numeric=float(numeric[worst]),
            entries=tuple(each.checked(place, right=bool(fine)) for each, place, fine in both),
            verdict="agrees" if right else "differs",
        )

    def entry(self, index: int) -> _Found:
        """One entry, by its place among the loss's arguments."""
        return self._along(_unit(len(self.given), index), float(self.given[index]), float(self.noise[index]))

    def direction(self, rng: np.random.Generator, arrays: tuple[ArrayCheck, ...]) -> DirectionalCheck:
        """Along a random direction of the parameters, without the entries that have been found at a kink."""
        v, p = np.zeros(len(self.given)), len(self.problem.net.parameters)
        v[:p] = rng.normal(size=p) * self._smooth(arrays)
        if not v.any():
            return DirectionalCheck(0.0, 0.0, np.nan, at_kink=True)
        v /= np.linalg.norm(v)
        given = float(self.given @ np.where(v == 0, 0, v))
        found = self._along(v, given, float(self.noise @ abs(v)))
        if found.untold:
            return DirectionalCheck(0.0, given, np.nan, at_kink=True)
        error = _error(np.array([given]), np.array([found.numeric]), np.array([found.noise]), self.method.tolerance)
        return DirectionalCheck(error, given, found.numeric, at_kink=False)

    def _smooth(self, arrays: tuple[ArrayCheck, ...]) -> Array:
        """1 for every parameter but those found at a kink, (p,)."""
        smooth = np.ones(len(self.problem.net.parameters))
        for each, (_, _, start, shape) in zip(arrays[:-1], _arrays(self.problem.net), strict=True):
            for entry in each.entries:
                if entry.verdict == "cannot be told":
                    smooth[start + int(np.ravel_multi_index(entry.index, shape))] = 0
        return smooth

    def _along(self, v: Array, given: float, noise: float) -> _Found:
        """What the method finds; where it does not confirm what is given, it is asked again with a smaller step.

        A smaller step carries more rounding; so it is believed only where it has brought the two much closer.
        """
        found, sharper = self._judged(self.method, v, given, noise), self.method.sharper
        if found.confirmed or sharper is None:
            return found
        again = self._judged(sharper, v, given, noise)
        return again if again.confirmed and again.gap <= found.gap / 4 else found

    def _judged(self, method: Method, v: Array, given: float, noise: float) -> _Found:
        found = method.along(self.problem, v)
        noise, kink, numeric = noise + found.noise, found.kink, found.value
        confirmed = _close(given, numeric, noise, method.tolerance)
        if kink is None and not confirmed:
            kink = method.bend(self.problem, v)
        if kink is None:
            return _Found(given, numeric, noise, None, confirmed, abs(given - numeric))
        numeric = self._nearest(method, given, kink, v, noise)
        confirmed = _close(given, numeric, noise, AT_KINK)
        return _Found(given, np.nan if confirmed else numeric, noise, kink, confirmed, abs(given - numeric))

    def _nearest(self, method: Method, given: float, kink: Kink, v: Array, noise: float) -> float:
        """What is nearest to `given` of all that a choice of sides at the kinks gives."""
        if not np.isfinite(given):
            return kink.held
        if _close(given, kink.held, noise, AT_KINK):
            return given
        choices = method.choices(self.problem, v)
        return given if choices is None or np.isnan(choices).any() else float(np.clip(given, *choices))


@dataclass(frozen=True)
class _Found:
    """What was found along one direction."""

    given: float
    numeric: float
    noise: float
    kink: Kink | None
    confirmed: bool
    """Whether `given` is that derivative; at a kink, whether a choice of sides gives it."""
    gap: float
    """How far `given` is from it."""

    @property
    def untold(self) -> bool:
        """Whether it can be neither right nor wrong."""
        return self.kink is not None and self.confirmed

    def checked(self, index: tuple[int, ...], *, right: bool) -> EntryCheck:
        """As it is reported."""
        verdict: Verdict = "cannot be told" if self.untold else "agrees" if right else "differs"
        sides = (np.nan, np.nan) if self.kink is None else (self.kink.behind, self.kink.ahead)
        return EntryCheck(index, self.given, self.numeric, verdict, *sides)


def _verdict(
    comparison: _Comparison,
    because: str,
    arrays: tuple[ArrayCheck, ...],
    directional: DirectionalCheck,
    notes: tuple[str, ...],
) -> GradientCheck:
    allowed = comparison.method.tolerance
    agree = directional.error <= allowed and not any(each.verdict == "differs" for each in arrays)
    compared = any(each.checked for each in arrays)
    worst = max(arrays, key=lambda each: (each.error, each.entry_error))
    return GradientCheck(
        verdict="differs" if not agree else "agrees" if compared else "cannot be told",
        max_error=max(worst.error, directional.error),
        tolerance=allowed,
        where=worst.worst,
        method=comparison.method.name,
        because=because,
        arrays=arrays,
        directional=directional,
        faults=() if agree else faulty_links(comparison.problem),
        notes=notes,
    )


def _arrays(net: Network) -> list[tuple[int, str, int, tuple[int, ...]]]:
    """Layer, name, start in the flat vector and shape of every array of parameters."""
    return [(l, name, int(start), view.shape) for start, (l, name, view) in zip(net.starts, net.arrays, strict=True)]


def _inputs(net: Network, shape: tuple[int, ...], at: int | None) -> tuple[int, str, int, tuple[int, ...]]:
    """The same of the inputs, which stand behind all parameters; of those of one point, counted from 0, if it is given."""
    n, m = shape
    first = len(net.parameters)
    return (0, INPUTS, first, (n, m)) if at is None else (0, INPUTS, first + at * m, (m,))


def _unit(size: int, index: int) -> Array:
    direction = np.zeros(size)
    direction[index] = 1.0
    return direction


def _close(given: float, numeric: float, noise: float, tolerance: float) -> bool:
    return abs(given - numeric) <= max(tolerance * max(abs(given), abs(numeric)), noise)


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

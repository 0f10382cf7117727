"""Gradients that were made by finite differences: recognised by taking the same differences of the loss.

They are as exact as differences are, which is no mistake. Numbers that are not those of any difference stay as they are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..backprop import Gradients, back_propagate
from ..checks.numeric import EPS, Problem
from ..formulas.catalogue import Array
from .chain import Setting
from .closeness import Closeness
from .conventions import Convention
from .reading import Reading

NEAR = 0.1
"""The largest part of an array by which differences that somebody took are off."""
MOST_ENTRIES = 200
"""So many entries are compared, at most; each costs two passes."""
LEAST_ENTRIES = 3
"""One number alone is a difference with some step, whatever it is: then its step has to be one that people choose."""
FIRST_STEP = 1e-4
"""The step from whose error that of the given numbers is found."""
ROUNDING = 16 * EPS
EXPLAINED = 1e-3
"""The part of the error that may be left: a step that is found, and not known, is a little off."""
ROUNDS = 4


@dataclass(frozen=True)
class Scheme:
    """How a difference is taken."""

    formula: str
    """With h for its step."""
    order: int
    """The power of h in its error."""

    def quotients(self, problem: Problem, places: Array, h: float) -> Array:
        """The differences at some of the parameters, (places,)."""
        theta = problem.arguments
        behind, span = (-h, 2 * h) if self.order == 2 else (0.0, h)
        return np.array(
            [(_loss(problem, theta, i, h) - _loss(problem, theta, i, behind)) / span for i in places.tolist()]
        )


ONE_SIDED = Scheme("(L(w + h) − L(w))/h", 1)
CENTRAL = Scheme("(L(w + h) − L(w − h))/2h", 2)


def _loss(problem: Problem, theta: Array, place: int, step: float) -> float:
    moved = theta.copy()
    moved[place] += step
    return float(problem.at(moved).loss)


def without_their_error(
    setting: Setting, readings: Iterable[Reading], conventions: Iterable[Convention], closeness: Closeness
) -> Reading | None:
    """The reading in which dL/dW and dL/dW0 are finite differences, said so, with exact numbers in their place.

    Differences with the opposite sign, or with another factor of the number of points, keep it: the catalogue names it. Arrays
    that are no differences stay as they are given. The convention is that in which most arrays are differences. None where
    there are no differences, or all are as exact as others.
    """
    net, fwd = setting.net, setting.fwd
    exact = back_propagate(net, fwd)
    problem = Problem(net, fwd.A[0], fwd.Y, fwd.loss_function, fwd.weights, fwd.penalty, fwd.M, fwd.statistics)
    best: tuple[int, Reading] | None = None
    for reading in readings:
        given = sum(len(reading.arrays[name]) for name in ("dL_dW", "dL_dW0"))
        for convention in conventions:
            arrays = _pairs(problem, reading, exact, convention.factor * convention.scale)
            known, said = _differences(problem, arrays, closeness, max(reading.rounded.values(), default=0.0))
            if known and (best is None or len(known) > best[0]):
                best = len(known), _exactly(reading, known, said)
            if best is not None and best[0] == given:
                return best[1]
    return None if best is None else best[1]


def _exactly(reading: Reading, known: Iterable[_Pair], said: str) -> Reading:
    """The reading with exact numbers in the place of differences."""
    arrays = {name: dict(each) for name, each in reading.arrays.items()}
    for each in known:
        arrays[each.name][each.l] = each.exact * each.scale
    return replace(reading, arrays=arrays, conventions=(*reading.conventions, said), written=reading.arrays)


@dataclass(frozen=True)
class _Pair:
    """A given array and the exact one, as derivatives of the loss itself: without the `scale` of a convention."""

    name: str
    l: int
    given: Array
    exact: Array
    places: Array
    """Where its entries are in the flat vector of parameters."""
    scale: float

    @property
    def error(self) -> float:
        return float(abs(self.given - self.exact).max())

    def some(self) -> Array:
        """The entries that are compared."""
        return np.unique(np.linspace(0, self.given.size - 1, min(self.given.size, MOST_ENTRIES)).astype(int))


def _pairs(problem: Problem, reading: Reading, exact: Gradients, scale: float) -> list[_Pair]:
    """The given gradients that have the right shape and are near enough to be differences."""
    numbered = problem.net.with_parameters(np.arange(float(len(problem.net.parameters))))
    n = len(problem.Y)
    found = []
    for name, of, places in (("dL_dW", exact.dL_dW, numbered.W), ("dL_dW0", exact.dL_dW0, numbered.W0)):
        for l, given in reading.arrays[name].items():
            if given.shape == of[l].shape and np.isfinite(given).all():
                at = places[l].ravel().astype(int)
                ways = (
                    _Pair(name, l, given / by, of[l], at, by)
                    for by in (scale * times for times in (1, -1, n, 1 / n, -n, -1 / n))
                )
                found.append(min(ways, key=lambda pair: pair.error))
    size = max((float(abs(each.exact).max()) for each in found), default=0.0)
    return [each for each in found if each.error <= NEAR * size]


def _differences(
    problem: Problem, arrays: Sequence[_Pair], closeness: Closeness, rounded: float
) -> tuple[list[_Pair], str]:
    """Which of the arrays are differences with one step, and the sentence that says so."""
    for pair in sorted(arrays, key=lambda each: -each.given.size):
        if pair.error <= closeness.relative * float(abs(pair.exact).max()):
            continue
        allowed = closeness.digits * float(abs(pair.exact).max()) + rounded / abs(pair.scale)
        for scheme in (ONE_SIDED, CENTRAL):
            h = _step(scheme, problem, pair, allowed)
            known = [each for each in arrays if h and _fits(scheme, problem, each, h, allowed)]
            if known and (sum(each.given.size for each in known) >= LEAST_ENTRIES or h == _short(h)):
                error = max(abs(each.scale) * each.error for each in known)
                names = sorted({"∂L/∂W" if each.name == "dL_dW" else "∂L/∂W₀" for each in known})
                scales = {each.scale for each in known}
                judged = "right" if len(scales) == 1 and min(scales) > 0 else "compared"
                verb = "are" if len(names) > 1 else "is"
                return known, (
                    f"{' and '.join(names)} {verb} made of finite differences, {scheme.formula} with h = {h:.3g}: {judged} up "
                    f"to their error, at most {error:.1g}"
                )
    return [], ""


def _fits(scheme: Scheme, problem: Problem, pair: _Pair, h: float, allowed: float) -> bool:
    some = pair.some()
    ours = scheme.quotients(problem, pair.places[some], h)
    within = allowed + _noise(problem, h) + EXPLAINED * pair.error
    return bool((abs(ours - pair.given.ravel()[some]) <= within).all())


def _noise(problem: Problem, h: float) -> float:
    """What rounding of the loss makes of a difference."""
    return ROUNDING * abs(float(problem.here.loss)) / abs(h)


def _step(scheme: Scheme, problem: Problem, pair: _Pair, allowed: float) -> float:
    """The step with which the differences are the given numbers; 0 where there is none."""
    some, h = pair.some(), FIRST_STEP
    exact = pair.exact.ravel()[some]
    error = pair.given.ravel()[some] - exact
    for _ in range(ROUNDS):
        if _noise(problem, h) + allowed > float(abs(error).max()) / 8:  # any numbers would fit
            return 0.0
        if _fits(scheme, problem, pair, h, allowed):
            return h
        of_ours = scheme.quotients(problem, pair.places[some], h) - exact
        ratio = float(of_ours @ error) / max(float(of_ours @ of_ours), np.finfo(float).tiny)
        if not np.isfinite(ratio) or ratio == 0 or (scheme.order == 2 and ratio < 0):
            return 0.0
        h *= ratio if scheme.order == 1 else float(np.sqrt(ratio))
        h = _short(h) if abs(h - _short(h)) < 0.02 * abs(h) else h
    return 0.0


def _short(h: float) -> float:
    """A step of one digit, as people choose it."""
    return float(f"{h:.0e}")

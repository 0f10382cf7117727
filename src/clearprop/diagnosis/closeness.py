"""When a given array is one that was computed: to rounding, or to the decimals that it was written with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array
from .mistake import Place

ALLOWED = 1e-6
"""The relative difference that two orders of computation may make; mistakes make far more."""
ALLOWED_SINGLE = 3e-4
CANCELLED = 1e-12
"""The part of the largest term of a sum that may remain where the terms cancel."""


@dataclass(frozen=True)
class Closeness:
    """How far arrays may be from what is computed."""

    relative: float = ALLOWED

    @property
    def digits(self) -> float:
        """What rounding leaves open of a number by itself, relative to it."""
        return 8 * float(np.finfo(np.float32 if self.relative == ALLOWED_SINGLE else np.float64).eps)

    def close(self, value: Array, given: Array, terms: float, rounded: float = 0.0, *, either: bool = False) -> bool:
        """Whether `given` is `value`, or `either` that or its transpose; `terms` is the size of what was added up in it."""
        if value.shape != given.shape:
            if either and value.ndim == 2 and value.T.shape == given.shape:
                return self._close(value.T, given, terms, rounded)
            return value.size == given.size == 1 and self._close(value.ravel(), given.ravel(), terms, rounded)
        straight = self._close(value, given, terms, rounded)
        turned = either and not straight and value.shape == value.T.shape and value.ndim == 2
        return straight or (turned and self._close(value.T, given, terms, rounded))

    def _close(self, value: Array, given: Array, terms: float, rounded: float) -> bool:
        size = max(_size(value), _size(given))
        allowed = self.relative * size + CANCELLED * terms * (self.relative / ALLOWED) + rounded
        with np.errstate(invalid="ignore"):
            apart = abs(value - given)
        same = (value == given) | (np.isnan(value) & np.isnan(given)) | (apart <= allowed)
        return bool(same.all())


def _size(values: Array) -> float:
    finite = abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))


def terms_of(at: Place) -> float:
    """The size of the terms that are added up at a link."""
    if at.link == "update":  # of the gradient that it takes
        step = abs(at.eta or 0.0) * at.points * max(at.scale, 1.0)
        taken = _size(at.fwd.taken(at.l)) if at.array == "W" else 1.0
        return 0.0 if at.dL_dZ is None else step * taken * _size(at.dL_dZ)
    G = _size(at.G)
    factors = {
        "layers": lambda: _size(at.net.W[at.l]) if at.link == "layers" else 1.0,
        "weights": lambda: _size(at.fwd.taken(at.l)) * at.points * at.scale,
        "biases": lambda: at.points * at.scale,
        "normalization": lambda: _size(at.net.gain[at.l]) / float(np.sqrt(at.fwd.moments[at.l][1].min() + 1e-5)),
    }
    return G * float(factors[at.link]()) if at.link in factors else G

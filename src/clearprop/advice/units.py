"""Units: how much of the gradient each lets back, where it is off or on a flat end, and which are alike. No chain rule."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

import numpy as np

from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import Array
from ..formulas.learnt_activations import Learnt
from ..network import Network
from .thresholds import SATURATED

GRID = np.linspace(-8.0, 8.0, 1601)[:, None]
"""Where the largest f' is looked for, (points, 1), for a layer of units; every activation in use has it near 0."""


def largest_slope(f: Elementwise) -> float:
    """The largest |f'(z)| there is, on a grid about 0."""
    # A trainable activation is another function with every alpha.
    is_fixed = isinstance(f, Hashable) and not isinstance(f, Learnt)
    return _largest_of_fixed(f) if is_fixed else _largest(f)


def _largest(f: Elementwise) -> float:
    with np.errstate(all="ignore"):
        return float(np.nanmax(abs(f.dA_dZ(GRID, f.A(GRID)))))


_largest_of_fixed = lru_cache(maxsize=256)(_largest)


def slopes_of(f: Activation, Z: Array, A: Array) -> tuple[Array, float]:
    """|da_j/dz_j| of each unit at each point, (n, n^l), and the largest that it can be."""
    if isinstance(f, Elementwise):
        return _slopes(f, Z, A), largest_slope(f)
    own = [abs(np.diag(f.jacobian(z, a))) for z, a in zip(Z, A, strict=True)]
    return np.array(own), 0.25  # a (1 - a) is largest at a = 1/2


def _slopes(f: Elementwise, Z: Array, A: Array) -> Array:
    with np.errstate(all="ignore"):
        return abs(f.dA_dZ(Z, A))


def off(f: Activation, Z: Array, A: Array) -> Array:
    """Where units let exactly nothing back, (n, n^l); nowhere for an activation without a kink."""
    if not f.kinks or not isinstance(f, Elementwise):
        return np.zeros(Z.shape, bool)
    return _slopes(f, Z, A) == 0


def flat(f: Activation, Z: Array, A: Array) -> Array:
    """Where they let next to nothing back, those that are off included, (n, n^l)."""
    slopes, largest = slopes_of(f, Z, A)
    return slopes < SATURATED.value * largest


def everywhere(chosen: Array) -> Array:
    """Whether each unit is chosen at every point, (n^l,); `chosen` is (points, n^l)."""
    return np.asarray(chosen.all(axis=0))


def alike(net: Network, l: int) -> bool:
    """Whether all units of a layer, of several, have the same weights: they get the same gradient, and always stay equal."""
    W, W0 = net.W[l], net.W0[l]
    return W.shape[1] > 1 and bool((W[:, :1] == W).all() and (W0[0] == W0).all())

"""Zones: where each unit of a layer stands at a point: active, off or saturated, and how far in. No chain rule."""

from __future__ import annotations

import numpy as np

from ...formulas.activations import Activation, Elementwise
from ...formulas.catalogue import Array
from ..notation.numbers import percent
from ..trace.passes import Zone
from .reasons import slopes_of
from .thresholds import SATURATED


def zones_of(f: Activation, z: Array, a: Array) -> tuple[Zone, ...]:
    """A zone for each unit; z and a are (n^l,)."""
    slopes = f.dA_dZ(z, a) if isinstance(f, Elementwise) else np.diag(f.jacobian(z, a))
    largest = slopes_of(f, z[None], a[None])[1]
    return tuple(_zone(f, unit, float(z[unit - 1]), float(slopes[unit - 1]), largest) for unit in range(1, len(z) + 1))


def _zone(f: Activation, unit: int, z: float, slope: float, largest: float) -> Zone:
    share = min(abs(slope) / largest, 1.0) if largest else 0.0
    depth = 1 - share if np.isfinite(share) else 1.0
    if not np.isfinite(slope):
        return Zone(unit, "off", slope, 1.0, f"f′ = {slope:g}: it has no value here")
    if slope == 0 and isinstance(f, Elementwise) and f.kinks:
        distance = min(abs(z - kink) for kink in f.kinks)
        return Zone(unit, "off", slope, 1.0, f"f′ = 0, {distance:.3g} from the kink")
    if share < SATURATED.value:
        sure = "" if isinstance(f, Elementwise) else ", sure of its answer"
        return Zone(unit, "saturated", slope, depth, f"f′ = {slope:.3g}, {percent(share, 2)} of the largest{sure}")
    return Zone(unit, "active", slope, depth, f"f′ = {slope:.3g}, {percent(share)} of the largest")

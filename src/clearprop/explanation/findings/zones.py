"""Zones: where each unit of a layer stands at a point: active, off or saturated, and how far in. No chain rule."""

from __future__ import annotations

import numpy as np

from ...advice.thresholds import SATURATED
from ...advice.units import slopes_of
from ...formulas.activations import Activation, Elementwise
from ...formulas.catalogue import Array
from ..notation.sentences import Number, Sentence, say
from ..trace.passes import Zone


def zones_of(f: Activation, z: Array, a: Array) -> tuple[Zone, ...]:
    """A zone for each unit; z and a are (n^l,)."""
    slopes = f.dA_dZ(z, a) if isinstance(f, Elementwise) else np.diag(f.jacobian(z, a))
    largest = slopes_of(f, z[None], a[None])[1]
    return tuple(_zone(f, unit, float(z[unit - 1]), float(slopes[unit - 1]), largest) for unit in range(1, len(z) + 1))


def _zone(f: Activation, unit: int, z: float, slope: float, largest: float) -> Zone:
    share = min(abs(slope) / largest, 1.0) if largest else 0.0
    depth = 1 - share if np.isfinite(share) else 1.0
    if not np.isfinite(slope):
        return Zone(unit, "off", slope, 1.0, say("f′ = {slope}: it has no value here", slope=Number(slope, "short")))
    if slope == 0 and isinstance(f, Elementwise) and f.kinks:
        distance = min(abs(z - kink) for kink in f.kinks)
        return Zone(
            unit, "off", slope, 1.0, say("f′ = 0, {distance} from the kink", distance=Number(distance, "three"))
        )
    if share < SATURATED.value:
        sure = "" if isinstance(f, Elementwise) else ", sure of its answer"
        return Zone(unit, "saturated", slope, depth, _of_largest(slope, Number(share, "fine percent"), sure))
    return Zone(unit, "active", slope, depth, _of_largest(slope, Number(share, "percent")))


def _of_largest(slope: float, share: Number, sure: str = "") -> Sentence:
    return say(f"f′ = {{slope}}, {{share}} of the largest{sure}", slope=Number(slope, "three"), share=share)

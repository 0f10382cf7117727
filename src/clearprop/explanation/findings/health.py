"""Health: how much of the gradient arrives at each layer, how far the layer moves, and how it is shared among units."""

from __future__ import annotations

import numpy as np

from ...advice.thresholds import HARDLY_MOVES, MOVES_FAR
from ...formulas.catalogue import Array
from ..trace.around import LayerHealth
from .passes import Passes
from .update import Descent


def health_of(passes: Passes, descent: Descent) -> dict[int, LayerHealth]:
    """Each layer's, 1..L; norms are of the step's batch."""
    net, grads = passes.net, passes.grads
    squares = {l: _norm(grads.dL_dW[l]) ** 2 + _norm(grads.dL_dW0[l]) ** 2 for l in net.layers}
    total = sum(squares.values())
    health = {}
    for l in net.layers:
        W, change = _norm(net.W[l]), _norm(descent.after.W[l] - net.W[l])
        ratio = change / W if W else (np.inf if change else 0.0)
        health[l] = LayerHealth(
            l=l,
            dL_dA=_norm(grads.dL_dA[l]),
            dL_dZ=_norm(grads.dL_dZ[l]),
            dL_dW=_norm(grads.dL_dW[l]),
            dL_dW0=_norm(grads.dL_dW0[l]),
            W=W,
            change=change,
            ratio=float(ratio),
            blame=float(squares[l] / total) if total else 0.0,
            units=unit_blame(grads.dL_dZ[l]),
            verdict=_verdict(float(ratio)),
        )
    return health


def unit_blame(dL_dZ: Array) -> tuple[float, ...]:
    """Each unit's part of the sum of |dL/dz|; dL_dZ is (points, n^l)."""
    sizes = abs(dL_dZ).sum(axis=0)
    total = float(sizes.sum())
    return tuple(float(size) / total if total and np.isfinite(total) else 0.0 for size in sizes)


def _norm(values: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(values))


def _verdict(ratio: float) -> str:
    if ratio == 0:
        return "does not move"
    if not np.isfinite(ratio) or ratio > MOVES_FAR.value:
        return "moves far"
    return "hardly moves" if ratio < HARDLY_MOVES.value else "moves as is usual"

"""How large the terms are that a gradient sums: what rounding may change in it. Magnitudes only, no derivative is used up.

Two right ways to a sum differ by rounding of its terms, which is much where large terms cancel. This is the backward pass
with every value replaced by its size, so that such a difference is not taken for a wrong formula.
"""

from __future__ import annotations

import numpy as np

from ..backprop import ForwardPass, Gradients
from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array
from ..formulas.shortcuts import shortcut
from ..network import Network


def gradient_scale(net: Network, fwd: ForwardPass, grads: Gradients) -> Array:
    """For every parameter the sum of the sizes of the terms of its derivative, (p,)."""
    direct = shortcut(net.f[net.L], fwd.loss_function)
    share = np.full((len(fwd.Y), 1), 1 / len(fwd.Y)) if fwd.weights is None else fwd.weights[:, None] / len(fwd.Y)
    scales = {}
    size = share * (abs(fwd.A[net.L]) + abs(fwd.Y)) if direct else _within(net, fwd, net.L, abs(grads.dL_dA[net.L]))
    for l in reversed(net.layers):
        if l < net.L:
            size = _within(net, fwd, l, size @ abs(net.W[l + 1]).T)
        W = abs(fwd.A[l - 1]).T @ size
        if fwd.penalty is not None:
            W = W + abs(fwd.penalty.dR_dW(net.W[l]))
        scales[l] = np.concatenate([W.ravel(), size.sum(axis=0)])
    return np.concatenate([scales[l] for l in net.layers])


def _within(net: Network, fwd: ForwardPass, l: int, size: Array) -> Array:
    """Through f^l. Where f' is small it is a difference of larger numbers, 1 - a^2, so it counts as 1 at least."""
    f = net.f[l]
    if isinstance(f, Elementwise):
        return np.maximum(abs(f.dA_dZ(fwd.Z[l], fwd.A[l])), 1) * size
    return np.broadcast_to(size.sum(axis=1, keepdims=True), size.shape)  # a unit may feel every other

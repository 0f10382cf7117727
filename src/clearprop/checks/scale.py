"""How large the terms are that a gradient sums: what rounding may change in it. Magnitudes only, no derivative is used up.

Two right ways to a sum differ by rounding of its terms, which is much where large terms cancel. This is the backward pass
with every value replaced by its size, so that such a difference is not taken for a wrong formula.
"""

from __future__ import annotations

import numpy as np

from ..backprop import ForwardPass, Gradients
from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array
from ..formulas.learnt_activations import Learnt
from ..formulas.shortcuts import shortcut
from ..network import Network


def gradient_scale(net: Network, fwd: ForwardPass, grads: Gradients) -> Array:
    """For every parameter, and then every input, the sum of the sizes of the terms of its derivative, (p + n m^1,)."""
    direct = shortcut(net.f[net.L], fwd.loss_function)
    share = np.full((len(fwd.Y), 1), 1 / len(fwd.Y)) if fwd.weights is None else fwd.weights[:, None] / len(fwd.Y)
    scales = {}
    for l in reversed(net.layers):
        learnt = []
        if l == net.L and direct:
            size = share * (abs(fwd.A[l]) + abs(fwd.Y))
        else:
            size = abs(grads.dL_dA[l]) if l == net.L else size @ abs(net.W[l + 1]).T
            size = abs(fwd.M[l]) * size if l in fwd.M else size
            learnt = [_by_alpha(net, fwd, l, size)] if l in net.alpha else []
            size = _within(net, fwd, l, size)
        if l in net.normalization:
            learnt = [(abs(fwd.Z_hat[l]) * size).sum(axis=0), size.sum(axis=0), *learnt]
            size = _through_normalization(net, fwd, l, size * abs(net.gain[l]))
        W = abs(fwd.taken(l)).T @ size
        if fwd.penalty is not None:
            W = W + abs(fwd.penalty.dR_dW(net.W[l]))
        scales[l] = [W.ravel(), size.sum(axis=0), *learnt]
    by_input = size @ abs(net.W[1]).T * abs(fwd.M.get(0, np.ones(1)))
    return np.concatenate([*(scale for l in net.layers for scale in scales[l]), by_input.ravel()])


def _through_normalization(net: Network, fwd: ForwardPass, l: int, size: Array) -> Array:
    """The three terms of dẐ/dZ . dL/dẐ, which cancel where they meet, as sizes."""
    part, (mean, variance) = net.normalization[l], fwd.moments[l]
    if not fwd.is_fixed(net, l):
        Z_hat = abs(fwd.Z_hat[l])
        through_mean = size.mean(axis=part.axis, keepdims=True)
        size = size + through_mean + Z_hat * (Z_hat * size).mean(axis=part.axis, keepdims=True)
    # ẑ is the rounded difference of z and its mean, in units of the deviation: where that is small, rounding is large.
    return part.dL_dZ_fixed(size, variance) * (1 + abs(part.dL_dZ_fixed(mean, variance)))


def _within(net: Network, fwd: ForwardPass, l: int, size: Array) -> Array:
    """Through f^l. Where f' is small it is a difference of larger numbers, 1 - a^2, so it counts as 1 at least."""
    f = net.f[l]
    if isinstance(f, Elementwise):
        return np.maximum(abs(f.dA_dZ(fwd.into_f(l), fwd.A[l])), 1) * size
    return np.broadcast_to(size.sum(axis=1, keepdims=True), size.shape)  # a unit may feel every other


def _by_alpha(net: Network, fwd: ForwardPass, l: int, size: Array) -> Array:
    """dL/dalpha, (n^l,). Where df/dalpha is small it may be a difference of two values, s(z) - z, so their sizes count."""
    f, V, A = net.f[l], fwd.into_f(l), fwd.A[l]
    assert isinstance(f, Learnt)
    return (np.maximum(abs(f.dA_dalpha(V, A)), abs(V) + abs(A)) * size).sum(axis=0)

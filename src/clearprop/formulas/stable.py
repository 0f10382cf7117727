"""Functions that stay finite and exact where the plain formula overflows, cancels or divides 0 by 0. No parts live here."""

from __future__ import annotations

import numpy as np

from .catalogue import Array


def softplus(Z: Array) -> Array:
    """log(1 + e^z), as max(0, z) + log(1 + e^-|z|): e^z alone overflows above 709. Same shape."""
    positive = Z.real >= 0
    return np.where(positive, Z, 0) + np.log1p(np.exp(np.where(positive, -Z, Z)))


def log_softmax(Z: Array) -> Array:
    """log(e^{z_j} / sum_k e^{z_k}) along the last axis. Same shape.

    The largest z is taken out, so no exponential overflows; its own e^0 = 1 stays outside the sum, so that a loss
    of 1e-20 is told from 0 (log1p keeps what 1 + 1e-20 would round away).
    """
    top = Z.real.argmax(axis=-1)[..., None]
    shifted = Z - np.take_along_axis(Z, top, axis=-1)
    others = np.exp(shifted)
    np.put_along_axis(others, top, 0, axis=-1)
    return shifted - np.log1p(others.sum(axis=-1, keepdims=True))


def y_log_a(Y: Array, A: Array) -> Array:
    """Y log a, and 0 where y = 0: a class that did not happen costs nothing, even at a = 0. Same shape."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(Y == 0, 0, Y * np.log(A))


def y_over_a(Y: Array, A: Array) -> Array:
    """Y / a, and 0 where y = 0, even at a = 0. Same shape."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(Y == 0, 0, Y / A)

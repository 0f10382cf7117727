"""Which points a training has taken, found from where it ends: so a draw by another function is told from a mistake."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..formulas.catalogue import Array


def drawn_points(
    matrices: Sequence[Array], ends: Sequence[Array], X: Array, Y: Array, steps: int, lrate: float
) -> list[int] | None:
    """The number of the point of each step, where a sequence of points leads to `ends`; else None.

    `matrices` are those of the probes in `runner.py`, whose arithmetic this follows, (k, k) each; all sequences are tried.
    """
    N = X.shape[1]
    C = [matrix[None] for matrix in matrices]
    for _ in range(steps):
        C = _after_each(C, X, Y, lrate)
    off = sum(np.abs(matrix - end).max(axis=(1, 2)) for matrix, end in zip(C, ends, strict=True))
    best = int(np.argmin(off))
    if not off[best] < 1e-6:
        return None
    return [int(i) for i in np.unravel_index(best, (N,) * steps)]


def _after_each(C: list[Array], X: Array, Y: Array, lrate: float) -> list[Array]:
    """The probes (s, k, k) of s sequences after one more step on each of N points: (s N, k, k), the last point fastest."""
    A, came = X[None], []
    for matrix in C:
        came.append(np.broadcast_to(A.sum(axis=1), (len(matrix), X.shape[1])))
        A = matrix @ A
    derivative = A - 2 * Y
    moved = []
    for matrix, into in zip(reversed(C), reversed(came), strict=True):
        by = lrate * np.arcsinh(into + 2 * derivative.sum(axis=1))
        moved.append((matrix[:, None] * (1 - lrate) + by[..., None, None]).reshape(-1, *matrix.shape[1:]))
        derivative = np.swapaxes(matrix, 1, 2) @ derivative
    return moved[::-1]

"""Linear models, for comparison: ridge regression in closed form, logistic regression by Newton's method. NumPy alone.

The penalties are scikit-learn's defaults, and biases have none. X (n, m) should be standardised; weights (n,) count points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ..formulas.catalogue import Array

WidthsAndBiases: TypeAlias = tuple[Array, Array]
"""W (m, K) and W0 (K,)."""
STRENGTH = 1.0
"""Ridge's alpha; 1 / C of logistic regression."""
MOST_STEPS, MOST_INNER = 60, 250
GRADIENT = 1e-7
"""Newton's method ends where the mean loss has no larger derivative. A tenth of that moves no score that is shown."""

ONE_THREAD = 2**18
"""Products of numbers up to which OpenBLAS takes one thread."""


def ridge(X: Array, Y: Array, weights: Array | None = None) -> WidthsAndBiases:
    """The W and W0 that minimise Σ w ‖y − W0 − W x‖² + ‖W‖². Y is (n, K)."""
    mean_X, mean_Y = np.average(X, axis=0, weights=weights), np.average(Y, axis=0, weights=weights)
    C, D = X - mean_X, Y - mean_Y
    if weights is not None:
        root = np.sqrt(weights)[:, None]
        C *= root
        D *= root
    n, m = C.shape
    if m <= n:
        W = np.linalg.solve(C.T @ C + STRENGTH * np.eye(m), C.T @ D)
    else:  # the same solution by a smaller matrix
        W = C.T @ np.linalg.solve(C @ C.T + STRENGTH * np.eye(n), D)
    return W, mean_Y - mean_X @ W


def logistic(X: Array, Y: Array, weights: Array | None = None) -> WidthsAndBiases:
    """The W and W0 that minimise Σ w · nllm(softmax(W0 + W x), y) + ‖W‖² / 2. Y is (n, K), one-hot.

    Of two classes only the difference of their weights counts, and the penalty is that of the difference, as in scikit-learn.
    """
    w = (np.ones(len(X)) if weights is None else weights)[:, None]
    classes = Y.shape[1]
    strength = 2 * STRENGTH if classes == 2 else STRENGTH
    W, W0 = np.zeros((X.shape[1], classes)), np.zeros(classes)
    for _ in range(MOST_STEPS):
        P, loss = _softmax(_outputs(X, W) + W0, Y, w)
        loss += strength / 2 * (W**2).sum()
        gradient = _packed(_gradient(X, w * (P - Y)) + strength * W, (w * (P - Y)).sum(axis=0))
        if abs(gradient).max() <= GRADIENT * w.sum():
            break
        step = _solve(_curvature(X, P, w, strength), -gradient)
        size = _step_size(X, Y, w, strength, (W, W0), _unpacked(step, classes), loss, float(gradient @ step))
        if size == 0:
            break
        dW, dW0 = _unpacked(step, classes)
        W, W0 = W + size * dW, W0 + size * dW0
    return W, W0


def _softmax(Z: Array, Y: Array, w: Array) -> tuple[Array, float]:
    """Probabilities, and Σ w · nllm of them."""
    Z = Z - Z.max(axis=1, keepdims=True)
    total = np.exp(Z).sum(axis=1, keepdims=True)
    return np.exp(Z) / total, float((w * Y * (np.log(total) - Z)).sum())


def _curvature(X: Array, P: Array, w: Array, strength: float) -> Callable[[Array], Array]:
    """The product of the second derivative with a vector."""

    def times(v: Array) -> Array:
        V, V0 = _unpacked(v, P.shape[1])
        U = _outputs(X, V) + V0
        S = w * P * (U - (P * U).sum(axis=1, keepdims=True))
        return _packed(_gradient(X, S) + strength * V, S.sum(axis=0))

    return times


def _solve(matrix: Callable[[Array], Array], b: Array) -> Array:
    """About the x with matrix(x) = b, by conjugate gradients: the closer, the smaller b is, so that Newton converges fast."""
    x, r = np.zeros_like(b), b.copy()
    p, square = r.copy(), float(r @ r)
    enough = min(0.25, square**0.25) ** 2 * square
    for _ in range(MOST_INNER):
        if square <= enough:
            break
        Ap = matrix(p)
        curved = float(p @ Ap)
        if curved <= 0:  # along a shift of all biases the loss does not change
            break
        x, r = x + square / curved * p, r - square / curved * Ap
        square, before = float(r @ r), square
        p = r + square / before * p
    return x if x.any() else b


def _step_size(
    X: Array, Y: Array, w: Array, strength: float, at: WidthsAndBiases, step: WidthsAndBiases, loss: float, slope: float
) -> float:
    """The first of 1, 1/2, 1/4, ... that lowers the loss as much as its slope promises (Armijo 1966); 0 if none does."""
    size = 1.0
    while size > 1e-8:
        W, W0 = (value + size * change for value, change in zip(at, step, strict=True))
        if _softmax(_outputs(X, W) + W0, Y, w)[1] + strength / 2 * (W**2).sum() <= loss + 1e-4 * size * slope:
            return size
        size /= 2
    return 0.0


def _outputs(X: Array, W: Array) -> Array:
    """X W, in blocks of rows."""
    return np.concatenate([X[rows] @ W for rows in _blocks(X, W.shape[1])])


def _gradient(X: Array, S: Array) -> Array:
    """Xᵀ S, in blocks of rows."""
    return sum((X[rows].T @ S[rows] for rows in _blocks(X, S.shape[1])), np.zeros((X.shape[1], S.shape[1])))


def _blocks(X: Array, outputs: int) -> list[slice]:
    """Rows in blocks whose products a BLAS computes on one thread.

    On a machine full of other work its threads wait for each other: the digits took 7 s instead of 0.2.
    """
    rows = max(ONE_THREAD // (X.shape[1] * outputs), 16)
    return [slice(start, start + rows) for start in range(0, len(X), rows)]


def _packed(W: Array, W0: Array) -> Array:
    return np.concatenate([W.ravel(), W0])


def _unpacked(v: Array, classes: int) -> WidthsAndBiases:
    return v[:-classes].reshape(-1, classes), v[-classes:]

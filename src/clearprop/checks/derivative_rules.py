"""What is asked of a part that has a derivative: functions that give what is wrong, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import Array
from ..formulas.domains import Ends, Interval, LogSimplex, Simplex
from ..formulas.learnt_activations import Learnt
from ..formulas.losses import Loss
from ..formulas.normalizations import Normalization
from ..formulas.penalties import Penalty
from ..formulas.shortcuts import Shortcut

POINTS, UNITS = 6, 3
STEP, CLOSE = 1e-6, 1e-5
"""The step of a central difference, and how close a right derivative comes to it, relative to its size."""


def drawn(domain: Interval, points: int, columns: int, rng: np.random.Generator) -> Array:
    """Values (points, columns) inside a set, away from its ends."""
    if isinstance(domain, Simplex | LogSimplex):
        shares = rng.dirichlet(np.full(columns, 3.0), points)
        return np.log(shares) if isinstance(domain, LogSimplex) else shares
    if isinstance(domain, Ends):
        return rng.choice([domain.low, domain.high], (points, columns))
    low, high = domain.low, domain.high
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * rng.uniform(0.1, 0.9, (points, columns))
    if np.isfinite(low) or np.isfinite(high):
        amounts = rng.uniform(0.2, 3.0, (points, columns))
        return low + amounts if np.isfinite(low) else high - amounts
    return rng.normal(0.0, 1.5, (points, columns))


def _slope(function: Callable[[Array], Any], at: Array) -> Array:
    """D function / d at, entry by entry, by central differences of a number."""
    slope = np.empty_like(at)
    for index in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[index] += STEP
        behind[index] -= STEP
        slope[index] = (np.sum(function(ahead)) - np.sum(function(behind))) / (ahead[index] - behind[index])
    return slope


def _away(values: Array, kinks: tuple[float, ...]) -> Array:
    """Values moved off the kinks, where there is no derivative to compare with."""
    for kink in kinks:
        values = np.where(abs(values - kink) < 0.01, values + 0.02, values)
    return values


def _differs(given: Any, numeric: Array, name: str) -> str | None:
    given = np.asarray(given)
    if given.shape != numeric.shape:
        return f"{name} must have shape {numeric.shape}; it has shape {given.shape}"
    off = abs(given - numeric) - CLOSE * max(1.0, float(abs(numeric).max()))
    if not np.isfinite(given).all() or (off > 0).any():
        index = np.unravel_index(int(np.argmax(np.nan_to_num(off, nan=np.inf))), off.shape)
        place = ", ".join(str(int(each)) for each in index)
        return f"{name}[{place}] is {given[index]:.8g}, and differences give {numeric[index]:.8g}"
    return None


# ---- activations


def _inputs(part: Activation, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    Z = _away(rng.normal(0.0, 1.5, (POINTS, UNITS)), part.kinks)
    return Z, rng.normal(size=Z.shape)


def values_in_range(part: Activation, seed: int) -> str | None:
    """A has the shape and type of Z and lies in the range."""
    Z, _ = _inputs(part, seed)
    for dtype in (np.float64, np.float32):
        given = Z.astype(dtype)
        A = part.A(given)
        if np.shape(A) != Z.shape:
            return f"A must have shape {Z.shape}, that of Z; it has shape {np.shape(A)}"
        if A.dtype != dtype:
            return f"A of {np.dtype(dtype)} must be {np.dtype(dtype)}; it is {A.dtype}"
        if not np.array_equal(given, Z.astype(dtype)):
            return "A changes Z"
    A = part.A(Z)
    inside = part.range.contains(A)
    return None if inside.all() else f"range is {part.range}, and A gives {A[~inside].ravel()[0]:.8g}"


def derivative_of_activation(part: Activation, seed: int) -> str | None:
    """dL_dZ is the derivative of A."""
    Z, dL_dA = _inputs(part, seed)
    numeric = _slope(lambda moved: dL_dA * part.A(moved), Z)
    return _differs(part.dL_dZ(dL_dA, Z, part.A(Z)), numeric, "dL_dZ")


def jacobian_of_activation(part: Activation, seed: int) -> str | None:
    """Jacobian is the matrix of the same derivative, row i by z_i."""
    Z, _ = _inputs(part, seed)
    z = Z[:1]
    numeric = np.stack([_slope(lambda moved, j=j: part.A(moved)[0, j], z)[0] for j in range(UNITS)], axis=1)  # type: ignore[misc]
    held = part.at(np.full(UNITS, part.start)) if isinstance(part, Learnt) else part
    return _differs(held.jacobian(z[0], held.A(z)[0]), numeric, "jacobian")


def alone(part: Elementwise, seed: int) -> str | None:
    """A of a unit depends on that unit alone."""
    Z, _ = _inputs(part, seed)
    whole, first = part.A(Z), part.A(Z[:, :1])
    return (
        None
        if np.allclose(whole[:, :1], first)
        else "A of the first unit is another beside other units: no Elementwise"
    )


def derivative_by_alpha(part: Learnt, seed: int) -> str | None:
    """dA_dalpha is the derivative of A by alpha."""
    Z, _ = _inputs(part, seed)
    alpha = np.random.default_rng(seed + 1).normal(float(part.start), 0.3, UNITS)
    numeric = np.stack([_slope(lambda moved, i=i: part.at(moved).A(Z)[i], alpha) for i in range(POINTS)])  # type: ignore[misc]
    held = part.at(alpha)
    return _differs(held.dA_dalpha(Z, held.A(Z)), numeric, "dA_dalpha")


# ---- losses and shortcuts


def _targets(part: Loss, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    targets = UNITS
    A = drawn(part.domain_A, POINTS, targets * part.outputs_per_target, rng)
    Y = drawn(part.domain_Y, POINTS, targets, rng)
    off = A[:, :targets] - Y
    A[:, :targets] += _away(off, part.kinks) - off
    return A, Y


def loss_of_each_point(part: Loss, seed: int) -> str | None:
    """L has a number for each point, (n,), summed over its outputs, and the type of A."""
    A, Y = _targets(part, seed)
    for dtype in (np.float64, np.float32):
        L = part.L(A.astype(dtype), Y.astype(dtype))
        if np.shape(L) != (POINTS,):
            return (
                f"L of {POINTS} points and {A.shape[1]} outputs must have shape ({POINTS},); it has shape {np.shape(L)}"
            )
        if L.dtype != dtype:
            return f"L of {np.dtype(dtype)} must be {np.dtype(dtype)}; it is {L.dtype}"
    alone = np.concatenate([part.L(A[i : i + 1], Y[i : i + 1]) for i in range(POINTS)])
    return None if np.allclose(part.L(A, Y), alone) else "L of a point is another beside other points"


def derivative_of_loss(part: Loss, seed: int) -> str | None:
    """dL_dA is the derivative of L."""
    A, Y = _targets(part, seed)
    return _differs(part.dL_dA(A, Y), _slope(lambda moved: part.L(moved, Y), A), "dL_dA")


def same_as_the_pair(part: Shortcut, seed: int) -> str | None:
    """L and dL_dZ are those of the activation and the loss, one after the other."""
    f, loss = part.activation(), part.loss()
    rng = np.random.default_rng(seed)
    Z, Y = _away(rng.normal(size=(POINTS, UNITS)), f.kinks), drawn(loss.domain_Y, POINTS, UNITS, rng)
    A = f.A(Z)
    return _differs(part.L(Z, Y), loss.L(A, Y), "L") or _differs(
        part.dL_dZ(A, Y), f.dL_dZ(loss.dL_dA(A, Y), Z, A), "dL_dZ"
    )


# ---- penalties and normalisations


def derivative_of_penalty(part: Penalty, seed: int) -> str | None:
    """R is one number, and dR_dW its derivative."""
    W = _away(np.random.default_rng(seed).normal(size=(4, 3)), part.kinks)
    if np.shape(part.R(W)) != ():
        return f"R must be one number for a layer's weights; it has shape {np.shape(part.R(W))}"
    return _differs(part.dR_dW(W), _slope(part.R, W), "dR_dW")


def derivative_of_normalization(part: Normalization, seed: int) -> str | None:
    """dL_dZ is the derivative of Z_hat, also through the moments, and dL_dZ_fixed without them."""
    rng = np.random.default_rng(seed)
    Z, dL_dZ_hat = rng.normal(size=(POINTS, UNITS)), rng.normal(size=(POINTS, UNITS))
    mean, variance = part.moments(Z)
    Z_hat = part.Z_hat(Z, mean, variance)
    if np.shape(Z_hat) != Z.shape:
        return f"Z_hat must have shape {Z.shape}, that of Z; it has shape {np.shape(Z_hat)}"
    through = _slope(lambda moved: dL_dZ_hat * part.Z_hat(moved, *part.moments(moved)), Z)
    fixed = _slope(lambda moved: dL_dZ_hat * part.Z_hat(moved, mean, variance), Z)
    return _differs(part.dL_dZ(dL_dZ_hat, Z_hat, variance), through, "dL_dZ") or _differs(
        part.dL_dZ_fixed(dL_dZ_hat, variance), fixed, "dL_dZ_fixed"
    )

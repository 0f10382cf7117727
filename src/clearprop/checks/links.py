"""Which link of the chain is wrong: each part's derivative against differences of its own function, one part at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..backprop import ForwardPass
from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import Array
from ..formulas.learnt_activations import Learnt
from ..formulas.normalizations import Normalization
from ..formulas.shortcuts import shortcut
from .numeric import EPS, Problem

H = EPS ** (1 / 3)
TOLERANCE = 1e-5
"""Differences are good to 1e-10 of the function's size; a wrong formula is off by far more than this."""


def faulty_links(problem: Problem) -> tuple[str, ...]:
    """A sentence for every part whose derivative is not that of its function; or that the parts are right."""
    net = problem.net
    with np.errstate(all="ignore"):
        fwd = problem.here
        faults = [fault for l in net.layers if (fault := _activation_fault(l, net.f[l], fwd))]
        faults += [fault for l, f in net.f.items() if isinstance(f, Learnt) and (fault := _alpha_fault(l, f, fwd))]
        faults += [fault for l in net.normalization if (fault := _normalization_fault(l, net.normalization[l], fwd))]
        faults += [fault for fault in (_loss_fault(problem, fwd), _penalty_fault(problem)) if fault]
    if not faults:
        faults = ["each part's derivative is that of its function; the fault is in how they are put together"]
    return tuple(faults)


def _activation_fault(l: int, f: Activation, fwd: ForwardPass) -> str:
    """dA/dZ . u against differences, unit by unit; u = 1 for a diagonal dA/dZ, so that the numbers shown are f'."""
    Z, A = fwd.into_f(l), fwd.A[l]
    u = np.ones_like(Z) if isinstance(f, Elementwise) else np.random.default_rng(0).normal(size=Z.shape)
    given = f.dL_dZ(u, Z, A)
    numeric = _by_columns(lambda values: (u * f.A(values)).sum(axis=-1), Z, _near(f.kinks, Z), given)
    place = _first_difference(given, numeric)
    if place is None:
        return ""
    what = "f′" if isinstance(f, Elementwise) else "its product dA/dZ · u"
    return f"layer {l}, {f}: at z = {Z[place]:.6g} {what} is given as {given[place]:.6g}; differences give {numeric[place]:.6g}"


def _alpha_fault(l: int, f: Learnt, fwd: ForwardPass) -> str:
    """dA/dalpha against differences, unit by unit."""
    Z, alpha = fwd.into_f(l), np.asarray(f.alpha)
    given = f.dA_dalpha(Z, fwd.A[l])
    numeric = (f.at(alpha + H).A(Z) - f.at(alpha - H).A(Z)) / (2 * H)
    place = _first_difference(given, numeric)
    if place is None:
        return ""
    at = f"at z = {Z[place]:.6g} and alpha = {alpha[place[1]]:.6g}"
    return f"layer {l}, {f}: {at} df/dalpha is given as {given[place]:.6g}; differences give {numeric[place]:.6g}"


def _normalization_fault(l: int, part: Normalization, fwd: ForwardPass) -> str:
    """dẐ/dZ . u against differences of u . ẑ, entry by entry: a z moves the ẑ of others."""
    Z, Z_hat = fwd.Z[l], fwd.Z_hat[l]
    u = np.random.default_rng(0).normal(size=Z.shape)
    given, numeric = part.dL_dZ(u, Z_hat, part.moments(Z)[1]), np.empty_like(Z)
    for index in np.ndindex(Z.shape):
        ahead, behind = Z.copy(), Z.copy()
        ahead[index] += H
        behind[index] -= H
        moved = part.Z_hat(ahead, *part.moments(ahead)) - part.Z_hat(behind, *part.moments(behind))
        numeric[index] = (u * moved).sum() / (2 * H)
    place = _first_difference(given, numeric)
    if place is None or fwd.statistics == "running":
        return ""
    what = f"its product dẐ/dZ · u is given as {given[place]:.6g}"
    return f"layer {l}, {part}: at z = {Z[place]:.6g} {what}; differences give {numeric[place]:.6g}"


def _loss_fault(problem: Problem, fwd: ForwardPass) -> str:
    L, loss = problem.net.L, problem.loss
    A, Y = fwd.A[L], fwd.Y
    direct = shortcut(problem.net.f[L], loss)
    if direct:
        given = direct.dL_dZ(A, Y)
        numeric = _by_columns(lambda Z: direct.L(Z, Y), fwd.into_f(L))
        name = f"the shortcut {direct}"
    else:
        given, name = loss.dL_dA(A, Y), f"loss {loss}"
        near = _near(loss.kinks, A - Y) if loss.kinks else None
        numeric = _by_columns(lambda values: loss.L(values, Y), A, near, given)
    place = _first_difference(given, numeric)
    if place is None:
        return ""
    at = f"a = {A[place]:.6g}, y = {Y[place[0], place[1] % Y.shape[1]]:.6g}"
    return f"{name}: at {at} its derivative is given as {given[place]:.6g}; differences give {numeric[place]:.6g}"


def _penalty_fault(problem: Problem) -> str:
    penalty = problem.penalty
    if penalty is None:
        return ""
    for l in problem.net.layers:
        W = problem.net.W[l]
        given, numeric, near = penalty.dR_dW(W), np.empty_like(W), _near(penalty.kinks, W)
        for index in np.ndindex(*W.shape):
            step = np.zeros_like(W)
            step[index] = H
            behind, here, ahead = (np.asarray(penalty.R(each)) for each in (W - step, W, W + step))
            numeric[index] = _slope(behind, here, ahead, near[index], given[index])
        place = _first_difference(given, numeric)
        if place is not None:
            shown = f"at w = {W[place]:.6g} in layer {l} its derivative is given as {given[place]:.6g}"
            return f"penalty {penalty}: {shown}; differences give {numeric[place]:.6g}"
    return ""


def _by_columns(
    function: Callable[[Array], Array], at: Array, near: Array | None = None, given: Array | None = None
) -> Array:
    """The derivative of a function, column by column: function takes (n, k) and gives (n,). At kinks as `_slope` has it."""
    numeric, here = np.empty_like(at), function(at)
    near = np.zeros(at.shape, bool) if near is None else near
    given = np.zeros_like(at) if given is None else given
    for j in range(at.shape[1]):
        step = np.zeros_like(at)
        step[:, j] = H
        numeric[:, j] = _slope(function(at - step), here, function(at + step), near[:, j], given[:, j])
    return numeric


def _slope(behind: Array, here: Array, ahead: Array, near: Array, given: Array) -> Array:
    """The difference across; near a kink, what is nearest to the slope given between those to both sides."""
    sides = (here - behind) / H, (ahead - here) / H
    return np.where(near, np.clip(given, np.minimum(*sides), np.maximum(*sides)), (ahead - behind) / (2 * H))


def _near(kinks: Sequence[float], values: Array) -> Array:
    near = np.zeros(values.shape, bool)
    for kink in kinks:
        near |= abs(values - kink) <= 2 * H
    return near


def _first_difference(given: Array, numeric: Array) -> tuple[int, ...] | None:
    """The place of the largest difference that is no rounding; None where there is none."""
    difference = np.where(np.isfinite(numeric), abs(given - numeric), 0)
    place = np.unravel_index(int(np.argmax(np.nan_to_num(difference, nan=np.inf))), difference.shape)
    usual = max(float(np.abs(numeric[np.isfinite(numeric)]).max(initial=0.0)), 1e-6)
    return None if difference[place] <= TOLERANCE * usual else tuple(int(i) for i in place)

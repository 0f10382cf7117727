"""Which method fits a problem: the complex step where every part is smooth and can follow it, differences elsewhere."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import fields

import numpy as np

from ..backprop import ForwardPass
from ..formulas.activations import Activation
from ..formulas.catalogue import CATALOGUE, Array, Part
from ..formulas.learnt_activations import Learnt
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network
from .numeric import EPS, CentralDifferences, ComplexStep, Method


def choose_method(net: Network, fwd: ForwardPass) -> tuple[Method, str]:
    """The method, and why that one."""
    for l in net.layers:
        f = net.f[l]
        if why := _declared(f) or _tried(f, f.A, fwd.into_f(l)):
            return CentralDifferences(), f"layer {l}: {why}"
        if isinstance(f, Learnt) and (why := _tried(f, _by_alpha(f, fwd.into_f(l)), net.alpha[l])):
            return CentralDifferences(), f"layer {l}: {why} in alpha"
    loss, penalty = fwd.loss_function, fwd.penalty
    if why := _declared(loss) or _tried(loss, lambda A: loss.L(A, fwd.Y), fwd.A[net.L]):
        return CentralDifferences(), why
    if penalty is not None and (why := _declared(penalty)):
        return CentralDifferences(), why
    return ComplexStep(), "every part is smooth"


def why_no_complex_step(net: Network, fwd: ForwardPass) -> str:
    """Which part of a pass does not follow a complex step in its derivative; empty where all do."""
    for l in net.layers:
        f, Z = net.f[l], fwd.into_f(l)
        ones = np.ones_like(fwd.A[l])
        if why := _follows(f, Z, lambda Z, f=f, ones=ones: f.dL_dZ(ones, Z, f.A(Z))):  # type: ignore[misc]
            return f"layer {l}: {why}"
    loss, penalty = fwd.loss_function, fwd.penalty
    if why := _follows(loss, fwd.A[net.L], lambda A: loss.dL_dA(A, fwd.Y)):
        return why
    return "" if penalty is None else _follows(penalty, net.W[1], penalty.dR_dW)


def _follows(part: Activation | Loss | Penalty, at: Array, function: Callable[[Array], Array]) -> str:
    if not part.complex_step:
        return f"{part.name} does not follow a complex step"
    return _tried(part, function, at)


def _by_alpha(f: Learnt, V: Array) -> Callable[[Array], Array]:
    return lambda alpha: f.at(alpha).A(V)


def _declared(part: Activation | Loss | Penalty) -> str:
    if part.kinks:
        return f"{part.name} has a kink"
    return "" if part.complex_step else f"{part.name} does not follow a complex step"


def _tried(part: Part, function: Callable[[Array], Array], at: Array) -> str:
    """For a part from outside the catalogue: whether the complex step finds the derivative of its *function*.

    Its own derivative plays no role here: that is what is checked later.
    """
    if all(type(each) in CATALOGUE.get(each.kind, {}).values() for each in (part, *_inside(part))):
        return ""
    h = EPS ** (1 / 3)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # NumPy warns where a formula drops the imaginary part; this finds it too
            complex_step = np.imag(function(at + 1e-20j)) / 1e-20
            difference = (function(at + h) - function(at - h)) / (2 * h)
    except (TypeError, ValueError):
        return f"{part.name} does not take complex numbers"
    if np.allclose(complex_step, difference, rtol=1e-4, atol=1e-6, equal_nan=True):
        return ""
    return f"{part.name} does not follow a complex step"


def _inside(part: Part) -> list[Part]:
    """The hyper-parameters that are parts themselves."""
    return [value for own in fields(part) if isinstance(value := getattr(part, own.name), Part)]

"""Why a link has its value at this point, in a sentence, from the record and the values. Nothing is computed twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...formulas.activations import Activation, Elementwise
from ...formulas.catalogue import Array
from ..notation.symbols import Symbols, lowered
from ..trace.equations import linear
from .thresholds import SATURATED

GRID = np.linspace(-8.0, 8.0, 1601)[:, None]
"""Where the largest f' is looked for, (points, 1), for a layer of units; every activation in use has it near 0."""


def loss_reason(dL_dA: Array) -> str:
    """What the loss's derivative says about each output; dL_dA is (n^L,)."""
    if len(dL_dA) == 1:
        if dL_dA[0] == 0:
            return "the loss is flat here: nothing comes back"
        return f"the loss falls when a {'falls' if dL_dA[0] > 0 else 'rises'}"
    silent = int((dL_dA == 0).sum())
    if silent == len(dL_dA):
        return "the loss is flat here: nothing comes back"
    strongest = int(np.argmax(abs(dL_dA)))
    direction = "down" if dL_dA[strongest] > 0 else "up"
    felt = (
        f"; {count_of(silent, len(dL_dA), 'output')} {'does' if silent == 1 else 'do'} not enter it" if silent else ""
    )
    return f"the loss falls fastest by moving a{lowered(strongest + 1)} {direction}{felt}"


def activation_reason(f: Activation, z: Array, a: Array, link: str, *, scalar: bool) -> str:
    """Why dA^l/dZ^l, called `link`, has its shape and its zeros; z and a are (n^l,)."""
    if not isinstance(f, Elementwise):
        return f"{f.name} mixes its units: every a depends on every z, so {link} is full"
    slopes = f.dA_dZ(z, a)
    why = _slopes_reason(f, z, slopes)
    if scalar or len(z) == 1:
        return why
    return f"each a depends on its own z alone, so {link} is diagonal; {why}"


def alpha_reason(slopes: Array, alpha: str) -> str:
    """Why dA^l/dalpha^l, with df/dalpha (n^l,) on its diagonal, is what it is."""
    n, untouched = len(slopes), int((slopes == 0).sum())
    felt = "each unit has its own" if n > 1 else "the unit has its own"
    if not untouched:
        return f"{alpha} is learnt, and {felt}"
    what = "does" if untouched == 1 else "do"
    return f"{alpha} is learnt, and {felt}; {count_of(untouched, n, 'unit')} {what} not feel it at this point"


def _slopes_reason(f: Elementwise, z: Array, slopes: Array) -> str:
    n = len(z)
    at_kink = [kink for kink in f.kinks if (z == kink).any()]
    note = f"; z is exactly {at_kink[0]:g} in a unit, a kink, where the formula takes one side" if at_kink else ""
    dead = slopes == 0
    if dead.all() and not f.kinks:
        return f"{f.name} has lost its slope in double precision: f′ is 0, nothing comes back{note}"
    if dead.any() or (f.kinks and (slopes == slopes[0]).all()):
        return _kinked_reason(f, z, slopes) + note
    if (slopes == slopes[0]).all() and n > 1:
        return f"{f.name} has f′ = {slopes[0]:g} in all {n} units{note}"
    if not f.kinks and (flat := int((abs(slopes) < SATURATED.value * largest_slope(f)).sum())):
        return f"{f.name} is saturated in {count_of(flat, n, 'unit')}: little comes back"
    if n == 1:
        return f"{f.name} has f′ = {slopes[0]:.4g} here{note}"
    return f"{f.name} has f′ between {slopes.min():.4g} and {slopes.max():.4g}{note}"


def _kinked_reason(f: Elementwise, z: Array, slopes: Array) -> str:
    n, dead = len(z), slopes == 0
    if dead.all() and (f.dA_dZ(GRID, f.A(GRID)) == 0).all():
        return f"{f.name} is flat everywhere: nothing before it can learn"
    value = slopes[dead][0] if dead.any() else slopes[0]
    chosen = slopes == value
    pieces = np.searchsorted(f.kinks, z, side="right")  # how many kinks lie at or below each z
    one_piece = bool(f.kinks) and (chosen == (pieces == pieces[chosen][0])).all()
    side = _piece(f.kinks, int(pieces[chosen][0])) if one_piece else f"f′ = {value:g}"
    where = "here" if n == 1 else f"in {count_of(int(chosen.sum()), n, 'unit')}"
    whose = "the derivative" if n == 1 else "their derivative"
    return f"{f.name}: {side} {where}, so {whose} is {value:g}"


def _piece(kinks: Sequence[float], index: int) -> str:
    """The part of the line between two neighbouring kinks, as a condition on z."""
    if index == 0:
        return f"z < {kinks[0]:g}"
    if index == len(kinks):
        return f"z ≥ {kinks[-1]:g}"
    return f"{kinks[index - 1]:g} ≤ z < {kinks[index]:g}"


def link_reason(l: int, symbols: Symbols, taken: str = "A") -> str:
    """Why dZ^l/dA^(l-1) is W^l."""
    Z, A = symbols.of("Z", l).plain, symbols.of(taken, l - 1).plain
    return f"{Z} = {linear(l, symbols, taken).plain} is linear in {A}; these are the weights of the forward pass"


def weight_reason(l: int, symbols: Symbols) -> str:
    """Why dZ^l/dW^l is A^(l-1)."""
    if symbols.scalar:
        return f"{symbols.of('Z', l).plain} is linear in {symbols.of('W', l).plain}"
    w = "wⱼᵢ" if symbols.notation.out_in else "wᵢⱼ"
    return f"∂zⱼ/∂{w} = aᵢ and all else is 0: written short, for the full derivative has three indices"


def largest_slope(f: Elementwise) -> float:
    """The largest |f'(z)| there is, on a grid about 0."""
    with np.errstate(all="ignore"):
        return float(np.nanmax(abs(f.dA_dZ(GRID, f.A(GRID)))))


def slopes_of(f: Activation, Z: Array, A: Array) -> tuple[Array, float]:
    """|da_j/dz_j| of each unit at each point, (n, n^l), and the largest that it can be."""
    if isinstance(f, Elementwise):
        return abs(f.dA_dZ(Z, A)), largest_slope(f)
    own = [abs(np.diag(f.jacobian(z, a))) for z, a in zip(Z, A, strict=True)]
    return np.array(own), 0.25  # a (1 - a) is largest at a = 1/2


def count_of(some: int, of: int, noun: str) -> str:
    """Some of them in words: 2 of 3 units, both units, the one unit."""
    if some == of:
        return f"all {of} {noun}s" if of > 2 else ("both " + noun + "s" if of == 2 else f"the one {noun}")
    return f"{some} of {of} {noun}s"

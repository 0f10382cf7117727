"""Why a link has its value at this point, in a sentence, from the record and the values. Nothing is computed twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...advice.thresholds import SATURATED
from ...advice.units import GRID, largest_slope
from ...formulas.activations import Activation, Elementwise
from ...formulas.catalogue import Array
from ..notation.sentences import Count, Number, Sentence, chain, say
from ..notation.symbols import Symbols, Written, lowered
from ..notation.variables import variable
from ..trace.equations import linear


def why_loss(dL_dA: Array, on_kink: Array, a: Written) -> Sentence:
    """What the loss's derivative says about each output, called `a`; both are (n^L,), and on a kink it says nothing."""
    n, kinked = len(dL_dA), int(on_kink.sum())
    if not kinked:
        return _why_moving(dL_dA, "the loss", a)
    where = "here" if n == 1 else "in {kinked}"
    words = f"the loss is at a kink {where}, where it has no derivative: the formula takes one side"
    at_kink = say(words, kinked=Count(kinked, n, "output"))
    if kinked == n:
        return at_kink
    return chain([at_kink, _why_moving(np.where(on_kink, np.nan, dL_dA), "apart from that it", a)])


def _why_moving(dL_dA: Array, it: str, output: Written) -> Sentence:
    """Which way `it`, the loss, falls; an output whose derivative is NaN is left out."""
    n, told, silent = len(dL_dA), int((~np.isnan(dL_dA)).sum()), int((dL_dA == 0).sum())
    if silent == told > 0:
        return say(f"{it} is flat here: no gradient comes back")
    if n == 1:
        return say(f"{it} falls when {{a}} {'falls' if dL_dA[0] > 0 else 'rises'}", a=output)
    strongest = int(np.argmax(np.nan_to_num(abs(dL_dA), nan=-1.0)))
    words = f"{it} falls fastest by moving {{a}} {'down' if dL_dA[strongest] > 0 else 'up'}"
    if silent:
        words += f"; {{silent}} {'does' if silent == 1 else 'do'} not enter it"
    a = Written(f"{output.plain}{lowered(strongest + 1)}", f"{output.latex}_{{{strongest + 1}}}")
    return say(words, a=a, silent=Count(silent, n, "output"))


def why_input(dL_dX: Array, symbols: Symbols) -> Sentence:
    """Which way the loss falls when the input moves, by its derivative (m^1,)."""
    if not np.nan_to_num(dL_dX).any():
        return say("the loss does not depend on {x} here, to first order", x=symbols.of("X"))
    strongest = int(np.argmax(np.nan_to_num(abs(dL_dX), nan=-1.0)))
    x = symbols.of("X") if symbols.scalar else symbols.entry("X", 0, (strongest + 1,))
    words = f"the loss depends most on {{x}}, and falls when {{x}} {'falls' if dL_dX[strongest] > 0 else 'rises'}"
    return say(words, x=x)


def why_activation(f: Activation, z: Array, a: Array, link: Written, output: Written, *, scalar: bool) -> Sentence:
    """Why dA^l/dZ^l, called `link`, has its shape and its zeros; z and a are (n^l,), and an a is called `output`."""
    if not isinstance(f, Elementwise):
        return say(
            "{f} mixes its units: every {a} depends on every z, so {link} is full", f=f.name, a=output, link=link
        )
    why = _why_slopes(f, z, f.dA_dZ(z, a))
    if scalar or len(z) == 1:
        return why
    return chain([say("each {a} depends on its own z alone, so {link} is diagonal", a=output, link=link), why])


def why_alpha(slopes: Array, alpha: Written) -> Sentence:
    """Why dA^l/dalpha^l, with df/dalpha (n^l,) on its diagonal, is what it is."""
    n, untouched = len(slopes), int((slopes == 0).sum())
    words = f"{{alpha}} is learnt, and {'each' if n > 1 else 'the'} unit has its own"
    if untouched:
        words += f"; {{untouched}} {'does' if untouched == 1 else 'do'} not depend on it at this point"
    return say(words, alpha=alpha, untouched=Count(untouched, n, "unit"))


def _why_slopes(f: Elementwise, z: Array, slopes: Array) -> Sentence:
    at_kink = [kink for kink in f.kinks if (z == kink).any()]
    why = _slopes(f, z, slopes)
    if not at_kink:
        return why
    words = "z is exactly {kink} in a unit, a kink, where the formula takes one side"
    return chain([why, say(words, kink=Number(at_kink[0], "short"))])


def _slopes(f: Elementwise, z: Array, slopes: Array) -> Sentence:
    """What f' is in the units of a layer."""
    n, off, alike = len(z), slopes == 0, np.allclose(slopes, slopes[0], rtol=1e-12, atol=0.0)  # but for rounding
    if off.all() and not f.kinks:
        return say("{f} is so far from 0 that f′ is 0 in double precision: no gradient comes back", f=f.name)
    if off.any() or (f.kinks and alike):
        return _kinked(f, z, slopes)
    if alike and n > 1:
        return say("{f} has f′ = {slope} in {all}", f=f.name, slope=Number(slopes[0], "short"), all=Count(n, n, "unit"))
    if not f.kinks and (flat := int((abs(slopes) < SATURATED.value * largest_slope(f)).sum())):
        return say(
            "{f} is saturated in {flat}: little of the gradient comes back", f=f.name, flat=Count(flat, n, "unit")
        )
    if n == 1:
        return say("{f} has f′ = {slope} here", f=f.name, slope=Number(slopes[0], "four"))
    low, high = Number(slopes.min(), "four"), Number(slopes.max(), "four")
    return say("{f} has f′ between {low} and {high}", f=f.name, low=low, high=high)


def _kinked(f: Elementwise, z: Array, slopes: Array) -> Sentence:
    """On which piece of an activation with kinks the units stand."""
    n, off = len(z), slopes == 0
    if off.all() and (f.dA_dZ(GRID, f.A(GRID)) == 0).all():
        return say("{f} is flat everywhere: nothing before it can learn", f=f.name)
    value = slopes[off][0] if off.any() else slopes[0]
    chosen = slopes == value
    pieces = np.searchsorted(f.kinks, z, side="right")  # how many kinks lie at or below each z
    one_piece = bool(f.kinks) and (chosen == (pieces == pieces[chosen][0])).all()
    slope = Number(value, "short")
    side = _piece(f.kinks, int(pieces[chosen][0])) if one_piece else say("f′ = {slope}", slope=slope)
    words = "here, so the derivative is {slope}" if n == 1 else "in {chosen}, so their derivative is {slope}"
    stands = say(words, chosen=Count(int(chosen.sum()), n, "unit"), slope=slope)
    return chain([say("{f}:", f=f.name), side, stands], " ")


def _piece(kinks: Sequence[float], index: int) -> Sentence:
    """The part of the line between two neighbouring kinks, as a condition on z."""
    left, right = (Number(kinks[place], "short") if 0 <= place < len(kinks) else None for place in (index - 1, index))
    if left is None:
        return say("z < {right}", right=right or Number(0.0))
    if right is None:
        return say("z ≥ {left}", left=left)
    return say("{left} ≤ z < {right}", left=left, right=right)


def why_link(l: int, symbols: Symbols, taken: str = "A") -> Sentence:
    """Why dZ^l/dA^(l-1) is W^l."""
    words = "{Z} = {formula} is linear in {A}; these are the weights of the forward pass"
    return say(words, Z=symbols.of("Z", l), formula=linear(l, symbols, taken), A=symbols.of(taken, l - 1))


def why_weights(l: int, symbols: Symbols) -> Sentence:
    """Why dZ^l/dW^l is A^(l-1)."""
    if symbols.scalar:
        return say("{Z} is linear in {W}", Z=symbols.of("Z", l), W=symbols.of("W", l))
    w, order = ("wⱼᵢ", "ji") if symbols.notation.out_in else ("wᵢⱼ", "ij")
    a = variable(symbols, "A", l - 1)
    slope = Written(f"∂zⱼ/∂{w} = {a.plain}ᵢ", rf"\partial z_j / \partial w_{{{order}}} = {a.latex}_i")
    return say(
        "{slope}, all other entries are 0: the short form of a derivative with three indices",
        slope=slope,
    )

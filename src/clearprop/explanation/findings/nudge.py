"""Nudges: numbers of a step that are moved, and the loss that is measured then beside what the derivatives foretell of it.

The derivatives are those before the nudge. Their sum, each times its own nudge, is the total derivative: the loss as if it were
a plane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...backprop import ForwardPass, back_propagate, traced_forward
from ...checks.pieces import Place, kinked_values
from ...formulas.activations import Elementwise
from ...formulas.catalogue import Array
from ..notation.notations import notation_called
from ..notation.sentences import Number, Sentence, say
from ..notation.symbols import Symbols, Written
from ..trace.steered import Nudge, Nudged, Share
from ..trace.values import key_of
from .step import Asked

SHARES = (1.0, 0.5, 0.25)
ORDER_2 = (1 / 6, 1 / 3)
"""What half a nudge leaves of a gap that shrinks with the square: a quarter, somewhat more or less by the next term."""
ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""A gap that small, relative to the losses and to the terms of the sum, is their rounding."""
ONE = "The slope times the nudge is the planar approximation: it takes {L} for a line, the plane of one number"
SEVERAL = (
    "The sum is the total derivative: each slope times its own nudge. This is the planar approximation: it takes {L} for a "
    "plane"
)
NAMED = 2
"""Kinks that are told of one by one."""


def nudged(base: Asked, now: Asked) -> Nudged:
    """What moving the weights and inputs of `base` to those of `now` does to the loss. Both are of one shape and one point.

    ValueError where they are not.
    """
    _require_alike(base, now)
    with np.errstate(all="ignore"):
        fwd = _pass_of(base)
        grads = back_propagate(base.net, fwd)
        found = tuple(_nudges(base, now, grads.flat, grads.dL_dA[0][base.at]))
        estimate = float(sum(each.estimate for each in found))
        passes = [_pass_of(now), *(_pass_of(_between(base, now, share)) for share in SHARES[1:])]
        shares = tuple(
            Share(share, float(there.loss) - float(fwd.loss), share * estimate)
            for share, there in zip(SHARES, passes, strict=True)
        )
        return Nudged(
            nudges=found,
            before=float(fwd.loss),
            after=float(passes[0].loss),
            shares=shares,
            changes={l: passes[0].A[l][base.at] - fwd.A[l][base.at] for l in range(base.net.L + 1)},
            reached=tuple(_reached(base.at, fwd, passes[0])),
            says=_says(base, found, shares, _Kinks(base, now, fwd, passes[0])) if found else (),
        )


def _require_alike(base: Asked, now: Asked) -> None:
    if (base.net.widths, base.X.shape, base.at) != (now.net.widths, now.X.shape, now.at):
        raise ValueError(
            f"nudges lead from one step to another of the same network: {base.net.widths} and {base.X.shape[0]} points, "
            f"given {now.net.widths} and {now.X.shape[0]} points; begin the nudges anew"
        )


def _pass_of(asked: Asked) -> ForwardPass:
    pass_of = (asked.X, asked.Y, asked.loss, asked.weights, asked.penalty, dict(asked.M), asked.statistics)
    return traced_forward(asked.net, *pass_of)


def _reached(at: int, before: ForwardPass, after: ForwardPass) -> Iterator[str]:
    for name, one, other in (("A", before.A, after.A), ("Z", before.Z, after.Z)):
        yield from (key_of(name, l) for l in one if (one[l][at] != other[l][at]).any())


def _between(base: Asked, now: Asked, share: float) -> Asked:
    """The step with a share of each nudge."""
    p, X = base.net.parameters, base.X
    net = base.net.with_parameters(p + share * (now.net.parameters - p))
    return replace(base, net=net, X=X + share * (now.X - X))


def symbols_of(asked: Asked) -> Symbols:
    """How the step's quantities are written."""
    return Symbols(notation_called(asked.notation), set(asked.net.widths) == {1}, L=asked.net.L)


def _nudges(base: Asked, now: Asked, gradient: Array, dL_dX: Array) -> Iterator[Nudge]:
    """Every number that differs: inputs of the point that is shown, then parameters in the order of the flat vector."""
    symbols = symbols_of(base)
    for j in np.flatnonzero(now.X[base.at] != base.X[base.at]).tolist():
        by = now.X[base.at, j] - base.X[base.at, j]
        yield _nudge(symbols, "X", 0, (j + 1,), float(by), float(dL_dX[j]))
    slopes = base.net.with_parameters(gradient)
    for (l, name, before), (_, _, after), (_, _, slope) in zip(
        base.net.arrays, now.net.arrays, slopes.arrays, strict=True
    ):
        for place in zip(*np.nonzero(after != before), strict=True):
            indices = tuple(int(index) + 1 for index in place)
            yield _nudge(symbols, name, l, indices, float(after[place] - before[place]), float(slope[place]))


def _nudge(symbols: Symbols, name: str, l: int, indices: tuple[int, ...], by: float, slope: float) -> Nudge:
    derivative = symbols.of(f"dL_d{name}", l) if symbols.scalar else symbols.by_entry(name, l, indices)
    return Nudge(name, l, indices, entry_of(symbols, name, l, indices), derivative, by, slope)


def entry_of(symbols: Symbols, name: str, l: int, indices: tuple[int, ...]) -> Written:
    """An entry of an array; the array's own small letter where it has one entry alone."""
    return symbols.of(name, l) if symbols.scalar else symbols.entry(name, l, indices)


def _says(base: Asked, found: Sequence[Nudge], shares: Sequence[Share], kinks: _Kinks) -> tuple[Sentence, ...]:
    """What the planar approximation is, how its gap shrinks, and which kinks are in the way."""
    L = symbols_of(base).of("L")
    first = say(ONE if len(found) == 1 else SEVERAL, L=L)
    if not np.isfinite(shares[0].measured):
        return first, say("{L} is not finite after the nudge", L=L)
    told = tuple(kinks.told())
    sizes = [abs(kinks.before.loss), abs(kinks.after.loss), *(abs(each.estimate) for each in found)]
    rounding = ROUNDING * float(max(sizes))
    return first, *told, _shrinking(L, shares[0], shares[1], rounding, at_kink=bool(told))


def _shrinking(L: Written, whole: Share, half: Share, rounding: float, *, at_kink: bool) -> Sentence:
    """What half of the nudge leaves of the gap."""
    if abs(whole.gap) <= rounding:
        return say("There is no gap but rounding: {L} is straight along this nudge", L=L)
    if abs(half.gap) <= rounding:
        return say("Of half the nudge the gap is rounding")
    left = half.gap / whole.gap
    part = Number(left, "percent")
    if at_kink:
        words = "Half the nudge leaves {part} of the gap: only where no kink is crossed does it shrink with the square"
        return say(words, part=part)
    if ORDER_2[0] <= left <= ORDER_2[1]:
        return say(
            "Half the nudge leaves {part} of the gap, about a quarter: the gap shrinks with its square", part=part
        )
    words = "Half the nudge leaves {part} of the gap, not a quarter: the nudge is too large for one bend of {L}"
    return say(words, part=part, L=L)


class _Kinks:
    """Values that stand on a kink before the nudge and leave it, or that the nudge takes over one."""

    def __init__(self, base: Asked, now: Asked, before: ForwardPass, after: ForwardPass) -> None:
        self.base, self.before, self.after = base, before, after
        self.here = kinked_values(base.net, base.net.W, base.loss, base.penalty, before)
        self.there = kinked_values(now.net, now.net.W, base.loss, base.penalty, after)

    def told(self) -> Iterator[Sentence]:
        """A sentence for each of the first few at the point that is shown, and how many more there are."""
        met = list(self._met())
        own = [each for each in met if each[0][0] == "weight" or each[1][0] == self.base.at][:NAMED]
        for place, index in own:
            yield self._one(place, index)
        if len(met) > len(own):
            more = len(met) - len(own)
            yield say(
                f"{{more}} {'more ' if own else ''}{'value meets' if more == 1 else 'values meet'} a kink",
                more=str(more),
            )

    def _met(self) -> Iterator[tuple[Place, tuple[int, ...]]]:
        for place, here in self.here.items():
            there = self.there[place]
            kinked = (here.pieces != there.pieces) | (here.on_kink & (here.array != there.array))
            for index in zip(*np.nonzero(kinked), strict=True):
                yield place, tuple(int(each) for each in index)

    def _one(self, place: Place, index: tuple[int, ...]) -> Sentence:
        here, there = self.here[place], self.there[place]
        before, after = float(here.array[index]), float(there.array[index])
        kink = _kink_between(here.kinks, before, after)
        name, part, slopes = self._named(place, index, kink)
        L, at, own, now = symbols_of(self.base).of("L"), *(Number(each, "four") for each in (kink, before, after))
        if here.on_kink[index]:
            words = "{name} is {kink} before the nudge, a kink of {part}: {L} has a slope on each side"
            words += slopes + ", and the formula takes one of them"
            return say(words, name=name, kink=at, part=part, L=L)
        words = "{name} goes from {before} to {after}, over the kink of {part} at {kink}" + slopes
        return say(words, name=name, before=own, after=now, part=part, kink=at)

    def _named(self, place: Place, index: tuple[int, ...], kink: float) -> tuple[Written, str, str]:
        """How the value at a place is written, the part that is applied to it, and how the slope of that part jumps."""
        kind, l = place
        symbols, own = symbols_of(self.base), tuple(each + 1 for each in index)
        if kind == "unit":
            slopes = (f"{self._slope(l, index, np.nextafter(kink, side)):.4g}" for side in (-np.inf, np.inf))
            below, above = slopes
            return (
                entry_of(symbols, "Z", l, own[1:]),
                self.base.net.f[l].name,
                f" (f′ = {below} below it, {above} above)",
            )
        if kind == "weight":
            assert self.base.penalty is not None
            return entry_of(symbols, "W", l, own), f"the penalty {self.base.penalty.name}", ""
        a, y = entry_of(symbols, "A", l, own[1:]), entry_of(symbols, "Y", l, own[1:])
        return a + Written("−", "-") + y, f"the loss {self.base.loss.name}", ""

    def _slope(self, l: int, index: tuple[int, ...], z: float) -> float:
        """The slope f' of one unit at z."""
        f, Z = self.base.net.f[l], self.before.into_f(l)[:1].copy()
        Z[0, index[1]] = z
        assert isinstance(f, Elementwise)
        return float(f.dA_dZ(Z, f.A(Z))[0, index[1]])


def _kink_between(kinks: Sequence[float], before: float, after: float) -> float:
    """The kink on the way from one value to the other; the nearest one of a value that stands on it."""
    low, high = min(before, after), max(before, after)
    inside = [kink for kink in kinks if low <= kink <= high]
    return float(inside[0] if inside else min(kinks, key=lambda kink: abs(kink - before)))

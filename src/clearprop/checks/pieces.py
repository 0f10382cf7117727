"""Pieces: between two kinks a function is smooth, and here each value of a pass is held on one such piece. No chain rule.

Past its ends a held piece goes on as the parabola through three of its points, so that the loss is smooth where a kink was,
and a difference gives the derivative of this side of the kink. Held are a unit's input z, a residual a - y, a penalised w.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from ..backprop import ForwardPass
from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network

Place: TypeAlias = tuple[str, int]
"""The values of a kind in a layer: ("unit", l), (n, n^l); ("residual", L), (n, n^L); ("weight", l), (m^l, n^l)."""
Index: TypeAlias = tuple[int, ...]
Pieces: TypeAlias = Mapping[Place, Array]
"""For each value the number of its piece: how many kinks lie at or below it."""

ON_KINK = 256 * float(np.finfo(np.float64).eps)
"""A value this close to a kink, relative to the layer's largest, is on it: rounding alone decides the side."""


@dataclass(frozen=True)
class Values:
    """Values of one kind and the kinks that they may cross."""

    kinks: tuple[float, ...]
    array: Array

    @property
    def pieces(self) -> Array:
        """The piece of each value; at a kink that to its right, as the formulas take it."""
        return np.searchsorted(np.array(self.kinks), self.array, side="right")

    @property
    def on_kink(self) -> Array:
        """Which values are on a kink."""
        near = ON_KINK * max(1.0, float(abs(self.array[np.isfinite(self.array)]).max(initial=0.0)))
        return np.any([abs(self.array - kink) <= near for kink in self.kinks], axis=0)


def kinked_values(
    net: Network, W: Mapping[int, Array], loss: Loss, penalty: Penalty | None, fwd: ForwardPass
) -> dict[Place, Values]:
    """All values of a pass that some part with a kink is applied to; W are the weights of that pass."""
    found = {("unit", l): Values(f.kinks, fwd.into_f(l)) for l, f in net.f.items() if f.kinks}
    if loss.kinks:
        found["residual", net.L] = Values(loss.kinks, fwd.A[net.L] - fwd.Y)
    if penalty is not None and penalty.kinks:
        found |= {("weight", l): Values(penalty.kinks, W[l]) for l in net.layers}
    return found


def on_kinks(net: Network, fwd: ForwardPass) -> dict[Place, Array]:
    """Which values of a pass of `net` are on a kink of the part that is applied to them; only where there are some."""
    kinked = kinked_values(net, net.W, fwd.loss_function, fwd.penalty, fwd)
    return {place: on for place, values in kinked.items() if (on := values.on_kink).any()}


def other_side(kinked: Mapping[Place, Values], those: Sequence[tuple[Place, Index]]) -> dict[Place, Array]:
    """The pieces of all values, but for those named, each of which is on a kink, the piece on the other side of it."""
    pieces = {place: values.pieces for place, values in kinked.items()}
    for place, index in those:
        kinks, value = np.array(kinked[place].kinks), kinked[place].array[index]
        nearest = kinks[np.argmin(abs(kinks - value))]
        pieces[place][index] += -1 if value >= nearest else 1
    return pieces


@dataclass(frozen=True, eq=False)
class HeldActivation(Elementwise):
    """An element-wise activation whose units (n, n^l) are each held on one piece."""

    of: Activation
    pieces: Array

    def A(self, Z: Array) -> Array:
        return _held(self.of.A, self.of.kinks, self.pieces, Z)


@dataclass(frozen=True, eq=False)
class HeldLoss(Loss):
    """A sum over outputs whose residuals (n, n^L) are each held on one piece."""

    of: Loss
    pieces: Array

    def L(self, A: Array, Y: Array) -> Array:
        left, inside = _inside(self.of.kinks, self.pieces, A - Y)
        at_edge = np.where(left, Y + inside[0], A)
        losses = whole = self.of.L(at_edge, Y)
        for j in np.flatnonzero(left.any(axis=0)):  # an output is a term of the sum
            two = []
            for values in inside[1:]:
                moved = at_edge.copy()
                moved[:, j] = np.where(left[:, j], Y[:, j] + values[:, j], at_edge[:, j])
                two.append(self.of.L(moved, Y))
            losses = losses + _past(whole, *two) - whole
        return losses


class Run(Protocol):
    """Makes the pass of a network, with another loss if one is given, with the penalty or without it."""

    def __call__(self, net: Network, loss: Loss | None = None, *, penalised: bool = True) -> ForwardPass: ...


def held_pass(net: Network, loss: Loss, penalty: Penalty | None, pieces: Pieces, run: Run) -> ForwardPass:
    """The pass of `net`, which is changed for it, with every value held on its piece."""
    for l, f in net.f.items():
        if ("unit", l) in pieces:
            net.f[l] = HeldActivation(f, pieces["unit", l])
    if ("residual", net.L) in pieces:
        loss = HeldLoss(loss, pieces["residual", net.L])
    if penalty is None or not penalty.kinks:
        return run(net, loss)
    fwd = run(net, loss, penalised=False)
    return replace(fwd, loss=fwd.loss + sum(_held_penalty(penalty, pieces["weight", l], net.W[l]) for l in net.layers))


def _held_penalty(penalty: Penalty, pieces: Array, W: Array) -> float:
    """R of one layer, a sum over its weights, each held on one piece."""
    left, inside = _inside(penalty.kinks, pieces, W)
    at_edge = np.where(left, inside[0], W)
    total = whole = penalty.R(at_edge)
    for place in zip(*np.nonzero(left), strict=True):
        two = []
        for values in inside[1:]:
            moved = at_edge.copy()
            moved[place] = values[place]
            two.append(penalty.R(moved))
        total += float(_past(np.asarray(whole), *map(np.asarray, two))) - whole
    return total


def _held(function: Callable[[Array], Array], kinks: Sequence[float], pieces: Array, values: Array) -> Array:
    """A function of single values, each held on one piece."""
    left, inside = _inside(kinks, pieces, values)
    found = function(np.where(left, inside[0], values))
    if not left.any():
        return found
    return np.where(left, _past(found, *(function(np.where(left, each, values)) for each in inside[1:])), found)


def _inside(kinks: Sequence[float], pieces: Array, values: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """Which values have left their piece, the end that they left it by, and two points as far inside, and twice as far."""
    ends = np.array([-np.inf, *kinks, np.inf])
    low, last = ends[pieces], np.nextafter(ends[pieces + 1], -np.inf)  # a piece holds its left end alone
    below, above = values < low, values > last
    edge = np.where(below, low, np.where(above, last, values))
    return below | above, (edge, 2 * edge - values, 3 * edge - 2 * values)


def _past(edge: Array, near: Array, far: Array) -> Array:
    """A parabola's value as far past an end as `near` is inside it, and `far` twice as far."""
    return 3 * edge - 3 * near + far

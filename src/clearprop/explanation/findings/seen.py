"""Seen: one step as lints look at it, be it explained by itself or recorded in a training. It judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from ...advice import units
from ...formulas.activations import Activation
from ...formulas.catalogue import Array
from .passes import Passes
from .update import Descent


@dataclass(frozen=True)
class Seen:
    """The passes over all points of a step, and the step that they came to."""

    passes: Passes
    descent: Descent
    eta: float

    @property
    def points(self) -> int:
        """How many points the step has."""
        return len(self.passes.fwd.Y)

    def number(self, l: int) -> int:
        """The number that the notation gives layer l."""
        return self.passes.symbols.notation.first_layer + l - 1

    def off(self, l: int) -> Array:
        """Where the units of layer l let exactly nothing back, (points, n^l); nowhere for an activation without a kink."""
        return units.off(*self._layer(l))

    def flat(self, l: int) -> Array:
        """Where they let next to nothing back, those that are off included, (points, n^l)."""
        return units.flat(*self._layer(l))

    def _layer(self, l: int) -> tuple[Activation, Array, Array]:
        """f^l, its argument and its value."""
        return self.passes.net.f[l], self.passes.fwd.into_f(l), self.passes.fwd.A[l]

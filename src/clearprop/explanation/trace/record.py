"""Step: one step of back-propagation as data, in order and with the reason of each value. It knows no rendering.

Its records are those of the two passes and of what stands around them; every rendering reads the same numbers from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...formulas.catalogue import Array
from ...jacobians import Layout
from .around import Batch, Check, Cost, Entry, Header, LayerHealth, Lint, Rule, Update, WhatIf
from .passes import BackwardLayer, ForwardLayer, Link, ToInput
from .row import RawRow
from .values import Store, Values, key_of


@dataclass(frozen=True, repr=False)
class Step:
    """The chain rule of one step. `forward`, `backward` and `update` are by layer, 1..L."""

    header: Header
    forward: Mapping[int, ForwardLayer]
    backward: Mapping[int, BackwardLayer]
    to_input: ToInput
    rule: Rule
    update: Mapping[int, Update]
    what_if: Mapping[int, WhatIf]
    entries: tuple[Entry, ...]
    check: Check | None
    cost: Cost
    health: Mapping[int, LayerHealth]
    lints: tuple[Lint, ...]
    batch: Batch | None
    kept: Array | None
    """What the inputs are multiplied by before layer 1 takes them, (m^1, 1), where dropout leaves some out."""
    ranked: Mapping[int, Sequence[int]]
    """Units of each layer 0..L, counted from 0, those that matter most at this point first: what folding keeps."""
    row: RawRow | None = None
    """The raw row behind the point that is shown; None where the network takes it as it is."""
    retell: Callable[[Layout, str], Step] | None = field(default=None, compare=False)
    """The same step in another layout and notation; None where it cannot be told again."""

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.forward)

    @property
    def is_chain(self) -> bool:
        """Whether every layer is one neuron with one input, so that every value is a scalar (Concept 10)."""
        return all(layer.W.shape == (1, 1) for layer in self.forward.values())

    def taken(self, l: int) -> str:
        """What layer l takes in: A of the layer before, or what dropout leaves of it."""
        return "A_taken" if key_of("kept", l - 1) in self.values else "A"

    @cached_property
    def links(self) -> Mapping[tuple[str, int], Link]:
        """Every link by name and layer."""
        layers = self.backward.values()
        own = [link for layer in layers for link in (*layer.whole, *layer.links, layer.weight_link)]
        own += self.to_input.links
        own += [layer.alpha.link for layer in layers if layer.alpha is not None]
        return {(link.name, link.l): link for link in own}

    @cached_property
    def values(self) -> Values:
        """Every array that is shown, by name and layer, with the units that its rows and columns stand for."""
        store = Store(self.header, self.L)
        store.forward(self.forward, self.kept)
        store.backward(self.backward)
        store.to_input(self.to_input)
        store.step(self.update, self.what_if)
        store.around(self.check, self.batch)
        return Values(store.found, self.ranked, self.batch.at if self.batch else 0)

"""The two passes as records: layers forward and backward, the chain rule's links, their products. They compute nothing.

Matrices and vectors are two-dimensional and stand as they are shown: vectors as columns, derivatives in the trace's layout,
weights as the notation has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...formulas.catalogue import Array
from ..notation.sentences import Sentence, in_plain
from ..notation.symbols import Written

Role: TypeAlias = Literal["loss unit", "within layer", "link layers", "get weight gradient"]


@dataclass(frozen=True)
class Zone:
    """Where a unit stands: how much of a gradient it lets through."""

    unit: int
    """Counted from 1."""
    zone: Literal["active", "off", "saturated"]
    slope: float
    """f'(z); of softmax the unit's own, a (1 - a)."""
    depth: float
    """How far it is in: 0 where f' is at its largest, 1 where nothing comes through."""
    why: Sentence

    @property
    def reason(self) -> str:
        """Why, in plain text."""
        return in_plain(self.why)


@dataclass(frozen=True)
class Normalized:
    """Z brought to mean 0 and variance 1, then scaled and shifted: V, which f is applied to."""

    name: str
    formula: Written
    source: str
    mean: Array
    """(n^l, 1), or (1, 1) where it is over the units."""
    variance: Array
    Z_hat: Array
    gain: Array
    shift: Array
    V: Array


@dataclass(frozen=True)
class ForwardLayer:
    """Values going forward through layer l: Z = W^T A_prev + W0 and A = f(Z)."""

    l: int
    activation: str
    formula: Written
    derivative: Written
    elementwise: bool
    source: str
    W: Array
    """(m^l, n^l), or its transpose where the notation keeps outputs in rows."""
    W0: Array
    """(n^l, 1)."""
    A_prev: Array
    """(m^l, 1)."""
    Z: Array
    A: Array
    zones: tuple[Zone, ...]
    normalized: Normalized | None = None
    alpha: Array | None = None
    """The parameters of the activation, (n^l, 1), where it learns them."""
    kept: Array | None = None
    """What A is multiplied by before the next layer takes it, (n^l, 1): 0 for a unit that dropout leaves out."""


@dataclass(frozen=True)
class Link:
    """One factor of the chain rule."""

    name: str
    """The code's name of it, `dA_dZ`; with the layer it gives the symbol in any notation."""
    l: int
    role: Role
    formula: Written
    why: Sentence
    """Why it has this value at this point."""
    value: Array
    structure: Literal["vector", "diagonal", "full", "weights"]
    source: str = ""
    """Where the notes have it."""
    reused_by: tuple[int, ...] = ()
    """The earlier layers whose gradients contain this very factor."""

    @property
    def reason(self) -> str:
        """Why it has this value, in plain text."""
        return in_plain(self.why)


@dataclass(frozen=True)
class Factor:
    """A quantity as it stands in a product: perhaps transposed, its value as shown."""

    name: str
    l: int
    value: Array
    transposed: bool = False


@dataclass(frozen=True)
class Product:
    """A quantity as a product of others, from left to right as it is shown."""

    name: str
    l: int
    factors: tuple[Factor, ...]
    value: Array


@dataclass(frozen=True)
class Elementwise:
    """The other way to write the link within a layer: f'(Z) times dL/dA, entry by entry."""

    slopes: Array
    """f'(Z), (n^l, 1), laid out as dL/dA is."""
    value: Array
    difference: float
    """The largest difference from the product of the matrix; the two are the same numbers."""


@dataclass(frozen=True)
class Cancelling:
    """One step of the long way to a shortcut, and what is struck out in it."""

    written: Written
    reason: str


@dataclass(frozen=True)
class Shortcut:
    """Loss unit and output activation in one link (Concept 19), beside the product of the two."""

    name: str
    formula: Written
    value: Array
    long_way: Array
    """The product of the two links; not finite where the output is saturated."""
    difference: float | None
    """The largest difference between the two ways; None where the long way has no value."""
    reason: str
    derivation: tuple[Cancelling, ...] = ()
    """The long way by hand, line by line, with what cancels struck out."""


@dataclass(frozen=True)
class OwnParameters:
    """The way to an activation's own parameters: one more link, dA/dalpha, and its product with dL/dA at the point shown."""

    link: Link
    product: Product


@dataclass(frozen=True)
class BackwardLayer:
    """A gradient coming back through layer l, at the point shown."""

    l: int
    product: tuple[tuple[str, int], ...]
    """dL/dZ^l written out: (name, layer) of every factor in the layout's order (Notation 16, 7.18)."""
    links: tuple[Link, ...]
    """The factors that are new in this layer, in the order in which they are multiplied on."""
    steps: tuple[Product, ...]
    """Each of those links multiplied on to what came back so far."""
    dL_dA: Array
    dL_dZ: Array
    elementwise: Elementwise | None
    shortcut: Shortcut | None
    weight_link: Link
    weights: Product
    """A (dL/dZ)^T: the weight gradient of the point shown."""
    dR_dW: Array | None
    """What a penalty adds to dL/dW."""
    dL_dW: Array
    """The gradient that the step uses: the mean over the batch, penalty included."""
    dL_dW0: Array
    whole: tuple[Link, ...] = ()
    """Where a layer has more links than the notes' two, dA/dZ and dZ/dA as wholes: products of the links that are shown."""
    others: tuple[tuple[str, Array], ...] = ()
    """The gradients, (n^l, 1), of what else the layer learns: a normalisation's gain and shift, an activation's alpha."""
    alpha: OwnParameters | None = None

    @property
    def result(self) -> str:
        """What the link of the activation leads to: dL/dZ^l, or dL/dV^l where a normalisation stands between."""
        return "dL_dV" if any(link.name == "dA_dV" for link in self.links) else "dL_dZ"


@dataclass(frozen=True)
class ToInput:
    """The same chain one link further, to the input, at the point shown: no weight is there, and nothing is learnt."""

    links: tuple[Link, ...]
    steps: tuple[Product, ...]
    """Each of those links multiplied on; the last one gives dL/dA^0."""
    why: Sentence
    """Which way the loss falls, in the entry that it depends on most."""
    whole: Array
    """dL/dx of the loss that the step is of: the point's own with its share."""

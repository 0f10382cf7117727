"""Trace: one step of back-propagation as data: what was computed, in which order, and why each value is what it is.

It holds values and names and lays nothing out; every rendering reads the same numbers from here. Matrices and vectors
are two-dimensional and stand as they are shown: vectors as columns, derivatives in the trace's layout, weights as the
notation has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..formulas.catalogue import Array
from ..jacobians import Layout
from .symbols import Symbols, Written

if TYPE_CHECKING:
    from .values import Values

Role: TypeAlias = Literal["loss unit", "within layer", "link layers", "get weight gradient"]


@dataclass(frozen=True)
class Header:
    """What is explained: the point, what was wanted of it and what came out, and the conventions used."""

    network: str
    widths: tuple[int, ...]
    activations: tuple[str, ...]
    dtype: str
    point: str | None
    x: Array
    """(m^1, 1)."""
    y: Array
    """(n^L, 1)."""
    label: str | None
    """The class that was wanted, where the targets are classes."""
    predicted: str | None
    probability: float | None
    """The network's own probability for the class it predicts."""
    classes: tuple[str, ...] | None
    loss: str
    loss_formula: Written
    point_loss: float
    """The loss of the point shown, without penalty and weight."""
    loss_value: float
    """The number that is differentiated: the mean over the batch, penalty included."""
    penalty: str | None
    penalty_formula: Written | None
    penalty_value: float
    layout: Layout
    symbols: Symbols
    t: int
    eta: float
    schedule: str
    optimizer: str
    seed: int | None

    @property
    def notation(self) -> str:
        """The notation's name."""
        return self.symbols.notation.name


@dataclass(frozen=True)
class Zone:
    """Where a unit stands: how much of a gradient it lets through."""

    unit: int
    """Counted from 1."""
    zone: Literal["active", "dead", "saturated"]
    slope: float
    """f'(z); of softmax the unit's own, a (1 - a)."""
    depth: float
    """How far it is in: 0 where f' is at its largest, 1 where nothing comes through."""
    reason: str


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
    reason: str
    """Why it has this value at this point."""
    value: Array
    structure: Literal["vector", "diagonal", "full", "weights"]
    source: str = ""
    """Where the notes have it."""
    reused_by: tuple[int, ...] = ()
    """The earlier layers whose gradients contain this very factor."""


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
class Path:
    """One way from a weight to the loss, and the product of the links on it."""

    units: tuple[tuple[str, int, int], ...]
    """The values that it passes: quantity, layer, unit counted from 1."""
    factors: tuple[tuple[Written, float], ...]
    product: float


@dataclass(frozen=True)
class Entry:
    """The derivative by one weight or bias as a sum over paths of numbers."""

    name: Literal["W", "W0"]
    l: int
    indices: tuple[int, ...]
    """(i, j) or (j,), counted from 1: from input i to unit j."""
    symbol: Written
    derivative: Written
    value: float
    """The sum over all paths."""
    paths: tuple[Path, ...]
    """The largest ones, largest first."""
    count: int
    """How many paths there are."""
    rest: float
    """The sum of those that are not listed."""
    formula: Written
    shortcut: bool
    """Whether paths end in the shortcut's dL/dZ^L and not in dL/dA^L."""


@dataclass(frozen=True)
class StateArray:
    """What an optimiser remembers of one layer's weights, before the step and after it."""

    name: str
    before: Array
    after: Array


@dataclass(frozen=True)
class Change:
    """What else a layer learns, before and after the step, with its gradient; columns."""

    name: str
    before: Array
    gradient: Array
    after: Array


@dataclass(frozen=True)
class Update:
    """Layer l before and after the step."""

    l: int
    W: Array
    dW: Array
    """dL/dW as it is subtracted: shaped as W."""
    W_after: Array
    W0: Array
    dW0: Array
    W0_after: Array
    state: tuple[StateArray, ...] = ()
    others: tuple[Change, ...] = ()


@dataclass(frozen=True)
class WhatIf:
    """The gradient of layer l if layer l + 1 had been updated before layer l's link was taken: a fault, and its size."""

    l: int
    wrong: Array
    """dL/dW^l through the updated W^(l+1)."""
    difference: Array
    relative: float
    """The difference by the gradient, by norm."""
    reason: str


@dataclass(frozen=True)
class Rule:
    """How the gradient becomes a step."""

    name: str
    formula: Written
    plain: bool
    """Whether it is W - eta dL/dW and nothing else (7.1)."""
    about: str
    """What the rule started from."""
    loss_after: float
    """The loss of the same batch after the step."""


@dataclass(frozen=True)
class ArrayVerdict:
    """One gradient beside its numeric value."""

    name: str
    """dL_dW, dL_dW0, dL_dgain, dL_dshift or dL_dalpha."""
    l: int
    numeric: Array
    """Laid out as the gradient is; NaN where it was not asked for or stands at a kink."""
    checked: int
    at_kink: int
    size: int
    error: float


@dataclass(frozen=True)
class Check:
    """Whether the gradients are the derivative of the number that is minimised, told without the chain rule."""

    ok: bool
    method: str
    because: str
    tolerance: float
    max_error: float
    arrays: tuple[ArrayVerdict, ...]
    caveats: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class LayerCost:
    """Multiplications for the product written out for layer l (dL/dZ^l), in three orders."""

    l: int
    from_loss: int
    """Beginning at the loss: a matrix times a vector each time."""
    to_loss: int
    """Beginning at the layer: a matrix times a matrix each time."""
    reused: int
    """Beginning at the loss, with dL/dZ^(l+1) known and diagonal links taken entry by entry."""


@dataclass(frozen=True)
class Cost:
    """Why backward is the cheap order."""

    layers: tuple[LayerCost, ...]
    from_loss: int
    to_loss: int
    reused: int
    forward: int
    weights: int
    reason: str


@dataclass(frozen=True)
class LayerHealth:
    """How much arrives at a layer, and how far it moves."""

    l: int
    dL_dA: float
    dL_dZ: float
    dL_dW: float
    dL_dW0: float
    """Norms of the gradients."""
    W: float
    change: float
    """Norms of the weights and of their change."""
    ratio: float
    """Change by weights."""
    blame: float
    """The layer's part of the squared gradient, which is its part of the fall of the loss, to first order."""
    units: tuple[float, ...]
    """Each unit's part of the sum of |dL/dz|."""
    verdict: str


@dataclass(frozen=True)
class Lint:
    """Something that will go wrong or already has, and what to do about it."""

    code: str
    severity: Literal["error", "warning", "note"]
    l: int | None
    units: tuple[int, ...]
    message: str
    remedy: str
    measured: Mapping[str, float]


@dataclass(frozen=True)
class BatchLayer:
    """The gradient of layer l as a mean over points: A (m, b) times the transpose of dL/dZ (n, b), shares included."""

    l: int
    A_prev: Array
    """A column for each point."""
    dL_dZ: Array
    """A column for each point, each times its share of the loss."""
    weights: Product
    norms: tuple[float, ...]
    """The norm of each point's own dL_i/dW."""


@dataclass(frozen=True)
class Batch:
    """All points of the step."""

    size: int
    at: int
    """Which of them is shown, counted from 0."""
    losses: tuple[float, ...]
    shares: tuple[float, ...]
    """What each point counts for: w_i / b."""
    layers: Mapping[int, BatchLayer]


@dataclass(frozen=True, repr=False)
class Trace:
    """The chain rule of one step. `forward`, `backward` and `update` are by layer, 1..L; print it to read it."""

    header: Header
    forward: Mapping[int, ForwardLayer]
    backward: Mapping[int, BackwardLayer]
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
    retell: Callable[[Layout, str], Trace] | None = field(default=None, compare=False)
    """The same step in another layout and notation, its check left out; None where it cannot be told again."""

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.forward)

    @property
    def is_chain(self) -> bool:
        """Whether every layer is one neuron with one input, so that every value is a scalar (Concept 10)."""
        return all(layer.W.shape == (1, 1) for layer in self.forward.values())

    @cached_property
    def links(self) -> Mapping[tuple[str, int], Link]:
        """Every link by name and layer."""
        layers = self.backward.values()
        own = [link for layer in layers for link in (*layer.whole, *layer.links, layer.weight_link)]
        own += [layer.alpha.link for layer in layers if layer.alpha is not None]
        return {(link.name, link.l): link for link in own}

    @cached_property
    def values(self) -> Values:
        """Every array that is shown, by name and layer, with the units that its rows and columns stand for."""
        from .values import values_of

        return values_of(self)

    def text(
        self,
        width: int | None = None,
        *,
        color: bool = False,
        digits: int = 4,
        fold: int | None = 10,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The explanation as a person reads it in a terminal of `width` columns; of the terminal it is in by default.

        `color` writes ANSI colours: forward blue, backward rust, what is reused ochre. `digits` are those after the
        decimal point; 17 writes every number so that it reads back as the same. `fold` is how many rows a matrix may
        have, None for all. `sections` are those of `text.SECTIONS` to write, all by default.
        """
        from .text import as_text

        return as_text(self, width=width, color=color, digits=digits, fold=fold, sections=sections)

    def latex(
        self,
        *,
        document: bool = False,
        digits: int = 4,
        fold: int | None = 10,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The explanation in LaTeX: a fragment for a text of one's own, or a document that compiles."""
        from .latex import as_latex

        return as_latex(self, document=document, digits=digits, fold=fold, sections=sections)

    def tikz(self) -> str:
        """The network with its weights and values at this point, as a TikZ picture."""
        from .tikz import picture

        return picture(self)

    def svg(self) -> str:
        """The same picture as SVG."""
        from .svg import as_svg

        return as_svg(self)

    def to_dict(self, *, fold: int | None = 64) -> dict[str, Any]:
        """Everything, as dictionaries, lists, text and numbers: the document of `trace.schema.json`.

        Layers wider than `fold` units are shown by those that matter most; None shows every number.
        """
        from .document import as_document

        return as_document(self, fold=fold)

    def html(self, *, fold: int | None = 64) -> str:
        """A page that walks through the step: one file, which opens anywhere and asks the network for nothing.

        Layers wider than `fold` units are shown by those that matter most; None shows every one.
        """
        from .html import as_html

        return as_html(self, fold=fold)

    def _repr_html_(self) -> str:
        """In a notebook, the page in a frame of its own, so that neither's style touches the other's."""
        from .notebook import framed

        return framed(self.html(), f"One step of back-propagation, network {self.header.network}")

    def _repr_latex_(self) -> str:
        """The products with their braces, for what shows formulas and no pages."""
        from .notebook import formulas

        return formulas(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Trace of {self.header.network}: {self.header.loss} {self.header.loss_value:.6g}; print it to read it"

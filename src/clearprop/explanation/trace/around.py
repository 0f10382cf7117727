"""What stands around the two passes, as records: header, paths, step, check, cost, health, lints, batch. They compute nothing.

Arrays stand as they do in the passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ...checks import Verdict
from ...formulas.catalogue import Array
from ...jacobians import Layout
from ..notation.sentences import Sentence, in_plain
from ..notation.symbols import Symbols, Written
from .passes import Product


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
    own: Symbols
    """How derivatives of the point's loss are written: as of the whole loss, or of Lᵢ in a batch or with a weight."""
    of_point: Symbols
    """The letters of the point's loss and its derivatives by weights: Lᵢ too where a penalty makes the whole others."""
    t: int
    eta: float
    schedule: str
    optimizer: str
    seed: int | None

    @property
    def point_letter(self) -> Written:
        """How `point_loss` is written."""
        return self.of_point.of("L")

    @property
    def notation(self) -> str:
        """The notation's name."""
        return self.symbols.notation.name


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
    why: Sentence

    @property
    def reason(self) -> str:
        """Why, in plain text."""
        return in_plain(self.why)


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
    noted: bool = False
    """Whether `about` has more to say than the rule's name does."""


@dataclass(frozen=True)
class KinkedEntry:
    """An entry of a gradient at a kink, where it cannot be told whether it is right."""

    indices: tuple[int, ...]
    """Counted from 1, as those of an `Entry`."""
    symbol: Written
    given: float
    behind: float
    ahead: float
    """The derivatives that the loss has to the left and to the right, infinite where it jumps."""


@dataclass(frozen=True)
class ArrayVerdict:
    """One gradient beside its numeric value."""

    name: str
    """dL_dW, dL_dW0, dL_dgain, dL_dshift or dL_dalpha; dL_dX of layer 0."""
    l: int
    numeric: Array
    """Laid out as the gradient is; NaN where it was not asked for or stands at a kink."""
    checked: int
    at_kink: int
    size: int
    error: float
    outcome: Verdict
    kinks: tuple[KinkedEntry, ...]


@dataclass(frozen=True)
class Check:
    """Whether the gradients are the derivative of the number that is minimised, told without the chain rule."""

    outcome: Verdict
    method: str
    because: str
    tolerance: float
    max_error: float
    arrays: tuple[ArrayVerdict, ...]
    caveats: tuple[str, ...]
    said: Sentence
    """The outcome in a sentence."""

    @property
    def verdict(self) -> str:
        """The outcome in plain text."""
        return in_plain(self.said)

    @property
    def ok(self) -> bool:
        """Whether the gradients have been shown to be right."""
        return self.outcome == "agrees"


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
    why: Sentence

    @property
    def reason(self) -> str:
        """Why one order is cheaper, in plain text."""
        return in_plain(self.why)


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
class LintOverTime:
    """A finding of a recorded training."""

    t: int
    """The first step that has it."""
    steps: tuple[int, ...]
    """All recorded steps that have it."""
    when: str
    """The same in words."""
    lint: Lint
    """As the first step has it."""


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

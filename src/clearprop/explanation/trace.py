"""Trace: one step of back-propagation as data: what was computed, in which order, and why each value is what it is.

It holds values and names and lays nothing out; every rendering reads the same numbers from here. Matrices and vectors
are two-dimensional and stand as they are shown: vectors as columns, derivatives in the trace's layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ..formulas.catalogue import Array
from ..jacobians import Layout

Role: TypeAlias = Literal["loss unit", "within layer", "link layers", "get weight gradient"]


@dataclass(frozen=True)
class Header:
    """What is explained: the point, what was wanted of it and what came out, and the conventions used."""

    network: str
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
    loss: str
    loss_formula: str
    loss_value: float
    """The number that is differentiated, penalty included."""
    penalty: str | None
    penalty_value: float
    layout: Layout
    notation: str
    t: int
    eta: float


@dataclass(frozen=True)
class ForwardLayer:
    """Values going forward through layer l: Z = W^T A_prev + W0 and A = f(Z)."""

    l: int
    activation: str
    formula: str
    W: Array
    """(m^l, n^l)."""
    W0: Array
    """(n^l, 1)."""
    A_prev: Array
    """(m^l, 1)."""
    Z: Array
    A: Array


@dataclass(frozen=True)
class Link:
    """One factor of the chain rule."""

    name: str
    """The code's name of it, `dA_dZ`; with the layer it gives the symbol in any notation."""
    l: int
    role: Role
    formula: str
    reason: str
    """Why it has this value at this point."""
    value: Array
    source: str = ""
    """Where the notes have it."""
    reused_by: tuple[int, ...] = ()
    """The earlier layers whose gradients contain this very factor."""


@dataclass(frozen=True)
class Shortcut:
    """Loss unit and output activation in one link (Concept 19), beside the product of the two."""

    name: str
    formula: str
    value: Array
    long_way: Array
    """The product of the two links; not finite where the output is saturated."""
    difference: float | None
    """The largest difference between the two ways; None where the long way has no value."""
    reason: str


@dataclass(frozen=True)
class BackwardLayer:
    """A gradient coming back through layer l."""

    l: int
    product: tuple[tuple[str, int], ...]
    """dL/dZ^l written out: (name, layer) of every factor in the layout's order (Notation 16, 7.18)."""
    links: tuple[Link, ...]
    """The factors that are new in this layer, in the order in which they are multiplied on."""
    dL_dA: Array
    dL_dZ: Array
    shortcut: Shortcut | None
    weight_link: Link
    dR_dW: Array | None
    """What a penalty adds to dL/dW."""
    dL_dW: Array
    dL_dW0: Array


@dataclass(frozen=True)
class Update:
    """Layer l before and after the step W - eta dL/dW (7.1)."""

    l: int
    W: Array
    W_after: Array
    W0: Array
    W0_after: Array


@dataclass(frozen=True, repr=False)
class Trace:
    """The chain rule of one step. `forward`, `backward` and `update` are by layer, 1..L; print it to read it."""

    header: Header
    forward: Mapping[int, ForwardLayer]
    backward: Mapping[int, BackwardLayer]
    update: Mapping[int, Update]

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.forward)

    @property
    def is_chain(self) -> bool:
        """Whether every layer is one neuron with one input, so that every value is a scalar (Concept 10)."""
        return all(layer.W.shape == (1, 1) for layer in self.forward.values())

    def text(self, width: int | None = None, *, color: bool = False, digits: int = 4) -> str:
        """The explanation as a person reads it in a terminal of `width` columns; of the terminal it is in by default.

        `color` writes ANSI colours: forward blue, backward rust, what is reused ochre. `digits` are those after the
        decimal point.
        """
        from .text import as_text

        return as_text(self, width=width, color=color, digits=digits)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as dictionaries, lists, text and numbers; infinity and NaN as text."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Trace of {self.header.network}: {self.header.loss} {self.header.loss_value:.6g}; print it to read it"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {own.name: _plain(getattr(value, own.name)) for own in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value

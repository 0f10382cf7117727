"""Mistake: a wrong way to compute one link of the chain, as a part of the catalogue. Its formula is executable.

A mistake does not know what is right: it gets what came into its link, and gives what somebody computes who makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

from ..backprop import ForwardPass
from ..formulas.activations import Activation
from ..formulas.catalogue import Array, Part
from ..formulas.optimizers import Optimizer
from ..network import Network

Link: TypeAlias = Literal["loss", "activation", "normalization", "layers", "dropout", "weights", "biases", "update"]
"""A link of the chain, in the order in which back-propagation takes them."""


@dataclass(frozen=True)
class LinkRule:
    """What is right at a link: its name in the notes, the formula and its equation."""

    title: str
    formula: str
    equation: str


RULES: dict[Link, LinkRule] = {
    "loss": LinkRule("loss unit", "∂L/∂Aˡ", "7.19, Notation 14"),
    "activation": LinkRule("activation function", "∂L/∂Zˡ = ∂Aˡ/∂Zˡ · ∂L/∂Aˡ = f′(Zˡ) ∗ ∂L/∂Aˡ", "7.23, Notation 17"),
    "normalization": LinkRule(
        "normalisation", "∂L/∂Zˡ = ∂Ẑˡ/∂Zˡ · gain ∗ ∂L/∂Vˡ, also through the mean and the variance", "7.23, Notation 17"
    ),
    "layers": LinkRule("link between layers", "∂L/∂Aˡ⁻¹ = ∂Zˡ/∂Aˡ⁻¹ · ∂L/∂Zˡ = Wˡ ∂L/∂Zˡ", "7.26, Notation 17"),
    "dropout": LinkRule("dropout", "∂L/∂Aˡ = Mˡ ∗ (∂L/∂Aˡ after dropout), Mˡ = mask/(1 − rate)", "7.26, Notation 17"),
    "weights": LinkRule("weight link", "∂L/∂Wˡ = ∂Zˡ/∂Wˡ (∂L/∂Zˡ)ᵀ = Aˡ⁻¹ (∂L/∂Zˡ)ᵀ", "7.29, Notation 16"),
    "biases": LinkRule("bias gradient", "∂L/∂W₀ˡ = ∂L/∂Zˡ, summed over the points", "pseudocode, lines 34-35"),
    "update": LinkRule("update", "Wˡ ← Wˡ − η ∂L/∂Wˡ", "7.1; pseudocode, lines 37-42"),
}
"""What is right at each link, in the notes' column notation; ˡ stands for the layer's number."""


@dataclass(frozen=True)
class Place:
    """One link at work: what came into it, and what is right there. Rows are points, as in `backprop`."""

    net: Network
    fwd: ForwardPass
    l: int
    link: Link
    right: Array
    """What the chain rule makes of what came in."""
    G: Array
    """What came in: dL/dA of the layer, dL/dZ for the links after it, dL/dW or dL/dW0 for an update."""
    share: Array | float
    """dL/dL_i of each point, (n, 1) or a number: 1/n where the loss is a mean."""
    scale: float = 1.0
    """The factor of sums over points in the gradients of parameters: not 1 where only there a mean is taken."""
    dL_dA: Array | None = None
    """dL/dA^l, where the link comes after it."""
    dL_dZ: Array | None = None
    """dL/dZ^l, at an update."""
    dL_dW: Array | None = None
    """The weight gradient of layer l as it was computed, at the link to the layer before."""
    W_after: Array | None = None
    eta: float | None = None
    array: str = "W"
    """Which parameters an update changes, `W` or `W0`."""
    optimizer: Optimizer | None = None
    velocity: Array | None = None
    """What momentum remembers of these parameters."""

    @property
    def points(self) -> int:
        """The number of points, n."""
        return len(self.fwd.Y)

    @property
    def f(self) -> Activation:
        """The activation function of layer l."""
        return self.net.f[self.l]

    @property
    def Z(self) -> Array:
        """What f^l is applied to, (n, n^l)."""
        return self.fwd.into_f(self.l)

    @property
    def A(self) -> Array:
        """A^l, (n, n^l)."""
        return self.fwd.A[self.l]

    @property
    def penalty_term(self) -> Array | float:
        """What the penalty adds to the weight gradient of layer l; 0 without one."""
        return 0.0 if self.fwd.penalty is None else self.fwd.penalty.dR_dW(self.net.W[self.l])

    def scale_of_sum(self, total: Array) -> Array:
        """A sum over points of what dL/dZ makes, as this solution scales its gradients."""
        return self.scale * total

    def gradient_of(self, G: Array) -> Array:
        """The gradient that this link, of weights or of biases, would give for another dL/dZ, (n, n^l)."""
        if self.link == "biases":
            return self.scale * G.sum(axis=0)
        return self.scale * (self.fwd.taken(self.l).T @ G) + self.penalty_term

    @property
    def parameters(self) -> Array:
        """The parameters that an update changes."""
        return getattr(self.net, self.array)[self.l]


class Mistake(Part):
    """A wrong way to compute a link: its formula as text and as code, why it is wrong, and what to remember."""

    kind = "mistake"
    links: ClassVar[tuple[Link, ...]]
    """The links in which it is made."""
    lesson: ClassVar[str]
    variants: ClassVar[tuple[str, ...]] = ()
    """What is particular about each array that `computed` gives, where it gives several."""
    where_told: ClassVar[str] = ""
    """Which inputs show it, where others do not."""
    of_whole_layer: ClassVar[bool] = False
    """Whether it is made in a layer's weights and biases alike, never in one of them alone."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "links" in vars(cls) and "source" not in vars(cls):  # where the notes have what is right
            cls.source = RULES[cls.links[0]].equation

    def computed(self, at: Place) -> Iterator[Array | None]:
        """The arrays that this mistake gives here, one for each of `variants`; None for one that cannot be made here."""
        raise NotImplementedError(f"mistake {self.name!r} must define computed")

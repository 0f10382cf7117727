"""A step that is moved by hand, as records: numbers nudged away from it, the loss by its step size. They compute nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...formulas.catalogue import Array
from ..notation.sentences import Sentence
from ..notation.symbols import Written


@dataclass(frozen=True)
class Nudge:
    """One number that was moved, and what its derivative foretells of the loss."""

    name: str
    """W, W0, gain, shift or alpha of a layer; X for an input."""
    l: int
    """The layer that it belongs to; 0 for an input."""
    indices: tuple[int, ...]
    """Counted from 1."""
    symbol: Written
    derivative: Written
    by: float
    """How far it was moved."""
    slope: float
    """dL by this number, before the nudge."""

    @property
    def estimate(self) -> float:
        """The slope times the nudge."""
        return self.slope * self.by


@dataclass(frozen=True)
class Share:
    """What a share of all nudges together does to the loss."""

    of: float
    """1 for the nudges themselves, 1/2 for half of each."""
    measured: float
    """The loss with that share of the nudges, less the loss without any."""
    estimate: float
    """The total derivative: the sum of the slopes times the nudges."""

    @property
    def gap(self) -> float:
        """What the planar approximation misses."""
        return self.measured - self.estimate


@dataclass(frozen=True)
class Nudged:
    """Several nudges at once: what the derivatives foretell beside what is measured."""

    nudges: tuple[Nudge, ...]
    before: float
    """The loss without them."""
    after: float
    shares: tuple[Share, ...]
    """All of the nudges, half of each, a quarter."""
    changes: Mapping[int, Array]
    """What A[l] changed by at the point that is shown, (n^l,); of layer 0 the inputs."""
    reached: tuple[str, ...]
    """Which values of the way forward changed, by their ids: `Z:2`."""
    says: tuple[Sentence, ...]


@dataclass(frozen=True)
class Valley:
    """The loss after this step, had its step size been another one."""

    eta: float
    loss: float
    """After the step as it is."""
    start: float
    """Before it, which is a step of size 0."""
    slope: float | None
    """dL/d eta at 0: the way's slope; None where another step size is another way."""
    etas: Array
    losses: Array
    """(points of the curve,)."""
    best_eta: float
    best_loss: float
    """The lowest loss that was measured; a step size of 0 where none lowers it."""
    open: bool
    """Whether the loss falls as far as was measured, and these are where most of the fall is done."""
    says: tuple[Sentence, ...]

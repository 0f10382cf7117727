"""What sending costs ranks, by the model of Hockney 1994: a message of b bytes takes alpha + beta b seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .ranks import IN_HALVES


@dataclass(frozen=True)
class Link:
    """A way between two ranks."""

    name: str
    alpha: float
    """Seconds of a message without bytes."""
    beta: float
    """Seconds of a byte."""

    def sum_seconds(self, ranks: int, size: int) -> float:
        """A sum of `size` bytes over a power of two of ranks, as `MPIRanks.add_in_pairs` makes it.

        >>> link = Link("", alpha=1.0, beta=0.5)
        >>> link.sum_seconds(1, 10), link.sum_seconds(2, 10), link.sum_seconds(4, 1 << 20) < 4 * (1 + (1 << 20) / 2)
        (0.0, 6.0, True)
        """
        rounds = math.ceil(math.log2(ranks))
        if ranks >= 4 and size >= IN_HALVES:
            return 2 * rounds * self.alpha + 2 * (1 - 1 / ranks) * size * self.beta
        return rounds * (self.alpha + size * self.beta)


@dataclass(frozen=True)
class Step:
    """A step of a training on one rank: its seconds, and the bytes of its gradient."""

    gradient: float
    """Seconds of the gradients of a batch, which ranks share."""
    update: float
    """Seconds of the update, which each rank makes."""
    size: int
    """Bytes of the gradient, or of what is averaged."""
    state: int = 0
    """Bytes of the optimiser's state, which local steps send too."""

    def seconds(self, ranks: int, link: Link) -> float:
        """A step of so many ranks with a sum of gradients."""
        return self.gradient / ranks + self.update + link.sum_seconds(ranks, self.size)

    def local_seconds(self, ranks: int, link: Link, every: int) -> float:
        """A local step, one of `every` between two means."""
        return self.gradient / ranks + self.update + link.sum_seconds(ranks, self.size + self.state) / every

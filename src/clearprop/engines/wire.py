"""What ranks gain, and what sending costs by the model of Hockney 1994: a message of b bytes takes alpha + beta b seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..formulas.compression import Compression
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
        """A sum of `size` bytes over a power of two of ranks, as `Tree.add_in_pairs` makes it.

        >>> link = Link("", alpha=1.0, beta=0.5)
        >>> link.sum_seconds(1, 10), link.sum_seconds(2, 10), link.sum_seconds(4, 1 << 20) < 4 * (1 + (1 << 20) / 2)
        (0.0, 6.0, True)
        """
        rounds = math.ceil(math.log2(ranks))
        if ranks >= 4 and size >= IN_HALVES:
            return 2 * rounds * self.alpha + 2 * (1 - 1 / ranks) * size * self.beta
        return rounds * (self.alpha + size * self.beta)


# Measured over two ranks: float64 sums of 10^3, 10^4, 10^5 and 10^6 numbers took 4 us, 15 us, 79 us and 0.57 ms in shared
# memory, and 52 us, 0.66 ms, 6.7 ms and 67 ms between two network namespaces shaped to 1 Gbit/s.
LINKS = (Link("one machine", 4e-6, 1e-10), Link("1 Gbit/s", 5e-5, 8.3e-9))


A_ROUNDING = 1e-9
"""Seconds that a number takes to be rounded to bfloat16 at one node of the tree, and what that leaves to be kept."""
A_SHARD = 3.5e-6
"""Seconds that the call for a micro-shard takes, beside its arithmetic."""


@dataclass(frozen=True)
class Step:
    """A step of a training on one rank: its seconds, and the bytes that ranks send for it."""

    gradient: float
    """Seconds of the gradients of a batch, which ranks share."""
    update: float
    """Seconds of the update, which each rank makes."""
    size: int
    """Bytes of the gradient."""
    state: int = 0
    """Bytes of the optimiser's state, which is averaged with the weights after local steps."""

    shards: int = 0
    """Micro-shards of a batch."""
    itemsize: int = 4
    """Bytes of a number of the gradient."""

    def gain(self, ranks: int, link: Link, every: int = 1, compression: Compression | None = None) -> float:
        """How many times the steps of one rank so many take: with a sum of gradients, or a mean after `every` local steps.

        With a compression the gradient is rounded at every node of the tree.

        >>> Step(gradient=1.0, update=0.0, size=0).gain(4, Link("", 0.0, 0.0))
        4.0
        """
        sent = self.size if every == 1 else self.size + self.state
        calls = A_SHARD * self.shards / ranks if every == 1 else 0.0  # local steps are many in one call
        sums = link.sum_seconds(ranks, sent) / every
        if compression is not None:
            exact, numbers = 1 / compression.exact_every, self.size / self.itemsize
            nodes = 2 * max(1, self.shards // ranks) - 1 + math.log2(ranks)
            sums = exact * sums + (1 - exact) * link.sum_seconds(ranks, int(numbers * compression.itemsize))
            sums += A_ROUNDING * numbers * nodes
        return (self.gradient + self.update) / (self.gradient / ranks + calls + self.update + sums)

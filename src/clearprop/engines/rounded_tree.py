"""The tree in which rounded gradients are added up: each of its nodes is rounded, and keeps what that left for the next step.

Every node is rounded, those of one rank and those between ranks alike, so the bits do not depend on where ranks are cut.
The last step of each call, and every so many before it, is exact and takes in all that was left: then nothing is kept, so no
state holds it, and a training goes on with another number of ranks.
"""

from __future__ import annotations

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.compression import Compression
from ..network import Network
from .ranks import Partial, Ranks
from .shard_tree import Tree


class RoundedTree(Tree):
    """A tree over `shards` parts whose sums, of a network's gradients, are sent as `compression` has it."""

    def __init__(self, shards: int, ranks: Ranks, compression: Compression, net: Network) -> None:
        super().__init__(shards, ranks)
        self.compression = compression
        self.exact = True
        """Whether the sum of this step is exact, and takes in what the steps before it left."""
        self._left: dict[range, Array] = {}
        """What rounding left at each node, by its block of shards."""
        self._sent, self._came = (Partial(net.parameters.size, np.dtype(compression.sent)) for _ in range(2))

    def forget(self) -> None:
        """Begin anew after a step that was not finite."""
        self._left.clear()

    def settle(self, block: range, own: Partial, at: slice = slice(None)) -> None:
        """Round the sum of a block, or some of its numbers, in place; or take in what is left of it, where the sum is exact."""
        if block not in self._left:
            self._left[block] = np.zeros_like(own.numbers)
        numbers, left = own.numbers[at], self._left[block][at]
        numbers += left
        if self.exact:
            left.fill(0.0)
            return
        sent = self._sent.numbers[at]
        sent[...] = self.compression.rounded(numbers)
        rounded = self.compression.restored(sent)
        np.subtract(numbers, rounded, out=left)
        numbers[...] = rounded

    def _messages(self, own: Partial, received: Partial) -> tuple[Partial, Partial]:
        return (own, received) if self.exact else (self._sent, self._came)

    def _gathered(self, found: list[tuple[range, Partial]], free: list[Partial]) -> Partial:
        if self.exact:
            return super()._gathered(found, free)
        given = []
        for _, own in found:
            packed = Partial(own.padded, np.dtype(self.compression.sent))
            packed.numbers[...], packed.loss[...] = self.compression.rounded(own.numbers), own.loss
            given.append(packed)
        free.extend(own for _, own in found)
        found = []
        for block, raw in zip(self.every_block, self.ranks.gathered(given, self.counts), strict=True):
            self._came.raw[...] = raw
            own = free.pop()
            own.numbers[...], own.loss[...] = self.compression.restored(self._came.numbers), self._came.loss
            self.join(found, block, own, free)
        return found[0][1]

    def _values(self, sent: Array) -> Array:
        return sent if self.exact else self.compression.restored(sent)


def require_smaller(compression: Compression, net: Network) -> None:
    """ValueError for numbers that are sent no smaller than the network's own."""
    if compression.itemsize >= net.dtype.itemsize:
        raise ValueError(
            f"compression={str(compression)!r} sends {compression.itemsize} bytes a number, and this network's have "
            f"{net.dtype.itemsize}: take bfloat16, or leave compression out"
        )

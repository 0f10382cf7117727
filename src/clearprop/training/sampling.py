"""Sampling: which points each step sees. It draws row numbers and never touches data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..engines.batches import Batches
from ..formulas.catalogue import Array, Part, register

DRAWN_AT_ONCE = 65536
"""Row numbers drawn in one call. The order of points does not depend on how steps are grouped, only on this."""


class Sampling(Part):
    """A way to draw batches, without end."""

    kind = "sampling"

    def batches(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        """Row numbers of n points for step after step, in pieces (k, b) of any k; an epoch's last batch may be short."""
        raise NotImplementedError(f"sampling {self.name!r} must define batches")


@register
class Shuffle(Sampling):
    """Every point once in an epoch, in a new random order each time; the last batch is what is left."""

    name, formula, source = "shuffle", "a permutation each epoch", "standard"

    def batches(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        full, at_once = n // b * b, max(1, DRAWN_AT_ONCE // n)
        while True:
            orders = rng.permuted(np.tile(np.arange(n), (at_once, 1)), axis=1)
            if full == n:
                yield orders.reshape(-1, b)
                continue
            for order in orders:
                if full:
                    yield order[:full].reshape(-1, b)
                yield order[full:].reshape(1, -1)


@register
class WithReplacement(Sampling):
    """Every point equally likely at every draw, as the notes' procedure has it; an epoch is n draws."""

    name, formula, source = "with_replacement", "i ~ uniform(1..n) at each draw", "section 7.6.2"

    def batches(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        at_once = max(1, DRAWN_AT_ONCE // b)
        while True:
            yield rng.integers(0, n, size=(at_once, b))


class Supply:
    """Batches of n points handed out by number of steps."""

    def __init__(self, batches: Iterator[Array], n: int) -> None:
        self._batches, self._n, self._piece = batches, n, np.empty((0, 0), np.int64)

    def take(self, steps: int) -> Batches:
        """Row numbers for that many steps."""
        pieces = []
        while steps > 0:
            if not len(self._piece):
                self._piece = self._checked(next(self._batches))
            pieces.append(self._piece[:steps])
            self._piece = self._piece[steps:]
            steps -= len(pieces[-1])
        return Batches.joined(pieces)

    def _checked(self, piece: Array) -> Array:
        whole = piece.ndim == 2 and piece.size > 0 and piece.dtype.kind in "iu"
        if not (whole and piece.min() >= 0 and piece.max() < self._n):  # an engine would take -1 for another row
            raise ValueError(f"a sampling gives row numbers (k, b) from 0 to {self._n - 1}; given {piece!r}")
        return piece

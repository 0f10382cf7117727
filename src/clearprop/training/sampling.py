"""Sampling: which points each step uses. It draws row numbers; the data are not needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engines.batches import Batches
from ..formulas.catalogue import Array, Part, hyper, part_hyper, register
from ..formulas.stateful import Stateful
from .last_batch import Keep, LastBatch

DRAWN_AT_ONCE = 65536
"""Row numbers drawn in one call. The order of points does not depend on how steps are grouped, only on this."""


class Sampling(Part):
    """A way to draw batches."""

    kind = "sampling"

    def draw(self, n: int, b: int, rng: np.random.Generator) -> Iterable[Array]:
        """Row numbers of n points for the next steps, in pieces (k, size) of any k; sizes may differ from b.

        It is called again when these are used up. Only `rng` may change from call to call, because a continued training
        restores nothing but that generator's state to draw the same batches.
        """
        raise NotImplementedError(f"sampling {self.name!r} must define draw")

    def steps_per_epoch(self, n: int, b: int) -> int:
        """Steps in an epoch of n points."""
        return -(-n // b)

    def largest_batch(self, b: int) -> int:
        """The most points that it draws for one step, whatever n is."""
        return b


@register
@dataclass(frozen=True)
class Shuffle(Sampling):
    """Every point once in an epoch, in a new random order each time; `last` says what the points left over become."""

    name, formula, source = "shuffle", "a permutation each epoch", "standard"
    other_names = ("random", "random_sampler", "permutation", "without_replacement")
    last: LastBatch = part_hyper(LastBatch, Keep(), about="what becomes of the points left over")  # noqa: RUF009 - a field

    def draw(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        for epochs in growing(max(1, DRAWN_AT_ONCE // n)):
            orders = np.empty((epochs, n), np.int64)
            orders[...] = np.arange(n)
            rng.permuted(orders, axis=1, out=orders)
            if n % b == 0:
                yield orders.reshape(-1, b)
                continue
            for order in orders:
                yield from self.last.divided(order, b)

    def __str__(self) -> str:
        """A text that `find` reads back; with the default it is the one of states that were saved before there was a choice."""
        return self.name if self.last == Keep() else super().__str__()

    def steps_per_epoch(self, n: int, b: int) -> int:
        return self.last.steps(n, b)

    def largest_batch(self, b: int) -> int:
        return self.last.at_most(b)


@register
@dataclass(frozen=True)
class BlockShuffle(Sampling):
    """Every point once in an epoch, for data that are read from a disk: near points stay near in time, and in the cache.

    The points are cut into blocks of `rows` neighbours. In each epoch the blocks come in a new random order, and the points of
    every `blocks` of them, one after the other, are shuffled together; batches are cut from the order that this gives. With one
    group for all points it is `shuffle` in all but its random numbers.
    """

    name, formula = "block_shuffle", "a permutation of blocks, and of the points of each group of blocks"
    source = "tf.data's shuffle of shards and of a buffer, in groups that do not overlap"
    rows: int = hyper(2048, low=1, high=2**31, about="the points of a block")
    blocks: int = hyper(32, low=1, high=2**31, about="the blocks whose points are shuffled together")
    last: LastBatch = part_hyper(LastBatch, Keep(), about="what becomes of the points left over")  # noqa: RUF009 - a field

    def draw(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        yield from self.last.divided(self._order(n, rng), b)

    def _order(self, n: int, rng: np.random.Generator) -> Array:
        """The points of one epoch, (n,), in the smallest type: this is what is held for a table that is not."""
        order = np.empty(n, np.int32 if n < 2**31 else np.int64)
        turns, at = rng.permutation(-(-n // self.rows)), 0
        for start in range(0, len(turns), self.blocks):
            begins = turns[start : start + self.blocks] * self.rows
            group = np.concatenate([np.arange(begin, min(begin + self.rows, n)) for begin in begins.tolist()])
            order[at : at + len(group)] = rng.permutation(group)
            at += len(group)
        return order

    def steps_per_epoch(self, n: int, b: int) -> int:
        return self.last.steps(n, b)

    def largest_batch(self, b: int) -> int:
        return self.last.at_most(b)


@register
class WithReplacement(Sampling):
    """Every point is equally likely at every draw, as in the notes' procedure; an epoch is n draws."""

    name, formula, source = "with_replacement", "i ~ uniform(1..n) at each draw", "section 7.6.2"
    other_names = ("replacement", "bootstrap")

    def draw(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        for steps in growing(max(1, DRAWN_AT_ONCE // b)):
            yield rng.integers(0, n, size=(steps, b))


def growing(total: int) -> Iterator[int]:
    """Numbers 1, 3, 12, 48, ... with this sum: so a short training draws little, and a long one in few calls.

    NumPy's generators give the same numbers in several calls as in one.
    """
    done = 0
    while done < total:
        count = min(max(1, 3 * done), total - done)
        yield count
        done += count


class BatchStream(Stateful):
    """Batches of b of n points for as many steps as are asked for.

    Its state is the generator's state before the last draw, and the number of steps used from that draw.
    """

    def __init__(self, sampling: Sampling, n: int, b: int, rng: np.random.Generator) -> None:
        self._sampling, self._n, self._b, self._rng = sampling, n, b, rng
        self._before: Mapping[str, Any] | None = None
        """The state before the last draw; None before the first, for asking a generator takes longer than a small step."""
        self._taken = 0
        self._drawn: Iterator[Array] = iter(())
        self._piece = np.empty((0, b), np.intp)

    def take(self, steps: int) -> Batches:
        """Row numbers for the next `steps` steps."""
        pieces = []
        while steps > 0:
            if not len(self._piece):
                self._piece = self._next_piece()
            pieces.append(self._piece[:steps])
            self._piece = self._piece[steps:]
            self._taken += len(pieces[-1])
            steps -= len(pieces[-1])
        return Batches.joined(pieces)

    def skip(self, steps: int) -> None:
        """Skip the batches of the next `steps` steps."""
        if steps:
            self.take(steps)

    def use_up(self) -> None:
        """Draw the rest of the last draw, so that the generator is where it would be had all been drawn at once."""
        for _ in self._drawn:
            pass

    def state(self) -> dict[str, Any]:
        return {"generator": self._before or self._rng.bit_generator.state, "taken": self._taken}

    def restore(self, state: dict[str, Any]) -> None:
        self._rng = generator_of(state["generator"])
        self._before, self._taken, self._drawn, self._piece = state["generator"], 0, iter(()), self._piece[:0]
        self._skip_in_one_draw(state["taken"])

    def _skip_in_one_draw(self, steps: int) -> None:
        """Skip the batches of so many steps, which are of one draw; ValueError where they cannot be."""
        while steps > 0:
            drawn = not self._taken
            self._piece = self._next_piece()
            if not drawn and not self._taken:
                raise ValueError(f"no draw has the batches of {steps} more steps")
            used = min(steps, len(self._piece))
            self._piece = self._piece[used:]
            self._taken += used
            steps -= used

    def _next_piece(self) -> Array:
        piece = next(self._drawn, None)
        if piece is None:
            self._before, self._taken = self._rng.bit_generator.state, 0
            self._drawn = iter(self._sampling.draw(self._n, self._b, self._rng))
            piece = next(self._drawn, None)
        if piece is None:
            raise ValueError(f"sampling {self._sampling.name!r} drew no batch")
        return self._checked(piece)

    def _checked(self, piece: Array) -> Array:
        whole = isinstance(piece, np.ndarray) and piece.ndim == 2 and piece.size > 0 and piece.dtype.kind in "iu"
        if not (whole and piece.min() >= 0 and piece.max() < self._n):  # an engine would read -1 as the last row
            rows = f"arrays (k, b) of row numbers from 0 to {self._n - 1}"
            raise ValueError(f"sampling {self._sampling.name!r} must draw {rows}; given {piece!r}")
        return piece


def generator_of(state: dict[str, Any]) -> np.random.Generator:
    """A generator with this state of its bit generator; ValueError for a kind that NumPy does not have."""
    kind = getattr(np.random, str(state["bit_generator"]), None)
    if not (isinstance(kind, type) and issubclass(kind, np.random.BitGenerator)):
        raise ValueError(f"NumPy has no bit generator {state['bit_generator']!r}")
    bits = kind()
    bits.state = state
    return np.random.Generator(bits)

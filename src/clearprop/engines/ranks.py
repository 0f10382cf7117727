"""Ranks: the processes that take the steps of one training together, and what they tell each other. MPI carries it."""

from __future__ import annotations

import os
import platform
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from .processors import processors_bound

PADDED = 64
"""Gradients are sent with a multiple of so many numbers."""
TAG = 6390
"""Of the messages with numbers, so that they meet no others of the same communicator."""
IN_HALVES = 1 << 16
"""Bytes from which a sum over four or more ranks is made in halves: less is sent, in twice as many messages."""


class Partial:
    """The loss and the gradient of some points of a batch, in one piece of memory that is sent as it is."""

    def __init__(self, parameters: int, dtype: np.dtype[Any]) -> None:
        self.padded = -(-parameters // PADDED) * PADDED
        after = self.padded * dtype.itemsize
        self.raw = np.zeros(after + 8, np.uint8)
        self.numbers: Array = self.raw[:after].view(dtype)
        """The gradient, and zeros up to a length that can be halved often."""
        self.loss: Array = self.raw[after:].view(np.float64)
        """(1,)"""

    def clear(self) -> None:
        """Make it the sum of no points: -0, because 0 + -0 would turn a sum of -0 into 0."""
        self.numbers.fill(-0.0)
        self.loss.fill(-0.0)

    def add(self, other: Partial) -> None:
        """Become the sum of both."""
        self.numbers += other.numbers
        self.loss += other.loss


class RankFailed(ValueError):
    """Every rank raises it at once: another one failed, or the ranks were not started alike."""


class Ranks:
    """One process alone: it is rank 0 of 1, and has nobody to ask."""

    rank, size = 0, 1
    beside = 1
    """How many ranks compute on the processors of this one."""
    hosts: tuple[str, ...] = ()
    """The machine of each rank."""
    processes: tuple[str, ...] = ()
    """The machine of each rank and the number of its process, as an error of the launcher names it."""

    launched = False
    """Whether training has begun: from then on a rank that fails alone leaves the others waiting."""

    @property
    def is_first(self) -> bool:
        """Whether this is the rank that writes, prints and decides by the clock."""
        return self.rank == 0

    def name(self, rank: int) -> str:
        """A rank as an error names it."""
        return f"rank {rank}"

    def each(self, value: Any) -> list[Any]:
        """The values of all ranks, in their order, on every rank."""
        return [value]

    def fail(self, said: str) -> None:
        """Tell the other ranks, before training has begun, that this one cannot take part."""

    def end_all(self, status: int = 1) -> None:
        """End every other rank, and this one, at once."""

    def of_first(self, value: Any) -> Any:
        """The value of rank 0, on every rank."""
        return self.each(value if self.is_first else None)[0]

    def any(self, told: bool) -> bool:
        """Whether it is so on any rank."""
        return any(self.each(told))

    def in_halves(self, own: Partial) -> bool:
        """Whether a sum of such partials is made in halves: each rank adds up a part of the numbers."""
        return self.size >= 4 and own.numbers.nbytes >= IN_HALVES and self.size <= PADDED

    def swap(self, given: Array, received: Array, partner: int) -> None:
        """Send one array to a rank, and receive another from it."""

    def gathered(self, own: list[Partial], counts: list[int]) -> Array:
        """What all ranks have, in their order, as rows of bytes; `counts` tells how many each has, one at least."""
        return np.stack([each.raw for each in own])


ALONE = Ranks()


class MPIRanks(Ranks):
    """The processes of a communicator of mpi4py."""

    def __init__(self, communicator: Any) -> None:
        require_communicator(communicator)
        self.communicator = communicator
        self.rank, self.size = communicator.Get_rank(), communicator.Get_size()
        self._has_failed = False
        host, own = platform.node(), processors_bound()
        places = self.each((host, own, os.getpid()))
        self.hosts = tuple(each for each, _, _ in places)
        self.processes = tuple(f"{each} {process}" for each, _, process in places)
        self.beside = sum(other == host and bool(own & theirs) for other, theirs, _ in places)

    def name(self, rank: int) -> str:
        return f"rank {rank}" + (f" on {self.hosts[rank]}" if self.hosts else "")

    def each(self, value: Any) -> list[Any]:
        """The values of all ranks. RankFailed, on all of them, where one of them came here with `fail`."""
        answers = self.communicator.allgather((True, value))
        failed = [(rank, said) for rank, (good, said) in enumerate(answers) if not good]
        if failed:
            raise RankFailed("; ".join(f"{self.name(rank)}: {said}" for rank, said in failed))
        return [said for _, said in answers]

    def fail(self, said: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.communicator.allgather((False, said))

    def end_all(self, status: int = 1) -> None:
        self.communicator.Abort(status)

    def swap(self, given: Array, received: Array, partner: int) -> None:
        self.communicator.Sendrecv(given, partner, TAG, received, partner, TAG)

    def gathered(self, own: list[Partial], counts: list[int]) -> Array:
        given, size = super().gathered(own, counts), own[0].raw.size
        every = np.empty((sum(counts), size), np.uint8)
        self.communicator.Allgatherv(given, (every, [count * size for count in counts]))
        return every


def ranks_of(communicator: Any) -> Ranks:
    """The ranks of a communicator, or these ranks; one process alone where there is none."""
    if isinstance(communicator, Ranks):
        return communicator
    return ALONE if communicator is None else MPIRanks(communicator)


def require_communicator(given: Any) -> None:
    """TypeError for what is no communicator of mpi4py."""
    needed = ("Get_rank", "Get_size", "allgather", "Sendrecv", "Allgatherv", "Abort")
    if not all(hasattr(given, name) for name in needed):
        raise TypeError(
            f"communicator must be one of mpi4py, such as mpi4py.MPI.COMM_WORLD; given an object of type "
            f"{type(given).__name__}"
        )

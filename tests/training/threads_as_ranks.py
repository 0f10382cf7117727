"""Threads of one process in the place of ranks: a communicator as mpi4py has one, for tests that need no MPI."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue
from typing import Any

import numpy as np

PATIENCE = 60
"""Seconds after which a rank that waits has been left alone."""


class Aborted(BaseException):
    """A rank has called Abort."""


class ThreadCommunicator:
    """Rank `rank` of `size`."""

    def __init__(self, rank: int, size: int, shared: Shared) -> None:
        self.rank, self.size, self.shared = rank, size, shared

    def Get_rank(self) -> int:
        return self.rank

    def Get_size(self) -> int:
        return self.size

    def allgather(self, value: Any) -> list[Any]:
        shared = self.shared
        shared.wait()
        shared.values[self.rank] = value
        shared.wait()
        return list(shared.values)

    def Sendrecv(self, sent: np.ndarray, to: int, tag: int, received: np.ndarray, source: int, tag_back: int) -> None:
        assert sent.flags.c_contiguous
        assert received.flags.c_contiguous
        assert tag == tag_back
        self.shared.ways[self.rank, to].put(sent.tobytes())
        received[...] = np.frombuffer(self.shared.ways[source, self.rank].get(timeout=PATIENCE), sent.dtype)

    def Allgatherv(self, sent: np.ndarray, receives: tuple[np.ndarray, list[int]]) -> None:
        every, counts = receives
        pieces = self.allgather(sent.tobytes())
        assert [len(piece) for piece in pieces] == [count * every.itemsize for count in counts]
        every.reshape(-1)[...] = np.frombuffer(b"".join(pieces), every.dtype)

    def Abort(self, status: int) -> None:
        self.shared.barrier.abort()
        raise Aborted(status)


class Shared:
    """What the ranks share: a value of each, and a queue from each to each."""

    def __init__(self, size: int) -> None:
        self.values: list[Any] = [None] * size
        self.ways = {(a, b): Queue[bytes]() for a in range(size) for b in range(size)}
        self.barrier = threading.Barrier(size)

    def wait(self) -> None:
        self.barrier.wait(PATIENCE)


def on_ranks(size: int, work: Callable[[ThreadCommunicator], Any]) -> list[Any]:
    """What `work` gives on each of so many ranks; an exception in the place of a result."""
    shared, results = Shared(size), [None] * size

    def one(rank: int) -> None:
        try:
            results[rank] = work(ThreadCommunicator(rank, size, shared))
        except BaseException as error:  # noqa: BLE001 - it is what the rank gives
            results[rank] = error

    threads = [threading.Thread(target=one, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

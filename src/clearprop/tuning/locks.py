"""Locks on files, between processes: each is freed when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock that is held from `take`, or a successful `try_to_take`, until `free`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    def take(self) -> None:
        """Take it; wait for whoever has it."""
        self._handle = self._open()
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def try_to_take(self) -> bool:
        """Take it, unless somebody has it."""
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def free(self) -> None:
        """Free it."""
        os.close(self._handle)
        self._handle = -1

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A block in which one process at a time is."""
    lock = FileLock(path)
    lock.take()
    try:
        yield
    finally:
        lock.free()

"""Locks on files, between processes, and that of a run folder: each is freed when its process ends, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ..callers import either
from .folder import LOCK, RunFolder


class FileLock:
    """A lock that is held from `take`, or a successful `try_to_take`, until `free`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    def take(self) -> None:
        """Take it; wait for whoever has it."""
        self._handle = self._open()
        _flock(self._handle, "EX")

    def try_to_take(self) -> bool:
        """Take it, unless somebody has it."""
        handle = self._open()
        try:
            _flock(handle, "EX", "NB")
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def free(self) -> None:
        """Free it."""
        os.close(self._handle)
        self._handle = -1

    def note(self, text: str) -> None:
        """Write a text for others into the file, of a lock that is held."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)


def _flock(handle: int, *ways: str) -> None:
    try:
        import fcntl
    except ImportError:
        without = either("--run", "a run folder")
        raise OSError(f"this system has no locks on files, which run folders need: train without {without}") from None
    fcntl.flock(handle, sum(getattr(fcntl, f"LOCK_{way}") for way in ways))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A block in which one process at a time is."""
    lock = FileLock(path)
    lock.take()
    try:
        yield
    finally:
        lock.free()


def holder(folder: RunFolder) -> str | None:
    """The number of the process that trains in the folder, "?" where it is not known; None where none does."""
    try:
        handle = os.open(folder.file(LOCK), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        _flock(handle, "SH", "NB")
    except BlockingIOError:
        return os.read(handle, 20).decode(errors="replace").strip() or "?"
    finally:
        os.close(handle)
    return None


class Locked:
    """A block in which no other process trains in the folder. BlockingIOError, with the other's number, where one does."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder, self._lock = folder, FileLock(folder.file(LOCK))

    def __enter__(self) -> Self:
        if not self._lock.try_to_take():
            number = holder(self.folder) or ""
            who = f"process {number}" if number.isdecimal() else "another process"
            raise BlockingIOError(
                f"{who} trains in {self.folder.path}, and only one may; wait for it, or choose another "
                f"{either('--run', 'folder')}"
            )
        with suppress(OSError):  # for the message only, so a full disk is no obstacle
            self._lock.note(f"{os.getpid()}\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lock.free()

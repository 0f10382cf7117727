"""The lock of a run folder: one process at a time trains in it. It is freed when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from types import TracebackType
from typing import Self

from .folder import LOCK, RunFolder


def holder(folder: RunFolder) -> str | None:
    """The number of the process that trains in the folder, "?" where it is not known; None where none does."""
    try:
        handle = os.open(folder.file(LOCK), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 20).decode(errors="replace").strip() or "?"
    finally:
        os.close(handle)
    return None


class Locked:
    """A block in which no other process trains in the folder. BlockingIOError, with the other's number, where one does."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        path = self.folder.file(LOCK)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._handle, 20).decode(errors="replace").strip()
            os.close(self._handle)
            who = f"process {holder}" if holder.isdecimal() else "another process"
            raise BlockingIOError(
                f"{who} trains in {self.folder.path}, and only one may; wait for it, or choose another --run"
            ) from None
        self._say_who()
        return self

    def _say_who(self) -> None:
        """Write this process's number into the file: for the message only, so a full disk is no obstacle."""
        try:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._handle)  # which frees the lock

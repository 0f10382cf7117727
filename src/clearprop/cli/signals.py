"""SIGTERM and a closed terminal end a training as Ctrl-C does: between two steps, with what was trained saved."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

from ..training.interrupts import Deferred
from .exits import INTERRUPTED


class Signals:
    """A block in which SIGTERM and SIGHUP act as Ctrl-C; `status` is the exit status that belongs to the signal."""

    ENDING = ("SIGTERM", "SIGHUP")

    def __enter__(self) -> Self:
        self.status = INTERRUPTED
        self._before: dict[int, object] = {}
        if threading.current_thread() is threading.main_thread():
            for name in self.ENDING:
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has SIGHUP ignored
                    self._before[number] = signal.signal(number, self._end)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)
        if isinstance(error, KeyboardInterrupt):
            sys.exit(self.status)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.status = 128 + number
        signal.raise_signal(signal.SIGINT)


def until_saved(*, silent: bool) -> Deferred:
    """A block in which the first Ctrl-C ends training, is answered at once, and lets scores and files be made."""
    return Deferred((lambda: None) if silent else _answer)


def _answer() -> None:
    """Straight to the standard error: a signal may come while Python's own stream is being written."""
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), b"\ninterrupted; scoring and saving, Ctrl-C again to stop at once\n")

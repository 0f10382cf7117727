"""SIGTERM and a closed terminal end a training as Ctrl-C does: between two steps, with what was trained saved."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Self

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

"""Ctrl-C during training: an interrupt is delayed until the present step is complete, so that training can be continued."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, between two steps: the training can be continued from its state."""


class EndedAtOnce(KeyboardInterrupt):
    """A second Ctrl-C, perhaps within a step: nothing more is done, and the state is not that of any step."""


class Interrupts:
    """A block in which Ctrl-C raises Interrupted only in `check` and at the end. A second one raises EndedAtOnce, at once.

    It has an effect only where Ctrl-C would raise KeyboardInterrupt: in the main thread, with Python's own handler.
    """

    def __enter__(self) -> Self:
        self._asked = False
        main = threading.current_thread() is threading.main_thread()
        self._waits = main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._waits:
            signal.signal(signal.SIGINT, self._wait)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._waits:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if error is None:
            self.check()

    def check(self) -> None:
        """Raise the delayed interrupt, if there is one."""
        if self._asked:
            self._asked = False
            raise Interrupted

    def _wait(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise EndedAtOnce
        self._asked = True

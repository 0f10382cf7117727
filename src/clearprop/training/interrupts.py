"""Ctrl-C during training: an interrupt is delayed until the present step is complete, so that training can be continued."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, between two steps: the training can be continued from its state."""


class EndedAtOnce(KeyboardInterrupt):
    """A second Ctrl-C, perhaps within a step: nothing more is done, and the state is not that of any step."""


class Interrupts:
    """A block in which Ctrl-C raises Interrupted only in `check` and at the end. A second one raises EndedAtOnce, at once.

    It has an effect only where Ctrl-C would raise KeyboardInterrupt: in the main thread, with Python's own handler, or within
    a `Deferred`, of which it is then the first or the second.
    """

    def __init__(self, agree: Callable[[bool], bool] = bool) -> None:
        """`agree` says, from whether this process was interrupted, whether training ends: of ranks, if any of them was."""
        self._agree = agree

    def __enter__(self) -> Self:
        self._asked = False
        self._before = signal.getsignal(signal.SIGINT)
        self._around = getattr(self._before, "__self__", None)
        if isinstance(self._around, Deferred):
            self._asked = self._around.asked
        self._waits = _is_pythons(self._before) or isinstance(self._around, Deferred)
        if self._waits:
            signal.signal(signal.SIGINT, self._wait)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._waits:
            signal.signal(signal.SIGINT, self._before)
        if error is None:
            self.check()

    def check(self) -> None:
        """Raise the delayed interrupt, if there is one."""
        if self._agree(self._asked):
            self._asked = False
            raise Interrupted

    def _wait(self, number: int, frame: FrameType | None) -> None:
        if isinstance(self._around, Deferred):
            self._around.hear(number, frame)
        elif self._asked:
            raise EndedAtOnce
        self._asked = True


class Deferred:
    """A block around a training and the saving of what it gave. Ctrl-C ends the training and nothing else; a second one all.

    `tell` is called at the first one, in the signal's handler. `asked` says whether there was one.
    """

    def __init__(self, tell: Callable[[], object]) -> None:
        self.asked = False
        self._tell = tell

    def __enter__(self) -> Self:
        self._waits = _is_pythons(signal.getsignal(signal.SIGINT))
        if self._waits:
            signal.signal(signal.SIGINT, self.hear)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._waits:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """One more Ctrl-C."""
        if self.asked:
            raise EndedAtOnce
        self.asked = True
        self._tell()


def _is_pythons(handler: object) -> bool:
    """Whether Ctrl-C raises KeyboardInterrupt here, where it has this handler."""
    return handler is signal.default_int_handler and threading.current_thread() is threading.main_thread()

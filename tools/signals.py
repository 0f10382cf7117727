"""What ends a process has its usual meaning, whoever started it."""

from __future__ import annotations

import signal


def restore_signals() -> None:
    """A shell starts what is in its background without Ctrl-C, and what `nohup` starts ignores SIGHUP; so do their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)

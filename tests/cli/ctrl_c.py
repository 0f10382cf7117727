"""Ctrl-C for a process of the shell."""

from __future__ import annotations

import signal
import subprocess

SAID = "interrupted; scoring and saving, Ctrl-C again to stop at once"


def interrupted_twice(process: subprocess.Popen[str]) -> str:
    """What the process then writes to its error stream. It must end within a minute.

    The second Ctrl-C is sent when the first has been answered: a process that had no time for the first takes two for one.
    """
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    err = ""
    while SAID not in err:
        line = process.stderr.readline()
        assert line, err
        err += line
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    try:
        return err + process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise

"""One life of a run: `clearprop train` in a process of its own, which is forked, so that nothing is imported again."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from clearprop.cli import main
from clearprop.ensemble import networks_of
from clearprop.io.model_file import load_model
from clearprop.io.sealed import sealed_bytes
from clearprop.runs.checkpoints import Checkpoints, from_bytes
from clearprop.runs.folder import BEST, CONFIGURATION, LAST, RunFolder

from ..signals import restore_signals

LONGEST = 120.0
"""Seconds after which a life is taken to hang."""


@dataclass(frozen=True)
class Life:
    """How a process ended."""

    status: int
    """Its exit status; negative, the number of the signal that killed it."""
    seconds: float
    said: str


class Process:
    """A process that runs `clearprop` with some arguments in a folder; `before` is called in it first."""

    def __init__(self, arguments: Sequence[str], folder: Path, before: Callable[[], object] = lambda: None) -> None:
        self.output = folder / "said.txt"
        self.began = time.perf_counter()
        sys.stdout.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that threads are lost; the kernels make theirs anew
            self.number = os.fork()
        if not self.number:
            _live(arguments, folder, self.output, before)

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.number, number)

    def ended(self, within: float = LONGEST) -> Life | None:
        """How it ended, None where it has not within so many seconds."""
        until = time.perf_counter() + within
        while True:
            number, status = os.waitpid(self.number, os.WNOHANG)
            if number:
                return Life(
                    os.waitstatus_to_exitcode(status), time.perf_counter() - self.began, self.output.read_text()
                )
            if time.perf_counter() > until:
                return None
            time.sleep(0.001)


def _live(arguments: Sequence[str], folder: Path, output: Path, before: Callable[[], object]) -> None:
    """What the forked process does; it never returns."""
    status = 97
    try:
        os.chdir(folder)
        warnings.resetwarnings()  # tests make errors of them
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for stream in (1, 2):
            os.dup2(handle, stream)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(handle), "w", buffering=1) for _ in range(2))
        restore_signals()
        before()
        main(list(arguments))
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - whatever it is, it is printed, and this process must not go on
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def live(arguments: Sequence[str], folder: Path, before: Callable[[], object] = lambda: None) -> Life:
    """A whole life, to its end. TimeoutError where it hangs."""
    process = Process(arguments, folder, before)
    ended = process.ended()
    if ended is None:
        process.signal(signal.SIGKILL)
        process.ended()
        raise TimeoutError(f"clearprop {' '.join(arguments)} has not ended after {LONGEST:g} s")
    return ended


def runs_at(folder: Path) -> list[Path]:
    """The run folders at a place: itself, or those of the folds in it."""
    return sorted(path.parent for path in folder.rglob(CONFIGURATION))


def unreadable(folder: Path, torn: AbstractSet[str] = frozenset()) -> list[str]:
    """What is wrong with the checkpoints and models of runs, but for those torn on purpose; empty where all is well."""
    wrong = []
    for path in (each for run in runs_at(folder) for each in Checkpoints(RunFolder(run)).files()):
        try:
            from_bytes(sealed_bytes(path), str(path))
        except (ValueError, OSError) as error:
            if str(path.relative_to(folder)) not in torn:
                wrong.append(str(error))
    for path in folder.rglob("*.clearprop"):
        try:
            load_model(path)
        except (ValueError, OSError) as error:
            wrong.append(str(error))
    return wrong


def weights(folder: Path) -> str:
    """A digest of the best and the last network of every run: all parameters and running statistics."""
    digest = hashlib.sha256()
    for path in (run / name for run in runs_at(folder) for name in (BEST, LAST)):
        for net in networks_of(load_model(path).network):
            digest.update(net.parameters.tobytes() + net.statistics.tobytes())
    return digest.hexdigest()[:16]

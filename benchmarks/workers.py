"""Processes that measure what they are told, one at a time: threads of one library then take no time from another's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any, Self


def with_threads(threads: int) -> dict[str, str]:
    """The environment of a process whose libraries take so many threads."""
    pools = {f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "OMP", "MKL")}
    return os.environ | pools | {"CLEARPROP_BENCH_THREADS": str(threads)}


class Worker:
    """A process `PYTHON -m MODULE --work ARGUMENT`, whose libraries take so many threads; it answers line by line."""

    def __init__(self, module: str, argument: str, threads: int, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, "-m", module, "--work", argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=with_threads(threads),
        )

    def ask(self, *told: Any) -> Any:
        """Waits for the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(told), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()  # the end of its input is the end of its work


def answer(told: Iterable[str], measured: Callable[..., Any]) -> None:
    """What such a process does: one answer for every line. Whatever else a library prints goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    for line in told:
        print(json.dumps(measured(*json.loads(line))), file=out, flush=True)

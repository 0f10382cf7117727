"""Runs on disks that are full, broken, read-only or over a quota: the last good checkpoint loads, and the run goes on later."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clearprop.runs.folder import RunFolder

from .jobs import Job, jobs
from .kills import EVERY
from .life import live, unreadable, weights

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)


def fail_disks(count: int, folder: Path, rng: random.Random) -> tuple[str, list[str]]:
    """So many runs on disks that fail at a random moment, and then go on elsewhere; what did not hold."""
    wrong: list[str] = []
    kinds, went_on = Counter[str](), 0
    ways = {"limit": _with_a_limit, "errors": _with_errors} | ({"small disk": _on_a_small_disk} if _may_mount() else {})
    every = jobs()
    for number in range(count):
        kind, job = list(ways)[number % len(ways)], rng.choice(every)
        kinds[kind] += 1
        whole = live((*job.life("whole", begun=False), *EVERY), folder)
        try:
            went_on += ways[kind](job, folder, rng, whole.seconds)
            if weights(folder / "run") != weights(folder / "whole"):
                wrong.append(f"{job.name}, {kind}: other weights after going on")
        except AssertionError as error:
            wrong.append(f"{job.name}, {kind}: {error}")
        for each in ("run", "whole"):
            shutil.rmtree(folder / each, ignore_errors=True)
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    missing = "" if "small disk" in ways else "; small disks cannot be mounted here, so there were none"
    return f"{count} runs on failing disks ({said}), {went_on} ended by themselves: {len(wrong)} wrong{missing}", wrong


def _first_life(job: Job, folder: Path, where: str, before: Callable[[], object]) -> int:
    """A life on the failing disk: it ends well or with one line that says why, and leaves nothing unreadable."""
    ended = live((*job.life(where, begun=False), *EVERY), folder, before)
    said = ended.said
    assert ended.status in {0, 1}, f"ended with {ended.status}: {said[-300:]}"
    assert "Traceback" not in said, said[-600:]
    if ended.status:
        assert "error: " in said, f"it did not say why it ended: {said[-300:]}"
    run = Path(folder, where)
    wrong = unreadable(run) if run.is_dir() else []
    assert not wrong, f"unreadable: {wrong}"
    return ended.status


def _go_on(job: Job, folder: Path, where: str) -> None:
    """Go on where the disk is good again."""
    begun = RunFolder(folder / where).holds_a_run
    ended = live(job.life(where, begun), folder)
    assert ended.status == 0, f"going on ended with {ended.status}: {ended.said[-300:]}"


def _with_a_limit(job: Job, folder: Path, rng: random.Random, seconds: float) -> bool:
    """No file may be longer than a limit, which the system holds the process to from some moment on."""
    most, moment = rng.randrange(500, 40_000), rng.uniform(0.01, 1.0) * seconds

    def limit(*_: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    status = _first_life(job, folder, "run", lambda: _later(moment, limit))
    if status:
        _go_on(job, folder, "run")
    return not status


def _with_errors(job: Job, folder: Path, rng: random.Random, seconds: float) -> bool:
    """Calls that write fail with one of the errors of a disk, for some time."""
    number, span = rng.choice(ERRORS), rng.uniform(0.02, 0.8) * seconds
    moment = rng.uniform(0.01, 1.0) * seconds
    status = _first_life(job, folder, "run", lambda: _later(moment, lambda *_: _fail(number, span)))
    if status:
        _go_on(job, folder, "run")
    return not status


def _later(moment: float, call: Callable[..., object]) -> None:
    signal.signal(signal.SIGALRM, call)
    signal.setitimer(signal.ITIMER_REAL, moment)


def _fail(number: int, span: float) -> None:
    """Let calls that write fail from now on, for `span` seconds."""
    good = {(place, name): getattr(place, name) for place, name in WRITING}

    def failing(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    for place, name in good:
        setattr(place, name, failing)

    def mend(*_: Any) -> None:
        for (place, name), call in good.items():
            setattr(place, name, call)

    _later(span, mend)


WRITING = ((os, "fsync"), (os, "replace"), (os, "write"), (tempfile, "mkstemp"), (tempfile, "TemporaryFile"))


def _on_a_small_disk(job: Job, folder: Path, rng: random.Random, _: float) -> bool:
    """A file system with too little room for the run, which gets more afterwards."""
    place = folder / "small"
    with _mounted(place, rng.randrange(20, 300)):
        status = _first_life(job, folder, "small/run", lambda: None)
        if status:
            subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
            _go_on(job, folder, "small/run")
        shutil.copytree(place / "run", folder / "run")
    return not status


@contextmanager
def _mounted(place: Path, kilobytes: int) -> Any:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


def _may_mount() -> bool:
    if os.geteuid() or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", folder], check=False, capture_output=True
        )
        if not made.returncode:
            subprocess.run(["umount", folder], check=True)
    return not made.returncode

"""Runs that are killed at random moments and gone on with, until they end: the weights must be those of an undisturbed run."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clearprop.runs.checkpoints import Checkpoints
from clearprop.runs.folder import LOG, RunFolder
from clearprop.runs.log import read_log

from .jobs import Job
from .life import LONGEST, Life, Process, live, runs_at, unreadable, weights

CUT = 99
"""The exit status of a process whose power was cut by the harness."""
KINDS = ("SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "cut", "torn")
"""Ways to end a life: by a signal, between two calls to the system, or killed with the newest checkpoint torn."""
EXITS = {"SIGKILL": {-9}, "SIGTERM": {143, -15}, "SIGINT": {130}, "cut": {CUT}, "torn": {-9}}
"""A shell calls both of SIGTERM's 143; the second is that of a process that has not got as far as the command."""
MOST_KILLS = 8
"""Of one job; then it may end."""
EVERY = ("--checkpoint", "0.02")


@dataclass
class Outcome:
    """What came of the kills so far."""

    kills: Counter[str] = field(default_factory=Counter)
    amid: int = 0
    """Those after which the log has a report and no end."""
    lives: int = 0
    jobs: int = 0
    unreadable: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Jobs whose weights, exit status or course were not as they should be."""
    slowest: float = 0.0
    """The longest time from a signal to the end of the checkpoint that it led to, in seconds."""

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total()} kills ({kinds}), {self.amid} of them between the first and the last step, in {self.lives} "
            f"lives of {self.jobs} jobs: {len(self.unreadable)} unreadable files, {len(self.wrong)} wrong; from a signal to "
            f"its checkpoint at most {self.slowest:.2f} s"
        )


def kill(job: Job, folder: Path, rng: random.Random, outcome: Outcome, most: int = MOST_KILLS) -> None:
    """Kill a job at random moments, and go on with it, until it ends; compare its weights with those of an undisturbed run."""
    try:
        _kill(job, folder, rng, outcome, most)
    finally:
        for each in ("killed", "whole"):
            shutil.rmtree(folder / each, ignore_errors=True)


def _kill(job: Job, folder: Path, rng: random.Random, outcome: Outcome, most: int) -> None:
    outcome.jobs += 1
    whole = live((*job.life("whole", begun=False), *EVERY), folder)
    if whole.status:
        outcome.wrong.append(f"{job.name}: undisturbed it ended with {whole.status}: {whole.said[-300:]}")
        return
    run, kills, torn = folder / "killed", 0, set[str]()
    while True:
        begun = RunFolder(run).holds_a_run
        arguments = (*job.life("killed", begun), *EVERY)
        outcome.lives += 1
        kind = rng.choice(KINDS) if kills < most else "none"
        ended = _life(kind, arguments, folder, run, rng, whole.seconds, outcome)
        if run.is_dir():
            outcome.unreadable += [f"{job.name}, {kind}: {each}" for each in unreadable(run, torn)]
        if ended.status == 0:
            break
        kills += 1
        outcome.kills[kind] += 1
        outcome.amid += _is_amid(run)
        if ended.status not in EXITS.get(kind, set()):
            outcome.wrong.append(f"{job.name}, {kind}: ended with {ended.status}: {ended.said[-300:]}")
            return
        if kind == "torn":
            torn |= _tear(run, rng)
    if weights(run) != weights(folder / "whole"):
        outcome.wrong.append(f"{job.name}: other weights after {kills} kills")


def _life(
    kind: str, arguments: tuple[str, ...], folder: Path, run: Path, rng: random.Random, seconds: float, outcome: Outcome
) -> Life:
    """A life that is ended in some way, or that ends by itself before."""
    if kind in {"none", "cut"}:
        return live(arguments, folder, (lambda: cut_power(rng)) if kind == "cut" else lambda: None)
    process = Process(arguments, folder)
    early = process.ended(within=rng.uniform(0.2, 1.0) * seconds)
    if early is not None:
        return early
    sent, number = time.time(), signal.SIGKILL if kind == "torn" else getattr(signal, kind)
    training = (run / LOG).exists()
    process.signal(number)
    ended = process.ended()
    if ended is None:
        process.signal(signal.SIGKILL)
        raise TimeoutError(f"{kind} did not end clearprop {' '.join(arguments)} within {LONGEST:g} s")
    if number != signal.SIGKILL and training and ended.status:
        written = [os.stat(path).st_mtime for each in runs_at(run) for path in Checkpoints(RunFolder(each)).files()]
        outcome.slowest = max(outcome.slowest, max(written, default=sent) - sent)
    return ended


def cut_power(rng: random.Random) -> None:
    """From now on, end this process before or after one of its next calls that change a folder or flush to the disk."""
    left, after = rng.randrange(1, 40), rng.random() < 0.5

    def cutting(call: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left == 0 and not after:
                os._exit(CUT)
            result = call(*arguments, **named)
            if left == 0:
                os._exit(CUT)
            return result

        return called

    for name in ("replace", "fsync", "unlink", "mkdir", "write", "chmod"):
        setattr(os, name, cutting(getattr(os, name)))


def _is_amid(run: Path) -> bool:
    """Whether the run was killed between its first and its last step."""
    logs = [[each["event"] for each in read_log(RunFolder(each))] for each in runs_at(run)]
    return any("report" in events and events[-1] != "stop" for events in logs)


def _tear(run: Path, rng: random.Random) -> set[str]:
    """Cut the newest checkpoint and the log off somewhere, as a disk that lies about flushing does; an older one must do.

    Gives the names of checkpoints.
    """
    torn = set()
    for each in runs_at(run):
        files = Checkpoints(RunFolder(each)).files()
        if len(files) > 1 and files[0].stat().st_size:
            torn.add(str(files[0].relative_to(run)))
            with files[0].open("r+b") as file:
                file.truncate(rng.randrange(files[0].stat().st_size))
        log = each / LOG
        if log.exists() and log.stat().st_size:
            with log.open("r+b") as file:
                file.truncate(rng.randrange(log.stat().st_size))
    return torn

"""A submission is run, in the sandbox or trusted: what came out of each script, or what happened."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from .answers import Answer, Values
from .limits import MEGABYTE, Limits
from .sandbox import HERE, PACKAGES, TOOLS, WORK, Packages, confined, python, seccomp_file

MOST_RESULT = 8 * MEGABYTE
MOST_FILES, MOST_FOLDER = 200, 20 * MEGABYTE


@dataclass(frozen=True)
class Run:
    """What came of a submission: its scripts' values by name, and why some, or all, were not run."""

    cases: Mapping[str, Values]
    error: str = ""
    """Why the file could not be imported."""
    remarks: tuple[str, ...] = ()
    """What it did that is no answer: printed too much, ended the program."""


@dataclass(frozen=True)
class Place:
    """Where submissions run: what they may import and take, files that the task gives to all, and whether they are trusted."""

    packages: Packages = field(default_factory=Packages)
    limits: Limits = field(default_factory=Limits)
    given: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    trust: bool = False


def run(source: Path, name: str, cases: Sequence[Mapping[str, Any]], place: Place) -> Run:
    """Run the scripts on the file `name` of a submission's folder; after one that ends the program, those after it."""
    done: dict[str, Values] = {}
    remarks: list[str] = []
    with tempfile.TemporaryDirectory(prefix="clearprop-grade-") as scratch:
        folder = Path(scratch, "submission")
        try:
            _copied(source, folder, place.given)
        except ValueError as error:
            return Run({}, str(error))
        for _ in range(place.limits.slow_scripts):
            left = [case for case in cases if case["case"] not in done]
            answer = Answer(left)
            happened = _ran(folder, name, left, place, answer)
            done |= answer.done
            if answer.imported is None:
                return Run(done, happened or "the program ended while it was imported", tuple(remarks))
            if answer.import_error:
                return Run(done, answer.import_error, tuple(remarks))
            if not answer.left:
                break
            done[answer.left[0]] = Values(error=happened or "the program ended itself")
            remarks.append(f"{answer.left[0]}: {happened or 'the program ended itself'}")
        for case in cases:
            done.setdefault(case["case"], Values(error="not run, since scripts before it ended the program"))
    return Run(done, "", tuple(remarks))


def _copied(source: Path, folder: Path, given: Sequence[Path]) -> None:
    """A copy of a submission, so that nothing can happen to the original. Links are left out: they lead elsewhere."""
    folder.mkdir()
    files = [source] if source.is_file() else sorted(source.rglob("*"))
    files = [each for each in files if each.is_file() and not each.is_symlink()]
    if len(files) > MOST_FILES or sum(each.stat().st_size for each in files) > MOST_FOLDER:
        raise ValueError(
            f"the folder has {len(files)} files; no more than {MOST_FILES} and {MOST_FOLDER // MEGABYTE} MB are read"
        )
    top = source.parent if source.is_file() else source
    for each in files:
        inside = each.relative_to(top)
        if not any(parent.is_symlink() for parent in [top / each for each in inside.parents][:-1]):
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each, folder / inside)
    for each in given:
        shutil.copyfile(each, folder / each.name)


def _ran(folder: Path, name: str, cases: Sequence[Mapping[str, Any]], place: Place, answer: Answer) -> str:
    """Run once; what ended it before its last script, in a sentence, or nothing."""
    with ExitStack() as stack:
        tools = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clearprop-tools-")))
        shutil.copyfile(HERE / "runner.py", tools / "runner.py")
        work = str(folder) if place.trust else WORK
        paths = [work] if place.trust else [work, PACKAGES]
        if place.trust:
            paths += [str(each.parent) for each in place.packages.folders()]
        task: dict[str, Any] = {"file": f"{work}/{name}", "folder": work, "cases": list(cases)}
        task["limits"] = place.limits.of_process()
        (tools / "task.json").write_text(json.dumps(task), encoding="utf-8")
        reading, writing = os.pipe()
        stack.callback(os.close, reading)
        at, fds = (str(tools), [writing]) if place.trust else (TOOLS, [writing])
        command = [*python(), f"{at}/runner.py", f"{at}/task.json", str(writing), *paths]
        if not place.trust:
            filter_file = stack.enter_context(seccomp_file())
            fds.append(filter_file.fileno())
            around = confined(folder, tools, place.packages, place.limits, filter_file.fileno(), place.hidden)
            command = [*around, *command]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=fds,
                start_new_session=True,
                cwd=folder,
            )
        finally:
            os.close(writing)
        stack.callback(_ended, process)
        return _Reader(process, reading, place.limits, answer).read()


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it began: with bubblewrap's first process its whole namespace goes."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
    process.wait()


class _Reader:
    """Reads what a program prints and what its runner writes, until it ends or takes too much."""

    def __init__(self, process: subprocess.Popen[bytes], results: int, limits: Limits, answer: Answer) -> None:
        self.process, self.results, self.limits, self.answer = process, results, limits, answer
        self.printed = self.received = 0
        self.pending = b""

    def read(self) -> str:
        """What ended the program, where it was not its last script."""
        printing = cast("Any", self.process.stdout).fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(self.results, selectors.EVENT_READ)
            selector.register(printing, selectors.EVENT_READ)
            end = time.monotonic() + self.limits.seconds + _START
            while selector.get_map():
                ready = selector.select(max(end - time.monotonic(), 0))
                if not ready and time.monotonic() >= end:
                    return f"it took more than {self.limits.seconds:g} seconds and was ended; a loop may never end"
                for key, _ in ready:
                    chunk = os.read(key.fd, 1 << 16)
                    if not chunk:
                        selector.unregister(key.fd)
                        if key.fd == self.results:
                            return self._how_it_ended()
                    elif key.fd == printing:
                        self.printed += len(chunk)
                        if self.printed > self.limits.output_megabytes * MEGABYTE:
                            return f"it printed more than {self.limits.output_megabytes:g} MB and was ended"
                    elif self._took(chunk):
                        end = time.monotonic() + self.limits.seconds
                    if self.received > MOST_RESULT:
                        return "it wrote more results than there are, and was ended"
        return self._how_it_ended()

    def _took(self, chunk: bytes) -> bool:
        """Whether a line was completed."""
        self.received += len(chunk)
        *lines, self.pending = (self.pending + chunk).split(b"\n")
        for line in lines:
            self.answer.take(line)
        return bool(lines)

    def _how_it_ended(self) -> str:
        try:
            status = self.process.wait(1)
        except subprocess.TimeoutExpired:
            return "it closed the way for its results"
        if status in (128 + signal.SIGKILL, -signal.SIGKILL):
            return "it was ended by the system, mostly for too much memory"
        if status > 128 or status < 0:
            number = status - 128 if status > 128 else -status
            return f"it was ended by the signal {signal.Signals(number).name}"
        return "the program ended itself"


_START = 5.0
"""Seconds that Python and NumPy may take to start, on a machine that is busy."""

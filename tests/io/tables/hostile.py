"""The judge of what the readers make of damaged and hostile files, and the command that tries many.

    python -m tests.io.tables.hostile --cases 100000 --seed 0

Each case is a right file that was cut, mixed, or written over at random, or a file with huge counts in its header, or one
that becomes huge when it is unpacked; under a random name and with random options. A reader may give a table, or an error of
ours that names the file: ValueError, OSError or ImportError. Anything else is a fault: another exception, a crash, more memory
than `MOST_MIB`, more time than `MOST_SECONDS`. Cases run in processes of their own, so that a crash of a library is seen.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from clearprop.io.tables.opening import open_rows
from clearprop.io.tables.reading import Reading

from .hostile_cases import Case

MOST_MIB = 1536
MOST_SECONDS = 60


def judged(seed: int, folder: Path) -> tuple[str, str | None]:
    """What came of a case, and what is wrong with that; None where nothing is."""
    case = Case(seed)
    path = folder / case.name
    path.write_bytes(case.content)
    how = Reading(**case.how)
    begin, what = time.monotonic(), "a table"
    wrong = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = open_rows(path, how, strict=False).table()
        if not len(table) or len({len(cells) for cells in table.columns.values()}) != 1:
            wrong = f"a table of {len(table)} rows"
    except (ValueError, OSError, ImportError) as error:
        what = "an error of ours"
        options = "has no meaning" in str(error)
        if case.name not in str(error) and not options:
            wrong = f"the message does not name the file: {type(error).__name__}: {error}"
    except BaseException as error:  # noqa: BLE001 - whatever comes is what is looked for
        what, wrong = "another exception", f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        path.unlink(missing_ok=True)
    took = time.monotonic() - begin
    if took > MOST_SECONDS:
        wrong = f"it took {took:.0f} s"
    left = list(folder.iterdir())
    if left:
        wrong = f"it left {left}"
    return what, wrong


def _run(seeds: range, send: Any) -> None:
    """Judge cases in this process; each seed is told before it is tried, so that a crash is known by it."""
    faults = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    os.dup2(faults.fileno(), 2)
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        for seed in seeds:
            send.send((seed, None, None))
            signal.alarm(MOST_SECONDS * 4)
            what, wrong = judged(seed, Path(folder))
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            if used > MOST_MIB and wrong is None:
                wrong = f"the process has used {used} MiB"
            send.send((seed, what, wrong))
            if used > MOST_MIB:
                return


def run(cases: int, seed: int, each: int = 2000) -> tuple[Counter[str], list[str]]:
    """How often each thing came of `cases` cases, and the faults, each with its seed."""
    outcomes, faults = Counter[str](), list[str]()
    at, end = seed, seed + cases
    while at < end:
        receive, send = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(target=_run, args=(range(at, min(at + each, end)), send))
        process.start()
        send.close()
        tried = done = at - 1
        try:
            while True:
                number, what, wrong = receive.recv()
                tried = number
                if what is not None:
                    done = number
                    outcomes[what] += 1
                    if wrong is not None:
                        faults.append(f"seed {number}: {wrong}")
        except EOFError:
            process.join()
        if tried > done:
            outcomes["a crash"] += 1
            faults.append(f"seed {tried}: the process ended with {process.exitcode}")
        at = max(tried, done) + 1
    return outcomes, faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]  # there is one
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found, wrong = run(given.cases, given.seed)
    outcomes = ", ".join(f"{count:,} {what}" for what, count in found.most_common())
    sys.stdout.write("\n".join([f"{sum(found.values()):,} cases: {outcomes}", *wrong[:50], ""]))
    sys.exit(bool(wrong))

"""`python -m benchmarks.large_table`: memory of a training on a Parquet file that is larger than what it may hold.

It makes a file of random numbers, 10 million rows with 8 columns unless `--rows N` says otherwise, and trains on it from the
disk: in one process, and on two ranks. Every 20 ms it reads the anonymous memory (RssAnon, which has no pages of files) of each
process that computes. `--keep FOLDER` keeps the file there for the next time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from .ranks import launcher

COLUMNS, GROUP = 8, 1 << 20
TARGET = 500e6
"""Bytes of anonymous memory that a process should not pass."""


def make(path: Path, rows: int) -> None:
    """A Parquet file of float32 columns, x0 .. x7, and y, which is a function of them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [f"x{k}" for k in range(COLUMNS - 1)]
    schema = pa.schema([(name, pa.float32()) for name in [*names, "y"]])
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for start in range(0, rows, GROUP):
            rng = np.random.default_rng(start)
            X = rng.normal(size=(min(GROUP, rows - start), COLUMNS - 1)).astype(np.float32)
            y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
            writer.write_table(pa.table([*X.T, y], schema=schema), row_group_size=GROUP)


def anonymous(process: int) -> int:
    """Bytes of anonymous memory of a process; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("RssAnon")]
    return 1024 * int(lines[0].split()[1]) if lines else 0


def below(process: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    found, waiting = [], [process]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                own = [int(each) for each in task.read_text().split()]
            except OSError:
                continue
            found += own
            waiting += own
    return found


def most(command: list[str]) -> tuple[list[int], float]:
    """The most that each process held which computed, largest first, and the seconds of the whole."""
    began, held = time.perf_counter(), dict[int, int]()
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while started.poll() is None:
        for process in (started.pid, *below(started.pid)):
            held[process] = max(held.get(process, 0), anonymous(process))
        time.sleep(0.02)
    if started.returncode:
        raise SystemExit(f"status {started.returncode} of {' '.join(command)}")
    return sorted(held.values(), reverse=True), time.perf_counter() - began


def main() -> None:
    """Print a line for one process, and one for two ranks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (asked.keep or Path(folder)) / f"large-{asked.rows}.parquet"
        if not path.exists():
            make(path, asked.rows)
        train = [
            sys.executable,
            "-m",
            "clearprop",
            "train",
            str(path),
            "--target",
            "y",
            "--on-disk",
            "--layers",
            "16:tanh",
        ]
        train += ["--epochs", "1", "--batch-size", "256", "--penalty", "none", "--quiet", "-o", f"{folder}/m.clearprop"]
        print(f"{asked.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB of Parquet, load {os.getloadavg()[0]:.1f}\n")
        print("| ranks | anonymous memory of a process, at most | seconds |\n| --- | --- | --- |")
        for ranks, launch in ((1, []), (2, launcher())):
            held, seconds = most([*launch, *train])
            said = ", ".join(f"{each / 1e6:.0f} MB" for each in held[:ranks])
            print(
                f"| {ranks} | {said}{'' if held[0] <= TARGET else ', more than 500 MB'} | {seconds:.0f} |", flush=True
            )


if __name__ == "__main__":
    main()

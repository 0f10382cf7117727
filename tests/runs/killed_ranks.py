"""A training over ranks of which one is killed, again and again; other numbers of ranks go on, to the same model file.

`python -m tests.runs.killed_ranks --kills 100` prints what was found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

MPIEXEC = Path(sys.executable).with_name("mpiexec")
CLEARPROP = [sys.executable, "-m", "clearprop"]
TRAINING = [
    *("--target", "y", "--layers", "6:tanh", "--penalty", "none", "--optimizer", "adam", "--eta", "0.01"),
    *("--dropout", "0.1", "--batch-size", "16", "--epochs", "600", "--shards", "8", "--checkpoint", "0.03", "--quiet"),
]


def write_table(path: Path, rows: int = 60) -> None:
    """A product of two numbers, with noise."""
    draw = random.Random(1)
    points = [(draw.gauss(0, 1), draw.gauss(0, 1), draw.gauss(0, 0.3)) for _ in range(rows)]
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{a * b + noise}\n" for a, b, noise in points))


def command(ranks: int, *arguments: str) -> list[str]:
    """`clearprop train` on so many ranks; 0 for a process alone."""
    launcher = [str(MPIEXEC), "-n", str(ranks)] if ranks else []
    return [*launcher, *CLEARPROP, "train", *arguments]


def ranks_in(log: Path) -> list[int]:
    """The processes of the last life that has begun."""
    found: list[int] = []
    if log.exists():
        for line in log.read_text().splitlines():
            with suppress(ValueError):
                found = [int(each.split()[-1]) for each in json.loads(line).get("ranks", [])] or found
    return found


def live(folder: Path, ranks: int, draw: random.Random) -> tuple[bool, float]:
    """One life: a random rank is killed after a random time. Whether it was killed, and how long the others outlived it."""
    begun = (folder / "run" / "run.toml").exists()
    arguments = (
        ["--resume", "run", "--checkpoint", "0.03", "--quiet"] if begun else ["table.csv", *TRAINING, "--run", "run"]
    )
    log = folder / "run" / "log.jsonl"
    before = ranks_in(log)
    process = subprocess.Popen(
        command(ranks, *arguments), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and ranks_in(log) == before:
        time.sleep(0.005)
    time.sleep(draw.uniform(0, 0.4))
    if process.poll() is not None:
        assert process.returncode == 0, process.stderr.read() if process.stderr else ""
        return False, 0.0
    with suppress(ProcessLookupError):
        os.kill(draw.choice(ranks_in(log)), signal.SIGKILL)
    at = time.perf_counter()
    process.communicate(timeout=30)
    return True, time.perf_counter() - at


def killed(kills: int, seed: int = 0) -> tuple[int, float, bool]:
    """How many ranks were killed, the longest time that others outlived one, and whether every model file was the same."""
    draw, done, slowest, same = random.Random(seed), 0, 0.0, True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "table.csv")
        subprocess.run(command(0, "table.csv", *TRAINING, "--run", "alone"), cwd=folder, check=True)
        whole = (folder / "alone" / "best.clearprop").read_bytes()
        while done < kills:
            was_killed, seconds = live(folder, draw.choice([2, 3, 4]), draw)
            done, slowest = done + was_killed, max(slowest, seconds)
            if not was_killed:
                same = same and (folder / "run" / "best.clearprop").read_bytes() == whole
                shutil.rmtree(folder / "run")
        if (folder / "run" / "run.toml").exists():
            subprocess.run(command(draw.choice([0, 1, 2]), "--resume", "run", "--quiet"), cwd=folder, check=True)
            same = same and (folder / "run" / "best.clearprop").read_bytes() == whole
    return done, slowest, same


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    done, slowest, same = killed(asked.kills, asked.seed)
    print(
        f"{done} ranks killed; all ended within {slowest:.2f} s; {'all models the same' if same else 'MODELS DIFFER'}"
    )


if __name__ == "__main__":
    main()

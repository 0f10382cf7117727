"""A study whose processes are killed, again and again: no trial is lost, and none is done twice.

`python -m tests.tuning.killed --trials 200 --kills 10 --processes 1` prints what was found.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from clearprop.io.tables.table import Table
from clearprop.tuning import Tuned, tune

ROOT = Path(__file__).parents[2]
SPACE = {
    "layers": ["{2 to 8, whole}:tanh", "{2 to 8, whole}:relu,4:tanh", ""],
    "eta": "{0.003 to 1000, log}",  # large enough for some trials to diverge
    "batch_size": [4, 8, 16],
    "penalty": ["none", "l2(strength={1e-5 to 0.1, log})"],
}


def table(rows: int = 60) -> Table:
    """Whether a point is above a line, with some noise."""
    draw = random.Random(1)
    points = [(draw.gauss(0, 1), draw.gauss(0, 1), draw.gauss(0, 0.3)) for _ in range(rows)]
    named = {"a": [p[0] for p in points], "b": [p[1] for p in points]}
    return Table.of({**named, "y": ["above" if p[0] - p[1] + p[2] > 0 else "below" for p in points]})


def search(folder: Path, trials: int, epochs: int = 6) -> Tuned:
    """The study in a folder, from where it is."""
    how: dict[str, Any] = {"epochs": epochs, "optimizer": "sgd", "loss": "nllm", "output_activation": "softmax"}
    return tune(table(), target="y", space=SPACE, trials=trials, folder=folder, progress=False, **how)


def life(folder: Path, trials: int) -> subprocess.Popen[bytes]:
    """A process that trains trials of the study."""
    command = [sys.executable, "-m", "tests.tuning.killed", "--folder", str(folder), "--trials", str(trials)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def lines_of(folder: Path) -> int:
    """The lines of the study's journal."""
    journal = folder / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def kill_after(processes: list[subprocess.Popen[bytes]], folder: Path, lines: int, wait: float) -> int:
    """Kill all processes so long after so many more lines were written. Gives the number of those that had not ended."""
    until = lines_of(folder) + lines
    while lines_of(folder) < until and any(each.poll() is None for each in processes):
        time.sleep(0.002)
    time.sleep(wait)
    alive = sum(each.poll() is None for each in processes)
    for each in processes:
        each.kill()
        each.wait()
    return alive


def ends_of(folder: Path) -> Counter[int]:
    """How often the journal says of each trial that it has ended, by Optuna's number."""
    ends: Counter[int] = Counter()
    for line in (folder / "journal.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["op_code"] == 6 and entry["state"] in {1, 2, 3}:  # a change of state, to one that is an end
            ends[entry["trial_id"]] += 1
    return ends


def what_trials_are(tuned: Tuned) -> list[Any]:
    """All of the trials but their times."""
    return [(each.number, each.state, each.value, each.values, each.drawn, each.because) for each in tuned.trials]


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--trials", type=int, default=200)
    given.add_argument("--kills", type=int, default=10)
    given.add_argument("--processes", type=int, default=1)
    given.add_argument("--seed", type=int, default=0)
    given.add_argument("--folder", type=Path)
    asked = given.parse_args()
    if asked.folder is not None:
        search(asked.folder, asked.trials)
        return
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as here:
        folder, kills = Path(here, "killed"), 0
        share = 20 * asked.trials // (asked.kills + 1)  # some twenty lines are written for a trial
        while kills < asked.kills:
            processes = [life(folder, asked.trials) for _ in range(asked.processes)]
            kills += bool(kill_after(processes, folder, draw.randint(1, share), draw.uniform(0, 0.02)))
        tuned = search(folder, asked.trials)
        ends = ends_of(folder)
        print(f"{kills} kills; {tuned}")
        print(f"lost: {asked.trials - len(ends)}; ended twice: {sum(n > 1 for n in ends.values())}")
        print(f"drawn twice: {len(tuned.trials) - len({str(sorted(each.drawn.items())) for each in tuned.trials})}")
        if asked.processes == 1:
            whole = search(Path(here, "whole"), asked.trials)
            print(f"the same as without a kill: {what_trials_are(tuned) == what_trials_are(whole)}")


if __name__ == "__main__":
    main()

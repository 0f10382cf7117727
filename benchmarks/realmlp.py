"""`python -m benchmarks.realmlp`: `preset="tabular"` beside the software that was published with the recipe, pytabkit.

Both get the same tables, splits and seeds: a quarter of the rows is held out, `--splits` times. The tables are those of
`benchmarks.presets`, and real ones of `benchmarks.real_tables` where their packages are installed. Each library works in a
process of its own, on one thread, because PyTorch has threads of its own. A table counts as better or worse where the mean
difference of the scores, accuracy or R², is more than one standard error; else it is a tie. Every fit is written to
`--results` at once, and is not repeated there.

`--ensemble K` gives the preset K networks; pytabkit has one. `--set name=value` sets a parameter of the preset's estimator.
Names of tables measure only these. `pip install pytabkit` (with torch) is needed; `--ours` does without.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import logging
import sys
import warnings
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split

from .presets import TASKS, Task
from .real_tables import installed, loader
from .targets import Target
from .workers import Worker, answer

SPLITS = 10
WANTED = {1: 0.75, 8: 0.9}
"""The share of tables on which the preset is to be better or equal, by the number of its networks."""
FASTER = Target(3.5, 5)
ROUNDING = 1e-9
"""Of one standard error: of two splits with one equal score, the difference is one standard error, but for rounding."""
Scores = dict[tuple[str, str, int], dict[str, float]]
"""Of a table, a contender and a split: `score` and `seconds`."""


def tasks() -> list[Task]:
    """All tables that are there."""
    return [*TASKS, *(Task(file.name, loader(file), file.classes) for file in installed())]


def ours(task: Task, options: dict[str, Any]) -> Any:
    from clearprop import estimators

    kind = estimators.MLPClassifier if task.classes else estimators.MLPRegressor
    return kind(preset="tabular", threads=1, **options)


def theirs(task: Task, _: dict[str, Any]) -> Any:
    import torch

    torch.set_num_threads(1)
    logging.disable(logging.INFO)  # which says after every fit that there is no GPU
    software = importlib.import_module("pytabkit")
    kind = software.RealMLP_TD_S_Classifier if task.classes else software.RealMLP_TD_S_Regressor
    return kind(device="cpu", n_threads=1)


LIBRARIES = {"ours": ours, "pytabkit": theirs}


def work(library: str) -> None:
    """What the process of a library does."""
    warnings.simplefilter("ignore")
    by_name, loaded = {task.name: task for task in tasks()}, {}

    def measured(name: str, split: int, options: dict[str, Any]) -> dict[str, float]:
        task = by_name[name]
        if name not in loaded:
            loaded[name] = task.load()
        X, y = loaded[name]
        parts = train_test_split(X, y, random_state=split, stratify=y if task.classes else None)
        X_train, X_test, y_train, y_test = parts
        model = LIBRARIES[library](task, options).set_params(random_state=split)
        began = perf_counter()
        model.fit(X_train, y_train)
        seconds = perf_counter() - began
        score = accuracy_score if task.classes else r2_score
        return {"score": float(score(y_test, model.predict(X_test))), "seconds": seconds}

    answer(sys.stdin, measured)


def main() -> None:
    """Measure what is not there yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--ensemble", type=int, default=1, metavar="K")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--results", type=Path, default=Path("build/realmlp.jsonl"))
    parser.add_argument(
        "--ours", action="store_true", help="measure nothing of pytabkit; what --results has is compared"
    )
    parser.add_argument("--work", choices=tuple(LIBRARIES), help=argparse.SUPPRESS)
    parser.add_argument("tables", nargs="*", help="names of tables; all of them if none is given")
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    options = dict(map(_option, given.set)) | ({"ensemble": given.ensemble} if given.ensemble > 1 else {})
    chosen = [task for task in tasks() if not given.tables or task.name in given.tables]
    contenders = {"ours": json.dumps(options, sort_keys=True)} | ({} if given.ours else {"pytabkit": "{}"})
    scores = measured(chosen, contenders, given.splits, given.results)
    report(chosen, scores, contenders["ours"], given.splits, WANTED.get(given.ensemble))


def _option(text: str) -> tuple[str, Any]:
    """`dtype=float64` as a name and a value; a value that is no literal of Python is a text."""
    name, _, value = text.partition("=")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def measured(chosen: list[Task], contenders: dict[str, str], splits: int, path: Path) -> Scores:
    """All scores of a file of results, after what it lacked has been measured; split by split, so that it can be cut short."""
    scores = read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file, ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for split, task, (library, options) in (
            (s, task, each) for s in range(splits) for task in chosen for each in contenders.items()
        ):
            who = _who(library, options)
            if (task.name, who, split) in scores:
                continue
            if library not in workers:
                workers[library] = stack.enter_context(Worker("benchmarks.realmlp", library, 1))
            found = workers[library].ask(task.name, split, json.loads(options))
            scores[task.name, who, split] = found
            print(json.dumps([task.name, who, split, found]), file=file, flush=True)
    return scores


def read(path: Path) -> Scores:
    """What a file of results has; nothing where there is none."""
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text().splitlines())
    return {(table, who, split): found for table, who, split, found in lines}


def _who(library: str, options: str) -> str:
    return library if options == "{}" else f"{library} {options}"


def report(chosen: list[Task], scores: Scores, options: str, splits: int, wanted: float | None) -> None:
    """Print a line for each table that both have, and how many are better, equal and worse."""
    print('| table | rows × columns | `preset="tabular"` | pytabkit | difference | | seconds, ours | pytabkit |')
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    verdicts, ratios = [], []
    for task in chosen:
        both = [
            (scores[task.name, _who("ours", options), split], scores[task.name, "pytabkit", split])
            for split in range(splits)
            if {(task.name, _who("ours", options), split), (task.name, "pytabkit", split)} <= scores.keys()
        ]
        if len(both) < 2:
            continue
        a, b = (np.array([pair[k]["score"] for pair in both]) for k in range(2))
        seconds = [float(np.median([pair[k]["seconds"] for pair in both])) for k in range(2)]
        error = float((a - b).std(ddof=1) / np.sqrt(len(both)))
        difference = float((a - b).mean())
        ratios.append(seconds[1] / seconds[0])
        verdicts.append(
            "equal" if abs(difference) <= error * (1 + ROUNDING) else "better" if difference > 0 else "worse"
        )
        n, m = np.shape(task.load()[0])
        print(
            f"| {task.name} | {n:,} × {m} | {a.mean():.3f} | {b.mean():.3f} | {difference:+.3f} ± {error:.3f} "
            f"| {verdicts[-1]} | {seconds[0]:.2g} | {seconds[1]:.2g} |"
        )
    if verdicts:
        better, equal = verdicts.count("better"), verdicts.count("equal")
        share = f"{(better + equal) / len(verdicts):.0%}" + ("" if wanted is None else f", wanted {wanted:.0%}")
        print(f"\nOf {len(verdicts)} tables {better} better, {equal} equal ({share}).")
        faster = float(np.median(ratios))
        print(f"In the middle {faster:.1f} times as fast as pytabkit{FASTER.verdict(ratio=faster)}")


if __name__ == "__main__":
    main()

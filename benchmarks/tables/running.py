"""Each contender on each table in a process of its own, with one thread; what it said is appended to a CSV file at once."""

from __future__ import annotations

import csv
import math
import multiprocessing
import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from time import perf_counter

from .contenders import Contender
from .task import Task


@dataclass(frozen=True)
class Result:
    """A line of the file of results: one split of one table by one contender, or why there is none."""

    table: str
    rows: int
    task: str
    contender: str
    split: int
    score: float = math.nan
    """Accuracy, or R²."""
    log_loss: float = math.nan
    seconds: float = math.nan
    refused: str = ""


def run(tasks: Iterable[Task], contenders: dict[str, Contender], path: Path, *, splits: int, limit: float) -> None:
    """Measure what the file does not have yet. A contender has `limit` seconds for the splits of a table."""
    done = {(each.table, each.contender) for each in read(path)}
    for task in tasks:
        for name, contender in contenders.items():
            if (task.name, name) not in done:
                began = perf_counter()
                results = in_a_process(task, name, contender, splits, limit)
                append(path, results)
                print(said(results, perf_counter() - began), flush=True)


def in_a_process(task: Task, name: str, contender: Contender, splits: int, limit: float) -> list[Result]:
    """The results of every split; a single one with the reason where there are none."""
    _, _ = task.usable, task.of_classes  # computed once, before the fork
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=measure, args=(task, name, contender, splits, theirs), daemon=True
    )
    process.start()
    theirs.close()
    try:
        found: list[Result] | None = ours.recv() if ours.poll(limit) else None
        reason = f"no result after {limit:g} s"
    except EOFError:
        found, reason = None, "the process ended without a result"
    process.kill()
    process.join()
    return found or [Result(task.name, len(task.usable), kind(task), name, 0, refused=reason)]


def measure(task: Task, name: str, contender: Contender, splits: int, answer_to: object) -> None:
    """Fit and score on every split, and send the results."""
    os.environ["OMP_NUM_THREADS"] = "1"
    warnings.simplefilter("ignore")
    results = []
    for split, (train, test) in enumerate(task.splits(splits)):
        about = (task.name, len(task.usable), kind(task), name, split)
        try:
            answer = contender(task, train, test, split)
            score, log_loss = task.score(answer, test)
            results.append(Result(*about, score, log_loss, answer.seconds))
        except Exception as error:  # noqa: BLE001 - whatever stops a contender is a result
            reason = " ".join(f"{type(error).__name__}: {error}".split()).replace(str(task.path.parent), "")
            results.append(Result(*about, refused=reason[:300]))
            break
    answer_to.send(results)  # type: ignore[attr-defined]


def kind(task: Task) -> str:
    """The task in a word."""
    return "classification" if task.of_classes else "regression"


def said(results: list[Result], seconds: float) -> str:
    """A line for the terminal."""
    first, scores = results[0], [each.score for each in results if not each.refused]
    refused = next((each.refused for each in results if each.refused), "")
    number = f"{sum(scores) / len(scores):8.4f}" if scores else " " * 8
    return f"{first.table:<36}{first.contender:<14}{number}  {seconds:6.1f} s  {refused[:100]}"


def append(path: Path, results: list[Result]) -> None:
    """Write the lines, and the header before the first."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(field.name for field in fields(Result))
        writer.writerows([getattr(each, field.name) for field in fields(Result)] for each in results)


def read(path: Path) -> list[Result]:
    """The results of a file; none where there is no file."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [
            Result(
                row["table"],
                int(row["rows"]),
                row["task"],
                row["contender"],
                int(row["split"]),
                float(row["score"]),
                float(row["log_loss"]),
                float(row["seconds"]),
                row["refused"],
            )
            for row in csv.DictReader(file)
        ]

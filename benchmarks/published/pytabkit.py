"""RealMLP-TD-S, measured beside `preset="tabular"` on the same tables and splits, where pytabkit is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache, partial

from ..realmlp import tasks
from ..workers import Worker
from .rows import Given, Group, Row


@cache
def worker(library: str) -> Worker:
    """One process for each library, which ends with this one."""
    return Worker("benchmarks.realmlp", library, 1)


def score(library: str, table: str, seed: int) -> float:
    return float(worker(library).ask(table, seed, {})["score"])


def rows(_: Given) -> Sequence[Row]:
    return [
        Row(task.name, "", partial(score, "ours", task.name), beside=partial(score, "pytabkit", task.name))
        for task in tasks()
    ]


def lacking(_: Given) -> str | None:
    return None if importlib.util.find_spec("pytabkit") else "it needs `pip install pytabkit`, with PyTorch"


GROUP = Group(
    "RealMLP",
    "RealMLP-TD-S: accuracy or R², held out",
    "Holzmüller, Grinsztajn and Steinwart 2024; pytabkit, measured here",
    '`preset="tabular"`, one network',
    rows,
    lacking,
)

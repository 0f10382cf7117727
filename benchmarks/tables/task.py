"""One table as every contender gets it: the file, the target, the splits; and how predictions are scored."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

FEW = 20
"""Whole numbers with at most so many values, each seen at least twice, are classes; so are texts and truth values."""
TEST = 0.25


@dataclass(frozen=True)
class Answer:
    """What one contender said of the held-out rows of one split."""

    predicted: np.ndarray
    """(n,), labels or numbers."""
    seconds: float
    """Of fitting alone."""
    probabilities: np.ndarray | None = None
    """(n, classes), in the order of `classes`."""
    classes: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Task:
    """A table in a file, with its target."""

    path: Path
    target: str
    ignore: tuple[str, ...] = ()
    most_rows: int = 10_000

    @property
    def name(self) -> str:
        """The name of the file without its suffix."""
        return self.path.name.partition(".")[0]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as pandas reads it, without the columns to ignore, one row for each row of the file."""
        return pd.read_csv(self.path, low_memory=False).drop(columns=list(self.ignore))

    @cached_property
    def usable(self) -> np.ndarray:
        """The rows that have a target, by number; a sample of them where there are more than `most_rows`."""
        rows = np.flatnonzero(self.frame[self.target].notna())
        if len(rows) > self.most_rows:
            rows = np.sort(np.random.default_rng(0).choice(rows, self.most_rows, replace=False))
        if self.of_classes:  # a class of a single row cannot be in both parts
            y = self.frame[self.target].iloc[rows]
            rows = rows[y.map(y.value_counts()).to_numpy() > 1]
        return rows

    @cached_property
    def of_classes(self) -> bool:
        """Whether the target is a class."""
        y = self.frame[self.target].dropna()
        if not pd.api.types.is_numeric_dtype(y) or pd.api.types.is_bool_dtype(y):
            return True
        counts = y.value_counts()
        return bool(len(counts) <= FEW and counts.min() > 1 and (y % 1 == 0).all())

    def splits(self, number: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Rows to learn from and rows held out, by number in the file."""
        y = self.frame[self.target].iloc[self.usable]
        for seed in range(number):
            train, test = train_test_split(
                self.usable, test_size=TEST, random_state=seed, stratify=y.astype(str) if self.of_classes else None
            )
            yield np.sort(train), np.sort(test)

    def truth(self, rows: np.ndarray) -> np.ndarray:
        """The targets of these rows."""
        return self.frame[self.target].iloc[rows].to_numpy()

    def score(self, answer: Answer, rows: np.ndarray) -> tuple[float, float]:
        """Accuracy and log loss, or R² and NaN."""
        y = self.truth(rows)
        if not self.of_classes:
            error = (y.astype(float) - np.asarray(answer.predicted, float)) ** 2
            return 1 - error.sum() / ((y.astype(float) - y.astype(float).mean()) ** 2).sum(), math.nan
        said, true = [label(each) for each in answer.predicted], [label(each) for each in y]
        right = float(np.mean([a == b for a, b in zip(said, true, strict=True)]))
        return right, log_loss(answer, true)


def label(value: Any) -> str:
    """A class as text, the same for 1, 1.0 and "1", for True and "TRUE"."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    text = str(value).strip()
    return text.lower() if text.lower() in {"true", "false"} else text


def log_loss(answer: Answer, true: list[str]) -> float:
    """The mean of -log p of the true class, with p of 1e-15 at least; NaN without probabilities."""
    if answer.probabilities is None:
        return math.nan
    place = {label(name): k for k, name in enumerate(answer.classes)}
    p = [
        float(row[place[name]]) if name in place else 0.0 for row, name in zip(answer.probabilities, true, strict=True)
    ]
    return float(-np.log(np.clip(p, 1e-15, 1)).mean())


def tasks_in(folder: Path, most_rows: int) -> list[Task]:
    """The tables of a folder: those of its `tables.csv`, else every CSV file, whose last column is then the target."""
    listed = folder / "tables.csv"
    if listed.exists():
        rows = csv.DictReader(listed.read_text().splitlines())
        return [
            Task(folder / row["file"], row["target"], tuple((row.get("ignore") or "").split()), most_rows)
            for row in rows
        ]
    paths = sorted(folder.glob("*.csv"))
    return [Task(path, str(pd.read_csv(path, nrows=1).columns[-1]), (), most_rows) for path in paths]

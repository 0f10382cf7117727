"""Proben1 (Prechelt 1994): its rules on any of its 42 problems, from a folder of its .dt files.

A file's points are for training, validation and test in this order, as its head says. Learning is by Rprop on all training
points; every five epochs the error on the validation points is measured. Learning ends where that is 5 % above its lowest
(GL5), where the training error goes on by less than 0.1 in a thousand (P5), or after 3,000 epochs. The figure is the error of
the test points, at the lowest validation error.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import clearprop as cp

from .rows import Given, Group, Row

STRIP, MOST_EPOCHS = 5, 3000
HIDDEN = 16
Points = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Problem:
    """Points of a file: X (n, m) and Y (n, outputs) of each part, and whether outputs are classes."""

    training: Points
    validation: Points
    test: Points
    classes: bool


def read(path: Path) -> Problem:
    """A .dt file. ValueError where it has other numbers than its head says."""
    lines = path.read_text().splitlines()
    parts = [line.partition("=") for line in lines if "=" in line]
    head = {name.strip(): int(value) for name, _, value in parts}
    numbers = np.array([line.split() for line in lines if line.strip() and "=" not in line], float)
    inputs, outputs = (sum(head[f"{kind}_{side}"] for kind in ("bool", "real")) for side in ("in", "out"))
    counts = [head[f"{part}_examples"] for part in ("training", "validation", "test")]
    if numbers.shape != (sum(counts), inputs + outputs):
        raise ValueError(
            f"{path.name} has numbers of shape {numbers.shape}; its head says {(sum(counts), inputs + outputs)}"
        )
    pieces = np.split(numbers, np.cumsum(counts)[:-1])
    training, validation, test = ((piece[:, :inputs], piece[:, inputs:]) for piece in pieces)
    return Problem(training, validation, test, classes=bool(head["bool_out"]))


def percentage(Y: np.ndarray, A: np.ndarray) -> float:
    """Prechelt's squared error percentage, 100 (o_max - o_min) / (N P) ΣΣ (o - t)², for outputs from 0 to 1."""
    return float(100 * np.mean((A - Y) ** 2))


@dataclass
class Rules:
    """When learning ends, told after each epoch. `lowest` is the network with the lowest validation error."""

    problem: Problem
    training: list[float] = field(default_factory=list)
    least: float = np.inf
    lowest: Any = None

    def __call__(self, report: Any) -> bool:
        self.training.append(report.loss)
        if len(self.training) % STRIP:
            return False
        X, Y = self.problem.validation
        error = percentage(Y, report.network.predict(X))
        if error < self.least:
            self.least, self.lowest = error, report.network.copy()
        strip = self.training[-STRIP:]
        progress = 1000 * (np.mean(strip) / min(strip) - 1)
        return bool(100 * (error / self.least - 1) > 5 or progress < 0.1)


def errors(path: Path, seed: int) -> tuple[float, float]:
    """The squared error percentage of the test points, and the percentage of them in a wrong class (NaN without classes)."""
    problem = read(path)
    (X, Y), (X_test, Y_test) = problem.training, problem.test
    net = cp.Network((X.shape[1], HIDDEN, Y.shape[1]), ("tanh", "identity"), init="pytorch", seed=seed)
    rules = Rules(problem)
    options: dict[str, Any] = {"batch_size": None, "epochs": MOST_EPOCHS, "threads": 1, "progress": False}
    rprop = "rprop(longer=1.2, shorter=0.5, shortest=0.0, longest=50.0)"
    cp.train(net, X, Y, loss="square", optimizer=rprop, eta=0.1, callbacks=rules, **options)
    A = rules.lowest.predict(X_test)
    wrong = 100 * float((A.argmax(axis=1) != Y_test.argmax(axis=1)).mean()) if problem.classes else np.nan
    return percentage(Y_test, A), wrong


def rows(given: Given) -> Sequence[Row]:
    assert given.proben1 is not None
    published = figures(given.proben1)
    remark = f"{HIDDEN} tanh units, linear outputs"
    return [
        Row(
            path.stem,
            published.get(path.stem, ""),
            partial(_test_error, path),
            runs=60,
            less_is_better=True,
            remark=remark,
        )
        for path in sorted(given.proben1.rglob("*.dt"))
    ]


def _test_error(path: Path, seed: int) -> float:
    return errors(path, seed)[0]


def figures(folder: Path) -> dict[str, str]:
    """Published test errors by problem, from `published.csv` in the folder, with the columns problem and error."""
    path = folder / "published.csv"
    if not path.is_file():
        return {}
    with path.open(newline="") as file:
        return {row["problem"]: row["error"] for row in csv.DictReader(file)}


def lacking(given: Given) -> str | None:
    if given.proben1 is None:
        return "it needs `make tables PROBEN1=FOLDER`, a folder with its .dt files and `published.csv`, the published figures"
    return None if any(given.proben1.rglob("*.dt")) else f"{given.proben1} has no .dt file"


GROUP = Group(
    "Proben1",
    "Proben1: squared error percentage of the test points",
    "Prechelt 1994",
    "Rprop on all training points, GL5",
    rows,
    lacking,
)

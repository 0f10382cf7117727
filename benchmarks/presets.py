"""`python -m benchmarks.presets`: what `preset="tabular"` scores beside scikit-learn's defaults; the documentation's table.

The tables are all that clearprop and scikit-learn bundle, and one or more of every maker of scikit-learn's that makes some.

Every table is split ten times, three quarters to learn from; all are given the same splits and seeds. scikit-learn's class is
measured as it is, and behind a StandardScaler, which its users should not forget. Scores are accuracy and R², means over
splits. `--seeds N`, and names of tables to measure only these.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import sklearn.neural_network as theirs
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import clearprop as cp
from clearprop import estimators as ours

SEEDS = 10
WANTED = 0.8
"""The share of tables on which the preset is to be better than scikit-learn's default."""


@dataclass(frozen=True)
class Task:
    """A table, and whether its target is a class."""

    name: str
    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    classes: bool = True


def bundled(name: str) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """One of clearprop's own data sets."""

    def load() -> tuple[np.ndarray, np.ndarray]:
        table = cp.load_table(name)
        assert table.target is not None
        return np.column_stack([table[column] for column in table.names if column != table.target]), table[table.target]

    return load


def made(maker: str, **options: Any) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """A table made by scikit-learn."""
    return lambda: getattr(datasets, f"make_{maker}")(random_state=0, **options)


def heavy_tailed() -> tuple[np.ndarray, np.ndarray]:
    """Columns of very different sizes, with values far from the others."""
    X, y = datasets.make_classification(1000, 12, n_informative=6, random_state=3)
    return np.sinh(1.5 * X) * 10.0 ** np.arange(-3, 9)[None, :], y


TASKS = (
    *(Task(name, bundled(name)) for name in ("xor", "moons", "circles", "spiral", "blobs")),
    *(Task(name, bundled(name)) for name in ("iris", "wine", "breast_cancer", "digits")),
    Task("classification, 20 columns, 8 of use", made("classification", n_samples=1000, n_informative=8, n_classes=3)),
    Task(
        "classification, 50 columns, 5 of use", made("classification", n_samples=1000, n_features=50, n_informative=5)
    ),
    Task(
        "classification, 1 in 10", made("classification", n_samples=1500, n_informative=6, weights=[0.9], class_sep=0.6)
    ),
    Task("classification, heavy tails", heavy_tailed),
    Task("gaussian quantiles", made("gaussian_quantiles", n_samples=1000, n_features=6, n_classes=3)),
    Task("hastie", made("hastie_10_2", n_samples=2000)),
    Task("diabetes", bundled("diabetes"), classes=False),
    Task("linnerud, 3 outputs", lambda: datasets.load_linnerud(return_X_y=True), classes=False),
    Task("friedman 1", made("friedman1", n_samples=800, noise=1.0), classes=False),
    Task("friedman 2", made("friedman2", n_samples=800, noise=50.0), classes=False),
    Task("friedman 3", made("friedman3", n_samples=800, noise=0.1), classes=False),
    Task("linear, 20 columns", made("regression", n_samples=600, n_features=20, noise=20.0), classes=False),
    Task("sparse uncorrelated", made("sparse_uncorrelated", n_samples=600), classes=False),
    Task("s curve", made("s_curve", n_samples=600, noise=0.1), classes=False),
    Task("swiss roll", made("swiss_roll", n_samples=600, noise=0.5), classes=False),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("tables", nargs="*", help="names of tables; all of them if none is given")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    print('| table | rows × columns | `preset="tabular"` | scikit-learn | scaled | fit, preset | scikit-learn |')
    print("| --- | --- | --- | --- | --- | --- | --- |")
    tasks = [task for task in TASKS if not given.tables or task.name in given.tables]
    means = np.array([measured(task, given.seeds) for task in tasks])
    for who, others in (("scikit-learn's default", means[:, 1]), ("the same behind a StandardScaler", means[:, 2])):
        better, equal = int((means[:, 0] > others).sum()), int((means[:, 0] == others).sum())
        share = f"{better / len(tasks):.0%}, wanted {WANTED:.0%}"
        print(f"\nBetter than {who} on {better} of {len(tasks)} tables ({share}), equal on {equal}.")


def measured(task: Task, seeds: int) -> np.ndarray:
    """Print a table's line; the mean scores of the preset, and of scikit-learn's default without and with scaled columns."""
    X, y = task.load()
    kind = "MLPClassifier" if task.classes else "MLPRegressor"
    scores, seconds = np.empty((3, seeds)), np.empty((3, seeds))
    for seed in range(seeds):
        split = train_test_split(X, y, random_state=seed, stratify=y if task.classes else None)
        X_train, X_test, y_train, y_test = split
        models = (
            getattr(ours, kind)(preset="tabular", random_state=seed),
            getattr(theirs, kind)(random_state=seed),
            make_pipeline(StandardScaler(), getattr(theirs, kind)(random_state=seed)),
        )
        for place, model in enumerate(models):
            began = perf_counter()
            model.fit(X_train, y_train)
            seconds[place, seed] = perf_counter() - began
            scores[place, seed] = model.score(X_test, y_test)
    mean, time = scores.mean(axis=1), np.median(seconds, axis=1)
    best = mean.max()
    cells = (f"**{score:.3f}**" if score == best else f"{score:.3f}" for score in mean)
    size = f"{X.shape[0]:,} × {X.shape[1]}"
    print(f"| {task.name} | {size} | {' | '.join(cells)} | {time[0]:.2g} s | {time[1]:.2g} s |", flush=True)
    return mean


if __name__ == "__main__":
    main()

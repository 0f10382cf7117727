"""`python -m benchmarks.estimators`: fitting, and scores, beside scikit-learn's own perceptrons; the documentation's tables.

Both get the same data, parameters and seeds, and as many threads as the machine has processors; then one thread each. Each
library works in a process of its own, one at a time, because waiting thread pools take processor time from each other;
fits are interleaved, and each figure is a median over seeds. `--seeds N`, and names of rows to measure only these.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import IO, Any

import numpy as np
import sklearn.neural_network as theirs
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine, make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from clearprop import estimators as ours

from .machine import processors
from .workers import Worker, answer, with_threads

SEEDS = 10
BUSY = 0.5
"""Processors at work before anything is measured, from which on figures are not to be believed."""
LIBRARIES = {"ours": ours, "theirs": theirs}


@dataclass(frozen=True)
class Row:
    """A data set, and what the estimators are told beside their defaults."""

    name: str
    load: Callable[[], tuple[np.ndarray | csr_matrix, np.ndarray]]
    kind: str = "MLPClassifier"
    options: dict[str, Any] = field(default_factory=dict)
    target: float = 4.0


def a_table() -> tuple[np.ndarray, np.ndarray]:
    """20,000 rows of 100 columns, in four classes."""
    return make_classification(20_000, 100, n_informative=20, n_classes=4, random_state=0)


def single_digits() -> tuple[np.ndarray, np.ndarray]:
    """The digits in float32."""
    X, y = load_digits(return_X_y=True)
    return X.astype("float32") / 16, y


def sparse_text() -> tuple[csr_matrix, np.ndarray]:
    """As text in numbers: 20,000 rows of 50,000 columns, 0.2 % of them not zero, in float32 and two classes."""
    rng = np.random.default_rng(0)
    n, m, words = 20_000, 50_000, 100
    X = csr_matrix(
        (rng.random(n * words, np.float32), rng.integers(0, m, n * words), np.arange(0, n * words + 1, words)), (n, m)
    )
    X.sum_duplicates()
    return X, (X @ rng.normal(size=m) > 0).astype(int)


def standardised(load: Callable[..., Any]) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """A bundled data set, its values in standard units where they are a target."""

    def loaded() -> tuple[np.ndarray, np.ndarray]:
        X, y = load(return_X_y=True)
        return StandardScaler().fit_transform(X), (y - y.mean()) / y.std() if load is load_diabetes else y

    return loaded


ROWS = (
    Row("digits", standardised(load_digits)),
    Row("breast cancer", standardised(load_breast_cancer)),
    Row("iris", standardised(load_iris)),
    Row("wine", standardised(load_wine)),
    Row("diabetes", standardised(load_diabetes), "MLPRegressor"),
    Row("20,000 x 100", a_table, options={"max_iter": 20}),
    Row("digits, float32", single_digits),
    Row("digits, batch_size=1", standardised(load_digits), options={"batch_size": 1, "max_iter": 3}, target=100.0),
    Row(
        "digits, batch_size=1, plain sgd",
        standardised(load_digits),
        options={"batch_size": 1, "max_iter": 3, "solver": "sgd", "momentum": 0.0},
        target=100.0,
    ),
    Row(
        "digits, batch_size=1, sgd",
        standardised(load_digits),
        options={"batch_size": 1, "max_iter": 3, "solver": "sgd"},
        target=100.0,
    ),
    Row("digits, float32, batch_size=1", single_digits, options={"batch_size": 1, "max_iter": 3}, target=100.0),
    Row("sparse text, 20,000 x 50,000", sparse_text, options={"hidden_layer_sizes": (64,), "max_iter": 2}, target=10.0),
    Row("digits, lbfgs", standardised(load_digits), options={"solver": "lbfgs", "max_iter": 50}, target=1.0),
)


@dataclass(frozen=True)
class Fit:
    """One fit: how long it took, its loss, and the score on the points left out of it."""

    seconds: float
    loss: float
    score: float


def work(library: str, told: IO[str]) -> None:
    """What a process of a library does: a fit for every line, the first of a row twice, since it imports and compiles."""
    warnings.simplefilter("ignore")
    rows, loaded = {row.name: row for row in ROWS}, {}

    def measured(name: str, seed: int) -> dict[str, float]:
        row = rows[name]
        if name not in loaded:
            loaded[name] = row.load()
            fitted(library, row, loaded[name], seed)
        return vars(fitted(library, row, loaded[name], seed))

    answer(told, measured)


def fitted(library: str, row: Row, data: tuple[np.ndarray, np.ndarray], seed: int) -> Fit:
    """One fit on three quarters of the data."""
    X, y = data
    stratify = y if row.kind == "MLPClassifier" else None
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed, stratify=stratify)
    model = getattr(LIBRARIES[library], row.kind)(random_state=seed, **row.options)
    began = perf_counter()
    model.fit(X_train, y_train)
    return Fit(perf_counter() - began, float(model.loss_), float(model.score(X_test, y_test)))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--work", choices=tuple(LIBRARIES), help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", help="names of rows; all of them if none is given")
    given = parser.parse_args()
    if given.work:
        work(given.work, sys.stdin)
        return
    warnings.simplefilter("ignore")
    measure_fits([row for row in ROWS if not given.rows or row.name in given.rows], given.seeds)
    if not given.rows:
        measure_calls()
        measure_memory()


def measure_fits(rows: list[Row], seeds: int) -> None:
    """A line for each row: all processors, and the ratio on one."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    # A pool of threads that spin for work is slowed down a hundredfold by whoever takes one of its processors.
    if load > BUSY:
        print(f"The machine is busy, its load being {load:.1f}: ratios on several threads say nothing.\n")
    print(
        f"{processors()} processors\n\n| data | fit, ours | scikit-learn | ratio | on one thread | loss, ours / theirs "
        "| test score, ours | theirs | |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    with ExitStack() as stack:
        workers = {
            (threads, library): stack.enter_context(Worker("benchmarks.estimators", library, threads))
            for threads in sorted({processors(), 1}, reverse=True)
            for library in LIBRARIES
        }
        for row in rows:
            fits: dict[tuple[int, str], list[Fit]] = {key: [] for key in workers}
            for seed in range(seeds):
                for key, worker in workers.items():
                    fits[key].append(Fit(**worker.ask(row.name, seed)))
            print(line(row, fits), flush=True)


def line(row: Row, fits: dict[tuple[int, str], list[Fit]]) -> str:
    """A row as people read it."""
    seconds = {key: float(np.median([fit.seconds for fit in each])) for key, each in fits.items()}
    mine, other = (fits[processors(), library] for library in LIBRARIES)
    ratio, alone = (seconds[threads, "theirs"] / seconds[threads, "ours"] for threads in (processors(), 1))
    loss = np.median([fit.loss for fit in mine]) / np.median([fit.loss for fit in other])
    scores = [np.mean([fit.score for fit in each]) for each in (mine, other)]
    verdict = "" if ratio >= row.target else f"target {row.target:g}"
    return (
        f"| {row.name} | {in_units(seconds[processors(), 'ours'])} | {in_units(seconds[processors(), 'theirs'])} "
        f"| {ratio:.1f} | {alone:.1f} | {loss:.4f} | {scores[0]:.4f} | {scores[1]:.4f} | {verdict} |"
    )


def in_units(seconds: float) -> str:
    """Three digits."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def measure_calls() -> None:
    """Single rows: what a call costs."""
    X, y = standardised(load_digits)()
    models = [room.MLPClassifier(max_iter=2, random_state=0).fit(X, y) for room in LIBRARIES.values()]
    calls: dict[str, tuple[Callable[[Any], Any], float]] = {
        "predict, one row": (lambda model: model.predict(X[:1]), 10.0),
        "predict_proba, one row": (lambda model: model.predict_proba(X[:1]), 10.0),
        "partial_fit, one row": (lambda model: model.partial_fit(X[:1], y[:1]), 20.0),
        "predict, 1,797 rows": (lambda model: model.predict(X), 1.0),
    }
    print("\n| call | ours | scikit-learn | ratio | |\n| --- | --- | --- | --- | --- |")
    for name, (call, target) in calls.items():
        mine, other = (np.median([timed(call, model) for _ in range(50)]) for model in models)
        verdict = "" if other / mine >= target else f"target {target:g}"
        print(f"| {name} | {mine * 1e6:.1f} µs | {other * 1e6:.0f} µs | {other / mine:.0f} | {verdict} |")


def timed(call: Callable[[Any], Any], model: Any) -> float:
    """Seconds of a call, over ten."""
    began = perf_counter()
    for _ in range(10):
        call(model)
    return (perf_counter() - began) / 10


def measure_memory() -> None:
    """The most memory that fitting the large table takes beyond the table itself, each in a process of its own."""
    taken = {}
    with TemporaryDirectory() as folder:
        for name, array in zip("Xy", a_table(), strict=True):
            np.save(f"{folder}/{name}.npy", array)  # making the table takes more than fitting it does
        for room in ("clearprop.estimators", "sklearn.neural_network"):
            program = (
                "import warnings; import numpy as np; warnings.simplefilter('ignore'); "
                f"import {room} as room; X, y = (np.load({folder!r} + f'/{{name}}.npy') for name in 'Xy'); "
                "peak = lambda: int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); "
                "room.MLPClassifier(max_iter=1).fit(X[:99], y[:99]); "
                "before = peak(); room.MLPClassifier(max_iter=3).fit(X, y); print(peak() - before)"
            )
            done = subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, env=with_threads(processors())
            )
            taken[room] = int(done.stdout)
    mine, other = taken.values()
    print(
        f"\nPeak memory of fitting 20,000 x 100, beyond the data: {mine / 1024:.1f} MB; scikit-learn {other / 1024:.1f} MB."
    )


if __name__ == "__main__":
    main()

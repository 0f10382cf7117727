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

from .machine import Limits, limits, processors
from .targets import NO_TARGET, Target, in_units, outcome
from .workers import Worker, answer, with_threads

SEEDS = 10
BUSY = 0.5
"""Processors at work before anything is measured, from which on figures are not to be believed."""
MOST_MEGABYTES, LARGE = 50, {"batch_size": 1024}
"""Beyond the data, in training on a million rows; and how that is done."""
LIBRARIES = {"ours": ours, "theirs": theirs}
FIVE_TIMES = Target(5)


@dataclass(frozen=True)
class Row:
    """A data set, and what the estimators are told beside their defaults."""

    name: str
    load: Callable[[], tuple[np.ndarray | csr_matrix, np.ndarray]]
    kind: str = "MLPClassifier"
    options: dict[str, Any] = field(default_factory=dict)
    target: Target = FIVE_TIMES
    """Times as fast as scikit-learn on all processors."""
    alone: Target = NO_TARGET
    """The same on one thread; and what share of a core's peak in float64 its arithmetic is to reach."""


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


HALF_AND_MORE = Target(share=0.62, share_aim=0.68)
ROWS = (
    Row("digits", standardised(load_digits), alone=HALF_AND_MORE),
    Row("breast cancer", standardised(load_breast_cancer), target=Target(7)),
    Row("iris", standardised(load_iris), target=Target(10)),
    Row("wine", standardised(load_wine), target=Target(10)),
    Row("diabetes", standardised(load_diabetes), "MLPRegressor", target=Target(10)),
    Row("20,000 x 100", a_table, options={"max_iter": 20}, alone=HALF_AND_MORE),
    Row("digits, float32", single_digits),
    Row(
        "digits, batch_size=1", standardised(load_digits), options={"batch_size": 1, "max_iter": 3}, target=Target(100)
    ),
    Row(
        "digits, batch_size=1, plain sgd",
        standardised(load_digits),
        options={"batch_size": 1, "max_iter": 3, "solver": "sgd", "momentum": 0.0},
        target=Target(100),
    ),
    Row(
        "digits, batch_size=1, sgd",
        standardised(load_digits),
        options={"batch_size": 1, "max_iter": 3, "solver": "sgd"},
        target=Target(100),
    ),
    Row("digits, float32, batch_size=1", single_digits, options={"batch_size": 1, "max_iter": 3}, target=Target(100)),
    Row(
        "sparse text, 20,000 x 50,000",
        sparse_text,
        options={"hidden_layer_sizes": (64,), "max_iter": 2},
        target=Target(10),
    ),
    Row(
        "digits, lbfgs",
        standardised(load_digits),
        options={"solver": "lbfgs", "max_iter": 50},
        target=Target(1),
        alone=Target(3),
    ),
)


@dataclass(frozen=True)
class Fit:
    """One fit: how long it took, its loss, and the score on the points left out of it."""

    seconds: float
    """Of L-BFGS, an iteration: where it stops is a matter of rounding."""
    loss: float
    score: float
    operations: float
    """Multiplications and additions a second: forward, links and updates."""


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
    seconds = perf_counter() - began
    weights = [W.size for W in model.coefs_]
    operations = model.n_iter_ * len(y_train) * (6 * sum(weights) - 2 * weights[0])
    each = model.n_iter_ if model.solver == "lbfgs" else 1
    return Fit(seconds / each, float(model.loss_), float(model.score(X_test, y_test)), operations / seconds)


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
    found = limits()
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
            print(line(row, fits, found), flush=True)


def line(row: Row, fits: dict[tuple[int, str], list[Fit]], found: Limits | None) -> str:
    """A row as people read it."""
    seconds = {key: float(np.median([fit.seconds for fit in each])) for key, each in fits.items()}
    mine, other = (fits[processors(), library] for library in LIBRARIES)
    ratio, alone = (seconds[threads, "theirs"] / seconds[threads, "ours"] for threads in (processors(), 1))
    operations = float(np.median([fit.operations for fit in fits[1, "ours"]]))
    share = operations / 1e9 / found.gflops_float64 if found else None
    loss = np.median([fit.loss for fit in mine]) / np.median([fit.loss for fit in other])
    scores = [np.mean([fit.score for fit in each]) for each in (mine, other)]
    verdicts = [row.target.verdict(ratio=ratio).strip()]
    if row.alone is not NO_TARGET:
        of_peak = f"{share:.0%}, " if row.alone.share and share else ""
        verdicts.append(f"one thread: {of_peak}{row.alone.verdict(ratio=alone, share=share).strip()}")
    return (
        f"| {row.name} | {in_units(seconds[processors(), 'ours'])} | {in_units(seconds[processors(), 'theirs'])} "
        f"| {ratio:.1f} | {alone:.1f} | {loss:.4f} | {scores[0]:.4f} | {scores[1]:.4f} | {'; '.join(verdicts)} |"
    )


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
        verdict = Target(target).verdict(ratio=float(other / mine)).strip()
        print(f"| {name} | {mine * 1e6:.1f} µs | {other * 1e6:.0f} µs | {other / mine:.0f} | {verdict} |")


def timed(call: Callable[[Any], Any], model: Any) -> float:
    """Seconds of a call, over ten."""
    began = perf_counter()
    for _ in range(10):
        call(model)
    return (perf_counter() - began) / 10


def measure_memory() -> None:
    """The most memory that training takes beyond the data itself, each in a process of its own."""
    ours, theirs = (
        beyond_data(a_table(), f"model = lambda few: {room}.MLPClassifier(max_iter=1 if few else 3)", room)
        for room in ("clearprop.estimators", "sklearn.neural_network")
    )
    print(f"\nPeak memory of fitting 20,000 x 100, beyond the data: {ours:.1f} MB; scikit-learn {theirs:.1f} MB.")
    rng = np.random.default_rng(0)
    data = rng.random((1_000_000, 100), np.float32), rng.integers(0, 2, 1_000_000)
    taken = beyond_data(
        data, f"model = lambda few: clearprop.estimators.MLPClassifier((64, 32), max_iter=1, **{LARGE})"
    )
    verdict = outcome(taken <= MOST_MEGABYTES)
    print(f"Of an epoch over 1,000,000 x 100: {taken:.1f} MB   at most {MOST_MEGABYTES} MB: {verdict}")


def beyond_data(data: tuple[np.ndarray, np.ndarray], model: str, room: str = "clearprop.estimators") -> float:
    """Megabytes at the peak of fitting `model(False)`, which a text defines, beyond those after fitting a few rows."""
    with TemporaryDirectory() as folder:
        for name, array in zip("Xy", data, strict=True):
            np.save(f"{folder}/{name}.npy", array)  # making the table takes more than training on it does
        program = (
            f"import warnings; import numpy as np; import {room}; warnings.simplefilter('ignore'); {model}; "
            f"X, y = (np.load({folder!r} + f'/{{name}}.npy') for name in 'Xy'); "
            "peak = lambda: int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); "
            "model(True).fit(X[:2000], y[:2000]); before = peak(); model(False).fit(X, y); print(peak() - before)"
        )
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, check=True, capture_output=True, env=with_threads(processors()))
    return int(done.stdout) / 1024


if __name__ == "__main__":
    main()

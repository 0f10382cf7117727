"""`python -m benchmarks.estimators`: fitting, and scores, beside scikit-learn's own perceptrons; the documentation's table.

Both get the same data, parameters and seeds; fits are interleaved and each figure is a median over seeds. `--seeds N`,
`--threads N`, and names of rows to measure only these.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import sklearn.neural_network as theirs
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine, make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from clearprop import estimators as ours

SEEDS = 10


@dataclass(frozen=True)
class Row:
    """A data set, and what the estimators are told beside their defaults."""

    name: str
    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    kind: str = "MLPClassifier"
    options: dict[str, Any] = field(default_factory=dict)
    target: float = 4.0


def a_table() -> tuple[np.ndarray, np.ndarray]:
    """20,000 rows of 100 columns, in four classes."""
    return make_classification(20_000, 100, n_informative=20, n_classes=4, random_state=0)


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
    Row("digits, float32", lambda: (load_digits(return_X_y=True)[0].astype("float32") / 16, load_digits().target)),
    Row("digits, batch_size=1", standardised(load_digits), options={"batch_size": 1, "max_iter": 3}, target=100.0),
    Row(
        "digits, batch_size=1, plain sgd",
        standardised(load_digits),
        options={"batch_size": 1, "max_iter": 3, "solver": "sgd", "momentum": 0.0},
        target=100.0,
    ),
    Row("digits, lbfgs", standardised(load_digits), options={"solver": "lbfgs", "max_iter": 50}, target=1.0),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("rows", nargs="*", help="names of rows; all of them if none is given")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| data | fit, ours | scikit-learn | ratio | loss, ours / theirs | test score, ours | theirs | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in ROWS:
        if not given.rows or row.name in given.rows:
            measure_fits(row, given.seeds, given.threads)
    if not given.rows:
        measure_calls()
        measure_memory()


def measure_fits(row: Row, seeds: int, threads: int | None) -> None:
    """One line: both fitted for every seed, one after the other."""
    X, y = row.load()
    seconds, losses, scores = ({"ours": [], "theirs": []} for _ in range(3))
    for seed in range(seeds):
        stratify = y if row.kind == "MLPClassifier" else None
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed, stratify=stratify)
        for who, room, more in (("ours", ours, {"threads": threads}), ("theirs", theirs, {})):
            model = getattr(room, row.kind)(random_state=seed, **row.options, **more)
            began = perf_counter()
            model.fit(X_train, y_train)
            seconds[who].append(perf_counter() - began)
            losses[who].append(model.loss_)
            scores[who].append(model.score(X_test, y_test))
    ratio = np.median(np.array(seconds["theirs"]) / seconds["ours"])
    loss = np.median(np.array(losses["ours"]) / losses["theirs"])
    verdict = "" if ratio >= row.target else f"target {row.target:g}"
    print(
        f"| {row.name} | {np.median(seconds['ours']):.3g} s | {np.median(seconds['theirs']):.3g} s | {ratio:.1f} | {loss:.4f} "
        f"| {np.mean(scores['ours']):.4f} | {np.mean(scores['theirs']):.4f} | {verdict} |",
        flush=True,
    )


def measure_calls() -> None:
    """Single rows: what a call costs."""
    X, y = standardised(load_digits)()
    models = [getattr(room, "MLPClassifier")(max_iter=2, random_state=0).fit(X, y) for room in (ours, theirs)]  # noqa: B009
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
    for room in ("clearprop.estimators", "sklearn.neural_network"):
        program = (
            "import resource, warnings; warnings.simplefilter('ignore'); from benchmarks.estimators import a_table; "
            f"import {room} as room; X, y = a_table(); peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
            "before = peak(); room.MLPClassifier(max_iter=3).fit(X, y); print(peak() - before)"
        )
        taken[room] = int(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)
    mine, other = taken.values()
    print(
        f"\nPeak memory of fitting 20,000 x 100, beyond the data: {mine / 1024:.1f} MB; scikit-learn {other / 1024:.1f} MB."
    )


if __name__ == "__main__":
    main()

"""`python -m benchmarks.versions_work --work`: what `benchmarks.versions` asks of one state of the package, as its process.

Only names that the package has had from the first, so that every state can run it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .workers import answer

Seconds = float
Row = Callable[[], Seconds]


def _data(widths: tuple[int, ...], rows: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, widths[0])).astype("float32")
    Y = np.eye(widths[-1])[rng.integers(widths[-1], size=rows)] if widths[-1] > 1 else 1.0 * (X[:, :1] * X[:, 1:2] > 0)
    return X, Y.astype("float32")


def training(widths: tuple[int, ...], steps: int, *, batch_size: int, **options: Any) -> Row:
    """Seconds of a step."""
    X, Y = _data(widths, 1000)
    last, loss = ("softmax", "nllm") if widths[-1] > 1 else ("sigmoid", "nll")
    activations = (*("relu",) * (len(widths) - 2), last)
    normalization = options.pop("normalization", None)

    def run() -> Seconds:
        import clearprop as cp

        net = cp.Network(widths, activations, normalization=normalization, seed=1, dtype="float32")
        start = time.perf_counter()
        cp.train(net, X, Y, loss=loss, eta=0.01, batch_size=batch_size, steps=steps, seed=0, **options)
        return (time.perf_counter() - start) / (steps * options.get("restarts", 1))

    return run


def prediction() -> Seconds:
    """Of one point."""
    import clearprop as cp

    net = cp.Network((784, 30, 10), ("sigmoid", "softmax"), seed=1, dtype="float32")
    X, calls = np.random.default_rng(0).random((1, 784)).astype("float32"), 20_000
    start = time.perf_counter()
    for _ in range(calls):
        net.predict(X)
    return (time.perf_counter() - start) / calls


def importing() -> Seconds:
    """Of a process that imports the package with the training, from its start to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "from clearprop import train"], check=True)
    return time.perf_counter() - start


def estimator(*, iris: bool, **parameters: Any) -> Row:
    """Seconds of a fit of scikit-learn's data with its classifier's own parameters."""

    def run() -> Seconds:
        from sklearn.datasets import load_digits, load_iris

        from clearprop.estimators import MLPClassifier

        X, y = (load_iris if iris else load_digits)(return_X_y=True)
        start = time.perf_counter()
        MLPClassifier(random_state=0, max_iter=100, tol=0, n_iter_no_change=100, **parameters).fit(X, y)
        return time.perf_counter() - start

    return run


WORK: dict[str, Row] = {
    "a step on one row, 2-3-1": training((2, 3, 1), 1_000_000, batch_size=1),
    "a step on one row, 64-32-10": training((64, 32, 10), 100_000, batch_size=1),
    "the same by Adam": training((64, 32, 10), 20_000, batch_size=1, optimizer="adam"),
    "a step on 32 rows, 64-32-10": training((64, 32, 10), 10_000, batch_size=32),
    "a step on 32 rows, 784-100-10": training((784, 100, 10), 2_000, batch_size=32),
    "the same by Adam, 784-100-10": training((784, 100, 10), 2_000, batch_size=32, optimizer="adam"),
    "the same with dropout": training((784, 100, 10), 2_000, batch_size=32, dropout=0.2),
    "the same with batch normalisation": training((784, 100, 10), 1_000, batch_size=32, normalization="batch_norm"),
    "the same with layer normalisation": training((784, 100, 10), 1_000, batch_size=32, normalization="layer_norm"),
    "a step on 512 rows, 784-512-512-10": training((784, 512, 512, 10), 20, batch_size=512),
    "a step of one of 256 restarts, 2-3-1": training((2, 3, 1), 20_000, batch_size=1, restarts=256),
    "a prediction of one row, 784-30-10": prediction,
    "a fit of MLPClassifier, iris, 100 epochs": estimator(iris=True),
    "a fit of MLPClassifier, digits, 100 epochs": estimator(iris=False),
    "a process that imports `train`": importing,
}


def measured(name: str) -> Seconds | None:
    """None where this state has no such part."""
    try:
        return WORK[name]()
    except (ImportError, TypeError, ValueError) as fault:
        print(name, fault, file=sys.stderr)
        return None


if __name__ == "__main__" and "--work" in sys.argv:
    answer(sys.stdin, measured)

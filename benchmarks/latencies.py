"""`python -m benchmarks.latencies`: what one call costs, its median and its 99th percentile, idle and beside a busy thread.

A network 4-32-2 (tanh, softmax) in float32 on one thread. Calls are measured in turn, so that a slow moment of the machine
meets all of them. Peers that are not installed are named, and left out.
"""

from __future__ import annotations

import platform
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

import clearprop as cp
from clearprop.engines import processor_level

from .machine import processor
from .peers.latencies import PEERS
from .targets import NO_TARGET, Target, in_units

Call = Callable[[], object]
ROWS = (1, 2, 8, 32)
ROUNDS, SECONDS = 15, 0.02
"""Of each call: how often its turn comes, and how long a turn takes, roughly."""
TARGETS = {
    "step, 1 row": Target(seconds=1.5e-6),
    "step, 2 rows": Target(seconds=3e-6),
    "step, 8 rows": Target(seconds=5e-6),
    "step, 32 rows": Target(seconds=12e-6),
    "train(steps=1)": Target(seconds=60e-6),
    "1,000 networks, 1 row each": Target(seconds=150e-6),
}
"""Of the median, idle."""


def own_calls() -> dict[str, Call]:
    """Ours, by name."""
    from clearprop.estimators import MLPClassifier

    X, labels = data()
    net = cp.Network((4, 32, 2), ("tanh", "softmax"), dtype="float32", seed=1)
    trainer = cp.Trainer(net, loss="nllm", optimizer="adam", threads=1)
    model = MLPClassifier(hidden_layer_sizes=(32,), activation="tanh", random_state=0)
    model.partial_fit(X[:8], labels[:8], classes=[0, 1])
    calls: dict[str, Call] = {}
    for n in ROWS:
        rows, of_rows, name = X[:n].copy(), labels[:n].copy(), "1 row" if n == 1 else f"{n} rows"
        calls[f"predict, {name}"] = partial(net.predict, rows)
        calls[f"step, {name}"] = partial(trainer.step, rows, of_rows)
    for n in (2, 32, 200):
        rows, of_rows = X[:n].copy(), labels[:n].copy()
        calls[f"partial_fit, {n} rows"] = partial(model.partial_fit, rows, of_rows)
    some, of_some = X[:32].copy(), labels[:32].copy()
    calls["predictor, 1 row"] = partial(net.predictor().predict, X[:1].copy())
    population = cp.Population(net, 1000, loss="nllm", eta=1e-3, threads=1)
    of_each, labels_of_each = X[np.arange(1000) % 200][:, None], labels[np.arange(1000) % 200][:, None]
    calls["1,000 networks, 1 row each"] = partial(population.step, of_each, labels_of_each)
    calls["train(steps=1)"] = lambda: cp.train(net, some, of_some, loss="nllm", steps=1, progress=False)
    return calls


def data() -> tuple[np.ndarray, np.ndarray]:
    """Points (200, 4) and their labels."""
    X = np.random.default_rng(0).normal(size=(200, 4)).astype("float32")
    return X, (X[:, 0] > 0).astype(int)


@contextmanager
def busy_thread() -> Iterator[None]:
    """A thread of Python that never waits, meanwhile."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            sum(range(100))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def measured(calls: dict[str, Call]) -> dict[str, tuple[float, float]]:
    """Of each call the median and the 99th percentile, in seconds."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            call()
            end = (began := time.perf_counter()) + SECONDS
            while True:  # once at least, however busy the machine is
                call()
                times[name].append(time.perf_counter() - began)
                if (began := time.perf_counter()) >= end:
                    break
    return {name: (float(np.median(each)), float(np.percentile(each, 99))) for name, each in times.items()}


def main() -> int:
    """Print the table, in Markdown."""
    calls, missing = own_calls(), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, make in PEERS.items():
            try:
                calls |= make(*data())
            except ImportError:
                missing.append(name)
        idle = measured(calls)
        with busy_thread():
            busy = measured(calls)
    print(
        f"{processor()}, kernels of level {processor_level()}, Python {platform.python_version()}, NumPy {np.__version__}\n"
    )
    print("| call | median | 99th percentile | median, beside a busy thread | 99th percentile | target |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in calls:
        verdict = TARGETS.get(name, NO_TARGET).verdict(seconds=idle[name][0]).strip()
        print(f"| {name} | {' | '.join(map(in_units, (*idle[name], *busy[name])))} | {verdict} |")
    if missing:
        print(f"\nNot installed: {', '.join(missing)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

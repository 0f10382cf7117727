"""Nielsen, *Neural Networks and Deep Learning*, chapter 1: test images recognised after so many epochs, on MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import clearprop as cp

from .idx import FILES, images_and_labels
from .rows import Given, Group, Row

LEARNT_FROM = 50_000
"""Of the 60,000 training images; the others are the book's validation set."""
EPOCHS = 30
OF_30_UNITS = {0: 9129, 1: 9295, 2: 9348, 27: 9528, 28: 9542, 29: 9534}
"""Right of 10,000 test images, by the number of the epoch."""
OF_A_SMALL_STEP = {0: 1139, 1: 1136, 2: 1135, 27: 2101, 28: 2123, 29: 2142}


@cache
def digits(folder: Path) -> tuple[np.ndarray, ...]:
    (X, y), (X_test, y_test) = (images_and_labels(folder, kind) for kind in FILES)
    return X[:LEARNT_FROM] / 255, np.eye(10)[y[:LEARNT_FROM]], X_test / 255, y_test


@cache
def recognised(folder: Path, hidden: int, eta: float, seed: int) -> tuple[float, ...]:
    """The percentage of test images after each epoch.

    Weights and biases are drawn from N(0, 1), as in the book. Its loss has a half, so its eta is half as large here.
    """
    X, Y, X_test, y_test = digits(folder)
    rng = np.random.default_rng(seed)
    net = cp.Network((X.shape[1], hidden, 10), ("sigmoid", "sigmoid"))
    net.parameters[:] = rng.normal(size=net.parameters.size)
    right: list[float] = []

    def count(report: Any) -> None:
        outputs = report.network.predict(X_test)
        right.append(float(100 * (outputs.argmax(axis=1) == y_test).mean()))

    options: dict[str, Any] = {"batch_size": 10, "epochs": EPOCHS, "threads": 1, "progress": False, "seed": seed}
    cp.train(net, X, Y, loss="square", optimizer="sgd", eta=eta / 2, callbacks=count, **options)
    return tuple(right)


def rows(given: Given) -> Sequence[Row]:
    assert given.mnist is not None

    def after(epoch: int, hidden: int, eta: float, seed: int) -> float:
        assert given.mnist is not None
        return recognised(given.mnist, hidden, eta, seed)[epoch]

    def best(hidden: int, seed: int) -> float:
        assert given.mnist is not None
        return max(recognised(given.mnist, hidden, 3.0, seed))

    best_of_three = "the book's is the best of three runs"
    small, wide = "784-30-10, eta = 3", "784-100-10"
    return [
        *(
            Row(f"{small}, epoch {epoch}", f"{count / 100:.2f}", partial(after, epoch, 30, 3.0), remark=best_of_three)
            for epoch, count in OF_30_UNITS.items()
        ),
        Row(f"{small}, at its peak", "95.42", partial(best, 30), remark=best_of_three),
        Row(f"{wide}, eta = 3, at its peak", "96.59", partial(best, 100), remark=best_of_three),
        *(
            Row(f"{wide}, eta = 0.001, epoch {epoch}", f"{count / 100:.2f}", partial(after, epoch, 100, 0.001))
            for epoch, count in OF_A_SMALL_STEP.items()
        ),
    ]


def lacking(given: Given) -> str | None:
    return "it needs `make tables MNIST=FOLDER`, a folder with MNIST's four files" if given.mnist is None else None


GROUP = Group(
    "Nielsen",
    "Nielsen's book on MNIST: % of the test images",
    "Nielsen 2015, *Neural Networks and Deep Learning*, chapter 1",
    "the book's network, batches of 10, 30 epochs on 50,000 images; epochs are counted from 0",
    rows,
    lacking,
)

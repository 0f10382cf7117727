"""A training's metrics read targets as its task does: one class of several, or a yes or no of each output."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, hamming_loss

import clearprop as cp

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
SHIFT = np.array([0.3, 0.0, 0.8])
LABELS = (X + SHIFT > 0).astype(float)
ONE = np.eye(3)[X.argmax(axis=1)]
NAMES = ("accuracy", "subset_accuracy", "label_accuracy")


def run(Y: Any, loss: str = "nll", output: str = "sigmoid", X: Any = X, **options: Any) -> Any:
    net = cp.Network((3, 3), (output,), seed=0)
    return cp.train(net, X, Y, loss=loss, metrics=NAMES, **{"epochs": 5, "eta": 0.5} | options)


def in_the_end(found: Any) -> list[float]:
    return [float(found.history[name][-1]) for name in NAMES]


def test_every_label_of_every_row_right_is_an_accuracy_of_1() -> None:
    net = cp.Network.from_weights([(50 * np.eye(3), 50 * SHIFT)], ("sigmoid",))
    found = cp.train(net, X, LABELS, loss="nll", metrics=NAMES, epochs=1, eta=0.0)
    assert in_the_end(found) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize(
    ("loss", "output", "no", "options"),
    [
        ("nll", "sigmoid", 0.0, {}),
        ("nll", "sigmoid", 0.0, {"restarts": 3}),
        ("focal", "sigmoid", 0.0, {"label_smoothing": 0.2}),
        ("square", "sigmoid", 0.0, {"batch_size": None}),
        ("hinge", "identity", -1.0, {"restarts": 3}),
        ("square", "tanh", -1.0, {}),
    ],
    ids=str,
)
def test_metrics_of_labels_are_scikit_learns(engine: str, loss: str, output: str, no: float, options: dict) -> None:
    found = run(np.where(LABELS == 1, 1, no), loss, output, engine=engine, **options)
    said = found.network.predict(X) >= (1 + no) / 2
    right = accuracy_score(LABELS, said)
    assert in_the_end(found) == pytest.approx([right, right, 1 - hamming_loss(LABELS, said)])


def test_a_validation_set_whose_rows_have_one_label_each_is_of_several_all_the_same() -> None:
    alone = LABELS.sum(axis=1) == 1
    found = run(LABELS, validation=(X[alone], LABELS[alone]), epochs=1)
    right = accuracy_score(LABELS[alone], found.network.predict(X[alone]) >= 0.5)
    assert found.history["accuracy"][-1] == right
    assert right != (found.network.predict(X[alone]).argmax(axis=1) == LABELS[alone].argmax(axis=1)).mean()


def test_a_validation_set_with_several_labels_says_so_for_both() -> None:
    alone = LABELS.sum(axis=1) == 1
    found = run(LABELS[alone], X=X[alone], validation=(X, LABELS), epochs=1)
    assert found.history["accuracy"][-1] == accuracy_score(LABELS, found.network.predict(X) >= 0.5)


@pytest.mark.parametrize(("loss", "output"), [("nll", "sigmoid"), ("focal", "sigmoid"), ("square", "identity")])
@pytest.mark.parametrize("given", ["labels", "one-hot rows"])
def test_one_class_of_several_is_that_of_the_largest_output(loss: str, output: str, given: str) -> None:
    found = run(ONE if given == "one-hot rows" else ONE.argmax(axis=1), loss, output, eta=0.1)
    A = found.network.predict(X)
    assert found.history["accuracy"][-1] == (A.argmax(axis=1) == ONE.argmax(axis=1)).mean()
    assert found.history["subset_accuracy"][-1] == accuracy_score(ONE, A >= 0.5)


def test_margins_that_are_all_positive_are_margins_all_the_same() -> None:
    """Of validation targets that are all 1, nothing but the loss says that no is -1."""
    net = cp.Network.from_weights([([[0.3], [0.0], [0.0]], [0.0])], ("identity",))
    ahead = X[X[:, 0] > 0]
    found = cp.train(
        net,
        X,
        np.sign(X[:, 0]),
        loss="hinge",
        metrics="accuracy",
        epochs=1,
        eta=0.0,
        validation=(ahead, np.ones(len(ahead))),
    )
    assert found.history["accuracy"][-1] == 1


@pytest.mark.parametrize("metric", NAMES)
def test_numbers_have_no_accuracy(metric: str) -> None:
    with pytest.raises(ValueError, match=rf"{metric} is of targets that are classes.*; metrics of numbers are rmse"):
        cp.train(cp.Network((3, 1), ("identity",)), X, X[:, 0], loss="square", metrics=metric)


def test_the_rate_that_is_compared_is_not_its_logarithm() -> None:
    counts = rng.poisson(2.0, 60)
    net = cp.Network((3, 1), ("identity",), seed=0)
    found = cp.train(net, X, counts, loss="poisson_log", metrics="rmse", epochs=3, eta=0.01)
    error = np.sqrt(((np.exp(found.network.predict(X)[:, 0]) - counts) ** 2).mean())
    assert found.history["rmse"][-1] == pytest.approx(error, rel=1e-12)

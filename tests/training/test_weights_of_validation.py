"""The validation loss counts classes as the training loss does: in `train`, side by side or not, and in the estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clearprop import Network, train
from clearprop.estimators import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
rng = np.random.default_rng(0)
X = rng.normal(size=(90, 3))
Y = (X[:, 0] + 0.3 * rng.normal(size=90) > 0.9).astype(int) + 2 * (X[:, 1] > 1.2)
Y[Y > 2] = 2
THERE = rng.normal(size=(50, 3))
LABELS = rng.integers(3, size=50)
BALANCED = len(Y) / (3 * np.bincount(Y))
WEIGHTS: dict[str, tuple[Any, np.ndarray]] = {
    "balanced": ("balanced", BALANCED),
    "a dict": ({0: 1.0, 1: 5.0, 2: 2.0}, np.array([1.0, 5.0, 2.0])),
    "a list": ([3.0, 0.0, 1.0], np.array([3.0, 0.0, 1.0])),
}


def weighted(probabilities: np.ndarray, of_class: np.ndarray) -> float:
    """The mean of -w log p of the true class, where the weights are of mean 1 on these points."""
    w = of_class[LABELS]
    return float(np.average(-np.log(probabilities[np.arange(50), LABELS]), weights=w))


@pytest.mark.parametrize("options", [{}, {"restarts": 4}, {"engine": "numpy"}, {"averaging": "ema"}], ids=str)
@pytest.mark.parametrize(("given", "of_class"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_train_counts_classes_on_the_validation_set_as_on_the_training_set(
    given: Any, of_class: np.ndarray, options: dict[str, Any]
) -> None:
    net = Network(widths=(3, 8, 3), activations=("tanh", "softmax"), init="glorot_normal", seed=1)
    run = train(net, X, Y, loss="nllm", epochs=6, eta=0.1, validation=(THERE, LABELS), class_weight=given, **options)
    best = run.history["validation_loss"].min()
    assert best == pytest.approx(weighted(run.network.predict(THERE), of_class), rel=1e-9)
    assert best != pytest.approx(weighted(run.network.predict(THERE), np.ones(3)), rel=1e-6)


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "adamw"])
@pytest.mark.parametrize(("given", "of_class"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_so_do_the_estimators_on_a_set_of_the_user_s(given: Any, of_class: np.ndarray, solver: str) -> None:
    model = MLPClassifier((8,), solver=solver, class_weight=given, scoring="loss", max_iter=12, random_state=0)
    model.fit(X, Y, validation_data=(THERE, LABELS))
    best = min(model.validation_loss_curve_)
    assert best == pytest.approx(weighted(model.predict_proba(THERE), of_class), rel=1e-9)
    assert model.best_validation_score_ == -best


def test_score_on_the_user_s_set_is_the_fitted_model_s() -> None:
    model = MLPClassifier((8,), class_weight={1: 9.0, 0: 1.0, 2: 1.0}, max_iter=12, random_state=0)
    model.fit(X, Y, validation_data=(THERE, LABELS))
    assert model.best_validation_score_ == model.score(THERE, LABELS)


def test_several_labels_are_weighted_by_their_product() -> None:
    several, there = np.column_stack([X[:, 0] > 0, X[:, 1] > 1]).astype(int), (THERE[:, :2] > 0).astype(int)
    given = [{0: 1.0, 1: 4.0}, {0: 2.0, 1: 1.0}]
    model = MLPClassifier((8,), class_weight=given, scoring="loss", max_iter=8, random_state=0)
    model.fit(X, several, validation_data=(THERE, there))
    P = model.predict_proba(THERE)
    losses = -(there * np.log(P) + (1 - there) * np.log(1 - P)).sum(axis=1)
    w = np.where(there[:, 0], 4, 1) * np.where(there[:, 1], 1, 2)
    assert min(model.validation_loss_curve_) == pytest.approx(np.average(losses, weights=w), rel=1e-9)


def test_a_set_of_classes_that_weigh_nothing_is_refused() -> None:
    net = Network(widths=(3, 3), activations=("softmax",))
    only = np.full(50, 1)
    with pytest.raises(ValueError, match="is 0 for every point of the validation set"):
        train(net, X, Y, loss="nllm", validation=(THERE, only), class_weight=[1.0, 0.0, 1.0], epochs=1)
    with pytest.raises(ValueError, match="is 0 for every point of the validation set"):
        MLPClassifier(class_weight=[1.0, 0.0, 1.0]).fit(X, Y, validation_data=(THERE, only))


def test_without_weights_of_classes_it_is_the_plain_mean() -> None:
    model = MLPClassifier((8,), scoring="loss", max_iter=5, random_state=0).fit(X, Y, validation_data=(THERE, LABELS))
    assert min(model.validation_loss_curve_) == pytest.approx(
        weighted(model.predict_proba(THERE), np.ones(3)), rel=1e-9
    )
    again = model.set_params(class_weight="balanced").fit(X, Y, validation_data=(THERE, LABELS))
    plain = again.set_params(class_weight=None).fit(X, Y, validation_data=(THERE, LABELS))
    assert min(plain.validation_loss_curve_) == pytest.approx(
        weighted(plain.predict_proba(THERE), np.ones(3)), rel=1e-9
    )

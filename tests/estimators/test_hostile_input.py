"""What does not fit is refused as scikit-learn refuses it: the same kind of error, with the same words."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs

from clearprop.estimators import MLPClassifier, MLPRegressor

X, Y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 2


def with_value(value: Any) -> np.ndarray:
    changed = X.astype(object) if isinstance(value, str | None) else X.copy()
    changed[4, 1] = value
    return changed


REFUSED: dict[str, tuple[Any, Any]] = {
    "text among numbers": (with_value("a word"), Y),
    "None among numbers": (with_value(None), Y),
    "rows of different lengths": ([[1, 2], [3]], [0, 1]),
    "infinity": (with_value(np.inf), Y),
    "NaN": (with_value(np.nan), Y),
    "no rows": (np.empty((0, 3)), np.empty(0)),
    "no columns": (np.empty((30, 0)), Y),
    "one dimension": (X[:, 0], Y),
    "three dimensions": (X[None], Y),
    "complex numbers": (X + 1j, Y),
    "too few targets": (X, Y[:-1]),
    "NaN among targets": (X, np.where(Y, np.nan, 1.0)),
    "targets in three dimensions": (X, np.zeros((30, 2, 2))),
    "no targets": (X, None),
}
ACCEPTED: dict[str, tuple[Any, Any]] = {
    "one class": (X, np.zeros(30, int)),
    "one row": (X[:1], Y[:1]),
    "one column": (X[:, :1], Y),
    "constant features": (np.ones((30, 3)), Y),
    "lists": (X.tolist(), Y.tolist()),
    "numbers as objects": (X.astype(object), Y),
    "whole numbers": (np.round(X).astype(int), Y),
    "truth values": (X > 0, Y > 0),
}
PARAMETERS: list[dict[str, Any]] = [
    {"hidden_layer_sizes": (3, 0)},
    {"hidden_layer_sizes": -1},
    {"alpha": -1},
    {"alpha": "much"},
    {"batch_size": 0},
    {"learning_rate_init": 0},
    {"power_t": -1},
    {"max_iter": 0},
    {"shuffle": "yes"},
    {"random_state": -3},
    {"tol": -1.0},
    {"verbose": -1},
    {"warm_start": "no"},
    {"momentum": 2.0},
    {"nesterovs_momentum": 3},
    {"early_stopping": 2},
    {"validation_fraction": 1.0},
    {"beta_1": 1.0},
    {"beta_2": -0.1},
    {"epsilon": 0},
    {"n_iter_no_change": 0},
    {"max_fun": 0},
]


def said(call: Callable[[], Any]) -> tuple[type, str] | None:
    """The error of a call and its words; None where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            return type(error), str(error)
    return None


def begins_alike(refusal: tuple[type, str] | None, other: tuple[type, str] | None) -> bool:
    """Whether two errors are of one class, and the first begins with the other's first sentence: then cells are named."""
    assert refusal is not None
    assert other is not None
    return refusal[0] is other[0] and refusal[1].startswith(other[1].partition("\n")[0].rstrip("."))


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED.keys())
def test_bad_data_is_refused_in_the_same_words(kind: str, given: tuple[Any, Any]) -> None:
    ours, other = (
        getattr(room, kind)(max_iter=2) for room in (__import__("clearprop.estimators", fromlist=[kind]), theirs)
    )
    refusal = said(lambda: ours.fit(*given))
    assert begins_alike(refusal, said(lambda: other.fit(*given)))


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("given", ACCEPTED.values(), ids=ACCEPTED.keys())
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_odd_data_is_fitted(kind: type, given: tuple[Any, Any]) -> None:
    model = kind(max_iter=3, random_state=0).fit(*given)
    assert np.isfinite(model.loss_)
    assert len(model.predict(given[0])) == len(given[0])


@pytest.mark.parametrize("wrong", PARAMETERS, ids=str)
def test_a_wrong_parameter_is_refused_in_the_same_words(wrong: dict[str, Any]) -> None:
    refusal = said(lambda: MLPClassifier(**wrong).fit(X, Y))
    assert refusal == said(lambda: theirs.MLPClassifier(**wrong).fit(X, Y))
    assert refusal is not None


@pytest.mark.parametrize("name", ["activation", "solver", "learning_rate", "loss"])
def test_an_unknown_word_is_refused_and_the_words_are_listed(name: str) -> None:
    with pytest.raises(
        ValueError, match=f"The '{name}' parameter of MLPRegressor must be a str among .* Got 'nothing'"
    ):
        MLPRegressor(**{name: "nothing"}).fit(X, Y)


@pytest.mark.parametrize(
    "points", [with_value(np.nan), with_value(np.inf), X[:, :2], X[0], [["a"] * 3], np.empty((0, 3))]
)
def test_bad_points_to_predict_are_refused_in_the_same_words(points: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, other = (room(max_iter=2).fit(X, Y) for room in (MLPClassifier, theirs.MLPClassifier))
    refusal = said(lambda: ours.predict(points))
    assert begins_alike(refusal, said(lambda: other.predict(points)))


@pytest.mark.parametrize("call", ["predict", "predict_proba", "predict_log_proba"])
def test_predicting_before_fitting_is_refused_in_the_same_words(call: str) -> None:
    assert said(lambda: getattr(MLPClassifier(), call)(X)) == said(lambda: getattr(theirs.MLPClassifier(), call)(X))


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        MLPClassifier().fit(X, Y, sample_weight=np.where(Y, -1.0, 1.0))


def test_weights_that_are_all_0_are_refused() -> None:
    with pytest.raises(ValueError, match="Sample weights must contain at least one non-zero number"):
        MLPRegressor().fit(X, Y, sample_weight=np.zeros(30))


def test_counts_below_0_are_refused() -> None:
    with pytest.raises(ValueError, match=r"y are out of the valid range of the loss 'poisson': \[0, ∞\)"):
        MLPRegressor(loss="poisson").fit(X, Y - 1.0)


def test_continuous_targets_are_no_classes() -> None:
    refusal = said(lambda: MLPClassifier().fit(X, X[:, 0]))
    assert refusal == said(lambda: theirs.MLPClassifier().fit(X, X[:, 0]))
    assert refusal is not None


def test_numbers_too_large_say_what_they_are_and_what_to_do() -> None:
    message = r"Solver produced non-finite parameter weights.*diverged in epoch 1, step 1.*layer \d.*scale them"
    with pytest.raises(ValueError, match=message):
        MLPRegressor(random_state=0).fit(np.full((30, 3), 1.7e308), Y)

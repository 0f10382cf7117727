"""A copy is a model of its own, and what warm starts keep is the best: both stand in the table of differences."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.datasets import load_iris

import clearprop.estimators as ours

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
KINDS = ["MLPClassifier", "MLPRegressor"]
MORE: list[dict[str, Any]] = [
    {},
    {"solver": "sgd"},
    {"normalization": "batch"},
    {"activation": "prelu"},
    {"dropout": 0.3},
]


def a_model(kind: str, **given: Any) -> Any:
    return getattr(ours, kind)(**{"hidden_layer_sizes": 6, "max_iter": 4, "random_state": 0} | given)


def learnt(model: Any) -> bytes:
    """All that training has left on a model."""
    return pickle.dumps({name: value for name, value in model.__getstate__().items() if name not in model.get_params()})


@pytest.mark.parametrize("more", MORE, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_training_a_copy_further_leaves_the_model_as_it_is(kind: str, more: dict[str, Any]) -> None:
    model = a_model(kind, **more).fit(X, Y)
    rows = 2 if "normalization" in more else 1
    for i in range(3):
        model.partial_fit(X[i : i + rows], Y[i : i + rows])
    twin, before = copy.copy(model), learnt(model)
    np.testing.assert_array_equal(twin.predict(X), model.predict(X))
    for i in range(3):
        twin.partial_fit(X[i : i + rows], Y[i : i + rows])
    twin.partial_fit(X, Y).set_params(warm_start=True).fit(X, Y)
    twin.coefs_[0][0, 0] = 7.0
    assert learnt(model) == before
    assert not model.warm_start


def test_a_copy_goes_on_as_the_model_would() -> None:
    model = a_model("MLPClassifier").fit(X, Y)
    twin = copy.copy(model)
    np.testing.assert_array_equal(twin.partial_fit(X, Y).coefs_[0], model.partial_fit(X, Y).coefs_[0])
    assert twin.loss_curve_ == model.loss_curve_
    unfitted = copy.copy(a_model("MLPClassifier", preset="tabular", alpha=0.5))
    assert unfitted.settings["alpha"].origin == "written"
    assert unfitted.set_params(preset=None).activation == "relu"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", KINDS)
def test_warm_starts_with_early_stopping_are_scikit_learn_s_until_a_call_finds_no_better_score(
    kind: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(80, 5))
    y = points[:, 0] + 0.3 * rng.normal(size=80)
    settings: dict[str, Any] = {
        "warm_start": True,
        "early_stopping": True,
        "random_state": seed,
        "max_iter": int(rng.integers(1, 8)),
        "learning_rate_init": float(rng.choice([1e-3, 1e-2, 0.1])),
        "n_iter_no_change": int(rng.integers(1, 4)),
        "tol": float(rng.choice([0, 1e-4, 1e-2])),
        "solver": str(rng.choice(["adam", "sgd"])),
        "learning_rate": str(rng.choice(["constant", "adaptive"])),
    }
    mine, other = (getattr(room, kind)(hidden_layer_sizes=6, **settings) for room in (ours, theirs))
    target = y if kind == "MLPRegressor" else (y > 0).astype(int)
    best = -np.inf
    for _ in range(4):
        for model in (mine, other):
            model.fit(points, target)
        for name in ("validation_scores_", "loss_curve_", "best_validation_score_", "n_iter_", "_no_improvement_count"):
            np.testing.assert_allclose(getattr(mine, name), getattr(other, name), rtol=1e-9, err_msg=name)
        if other.best_validation_score_ == best:
            break  # its best weights are those of the last epoch now, and ours the best of all calls
        best = other.best_validation_score_
        np.testing.assert_allclose(mine.coefs_[0], other.coefs_[0], rtol=1e-8, atol=1e-12)

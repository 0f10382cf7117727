"""`last_batch=` of the estimators: the steps that `train` would take, dense and sparse, restarted and in pieces."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning

import clearprop as cp
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.training.last_batch import LastBatch
from clearprop.training.sampling import Sampling
from tests.parts import all_of

every_way = pytest.mark.parametrize("last", all_of(LastBatch), ids=str)
ALL_USED = [part for part in all_of(LastBatch) if part.name != "drop"]
X = np.random.default_rng(0).normal(size=(23, 4))
y = np.sin(X[:, 0])


@dataclass(frozen=True)
class InOrder(Sampling):
    """The points as they lie, in batches as `last` has them."""

    last: LastBatch
    name = "in_order"

    def draw(self, n, b, rng):
        yield from self.last.divided(np.arange(n), b)

    def steps_per_epoch(self, n: int, b: int) -> int:
        return self.last.steps(n, b)

    def largest_batch(self, b: int) -> int:
        return self.last.at_most(b)


def fitted(last: LastBatch | str, points: Any = X, y: Any = y, **options: Any) -> MLPRegressor:
    given: dict[str, Any] = {"hidden_layer_sizes": (6,), "batch_size": 5, "max_iter": 7, "random_state": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return MLPRegressor(last_batch=last, **given | options).fit(points, y)


@pytest.mark.parametrize("last", ALL_USED, ids=str)
def test_the_steps_are_those_of_train(last: LastBatch) -> None:
    options = {
        "solver": "sgd",
        "momentum": 0,
        "alpha": 0,
        "learning_rate_init": 0.01,
        "loss": "square",
        "shuffle": False,
    }
    model = fitted(last, **options)
    net = MLPRegressor("square", (6,), random_state=0).initialize(X, y).network_.copy()
    run = cp.train(
        net, X, y[:, None], loss="square", eta=0.01, batch_size=5, epochs=7, sampling=InOrder(last), progress=False
    )
    np.testing.assert_allclose(model.network_.parameters, run.network.parameters, rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_, run.history["loss"], rtol=1e-12)


@every_way
def test_a_sparse_table_and_either_engine_give_the_same(last: LastBatch) -> None:
    one = fitted(last)
    for other in (fitted(last, csr_matrix(X)), fitted(last, engine="numpy"), fitted(str(last))):
        np.testing.assert_allclose(other.network_.parameters, one.network_.parameters, rtol=1e-9)
        np.testing.assert_allclose(other.loss_curve_, one.loss_curve_, rtol=1e-9)
        assert other.t_ == one.t_


@every_way
def test_steps_and_points_are_counted_as_they_are_taken(last: LastBatch) -> None:
    model = fitted(last, learning_rate="cosine(start=0.01, steps=0)")
    assert model.t_ == 7 * last.points(23, 5)
    assert model._optimizer.steps == model._optimizer.schedule.steps == 7 * last.steps(23, 5)


@every_way
def test_the_reported_loss_is_the_mean_over_the_points_that_were_used(last: LastBatch) -> None:
    """Here all points have the same loss, which is then the mean of any of them."""
    model = fitted(last, np.ones_like(X), solver="sgd", learning_rate_init=1e-300, alpha=0, max_iter=1, y=np.ones(23))
    assert model.loss_ == pytest.approx((model.predict(np.ones((1, 4)))[0] - 1) ** 2 / 2, rel=1e-12)


@every_way
def test_the_best_restart_is_kept_and_does_not_depend_on_the_others(last: LastBatch) -> None:
    three, again = fitted(last, restarts=3), fitted(str(last), restarts=3, engine="compiled")
    assert three.loss_ == min(three.restart_losses_)
    np.testing.assert_array_equal(three.restart_losses_, again.restart_losses_)
    assert len(set(three.restart_losses_)) == 3


def test_the_default_is_scikit_learn_s() -> None:
    assert MLPClassifier().last_batch == MLPRegressor().last_batch == "keep"


def test_rows_that_would_never_be_used_are_refused() -> None:
    with pytest.raises(ValueError, match="shuffle=False would never use the last 3 of 23 rows; give shuffle=True"):
        fitted("drop", shuffle=False)
    fitted("drop", shuffle=False, batch_size=23)
    model = MLPRegressor(last_batch="drop")
    assert not hasattr(model, "partial_fit")
    with pytest.raises(ValueError, match="partial_fit with last_batch='drop' would never use the rows of a call"):
        model.partial_fit(X, y)


def test_what_is_no_way_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="'last_batch' parameter of MLPRegressor must be a part of the catalogue"):
        fitted("droop")

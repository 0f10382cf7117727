"""The points of a training that are looked at: how many, which, and how large their inputs are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from clearprop import Network
from clearprop.advice.sample import Sample, evenly, size_of_inputs
from clearprop.advice.trials import TRIAL_POINTS
from clearprop.engines import Task
from clearprop.formulas import find
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import SGD


@pytest.mark.parametrize("n", [1, TRIAL_POINTS, TRIAL_POINTS + 1, 10_000])
def test_points_are_looked_at_evenly_from_the_first_to_the_last(n: int) -> None:
    rows = evenly(n)
    assert len(rows) == min(n, TRIAL_POINTS) == len(set(rows))
    assert (rows[0], rows[-1]) == (0, n - 1)


def test_a_sparse_table_is_as_large_as_its_numbers_that_are_not_0() -> None:
    X = np.zeros((100, 1000))
    X[np.arange(100), np.arange(100)] = 0.5
    assert size_of_inputs(X) == size_of_inputs(csr_matrix(X)) == 0.5
    assert size_of_inputs(np.zeros((3, 2))) == 0
    assert size_of_inputs(np.full((3, 2), 1e200)) == np.inf


@pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_its_values_and_its_loss_are_those_of_these_points_of_the_task(table: type) -> None:
    rng = np.random.default_rng(0)
    net = Network((3, 4, 1), ("tanh", "identity"), init="glorot_normal", seed=0)
    X, Y, weights = rng.normal(size=(1000, 3)), rng.normal(size=(1000, 1)), rng.random(1000)
    task = Task(net, find(Loss, "square"), SGD(), np.empty((0, 3)), Y, weights=weights)
    chosen = rng.permutation(1000)[:400]
    sample = Sample.of(task, table(X), chosen)
    rows = chosen[evenly(400)]
    A = net.predict(X[rows])
    np.testing.assert_allclose(sample.values[2][1], A, rtol=1e-12)
    assert sample.loss == pytest.approx(np.mean(weights[rows] * ((A - Y[rows]) ** 2)[:, 0]), rel=1e-12)
    moved = sample.at(2 * net.parameters)
    assert moved.net.parameters.tolist() == (2 * net.parameters).tolist()
    assert sample.net is net

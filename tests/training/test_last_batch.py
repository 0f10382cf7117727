"""The points left over where the batch size does not divide them: kept, dropped, merged or evened out, in every training."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop.training.last_batch import Drop, Even, Keep, LastBatch, Merge
from clearprop.training.sampling import BatchStream, Shuffle
from tests.parts import all_of

every_way = pytest.mark.parametrize("last", all_of(LastBatch), ids=str)
X = np.random.default_rng(0).normal(size=(23, 3))
Y = np.sin(X[:, :1])


def trained(last: LastBatch, **options: Any) -> cp.Run:
    net = cp.Network((3, 5, 1), ("tanh", "identity"), seed=0)
    given = {"loss": "square", "eta": 0.05, "batch_size": 5, "epochs": 4, "progress": False, "seed": 1} | options
    return cp.train(net, X, Y, sampling=f"shuffle(last={last})", **given)


@given(n=st.integers(1, 60), b=st.integers(1, 60))
def test_sizes_are_those_that_the_name_says(n: int, b: int) -> None:
    b = min(n, b)
    sizes = {
        part.name: [len(batch) for piece in part.divided(np.arange(n), b) for batch in piece]
        for part in all_of(LastBatch)
    }
    left = n % b
    assert sizes["keep"] == [b] * (n // b) + [left] * (left > 0)
    assert sizes["drop"] == [b] * (n // b)
    assert sizes["merge"] == [b] * (n // b - 1) + [b + left]
    assert max(sizes["even"]) <= b
    assert max(sizes["even"]) - min(sizes["even"]) <= 1
    assert len(sizes["even"]) == len(sizes["keep"])
    assert sum(sizes["even"]) == n


@every_way
@given(n=st.integers(1, 60), b=st.integers(1, 60))
def test_what_it_says_of_an_epoch_is_what_it_gives(last: LastBatch, n: int, b: int) -> None:
    b, order = min(n, b), np.random.default_rng(n).permutation(n)
    pieces = list(last.divided(order, b))
    assert last.steps(n, b) == sum(map(len, pieces))
    assert last.points(n, b) == sum(piece.size for piece in pieces)
    assert max(piece.shape[1] for piece in pieces) <= last.at_most(b)
    np.testing.assert_array_equal(np.concatenate([piece.ravel() for piece in pieces]), order[: last.points(n, b)])


@every_way
def test_an_epoch_is_so_many_steps_and_a_report(last: LastBatch) -> None:
    run = trained(last)
    steps = {"keep": 5, "drop": 4, "merge": 4, "even": 5}[last.name]
    assert run.history["step"].tolist() == [steps, 2 * steps, 3 * steps, 4 * steps]
    assert run.history["epoch"].tolist() == [1, 2, 3, 4]


@every_way
def test_the_reported_loss_is_the_mean_over_the_points_that_were_used(last: LastBatch) -> None:
    """At eta 0, so that it can be computed from the network as it is."""
    run = trained(last, eta=0.0, epochs=1)
    supply = BatchStream(Shuffle(last), len(X), 5, np.random.default_rng(1))
    used = supply.take(last.steps(len(X), 5)).rows
    of_point = ((run.network.predict(X[used]) - Y[used]) ** 2).sum(axis=1)
    assert run.history["loss"][-1] == pytest.approx(of_point.mean(), rel=1e-12)


@every_way
def test_both_engines_take_the_same_steps(last: LastBatch) -> None:
    one, other = (trained(last, engine=engine) for engine in ("numpy", "compiled"))
    np.testing.assert_allclose(one.network.parameters, other.network.parameters, rtol=1e-11)


@every_way
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("restarts", [1, 3])
@pytest.mark.parametrize("at", [0, 3, 7])
def test_a_training_goes_on_to_the_bit(last: LastBatch, engine: str, restarts: int, at: int) -> None:
    options = {"engine": engine, "restarts": restarts, "epochs": None}
    whole = trained(last, **options, steps=11)
    half = trained(last, **options, steps=11 if restarts > 1 else at)
    assert half.state is not None
    rest = trained(last, **options, steps=11, resume=half.state)
    np.testing.assert_array_equal(whole.network.parameters, rest.network.parameters)


def test_another_way_is_another_training() -> None:
    half = trained(Keep(), epochs=1)
    with pytest.raises(ValueError, match="sampling"):
        trained(Even(), resume=half.state)


@every_way
def test_networks_side_by_side_are_those_one_after_another(last: LastBatch) -> None:
    """Lanes take single points, of which none is left over."""
    lanes, one = (trained(last, batch_size=1, restarts=8, epochs=2, metrics=metrics) for metrics in ((), "rmse"))
    np.testing.assert_allclose(lanes.restarts, one.restarts, rtol=1e-9)


def test_where_the_batch_size_divides_all_are_one() -> None:
    ways = [trained(last, batch_size=23).network.parameters for last in all_of(LastBatch)]
    for one, other in pairwise(ways):
        np.testing.assert_array_equal(one, other)


def test_dropped_points_change_from_epoch_to_epoch() -> None:
    supply = BatchStream(Shuffle(Drop()), 11, 5, np.random.default_rng(0))
    left_out = {frozenset(range(11)) - frozenset(supply.take(2).rows.tolist()) for _ in range(40)}
    assert len(left_out) > 5


def test_a_merged_batch_may_be_nearly_twice_as_large() -> None:
    run = trained(Merge(), batch_size=12, engine="compiled")
    assert run.history["step"].tolist() == [1, 2, 3, 4]


def test_a_way_of_your_own() -> None:
    class Halves(LastBatch):
        name = "halves"

        def runs(self, n: int, b: int) -> tuple[tuple[int, int], ...]:
            return (1, n // 2), (1, n - n // 2)

        def at_most(self, b: int) -> int:
            return len(X)

    net = cp.Network((3, 1), ("identity",), seed=0)
    run = cp.train(net, X, Y, loss="square", eta=0.1, sampling=Shuffle(Halves()), epochs=3, progress=False)
    assert run.history["step"].tolist() == [2, 4, 6]

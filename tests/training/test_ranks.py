"""Ranks that train together get the bits of one process that cuts its batches in the same way, and refuse a wrong launch."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import ALONE, Ranks
from clearprop.engines.ranks import IN_HALVES, MPIRanks, Partial, RankFailed
from clearprop.engines.shard_tree import Tree, blocks
from clearprop.formulas.normalizations import BatchNorm
from clearprop.sparse_rows import OneHotRows
from clearprop.training import loop
from clearprop.training.evaluation import BLOCK, HeldOut
from clearprop.training.waiting import said_of_slow
from tests.training.shared_trainings import digest, digest_of
from tests.training.small import Y, a_net, run
from tests.training.threads_as_ranks import Aborted, ThreadCommunicator, on_ranks

X = np.random.default_rng(3).normal(size=(10, 2))


@pytest.mark.filterwarnings(
    "ignore"
)  # of trainings that come to nothing; here, because filters are those of all threads
@pytest.mark.parametrize("number", range(100))
def test_any_number_of_ranks_and_threads_gives_the_bits_of_one_process(number: int) -> None:
    own = digest(number)
    for size in (2, 3, 4, 8):
        assert on_ranks(size, lambda c: digest(number, c, 1 + c.rank % 2)) == [own] * size, size


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_shards_give_the_steps_of_a_training_without_them_but_for_rounding(optimizer: str) -> None:
    options: dict[str, Any] = {"optimizer": optimizer, "eta": None, "epochs": 4, "batch_size": None, "penalty": "l2"}
    plain, shared = run(**options), run(**options, shards=4)
    np.testing.assert_allclose(shared.network.parameters, plain.network.parameters, rtol=1e-9, atol=1e-12)
    assert "4 shards" in shared.engine.reason


def test_inputs_that_are_mostly_0_are_shared_out_too() -> None:
    rng = np.random.default_rng(2)
    points = OneHotRows(rng.normal(size=(20, 2)), np.array([0, 7]), rng.integers(1, 7, (20, 1)).astype(np.int32), 8)
    given = {"net": cp.Network((8, 3, 1), ("tanh", "identity"), seed=0), "X": points, "Y": points.values[:, :1]}
    options = {**given, "loss": "square", "eta": 0.05, "epochs": 2, "batch_size": 6, "shards": 8}
    assert on_ranks(4, lambda c: digest_of(options, c)) == [digest_of(options)] * 4


def test_a_shard_without_points_leaves_every_number_as_it_is() -> None:
    """-0 + 0 is 0, and 0 + -0 is 0 too: only -0 can stand for no points."""
    own, other = (Partial(3, np.dtype(np.float64)) for _ in range(2))
    own.clear()
    other.numbers[:3] = [-0.0, 0.0, 1.5]
    own.add(other)
    assert own.numbers[:3].tobytes() == other.numbers[:3].tobytes()


@pytest.mark.parametrize("size", [4, 8])
def test_a_long_gradient_is_summed_in_halves_to_the_same_bits(size: int) -> None:
    net = cp.Network((90, 100, 1), ("tanh", "identity"), seed=1)
    assert net.parameters.nbytes > IN_HALVES
    rng = np.random.default_rng(0)
    given = {"net": net, "X": rng.normal(size=(30, 90)), "Y": rng.normal(size=(30, 1)), "loss": "square", "shards": 8}
    options = {**given, "eta": 0.01, "epochs": 2, "batch_size": 16}
    assert on_ranks(size, lambda c: digest_of(options, c)) == [digest_of(options)] * size


def test_the_blocks_of_all_ranks_are_the_tree() -> None:
    for size in range(1, 17):
        shards = [shard for rank in range(size) for shard in Tree(16, _rank(rank, size)).own]
        assert shards == list(range(16))
    assert blocks(range(8)) == [range(8)]
    assert blocks(range(5, 8)) == [range(5, 6), range(6, 8)]


def _rank(rank: int, size: int) -> Ranks:
    ranks = Ranks()
    ranks.rank, ranks.size = rank, size
    return ranks


# ---- local steps


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "nadam", "rmsprop"])
@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_local_steps_give_the_bits_of_one_process_and_go_on_from_a_state(optimizer: str, engine: str) -> None:
    options: dict[str, Any] = {"batch_size": 2, "optimizer": optimizer, "engine": engine, "eta": 0.01, "dropout": 0.2}
    options |= {"local_steps": 3, "shards": 4, "validation": (X[:4], Y[:4])}
    whole = run(**options, epochs=6)
    half = on_ranks(2, lambda c: run(**options, epochs=3, communicator=c))[1].state
    for size in (2, 3, 4):
        gone_on = on_ranks(size, lambda c: run(**options, epochs=6, communicator=c, resume=half))
        assert [each.network.parameters.tobytes() for each in gone_on] == [whole.network.parameters.tobytes()] * size
        assert gone_on[0].history["loss"].tolist() == whole.history["loss"].tolist()
    assert "4 shards, averaged every 3 steps" in whole.engine.reason


def test_one_local_step_of_plain_descent_is_a_step_along_the_sum_of_gradients_but_for_rounding() -> None:
    """The last of its rounds has one step, and batches of 8 points are cut evenly."""
    sums = run(X=X[:8], Y=Y[:8], batch_size=8, epochs=1, shards=4).network.parameters
    mean = run(X=X[:8], Y=Y[:8], batch_size=8, epochs=1, shards=4, local_steps=7).network.parameters
    np.testing.assert_allclose(mean, sums, rtol=1e-12)


def test_local_steps_learn() -> None:
    run_local = run(batch_size=10, epochs=400, eta=0.05, shards=2, local_steps=20)
    run_plain = run(batch_size=10, epochs=400, eta=0.05)
    assert run_local.history["loss"][-1] < 1.2 * run_plain.history["loss"][-1]


@pytest.mark.filterwarnings("ignore")
def test_a_copy_that_diverges_ends_the_training_on_every_rank_with_the_network_before_it() -> None:
    def train(c: ThreadCommunicator) -> Any:
        return run(communicator=c, eta=1e200, batch_size=5, local_steps=4)

    for error in on_ranks(2, train):
        assert isinstance(error, cp.Diverged)
        assert np.isfinite(error.run.network.parameters).all()


def test_local_steps_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="local_steps must be a whole number, 1 or more; given 0"):
        run(local_steps=0)
    with pytest.raises(ValueError, match="lbfgs takes its steps on all points together; leave local_steps out"):
        run(local_steps=3, optimizer="lbfgs", batch_size=None, eta=None)


# ---- what only rank 0 does, and what all agree on


def test_callbacks_and_keeper_are_those_of_rank_0_and_all_ranks_stop() -> None:
    called: list[int] = []

    def train(c: ThreadCommunicator) -> cp.Run:
        def stop_soon(report: cp.Report) -> bool:
            called.append(c.rank)
            return report.step >= 6

        return run(communicator=c, batch_size=5, epochs=50, callbacks=stop_soon)

    runs = on_ranks(2, train)
    assert {each.stopped_because for each in runs} == {"a callback asked for it"}
    assert {each.state.step for each in runs} == {6}
    assert set(called) == {0}


def test_all_ranks_stop_at_the_time_of_rank_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of rank 1 goes fifty times as fast."""
    slow = time.perf_counter

    class Clocks:
        of: ClassVar[dict[int, int]] = {}

        def perf_counter(self) -> float:
            return slow() * self.of.get(threading.get_ident(), 1)

    def train(c: ThreadCommunicator) -> cp.Run:
        Clocks.of[threading.get_ident()] = 1 + 49 * c.rank
        return run(communicator=c, epochs=10**6, stop="time_limit(seconds=0.2)")

    monkeypatch.setattr(loop, "time", Clocks())
    runs = on_ranks(2, train)
    assert all(isinstance(each, cp.Run) for each in runs), runs
    assert len({each.state.step for each in runs}) == 1
    assert all("0.2" in each.stopped_because for each in runs)
    assert runs[0].history["seconds"].tolist() == runs[1].history["seconds"].tolist()


def test_a_search_starts_again_on_every_rank_where_the_first_took_a_state() -> None:
    def train(c: ThreadCommunicator | None) -> Any:
        return run(
            communicator=c,
            shards=8,
            optimizer="lbfgs",
            batch_size=None,
            eta=None,
            epochs=6,
            callbacks=lambda r: r.state() and None,
        )

    own = train(None)
    assert "started again where a state was taken" in own.engine.reason
    assert [each.network.parameters.tobytes() for each in on_ranks(2, train)] == [own.network.parameters.tobytes()] * 2


def test_a_state_of_four_ranks_is_gone_on_with_by_two_and_by_one() -> None:
    options: dict[str, Any] = {"batch_size": 3, "optimizer": "adam", "eta": 0.01, "dropout": 0.2}
    whole = run(**options, epochs=4, shards=8).network.parameters.tobytes()
    half = on_ranks(4, lambda c: run(**options, epochs=2, communicator=c))[0].state
    on_two = on_ranks(2, lambda c: run(**options, epochs=4, communicator=c, resume=half))
    assert [each.network.parameters.tobytes() for each in on_two] == [whole] * 2
    assert run(**options, epochs=4, shards=8, resume=half).network.parameters.tobytes() == whole
    with pytest.raises(ValueError, match="a training with shards 8; given None"):
        run(**options, epochs=4, resume=half)


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_diverges_does_so_on_every_rank() -> None:
    def train(c: ThreadCommunicator) -> Any:
        return run(communicator=c, eta=1e200, batch_size=5)

    alone = on_ranks(1, train)[0]
    for error in on_ranks(2, train):
        assert isinstance(error, cp.Diverged)
        assert str(error) == str(alone)


def test_ranks_share_out_the_blocks_of_a_large_validation_set() -> None:
    rng = np.random.default_rng(4)
    held = HeldOut(rng.normal(size=(3 * BLOCK - 5, 2)), np.zeros((3 * BLOCK - 5, 1)))
    whole = [each.tobytes() for each in held.outputs(a_net())]
    for size in (2, 3, 4):
        found = on_ranks(size, lambda c: held.outputs(a_net(), MPIRanks(c)))
        assert [[each.tobytes() for each in own] for own in found] == [whole] * size


def test_the_rank_that_others_wait_for_is_named() -> None:
    assert said_of_slow(ALONE, [10.0, 10.5, 21.0, 9.9]) == (
        "; rank 2 computed 21 s and the others 10 s, for which they waited"
    )
    assert said_of_slow(ALONE, [10.0, 14.0]) == ""
    assert said_of_slow(ALONE, [0.1, 0.9]) == ""
    assert said_of_slow(ALONE, []) == ""


def test_a_table_is_fitted_by_ranks_to_the_model_of_one_process() -> None:
    table = {"a": [0.5, 1.5, 2.0, 3.5, 4.0, 5.5] * 8, "y": ["low", "low", "low", "high", "high", "high"] * 8}
    options: dict[str, Any] = {"target": "y", "epochs": 3, "layers": "4:tanh"}
    own = cp.fit(table, **options, shards=8).model
    fits = on_ranks(2, lambda c: cp.fit(table, **options, communicator=c))
    assert [fit.model.network.parameters.tobytes() for fit in fits] == [own.network.parameters.tobytes()] * 2
    assert fits[0].model.facts["shards"] == 8
    first, second = on_ranks(2, lambda c: cp.fit(table, **options | {"target": "yx"[c.rank]}, communicator=c))
    assert "rank 1" in str(first)
    assert "no column 'x'" in str(first)
    assert isinstance(second, ValueError)


# ---- wrong launches


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"X": X + 1e-12}, "rank 1 on .* has other points X than rank 0"),
        ({"Y": Y * 2}, "rank 1 on .* has other targets Y"),
        ({"net": cp.Network((2, 4, 1), ("tanh", "identity"), seed=7)}, "rank 1 on .* has other initial weights"),
        ({"net": a_net("float32")}, "rank 1 on .* has network .*float32"),
        ({"eta": 0.3}, r"rank 1 on .* has eta constant \(0.3, .*, and rank 0 .* has constant \(0.05,"),
        ({"seed": 5}, "rank 1 on .* has other random numbers, by seed or generator, than rank 0"),
        ({"validation": (X, Y)}, "rank 1 on .* has other validation points"),
        ({"shards": 16}, "rank 1 on .* has shards 16, and rank 0 .* has 8"),
        ({"steps": 7, "epochs": None}, "rank 1 on .* has steps 7"),
        ({"optimizer": "adam"}, "rank 1 on .* has optimizer adam"),
        ({"loss": "no_loss"}, "rank 1 on .*: unknown loss 'no_loss'"),
        ({"stop": "target_loss(value=0.1)"}, "rank 1 on .* has stop"),
    ],
)
def test_ranks_that_were_not_started_alike_are_refused_by_name(changes: dict[str, Any], said: str) -> None:
    def train(c: ThreadCommunicator) -> Any:
        given = {"X": X, "Y": Y, "epochs": 2, **(changes if c.rank == 1 else {})}
        return run(communicator=c, **given)

    first, second = on_ranks(2, train)
    assert isinstance(first, RankFailed), first
    with pytest.raises(RankFailed, match=said):
        raise first
    assert isinstance(second, ValueError)


def test_ranks_that_come_to_other_weights_end_at_the_next_report() -> None:
    """Here because a callback, which rank 0 alone has, changes the network."""

    def meddle(report: cp.Report) -> None:
        assert report.network is not None
        report.network.parameters[0] += 1e-12

    for error in on_ranks(2, lambda c: run(communicator=c, batch_size=5, callbacks=meddle)):
        assert isinstance(error, RankFailed)
        assert "after step 4 rank 1 has other weights than rank 0" in str(error)


def test_a_rank_that_fails_alone_in_training_ends_all(capfd: pytest.CaptureFixture[str]) -> None:
    def stumble(report: cp.Report) -> None:
        raise RuntimeError("no paper")

    first, second = on_ranks(2, lambda c: run(communicator=c, callbacks=stumble))
    assert isinstance(first, Aborted)
    assert not isinstance(second, cp.Run)
    said = capfd.readouterr().err
    assert "rank 0 on" in said
    assert "no paper" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"shards": 6}, "a power of two, such as 8 or 16; given 6"),
        ({"shards": 0}, "a whole number, 1 or more"),
        ({"shards": True}, "a whole number, 1 or more"),
        ({"communicator": 4}, "one of mpi4py"),
    ],
)
def test_what_is_no_way_to_share_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        run(**options)


def test_more_ranks_than_shards_are_refused() -> None:
    results = on_ranks(3, lambda c: run(communicator=c, shards=2))
    assert all("3 ranks share 2 micro-shards" in str(each) and "shards=4" in str(each) for each in results)


# ---- batch statistics


def normalised(normalization: Any = "batch_norm") -> cp.Network:
    return cp.Network((2, 4, 3, 1), ("tanh", "relu", "identity"), seed=1, normalization=normalization)


@pytest.mark.parametrize("batch_size", [3, 7, 10])
def test_batch_statistics_are_those_of_the_whole_batch(batch_size: int) -> None:
    """A batch of 3 points leaves most of 8 shards, and a rank, without any; 7 of 10 leave a batch of 3."""
    options: dict[str, Any] = {"batch_size": batch_size, "optimizer": "momentum", "eta": 0.01, "epochs": 5}
    plain, own = run(normalised(), **options), run(normalised(), **options, shards=8)
    np.testing.assert_allclose(own.network.parameters, plain.network.parameters, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(own.network.statistics, plain.network.statistics, rtol=1e-9, atol=1e-12)
    for size in (2, 3, 4):
        for each in on_ranks(size, lambda c: run(normalised(), **options, communicator=c)):
            assert each.network.parameters.tobytes() == own.network.parameters.tobytes()
            assert each.network.statistics.tobytes() == own.network.statistics.tobytes()
    assert str(own.engine) == "numpy (batch statistics over micro-shards have no compiled kernel; 8 shards)"


def test_batch_statistics_of_layers_that_are_held_move_without_a_gradient() -> None:
    options: dict[str, Any] = {"batch_size": 5, "epochs": 2, "frozen": [1]}
    plain, own = run(normalised(), **options), run(normalised(), **options, shards=4)
    np.testing.assert_allclose(own.network.parameters, plain.network.parameters, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(own.network.statistics, plain.network.statistics, rtol=1e-9, atol=1e-12)
    assert (own.network.W[1] == normalised().W[1]).all()


def test_inputs_that_are_mostly_0_have_batch_statistics_too() -> None:
    rng = np.random.default_rng(2)
    points = OneHotRows(rng.normal(size=(20, 1)), np.array([0]), rng.integers(1, 2, (20, 1)).astype(np.int32), 2)
    options: dict[str, Any] = {"Y": points.values, "batch_size": 6, "shards": 8, "epochs": 2}
    dense = run(normalised(), X=points.toarray(), **options).network.parameters
    assert run(normalised(), X=points, **options).network.parameters.tobytes() == dense.tobytes()


@dataclass(frozen=True)
class ByMedian(BatchNorm):
    """A user's own, whose middle is no mean."""

    name = "by_median"

    def moments(self, Z: Any) -> Any:
        return np.median(Z, axis=0, keepdims=True), Z.var(axis=0, keepdims=True)


@pytest.mark.parametrize(
    ("net", "options", "said"),
    [
        (normalised(), {"engine": "compiled"}, "batch statistics over micro-shards are the NumPy engine's"),
        (normalised(), {"local_steps": 4}, "layer 1: batch_norm is over all points .* leave local_steps out"),
        (normalised(ByMedian()), {}, "layer 1: by_median has formulas of its own for the mean"),
    ],
)
def test_batch_statistics_that_shards_cannot_have_are_refused(
    net: cp.Network, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        run(net, shards=8, **options)

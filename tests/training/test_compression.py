"""Gradients that are rounded for sending: the same bits on any number of ranks, half of the bytes, and nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines.ranks import IN_HALVES
from clearprop.engines.rounded_tree import RoundedTree
from clearprop.formulas.compression import BFloat16, Compression, Float32
from tests.training.shared_trainings import digest_of
from tests.training.small import run
from tests.training.threads_as_ranks import ThreadCommunicator, on_ranks

HALVES = cp.Network((90, 200, 1), ("tanh", "identity"), seed=1, dtype="float32")


@pytest.mark.parametrize("compression", ["bfloat16", "float32(exact_every=3)"])
@pytest.mark.parametrize("averaging", [None, "ema(decay=0.9)"])
def test_a_state_of_some_ranks_is_gone_on_with_by_others_to_the_same_bits(
    compression: str, averaging: str | None
) -> None:
    options: dict[str, Any] = {"batch_size": 3, "optimizer": "adam", "eta": 0.01, "dropout": 0.2, "shards": 8}
    options |= {"compression": compression, "averaging": averaging}
    whole = run(**options, epochs=20)
    assert (whole.network.parameters != run(**options | {"compression": None}, epochs=20).network.parameters).any()
    half = on_ranks(4, lambda c: run(**options, epochs=10, communicator=c))[1].state
    for size in (2, 3, 8):
        gone_on = on_ranks(size, lambda c: run(**options, epochs=20, communicator=c, resume=half))
        assert [each.network.parameters.tobytes() for each in gone_on] == [whole.network.parameters.tobytes()] * size
    with pytest.raises(ValueError, match=r"a training with compression '[bf]"):
        run(**options | {"compression": None}, epochs=20, resume=half)


@pytest.mark.parametrize("size", [4, 8])
def test_a_long_gradient_is_summed_in_halves_to_the_same_bits(size: int) -> None:
    assert HALVES.parameters.nbytes > IN_HALVES
    rng = np.random.default_rng(0)
    given = {"net": HALVES, "X": rng.normal(size=(40, 90)), "Y": rng.normal(size=(40, 1)), "loss": "square"}
    options = {
        **given,
        "eta": 0.01,
        "epochs": 3,
        "batch_size": 8,
        "shards": 8,
        "compression": "bfloat16(exact_every=4)",
    }
    assert on_ranks(size, lambda c: digest_of(options, c)) == [digest_of(options)] * size


@pytest.mark.parametrize("shards", [1, 2, 8])
def test_what_rounding_leaves_comes_with_later_steps(shards: int) -> None:
    """This loss has the same gradients wherever the weights are, so after the exact step of an epoch none is missing."""
    net = cp.Network((3, 2), ("identity",), seed=0)
    X = np.random.default_rng(1).normal(size=(40, 3))
    options: dict[str, Any] = {"loss": "linear", "eta": 0.1, "batch_size": 8, "epochs": 4, "shards": shards}
    options |= {"X": X, "Y": np.where(X[:, :2] > 0, 1.0, -1.0)}
    moved = run(net, **options).network.parameters - net.parameters
    rounded = run(net, **options, compression="bfloat16").network.parameters - net.parameters
    np.testing.assert_allclose(rounded, moved, rtol=0, atol=1e-12)


def test_rounding_alone_would_lose_what_feedback_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RoundedTree, "settle", _without_feedback)
    with pytest.raises(AssertionError):
        test_what_rounding_leaves_comes_with_later_steps(2)


def _without_feedback(tree: RoundedTree, block: range, own: Any, at: slice = slice(None)) -> None:
    tree._sent.numbers[at] = tree.compression.rounded(own.numbers[at])
    own.numbers[at] = tree.compression.restored(tree._sent.numbers[at])


@pytest.mark.parametrize(
    ("size", "dtype", "compression", "part"),
    [
        (2, "float64", "float32", 2),
        (2, "float64", "bfloat16", 4),
        (3, "float32", "bfloat16", 2),
        (4, "float32", "bfloat16", 2),
    ],
)
def test_the_bytes_that_are_sent_are_a_half_or_a_quarter(size: int, dtype: str, compression: str, part: int) -> None:
    net = cp.Network((90, 200, 1), ("tanh", "identity"), seed=1, dtype=dtype)
    options: dict[str, Any] = {"eta": 0.001, "batch_size": 2, "epochs": 1, "shards": 4}

    def sent(compression: str | None) -> int:
        def work(c: Counting) -> int:
            counting = Counting(c.rank, c.size, c.shared)
            X = np.zeros((64, 90))
            run(net, X=X, Y=X[:, :1], **options, compression=compression, communicator=counting)
            return counting.bytes

        return max(on_ranks(size, work))  # type: ignore[arg-type]

    exact = 1 / 32  # the last step of 32
    assert sent(compression) / sent(None) == pytest.approx(exact + (1 - exact) / part, rel=0.02)


class Counting(ThreadCommunicator):
    """It counts the bytes of numbers that it sends."""

    bytes = 0

    def Sendrecv(self, sent: np.ndarray, *others: Any) -> None:
        self.bytes += sent.nbytes
        super().Sendrecv(sent, *others)

    def Allgatherv(self, sent: np.ndarray, receives: Any) -> None:
        self.bytes += sent.nbytes
        super().Allgatherv(sent, receives)


def test_an_average_after_every_step_changes_no_step() -> None:
    options: dict[str, Any] = {"batch_size": 2, "epochs": 9, "shards": 2, "compression": "bfloat16"}
    states = [run(**options, averaging=each).state for each in (None, "ema(decay=0.9)")]
    plain, averaged = (state.values["parameters"] for state in states)
    assert plain.tobytes() == averaged.tobytes()


def test_the_loss_is_that_of_exact_gradients_within_a_percent() -> None:
    options: dict[str, Any] = {"batch_size": 5, "epochs": 300, "eta": 0.05}
    exact = run(**options).history["loss"][-1]
    assert run(**options, compression="bfloat16").history["loss"][-1] == pytest.approx(exact, rel=0.01)


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_diverges_does_so_on_every_rank_with_finite_weights() -> None:
    def train(c: ThreadCommunicator) -> Any:
        return run(communicator=c, eta=1e200, batch_size=5, compression="bfloat16")

    for error in on_ranks(2, train):
        assert isinstance(error, cp.Diverged)
        assert np.isfinite(error.run.network.parameters).all()


@dataclass(frozen=True)
class Wide(Compression):
    """A user's own that sends no less."""

    name, sent = "wide", np.float64


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"compression": "bf16"}, "unknown compression 'bf16'; it is called 'bfloat16' here"),
        ({"compression": "bfloat16", "local_steps": 4}, "local steps send weights in their place; leave one of them out"),
        ({"compression": "bfloat16", "optimizer": "lbfgs", "batch_size": None, "eta": None}, "lbfgs needs exact gradients"),
        ({"compression": Wide()}, "sends 8 bytes a number, and this network's have 8: take bfloat16"),
        ({"compression": "bfloat16", "record": 3}, "record keeps single steps, and compression takes some together"),
        ({"local_steps": 4, "record": 3}, "record keeps single steps, and local_steps takes some together"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run(**options)


def test_float32_is_refused_where_it_makes_nothing_smaller() -> None:
    with pytest.raises(ValueError, match="sends 4 bytes a number, and this network's have 4"):
        run(HALVES, X=np.zeros((4, 90)), Y=np.zeros((4, 1)), compression="float32")


# ---- the formats


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bfloat16_is_the_nearest_and_halfway_the_one_away_from_0(dtype: str) -> None:
    """Between neighbours 1 and 1 + 2^-7 of its 8 bits."""
    step, part = 2.0**-7, BFloat16()
    given = np.array([1 + step / 4, 1 + step / 2, 1 + 3 * step / 4, 1 + 3 * step / 2, -1 - 0.6 * step], dtype)
    expected = [1, 1 + step, 1 + step, 1 + 2 * step, -1 - step]
    assert part.restored(part.rounded(given)).tolist() == expected


def test_every_bit_pattern_of_bfloat16_comes_back_as_it_is() -> None:
    every = np.arange(2**16, dtype=np.uint16)
    values = BFloat16().restored(every)
    known = ~np.isnan(values)
    assert (BFloat16().rounded(values)[known] == every[known]).all()
    assert np.isnan(BFloat16().restored(BFloat16().rounded(values[~known]))).all()
    payload = np.array([0x7FFFFFFF, 0xFFFFFFFF], np.uint32).view(np.float32)
    assert np.isnan(BFloat16().restored(BFloat16().rounded(payload))).all()


@pytest.mark.parametrize("part", [BFloat16(), Float32()])
def test_the_parts_are_right(part: Compression) -> None:
    found = cp.check_part(part)
    assert found.ok, found

"""Averages of parameters: PyTorch's own, with the statistics that belong to them; which network is reported and returned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas import find
from clearprop.formulas.averaging import EMA, SWA, Averaging
from clearprop.training.averages import gather_statistics_in_place
from clearprop.training.sampling import Sampling

XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]
RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "networks.json").read_text())["averages"]


@dataclass(frozen=True)
class InOrder(Sampling):
    """The batches that were recorded, one after the other."""

    order: tuple[tuple[int, ...], ...]
    name = "in_order"

    def draw(self, n, b, rng):
        yield np.array(self.order)


def started() -> cp.Network:
    start = RECORDED["start"]
    weights = list(zip(start["W"], start["W0"], strict=True))
    return cp.Network((3, 4, 2), ("tanh", "identity"), init=weights, normalization="batch_norm")


@pytest.mark.parametrize("text", ["ema(decay=0.9)", "ema(decay=0.5, every=3)", "swa(start=0.5)"])
def test_the_average_is_pytorchs_and_so_are_its_statistics(text: str) -> None:
    X, Y, order = (np.array(RECORDED[name]) for name in ("X", "Y", "order"))
    run = cp.train(
        *(started(), X, Y),
        loss="square",
        eta=RECORDED["eta"],
        batch_size=6,
        epochs=10,
        sampling=InOrder(tuple(map(tuple, order.tolist()))),
        averaging=text,
    )
    ours, theirs = run.network, RECORDED[text]
    for l in (1, 2):
        np.testing.assert_allclose(ours.W[l], theirs["W"][l - 1], rtol=0, atol=1e-13, err_msg="40 steps of rounding")
    # The bias before a batch normalisation has no gradient but rounding, in any library.
    np.testing.assert_allclose(ours.W0[2], theirs["W0"][1], rtol=0, atol=1e-13)
    np.testing.assert_allclose(ours.gain[1], theirs["gain"], rtol=0, atol=1e-13)
    np.testing.assert_allclose(ours.shift[1], theirs["shift"], rtol=0, atol=1e-13)
    np.testing.assert_allclose(ours.running_mean[1], theirs["running"][0], rtol=0, atol=1e-13)
    np.testing.assert_allclose(ours.running_variance[1], theirs["running"][1], rtol=0, atol=1e-13)
    np.testing.assert_allclose(ours.predict(X), theirs["A"], rtol=0, atol=1e-12)


def test_without_anything_taken_in_the_network_is_the_plain_one() -> None:
    X, Y = XOR
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"))
    plain = cp.train(net, X, Y, loss="nll", steps=5, batch_size=2)
    averaged = cp.train(net, X, Y, loss="nll", steps=5, batch_size=2, averaging="ema(every=6)")
    assert averaged.network.parameters.tolist() == plain.network.parameters.tolist()


def test_the_steps_are_those_without_an_average() -> None:
    X, Y = XOR
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"))
    plain = cp.train(net, X, Y, loss="nll", epochs=30, batch_size=2)
    for averaging in ("ema(decay=0.5, every=7)", "swa"):
        averaged = cp.train(net, X, Y, loss="nll", epochs=30, batch_size=2, averaging=averaging)
        assert averaged.history["loss"].tolist() == plain.history["loss"].tolist()
        assert averaged.network.parameters.tolist() != plain.network.parameters.tolist()


def test_an_average_that_forgets_at_once_is_the_last_network() -> None:
    X, Y = XOR
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"))
    plain = cp.train(net, X, Y, loss="nll", epochs=3, batch_size=2)
    forgetful = cp.train(net, X, Y, loss="nll", epochs=3, batch_size=2, averaging="ema(decay=0)")
    # θ̄ + 1 · (θ − θ̄) is θ but for one rounding of a sum.
    np.testing.assert_allclose(forgetful.network.parameters, plain.network.parameters, rtol=1e-14)


def test_reports_and_validation_judge_the_averaged_network() -> None:
    X, Y = XOR
    seen = []
    run = cp.train(
        *(cp.Network((2, 3, 1), ("tanh", "sigmoid")), X, Y),
        loss="nll",
        eta=1.0,
        epochs=6,
        batch_size=2,
        averaging=EMA(0.9),
        validation=(X, Y),
        callbacks=lambda report: seen.append((report.validation_loss, report.network.copy())),
    )
    for loss, network in seen:
        assert cp.forward_pass(network, X, Y, "nll").loss == pytest.approx(loss, rel=1e-14)
    best = min(seen, key=lambda pair: pair[0])[1]
    assert run.network.parameters.tolist() == best.parameters.tolist()


@pytest.mark.parametrize(
    ("rule", "steps", "epoch", "expected"),
    [
        (EMA(every=4), 10, 5, [4, 8, 12]),
        (SWA(start=0.5), 10, 2, [6, 8, 10]),  # 5 is half way, and no epoch ends there
        (SWA(start=0.0), 6, 3, [3, 6]),
        (SWA(start=1.0), 6, 3, [6]),
    ],
    ids=str,
)
def test_what_is_taken_in_and_when(rule: Averaging, steps: int, epoch: int, expected: list[int]) -> None:
    step, taken = 0, []
    for _ in expected:
        step = rule.next(step, steps, epoch)
        taken.append(step)
    assert taken == expected


def test_an_averaging_is_found_by_its_text() -> None:
    assert find(Averaging, "ema(decay=0.5)") == EMA(0.5)


def test_gathered_statistics_are_those_of_all_points() -> None:
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 2), ("tanh", "identity"), normalization="batch_norm", seed=1)
    X = rng.normal(size=(9000, 3))  # more than a block
    gather_statistics_in_place(net, X)
    Z = X @ net.W[1] + net.W0[1]
    np.testing.assert_allclose(net.running_mean[1], Z.mean(axis=0), rtol=0, atol=1e-13)
    np.testing.assert_allclose(net.running_variance[1], Z.var(axis=0, ddof=1), rtol=1e-13)

"""Targets that are not known, and weights below 0: on request, and refused without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.activations import Activation
from clearprop.formulas.domains import LogSimplex, Simplex
from clearprop.formulas.known_targets import KnownTargets
from clearprop.formulas.losses import Loss
from clearprop.formulas.shortcuts import shortcut
from tests.parts import all_of, is_legal, label, targets_for

RNG = np.random.default_rng(8)
X = RNG.normal(size=(40, 3))
Y = X @ RNG.normal(size=(3, 3))
GAPS = RNG.random(Y.shape) < 0.3
WITH_GAPS = np.where(GAPS, np.nan, Y)
SUMS = [
    loss
    for loss in all_of(Loss)
    if not isinstance(loss.domain_Y, Simplex | LogSimplex) and loss.outputs_per_target == 1
]


def trained(Y: np.ndarray, X: np.ndarray = X, **more: Any) -> cp.Run:
    net = cp.Network((3, 5, Y.shape[1]), ("tanh", "identity"), seed=1)
    return cp.train(net, X, Y, **{"loss": "square", "epochs": 3, "missing_targets": "ignore"} | more)


PAIRS = [(f, loss) for f in all_of(Activation) for loss in SUMS if is_legal(f, loss, 3)]


@pytest.mark.parametrize(("f", "loss"), PAIRS, ids=label)
def test_a_loss_over_known_targets_is_that_of_each_output_alone(f: Activation, loss: Loss) -> None:
    """Its value, its derivative, and those of the pair's shortcut."""
    Z = RNG.normal(size=(6, 3))
    A, whole = f.A(Z), targets_for(loss, 6, 3, RNG)
    gaps = RNG.random(whole.shape) < 0.4
    Y, known = np.where(gaps, np.nan, whole), KnownTargets(loss)
    of_each = np.column_stack([loss.L(A[:, j : j + 1], whole[:, j : j + 1]) for j in range(3)])
    np.testing.assert_allclose(known.L(A, Y), np.where(gaps, 0, of_each).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(known.dL_dA(A, Y), np.where(gaps, 0, loss.dL_dA(A, whole)), rtol=1e-12)
    np.testing.assert_allclose(known.L(A, whole), loss.L(A, whole), rtol=1e-12)
    plain, short = shortcut(f, loss), shortcut(f, known)
    assert (plain is None) == (short is None)
    if plain is not None and short is not None:
        np.testing.assert_allclose(short.L(Z, Y), known.L(A, Y), rtol=1e-9)
        np.testing.assert_allclose(short.dL_dZ(A, Y), np.where(gaps, 0, plain.dL_dZ(A, whole)), rtol=1e-12)


def test_outputs_that_share_nothing_are_trained_as_if_alone() -> None:
    """Without hidden units each output is a network of its own, on the rows that have its target, of all 40 in the mean."""
    net = cp.Network((3, 3), ("identity",), init="zeros")
    run = cp.train(net, X, WITH_GAPS, loss="square", eta=0.05, batch_size=None, steps=5, missing_targets="ignore")
    for j in range(3):
        rows, alone = ~GAPS[:, j], cp.Network((3, 1), ("identity",), init="zeros")
        eta = 0.05 * rows.mean()
        one = cp.train(alone, X[rows], Y[rows, j : j + 1], loss="square", eta=eta, batch_size=None, steps=5).network
        np.testing.assert_allclose(run.network.W[1][:, j], one.W[1][:, 0], rtol=1e-12)


def test_what_stands_in_a_gap_has_no_effect_and_no_gap_changes_nothing() -> None:
    whole = trained(Y)
    plain = trained(Y, missing_targets="refuse", engine="numpy")
    np.testing.assert_allclose(whole.network.parameters, plain.network.parameters, rtol=1e-12)
    assert whole.engine.name == "numpy"
    assert "known_targets" in whole.engine.reason


def test_validation_and_resume_take_gaps() -> None:
    more: dict[str, Any] = {"validation": (X, WITH_GAPS), "optimizer": "adam"}
    whole = trained(WITH_GAPS, epochs=4, **more)
    again = trained(WITH_GAPS, epochs=4, resume=trained(WITH_GAPS, epochs=2, **more), **more)
    assert (whole.network.parameters == again.network.parameters).all()
    assert np.isfinite(whole.history["validation_loss"]).all()


def test_lbfgs_takes_gaps() -> None:
    pytest.importorskip("scipy")
    run = trained(WITH_GAPS, optimizer="lbfgs", batch_size=None, epochs=30)
    assert run.history["loss"][-1] < 0.1 * run.history["loss"][0]


@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        (
            WITH_GAPS,
            {"missing_targets": "refuse"},
            r"Y has nan in row \d+ column \d, .*; missing_targets='ignore' leaves such",
        ),
        (WITH_GAPS, {"missing_targets": "drop"}, "unknown missing_targets 'drop'; there are refuse, ignore"),
        (np.where(GAPS, np.inf, Y), {}, "Y has inf"),
        (np.where([[False, True, False]], np.nan, Y), {}, "Y has no target for output 1, in any row"),
        (np.full_like(Y, np.nan), {}, "Y has no known target in any row"),
        (WITH_GAPS, {"metrics": "r2"}, "metrics need all targets"),
        (WITH_GAPS, {"record": 2}, "record explains steps on whole targets"),
        (WITH_GAPS, {"class_weight": [1, 1, 1]}, "class_weight does not go with missing_targets='ignore'"),
        (WITH_GAPS, {"loss": "nllm"}, "missing_targets='ignore' needs a loss that is a sum over outputs"),
        (WITH_GAPS, {"engine": "compiled"}, "engine 'compiled' cannot take this task: loss 'known_targets"),
    ],
)
def test_what_has_no_meaning_with_gaps_is_refused(given: np.ndarray, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trained(given, **more)


def test_a_trainer_takes_gaps_and_keeps_them_in_its_file(tmp_path: Path) -> None:
    trainer = cp.Trainer(cp.Network((3, 3), ("identity",)), loss="square", missing_targets="ignore")
    trainer.step(X, WITH_GAPS)
    trainer.step(X[:1], [[0.5, np.nan, np.nan]])
    trainer.save(tmp_path / "t.clearprop")
    again = cp.Trainer.load(tmp_path / "t.clearprop")
    assert trainer.step(X, WITH_GAPS) == again.step(X, WITH_GAPS)
    assert (trainer.network.parameters == again.network.parameters).all()
    with pytest.raises(ValueError, match="missing_targets='ignore' leaves such targets out"):
        cp.Trainer(cp.Network((3, 3), ("identity",)), loss="square").step(X, WITH_GAPS)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_negative_weights_are_used_as_they_are(engine: str) -> None:
    """A step of a policy: each point's gradient times its advantage, in the mean."""
    advantages, labels = RNG.normal(size=40), RNG.integers(0, 3, 40)
    net = cp.Network((3, 5, 3), ("tanh", "softmax"), seed=1)
    expected = net.parameters - 0.1 * (advantages[:, None] * cp.point_gradients(net, X, labels, "nllm")).mean(axis=0)
    settings: dict[str, Any] = {"loss": "nllm", "eta": 0.1, "engine": engine, "negative_weights": True}
    run = cp.train(net, X, labels, sample_weight=advantages, batch_size=None, steps=1, **settings)
    np.testing.assert_allclose(run.network.parameters, expected, rtol=1e-10)
    trainer = cp.Trainer(net, **settings)
    trainer.step(X, labels, advantages)
    np.testing.assert_allclose(trainer.network.parameters, expected, rtol=1e-10)


def test_negative_weights_are_refused_where_nobody_asked_for_them() -> None:
    weights = np.where(np.arange(40) == 3, -1.0, 1.0)
    message = r"sample_weight\[3\] = -1; negative_weights=True allows it"
    with pytest.raises(ValueError, match=message):
        trained(Y, sample_weight=weights, missing_targets="refuse")
    with pytest.raises(ValueError, match=message):
        cp.Trainer(cp.Network((3, 3), ("identity",)), loss="square").step(X, Y, weights)
    with pytest.raises(ValueError, match=r"sample_weight\[3\] = -1$"):
        cp.forward_pass(cp.Network((3, 3), ("identity",)), X, Y, "square", sample_weight=weights)
    with pytest.raises(TypeError, match="negative_weights must be True or False"):
        trained(Y, negative_weights=1)
    with pytest.raises(ValueError, match="class_weight does not go with negative_weights=True"):
        trained(Y, negative_weights=True, missing_targets="refuse", class_weight="balanced")

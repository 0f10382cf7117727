"""Scenes: each claim holds in Python, is written down for those who read, and is not true of everything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.live.replay import early_step, replayed
from clearprop.live.scenes import SCENES, Scene

from .claims import measured

DOCS = Path(__file__).parents[2] / "docs" / "studio.md"
CURED = {
    "XOR without a hidden layer": {"hidden": ((4, "tanh"),)},
    "Equal weights stay equal": {"init": "glorot_normal"},
    "Ten sigmoids vanish": {"hidden": ((4, "relu"),) * 10, "init": "he_normal"},
    "Dying ReLU": {"eta": 0.05},
    "A step size that is too large": {"eta": 0.9},
    "A step unit learns nothing": {"hidden": ((8, "sigmoid"),)},
}
"""What a scene says to try, where that ends what is claimed."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_a_claim_holds(scene: Scene) -> None:
    value = measured(scene)
    assert scene.claim.holds(value), (value, scene.claim)


@pytest.mark.parametrize("scene", [each for each in SCENES if each.title in CURED], ids=lambda scene: scene.title)
def test_what_is_to_be_tried_ends_it(scene: Scene) -> None:
    cured = replace(scene, runs=(replace(scene.runs[0], **CURED[scene.title]),))
    assert not scene.claim.holds(measured(cured))


def of_two(title: str, first: dict[str, object], both: dict[str, object]) -> float:
    """What a scene of two runs measures after a change of the first run, and one of both."""
    scene = next(each for each in SCENES if each.title == title)
    one, other = (replace(run, **both) for run in scene.runs)
    return measured(replace(scene, runs=(replace(one, **first), other)))


def test_what_scenes_of_two_runs_say_to_try_comes_out() -> None:
    early = [of_two("Updating too early", {}, {"eta": eta}) for eta in (0.5, 0.05)]
    assert early[0] / early[1] == pytest.approx(100, rel=0.05)
    assert of_two("Momentum in a valley", {"optimizer": "sgd"}, {}) == 1
    assert of_two("Batch against point", {"batch_size": 16}, {}) < 0.9
    overfitting = "Overfitting, and three cures"
    assert of_two(overfitting, {"dropout": 0.5}, {}) < 0.3 * of_two(overfitting, {}, {})


def test_there_are_twelve_and_the_document_has_their_words() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert len({scene.title for scene in SCENES}) == 12
    for scene in SCENES:
        assert f"| {scene.title} | {scene.claim.text} |" in text


def test_an_early_step_differs_below_the_last_layer_by_the_square_of_eta() -> None:
    run = next(scene.runs[1] for scene in SCENES if scene.title == "Updating too early")
    gaps = []
    for eta in (1e-3, 1e-4):
        early, right = (replayed(replace(run, eta=eta, early=early), 1).network for early in (True, False))
        np.testing.assert_allclose(early.W[2], right.W[2], rtol=1e-12, atol=1e-15)
        gaps.append(float(abs(early.W[1] - right.W[1]).max()))
    assert gaps[0] / gaps[1] == pytest.approx(100, rel=0.05)


def test_an_early_step_of_one_layer_is_right() -> None:
    net = cp.Network((2, 2), ("softmax",), seed=1)
    X, Y = np.array([[0.5, -1.0], [1.0, 2.0]]), np.eye(2)
    fwd = cp.forward_pass(net, X, Y, "nllm")
    wanted = net.parameters - 0.1 * cp.back_propagate(net, fwd).flat
    early_step(net, X, Y, cp.find(cp.Loss, "nllm"), 0.1)
    np.testing.assert_allclose(net.parameters, wanted, rtol=1e-13)


def test_a_replay_changes_its_step_size_where_it_is_told() -> None:
    run = SCENES[0].runs[0]
    through = replayed(run, 50, rates=[(20, 0.5)]).network.parameters
    assert not np.allclose(through, replayed(run, 50).network.parameters)
    np.testing.assert_allclose(replayed(run, 20, rates=[(20, 0.5)]).loss, replayed(run, 20).loss, rtol=1e-15)
    np.testing.assert_allclose(
        replayed(run, 50, rates=[(20, 0.5)], engine="numpy").network.parameters, through, rtol=1e-12
    )

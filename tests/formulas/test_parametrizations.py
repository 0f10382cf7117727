"""Parametrisations: steps of other numbers than the weights, as PyTorch takes them where these numbers are its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop import Network, Run, train
from clearprop.formulas import Array, find
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.parametrizations import NTK, ScalingLayer, smallest_scale
from clearprop.formulas.schedules import Schedule
from clearprop.training.sampling import Sampling

FILE = Path(__file__).parents[1] / "recorded" / "better_by_default.json"
RECORDED = json.loads(FILE.read_text())
RULE = "scaling_layer(rate=6.0, then=ntk(beta=0.1, then=adam(beta2=0.95, epsilon=1e-30)))"


class InOrder(Sampling):
    """Row after row, again and again."""

    name = "in_order"

    def draw(self, n: int, b: int, rng: np.random.Generator) -> Iterator[Array]:
        while True:
            yield np.arange(n).reshape(-1, b)


def ours(kind: str, engine: str = "numpy") -> tuple[Run, dict[str, Any]]:
    recorded, classes = RECORDED[kind], kind == "classification"
    f, last = ("selu", "softmax") if classes else ("mish", "identity")
    net = Network.from_weights([(np.array(W), np.array(W0)) for W, W0 in recorded["first"]], (f, f, last))
    run = train(
        net,
        recorded["X"],
        recorded["Y"],
        loss="nllm" if classes else "square",
        optimizer=RULE,
        eta=f"coslog4(peak={0.04 if classes else 0.07}, steps=0)",
        label_smoothing=0.1 if classes else None,
        batch_size=8,
        epochs=20,
        sampling=InOrder(),
        engine=engine,
    )
    return run, recorded


@pytest.mark.parametrize("kind", ["classification", "regression"])
@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_a_training_is_pytorch_s_of_the_same_numbers(kind: str, engine: str) -> None:
    run, recorded = ours(kind, engine)
    for l, (W, W0) in enumerate(recorded["last"], 1):
        # 60 steps of Adam, which divides gradients by their own size: roundings of 1e-16 grow to a few 1e-12.
        np.testing.assert_allclose(run.network.W[l], W, rtol=0, atol=1e-10)
        np.testing.assert_allclose(run.network.W0[l], W0, rtol=0, atol=1e-10)
    of_epochs = np.array(recorded["losses"]).reshape(20, -1).mean(axis=1)
    np.testing.assert_allclose(run.history["loss"], of_epochs, rtol=1e-9)


def test_a_step_down_the_gradient_is_shorter_by_the_squares_of_the_factors() -> None:
    """W = V / √m: dL/dV = dL/dW / √m, and V's step is divided by √m again on its way into W."""
    shapes = [(1, "W", (4, 2)), (1, "W0", (2,)), (1, "gain", (2,))]
    theta, gradient = np.zeros(12), np.arange(1.0, 13.0)
    NTK(beta=0.5).update_in_place(theta, gradient.copy(), 0.1, NTK(beta=0.5).first_state(theta, shapes))
    np.testing.assert_allclose(-theta, 0.1 * gradient * np.repeat([1 / 4, 0.25, 1.0], [8, 2, 2]), rtol=1e-15)


def test_weights_that_others_change_between_steps_are_taken_as_they_are() -> None:
    rule = find(Optimizer, "scaling_layer(rate=2.0, then=ntk)")
    shapes, gradient = [(1, "W", (3, 2)), (1, "W0", (2,))], np.arange(8.0) - 3
    theta = np.linspace(0.5, 1.5, 8)
    state = rule.first_state(theta, shapes)
    rule.update_in_place(theta, gradient.copy(), 0.1, state)
    moved, scale = theta + 1.0, state["scale"].copy()
    other = moved.copy()
    rule.update_in_place(other, np.zeros(8), 0.1, state)
    np.testing.assert_allclose(other, moved, rtol=1e-15)
    np.testing.assert_array_equal(state["scale"], scale)


def test_a_scale_that_would_be_0_stays_just_off_it_and_comes_back() -> None:
    rule = ScalingLayer(rate=1.0)
    theta = np.array([2.0, 3.0])
    state = rule.first_state(theta, [(1, "W", (2, 1))])
    rule.update_in_place(theta, np.array([1.0, 0.0]), 0.5, state)  # dL/ds = 2 . 1, a step of 0.5 . 2 from 1
    least = smallest_scale(np.dtype("float64"))
    assert state["scale"].tolist() == [least, 1.0]
    assert theta[0] == pytest.approx(1.5 * least)  # V = 2 - 0.5 . 1
    rule.update_in_place(theta, np.array([-1.0, 0.0]), 0.5, state)
    assert theta[0] == pytest.approx(1.5 * 0.75, rel=1e-12)


def test_inside_each_other_they_are_read_and_written_as_text() -> None:
    text = str(find(Optimizer, RULE))
    assert find(Optimizer, text) == find(Optimizer, RULE)
    assert find(Optimizer, "ntk").rule.name == "sgd"


def test_a_schedule_lasts_as_long_as_its_training() -> None:
    schedule = find(Schedule, "warmup(steps=10, then=cosine(start=0.1, steps=0))")
    assert str(schedule.over(50)) == "warmup(steps=10, then=cosine(start=0.1, steps=40, end=0.0))"
    assert schedule.over(50).over(90) == schedule.over(50)
    with pytest.raises(ValueError, match="steps=0 is the length of the training"):
        schedule.eta(np.arange(1, 20))


def test_coslog4_comes_to_rest_after_each_doubling_and_peaks_between() -> None:
    schedule = find(Schedule, "coslog4(peak=0.5, steps=1500)")
    rests, peaks = [0, 100, 300, 700, 1500, 2000], [(2 ** (k + 0.5) - 1) * 100 for k in range(4)]
    np.testing.assert_allclose(schedule.eta(np.array(rests) + 1.0), 0, atol=1e-15)
    np.testing.assert_allclose(schedule.eta(np.array(peaks) + 1.0), 0.5, rtol=1e-12)

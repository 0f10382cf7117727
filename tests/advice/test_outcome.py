"""A training that has failed says so once, with its cause measured and a remedy that helps; one that works says nothing."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.advice import ConstantPrediction, DeadUnits, LossRose, TrainingWarning
from clearprop.advice.outcome import has_grown
from clearprop.advice.thresholds import FEW_STEPS, LEAST_STEPS
from clearprop.advice.trials import steps_of_a_trial
from clearprop.engines import Task
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import SGD

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4))
LABELS = (X[:, 0] + X[:, 1] ** 2 > 0.7).astype(int)
XOR = np.tile([[0.0, 0], [0, 1], [1, 0], [1, 1]], (40, 1)), np.tile([0, 1, 1, 0], 40)


def told(
    inputs: Any = X,
    targets: Any = LABELS,
    activations: tuple[str, ...] = ("relu", "softmax"),
    *,
    width: int = 8,
    init: Any = "he_normal",
    loss: str = "nllm",
    seed: int = 0,
    **options: Any,
) -> tuple[list[Any], cp.Run]:
    """The warnings of a training, and its run."""
    outputs = 2 if loss == "nllm" else 1
    widths = (inputs.shape[1], *[width] * (len(activations) - 1), outputs)
    net = cp.Network(widths, activations, init=init, seed=seed)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run = cp.train(net, inputs, targets, loss=loss, progress=False, **{"eta": 0.1, "epochs": 30} | options)
    return [each.message for each in said], run


SIGMOIDS = (*["sigmoid"] * 8, "softmax")
AMOUNTS: dict[str, Any] = {
    "targets": LABELS[:, None] * 5.0,
    "activations": ("relu", "identity"),
    "loss": "square",
    "optimizer": "adam",
}
SICK: dict[str, tuple[type[TrainingWarning], str, dict[str, Any]]] = {
    "tiny inputs": (
        ConstantPrediction,
        r"inputs' root mean square is (1e-05|9.\de-06), so scale them",
        {"inputs": X * 1e-5},
    ),
    "the same inputs": (ConstantPrediction, r"every point has the same inputs", {"inputs": np.full((200, 4), 0.5)}),
    "equal weights": (ConstantPrediction, r"all 8 units of layer 1 began with the same weights", {"init": "zeros"}),
    "a strong penalty": (
        ConstantPrediction,
        r"shrunk to \S+ of their size at the start: take a weaker penalty than l2\(strength=10\)",
        {"penalty": "l2(strength=10)", "eta": 0.01},
    ),
    "vanishing": (
        ConstantPrediction,
        r"the gradient vanishes: at the start dL/dZ of layer 1 was",
        {"activations": SIGMOIDS},
    ),
    "dead": (
        ConstantPrediction,
        r"8 of 8 units of layer 1 \(relu\) are off at every point, [5-8] of them only since training began: steps were too",
        AMOUNTS | {"eta": 3.0},
    ),
    "saturated": (
        ConstantPrediction,
        r"units of layer 1 \(sigmoid\) are saturated at every point",
        {"inputs": 1 + 0.01 * X, "activations": ("sigmoid", "softmax"), "optimizer": "adam", "eta": 30.0, "width": 3},
    ),
    "large targets": (
        ConstantPrediction,
        r"targets' root mean square is 5\S*, so standardise them",
        {
            "targets": 5000.0 + X[:, :1],
            "activations": ("tanh", "identity"),
            "loss": "square",
            "eta": 0.001,
        },
    ),
    "a saddle": (
        ConstantPrediction,
        r"layer \d have shrunk to \S+ of their size at the start: a saddle point of the loss",
        {
            "inputs": XOR[0][:4],
            "targets": XOR[1][:4, None] * 1.0,
            "activations": ("tanh", "sigmoid"),
            "width": 4,
            "init": "gaussian",
            "seed": 1,
            "loss": "nll",
            "eta": 0.5,
            "batch_size": 1,
            "epochs": 500,
        },
    ),
    "no hidden layer": (
        ConstantPrediction,
        r"no input has a correlation with a target of more than 0, .* add one",
        {"inputs": XOR[0] - 0.5, "targets": XOR[1], "activations": ("softmax",), "epochs": 200},
    ),
    "steps too large": (
        LossRose,
        r"rose from 0\.9\d+ before the first step to .* measured: eta=\S+ lowers the loss over 40 steps",
        {"eta": 30.0},
    ),
    "steps too large by far": (
        ConstantPrediction,
        r"measured: eta=0\.001 lowers the loss over \d+ steps",
        {"activations": ("relu", "relu", "softmax"), "optimizer": "adam", "eta": 1e9, "width": 64},
    ),
    "steps too large for a network that is tried seldom": (
        LossRose,
        r"measured: eta=0\.001 lowers the loss over \d+ steps",
        {
            "activations": ("relu", "softmax"),
            "optimizer": "adam",
            "eta": 1e9,
            "width": 10_000,
            "batch_size": 10,
            "epochs": 10,
        },
    ),
    "steps too large for a network that is tried no more": (
        LossRose,
        r"steps that are too large: take a smaller eta; 0\.001 is the usual one of adam",
        {
            "activations": ("relu", "softmax"),
            "optimizer": "adam",
            "eta": 1e9,
            "width": 20_000,
            "batch_size": 10,
            "epochs": 10,
        },
    ),
    "steps too large, and no hidden layer": (
        LossRose,
        r"measured: eta=\S+ lowers the loss over \d+ steps",
        AMOUNTS | {"activations": ("identity",), "optimizer": "sgd", "eta": 0.9, "batch_size": None, "epochs": 100},
    ),
}


@pytest.mark.parametrize("name", SICK)
def test_what_failed_is_said_once_with_its_measured_cause(name: str) -> None:
    category, words, options = SICK[name]
    said, _ = told(**options)
    assert [type(each) for each in said] == [category], said
    assert re.search(words, str(said[0])), said[0]


REMEDIES: dict[str, dict[str, Any]] = {
    "the same inputs": {"inputs": X},
    "tiny inputs": {"inputs": X},
    "equal weights": {"init": "he_normal"},
    "a strong penalty": {"penalty": "l2(strength=0.001)", "eta": 0.1},
    "vanishing": {"activations": (*["relu"] * 8, "softmax")},
    "dead": {"eta": 0.03},
    "saturated": {"eta": 0.01, "inputs": X},
    "large targets": {"targets": X[:, :1]},
    "a saddle": {"width": 8},
    "no hidden layer": {"activations": ("tanh", "softmax")},
    "steps too large": {"eta": 0.3},
    "steps too large by far": {"eta": 0.001},
    "steps too large for a network that is tried seldom": {"eta": 0.001},
    "steps too large for a network that is tried no more": {"eta": 0.001},
    "steps too large, and no hidden layer": {"eta": 0.09},
}


@pytest.mark.parametrize("name", SICK)
def test_what_is_recommended_ends_the_warning(name: str) -> None:
    said, _ = told(**SICK[name][2] | REMEDIES[name])
    assert said == []


def test_units_that_died_are_named_where_the_network_fits_badly_for_it() -> None:
    said, run = told(**AMOUNTS, eta=1.0)
    Z = X @ run.network.W[1] + run.network.W0[1]
    dead = int((Z < 0).all(axis=0).sum())
    assert [type(each) for each in said] == [DeadUnits]
    assert f"after training {dead} of 8 units of layer 1 (relu) are off at all 134 points" in str(said[0])
    assert told(**AMOUNTS, eta=0.03)[0] == []


def test_dead_units_of_a_network_that_fits_are_no_failure() -> None:
    said, run = told(inputs=XOR[0], targets=XOR[1], optimizer="adam", eta=1.0, width=40, epochs=100)
    Z = XOR[0] @ run.network.W[1] + run.network.W0[1]
    assert (Z < 0).all(axis=0).mean() > 0.5
    assert run.history["loss"][-1] < 0.01
    assert said == []


def test_units_that_were_off_from_the_start_have_not_died() -> None:
    rng = np.random.default_rng(0)
    biases = np.where(np.arange(20) < 3, 0.0, -90.0)
    layers = [(rng.normal(size=(4, 20)), biases), (0.1 * rng.normal(size=(20, 1)), [0.0])]
    net = cp.Network.from_weights(layers, ("relu", "identity"))
    noise = rng.normal(size=(200, 1))
    cp.train(net, X, noise, loss="square", eta=0.01, epochs=30, progress=False)  # warnings are errors here


@pytest.mark.parametrize("steps", [1, 10, int(FEW_STEPS.value) - 1])
def test_a_short_training_has_not_failed(steps: int) -> None:
    assert told(inputs=X * 1e-5, epochs=None, steps=steps)[0] == []
    assert told(eta=30.0, epochs=None, steps=steps)[0] == []


def test_one_that_gave_up_has() -> None:
    said, run = told(inputs=X * 1e-5, batch_size=None, epochs=500, stop="no_improvement(patience=20)")
    assert LEAST_STEPS.value <= run.history.last_step < FEW_STEPS.value
    assert [type(each) for each in said] == [ConstantPrediction]


@pytest.mark.parametrize("options", [{"restarts": 4}, {"restarts": 4, "batch_size": 1}, {"averaging": "swa"}], ids=str)
def test_restarts_and_averages_are_told_once_together(options: dict[str, Any]) -> None:
    said, _ = told(inputs=X * 1e-5, **options)
    assert [type(each) for each in said] == [ConstantPrediction]


def test_targets_that_are_all_the_same_are_no_failure() -> None:
    assert told(targets=np.full((200, 1), 0.3), activations=("relu", "identity"), loss="square", eta=0.01)[0] == []


def test_mere_noise_is_no_failure() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        assert told(targets=rng.integers(0, 2, 200), eta=0.05, width=20)[0] == []
        noise = rng.normal(size=(200, 1))
        assert told(targets=noise, activations=("tanh", "identity"), loss="square", eta=0.01, width=20)[0] == []


def test_a_warning_can_be_filtered_by_its_class_or_with_all_others() -> None:
    for category in (TrainingWarning, ConstantPrediction, cp.TrainingWarning):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", category)
            net = cp.Network((4, 8, 2), ("relu", "softmax"), seed=0)
            cp.train(net, X * 1e-5, LABELS, loss="nllm", epochs=30, progress=False)


def test_a_loss_has_grown_where_the_whole_second_half_is_above_its_start() -> None:
    assert has_grown(1.0, [1.0, 3.0, 2.0, 1.2])
    assert not has_grown(1.0, [1.0, 3.0, 2.0, 1.04])
    assert not has_grown(1.0, [1.0, 3.0, 1.0, 1.2])
    assert has_grown(1.0, [1.06])
    assert not has_grown(-1.0, [2.0])


@pytest.mark.parametrize(
    ("inputs", "targets", "hint"),
    [
        (1e4 * X, LABELS[:, None] * 1.0, r"; the inputs' root mean square is 1e\+04, so scale them"),
        (X, LABELS[:, None] * 5e3, r"; the targets' root mean square is 3\.\d+e\+03, so standardise them"),
        (X, LABELS[:, None] * 1.0, r"; eta was 9, try a smaller one$"),
    ],
    ids=["inputs", "targets", "neither"],
)
def test_a_divergence_names_what_is_too_large(inputs: Any, targets: Any, hint: str) -> None:
    with pytest.raises(cp.Diverged, match=hint):
        told(inputs, targets, ("relu", "relu", "identity"), loss="square", eta=9.0, width=20)


@pytest.mark.parametrize(
    ("widths", "seen", "steps"), [((4, 8, 3), 0, 40), ((784, 512, 512, 10), 0, 0), ((784, 512, 512, 10), 10**6, 26)]
)
def test_trials_cost_a_fiftieth_of_a_training_or_next_to_nothing(
    widths: tuple[int, ...], seen: int, steps: int
) -> None:
    net = cp.Network(widths, ("relu",) * (len(widths) - 2) + ("softmax",), seed=0)
    task = Task(net, NLLM(), SGD(), np.zeros((256, widths[0])), np.zeros((256, widths[-1])))
    assert steps_of_a_trial(task, seen, 3 if seen else 4) == steps

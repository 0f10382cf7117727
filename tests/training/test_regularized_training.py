"""Training with dropout, noise, bounded weights, smoothed targets and weighted classes: each step is the reference's own."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Task
from clearprop.engines.levels import KERNELS
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.class_losses import Hinge
from clearprop.formulas.losses import NLL, NLLM, Square
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.penalties import L2
from clearprop.formulas.regularizers import Dropout, InputNoise, MaxNorm
from clearprop.training.class_weights import weights_by_class
from clearprop.validation import Targets
from tests.engines.closeness import distance, expected
from tests.training.small import LABELS, X, Y, a_net, run

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "networks.json").read_text())["smoothing"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("normalization", [None, "batch_norm", "layer_norm"])
def test_the_engine_takes_the_reference_s_steps(normalization, dtype) -> None:
    rng = np.random.default_rng(0)
    data, targets = rng.normal(size=(40, 3)).astype(dtype), np.eye(2, dtype=dtype)[rng.integers(2, size=40)]
    weights = rng.uniform(0.5, 1.5, 40).astype(dtype)
    net = cp.Network((3, 6, 5, 2), ("tanh", "gelu", "softmax"), normalization=normalization, seed=1, dtype=dtype)
    dropout, noise, norm = Dropout((0.1, 0.5, 0.3)), InputNoise(0.2), MaxNorm(1.2)
    more = {
        "weights": weights,
        "penalty": L2(0.01),
        "dropout": dropout,
        "input_noise": noise,
        "max_norm": norm,
        "seed": 77,
    }
    theirs = net.copy()
    task = Task(net, NLLM(), SGD(), data, targets, **more)
    batches = rng.integers(40, size=(3, 4, 8))
    allowed = expected(task, batches.reshape(-1, 8), np.full(12, 0.3)).within["parameters"]
    engine = NumpyEngine(task)
    for call in range(3):  # t goes on from call to call
        engine.run(batches[call], np.full(4, 0.3), 1 + 4 * call)
    for t, rows in enumerate(batches.reshape(-1, 8), 1):
        noisy = data[rows] + noise.noise(8, 3, step=t, seed=77, dtype=net.dtype)
        factors = dropout.factors(net.widths, 8, step=t, seed=77, dtype=net.dtype)
        fwd = cp.forward_pass(
            theirs, noisy, targets[rows], "nllm", sample_weight=weights[rows], penalty=L2(0.01), factors=factors
        )
        theirs.parameters -= np.asarray(0.3, dtype) * cp.back_propagate(theirs, fwd).flat
        for l in theirs.layers:
            length = np.linalg.norm(theirs.W[l], axis=0)
            theirs.W[l] = theirs.W[l] * np.minimum(1, 1.2 / length)
    for l in net.layers:
        assert np.linalg.norm(net.W[l], axis=0).max() <= 1.2 * (1 + 1e-6)
    assert distance(net.parameters, theirs.parameters) <= allowed <= 1e4 * np.finfo(dtype).eps


def test_the_same_seed_gives_the_same_network_and_another_another() -> None:
    options = {"dropout": 0.5, "input_noise": 0.1, "epochs": 5, "batch_size": 4}
    first, again, other = (run(seed=seed, **options).network.parameters.tolist() for seed in (3, 3, 4))
    assert first == again != other


def test_the_order_of_points_is_the_same_with_dropout_as_without() -> None:
    plain, dropped = run(epochs=1, batch_size=1), run(epochs=1, batch_size=1, dropout=(0.0, 0.0))
    assert plain.history["loss"].tolist() == pytest.approx(dropped.history["loss"].tolist(), rel=1e-12)


def test_dropout_and_noise_change_training_and_are_gone_in_predictions() -> None:
    plain = run(epochs=5, batch_size=4)
    for options in ({"dropout": 0.5}, {"input_noise": 0.5}):
        other = run(epochs=5, batch_size=4, **options)
        assert other.network.parameters.tolist() != plain.network.parameters.tolist()
        assert other.network.predict(X).tolist() == other.network.predict(X).tolist()
        fwd = cp.forward_pass(other.network, X, Y, "square")
        np.testing.assert_allclose(fwd.A[2], other.network.predict(X), rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_restarts_draw_masks_of_their_own(batch_size) -> None:
    options = {"epochs": 3, "batch_size": batch_size, "dropout": 0.5, "restarts": 3}
    found, by_numpy = run(a_net(), **options), run(a_net(), engine="numpy", **options)
    assert len(set(found.restarts.tolist())) == 3
    np.testing.assert_allclose(found.restarts, by_numpy.restarts, rtol=1e-9, err_msg="thirty steps on two engines")


def test_a_step_that_diverges_under_dropout_names_its_layer() -> None:
    with pytest.raises(cp.Diverged, match=r"of layer [12] is not finite") as caught:
        run(dropout=0.5, eta=1e200, epochs=50, batch_size=4)
    assert np.isfinite(caught.value.run.network.parameters).all()


@pytest.mark.skipif(KERNELS is None, reason="installed without a compiler")
@pytest.mark.parametrize("restarts", [1, 2])
@pytest.mark.parametrize("options", [{"dropout": 0.5}, {"input_noise": 0.1}, {"max_norm": 0.5}], ids=str)
def test_the_kernels_take_every_regularizer_on_single_points_and_in_restarts(options, restarts) -> None:
    ours, theirs = (
        run(epochs=2, batch_size=1, engine=engine, restarts=restarts, **options) for engine in ("auto", "numpy")
    )
    assert ours.engine.name == "compiled"
    np.testing.assert_allclose(ours.network.parameters, theirs.network.parameters, rtol=1e-9, atol=1e-11)


# ---- targets and classes


def classify(**options):
    net = cp.Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    return cp.train(net, X, LABELS, **{"loss": "nllm", "eta": 0.1, "epochs": 3, "batch_size": 5} | options)


def test_smoothed_labels_are_smoothed_targets() -> None:
    targets = 0.8 * np.eye(2)[(LABELS == "right").astype(int)] + 0.1
    options = {"loss": "nllm", "eta": 0.1, "epochs": 3, "batch_size": 5}
    net = cp.Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    by_hand = cp.train(net, X, targets, validation=(X, targets), **options)
    smoothed = classify(label_smoothing=0.2, validation=(X, LABELS))
    for column in ("loss", "validation_loss"):
        np.testing.assert_allclose(smoothed.history[column], by_hand.history[column], rtol=1e-13)
    assert smoothed.classes.tolist() == ["left", "right"]


def test_class_weights_are_weights_of_points() -> None:
    weights = np.where(LABELS == "right", 3.0, 1.0)
    expected = classify(sample_weight=weights).history["loss"].tolist()
    assert classify(class_weight={"right": 3.0}).history["loss"].tolist() == expected
    assert classify(class_weight=[1, 3]).history["loss"].tolist() == expected
    twice = classify(class_weight={"right": 3.0}, sample_weight=np.arange(1.0, 11))
    assert (
        twice.history["loss"].tolist() == classify(sample_weight=weights * np.arange(1.0, 11)).history["loss"].tolist()
    )


def test_balanced_weights_are_scikit_learns() -> None:
    from sklearn.utils.class_weight import compute_sample_weight

    labels = np.array([0, 0, 0, 1, 2, 2])
    ours = weights_by_class("balanced", Targets(np.eye(3)[labels]), NLLM())
    np.testing.assert_allclose(ours, compute_sample_weight("balanced", labels), rtol=1e-15)
    one_output = Targets(np.array([[0.0], [0.0], [0.0], [1.0]]))
    np.testing.assert_allclose(weights_by_class("balanced", one_output, NLL()), [2 / 3, 2 / 3, 2 / 3, 2], rtol=1e-15)
    signs = Targets(np.array([[-1.0], [-1.0], [-1.0], [1.0]]))
    np.testing.assert_allclose(weights_by_class("balanced", signs, Hinge()), [2 / 3, 2 / 3, 2 / 3, 2], rtol=1e-15)


def test_the_weighted_loss_is_pytorchs_but_for_its_scale() -> None:
    """PyTorch divides by the sum of the weights; ours are scaled to mean 1, which over the whole set is the same."""
    Z, labels = np.array(RECORDED["Z"]), np.array(RECORDED["labels"])
    net = cp.Network.from_weights([(np.eye(4), np.zeros(4))], ("softmax",))
    found = cp.train(net, Z, labels, loss="nllm", class_weight=RECORDED["weights"], batch_size=None, steps=1, eta=1.0)
    assert found.history["loss"][0] == pytest.approx(RECORDED["class_weight"]["loss"], rel=1e-14)
    # dL/dW = Zᵀ dL/dZ, and the step was of size 1.
    expected = np.eye(4) - Z.T @ np.array(RECORDED["class_weight"]["dL_dZ"])
    np.testing.assert_allclose(found.network.W[1], expected, rtol=0, atol=1e-15)


def test_several_yes_or_no_at_once_are_the_multi_label_loss_of_pytorch_summed_over_labels() -> None:
    Z, recorded = np.array(RECORDED["Z"]), RECORDED["multi_label"]
    net = cp.Network.from_weights([(np.eye(4), np.zeros(4))], ("sigmoid",))
    fwd = cp.forward_pass(net, Z, recorded["Y"], "nll")
    assert fwd.loss == pytest.approx(4 * recorded["loss"], rel=1e-14)
    np.testing.assert_allclose(cp.back_propagate(net, fwd).dL_dZ[1], 4 * np.array(recorded["dL_dZ"]), atol=1e-16)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"class_weight": {"up": 2.0}}, r"class_weight has 'up', which is none of the classes \['left', 'right'\]"),
        ({"class_weight": [1.0]}, "class_weight must have 2 weights, one for each class"),
        ({"class_weight": "even"}, "class_weight must be 'balanced', a dict or a weight for each class"),
        ({"class_weight": {"left": -1.0}}, "class_weight must be finite numbers, not negative; class 'left' has -1.0"),
        (
            {"class_weight": {"left": math.nan}},
            "class_weight must be finite numbers, not negative; class 'left' has nan",
        ),
        ({"class_weight": [1.0, math.inf]}, "class_weight must be finite numbers, not negative; class 'right' has inf"),
        ({"class_weight": {"left": "1"}}, "class_weight must be finite numbers, not negative; class 'left' has '1'"),
        ({"class_weight": {"left": None}}, "class_weight must be finite numbers, not negative; class 'left' has None"),
        ({"class_weight": [1.0, [2.0]]}, "class_weight must be finite numbers, not negative; class 'right' has"),
        ({"class_weight": [1.0, 1.0, 1.0]}, "class_weight must have 2 weights, one for each class"),
        ({"class_weight": 2.0}, "class_weight must have 2 weights, one for each class"),
        ({"class_weight": [0, 0]}, "class_weight is 0 for every class"),
        ({"class_weight": {"left": 0.0, "right": 0}}, "class_weight is 0 for every class"),
        ({"dropout": (0.1, 0.2, 0.3)}, "give one rate, or 2"),
        ({"label_smoothing": 2}, "outside"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_told(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        classify(**options)


def test_numbers_have_no_classes_to_weigh_or_to_smooth() -> None:
    with pytest.raises(ValueError, match="class_weight is for targets of one class each, and square has targets in"):
        weights_by_class("balanced", Targets(Y), Square())
    with pytest.raises(ValueError, match="label_smoothing is for targets that are classes"):
        run(label_smoothing=0.1)

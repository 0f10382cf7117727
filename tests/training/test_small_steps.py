"""`Trainer`: its steps are those of `train`, whatever comes between them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.catalogue import CATALOGUE

RNG = np.random.default_rng(3)
X = RNG.normal(size=(53, 4))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
OPTIMIZERS = sorted(
    name
    for name, part in CATALOGUE["optimizer"].items()
    if not getattr(part, "whole_set", False) and part().rule is not None and not part().rule.whole_set
)


def net_of(dtype: str = "float64", **options: Any) -> cp.Network:
    return cp.Network((4, 9, 5, 3), ("tanh", "relu", "softmax"), dtype=dtype, seed=1, **options)


def batches_of(points: np.ndarray, labels: np.ndarray, b: int, epochs: int = 2, seed: int = 0) -> list[tuple[Any, Any]]:
    """The batches that `train` draws from this seed."""
    rng, n = np.random.default_rng(seed), len(points)
    orders = rng.permuted(np.tile(np.arange(n), (epochs, 1)), axis=1)
    return [(points[o[i : i + b]], labels[o[i : i + b]]) for o in orders for i in range(0, n, b)]


def same_bits(a: cp.Network, b: cp.Network) -> bool:
    return a.parameters.tobytes() == b.parameters.tobytes() and a.statistics.tobytes() == b.statistics.tobytes()


@pytest.mark.parametrize("engine", ["auto", "numpy"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_are_those_of_train_also_across_a_file(optimizer: str, dtype: str, engine: str, tmp_path: Path) -> None:
    points, net = X.astype(dtype), net_of(dtype)
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": optimizer, "eta": 0.01, "engine": engine}
    trainer = cp.Trainer(net, **asked)
    batches = batches_of(points, LABELS, 7)
    trainer.steps(batches[:9])
    trainer.save(tmp_path / "t.clearprop")
    trainer = cp.Trainer.load(tmp_path / "t.clearprop", engine=engine)
    trainer.steps(batches[9:])
    run = cp.train(net, points, LABELS, **asked, batch_size=7, epochs=2, progress=False)
    assert same_bits(trainer.network, run.network)
    assert trainer.step_count == len(batches)


@pytest.mark.parametrize("engine", ["auto", "numpy"])
@pytest.mark.parametrize(
    "options",
    [
        {"dropout": 0.3},
        {"input_noise": 0.2},
        {"max_norm": 0.5},
        {"penalty": "l2(strength=0.1)"},
        {"label_smoothing": 0.1},
        {"eta": "cosine(start=0.1, steps=20)"},
        {"optimizer": "clip_norm(largest=0.1, then=adam)"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_a_training_may_have_a_trainer_may_have(options: dict[str, Any], engine: str) -> None:
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": "adam", "eta": 0.02, "engine": engine, "seed": 0} | options
    trainer = cp.Trainer(net_of(), **asked)
    trainer.steps(batches_of(X, LABELS, 8))
    run = cp.train(net_of(), X, LABELS, **asked, batch_size=8, epochs=2, progress=False)
    assert same_bits(trainer.network, run.network)


def test_running_statistics_follow_as_in_train() -> None:
    net = net_of(normalization="batch_norm")
    trainer = cp.Trainer(net, loss="nllm", eta=0.1)
    trainer.steps(batches_of(X, LABELS, 8))
    run = cp.train(net, X, LABELS, loss="nllm", eta=0.1, batch_size=8, epochs=2, progress=False)
    assert same_bits(trainer.network, run.network)
    with pytest.raises(ValueError, match="nothing to normalise over in batches of one point"):
        trainer.step(X[:1], LABELS[:1])


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
def test_a_step_is_the_same_however_its_rows_are_given(engine: str) -> None:
    """Labels, one-hot rows, lists, another type, a view with gaps: quickly or looked at closely, to the same bits."""
    one_hot = np.eye(3)[LABELS]
    forms = {
        "labels": (X, LABELS),
        "one-hot rows": (X, one_hot),
        "lists": (X.tolist(), LABELS.tolist()),
        "labels of 32 bits": (X, LABELS.astype(np.int32)),
        "columns in memory": (np.asfortranarray(X), np.asfortranarray(one_hot)),
        "every second column": (np.repeat(X, 2, axis=1)[:, ::2], LABELS),
        "weights of 1": (X, LABELS, np.ones(len(X))),
        "read-only": (np.frombuffer(X.tobytes()).reshape(X.shape), LABELS),
    }
    found = {}
    for name, form in forms.items():
        trainer = cp.Trainer(net_of(), loss="nllm", optimizer="adam", engine=engine)
        for begin in (0, 5, 30, 31):
            trainer.step(*(part[begin : begin + 8] for part in form))
        found[name] = trainer.network.parameters.tobytes()
    assert len(set(found.values())) == 1


def test_losses_and_outputs_of_other_tasks() -> None:
    Y = X @ [[1.0], [2.0], [0.0], [-1.0]]
    for loss, output, targets in [
        ("square", "identity", Y),
        ("square", "identity", Y[:, 0]),
        ("nll", "sigmoid", (Y > 0) * 1.0),
        ("nll", "sigmoid", (Y[:, 0] > 0).astype(int)),
        ("hinge", "identity", np.where(Y > 0, 1.0, -1.0)),
    ]:
        net = cp.Network((4, 6, 1), ("tanh", output))
        trainer = cp.Trainer(net, loss=loss, eta=0.01)
        trainer.steps([(x, y) for x, y in batches_of(X, targets, 8)])
        run = cp.train(net, X, targets, loss=loss, eta=0.01, batch_size=8, epochs=2, progress=False)
        assert same_bits(trainer.network, run.network), loss


def test_weights_count_as_they_are() -> None:
    weights = RNG.uniform(0.5, 2, size=len(X))
    trainer = cp.Trainer(net_of(), loss="nllm", eta=0.1)
    fwd = cp.forward_pass(net_of(), X, LABELS, loss="nllm", sample_weight=weights)
    assert trainer.step(X, LABELS, weights) == pytest.approx(fwd.loss, rel=1e-14)
    expected = net_of().parameters - 0.1 * cp.back_propagate(net_of(), fwd).flat
    np.testing.assert_allclose(trainer.network.parameters, expected, rtol=1e-12)


def test_weights_of_classes_are_those_of_their_points() -> None:
    a = cp.Trainer(net_of(), loss="nllm", class_weight={0: 2.0, 2: 0.5})
    b = cp.Trainer(net_of(), loss="nllm")
    a.step(X, LABELS)
    b.step(X, LABELS, np.array([2.0, 1.0, 0.5])[LABELS])
    assert same_bits(a.network, b.network)


def test_labels_in_text_need_all_classes_once() -> None:
    names = np.array(["no", "perhaps", "yes"])
    trainer = cp.Trainer(net_of(), loss="nllm", classes=["no", "perhaps", "yes"])
    other = cp.Trainer(net_of(), loss="nllm")
    for begin in range(0, 50, 5):
        trainer.step(X[begin : begin + 5], names[LABELS[begin : begin + 5]])
        other.step(X[begin : begin + 5], LABELS[begin : begin + 5])
    assert same_bits(trainer.network, other.network)
    with pytest.raises(ValueError, match=r"give classes=\[\.\.\.\] with all labels"):
        other.step(X, names[LABELS])
    with pytest.raises(ValueError, match="'maybe' is none of the classes"):
        trainer.step(X[:1], ["maybe"])


# ---- gradients


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "clip_norm(largest=0.1, then=momentum)"])
def test_a_gradient_that_is_applied_is_a_step(optimizer: str, engine: str) -> None:
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": optimizer, "dropout": 0.2, "engine": engine}
    whole, halves = cp.Trainer(net_of(), **asked), cp.Trainer(net_of(), **asked)
    for points, labels in batches_of(X, LABELS, 8):
        whole.step(points, labels)
        halves.apply(halves.gradient(points, labels))
    np.testing.assert_allclose(halves.network.parameters, whole.network.parameters, rtol=1e-9, atol=1e-13)
    assert halves.step_count == whole.step_count
    np.testing.assert_allclose(halves.history["loss"], whole.history["loss"], rtol=1e-9)


def test_gradients_of_parts_add_up_to_that_of_the_whole() -> None:
    trainer = cp.Trainer(net_of(), loss="nllm")
    parts = [trainer.gradient(X[a:b], LABELS[a:b]) * (b - a) / len(X) for a, b in ((0, 20), (20, 21), (21, 53))]
    np.testing.assert_allclose(sum(parts), trainer.gradient(X, LABELS), rtol=1e-10, atol=1e-14)
    grads = cp.back_propagate(trainer.network, cp.forward_pass(trainer.network, X, LABELS, loss="nllm"))
    np.testing.assert_allclose(trainer.gradient(X, LABELS), grads.flat, rtol=1e-10, atol=1e-14)


# ---- going on


def test_a_trainer_goes_on_from_a_run() -> None:
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": "adam", "eta": 0.01}
    batches = batches_of(X, LABELS, 7, epochs=3)
    run = cp.train(net_of(), X, LABELS, **asked, batch_size=7, epochs=2, progress=False)
    trainer = cp.Trainer(net_of(), **asked, resume=run)
    trainer.steps(batches[16:])
    whole = cp.train(net_of(), X, LABELS, **asked, batch_size=7, epochs=3, progress=False)
    assert same_bits(trainer.network, whole.network)


def test_train_goes_on_from_a_run_as_from_its_state() -> None:
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": "adam", "progress": False}
    half = cp.train(net_of(), X, LABELS, **asked, steps=50)
    both = cp.train(net_of(), X, LABELS, **asked, steps=100, resume=half)
    assert same_bits(both.network, cp.train(net_of(), X, LABELS, **asked, steps=100).network)


def test_the_network_may_be_changed_between_steps() -> None:
    trainer, other = cp.Trainer(net_of(), loss="nllm"), cp.Trainer(net_of(), loss="nllm")
    trainer.step(X[:5], LABELS[:5])
    trainer.network.parameters = other.network.parameters
    trainer.step(X[5:9], LABELS[5:9])
    other.step(X[5:9], LABELS[5:9])
    assert same_bits(trainer.network, other.network)


def change_a_weight(trainer: cp.Trainer) -> None:
    trainer.network.W[2][0, 0] = 0.25


def change_a_sign(trainer: cp.Trainer) -> None:
    trainer.network.W[1][1, 1] = -0.0


def diverge(trainer: cp.Trainer) -> None:
    with pytest.raises(cp.Diverged):
        trainer.step(1.7e308 * np.sign(X[:3]), LABELS[:3])


BETWEEN: dict[str, Any] = {
    "nothing": lambda trainer: None,
    "a weight": change_a_weight,
    "a sign": change_a_sign,
    "a gradient": lambda trainer: trainer.gradient(X[:3], LABELS[:3]),
    "half a step": lambda trainer: trainer.apply(trainer.gradient(X[:3], LABELS[:3])),
    "weights of points": lambda trainer: trainer.step(X[:3], LABELS[:3], [1.0, 2.0, 0.5]),
    "a larger step": lambda trainer: trainer.step(np.tile(X, (40, 1)), np.tile(LABELS, 40)),
    "a step that is undone": diverge,
}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_step_begins_with_the_weights_as_they_are_whatever_came_before(optimizer: str, between: str) -> None:
    """The kernels keep small networks packed from one step to the next, as long as nobody changes the weights."""
    asked: dict[str, Any] = {"loss": "nllm", "optimizer": optimizer, "eta": 0.1}
    trainer = cp.Trainer(
        cp.Network((4, 9, 5, 3), ("identity", "identity", "softmax"), init="glorot_uniform", seed=1), **asked
    )
    for begin in (0, 4, 8):
        trainer.step(X[begin : begin + 4], LABELS[begin : begin + 4])
        BETWEEN[between](trainer)
        anew = cp.Trainer(trainer.snapshot(), **asked, resume=trainer.state())
        for each in (trainer, anew):
            each.step(X[20:22], LABELS[20:22])
        assert same_bits(trainer.network, anew.network)


def test_batches_of_every_size_meet_one_engine() -> None:
    """It grows while steps are taken, and keeps the optimiser's state."""
    trainer = cp.Trainer(net_of(), loss="nllm", optimizer="adam")
    large = np.tile(X, (40, 1)), np.tile(LABELS, 40)
    sizes = [1, 2, 3, 300, 1, 2000, 8]
    for n in sizes:
        trainer.step(large[0][:n], large[1][:n])
    other = cp.Trainer(net_of(), loss="nllm", optimizer="adam")
    other.gradient(*large)  # which makes room for all
    for n in sizes:
        other.step(large[0][:n], large[1][:n])
    assert same_bits(trainer.network, other.network)


def test_until_ends_where_a_condition_says_so() -> None:
    trainer = cp.Trainer(net_of(), loss="nllm", optimizer="adam", eta=0.05)
    endless = ((X, LABELS) for _ in range(10**6))
    assert trainer.until("target_loss(value=0.05)", endless, report_every=5) == "the loss reached 0.05"
    assert trainer.step_count % 5 == 0
    assert trainer.until("target_loss(value=0)", [(X, LABELS)] * 3) == "all 3 batches taken"
    assert trainer.until("target_loss(value=0)", []) == "no batch was left to take"
    assert (
        trainer.until("target_loss(value=0.05)", [(X, LABELS)] * 3) == "the loss reached 0.05"
    )  # of fewer than 100 steps
    assert trainer.until(["time_limit(seconds=0)"], endless) == "0 s are over"
    steady = cp.Trainer(net_of(), loss="nllm", eta=0.0)
    assert steady.until("no_improvement(patience=3)", endless, report_every=2) == "no improvement in 3 reports"


def test_threads_that_share_a_trainer_take_whole_steps() -> None:
    trainer = cp.Trainer(net_of(), loss="nllm", optimizer="adam", history=None)

    def work() -> None:
        for _ in range(200):
            trainer.step(X, LABELS)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = cp.Trainer(net_of(), loss="nllm", optimizer="adam", history=None)
    for _ in range(800):
        alone.step(X, LABELS)
    assert same_bits(trainer.network, alone.network)
    assert trainer.history["step"].tolist() == list(range(1, 801))


@pytest.mark.lengthy
@pytest.mark.parametrize("hidden", [9, 600], ids=["kept lock", "lock let go"])
def test_a_model_is_saved_beside_a_thread_that_learns(tmp_path: Path, hidden: int) -> None:
    net = cp.Network((4, hidden, hidden, 3), ("tanh", "tanh", "softmax"), seed=1)
    trainer, over = cp.Trainer(net, loss="nllm", eta=1e-3), threading.Event()

    def work() -> None:
        while not over.is_set():
            trainer.step(X, LABELS)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for count in range(10):
            trainer.network.save(tmp_path / "model.clearprop")
            cp.load(tmp_path / "model.clearprop")
            trainer.save(tmp_path / f"{count}.trainer")
    finally:
        over.set()
        thread.join()
    back = cp.Trainer.load(tmp_path / "9.trainer")
    assert 0 < back.step_count <= trainer.step_count
    whole = cp.Trainer(net, loss="nllm", eta=1e-3)
    for _ in range(back.step_count):
        whole.step(X, LABELS)
    assert same_bits(back.network, whole.network)

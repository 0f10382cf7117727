"""The compiled engine: which tasks it takes, what it is given, what it does when a value is not finite, and Ctrl-C."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop import Diverged, Network, back_propagate, forward_pass, train
from clearprop.engines import NonFinite, Task, choose_engine
from clearprop.engines.compiled import CODES, CompiledEngine
from clearprop.engines.levels import KERNELS
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas import Part
from clearprop.formulas.activations import Activation, Identity, ReLU, Sigmoid
from clearprop.formulas.losses import NLLM, Loss, Square
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.penalties import L2
from clearprop.formulas.shortcuts import Shortcut
from clearprop.formulas.smooth_activations import Exp
from tests.engines.closeness import expected, expected_prediction
from tests.parts import LEGAL_WITH_OUTPUTS, all_of, label, random_case

pytestmark = pytest.mark.skipif(KERNELS is None, reason="installed without a compiler")


def task_of(widths: tuple[int, ...] = (3, 4, 2), n: int = 20, dtype: str = "float64") -> Task:
    rng = np.random.default_rng(0)
    net = Network(widths, ["sigmoid"] * (len(widths) - 2) + ["identity"], seed=1, dtype=dtype)
    X, Y = rng.normal(size=(n, widths[0])), rng.normal(size=(n, widths[-1]))
    return Task(net, Square(), SGD(), X.astype(dtype), Y.astype(dtype))


@dataclass(frozen=True)
class DoubledReLU(ReLU):
    """A user's own formula under an inherited name."""

    name = "relu"

    def A(self, Z: np.ndarray) -> np.ndarray:
        return 2 * super().A(Z)


WITHOUT_KERNEL = {
    *("prelu", "parametric"),  # a layer of theirs has an array more than the kernels' layers
}
"""Activations and losses of the catalogue that run on the NumPy engine alone."""


@pytest.mark.parametrize("part", [*all_of(Activation), *all_of(Loss)], ids=label)
def test_every_activation_and_loss_of_the_catalogue_has_a_kernel_or_is_known_to_have_none(part: Part) -> None:
    assert (type(part) in CODES) == (part.name not in WITHOUT_KERNEL)


def test_a_task_that_it_can_take_is_taken_and_the_choice_says_how() -> None:
    engine, choice = choose_engine(task_of(), "auto", batch_size=1)
    assert isinstance(engine, CompiledEngine)
    assert "kernel, instruction level" in str(choice)


def test_a_task_that_it_cannot_take_is_refused_with_the_reason() -> None:
    task = replace(task_of(), network=Network((3, 4, 2), (DoubledReLU(), "identity")))
    engine, choice = choose_engine(task, "auto", 1)
    assert isinstance(engine, NumpyEngine)
    assert "activation 'relu' has no kernel" in choice.reason
    with pytest.raises(ValueError, match="cannot take this task: activation 'relu' has no kernel"):
        choose_engine(task, "compiled", 1)


def test_inputs_of_any_layout_give_the_same_bits_and_stay_as_they_were(tmp_path: Path) -> None:
    task = task_of((6, 5, 2))
    order, etas = np.arange(20)[:, None], np.full(20, 0.1)
    CompiledEngine(expected := replace(task, network=task.network.copy())).run(order, etas, 1)
    wide = np.zeros((40, 12))
    wide[::2, ::2] = task.X
    mapped = np.memmap(tmp_path / "X", dtype=float, mode="w+", shape=task.X.shape)
    mapped[...] = task.X
    mapped.flush()
    frozen = task.X.copy()
    frozen.flags.writeable = False
    read_only = np.memmap(tmp_path / "X", dtype=float, mode="r", shape=task.X.shape)
    for X in (np.asfortranarray(task.X), wide[::2, ::2], frozen, read_only):
        given = replace(task, network=task.network.copy(), X=X, Y=np.asfortranarray(task.Y))
        CompiledEngine(given).run(np.asfortranarray(order.astype(np.int32)), etas, 1)
        assert given.network.parameters.tobytes() == expected.network.parameters.tobytes()
        assert np.array_equal(X, task.X)


def test_whole_numbers_train_like_the_same_values() -> None:
    X, Y = np.array([[0, 1], [2, 3]]), np.array([[1], [0]])
    net = Network((2, 3, 1), ("tanh", "sigmoid"))
    runs = [train(net, given, Y, loss="nll", batch_size=1, epochs=3) for given in (X, X.astype(float))]
    assert runs[0].engine.name == "compiled"
    assert np.array_equal(runs[0].network.parameters, runs[1].network.parameters)


@pytest.mark.parametrize("widths", [(3, 4, 2), (3, 40, 20, 2), (200, 65, 2)], ids=str)
def test_divergence_stops_in_its_step_and_keeps_the_last_finite_network(widths: tuple[int, ...]) -> None:
    """As in the NumPy engine: the same step, layer and weights. Growth is so fast that no rounding moves the step."""
    task = replace(task_of(widths), network=Network(widths, ["identity"] * (len(widths) - 1), seed=1))
    order, etas = np.arange(60)[:, None] % 20, np.full(60, 3.0)
    reference = replace(task, network=task.network.copy())
    with pytest.raises(NonFinite) as expected:
        NumpyEngine(reference).run(order, etas, 1)
    with pytest.raises(NonFinite) as found:
        CompiledEngine(task).run(order, etas, 1)
    assert 1 < found.value.step < 59
    assert (found.value.step, found.value.layer) == (expected.value.step, expected.value.layer)
    assert np.isfinite(task.network.parameters).all()
    # Products of weights that grow: each step adds up the relative errors of two or three, at most 1e-16 * 3^20.
    assert np.allclose(task.network.parameters, reference.network.parameters, rtol=1e-6)


def test_a_training_that_diverges_names_its_step() -> None:
    task = task_of()
    with pytest.raises(Diverged, match=r"step \d+: .* of layer \d"):
        train(task.network, task.X, task.Y, loss="square", eta=1e3, batch_size=1, epochs=50, engine="compiled")


@pytest.mark.parametrize("direct", all_of(Shortcut), ids=label)
@pytest.mark.parametrize("width", [1, 5, 20])
def test_saturated_outputs_stay_finite_and_exact(direct: Shortcut, width: int) -> None:
    """Every shortcut for |z| up to 1e4, where the long way is 0 times infinity; alone, and among layers."""
    f, loss = direct.activation, direct.loss()
    for z in (10.0, 40.0, 800.0, 1e4) if math.isfinite(f.range.high) else (10.0, 40.0):
        hidden = [(np.ones((1, width)), np.zeros(width)), (np.full((width, 2), [z, -z]) / width, [0.0, 0.0])]
        for Y in ([[0.0, 1.0]], [[1.0, 0.0]], [[0.25, 0.75]]):
            net = Network.from_weights(hidden, ("identity", f()))
            task = Task(net.copy(), loss, SGD(), np.ones((1, 1)), np.array(Y))
            if f is Exp and z > 700:
                continue  # infinite, and rightly
            total = CompiledEngine(task).run(np.zeros((1, 1), int), np.array([0.1]), 1)
            fwd = forward_pass(net, task.X, task.Y, loss)
            assert total == pytest.approx(fwd.loss, rel=1e-13)
            expected = net.parameters - 0.1 * back_propagate(net, fwd).flat
            np.testing.assert_allclose(task.network.parameters, expected, rtol=1e-13, atol=1e-13)


def test_a_loss_of_1e_20_is_told_from_0() -> None:
    net = Network.from_weights([([[46.0, 0.0]], [0.0, 0.0])], ("softmax",))
    task = Task(net, NLLM(), SGD(), np.ones((1, 1)), np.array([[1.0, 0.0]]))
    assert CompiledEngine(task).run(np.zeros((1, 1), int), np.array([0.0]), 1) == pytest.approx(
        np.exp(-46.0), rel=1e-14
    )


@pytest.mark.parametrize("z", [0.0, -0.0])
def test_the_kink_of_relu_belongs_to_the_right_side(z: float) -> None:
    net = Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [0.0])], ("relu", "identity"))
    task = Task(net, Square(), SGD(), np.array([[z]]), np.array([[1.0]]))
    CompiledEngine(task).run(np.zeros((1, 1), int), np.array([0.5]), 1)
    assert net.W0[1] == 1.0  # 0 - 0.5 * 2 * (0 - 1) * 1 * relu'(0)


def test_the_loss_that_is_summed_is_the_loss_that_is_differentiated() -> None:
    task = replace(task_of(), penalty=L2(0.1), weights=np.linspace(0.5, 1.5, 20))
    fwd = forward_pass(
        task.network, task.X[3:4], task.Y[3:4], Square(), sample_weight=task.weights[3:4], penalty=L2(0.1)
    )
    assert CompiledEngine(task).run(np.array([[3]]), np.array([0.1]), 1) == pytest.approx(fwd.loss, rel=1e-14)


def test_ctrl_c_ends_a_long_call_between_steps() -> None:
    task = task_of((300, 200, 100, 2))
    engine, before = CompiledEngine(task), task.network.parameters.copy()
    order = np.zeros((3_000_000, 1), int)
    for seconds in (0.3, 1.0, 4.0):  # on a machine that does much else, the signal may come before the first step
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
        started = time.process_time()
        with pytest.raises(KeyboardInterrupt):
            engine.run(order, np.full(len(order), 1e-6), 1)
        assert time.process_time() - started < 20  # of this process; all steps would take minutes
        assert np.isfinite(task.network.parameters).all()
        if not np.array_equal(task.network.parameters, before):
            return
    raise AssertionError("no step was taken before the signal came")


@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
def test_predictions_are_the_reference_s(output: object, loss: object, outputs: int) -> None:
    """Widths, and numbers of points, on both sides of a vector's length; the last weights lie at the vector's end."""
    rng = np.random.default_rng(7)
    for dtype in ("float64", "float32"):
        for _ in range(5):
            case = random_case(rng, output, loss, outputs, n=int(rng.integers(1, 40)), dtype=dtype)  # type: ignore[arg-type]
            task = Task(case.net, case.loss, SGD(), case.X, case.Y)
            for points in (np.arange(len(case.X)), np.arange(1)):
                expected_prediction(task, points).require(case.net.predict(case.X[points]), 0.0, f"{case.net}")


def test_predictions_see_weights_that_were_changed_through_a_view() -> None:
    net = Network((3, 2), ("identity",))
    net.predict(np.ones((1, 3)))
    net.W[1][...], net.W0[1][...] = 1.0, 2.0
    assert net.predict(np.ones((1, 3))).tolist() == [[5.0, 5.0]]


@pytest.mark.parametrize("widths", [(1, 1), (2, 3, 1), (40, 30, 20, 10), (784, 100, 10)], ids=str)
def test_learn_one_is_a_step_of_the_reference(widths: tuple[int, ...]) -> None:
    task = task_of(widths)
    net = task.network.copy()
    loss = sum(net.learn_one(x, y, loss="square", eta=1e-3) for x, y in zip(task.X, task.Y, strict=True))
    expected(task, np.arange(20)[:, None], np.full(20, 1e-3)).require(net.parameters, loss, f"{net}")


def test_learn_one_takes_lists_and_a_user_s_own_parts() -> None:
    plain, own = (Network((1, 1), (f,), seed=3) for f in (Identity(), DoubledReLU()))
    plain.learn_one([1], [2], loss="square", eta=0.1)
    own.learn_one([1], [2], loss="square", eta=0.1)
    with pytest.raises(ValueError, match="x has 2 numbers, and the network takes 1"):
        plain.learn_one([1, 2], [2], loss="square", eta=0.1)


def test_learn_one_takes_no_step_that_is_not_finite() -> None:
    net = Network((2, 2), (Sigmoid(),))
    before = net.parameters.copy()
    with pytest.raises(ArithmeticError, match="not finite"):
        net.learn_one([1e200, 1e200], [1e200, 1e200], loss="square", eta=1.0)
    with pytest.raises(ValueError, match="x has nan"):
        net.learn_one(np.array([np.nan, 0]), np.zeros(2), loss="square", eta=1.0)
    assert np.array_equal(net.parameters, before)


def test_threads_change_no_bit() -> None:
    from clearprop.engines.compiled import SideBySide

    task = task_of((2, 3, 1))
    starts = np.stack([Network((2, 3, 1), ("sigmoid", "identity"), seed=k).parameters for k in range(150)])
    orders = np.random.default_rng(1).integers(0, 20, (150, 100))
    results = []
    for threads in (1, 2, 3):
        parameters, losses = starts.copy(), np.zeros(150)
        SideBySide(task, threads).run(parameters, orders, np.array([0.1]), losses)
        results.append((parameters.tobytes(), losses.tobytes()))
    assert results[0] == results[1] == results[2]


def test_the_notes_procedure_runs_on_the_kernels() -> None:
    net = cp.sgd_neural_net(D=(np.eye(2), [[0.0], [1.0]]), T=50, L=1, m=(2,), f=("sigmoid",), loss="nll", eta=0.1)
    assert np.isfinite(net.parameters).all()

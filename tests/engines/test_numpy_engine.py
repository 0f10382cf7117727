"""The NumPy engine repeats no decision: its steps are the reference's, and what is not finite is caught in its step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clearprop import Network, back_propagate, forward_pass
from clearprop.engines import NonFinite, Task
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.activations import Activation, Identity, Tanh
from clearprop.formulas.losses import Loss, Square
from clearprop.formulas.optimizers import SGD, Optimizer
from tests.engines.closeness import expected
from tests.parts import LEGAL_WITH_OUTPUTS, Case, label, random_case, relative_error, rules


def task_of(case: Case, optimizer: Optimizer | None = None) -> Task:
    return Task(case.net.copy(), case.loss, optimizer or SGD(), case.X, case.Y, case.weights, case.penalty)


def reference_steps(case: Case, optimizer: Optimizer, batches: np.ndarray, etas: np.ndarray) -> tuple[Network, float]:
    """The same steps by `forward_pass` and `back_propagate`, one after another, and the sum of points times loss."""
    net, total = case.net.copy(), 0.0
    state = optimizer.first_state(net.parameters, net.shapes)
    for points, eta in zip(batches, etas, strict=True):
        weights = None if case.weights is None else case.weights[points]
        fwd = forward_pass(net, case.X[points], case.Y[points], case.loss, sample_weight=weights, penalty=case.penalty)
        total += len(points) * fwd.loss
        optimizer.update_in_place(net.parameters, back_propagate(net, fwd).flat, eta, state)
    return net, total


@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
@settings(max_examples=10)  # for each of hundreds of pairs
@given(data=st.data())
def test_its_steps_are_the_reference_s(output: Activation, loss: Loss, outputs: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32), "seed"))
    case = random_case(
        rng,
        output,
        loss,
        outputs,
        weighted=data.draw(st.booleans(), "weighted"),
        penalised=data.draw(st.booleans(), "penalised"),
        n=7,
    )
    steps, rows = data.draw(st.integers(1, 4), "steps"), data.draw(st.integers(1, 9), "rows")
    with np.errstate(over="ignore", invalid="ignore"):  # e^a of a = e^z, and 0 times it
        steepness = np.linalg.norm(back_propagate(case.net, case.forward()).flat)  # of 1/a near a = 0 it may be 1e10
    assume(np.isfinite(steepness))
    batches, etas = rng.integers(0, 7, size=(steps, rows)), rng.uniform(0, 0.05, size=steps) / (1 + steepness**2)
    net, total = reference_steps(case, SGD(), batches, etas)
    # The products are the same; only their place in memory differs, and with it, at most, the order of a sum.
    expected(task_of(case), batches, etas).require(net.parameters, total, f"{case.net}, {loss}")


def a_case(**options) -> Case:
    return random_case(np.random.default_rng(0), Identity(), Square(), 2, hidden=(Tanh(),), n=6, **options)


@pytest.mark.parametrize("optimizer", rules(), ids=label)
def test_every_optimizer_s_steps_are_the_reference_s(optimizer: Optimizer) -> None:
    """On one network with no gradient near 0, where a rounding would turn the sign that some optimisers go by."""
    case, rng = a_case(weighted=True, penalised=True), np.random.default_rng(2)
    batches, etas = rng.integers(0, 6, size=(20, 4)), rng.uniform(0, 0.05, size=20)
    net, total = reference_steps(case, optimizer, batches, etas)
    expected(task_of(case, optimizer), batches, etas).require(net.parameters, total, "the order of a sum, at most")


def test_steps_in_one_call_are_the_same_bits_as_one_call_each() -> None:
    case, rng = a_case(weighted=True, penalised=True), np.random.default_rng(1)
    batches, etas = rng.integers(0, 6, size=(8, 3)), np.full(8, 0.1)
    together, apart = task_of(case), task_of(case)
    NumpyEngine(together).run(batches, etas, 1)
    engine = NumpyEngine(apart)
    for step in range(8):
        engine.run(batches[step : step + 1], etas[step : step + 1], 1 + step)
    assert np.array_equal(together.network.parameters, apart.network.parameters)


def test_batches_of_changing_size_do_not_mix_in_its_buffers() -> None:
    case, rng = a_case(), np.random.default_rng(1)
    task = task_of(case)
    engine, net = NumpyEngine(task), case.net
    for t, rows in enumerate((4, 1, 6, 2, 4), 1):
        batch, eta = rng.integers(0, 6, size=(1, rows)), np.array([0.05])
        engine.run(batch, eta, t)
        net, _ = reference_steps(Case(net, case.X, case.Y, case.loss, None, None), SGD(), batch, eta)
    assert relative_error(task.network.parameters, net.parameters) < 1e-12


def test_float32_stays_float32_and_near_the_reference() -> None:
    case = a_case(dtype="float32", weighted=True, penalised=True)
    batches, etas = np.random.default_rng(1).integers(0, 6, size=(5, 3)), np.full(5, 0.05)
    task = task_of(case)
    NumpyEngine(task).run(batches, etas, 1)
    assert task.network.parameters.dtype == np.float32
    net, total = reference_steps(case, SGD(), batches, etas)
    expected(task_of(case), batches, etas).require(net.parameters, total, "24 bits over five steps")


@pytest.mark.parametrize("layout", ["F", "strided", "read-only"])
def test_points_may_lie_in_memory_in_any_way(layout: str) -> None:
    case = a_case()
    X = {"F": np.asfortranarray(case.X), "strided": np.repeat(case.X, 2, axis=0)[::2], "read-only": case.X.copy()}[
        layout
    ]
    X.flags.writeable = False
    ours, plain = Task(case.net.copy(), case.loss, SGD(), X, case.Y), task_of(case)
    for task in (ours, plain):
        NumpyEngine(task).run(np.array([[0, 3], [5, 1]]), np.array([0.1, 0.1]), 1)
    assert np.array_equal(ours.network.parameters, plain.network.parameters)


def test_data_are_left_alone() -> None:
    case = a_case(weighted=True)
    kept = [array.copy() for array in (case.X, case.Y, case.weights)]
    NumpyEngine(task_of(case)).run(np.array([[0, 1, 2]]), np.array([0.1]), 1)
    assert all(np.array_equal(a, b) for a, b in zip(kept, (case.X, case.Y, case.weights), strict=True))


# ---- what is not finite


def linear_task(X: list[float], weights: list[float] | None = None, W: tuple[float, float] = (1.0, 1.0)) -> Task:
    """Two layers of one unit each, square loss, targets 0."""
    net = Network.from_weights([([[each]], [0.0]) for each in W], ("identity", "identity"))
    given = None if weights is None else np.array(weights)
    return Task(net, Square(), SGD(), np.array(X)[:, None], np.zeros((len(X), 1)), given)


def caught(task: Task, batches: list[list[int]], etas: list[float]) -> NonFinite:
    with pytest.raises(NonFinite) as error:
        NumpyEngine(task).run(np.array(batches), np.array(etas), 1)
    return error.value


@pytest.mark.parametrize(
    ("x", "W", "what", "layer"),
    [
        (1e200, (1e200, 1.0), "Z", 1),
        (1e100, (1e150, 1e150), "Z", 2),
        (1e200, (1.0, 1.0), "the loss", 2),
        (1e150, (1e-10, 1e10), "the gradient", 1),  # z2 = 1e150, so L = 1e300; dL/dW1 = 2 z2 w2 x = 2e310
    ],
)
def test_what_is_not_finite_is_named_with_its_layer(x: float, W: tuple[float, float], what: str, layer: int) -> None:
    error = caught(linear_task([x], W=W), [[0]], [0.1])
    assert (error.what, error.layer, error.step) == (what, layer, 0)
    assert str(error) == f"{what} of layer {layer} is not finite"


def test_the_step_is_counted_from_0_and_the_network_is_as_it_was_before_it() -> None:
    task = linear_task([1.0, 1e200])
    batches, etas = [[0], [0], [1], [0]], [0.1] * 4
    error = caught(task, batches, etas)
    assert error.step == 2
    untroubled = linear_task([1.0, 1e200])
    NumpyEngine(untroubled).run(np.array(batches[:2]), np.array(etas[:2]), 1)
    assert np.array_equal(task.network.parameters, untroubled.network.parameters)


def test_an_update_that_overflows_is_caught_in_its_own_step_and_undone() -> None:
    task = linear_task([1.0, 10.0])
    error = caught(task, [[0], [1], [0]], [0.1, 1e308, 0.1])
    assert (error.step, error.what, error.layer) == (1, "W", 1)
    untroubled = linear_task([1.0, 10.0])
    NumpyEngine(untroubled).run(np.array([[0]]), np.array([0.1]), 1)
    assert np.array_equal(task.network.parameters, untroubled.network.parameters)


def test_a_batch_of_weight_0_can_diverge_and_is_located_too() -> None:
    error = caught(linear_task([1e200, 1.0], weights=[0.0, 2.0]), [[0]], [0.1])
    assert (error.what, error.layer) == ("the loss", 2)


def test_a_large_gradient_whose_square_overflows_is_finite_all_the_same() -> None:
    # z2 = x w1 w2 = 1e80, so dL/dw2 = 2 z2 z1 = 2e80 and dL/dW0 of layer 1 is 2 z2 w2 = 2e160.
    task = linear_task([1e-160], W=(1e160, 1e80))
    assert NumpyEngine(task).run(np.array([[0]]), np.array([0.0]), 1) == pytest.approx(1e160, rel=1e-12)


def test_no_step_warns(recwarn: pytest.WarningsRecorder) -> None:
    caught(linear_task([1e200]), [[0]], [0.1])
    assert not recwarn.list

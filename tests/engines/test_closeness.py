"""The tolerance itself: rounding alone stays within it, however much a problem amplifies it, and a fault does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Task
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.catalogue import find
from clearprop.formulas.losses import Loss, Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L2
from tests.engines.closeness import Expected, expected, expected_gradient

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 6)), RNG.normal(size=(40, 2))
ROWS, ETAS = RNG.integers(0, 40, (100, 8)), np.full(100, 0.02)


def a_task(optimizer: str = "sgd", loss: str = "square", widths: tuple[int, ...] = (6, 9, 2)) -> Task:
    activations = ("tanh",) * (len(widths) - 2) + ("identity",)
    return Task(
        Network(widths, activations, seed=1), find(Loss, loss), find(Optimizer, optimizer), X, Y, penalty=L2(0.01)
    )


def taken(task: Task, rows: np.ndarray = ROWS, etas: np.ndarray = ETAS) -> tuple[np.ndarray, float]:
    task = replace(task, network=task.network.copy())
    loss = NumpyEngine(task).run(rows, etas, 1)
    return task.network.parameters, loss


@pytest.mark.parametrize(
    ("optimizer", "loss"), [("sgd", "square"), ("adam", "square"), ("adagrad", "linear"), ("momentum", "log_cosh")]
)
def test_the_same_sums_in_another_order_are_within_it(optimizer: str, loss: str) -> None:
    task = a_task(optimizer, loss)
    expected(task, ROWS, ETAS).require(*taken(task, ROWS[:, ::-1]), "points of each batch from the last on")


@pytest.mark.parametrize(
    "fault",
    [
        {"penalty": L2(0.01001)},
        {"penalty": None},
        {"optimizer": find(Optimizer, "momentum(beta=0.001)")},
        {"loss": find(Loss, "huber(delta=2)")},
        {"X": X.astype("float32").astype(float)},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_a_fault_is_seen(fault: dict[str, object]) -> None:
    task = a_task()
    with pytest.raises(AssertionError, match=r"parameters apart by .*, .* is allowed: a fault"):
        expected(task, ROWS, ETAS).require(*taken(replace(task, **fault)), "a fault")  # type: ignore[arg-type]


def test_a_loss_that_is_wrong_in_one_step_is_seen_though_the_steps_are_right() -> None:
    task = a_task()
    parameters, loss = taken(task)
    with pytest.raises(AssertionError, match="loss apart by"):
        expected(task, ROWS, ETAS).require(parameters, loss + 1e-10, "a fault")


def test_steps_that_magnify_rounding_are_allowed_more_and_others_a_few_roundings() -> None:
    """At a minimum that steps leave if they are long: a difference is then multiplied by 1 - 2 eta (|x|^2 + 1) in each."""

    def allowed(eta: float) -> Expected:
        net = Network.from_weights([(np.eye(2), np.zeros(2))], ("identity",))
        task = Task(net, Square(), SGD(), np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]))
        return expected(task, np.zeros((15, 1), int), np.full(15, eta))

    calm, wild = allowed(0.01), allowed(0.5)
    assert calm.within["parameters"] < 1e-13 < 1e-9 < wild.within["parameters"]
    assert calm.tells


def test_a_gradient_is_held_to_the_same() -> None:
    task, points = a_task(), np.arange(40)
    loss, gradient = NumpyEngine(task).loss_and_gradient(points[::-1], 1)
    reference = expected_gradient(task, points)
    reference.require(gradient, loss, "points from the last on")
    gradient[3] *= 1 + 1e-10
    with pytest.raises(AssertionError, match="apart"):
        reference.require(gradient, loss, "a fault")


def test_steps_that_are_taken_on_the_task_itself_do_not_move_what_is_expected() -> None:
    task = a_task()
    steps = expected(task, ROWS, ETAS)
    right, loss = taken(task)
    task.network.parameters[...] *= 2
    with pytest.raises(AssertionError, match="other parameters"):
        steps.require(right * (1 + 1e-9), loss, "other parameters")
    steps.require(right, loss, "the same steps")

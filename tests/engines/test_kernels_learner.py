"""Single steps on the flat vector where it lies: the reference's steps, nothing touched outside, no step that is not finite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass
from clearprop.engines.compiled import part_code
from clearprop.engines.description import normalizations_of
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.losses import Loss, Square
from tests.engines.closeness import expected, expected_prediction
from tests.engines.test_kernels_descent import random_task

LEVELS = usable_levels()
MARGIN = 32


def between_nans(parameters: np.ndarray) -> np.ndarray:
    """The same numbers in an array that NaN surrounds: a kernel that reads or writes outside will show it."""
    around = np.full(len(parameters) + 2 * MARGIN, np.nan, parameters.dtype)
    inside = around[MARGIN:-MARGIN]
    inside[...] = parameters
    return inside


def learner(level: str, net: Network, loss: Loss, parameters: np.ndarray) -> Any:
    kernels = kernels_of(level)
    make = kernels.SinglePoints32 if parameters.dtype == np.float32 else kernels.SinglePoints64
    return make(
        list(net.widths),
        [part_code(f) for f in net.activations],
        normalizations_of(net),
        loss=part_code(loss),
        parameters=parameters,
        statistics=net.statistics,
        threads=1,
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("chunk", range(5))
def test_ten_steps_are_those_of_the_reference_and_touch_nothing_else(level: str, chunk: int) -> None:
    """On random networks; the same sums in another order."""
    rng = np.random.default_rng([chunk, 3])
    for _ in range(20):
        task = replace(random_task(rng), weights=None, penalty=None)
        net, parameters = task.network.copy(), between_nans(task.network.parameters)
        online, etas, total = learner(level, net, task.loss, parameters), [], 0.0
        for x, y in zip(task.X[:10], task.Y[:10], strict=True):
            gradient = back_propagate(net, forward_pass(net, x[None], y[None], task.loss)).flat
            etas.append(0.01 / max(net.widths) / (1 + (np.linalg.norm(gradient) / 10) ** 2))
            total += online.learn(x, y, etas[-1])
            net.parameters = net.parameters - etas[-1] * gradient
        expected(task, np.arange(10)[:, None], np.array(etas)).require(parameters, total, f"{net}, {task.loss}")
        assert parameters.base is not None
        assert np.isnan(parameters.base[[*range(MARGIN), *range(-MARGIN, 0)]]).all()


@pytest.mark.parametrize("level", LEVELS)
def test_predictions_of_single_points_read_nothing_outside_the_vector(level: str) -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        task = random_task(rng)
        online = learner(level, task.network, task.loss, between_nans(task.network.parameters))
        reference = expected_prediction(task, np.arange(1))
        reference.require(online.predict(task.X[:1]), 0.0, f"{task.network}")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("eta", [1e290, 1e308])
def test_a_step_that_may_overflow_is_taken_on_a_copy(level: str, eta: float) -> None:
    """dL/dW is 2 * 3 in one layer of one unit, w = 1 and x = 1: 1e290 is far, and finite; 1e308 leaves the numbers."""
    net = Network.from_weights([([[1.0]], [2.0])], ("identity",))
    parameters = net.parameters.copy()
    loss = learner(level, net, Square(), parameters).learn(np.ones(1), np.zeros(1), eta)
    if eta < 1e300:
        assert loss == 9.0
        assert parameters.tolist() == [1.0 - eta * 6, 2.0 - eta * 6]
    else:
        assert np.isnan(loss)
        assert parameters.tolist() == [1.0, 2.0]

"""Networks trained side by side in the lanes of a vector: each takes the steps that it takes by itself on the NumPy engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass
from clearprop.engines import Task
from clearprop.engines.compiled import ACTIVATIONS, LOSSES, trainer, why_not_side_by_side
from clearprop.engines.levels import kernels_of, usable_levels
from clearprop.formulas.activations import Activation, Elementwise, Identity
from clearprop.formulas.losses import Loss, Square
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.penalties import L1, L2
from clearprop.formulas.regularizers import Dropout
from tests.engines.closeness import expected
from tests.parts import is_legal, targets_in, with_random_hypers

STEPS = 30


def task_with(rng: np.random.Generator, last: type[Activation], loss: type[Loss], outputs: int) -> Task:
    """A small network of up to three layers and its data, weighted or penalised now and then."""
    elementwise = [f for f in ACTIVATIONS if issubclass(f, Elementwise)]
    hidden = [elementwise[i] for i in rng.integers(len(elementwise), size=rng.integers(0, 3))]
    widths = (*(int(width) for width in rng.integers(1, 5, size=len(hidden) + 1)), outputs)
    net = Network(widths, [with_random_hypers(f, rng) for f in (*hidden, last)], seed=rng)
    return Task(
        net,
        with_random_hypers(loss, rng),
        SGD(),
        rng.normal(size=(20, widths[0])),
        targets_in(loss.domain_Y, 20, outputs, rng),
        weights=rng.uniform(0, 2, size=20) if rng.random() < 0.3 else None,
        penalty=L2(float(rng.uniform(0, 0.1))) if rng.random() < 0.3 else None,
    )


def starts_of(net: Network, K: int, rng: np.random.Generator) -> list[Network]:
    return [Network(net.widths, net.activations, seed=rng) for _ in range(K)]


def steepness(task: Task, net: Network) -> float:
    return float(np.linalg.norm(back_propagate(net, forward_pass(net, task.X, task.Y, task.loss)).flat))


@pytest.mark.parametrize("level", usable_levels())
@pytest.mark.parametrize("last", ACTIVATIONS, ids=lambda part: part.name)
def test_side_by_side_networks_take_the_steps_that_each_takes_alone(level: str, last: type[Activation]) -> None:
    """With every loss that is legal after this activation. The same sums, each in another order."""
    rng = np.random.default_rng(5)
    for loss in LOSSES:
        outputs = int(rng.integers(2, 5)) if issubclass(last, Elementwise) else 3
        if not is_legal(last(), loss(), outputs):
            continue
        task = task_with(rng, last, loss, outputs)
        K = int(rng.integers(1, 12))
        nets, orders = starts_of(task.network, K, rng), rng.integers(0, 20, (K, STEPS))
        etas = rng.uniform(0.5e-2, 1e-2, STEPS) / (1 + max(steepness(task, net) for net in nets) ** 2)
        parameters, losses = np.stack([net.parameters for net in nets]), np.zeros(K)
        made = trainer(task, kernels=kernels_of(level))
        assert made.fits_in_lanes(K)
        made.run_side_by_side(parameters, orders, etas, losses, 1)
        for net, order, ours, our_loss in zip(nets, orders, parameters, losses, strict=True):
            about = f"{net}, {task.loss}, {task.penalty}, weighted: {task.weights is not None}"
            steps = expected(replace(task, network=net), order[:, None], etas)
            steps.require(ours, our_loss, about)
            assert steps.tells, about


def test_what_has_no_kernel_side_by_side_says_so() -> None:
    task = task_with(np.random.default_rng(0), Identity, Square, 2)
    inside = replace(task, network=Network((task.X.shape[1], 3, 2), ("softmax", "identity")), penalty=None)
    assert "softmax between layers" in why_not_side_by_side(inside, 3)
    assert "dropout" in why_not_side_by_side(replace(task, dropout=Dropout((0.5,))), 3)
    assert "penalty 'l1(strength=0.1)'" in why_not_side_by_side(replace(task, penalty=L1(0.1)), 3)

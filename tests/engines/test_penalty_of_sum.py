"""A penalty of a batch's sum: divided by the points of each batch, by the reference, the checks and both engines."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network, back_propagate, check_gradients, forward_pass, train
from clearprop.engines import Batches, Task, choose_engine
from clearprop.formulas import find
from clearprop.formulas.losses import NLLM
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.penalties import L1, OfSum, Penalty

rng = np.random.default_rng(0)
X = rng.normal(size=(11, 3))
Y = np.eye(2)[rng.integers(0, 2, 11)]
PENALTIES = pytest.mark.parametrize("penalty", ["l1(strength=0.3)", "l2(strength=0.3)", "elastic_net(strength=0.3)"])
NET = Network((3, 4, 2), ("tanh", "softmax"), seed=0)


@PENALTIES
@pytest.mark.parametrize("points", [1, 4, 11])
def test_it_is_the_penalty_divided_by_the_points_of_the_batch(penalty: str, points: int) -> None:
    part = find(Penalty, penalty)
    plain, with_penalty = (forward_pass(NET, X[:points], Y[:points], NLLM(), penalty=p) for p in (None, OfSum(part)))
    added = sum(part.R(NET.W[l]) for l in NET.layers)
    assert with_penalty.loss - plain.loss == pytest.approx(added / points, rel=1e-12)
    assert check_gradients(NET, X[:points], Y[:points], NLLM(), penalty=OfSum(part)).ok


@PENALTIES
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("batch", [1, 4])
def test_engines_take_the_reference_s_steps_in_batches_of_any_size(penalty: str, engine: str, batch: int) -> None:
    part, net, expected = OfSum(find(Penalty, penalty)), NET.copy(), NET.copy()
    task = Task(net, NLLM(), SGD(), X, Y, penalty=part)
    full = 11 // batch * batch
    pieces = [np.arange(full).reshape(-1, batch)] + ([np.arange(full, 11)[None]] if full < 11 else [])
    batches = Batches.joined(pieces)
    lost = choose_engine(task, engine, batch)[0].run(batches, np.full(len(batches), 0.1), 1)
    losses = 0.0
    for rows in batches:
        fwd = forward_pass(expected, X[rows], Y[rows], NLLM(), penalty=part)
        losses += len(rows) * fwd.loss
        expected.parameters = expected.parameters - 0.1 * back_propagate(expected, fwd).flat
    # At most 11 steps, each rounded at 1e-16.
    np.testing.assert_allclose(net.parameters, expected.parameters, rtol=1e-12, atol=1e-14)
    assert lost == pytest.approx(losses, rel=1e-13)


@PENALTIES
def test_the_loss_on_a_validation_set_has_it_divided_by_the_points_of_that_set(penalty: str) -> None:
    part = OfSum(find(Penalty, penalty))
    run = train(NET, X, Y, loss="nllm", penalty=part, steps=1, batch_size=None, validation=(X[:4], Y[:4]))
    expected = forward_pass(run.network, X[:4], Y[:4], NLLM(), penalty=part).loss
    assert run.history["validation_loss"][-1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.filterwarnings("ignore::clearprop.advice.ConstantPrediction")
def test_networks_side_by_side_take_their_steps_one_after_another_with_it() -> None:
    runs = [
        train(
            NET, X, Y, loss="nllm", penalty=OfSum(find(Penalty, "l2(strength=0.3)")), batch_size=1, restarts=2, engine=e
        )
        for e in ("numpy", "compiled")
    ]
    np.testing.assert_allclose(runs[0].restarts, runs[1].restarts, rtol=1e-10, err_msg="220 steps")


def test_a_penalty_whose_kind_has_no_kernel_has_none_as_part_of_a_sum_either() -> None:
    class Own(L1):
        name = "own"

    net = NET.copy()
    assert choose_engine(Task(net, NLLM(), SGD(), X, Y, penalty=OfSum(Own())))[1].name == "numpy"
    assert choose_engine(Task(net, NLLM(), SGD(), X, Y, penalty=OfSum(L1())))[1].name == "compiled"

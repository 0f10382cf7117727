"""Saturated outputs: wherever a loss is finite so is its gradient, for every pair; and which pairs lose their loss to rounding.

A pair that has a shortcut (Concept 19) is finite at any size. One that has none goes link by link from a, and where a is 0 or 1
to the last digit the loss that the pair has there is no longer in it: it is infinite, and training stops with that step.
"""

from __future__ import annotations

import numpy as np
import pytest

from clearprop import Network, back_propagate
from clearprop.backprop import traced_forward
from clearprop.formulas import Array
from clearprop.formulas.activations import Activation
from clearprop.formulas.losses import Loss
from clearprop.formulas.shortcuts import shortcut
from tests.parts import LEGAL_WITH_OUTPUTS, label, targets_for

SIZES = (30.0, 40.0, 100.0, 750.0, 1e4)
# Of losses that divide by a or by 1 - a, all pairs that such an activation makes.
LOST = {
    *((f, loss) for f in ("sigmoid", "softplus", "softmax", "gaussian") for loss in ("poisson", "gamma")),
    ("exp", "gamma"),
    *(("softmax", loss) for loss in ("nll", "focal")),
    ("log_sigmoid", "gaussian_nll"),  # s = -750: the variance is e^s
    ("log_softmax", "gaussian_nll"),
    ("identity", "gaussian_nll"),
}


def saturated(output: Activation, loss: Loss, outputs: int) -> list[tuple[Array, Array]]:
    """Losses (n,) and dL/dZ (n, outputs) where all z are of one size: each sign alone, and signs at random.

    Points whose a is infinite, as e^750 is, are left out.
    """
    found, units = [], outputs * loss.outputs_per_target
    net = Network.from_weights([(np.eye(units), np.zeros(units))], (output,))
    rng = np.random.default_rng(0)
    Y = targets_for(loss, 12, units, rng)
    for size in SIZES:
        for signs in (np.ones((12, units)), -np.ones((12, units)), rng.choice([-1.0, 1.0], (12, units))):
            with np.errstate(all="ignore"):
                fwd = traced_forward(net, size * signs, Y, loss)
                held = np.isfinite(fwd.A[1]).all(axis=1)
                found.append((fwd.losses[held], back_propagate(net, fwd).dL_dZ[1][held]))
    return found


@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
def test_where_a_loss_is_finite_its_gradient_is(output: Activation, loss: Loss, outputs: int) -> None:
    for losses, dL_dZ in saturated(output, loss, outputs):
        finite = np.isfinite(losses)
        assert np.isfinite(dL_dZ[finite]).all(), f"{output}, {loss}: {losses}, {dL_dZ}"


@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
def test_a_loss_is_finite_at_any_size_but_for_the_pairs_that_are_named(
    output: Activation, loss: Loss, outputs: int
) -> None:
    grows = loss.name == "poisson_log"  # e^750 is beyond float64, so its limit is not finite either
    if (output.name, loss.name) in LOST or grows or loss.name == "gaussian_nll":
        return
    for losses, _ in saturated(output, loss, outputs):
        assert np.isfinite(losses).all(), f"{output}, {loss}: {losses}"


@pytest.mark.parametrize(("output", "loss", "outputs"), LEGAL_WITH_OUTPUTS, ids=label)
def test_a_pair_that_is_named_does_lose_its_loss_and_has_no_shortcut(
    output: Activation, loss: Loss, outputs: int
) -> None:
    if (output.name, loss.name) not in LOST:
        return
    lost = any(not np.isfinite(losses).all() for losses, _ in saturated(output, loss, outputs))
    assert lost, f"{output} with {loss} is finite everywhere now: take it off the list"
    assert shortcut(output, loss) is None

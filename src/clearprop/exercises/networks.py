"""Small networks whose whole backward pass comes out in whole numbers and halves, and all as hard as one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..backprop import ForwardPass, Gradients, back_propagate, forward_pass
from ..explanation import Trace, explain
from ..formulas.catalogue import Array
from ..network import Network

WEIGHTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
INPUTS = (-2.0, -1.0, 1.0, 2.0)
LARGEST = 24.0
"""No number in an exercise is larger."""
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class Small:
    """A network with ReLU and one output, one point, and its backward pass. One hidden unit is at 0."""

    net: Network
    x: Array
    y: Array

    def forward(self) -> ForwardPass:
        """Its forward pass, of one row."""
        return forward_pass(self.net, self.x[None, :], self.y[None, :], "square")

    @property
    def gradients(self) -> Gradients:
        """The right derivatives."""
        return back_propagate(self.net, self.forward())

    def trace(self) -> Trace:
        """The step, explained."""
        return explain(self.net, self.x, self.y, "square", eta=0.5)


def small(rng: np.random.Generator, hidden: int) -> Small:
    """A network of 2 inputs, so many hidden units and 1 output, drawn until it is as hard as every other."""
    for _ in range(MOST_DRAWS):
        W = [rng.choice(WEIGHTS, size=shape) for shape in ((2, hidden), (hidden, 1))]
        W0 = [rng.choice(INPUTS, size=size) for size in (hidden, 1)]
        net = Network.from_weights(list(zip(W, W0, strict=True)), activations=("relu", "identity"))
        drawn = Small(net, rng.choice(INPUTS, size=2), rng.choice((-1.0, 0.0, 1.0, 2.0), size=1))
        if _as_hard(drawn):
            return drawn
    raise RuntimeError("no network with small numbers was drawn")


def _as_hard(drawn: Small) -> bool:
    """One hidden unit is off, the others are on, nothing is at a kink, and all numbers are halves of small ones."""
    fwd = drawn.forward()
    Z = fwd.Z[1][0]
    if (Z == 0).any() or (Z < 0).sum() != 1:
        return False
    slope = float(fwd.A[2][0, 0] - drawn.y[0])
    if not 0.5 <= abs(slope) <= 4:
        return False
    grads = back_propagate(drawn.net, fwd)
    values = [Z, fwd.A[2], *(grads.dL_dW[l] for l in (1, 2)), *(grads.dL_dZ[l] for l in (1, 2))]
    together = np.concatenate([np.ravel(each) for each in values])
    return bool((np.abs(together) <= LARGEST).all() and (together * 2 == np.round(together * 2)).all())

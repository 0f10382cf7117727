"""Evaluation: the outputs and the loss of a network on a held-out set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..backprop import mean_loss, point_losses, total_penalty
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network

BLOCK = 4096
"""Rows in one forward pass, so that the memory needed does not grow with the set."""


@dataclass(frozen=True)
class HeldOut:
    """A set that is evaluated and not trained on: points (dense, or rows of a sparse matrix), targets and weights."""

    X: Array
    Y: Array
    weights: Array | None = None

    def outputs(self, net: Network) -> tuple[Array, Array]:
        """The input and the output of the last activation, (n, n^L) each, computed in blocks of rows."""
        blocks = [self._last_layer(net, self.X[start : start + BLOCK]) for start in range(0, self.X.shape[0], BLOCK)]
        Z, A = zip(*blocks, strict=True)
        return np.concatenate(Z), np.concatenate(A)

    def loss(self, net: Network, loss: Loss, penalty: Penalty | None, Z: Array, A: Array) -> float:
        """The loss that training minimises, penalty included, on this set, from the outputs."""
        added = None if penalty is None else penalty.of_batch(len(A))
        return float(mean_loss(point_losses(net, loss, Z, A, self.Y), self.weights) + total_penalty(net, added))

    @staticmethod
    def _last_layer(net: Network, A: Array) -> tuple[Array, Array]:
        V = A
        for l in net.layers:
            V, A = net.predict_layer(l, A)
        return V, A

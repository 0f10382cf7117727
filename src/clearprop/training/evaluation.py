"""Evaluation: the loss and the outputs on a set that is only looked at. No parameter changes here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..backprop import mean_loss, point_losses, total_penalty
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..network import Network

BLOCK = 4096
"""Rows in a forward pass over a whole set, so that memory stays bounded."""


@dataclass(frozen=True)
class HeldOut:
    """A set that is only looked at: its points (dense, or rows of a sparse matrix), targets and weights."""

    X: Array
    Y: Array
    weights: Array | None = None

    def outputs(self, net: Network) -> tuple[Array, Array]:
        """What the last f takes and gives, (n, n^L) each, block by block."""
        blocks = [self._last_layer(net, self.X[start : start + BLOCK]) for start in range(0, self.X.shape[0], BLOCK)]
        Z, A = zip(*blocks, strict=True)
        return np.concatenate(Z), np.concatenate(A)

    def loss(self, net: Network, loss: Loss, penalty: Penalty | None, Z: Array, A: Array) -> float:
        """The number that training minimises, on this set, from the outputs."""
        added = None if penalty is None else penalty.of_batch(len(A))
        return float(mean_loss(point_losses(net, loss, Z, A, self.Y), self.weights) + total_penalty(net, added))

    @staticmethod
    def _last_layer(net: Network, A: Array) -> tuple[Array, Array]:
        V = A
        for l in net.layers:
            V, A = net.predict_layer(l, A)
        return V, A

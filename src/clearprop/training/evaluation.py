"""Evaluation: the outputs and the loss of a network on a held-out set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..backprop import mean_loss, point_losses, total_penalty
from ..engines import ALONE, LastLayer, Ranks
from ..ensemble import Ensemble, Function, mean_of, networks_of
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..sparse_rows import SparseRows

BLOCK = 4096
"""Rows in one forward pass, so that the memory needed does not grow with the set."""


@dataclass(frozen=True)
class HeldOut:
    """A set that is evaluated and not trained on: points (dense, or rows of a sparse matrix), targets and weights."""

    X: Array | SparseRows
    Y: Array
    weights: Array | None = None
    engine: str = "auto"
    """Who computes the outputs, "numpy" or the kernels where they can, as in `train`."""
    threads: int | None = None

    def outputs(self, net: Function, ranks: Ranks = ALONE) -> tuple[Array, Array]:
        """The input and the output of the last activation, (n, n^L) each, computed in blocks of rows, which ranks share out.

        The mean of several networks has no such input; the output stands in both places.
        """
        if isinstance(net, Ensemble):
            A = mean_of((self.outputs(one)[1] for one in net), net.output)
            return A, A
        starts = range(0, self.X.shape[0], BLOCK)
        shared = ranks if len(starts) >= ranks.size else ALONE
        last = LastLayer(net, min(BLOCK, self.X.shape[0]), self.engine, self.threads)
        own = [last.of(self.X[start : start + BLOCK]) for start in starts[shared.rank :: shared.size]]
        every = shared.each(own)
        blocks = [every[k % shared.size][k // shared.size] for k in range(len(starts))]
        Z, A = zip(*blocks, strict=True)
        return np.concatenate(Z), np.concatenate(A)

    def loss(self, net: Function, loss: Loss, penalty: Penalty | None, Z: Array, A: Array) -> float:
        """The loss that training minimises, penalty included, on this set, from the outputs.

        Of several networks it is that of their mean, and the mean of their penalties.
        """
        added = None if penalty is None else penalty.of_batch(len(A))
        of_points = loss.L(A, self.Y) if isinstance(net, Ensemble) else point_losses(net, loss, Z, A, self.Y)
        penalties = [total_penalty(one, added) for one in networks_of(net)]
        return float(mean_loss(of_points, self.weights) + sum(penalties) / len(penalties))

"""The best network so far, and the number by which restarts are compared. No loss is computed here."""

from __future__ import annotations

import math
from typing import ClassVar

from ..formulas.catalogue import Array
from ..formulas.stateful import Stateful
from ..network import Network


class Best(Stateful):
    """The parameters and statistics of the network with the lowest loss so far, or the lowest negative of a score."""

    changing: ClassVar = ("loss", "parameters", "statistics")

    def __init__(self) -> None:
        self.loss = math.inf
        self.parameters: Array | None = None
        self.statistics: Array | None = None

    def look(self, loss: float, net: Network) -> None:
        """Keep a copy of `net`'s parameters and statistics if the loss is lower than all before; NaN never is."""
        if self.is_better(loss):
            self.keep(loss, net)

    def keep(self, loss: float, net: Network) -> None:
        """Take a copy of what `net` holds as the best so far."""
        self.loss, self.parameters, self.statistics = loss, net.parameters.copy(), net.statistics.copy()

    def is_better(self, loss: float) -> bool:
        """Whether a loss is the best so far; an equal one is not."""
        return loss < self.loss

    def give(self, net: Network) -> None:
        """Copy the best parameters and statistics into `net`; it stays as it is if none have been kept."""
        if self.parameters is not None and self.statistics is not None:
            net.parameters = self.parameters
            net.statistics[...] = self.statistics


def judged(last_loss: float, best: Best | None) -> float:
    """The number by which restarts are compared, lower is better: the best loss on the validation set, or the training loss
    at the end where there is none; infinite where that is not finite.
    """
    loss = last_loss if best is None else best.loss
    return loss if math.isfinite(loss) else math.inf

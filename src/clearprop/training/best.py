"""The best network so far, and what a training is judged by against others. No loss is computed here."""

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
        """Keep a copy of what `net` holds if it is better than all before; NaN never is."""
        if self.is_better(loss):
            self.keep(loss, net)

    def keep(self, loss: float, net: Network) -> None:
        """Take a copy of what `net` holds as the best so far."""
        self.loss, self.parameters, self.statistics = loss, net.parameters.copy(), net.statistics.copy()

    def is_better(self, loss: float) -> bool:
        """Whether a loss is the best so far: of two equal ones the first is."""
        return loss < self.loss

    def give(self, net: Network) -> None:
        """Let `net` hold the best; it stays as it is where nothing has been kept."""
        if self.parameters is not None and self.statistics is not None:
            net.parameters = self.parameters
            net.statistics[...] = self.statistics


def judged(last_loss: float, best: Best | None) -> float:
    """What a training from one of several starts is judged by, the less the better: its best number on the set held out,
    or its last loss where there is none; infinite where that is not finite.
    """
    loss = last_loss if best is None else best.loss
    return loss if math.isfinite(loss) else math.inf

"""What a page's training begins with, as one record: Python writes it into the page, and a page's address holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engines import Task
from ..formulas.activations import Activation
from ..formulas.catalogue import Part, find
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import L2
from ..formulas.regularizers import Dropout
from ..io import Dataset
from ..network import Network
from .embedded import Embedded


@dataclass(frozen=True)
class Beginning:
    """All that a page's training begins with. Parts are given by their text, as `find` reads it."""

    data: str
    hidden: tuple[tuple[int, str], ...]
    """Units and activation of each hidden layer."""
    output: str
    loss: str
    optimizer: str = "sgd"
    eta: float = 0.1
    batch_size: int = 8
    seed: int = 0
    init: str = "glorot_normal"
    decay: float = 0.0
    """The strength of an L2 penalty."""
    dropout: float = 0.0
    """The rate of every hidden layer."""
    early: bool = False
    """Whether each layer is changed before the layer below it has its gradient, which is a mistake."""

    @property
    def source(self) -> str:
        """The data set's name with all that it is drawn by."""
        return str(find(Dataset, self.data))

    def task(self, points: Embedded) -> Task:
        """The task on the training points of `source`, with the first weights."""
        widths = (points.X.shape[1], *(units for units, _ in self.hidden), points.Y.shape[1])
        activations = (*(activation for _, activation in self.hidden), self.output)
        n, L = points.training, len(activations)
        return Task(
            network=Network(widths, activations, init=self.init, seed=self.seed),
            loss=find(Loss, self.loss),
            optimizer=find(Optimizer, self.optimizer),
            X=points.X[:n],
            Y=np.ascontiguousarray(points.Y[:n]),
            penalty=L2(strength=self.decay) if self.decay else None,
            dropout=Dropout(rates=(0.0, *(self.dropout,) * (L - 1))) if self.dropout else None,
            seed=self.seed,
        )

    def document(self) -> dict[str, Any]:
        """As JSON has it; parts with all their hyper-parameters."""
        return {
            "data": self.source,
            "hidden": [[units, _text(Activation, activation)] for units, activation in self.hidden],
            "output": _text(Activation, self.output),
            "loss": _text(Loss, self.loss),
            "optimizer": _text(Optimizer, self.optimizer),
            "eta": self.eta,
            "batchSize": self.batch_size,
            "seed": self.seed,
            "init": _text(Initializer, self.init),
            "decay": self.decay,
            "dropout": self.dropout,
            "early": self.early,
        }


def _text(kind: type[Part], part: str) -> str:
    return str(find(kind, part))

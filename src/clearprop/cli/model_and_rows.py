"""What the commands `explain` and `check` share: a model, a table, and the choices the model was trained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..ensemble import one_of
from ..formulas.activations import Sigmoid, Softmax
from ..io.model import Model
from ..io.tables.table import Table
from ..network import Network
from .options import opened


@dataclass(frozen=True)
class ModelAndTable:
    """A model and rows for it. A choice given on the command line replaces the one of training."""

    model: Model
    table: Table
    network: Network
    """The network, or one of an ensemble's."""

    @classmethod
    def read(cls, path: str, source: str | None, how: dict[str, Any], member: int | None = None) -> ModelAndTable:
        """The model in a file, with the table `source`, or by default the one it was trained on.

        `member` says which network of an ensemble is meant, counted from 0.
        """
        model = opened(path, source)
        network = one_of(model.network, member, how="--member 0")
        if source is None:
            source, how = model.facts.get("source"), {**model.facts.get("reading", {}), **how}
        if not source:
            raise ValueError(f"{path} does not say what it was trained on; name a file or a data set after it")
        return cls(model, model.read(source, **how), network)

    def loss(self, asked: str | None) -> str:
        """The loss: the one given, else the training's, else the usual one for the output activation."""
        output = self.network.activations[-1]
        usual = "nllm" if isinstance(output, Softmax) else "nll" if isinstance(output, Sigmoid) else "square"
        return asked or str(self.model.facts.get("loss", usual))

    def penalty(self, asked: str | None) -> str | None:
        """The penalty, if any."""
        penalty: str | None = asked or self.model.facts.get("penalty")
        return None if penalty == "none" else penalty

    def eta(self, asked: str | None) -> float | str | None:
        """The step size, or the text of a schedule; None for the optimiser's own."""
        eta: float | str | None = asked or self.model.facts.get("eta")
        return eta

    def optimizer(self, asked: str | None) -> str:
        """The optimiser."""
        return asked or str(self.model.facts.get("optimizer", "sgd"))

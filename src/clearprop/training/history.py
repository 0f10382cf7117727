"""History: the numbers of every report of a training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..formulas.catalogue import Array, nearest
from ..formulas.stateful import Stateful
from ..network import Network
from .state import State


def _no_state() -> State:
    raise NotImplementedError("only `train` can continue from a state; an estimator has warm_start and partial_fit")


@dataclass(frozen=True)
class Report:
    """The numbers of a training after a step. A callback gets it; the history keeps the numbers."""

    step: int
    """The number of steps taken, t."""
    epoch: float
    """Passes over the data, steps * batch size / n."""
    loss: float
    """The mean over the points of the steps since the last whole period (one epoch or more), each counted before its step.

    A step on b points counts b times, with weights and penalty: over an epoch it is the weighted mean over all points.
    """
    eta: float
    """The step size of the last step."""
    seconds: float
    """Since training began."""
    validation_loss: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    """On the validation set, or on the training set where there is none."""
    network: Network | None = field(default=None, repr=False, compare=False)
    """The network itself, which training changes further; copy it to keep it."""
    state: Callable[[], State] = field(default=_no_state, repr=False, compare=False)
    """To be called in a callback; gives the state with which `train(..., resume=...)` continues from this report."""

    def numbers(self) -> dict[str, float]:
        """The history's row: column name to value."""
        row = {"step": self.step, "epoch": self.epoch, "loss": self.loss}
        if self.validation_loss is not None:
            row["validation_loss"] = self.validation_loss
        return row | self.metrics | {"eta": self.eta, "seconds": self.seconds}


class History(Stateful):
    """Columns step, epoch, loss, validation_loss, the metrics, eta and seconds, a row for each report.

    >>> history = History()
    >>> history.append(Report(step=10, epoch=1.0, loss=0.5, eta=0.1, seconds=0.0))
    >>> history["loss"], len(history)
    (array([0.5]), 1)
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[float]] = {}

    def state(self) -> dict[str, Any]:
        return {"columns": self.to_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        self._columns = {name: list(values) for name, values in state["columns"].items()}

    def append(self, report: Report) -> None:
        """Add a row."""
        for name, value in report.numbers().items():
            self._columns.setdefault(name, []).append(value)

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self._columns)

    @property
    def last_step(self) -> int:
        """The step of the last report; 0 before the first."""
        return int(self._columns["step"][-1]) if len(self) else 0

    def __getitem__(self, column: str) -> Array:
        if column not in self._columns:
            raise KeyError(f"unknown column {column!r}{nearest(column, self.columns)}")
        return np.array(self._columns[column])

    def __contains__(self, column: str) -> bool:
        return column in self._columns

    def __len__(self) -> int:
        return len(self._columns.get("step", ()))

    def to_dict(self) -> dict[str, list[float]]:
        """The columns as lists, ready for a data frame or JSON."""
        return {name: list(values) for name, values in self._columns.items()}

    def __repr__(self) -> str:
        if not len(self):
            return "History (empty)"
        last = ", ".join(f"{name} {values[-1]:.6g}" for name, values in self._columns.items())
        return f"History of {len(self)} reports; last: {last}"

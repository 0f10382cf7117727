"""Some points of a training, spread evenly over them, and every layer's values there. It judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..backprop import mean_loss, point_losses
from ..engines import Task
from ..formulas.catalogue import Array
from ..network import Network
from .trials import SHARE, TRIAL_POINTS

LEAST_LOOKED_AT = 32
"""With fewer points, what is seen is chance."""


def evenly(n: int, points: int = TRIAL_POINTS) -> Array:
    """The numbers of at most `points` of n rows, evenly over all of them."""
    return np.arange(n) if n <= points else np.linspace(0, n - 1, points).astype(int)


@dataclass(frozen=True)
class Sample:
    """A task of a few points, dense or sparse, with the network as it is now."""

    task: Task

    @classmethod
    def of(cls, task: Task, X: Any, rows: Array | None = None, seen: int | None = None) -> Sample:
        """Of the points X (n, m) of a task, or of those of the `rows` (k,); fewer after a training that has `seen` few."""
        given = np.arange(X.shape[0]) if rows is None else rows
        most = TRIAL_POINTS if seen is None else min(TRIAL_POINTS, max(LEAST_LOOKED_AT, seen // SHARE))
        some = given[evenly(len(given), most)]
        weights = None if task.weights is None else task.weights[some]
        return cls(replace(task, X=X[some], Y=task.targets(some), which=None, weights=weights))

    @property
    def net(self) -> Network:
        """The network that is looked at."""
        return self.task.network

    @property
    def points(self) -> int:
        """How many there are."""
        return int(self.task.X.shape[0])

    @cached_property
    def values(self) -> dict[int, tuple[Array, Array]]:
        """The argument and the value of f^l, (n, n^l) each, for every layer, as in a prediction."""
        found, A = {}, self.task.X
        with np.errstate(all="ignore"):
            for l in self.net.layers:
                found[l] = self.net.predict_layer(l, A)
                A = found[l][1]
        return found

    @cached_property
    def loss(self) -> float:
        """The weighted mean of the points' losses, without the penalty."""
        net, task = self.net, self.task
        with np.errstate(all="ignore"):
            losses = point_losses(net, task.loss, *self.values[net.L], task.Y)
            return float(mean_loss(losses, task.weights))

    def at(self, parameters: Array) -> Sample:
        """The same points with other parameters (p,)."""
        return Sample(replace(self.task, network=self.net.with_parameters(parameters)))

    @property
    def dense(self) -> Array:
        """The points (n, m) as an array."""
        X: Any = self.task.X
        return np.asarray(X.toarray() if hasattr(X, "toarray") else X)

    @property
    def to_train(self) -> Task:
        """The task of these points, for a trial."""
        return replace(self.task, X=self.dense)

    @cached_property
    def size_of_inputs(self) -> float:
        """How large they are."""
        return size_of_inputs(self.task.X)


def size_of_inputs(X: Any) -> float:
    """The root mean square of the inputs that are not 0: most of a table of words or categories is. X is dense or sparse."""
    values = X.data if hasattr(X, "tocsr") else X[X != 0]
    return rms(values) if len(values) else 0.0


def rms(values: Array) -> float:
    """The root mean square."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

"""`partial_fit` on one plain row after another, at the cost of a call: what the row before has passed is not checked again.

Anything else is refused here, and takes the full path with its checks and its error messages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from operator import attrgetter, is_
from typing import Any

import numpy as np

from ..engines import Batches, NonFinite, Task, choose_engine
from ..formulas.catalogue import Array
from ..training.callbacks import as_callbacks
from .border import ASK_FOR_MORE
from .improvement import Improvement, record_loss

INSIDE = (list, dict, set, np.ndarray)
"""Types of parameters that can be changed in place."""


@dataclass(frozen=True)
class Parameters:
    """An estimator's parameters as they were, to be compared at the cost of a few microseconds."""

    of: Callable[[Any], tuple[Any, ...]]
    values: tuple[Any, ...]
    inside: dict[str, Any]
    """Copies of those that can be changed in place."""

    @classmethod
    def now(cls, estimator: Any) -> Parameters:
        """Those of an estimator as it is."""
        of = attrgetter(*estimator._parameter_constraints)
        values = of(estimator)
        named = zip(estimator._parameter_constraints, values, strict=True)
        return cls(of, values, {name: copy(each) for name, each in named if isinstance(each, INSIDE)})

    def are_those_of(self, estimator: Any) -> bool:
        """Whether every parameter is the same object, and holds the same."""
        if not all(map(is_, self.of(estimator), self.values)):
            return False
        return all(np.array_equal(getattr(estimator, name), was) for name, was in self.inside.items())


class Stream:
    """Steps on single rows with the engine and the solver of the last `partial_fit`."""

    def __init__(self, estimator: Any, task: Task) -> None:
        net = task.network
        self.x, self.y = np.zeros((1, net.widths[0]), net.dtype), np.zeros((1, estimator.n_outputs_), net.dtype)
        self.engine, _ = choose_engine(
            replace(task, X=self.x, Y=self.y, which=None, weights=None), estimator.engine, 2, 1
        )
        self.solver, self.net, self.parameters = estimator._optimizer, net, Parameters.now(estimator)
        self.improvement = Improvement(estimator, net, held_out=False)
        self.batches = Batches.joined([np.zeros((1, 1), np.intp)])

    @staticmethod
    def may_begin(estimator: Any, X: Any, *, weighted: bool) -> bool:
        """Whether rows like this one, which has been learnt on the full path, can be streamed."""
        made = vars(estimator)
        plain = type(X) is np.ndarray and X.shape[0] == 1 and not weighted and estimator._optimizer.policy == "constant"
        told = estimator.verbose or as_callbacks(estimator.callbacks) or "_skl_callbacks" in made
        return plain and not told and not ASK_FOR_MORE & made.keys()

    def learn(self, estimator: Any, X: Any, Y: Array) -> bool:
        """One step on X (1, m) with target Y (outputs,); False, and no step, where something is not as it was."""
        if type(X) is not np.ndarray or X.shape != self.x.shape or X.dtype != self.x.dtype:
            return False
        solver = self.solver
        same = estimator._optimizer is solver and estimator._net() is self.net
        x = X[0]
        if not same or not self.parameters.are_those_of(estimator) or not math.isfinite(x.dot(x)):
            return False
        self.x[0], self.y[0] = x, Y
        self.engine.refill()
        try:
            loss = self.engine.run(self.batches, solver.etas(1), solver.steps + 1)
        except NonFinite:
            return False  # the step was not taken: the full path takes it, and says what is wrong
        solver.steps += 1
        estimator.n_iter_ = 1
        estimator.t_ += 1
        record_loss(estimator, loss)
        self.improvement.look_at_loss(loss)
        return True

    def update_solver(self) -> None:
        """Bring the solver's state up to date."""
        self.engine.state()

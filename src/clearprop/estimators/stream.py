"""`partial_fit` on a few plain rows after others, at the cost of a call: what rows before have passed is not checked again.

Anything else is refused here, and takes the full path with its checks and its error messages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from numbers import Integral
from operator import attrgetter, is_
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..engines import Batches, NonFinite, Task, choose_engine
from ..formulas.catalogue import Array
from ..training.callbacks import as_callbacks
from .border import ASK_FOR_MORE
from .improvement import Improvement, record_loss, shorten_curve
from .rows import AUTO_BATCH
from .settings import found_in_data

MOST_ROWS = AUTO_BATCH
"""Rows of one call, at most: those of one batch."""
MOST_NUMBERS = 2**20
"""Numbers of a few rows of a sparse matrix that are made an array, 8 MB: for fewer, zeros cost less than leaving them out."""
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


def few_rows(X: Any) -> Any:
    """A few rows of a sparse matrix as an array; anything else as it is."""
    few = hasattr(X, "toarray") and X.shape[0] <= MOST_ROWS and X.shape[0] * X.shape[1] <= MOST_NUMBERS
    return X.toarray() if few else X


class Stream:
    """Steps on a few rows at a time, each call one batch, with the engine and the solver of the last `partial_fit`."""

    def __init__(self, estimator: Any, task: Task, rows: int) -> None:
        net = task.network
        self.x, self.y = np.zeros((0, net.widths[0]), net.dtype), np.zeros((0, estimator.n_outputs_), net.dtype)
        self.task = replace(task, X=self.x, Y=self.y, which=None, weights=None)
        self.asked = estimator.engine, estimator.threads
        self._make_engine(rows)
        self.solver, self.net, self.parameters = estimator._optimizer, net, Parameters.now(estimator)
        self.improvement = Improvement(estimator, net, held_out=False)
        self.most = MOST_ROWS if estimator.batch_size == "auto" else min(MOST_ROWS, estimator.batch_size)
        self.least = 2 if any(part.axis == 0 for part in net.normalization.values()) else 1
        self.clipped = estimator.batch_size != "auto"
        """Whether a call with fewer rows than a batch has is warned of."""
        self.shuffled_anew = estimator.shuffle and not isinstance(estimator.random_state, Integral)
        """Whether each call draws an order of its own; a number begins every call alike, as in scikit-learn."""

    @staticmethod
    def may_begin(estimator: Any, X: Any, *, weighted: bool) -> bool:
        """Whether rows like these, which have been learnt on the full path, can be streamed."""
        made = vars(estimator)
        plain = (
            type(X) is np.ndarray and len(X) <= MOST_ROWS and not weighted and estimator._optimizer.policy == "constant"
        )
        plain = plain and estimator.shards is None
        told = estimator.verbose or as_callbacks(estimator.callbacks) or "_skl_callbacks" in made
        return plain and not told and not ASK_FOR_MORE & made.keys()

    def takes(self, estimator: Any, X: Any) -> bool:
        """Whether all is as it was, and X (n, m) is such rows."""
        if type(X) is not np.ndarray or X.ndim != 2 or X.shape[1] != self.x.shape[1] or X.dtype != self.x.dtype:
            return False
        n = len(X)
        if not self.least <= n <= self.most or (self.clipped and n != self.most) or not X.flags.c_contiguous:
            return False
        same = estimator._optimizer is self.solver and estimator._net() is self.net
        x = X.ravel()
        return same and self.parameters.are_those_of(estimator) and math.isfinite(x.dot(x))

    def learn(self, estimator: Any, X: Array, Y: Array) -> bool:
        """One step on X (n, m) with targets Y (n, outputs), which `takes` takes; False, and no step, where it is not finite."""
        n, solver = len(X), self.solver
        self._hand_over(estimator, X, Y)
        if self.shuffled_anew and n > 1:
            self.numbers[:] = self.in_order
            check_random_state(estimator.random_state).shuffle(self.numbers)
        try:
            loss = self.engine.run(self.batches, solver.etas(1), solver.steps + 1) / n
        except NonFinite:
            return False  # the step was not taken: the full path takes it, and says what is wrong
        solver.steps += 1
        estimator.n_iter_ = 1
        estimator.t_ += n
        record_loss(estimator, loss)
        shorten_curve(estimator)
        self.improvement.look_at_loss(loss)
        return True

    def _make_engine(self, room: int) -> None:
        """An engine for up to so many rows; the optimiser's arrays are the task's, and stay."""
        self.room = max(2, room)
        self.engine, _ = choose_engine(self.task, self.asked[0], self.room, self.asked[1])

    def _hand_over(self, estimator: Any, X: Array, Y: Array) -> None:
        """Give the engine these rows: those of the call before are overwritten, where there are as many."""
        if len(X) > self.room:
            self.engine.state()
            self._make_engine(2 * len(X))
        if len(X) != len(self.x):
            self.x, self.y = X.copy(), np.empty((len(X), self.y.shape[1]), self.y.dtype)
            self.y[...] = Y
            self.engine.move_to(self.x, self.y)
            self._order(estimator, len(X))
            return
        self.x[...], self.y[...] = X, Y
        self.engine.refill()

    def _order(self, estimator: Any, n: int) -> None:
        """Get ready for calls with n rows."""
        self.in_order = np.arange(n)
        self.numbers = self.in_order.copy()
        if estimator.shuffle and not self.shuffled_anew:
            check_random_state(estimator.random_state).shuffle(self.numbers)
        self.batches = Batches(self.numbers, np.array([0, n]))
        if estimator.batch_size == "auto":
            found_in_data(estimator, batch_size=n)

    def update_solver(self) -> None:
        """Bring the solver's state up to date."""
        self.engine.state()

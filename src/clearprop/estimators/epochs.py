"""The epochs of one `fit` or `partial_fit`, as scikit-learn counts, scores and ends them. Engines take the steps.

What happens stands on the estimator after every epoch, so that callbacks and an interrupted training have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..advice.warned import warn
from ..engines import NonFinite, Task, require_points
from ..formulas.catalogue import Array, find
from ..training.interrupts import Interrupts
from ..training.last_batch import LastBatch
from . import held_out, remedies, words
from .calls import INTERRUPTED, Call
from .improvement import Improvement, record_loss
from .on_ranks import require_same_held_out, require_same_weights, taking_steps
from .rows import AUTO_BATCH, Rows, rows
from .settings import found_in_data
from .solver import Solver
from .watch import Watch
from .weights import PointWeights

NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


def learn_by_steps(estimator: Any, call: Call, task: Task, weights: PointWeights | None, X: Any) -> Task:
    """Train by epochs on points X (n, m), dense or sparse, but for those held out; the task as the engines had it."""
    order, validation = np.arange(X.shape[0]), None
    if call.validation_data is not None:
        validation = held_out.from_user(estimator, call.validation_data)
        require_same_held_out(call.ranks, validation.held_out)
    elif estimator.early_stopping:
        order, validation = held_out.split(estimator, call.given, task, weights, X)
    scaled, mean = (None, 1.0) if weights is None else call.weighed(weights, order)
    improvement = Improvement(estimator, task.network, held_out=validation is not None)
    vars(estimator).setdefault("loss_curve_", [])
    batch, last = _batch_points(estimator, len(order)), find(LastBatch, estimator.last_batch)
    require_points(task.network, batch)
    _require_all_used(estimator, last, len(order), batch)
    solver = estimator._optimizer = call.solver(estimator, last.steps(len(order), batch))
    task = replace(
        task,
        optimizer=solver.rule,
        state=solver.state,
        weights=scaled,
        penalty=words.penalty_of_sum(estimator.alpha, estimator.l1_ratio, mean),
        seed=solver.seed or 0,
    )
    points = rows(task, X, batch, estimator.engine, estimator.threads, last, call.sharing(estimator, task))
    if call.advised is not None:
        call.advised.look_ahead(task, X, order, solver, call.epochs(estimator) * points.steps(len(order)))
    watch = Watch(estimator, points.task, validation, improvement, call.ranks)
    Epochs(estimator, call, points, solver, order, improvement, watch).run()
    return task


def _require_all_used(estimator: Any, last: LastBatch, n: int, batch: int) -> None:
    """ValueError where the same rows are left out of every epoch."""
    left_out = n - last.points(n, batch)
    if left_out and not estimator.shuffle:
        raise ValueError(
            f"last_batch={estimator.last_batch!r} with shuffle=False would never use the last {left_out} of {n} rows; give "
            "shuffle=True, or last_batch='even'"
        )


def _batch_points(estimator: Any, n: int) -> int:
    by_data = estimator.batch_size == "auto"
    asked: int = AUTO_BATCH if by_data else estimator.batch_size
    if not by_data and asked > n and asked != estimator._recipe().get("batch_size"):
        warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
    if by_data:
        found_in_data(estimator, batch_size=min(asked, n))
    return min(asked, n)


@dataclass
class Epochs:
    """Epochs on `rows`, in the `order` (n,) that each epoch shuffles in place."""

    estimator: Any
    call: Call
    rows: Rows
    solver: Solver
    order: Array
    improvement: Improvement
    watch: Watch

    def run(self) -> None:
        """As many as the call asks for, or until training ends."""
        est, net, n = self.estimator, self.rows.task.network, len(self.order)
        est.n_iter_, self.start = 0, net.parameters.copy()
        self.steps, self.points = self.rows.steps(n), self.rows.points(n)
        self.rows.changes = self.watch.tells_somebody or self.solver.may_change_state
        try:
            try:
                with taking_steps(self.call.ranks):
                    enough = self._ends_early()
            finally:
                self.rows.bring_up_to_date()
            if not enough:
                self.call.ran_out(est, self.rows, self.order)
        except NonFinite as error:
            self._diverged(error)
        except KeyboardInterrupt:
            self.call.interrupted = True
            warn(INTERRUPTED)
        self.watch.keep_best()

    def _ends_early(self) -> bool:
        """Take epoch after epoch; whether training ends before the last. Ctrl-C waits until the epoch under way is whole."""
        with Interrupts(self.call.ranks.any) as interrupts:
            for _ in range(self.call.epochs(self.estimator)):
                if self._epoch():
                    return True
                interrupts.check()
        return False

    def _epoch(self) -> bool:
        """One pass over the rows; whether training ends with it."""
        est, solver = self.estimator, self.solver
        event = self.watch.epoch_begins()
        if est.shuffle:
            est._random_state.shuffle(self.order)  # the order of scikit-learn's draws, which shuffles row numbers too
        record_loss(est, self.rows.run(self.order, solver.etas(self.steps), solver.steps + 1))
        solver.steps += self.steps
        est.n_iter_ += 1
        est.t_ += self.points
        if est.verbose:
            self.watch.say(f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        require_same_weights(self.call.ranks, self.rows.task, est.n_iter_)
        validation_loss = self.watch.count()
        solver.epoch_ends(est.t_)
        told = self.watch.tell(validation_loss, event, step=solver.steps, eta=solver.learning_rate)
        return told | self._is_enough()

    def _is_enough(self) -> bool:
        """Whether patience is at an end, and the solver has nothing left to try."""
        if not self.watch.has_waited_enough():
            return False
        goes_on = self.solver.goes_on()
        self.watch.say_no_improvement(goes_on or self.solver.ending)
        if goes_on:
            self.improvement.start_anew()
        return goes_on is None

    def _diverged(self, error: NonFinite) -> None:
        """With a set held out the best weights are kept, and a warning said; without, there is nothing good to keep."""
        est = self.estimator
        self.solver.steps += error.step
        self.call.ranks.launched = False  # all ranks have met it
        first = self.call.ranks.is_first
        message = remedies.diverged(est, self.rows, self.order, self.start, error) if first else ""
        if self.watch.validation is None:
            raise ValueError(f"{NON_FINITE} {message}") from None
        est.n_iter_ += 1
        record_loss(est, float("nan"))
        self.watch.show_score(float("nan"), float("nan"))
        warn(message, ConvergenceWarning)

"""The epochs of one `fit` or `partial_fit`, as scikit-learn counts, scores and ends them. Engines take the steps.

What happens stands on the estimator after every epoch, so that callbacks and an interrupted training have it.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..engines import NonFinite, Task, require_points
from ..formulas.catalogue import Array
from ..training import Report
from ..training.callbacks import as_callbacks, asked_to_stop
from ..training.interrupts import Interrupts
from . import held_out, remedies, words
from .calls import INTERRUPTED, Call
from .held_out import Validation
from .improvement import Improvement
from .rows import Rows, rows
from .solver import Solver
from .weights import PointWeights

AUTO_BATCH = 200
"""Points in a batch of `batch_size="auto"`, at most."""
NO_IMPROVEMENT = "{what} did not improve more than tol={tol:f} for {epochs} consecutive epochs."
NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


def learn_by_steps(estimator: Any, call: Call, task: Task, weights: PointWeights | None, X: Any) -> Task:
    """Train by epochs on points X (n, m), dense or sparse, but for those held out; the task as the engines had it."""
    order, validation = np.arange(X.shape[0]), None
    if call.validation_data is not None:
        validation = held_out.from_user(estimator, call.validation_data)
    elif estimator.settings.early_stopping:
        order, validation = held_out.split(estimator, task, weights, X)
    scaled, mean = (None, 1.0) if weights is None else weights.of_mean_1(order)
    improvement = Improvement(estimator, task.network, held_out=validation is not None)
    batch = _batch_points(estimator, len(order))
    require_points(task.network, batch)
    solver = estimator._optimizer = call.solver(estimator, -(-len(order) // batch))
    task = replace(
        task,
        optimizer=solver.rule,
        state=solver.state,
        weights=scaled,
        penalty=words.penalty_of_sum(estimator.settings.alpha, estimator.l1_ratio, mean),
        seed=solver.seed,
    )
    points = rows(task, X, batch, estimator.engine, estimator.threads)
    if call.advised is not None:
        call.advised.look_ahead(task, X, order, solver, call.epochs(estimator.settings) * points.steps(len(order)))
    Epochs(estimator, call, points, solver, order, improvement, validation).run()
    return task


def _batch_points(estimator: Any, n: int) -> int:
    settings = estimator.settings
    asked: int = AUTO_BATCH if settings.batch_size == "auto" else settings.batch_size
    if asked > n and asked == estimator.batch_size:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=6
        )
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
    validation: Validation | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        est = self.estimator
        self.callbacks = as_callbacks(est.callbacks)
        self.events = est._init_callback_context(max_subtasks=None) if hasattr(est, "_skl_callbacks") else None
        """scikit-learn's callback context, if the estimator has callbacks of that protocol."""

    def run(self) -> None:
        """As many as the call asks for, or until training ends."""
        est, net = self.estimator, self.rows.task.network
        est.n_iter_, self.start = 0, net.parameters.copy()
        try:
            if not self._ends_early():
                self.call.ran_out(est, self.rows, self.order)
        except NonFinite as error:
            self._diverged(error)
        except KeyboardInterrupt:
            self.call.interrupted = True
            warnings.warn(INTERRUPTED, stacklevel=6)
        if self.validation is not None:
            est._best.give(net)

    def _ends_early(self) -> bool:
        """Take epoch after epoch; whether training ends before the last. Ctrl-C waits until the epoch under way is whole."""
        with Interrupts() as interrupts:
            for _ in range(self.call.epochs(self.estimator.settings)):
                if self._epoch():
                    return True
                interrupts.check()
        return False

    def _epoch(self) -> bool:
        """One pass over the rows; whether training ends with it."""
        est, solver, n = self.estimator, self.solver, len(self.order)
        event = self.events.subcontext(task_name="epoch") if self.events else None
        if event:
            event.call_on_fit_task_begin(estimator=est)
        if est.shuffle:
            est._random_state.shuffle(self.order)  # the order of scikit-learn's draws, which shuffles row numbers too
        steps = self.rows.steps(n)
        est.loss_ = self.rows.run(self.order, solver.etas(steps), solver.steps + 1)
        solver.steps += steps
        est.n_iter_ += 1
        est.t_ += n
        est.loss_curve_.append(est.loss_)
        say(est, f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        validation_loss = self._count()
        solver.epoch_ends(est.t_)
        return self._tell(validation_loss, event) | self._is_enough()

    def _count(self) -> float | None:
        """Whether it became better; the loss on the set held out, if there is one."""
        if self.validation is None:
            self.improvement.look_at_loss(self.estimator.loss_)
            return None
        score, loss = self.validation.look(self.rows.task)
        self._show_score(score, loss)
        return loss

    def _show_score(self, score: float, loss: float) -> None:
        say(self.estimator, f"Validation score: {score:f}")
        self.improvement.look_at_score(score, loss, self.rows.task.network)

    def _is_enough(self) -> bool:
        """Whether patience is at an end, and the solver has nothing left to try."""
        est, epochs = self.estimator, self.estimator.settings.n_iter_no_change
        if est._no_improvement_count <= epochs:
            return False
        what = "Training loss" if self.validation is None else "Validation score"
        goes_on = self.solver.goes_on()
        say(est, f"{NO_IMPROVEMENT.format(what=what, tol=est.tol, epochs=epochs)} {goes_on or self.solver.ending}")
        if goes_on:
            self.improvement.start_anew()
        return goes_on is None

    def _tell(self, validation_loss: float | None, event: Any) -> bool:
        """Tell every callback; whether one of them asks to stop."""
        est = self.estimator
        report = Report(
            step=self.solver.steps,
            epoch=float(est.n_iter_),
            loss=est.loss_,
            eta=self.solver.learning_rate,
            seconds=time.perf_counter() - self.began,
            validation_loss=validation_loss,
            metrics={} if validation_loss is None else {"validation_score": est.validation_scores_[-1]},
            network=self.rows.task.network,
        )
        stop = asked_to_stop(self.callbacks, report)
        if event:
            stop |= event.call_on_fit_task_end(estimator=est, reconstruction_attributes=lambda: fitted(est))
        return stop

    def _diverged(self, error: NonFinite) -> None:
        """With a set held out the best weights are kept, and a warning said; without, there is nothing good to keep."""
        est = self.estimator
        self.solver.steps += error.step
        message = remedies.diverged(est, self.rows, self.order, self.start, error)
        if self.validation is None:
            raise ValueError(f"{NON_FINITE} {message}") from None
        est.n_iter_ += 1
        est.loss_ = float("nan")
        est.loss_curve_.append(est.loss_)
        self._show_score(float("nan"), float("nan"))
        warnings.warn(message, ConvergenceWarning, stacklevel=7)


def fitted(estimator: Any) -> dict[str, Any]:
    """The attributes that make an estimator as it stands ready to predict, its weights copied."""
    kept = {name: value for name, value in vars(estimator).items() if name.endswith("_") or name == "_labels"}
    if estimator._has_learnt_more():
        kept["_network"] = estimator._net().copy()
    return kept | {name: [array.copy() for array in getattr(estimator, name)] for name in ("coefs_", "intercepts_")}


def say(estimator: Any, text: str) -> None:
    """What `verbose` shows, on the screen as scikit-learn has it."""
    if estimator.verbose:
        print(text)  # noqa: T201 - `verbose` asks for it

"""The epochs of one `fit` or `partial_fit` by steps, as scikit-learn counts, scores and ends them. Engines take the steps.

What happens is written on the estimator as it passes, so that callbacks and an interrupted training have it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..engines import NonFinite
from ..formulas.catalogue import Array
from ..training import Report
from ..training.evaluation import HeldOut
from . import remedies
from .rows import Rows
from .solver import Solver

NO_IMPROVEMENT = {
    True: "Validation score did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
    False: "Training loss did not improve more than tol={tol:f} for {epochs} consecutive epochs.",
}
NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


@dataclass
class Descent:
    """Epochs on `rows`, in the `order` (n,) that each epoch shuffles in place."""

    estimator: Any
    rows: Rows
    solver: Solver
    order: Array
    rng: np.random.RandomState
    held_out: HeldOut | None = None
    score: Callable[[Array, float], float] | None = None
    """Of outputs A on the set held out, and of the loss there: what early stopping looks at."""
    events: Any = None
    """scikit-learn's callback context, if the estimator has callbacks of that protocol."""
    began: float = field(default_factory=time.perf_counter)

    def run(self, epochs: int, *, incremental: bool = False) -> None:
        """At most `epochs` of them; with `incremental`, nothing is said about having stopped too soon."""
        est = self.estimator
        est.n_iter_, self.start = 0, self.rows.task.network.parameters.copy()
        try:
            for _ in range(epochs):
                if self._epoch() or incremental:
                    break
            else:
                self.rows.release()  # so that a trial takes no memory but what training had
                if not self.solver.has_come_to_its_end:
                    warnings.warn(remedies.not_converged(est, self.rows, self.order), ConvergenceWarning, stacklevel=5)
        except NonFinite as error:
            self._diverged(error)
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=5)
        if self.held_out is not None:
            net, best = self.rows.task.network, est._best_network
            net.parameters, net.statistics[...] = best.parameters, best.statistics

    def _epoch(self) -> bool:
        """One pass over the rows; whether training ends with it."""
        est, n = self.estimator, len(self.order)
        event = self.events.subcontext(task_name="epoch") if self.events else None
        if event:
            event.call_on_fit_task_begin(estimator=est)
        if est.shuffle:
            self.rng.shuffle(self.order)  # the order that scikit-learn's draws give, which shuffles numbers of its rows
        t = self.solver.steps + 1
        est.loss_ = self.rows.descend(self.order, self.solver.etas(self.rows.steps(n)), t)
        est.n_iter_ += 1
        est.t_ += n
        est.loss_curve_.append(est.loss_)
        say(est, f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        validation_loss = self._count_improvement()
        self.solver.epoch_ends(est.t_)
        return self._told(validation_loss, event) | self._is_enough()

    def _is_enough(self) -> bool:
        """Whether patience is at an end, and the solver has nothing left to try."""
        est = self.estimator
        if est._no_improvement_count <= est.settings.n_iter_no_change:
            return False
        message = NO_IMPROVEMENT[self.held_out is not None].format(tol=est.tol, epochs=est.settings.n_iter_no_change)
        goes_on = self.solver.goes_on()
        say(est, f"{message} {goes_on or self.solver.last_word}")
        if goes_on:
            est._no_improvement_count = 0
        return goes_on is None

    def _count_improvement(self) -> float | None:
        """Whether it became better by more than `tol`; the loss on the set held out, if there is one."""
        est = self.estimator
        if self.held_out is None or self.score is None:
            est._no_improvement_count = est._no_improvement_count + 1 if est.loss_ > est.best_loss_ - est.tol else 0
            est.best_loss_ = min(est.loss_, est.best_loss_)
            return None
        task = self.rows.task
        with np.errstate(all="ignore"):  # outputs that overflow score NaN
            Z, A = self.held_out.outputs(task.network)
            loss = self.held_out.loss(task.network, task.loss, None, Z, A)
        self._scored(self.score(A, loss) if np.isfinite(A).all() else float("nan"), loss)
        return loss

    def _scored(self, score: float, loss: float) -> None:
        est = self.estimator
        est.validation_scores_.append(score)
        est.validation_loss_curve_.append(loss)
        say(est, f"Validation score: {score:f}")
        best = est.best_validation_score_
        est._no_improvement_count = est._no_improvement_count + 1 if score < best + est.tol else 0
        if score > best or (score == best and est.settings.best_epoch == "last"):
            est.best_validation_score_ = score
            est._best_network = self.rows.task.network.copy()

    def _told(self, validation_loss: float | None, event: Any) -> bool:
        """Tell every callback; whether one of them asks to stop."""
        est, task = self.estimator, self.rows.task
        report = Report(
            step=self.solver.steps,
            epoch=float(est.n_iter_),
            loss=est.loss_,
            eta=self.solver.learning_rate,
            seconds=time.perf_counter() - self.began,
            validation_loss=validation_loss,
            metrics={} if validation_loss is None else {"validation_score": est.validation_scores_[-1]},
            network=task.network,
        )
        given = est.callbacks or ()
        answers = [callback(report) for callback in (given if isinstance(given, tuple | list) else (given,))]
        stop = any(answer is True for answer in answers)
        if event:
            stop |= event.call_on_fit_task_end(estimator=est, reconstruction_attributes=lambda: fitted(est))
        return stop

    def _diverged(self, error: NonFinite) -> None:
        """With a set held out the best weights are kept, and a warning said; without, there is nothing good to keep."""
        est = self.estimator
        message = remedies.diverged(est, self.rows, self.order, self.start, error)
        if self.held_out is None:
            raise ValueError(f"{NON_FINITE} {message}") from None
        est.n_iter_ += 1
        est.loss_ = float("nan")
        est.loss_curve_.append(est.loss_)
        self._scored(float("nan"), float("nan"))
        warnings.warn(message, ConvergenceWarning, stacklevel=6)


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

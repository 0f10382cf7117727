"""`solver="lbfgs"`: SciPy's L-BFGS on all points at once, dense or sparse. It draws no batches, and holds out no points."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..advice.warned import warn
from ..engines import Task, choose_engine, require_points
from ..engines.sparse_engine import SparseEngine
from ..formulas.lbfgs import LBFGS
from ..training.averages import gather_statistics_in_place
from ..training.quasi_newton import LossAndGradient, Objective, SparseObjective, minimise, require_one_function
from . import held_out, words
from .calls import Call
from .improvement import Improvement
from .on_ranks import require_same_held_out, taking_steps
from .rows import as_rows
from .watch import Watch
from .weights import PointWeights


def search(estimator: Any, call: Call, task: Task, weights: PointWeights | None, X: Any) -> None:
    """Lower the loss of the task on all points X (n, m), from where the network is; the network is changed in place."""
    require_one_function(task)
    net, n = task.network, X.shape[0]
    require_points(net, n)
    scaled, mean = (None, 1.0) if weights is None else weights.of_mean_1(slice(None))
    penalty = words.penalty(estimator.alpha, estimator.l1_ratio, n * mean)
    every = replace(task, X=as_rows(X), weights=scaled, penalty=penalty)
    sharing = call.sharing(estimator, task)
    choose = choose_engine if sharing is None else sharing.engine_for
    by_engine = Objective(every, estimator.engine, estimator.threads, choose)
    reference = sharing is None and isinstance(by_engine.engine, SparseEngine)  # which would make every row dense
    objective: LossAndGradient = SparseObjective(replace(every, X=X)) if reference else by_engine
    rule = words.optimizer(estimator)
    assert isinstance(rule, LBFGS)
    after_step = AfterStep(watched(estimator, call, task), X)
    with taking_steps(call.ranks):
        found = minimise(
            objective,
            net.parameters,
            rule,
            steps=estimator.max_iter,
            evaluations=estimator.max_fun,
            after_step=after_step,
        )
    estimator.n_iter_ = found.nit if after_step.ended else _steps_taken(found, estimator.max_iter)
    estimator.loss_ = np.float64(found.fun)
    net.parameters = found.x
    gather_statistics_in_place(net, X)
    after_step.watch.keep_best()


def _steps_taken(found: Any, most: int) -> int:
    """How many steps a search took; a ConvergenceWarning, in scikit-learn's words, where it did not converge."""
    steps = min(int(found.nit), most)
    if found.status != 0:
        more = (
            f"\nIncrease the number of iterations to improve the convergence (max_iter={most})."
            if steps == most
            else ""
        )
        warn(
            f"lbfgs failed to converge after {steps} iteration(s) (status={found.status}):\n{found.message}\n{more}"
            "\nYou might also want to scale the data as shown in:\n    https://scikit-learn.org/stable/modules/preprocessing.html",
            ConvergenceWarning,
        )
    return steps


def watched(estimator: Any, call: Call, task: Task) -> Watch:
    """The watch of a search: patience counts scores on a set that the user gave. Without one, SciPy's rules end it."""
    if call.validation_data is None:
        return Watch(estimator, task, ranks=call.ranks)
    validation = held_out.from_user(estimator, call.validation_data)
    require_same_held_out(call.ranks, validation.held_out)
    return Watch(estimator, task, validation, Improvement(estimator, task.network, held_out=True), call.ranks)


class AfterStep:
    """What is done after each step of a search on points X (n, m): the network is looked at, and the search may end."""

    def __init__(self, watch: Watch, X: Any) -> None:
        self.watch, self.X, self.steps = watch, X, 0
        self.ended = False
        """Whether a callback, or patience, has ended the search."""

    def __call__(self, intermediate_result: Any) -> None:
        watch, est = self.watch, self.watch.estimator
        self.steps += 1
        est.n_iter_, est.loss_ = self.steps, np.float64(intermediate_result.fun)
        watch.say(f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        if watch.is_idle:
            return
        watch.task.network.parameters = intermediate_result.x
        gather_statistics_in_place(watch.task.network, self.X)
        event = watch.epoch_begins()
        validation_loss = watch.count()
        told, enough = watch.tell(validation_loss, event, step=self.steps, eta=math.nan), watch.has_waited_enough()
        if enough:
            watch.say_no_improvement("Stopping.")
        if told or enough:
            self.ended = True
            raise StopIteration

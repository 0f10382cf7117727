"""`solver="lbfgs"`: SciPy's L-BFGS on all points at once, dense or sparse. It draws no batches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.utils.optimize import _check_optimize_result

from ..engines import Task, require_points
from ..formulas.lbfgs import LBFGS
from ..training.averages import gather_statistics_in_place
from ..training.quasi_newton import Objective, SparseObjective, minimise, require_one_function
from . import words
from .weights import PointWeights


def search(estimator: Any, task: Task, weights: PointWeights | None, X: Any) -> None:
    """Lower the loss of the task on all points X (n, m), from where the network is; the network is changed in place."""
    require_one_function(task)
    net, n = task.network, X.shape[0]
    require_points(net, n)
    scaled, mean = (None, 1.0) if weights is None else weights.of_mean_1(slice(None))
    penalty = words.penalty(estimator.alpha, estimator.l1_ratio, n * mean)
    every = replace(task, X=X, weights=scaled, penalty=penalty)
    dense = isinstance(X, np.ndarray)
    objective = Objective(every, estimator.engine, estimator.threads) if dense else SparseObjective(every)
    rule = words.optimizer(estimator)
    assert isinstance(rule, LBFGS)
    found = minimise(objective, net.parameters, rule, steps=estimator.max_iter, evaluations=estimator.max_fun)
    estimator.n_iter_ = _check_optimize_result("lbfgs", found, estimator.max_iter)
    estimator.loss_ = float(found.fun)
    net.parameters = found.x
    gather_statistics_in_place(net, X)

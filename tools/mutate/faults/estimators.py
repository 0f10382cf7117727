"""Faults in how estimators train: one state over calls, what improves, L-BFGS, what a callback's answer means."""

from __future__ import annotations

from ..fault import Fault

ESTIMATORS = [
    Fault(
        "Ctrl-C ends one restart, and the next one begins",
        "estimators/restarts.py",
        "        if call.interrupted:\n            break\n",
        "",
    ),
    Fault(
        "a warning's trial tells the loss of all its points together",
        "advice/trials.py",
        "np.zeros(1), t=1) / len(every)",
        "np.zeros(1), t=1)",
    ),
    # ---- one state over calls
    Fault(
        "the solver of a network of other widths goes on",
        "estimators/solver.py",
        "return self._shapes == net.shapes",
        "return len(self._shapes) == len(net.shapes)",
    ),
    Fault(
        "a network drawn anew is trained by the solver of the one before",
        "estimators/perceptron.py",
        'for name in ("_optimizer", "_stream", "temperature_", "members_"):',
        'for name in ("_stream", "temperature_", "members_"):',
    ),
    Fault(
        "a row that is streamed is not counted as a step",
        "estimators/stream.py",
        "        solver.steps += 1\n",
        "        solver.steps += 0\n",
    ),
    Fault(
        "every call of partial_fit has a new solver",
        "estimators/calls.py",
        "if held is None or not held.fits(estimator._net()):",
        "if True:",
    ),
    Fault(
        "a fit goes on with the solver of the last one",
        "estimators/calls.py",
        "        return solver_for(estimator, steps)\n\n    def weighed",
        '        return vars(estimator).get("_optimizer") or solver_for(estimator, steps)\n\n    def weighed',
    ),
    Fault(
        "the mean loss of an epoch is over points that were dropped too",
        "estimators/rows.py",
        "        return lost / used\n",
        "        return lost / len(order)\n",
    ),
    Fault(
        "a rate that changes between epochs leaves the engine's momentum as it was",
        "estimators/solver.py",
        'return self.policy in {"adaptive", "invscaling"}',
        "return False",
    ),
    Fault(
        "what an optimiser keeps does not reach the estimator",
        "estimators/rows.py",
        "if self._engine_of_all is not None and not self.changes:",
        "if False:",
    ),
    Fault(
        "a number that float32 does not have is trained on as infinite",
        "estimators/holder.py",
        '    if not np.isfinite(cast.data if hasattr(cast, "tocsr") else cast).all():\n',
        "    if False:\n",
    ),
    Fault(
        "mean and deviation of the target lose the digits that float32 has not",
        "estimators/regressor.py",
        "    return np.result_type(dtype, y.dtype) if",
        "    return dtype if",
    ),
    Fault(
        "steps of a call that failed are not counted",
        "estimators/epochs.py",
        "self.solver.steps += error.step",
        "self.solver.steps += 0 * error.step",
    ),
    Fault(
        "a point that is explained must be of all classes",
        "estimators/of_task.py",
        "        self._require_known(y)\n        return self._encoded(y, dtype)",
        "        self._require_known(y, alike=self.warm_start)\n        return self._encoded(y, dtype)",
    ),
    Fault(
        "a network drawn anew is streamed to by the engine of the one before",
        "estimators/perceptron.py",
        'for name in ("_optimizer", "_stream", "temperature_", "members_"):',
        'for name in ("_optimizer", "temperature_", "members_"):',
    ),
    Fault(
        "the first weights of a network without hidden layers are bounded as for ReLU, whatever activation is asked for",
        "estimators/words.py",
        "return Sklearn(2.0 if isinstance(_activation(first), Sigmoid) else 6.0)",
        "return Sklearn(6.0)",
    ),
    # ---- parameters that change between calls
    Fault(
        "a row that is streamed does not look at what changed inside a parameter",
        "estimators/stream.py",
        "return all(np.array_equal(getattr(estimator, name), was) for name, was in self.inside.items())",
        "return True",
    ),
    Fault(
        "rows are streamed whatever the parameters have become",
        "estimators/stream.py",
        "if not all(map(is_, self.of(estimator), self.values)):",
        "if False:",
    ),
    Fault(
        "callbacks are not called for rows that are streamed",
        "estimators/stream.py",
        'told = estimator.verbose or as_callbacks(estimator.callbacks) or "_skl_callbacks" in made',
        'told = estimator.verbose or "_skl_callbacks" in made',
    ),
    Fault(
        "the solver of a chain of partial_fit stays without a word",
        "estimators/continuing.py",
        "    if held == asked:\n",
        "    if held == held:\n",
    ),
    Fault(
        "a parameter of the network is forgotten where learning goes on",
        "estimators/continuing.py",
        '    "normalization": words.normalization,\n',
        "",
    ),
    Fault(
        "dropout that is asked for late has the masks of seed 0",
        "estimators/calls.py",
        "        draw_seed(estimator, held)",
        "        held.seed",
    ),
    # ---- what improves
    Fault(
        "an improvement by exactly the tolerance is none",
        "estimators/improvement.py",
        "return not value > self.best - self.tolerance",
        "return not value >= self.best - self.tolerance",
    ),
    Fault(
        "a score that is not a number is no improvement",
        "estimators/improvement.py",
        "return not value > self.best - self.tolerance",
        "return value <= self.best - self.tolerance",
    ),
    Fault(
        "of several epochs that are equally good the first is kept though the last is asked for",
        "estimators/improvement.py",
        "return loss <= self.loss",
        "return loss < self.loss",
    ),
    Fault(
        "patience begins anew in every call",
        "estimators/improvement.py",
        "ExactPatience(estimator.tol, lowest, estimator._no_improvement_count)",
        "ExactPatience(estimator.tol, lowest, 0)",
    ),
    Fault(
        "the best score of a call is not compared with those before",
        "estimators/improvement.py",
        "best.restore(estimator._best.state())",
        "best.keep(math.inf, net)",
    ),
    # ---- L-BFGS is watched
    Fault(
        "patience does not end a search",
        "estimators/whole_set.py",
        "        if told or enough:\n",
        "        if told:\n",
    ),
    Fault(
        "a search that ended by patience gives the last weights",
        "estimators/whole_set.py",
        "    after_step.watch.keep_best()\n",
        "",
    ),
    Fault(
        "a search that a callback ended is said to have failed",
        "estimators/whole_set.py",
        "found.nit if after_step.ended else _steps",
        "_steps",
    ),
    Fault(
        "a search looks at a network without its batch statistics",
        "estimators/whole_set.py",
        "        gather_statistics_in_place(watch.task.network, self.X)\n",
        "",
    ),
    # ---- margins and spread
    Fault(
        "a decision is compared with 0 where the label is chosen at one half",
        "estimators/targets.py",
        "        above = A - self.answers.half_way\n",
        "        above = A\n",
    ),
    Fault(
        "a spread stays in standard units",
        "estimators/regressor.py",
        "            std = std * self.target_scale_\n",
        "            std = std * 1\n",
    ),
    Fault(
        "a spread is the variance",
        "formulas/likelihoods.py",
        "return np.exp(A[:, A.shape[1] // 2 :] / 2)",
        "return np.exp(A[:, A.shape[1] // 2 :])",
    ),
    # ---- what callbacks answer
    Fault(
        "NumPy's True does not stop training",
        "training/callbacks.py",
        "isinstance(answer, bool | np.bool_)",
        "isinstance(answer, bool)",
    ),
    Fault(
        "callbacks after one that asks to stop are not told",
        "training/callbacks.py",
        "    answers = [callback(report) for callback in callbacks]\n",
        "    answers = (callback(report) for callback in callbacks)\n",
    ),
]

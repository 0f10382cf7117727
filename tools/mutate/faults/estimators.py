"""Faults in the estimators: whose solver it is, what improves, what weights count for, what a callback's answer means."""

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
        "np.zeros(1), steps + 1) / len(every)",
        "np.zeros(1), steps + 1)",
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
        'for name in ("_optimizer", "_stream"):',
        'for name in ("_stream",):',
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
        "return held if held is not None and held.fits",
        "return held if False and held.fits",
    ),
    Fault(
        "a fit goes on with the solver of the last one",
        "estimators/calls.py",
        "        return solver_for(estimator, steps)\n\n    def epochs(self, settings: Any) -> int:\n        return int",
        '        return vars(estimator).get("_optimizer") or solver_for(estimator, steps)\n\n'
        "    def epochs(self, settings: Any) -> int:\n        return int",
    ),
    Fault(
        "steps of a call that failed are not counted",
        "estimators/epochs.py",
        "self.solver.steps += error.step",
        "self.solver.steps += 0 * error.step",
    ),
    Fault(
        "a point that is explained must be of all classes",
        "estimators/perceptron.py",
        "        self._require_known(y)\n        return self._encoded(y, dtype)",
        "        self._require_known(y, alike=self.warm_start)\n        return self._encoded(y, dtype)",
    ),
    Fault(
        "a network drawn anew is streamed to by the engine of the one before",
        "estimators/perceptron.py",
        'for name in ("_optimizer", "_stream"):',
        'for name in ("_optimizer",):',
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
    # ---- weights of points
    Fault(
        "very large weights of points are not scaled before their mean",
        "validation.py",
        "scaled, power = scaled_by_power_of_2(weights, rows)",
        "scaled, power = weights, 0",
    ),
    Fault(
        "the mean of the weights is that of all points, not of those trained on",
        "validation.py",
        "mean = scaled[rows].mean()",
        "mean = scaled.mean()",
    ),
    Fault(
        "alpha forgets by which power of 2 the weights were scaled",
        "estimators/weights.py",
        "float(np.ldexp(mean, self.power))",
        "float(np.ldexp(mean, 0 * self.power))",
    ),
    Fault(
        "weights are taken into the network's type before they are scaled",
        "estimators/weights.py",
        "given = PointWeights.of(checked)",
        "given = PointWeights.of(checked.astype(dtype))",
    ),
    Fault(
        "a validation loss is of the user's weights, not of weights of mean 1",
        "estimators/held_out.py",
        'weights=weights.of_mean_1(held, "that is held out")[0][held])',
        "weights=weights.values[held])",
    ),
    # ---- the penalty
    Fault(
        "the penalty of a batch's sum is not divided by its points",
        "formulas/penalties.py",
        "return replace(self, points=points)",
        "return replace(self, points=1)",
    ),
    Fault(
        "a penalty of the sum is given to the kernels as one of the mean",
        "engines/compiled.py",
        "added is not penalty)",
        "False)",
    ),
]

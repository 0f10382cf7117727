"""Faults of what a training is warned of: a failure not seen, a healthy training warned of, a cause mistaken."""

from __future__ import annotations

from ..fault import Fault

ADVICE = [
    Fault(
        "targets below an output's range are taken for targets inside",
        "advice/targets.py",
        "np.maximum(np.maximum(inside.low - Y, Y - inside.high), 0.0)",
        "np.maximum(Y - inside.high, 0.0)",
    ),
    Fault(
        "targets are compared with the outputs of a loss that takes their logarithm",
        "advice/targets.py",
        "    return same and loss.outputs_per_target == 1",
        "    return loss.outputs_per_target == 1",
    ),
    Fault(
        "large targets are warned of where the steps are in proportion to the gradient",
        "advice/targets.py",
        "return lengths[0] if math.isclose(*lengths, rel_tol=0.01) else None",
        "return lengths[0]",
    ),
    Fault(
        "targets are warned of that no standardising brings into reach",
        "advice/targets.py",
        "if length is None or reached < 1 or size",
        "if length is None or size",
    ),
    Fault(
        "targets a little beyond what the steps seem to lead to are warned of, though they are fitted",
        "advice/targets.py",
        "size < BEYOND_REACH.value * reached:",
        "size < reached:",
    ),
    Fault(
        "a user's schedule is asked for steps that are not taken",
        "advice/targets.py",
        '    if CATALOGUE["schedule"].get(schedule.name) is not type(schedule):',
        "    if schedule is None:",
    ),
    Fault(
        "targets that are all the same make a failure of a constant prediction",
        "advice/outcome.py",
        "    if not varies.any():",
        "    if not varies.size:",
    ),
    Fault(
        "a training of a few steps has failed",
        "advice/outcome.py",
        "return FEW_STEPS.value",
        "return 1",
    ),
    Fault(
        "a training that gave up early is not judged",
        "advice/outcome.py",
        "        if self.steps >= self.asked:",
        "        if self.steps >= 0:",
    ),
    Fault(
        "a loss that rose by large steps is for want of a hidden layer",
        "advice/causes.py",
        "    _step_too_large,  # before _linear: a loss that has risen is no lack of hidden units",
        "",
    ),
    Fault(
        "a loss far above its start is not laid to the steps where no trial is affordable",
        "advice/causes.py",
        "        return _far_above(failure)",
        '        return ""',
    ),
    Fault(
        "the usual step size is not tried",
        "advice/trials.py",
        "    return (*by_tens, usual) if usual < by_tens[-1] else by_tens",
        "    return by_tens",
    ),
    Fault(
        "fewer step sizes are not tried where all would cost too much",
        "advice/causes.py",
        "    for rates in (smaller_rates(task, failure.eta), few_smaller_rates(task, failure.eta)):",
        "    for rates in (smaller_rates(task, failure.eta),):",
    ),
    Fault(
        "counts are to be standardised",
        "advice/causes.py",
        "    if not size > LARGE_TARGET.value or sample.task.loss.domain_Y != REALS:",
        "    if not size > LARGE_TARGET.value:",
    ),
    Fault(
        "units that were off at the start have died",
        "advice/causes.py",
        "int((dead & ~before).sum())",
        "int(dead.sum())",
    ),
    Fault(
        "dead units are warned of in a network that fits",
        "advice/outcome.py",
        "    if error < POOR.value and not (losses and has_grown(losses[0], losses)):",
        "    if error < 0:",
    ),
    Fault(
        "a loss has risen where its last value is above the first",
        "advice/outcome.py",
        "min(later[len(later) // 2 :])",
        "later[-1]",
    ),
    Fault(
        "most inputs that are 0 make a table small",
        "advice/sample.py",
        'values = X.data if hasattr(X, "tocsr") else X[X != 0]',
        "values = X if isinstance(X, np.ndarray) else X.toarray()",
    ),
    Fault(
        "each restart of a fit warns",
        "estimators/advised.py",
        "        if self.looked or self.warned:",
        "        if self.looked is None:",
    ),
    Fault(
        "a warning of an estimator is not silenced with ConvergenceWarning",
        "estimators/advised.py",
        "            give(found, OF_CONVERGENCE[found.category])\n\n    def",
        "            give(found)\n\n    def",
    ),
    Fault(
        "a warm start is judged by the losses of the fits before",
        "estimators/advised.py",
        "estimator.loss_curve_[-max(n_iter, 1) :]",
        "estimator.loss_curve_",
    ),
    Fault(
        "a failure that was foretold is told again",
        "training/trainer.py",
        "    if first and not warned:\n",
        "    if first and run:\n",
    ),
    Fault(
        "a warning names a line of this package",
        "advice/warned.py",
        "    level = 1\n",
        "    return 1\n",
    ),
]

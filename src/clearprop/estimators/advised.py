"""What `fit` warns of beside scikit-learn's warnings: targets that cannot be reached, and a training that has failed.

`partial_fit` warns of nothing: what it sees is a piece of a training.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from .. import advice
from ..advice.outcome import Course, outcome
from ..advice.sample import Sample
from ..advice.targets import may_be_out_of_reach, out_of_range, out_of_reach
from ..advice.warned import Wording, give
from ..engines import Task
from ..formulas.catalogue import Array
from ..network import Network
from ..training.calibration import contradiction, divide_in_place
from . import words
from .solver import Solver
from .weights import PointWeights

WORDING = Wording(
    scale_inputs='scaling="standard", or StandardScaler in a pipeline',
    scale_targets="standardize_target=True, or TransformedTargetRegressor(..., transformer=StandardScaler())",
    step_size="learning_rate_init",
    init='initializer="{}"',
)


class TargetOutOfReach(advice.TargetOutOfReach, ConvergenceWarning):
    """As a ConvergenceWarning too, so that a program which silences these is not told."""


class ConstantPrediction(advice.ConstantPrediction, ConvergenceWarning):
    """As a ConvergenceWarning too, so that a program which silences these is not told."""


class LossRose(advice.LossRose, ConvergenceWarning):
    """As a ConvergenceWarning too, so that a program which silences these is not told."""


class DeadUnits(advice.DeadUnits, ConvergenceWarning):
    """As a ConvergenceWarning too, so that a program which silences these is not told."""


class HeldOutContradicts(advice.HeldOutContradicts, ConvergenceWarning):
    """As a ConvergenceWarning too, so that a program which silences these is not told."""


OF_CONVERGENCE: dict[type[Warning], type[Warning]] = {
    advice.TargetOutOfReach: TargetOutOfReach,
    advice.ConstantPrediction: ConstantPrediction,
    advice.LossRose: LossRose,
    advice.DeadUnits: DeadUnits,
    advice.HeldOutContradicts: HeldOutContradicts,
}


class Advised:
    """The warnings of one `fit`: one before its first step or one after its last, and each for all restarts together."""

    def __init__(self, task: Task) -> None:
        net = task.network
        self.start, self.looked = net.parameters.copy(), False
        found = out_of_range(net.f[net.L], task.loss, task.Y)
        self.warned = found is not None
        if found is not None:
            give(found)

    def look_ahead(self, task: Task, X: Any, order: Array, solver: Solver, steps: int) -> None:
        """Before the first of at most `steps` steps on points X (n, m), of which the rows `order` are trained on."""
        if self.looked or self.warned:
            return
        self.looked = True
        if not may_be_out_of_reach(task.loss):
            return
        found = out_of_reach(Sample.of(task, X, order), solver.foreseen, steps, WORDING)
        if found is not None:
            self.warned = True
            give(found, OF_CONVERGENCE[found.category])

    def look_back(self, estimator: Any, task: Task, weights: PointWeights | None, X: Any) -> None:
        """After the last step, on points X (n, m), with the network that is kept, as it was before its temperature."""
        contradicted = contradiction(vars(estimator).get("temperature_", 1.0))
        if contradicted is not None:
            if said := _stuck_score(estimator):
                contradicted = replace(contradicted, remedy=said)
            give(contradicted, OF_CONVERGENCE[contradicted.category])
        if self.warned:
            return
        net, n, n_iter = _as_trained(estimator), X.shape[0], estimator.n_iter_
        if words.takes_whole_set(estimator.solver):
            course = Course(self.start, (), n_iter, estimator.max_iter, None, n_iter * n)
        else:
            solver, losses = estimator._optimizer, estimator.loss_curve_[-max(n_iter, 1) :]
            asked = solver.steps // max(n_iter, 1) * estimator.max_iter
            course = Course(self.start, losses, solver.steps, asked, solver.learning_rate, estimator.t_)
            task = replace(task, optimizer=solver.rule)
        scaled = None if weights is None else weights.of_mean_1(slice(None))[0]
        task = replace(task, network=net, weights=scaled, penalty=estimator._penalty(n))
        sample = Sample.of(task, X, seen=course.seen)
        found = outcome(sample, course, WORDING)
        if found is not None:
            give(found, OF_CONVERGENCE[found.category])


def _as_trained(estimator: Any) -> Network:
    """The network as training left it, without the temperature."""
    net: Network = estimator._net()
    if "temperature_" not in vars(estimator):
        return net
    net = net.copy()
    divide_in_place(net, 1 / estimator.temperature_)
    return net


def _stuck_score(estimator: Any) -> str:
    """What to do where the held-out score is the same after every epoch, so that early weights are kept; empty elsewhere."""
    scores = vars(estimator).get("validation_scores_") or []
    if estimator.scoring == "loss" or len(scores) < 2 or any(score != scores[0] for score in scores):
        return ""
    return (
        f"their score was {scores[0]:.3g} after each of {len(scores)} epochs, so the weights are those of one of the first: "
        'scoring="loss" sees smaller progress than that'
    )

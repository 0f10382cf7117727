"""The step that an estimator would take next on one point, as options of `explain`: that of `partial_fit` with this row.

It is looked at and not taken; what `explain` shows in another way than a training does is said.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import words
from .class_weights import weights_by_class, weights_of_classes
from .solver import Solver, terms


def next_step(estimator: Any, label: Any) -> dict[str, Any]:
    """Its optimiser with its state, eta at the step t, what the point with this `label` (1, ...) counts for, the penalty."""
    solver = _solver(estimator)
    found: dict[str, Any] = {
        "optimizer": solver.rule,
        "state": solver.state if solver.steps else None,
        "t": solver.steps + 1,
        "penalty": estimator._penalty(1.0),
        "note": "; ".join(_shown_otherwise(estimator, solver)) or None,
    }
    if not solver.rule.whole_set:
        found["eta"] = solver.foreseen
    weight = _weight(estimator, label)
    return found if weight is None else {**found, "sample_weight": [weight]}


def _solver(estimator: Any) -> Solver:
    """The solver of the last call, its state up to date, or a new one where none fits the network."""
    made = vars(estimator)
    if "_stream" in made:
        made["_stream"].update_solver()
    held, net = made.get("_optimizer"), estimator._net()
    if held is not None and held.fits(net):
        return held
    rate, power_t = estimator.learning_rate_init, estimator.power_t
    return Solver(terms(estimator), net, rate=rate, power_t=power_t, over=estimator.max_iter)


def _weight(estimator: Any, label: Any) -> float | None:
    """What the class of the label counts for; None where classes count alike, or as all rows of a training decide."""
    given = vars(estimator).get("class_weight")
    if given is None or isinstance(given, str):
        return None
    labels = estimator._labels
    of_classes = weights_of_classes(given, labels, label, None)
    return float(weights_by_class(of_classes, labels, label)[0])


def _shown_otherwise(estimator: Any, solver: Solver) -> list[str]:
    """What a step of training has, and the explanation has not; and where there is hardly a step."""
    said = []
    if solver.has_come_to_its_end:
        said.append(f"the schedule came to its end with step {solver.steps}, so eta is that of its end")
    if vars(estimator).get("_best") is not None and solver.steps:
        said.append("the weights are the best ones, the optimiser's state is that after the last epoch")
    if "temperature_" in vars(estimator):
        said.append("the last layer is divided by the temperature, which a step of training multiplies it by first")
    if words.dropout(estimator.dropout) is not None:
        said.append("dropout leaves no unit out here")
    if estimator.input_noise is not None:
        said.append("no noise is added to the inputs here")
    if estimator.max_norm is not None:
        said.append(f"weights are not brought to max_norm={estimator.max_norm!r} here")
    if estimator._net().statistics.size:
        said.append("normalisations take their running mean and variance here")
    if isinstance(vars(estimator).get("class_weight"), str):
        said.append("class_weight='balanced' needs all rows, so the point counts as 1 here")
    return said


def as_label(target: Any) -> Any:
    """The target of one point as targets of one row."""
    target = np.asarray(target)
    return target.reshape(1) if target.size == 1 else target[None]

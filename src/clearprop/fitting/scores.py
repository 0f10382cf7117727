"""Scores: how good a model is on a table with known targets, in the target's own unit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..ensemble import output_of
from ..formulas.answers import Answers, class_probabilities
from ..formulas.catalogue import Array, find
from ..formulas.class_metrics import (
    AUC,
    F1,
    BalancedAccuracy,
    CalibrationError,
    LogLoss,
    OfEachClass,
    Precision,
    Recall,
    confusion_matrix,
    counts,
)
from ..formulas.domains import UNIT, LogSimplex
from ..formulas.losses import Loss
from ..formulas.metrics import MAE, R2, RMSE, Accuracy, Metric
from ..formulas.penalties import Penalty
from ..io.model import Model
from ..io.tables.table import Table
from ..training.evaluation import HeldOut

OF_CLASSES: tuple[Metric, ...] = (
    Accuracy(),
    BalancedAccuracy(),
    AUC(),
    LogLoss(),
    F1(),
    Precision(),
    Recall(),
    CalibrationError(),
)
OF_NUMBERS: tuple[Metric, ...] = (RMSE(), MAE(), R2())
OF_EACH_CLASS: tuple[OfEachClass, ...] = (Precision(), Recall(), F1())
ONE_CLASS = Answers(one_class=True)


@dataclass(frozen=True)
class Scores:
    """The loss and the metrics on some rows."""

    rows: int
    loss: float
    """The mean over the rows, penalty included, every row alike: training's class weights and label smoothing are left out. In
    regression for standardised targets.
    """
    metrics: dict[str, float]
    """By name, those of `OF_CLASSES`, or of `OF_NUMBERS` in the target's unit; NaN for one that these rows give no value."""
    confusion: Array | None = None
    """(classes, classes) counts: a row for each true class, a column for each predicted one."""
    without: dict[str, str] = field(default_factory=dict)
    """Why metrics have no value, or one that says nothing, by name."""
    of_each_class: dict[str, Array] = field(default_factory=dict)
    """precision, recall, f1 and auc of each class, (classes,) each; NaN where a class has none."""
    remarks: tuple[str, ...] = ()
    """What makes the scores special: one class in all rows, one prediction for all rows."""


@dataclass(frozen=True)
class Predicted:
    """What a model says of rows, beside what is true."""

    A: Array
    """(n, classes), probabilities where the outputs are any; or values (n, 1) in the target's unit."""
    Y: Array
    """(n, classes), one-hot; or (n, 1)."""
    loss: float


def predicted(model: Model, table: Table, weights: Array | None = None) -> Predicted:
    """The predictions for the rows of a table that have a target.

    ValueError for columns missing, an empty table, or a model without a loss.
    """
    whole, (table, missing) = table, model.prepared.with_target(table)
    if not len(table):
        raise ValueError(f"{table.source} has no rows" + f" with a {model.prepared.target.name}" * bool(len(whole)))
    if missing and weights is not None:
        raise ValueError(f"{missing} of the rows have no target; leave them out, and their weights")
    held_out = HeldOut(model.points(table), model.targets(table), weights)
    with np.errstate(over="ignore"):  # an overflow shows as infinity in the scores
        Z, A = held_out.outputs(model.network)
        loss = held_out.loss(model.network, *_loss_and_penalty(model), Z, A)
    if model.prepared.classes is None:
        return Predicted(model.decode(A)[:, None], table[model.prepared.target.name][:, None], loss)
    output = output_of(model.network).range
    if isinstance(output, LogSimplex) or UNIT.includes(output):
        A = class_probabilities(A, output)
    return Predicted(A, held_out.Y, loss)


def score(model: Model, table: Table, weights: Array | None = None) -> Scores:
    """The scores of a model on a table; `weights` (n,) make a row count as that many."""
    return scores_of(model, predicted(model, table, weights), weights)


def scores_of(model: Model, said: Predicted, weights: Array | None = None) -> Scores:
    """The scores of predictions."""
    A, Y, classes = said.A, said.Y, model.prepared.labels
    answers = None if classes is None else ONE_CLASS
    metrics = OF_NUMBERS if classes is None else OF_CLASSES
    reasons = {metric.name: metric.why_not(A, Y, answers, weights) for metric in metrics}
    with np.errstate(over="ignore", invalid="ignore"):
        values = {
            each.name: float("nan") if reasons[each.name] else each.measured(A, Y, answers, weights) for each in metrics
        }
    without = {name: reason for name, reason in reasons.items() if reason}
    if classes is None:
        return Scores(len(Y), said.loss, values, without=without, remarks=_remarks(A[:, 0], Y[:, 0]))
    found = counts(A, Y, ONE_CLASS, weights)
    each_class = {each.name.removesuffix("_macro"): each.of_each(found) for each in OF_EACH_CLASS}
    names = np.array(classes)
    return Scores(
        len(Y),
        said.loss,
        values,
        confusion_matrix(A, Y, ONE_CLASS, weights),
        without,
        each_class | {"auc": AUC().of_each(A, Y, ONE_CLASS, weights)},
        _remarks(names[A.argmax(axis=1)], names[Y.argmax(axis=1)]),
    )


def _remarks(predictions: Array, truth: Array) -> tuple[str, ...]:
    """Whether all rows have one target, and whether all have one prediction."""
    if len(truth) < 2:
        return ()
    said = []
    for what, values in (("the target", truth), ("the prediction", predictions)):
        if _all_alike(values):
            said.append(f"{what} is {_shown(values[0])} in each of the {len(values):,} rows")
    return tuple(said)


def _all_alike(values: Array) -> bool:
    """Whether all values are one, numbers up to rounding: equal rows may be computed in different lanes."""
    if values.dtype.kind == "f":
        return float(np.ptp(values)) <= 1e-12 * float(abs(values).max())
    return bool((values == values[0]).all())


def _shown(value: object) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    return f"{plain:.6g}" if isinstance(plain, float) else repr(plain)


def _loss_and_penalty(model: Model) -> tuple[Loss, Penalty | None]:
    if model.facts.get("loss") is None:
        raise ValueError("this model does not say which loss it was trained with; its facts need a 'loss'")
    penalty = model.facts.get("penalty")
    return find(Loss, model.facts["loss"]), None if penalty is None else find(Penalty, penalty)

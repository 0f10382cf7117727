"""Scores: how good a model is on a table with known targets, in the target's own unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.metrics import MAE, R2, RMSE, Accuracy, Metric
from ..formulas.penalties import Penalty
from ..io.model import Model
from ..io.tables.table import Table
from ..training.evaluation import HeldOut


@dataclass(frozen=True)
class Scores:
    """The loss and the metrics on some rows."""

    rows: int
    loss: float
    """The mean over the rows, penalty included, every row alike: training's class weights and label smoothing are left out. In
    regression for standardised targets.
    """
    metrics: dict[str, float]
    """By name: accuracy, or rmse and mae in the target's unit and r2."""
    confusion: Array | None = None
    """(classes, classes) counts: a row for each true class, a column for each predicted one."""


def score(model: Model, table: Table) -> Scores:
    """The scores of a model on a table. ValueError for columns missing, an empty table, or a model without a loss."""
    if not len(table):
        raise ValueError(f"{table.source} has no rows")
    X, Y = model.inputs(table), model.targets(table)
    held_out = HeldOut(X, Y)
    with np.errstate(over="ignore"):  # an overflow shows as infinity in the scores
        Z, A = held_out.outputs(model.network)
        loss = held_out.loss(model.network, *_loss_and_penalty(model), Z, A)
    if model.prepared.classes is not None:
        return Scores(len(X), loss, _values((Accuracy(),), A, Y), _confusion(A, Y))
    target = model.prepared.target
    values, truth = model.decode(A)[:, None], table[target.name][:, None]
    return Scores(len(X), loss, _values((RMSE(), MAE(), R2()), values, truth))


def _loss_and_penalty(model: Model) -> tuple[Loss, Penalty | None]:
    if model.facts.get("loss") is None:
        raise ValueError("this model does not say which loss it was trained with; its facts need a 'loss'")
    penalty = model.facts.get("penalty")
    return find(Loss, model.facts["loss"]), None if penalty is None else find(Penalty, penalty)


def _values(metrics: tuple[Metric, ...], A: Array, Y: Array) -> dict[str, float]:
    return {metric.name: metric.value(A, Y) for metric in metrics}


def _confusion(A: Array, Y: Array) -> Array:
    classes = Y.shape[1]
    pairs = Y.argmax(axis=1) * classes + A.argmax(axis=1)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)

"""Settling: what a plan leaves open, penalties and whether there are hidden layers, is decided by validation losses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..backprop import point_losses
from ..columns.mean_targets import MeanColumn
from ..ensemble import one_of
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..training import Run
from ..training.evaluation import HeldOut
from .one_training import steps_of
from .planned import Plan, class_weights, train_plan, with_recipe
from .presets import FOLDS, MOST_ROWS_IN_FOLDS, MOST_WORK_IN_FOLDS
from .recipe import middle
from .searching import best_of
from .splitting import Split, folds_of

ALONE: dict[str, Any] = {"ensemble": 1, "restarts": 1}
"""How choices are compared: one network, trained once."""
NO_HIDDEN_LAYERS = "no hidden layers"


def settled(planned: Plan, *, progress: bool | None = None) -> tuple[Plan, Run | None]:
    """The plan with what is best by validation loss of its penalties, and of no hidden layers, and the run on its own split.

    None for the run where there was nothing to choose, or where an ensemble, or restarts, are still to be trained with it.
    """
    recipe, start = planned.recipe, planned.start
    if len(recipe.penalties) == 1:
        return planned, None
    plans = {text: with_recipe(planned, replace(recipe, penalty=text, **ALONE)) for text in recipe.penalties}
    if planned.plain is not None:
        plans[NO_HIDDEN_LAYERS] = with_recipe(planned, replace(planned.plain, **ALONE))
    folds = _folds(planned)

    def train_on(choice: str, k: int) -> Run:
        return train_plan(replace(plans[choice], split=folds[k]), progress if k == 0 else False)

    def losses_of(run: Run, k: int) -> Array:
        rows = planned.table.rows(folds[k].validation)
        judge = HeldOut(start.points(rows), start.targets(rows))
        losses = point_losses(run.network, find(Loss, start.facts["loss"]), *judge.outputs(run.network), judge.Y)
        weights = class_weights(start, rows)
        return losses if weights is None else weights * losses

    best = best_of(list(plans), train_on, losses_of, folds=len(folds), plain=NO_HIDDEN_LAYERS)
    chosen = plans[best.choice]
    compared = {text: loss if np.isfinite(loss) else None for text, loss in best.losses.items()}
    if best.interrupted:
        return with_recipe(chosen, chosen.recipe, compared=compared), replace(best.run, stopped_because="interrupted")
    of_all = replace(chosen.recipe, ensemble=recipe.ensemble, restarts=recipe.restarts)
    several = max(recipe.ensemble, recipe.restarts) > 1
    return replace(with_recipe(chosen, of_all, compared=compared), plain=None), None if several else best.run


def _folds(planned: Plan) -> tuple[Split, ...]:
    """The splits by which choices are compared: several where there are few rows, and a training of them takes little time.

    One where a column has mean targets: they are fitted on the training rows, which would be validation rows of the others.
    """
    split, start = planned.split, planned.start
    if any(isinstance(column, MeanColumn) for column in start.prepared.inputs):
        return (split,)
    rows = len(split.training) + len(split.validation)
    work = (
        one_of(start.network).parameters.size
        * steps_of(start, planned.recipe, rows)
        * (start.facts["batch_size"] or rows)
    )
    if rows >= MOST_ROWS_IN_FOLDS or work > MOST_WORK_IN_FOLDS:
        return (split,)
    labels = None if start.prepared.classes is None else planned.table.cells(start.facts["target"]).codes[1]
    return folds_of(split, labels, folds=FOLDS, seed=planned.recipe.seed)


def without_search(planned: Plan) -> Plan:
    """The plan with the middle one of its penalties, for a training that is kept: a search before it could not be continued."""
    one = replace(planned.recipe, penalty=middle(planned.recipe.penalties))
    return replace(with_recipe(planned, one), plain=None)

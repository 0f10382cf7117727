"""Settling: what a plan leaves open, such as penalties and whether there are hidden layers, is decided by validation losses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..backprop import point_losses
from ..columns.mean_targets import MeanColumn
from ..ensemble import one_of
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..io.model import Model
from ..io.tables.table import Table
from ..training import Run
from ..training.calibration import calibrated
from ..training.evaluation import HeldOut
from ..training.keeping import NO_KEEPER
from .one_training import steps_of
from .planned import Plan, class_weights, train_plan, with_recipe
from .presets import FOLDS, MOST_ROWS_IN_FOLDS, MOST_WORK_IN_FOLDS
from .recipe import NO_HIDDEN_LAYERS, Recipe
from .searching import Trials, best_of
from .splitting import Split, folds_of

ALONE: dict[str, Any] = {"ensemble": 1, "restarts": 1}
"""How choices are compared: one network, trained once."""


def settled(
    planned: Plan,
    *,
    progress: bool | None = None,
    trials: Trials = Trials(),  # noqa: B008 - it keeps nothing
) -> tuple[Plan, Run | None]:
    """The plan with what is best by validation loss of its penalties and of its rivals, and the run on its own split.

    None for the run where there was nothing to choose, where an ensemble, or restarts, are still to be trained with it, or
    where `trials` knew its losses. A search that is interrupted gives the best so far, with a run that says so; where `trials`
    knows its losses and has no network of it, the plan as it was.
    """
    recipe = planned.recipe
    recipes = {_name(recipe, text): replace(recipe, penalty=text) for text in recipe.penalties} | dict(planned.rivals)
    if not planned.is_open:
        return planned, None
    plans = {name: with_recipe(planned, replace(each, **ALONE)) for name, each in recipes.items()}
    smoothed = len({each.label_smoothing for each in recipes.values()}) > 1
    folds = folds_to_compare(planned)

    def train_on(choice: str, k: int) -> Run | None:
        if trials.known(plans[choice].start, k) is not None:
            return None
        start = plans[choice].start
        run = train_plan(replace(plans[choice], split=folds[k]), progress, *trials.begun(start, k))
        trials.trained(start, k, run)
        return run

    def losses_of(choice: str, run: Run | None, k: int) -> Array:
        start, calibrate = plans[choice].start, smoothed and recipes[choice].label_smoothing is not None
        if run is None:
            known = trials.known(start, k)
            assert known is not None
            return known
        losses = losses_of_rows(start, run, planned.table.rows(folds[k].validation), recipe, calibrate=calibrate)
        if run.stopped_because != "interrupted":
            trials.measured(start, k, losses)
        return losses

    costly = recipe.preset if planned.rivals.keys() - {NO_HIDDEN_LAYERS} else None
    best = best_of(list(plans), train_on, losses_of, folds=len(folds), plain=NO_HIDDEN_LAYERS, costly=costly)
    chosen = plans[best.choice]
    compared = {text: loss if np.isfinite(loss) else None for text, loss in best.losses.items()}
    found = {"compared": compared, "chosen": best.choice}
    if fewer := {name: folds for name, folds in best.folds.items() if folds < max(best.folds.values())}:
        found |= {"compared_on": fewer, "compared_with": best.on_the_same}
    if best.interrupted:
        run = _trained_before(chosen, trials) if best.run is None else best.run
        if run is None:
            return planned, None
        return with_recipe(chosen, chosen.recipe, **found), replace(run, stopped_because="interrupted")
    of_all = replace(chosen.recipe, ensemble=recipe.ensemble, restarts=recipe.restarts)
    several = max(recipe.ensemble, recipe.restarts) > 1
    return replace(with_recipe(chosen, of_all, **found), rivals={}), None if several else best.run


def _trained_before(planned: Plan, trials: Trials) -> Run | None:
    """The run of a training whose losses `trials` knows, from its last state, where it has this."""
    _, state = trials.begun(planned.start, 0)
    return None if state is None else train_plan(planned, False, NO_KEEPER, state)  # no step is left


def _name(recipe: Recipe, penalty: str) -> str:
    """What a choice of the preset's own is called: by its penalty, which is all that differs; or by the preset."""
    return penalty if len(recipe.penalties) > 1 else recipe.preset


def losses_of_rows(start: Model, run: Run, rows: Table, recipe: Recipe, *, calibrate: bool) -> Array:
    """The loss of each row (n,), in classes with their weights; the engine and the threads are those of the recipe.

    A network that learnt smoothed classes is less sure than it could be, until it is calibrated. So where some choices smooth
    and others do not, those that do are compared at their best temperature.
    """
    judge = HeldOut(start.points(rows), start.targets(rows), engine=recipe.engine, threads=recipe.threads)
    net = run.network
    if calibrate and start.facts["calibration"]:
        net = calibrated(net, judge).network
    losses = point_losses(net, find(Loss, start.facts["loss"]), *judge.outputs(net), judge.Y)
    weights = class_weights(start, rows)
    return losses if weights is None else weights * losses


def folds_to_compare(planned: Plan) -> tuple[Split, ...]:
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
    if rows >= MOST_ROWS_IN_FOLDS or work > MOST_WORK_IN_FOLDS[planned.recipe.preset]:
        return (split,)
    labels = None if start.prepared.classes is None else planned.table.cells(start.facts["target"]).codes[1]
    return folds_of(split, labels, folds=FOLDS, seed=planned.recipe.seed)

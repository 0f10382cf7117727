"""A trial without a search: the training by some values of a recipe, and how good its network is on validation rows."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..backprop import total_penalty
from ..callers import give
from ..fitting.fits import plan, require_trainable
from ..fitting.one_training import steps_of, steps_per_epoch
from ..fitting.planned import Plan, train_plan, with_recipe
from ..fitting.recipe import Recipe, middle
from ..fitting.scores import OF_CLASSES, OF_NUMBERS, score
from ..fitting.settling import ALONE, folds_to_compare, losses_of_rows
from ..fitting.splitting import Split
from ..formulas.catalogue import find, nearest
from ..formulas.metrics import Metric
from ..formulas.penalties import Penalty
from ..io.model import Model
from ..io.tables.table import Table
from ..training import Report, Run, State
from ..training.keeping import Keeper
from .space import Space

LOSS = "loss"
"""What trials are compared by where no metric is named: the mean loss of the validation rows, without penalties."""
SAME_SCALE = ("loss", "output_activation")
"""Choices with which losses are not compared."""
EARLY = 0.25
"""The share of its epochs in which a trial is not pruned: who is slow at first may be better in the end."""


class Interrupted(Exception):
    """The trial was interrupted, by Ctrl-C or because the time is over: it begins anew another time."""


@dataclass(frozen=True)
class Problem:
    """What the trials of a study have in common."""

    planned: Plan
    """The plan of the recipe without the values of the space."""
    recipe: Recipe
    """That recipe, in which the space's values are put before the preset decides the rest."""
    space: Space
    folds: tuple[Split, ...]
    """The splits that a trial is compared on: several where there are few rows."""
    by: str = LOSS

    @classmethod
    def of(cls, table: Table, recipe: Recipe, space: Space | Callable[[int], Space], by: str = LOSS) -> Problem:
        """The problem of a table; a space may depend on the number of rows to learn from. ValueError where they do not fit."""
        planned = plan(table, recipe)
        if not len(planned.split.validation):
            raise ValueError(
                f"trials are compared by validation rows, and there are none; give {give('--validation=0.2')}"
            )
        if not isinstance(space, Space):
            space = space(len(planned.split.training) + len(planned.split.validation))
        _require_comparable(by, space, planned)
        refit = False if planned.without_refit else recipe.refit
        one = replace(planned.recipe, **ALONE, penalty=middle(planned.recipe.penalties))
        planned = replace(with_recipe(planned, one), rivals={})
        return cls(
            planned,
            replace(recipe, sampling=planned.recipe.sampling, refit=refit),
            space,
            folds_to_compare(planned),
            by,
        )

    @property
    def target(self) -> str:
        """The column that is predicted."""
        return str(self.planned.start.facts["target"])

    @property
    def higher_is_better(self) -> bool:
        """Whether trials are compared by a metric of which more is better."""
        return self.by != LOSS and find(Metric, self.by).better == "higher"

    @property
    def prunes(self) -> bool:
        """Whether the validation losses of trials are compared while they train."""
        varied = {
            each.key for each in self.space.dimensions if len(each.alternatives) > 1 or each.alternatives[0].ranges
        }
        return self.by == LOSS and not varied & {*SAME_SCALE}

    def recipe_of(self, values: Mapping[str, Any]) -> Recipe:
        """The recipe of a trial, filled, with one penalty; it is trained once, and not refitted."""
        rows = {part: len(getattr(self.planned.split, part)) for part in ("training", "validation")}
        task = self.planned.start.prepared.task
        filled = replace(self.recipe, **values).filled(task, sum(rows.values()), validation_rows=rows["validation"])
        return replace(filled, penalty=middle(filled.penalties))

    def plan_of(self, values: Mapping[str, Any]) -> Plan:
        """The plan of a trial. ValueError where its choices do not go together."""
        recipe = replace(self.recipe_of(values), **ALONE)
        require_trainable(recipe, self.planned.start.prepared)
        return with_recipe(self.planned, recipe)

    def final_recipe(self, values: Mapping[str, Any]) -> Recipe:
        """What the best trial is trained by at the end: with as many networks and the refit that were asked for."""
        return replace(self.recipe, **{**values, "penalty": self.recipe_of(values).penalty})


def _require_comparable(by: str, space: Space, planned: Plan) -> None:
    classes = planned.start.prepared.classes is not None
    known = [each.name for each in (OF_CLASSES if classes else OF_NUMBERS)]
    if by != LOSS and by not in known:
        raise ValueError(f"unknown metric {by!r} for {planned.start.prepared.task}{nearest(by, [LOSS, *known])}")
    varied = [each.key for each in space.dimensions if each.key in SAME_SCALE and len(each.alternatives) > 1]
    if by == LOSS and varied:
        raise ValueError(
            f"trials with another {varied[0]} have losses of another kind; compare them by a metric, such as by={known[0]!r}"
        )


@dataclass(frozen=True)
class Measured:
    """How good a trial was."""

    value: float
    """The mean loss of the validation rows, or the metric."""
    model: Model
    """The network of the first fold, the best by validation loss."""


def measured(problem: Problem, planned: Plan, keeper: Keeper, threads: int | None) -> Measured:
    """Train by the plan of a trial on each fold. Diverged, ValueError as `train`; `Interrupted` where it was stopped."""
    start, table = planned.start, planned.table
    values: list[Any] = []
    model = start
    for k, split in enumerate(problem.folds):
        on_fold = replace(planned, split=split, recipe=replace(planned.recipe, threads=threads))
        keeper.restart(k)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the best trial's are given when it is trained at the end
            run = train_plan(on_fold, False, keeper)
        if run.stopped_because == "interrupted":
            raise Interrupted
        trained = Model(run.network, start.preprocessing, start.facts)
        model = trained if k == 0 else model
        values.append(_value(problem, trained, run, table.rows(split.validation), on_fold.recipe))
    value = float(np.mean(np.concatenate(values)))
    if not math.isfinite(value):
        raise ArithmeticError(f"the {problem.by} on the validation rows is {value}")
    return Measured(value, model)


def _value(problem: Problem, trained: Model, run: Run, rows: Table, recipe: Recipe) -> Any:
    """The losses of rows (n,), or the metric (1,)."""
    if problem.by != LOSS:
        return np.array([score(trained, rows).metrics[problem.by]])
    smoothed = trained.facts["label_smoothing"] is not None
    return losses_of_rows(trained, run, rows, recipe, calibrate=smoothed)


class TrialKeeper(Keeper):
    """Tells the validation loss of a trial, without its penalty, at some of its epochs, and stops it when the time is over.

    `tell` gets the epoch, the loss, and whether it is late enough to prune the trial.
    """

    def __init__(self, planned: Plan, tell: Callable[[int, float, bool], object], is_over: Callable[[], bool]) -> None:
        self.tell, self.is_over = tell, is_over
        penalty, n = planned.start.facts["penalty"], len(planned.split.validation)
        self.penalty = None if penalty is None else find(Penalty, penalty).of_batch(n)
        rows = len(planned.split.training)
        self.epochs = steps_of(planned.start, planned.recipe, rows) / steps_per_epoch(planned.start, rows)
        self.fold, self.last = 0, 0

    def restart(self, index: int) -> None:
        self.fold = index

    def look(self, step: int, state: Callable[[], State]) -> None:
        if self.is_over():
            raise Interrupted

    def report(self, report: Report) -> None:
        epoch = rung(report.epoch)
        if self.fold or epoch <= self.last or report.validation_loss is None or report.network is None:
            return
        self.last = epoch
        loss = report.validation_loss - total_penalty(report.network, self.penalty)
        self.tell(epoch, loss, epoch >= EARLY * self.epochs)


def rung(epoch: float) -> int:
    """The last of 1, 2, 3, 4, 6, 8, 12, 16, 24, ... that is not beyond an epoch: there trials are compared; 0 before the first.

    >>> [rung(epoch) for epoch in (0.5, 1, 5, 6, 40)]
    [0, 1, 4, 6, 32]
    """
    if epoch < 1:
        return 0
    power = 2 ** int(math.log2(epoch + 1e-9))
    return int(power * 1.5) if power > 1 and epoch + 1e-9 >= power * 1.5 else power

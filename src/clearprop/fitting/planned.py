"""A plan: all that is decided before the first step of a training, and the training by it. Nothing is chosen here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from ..amounts import count
from ..callers import give
from ..columns import Column
from ..columns.column import said_of
from ..columns.kinds import FEW, NUMBER
from ..engines import Ranks
from ..formulas.activations import Activation
from ..formulas.catalogue import Array, find
from ..formulas.losses import NLLM, Loss
from ..formulas.optimizers import Optimizer
from ..formulas.scalings import Scaling
from ..io.model import Model
from ..io.preprocessing import Preprocessing
from ..io.tables.stored_table import StoredTable
from ..io.tables.table import Table
from ..network import Network
from ..training import Run, State
from ..training.class_weights import weights_by_class
from ..training.keeping import NO_KEEPER, Keeper
from ..training.step_factors import checked_moves
from ..training.together import require_same, versions
from ..validation import Targets
from .one_training import train_by
from .recipe import Recipe
from .splitting import Rows, Split

OF_NETWORK = ("layers", "output_activation", "loss", "init", "normalization", "seed", "dtype")
"""The choices of a recipe on which its untrained network depends."""
SMALL_CLASS = 4
"""From so many rows of a class, of which some are held out or for validation, little can be learnt."""
IN_PYTHON = "kinds={{{name!r}: {kind!r}}}"
"""How Python says what a column is, with places for its name and kind."""


@dataclass(frozen=True)
class Plan:
    """All that is decided before the first step; `fits.plan` makes it, `fits.carry_out` trains by it."""

    table: Table
    """The rows that have a target, without the columns to ignore."""
    recipe: Recipe
    split: Split
    start: Model
    """The untrained network and the fitted preprocessing; its facts are the choices of the recipe."""
    records: tuple[Column, ...] = ()
    """What each column but the target is and becomes, by all rows."""
    of_target: Column | None = None
    """What the target is."""
    without_target: int = 0
    """How many rows have no target, and are left out."""
    rivals: Mapping[str, Recipe] = field(default_factory=dict)
    """Recipes with which those of `recipe` are compared; `NO_HIDDEN_LAYERS` is taken unless others are clearly better."""
    without_refit: bool = False
    """Whether there is no refit because the table is on the disk, and nobody asked for one."""
    asked: Recipe | None = None
    """The recipe as it was given, with what it leaves open."""
    ranks: Ranks | None = None
    """The processes that train by it together, each of which has this plan."""

    @property
    def deciding(self) -> str:
        """The preset that has filled in what was left open; of few rows another one than was asked for."""
        return str(self.start.facts.get("decided_by", self.recipe.preset))

    @property
    def is_open(self) -> bool:
        """Whether something is still to be chosen, by validation losses."""
        return len(self.recipe.penalties) > 1 or bool(self.rivals)

    @property
    def left_out_by_time(self) -> str:
        """What a limit of time leaves out: the comparison of choices, the refit; empty where nothing is."""
        if self.asked is None or not self.recipe.is_timed:
            return ""
        task, learnt = self.start.prepared.task, len(self.learnt)
        untimed, rows = self.asked.without_limit_of_time(), len(self.split.validation)
        filled = untimed.filled(task, learnt, validation_rows=rows)
        compared = ["penalties"] * (len(filled.penalties) > 1)
        compared += ["no hidden layers"] * bool(untimed.rivals(task, learnt, validation_rows=rows))
        parts = [f"the comparison of {' and of '.join(compared)}"] * bool(compared)
        parts += ["the refit"] * bool(filled.refit and not self.recipe.refit and not self.table.on_disk)
        return " and ".join(parts)

    @property
    def said_of_small_classes(self) -> str:
        """That most of very many classes have too few rows to be learnt, and what may be meant; empty where they have not."""
        of_target = self.of_target
        if of_target is None or self.start.prepared.task != "classification":
            return ""
        rows = np.bincount(self.table.cells(str(of_target.name)).codes[1])
        small = int((rows <= SMALL_CLASS).sum())
        if len(rows) <= FEW or 2 * small <= len(rows):
            return ""
        said = (
            f"{small:,} of {count(len(rows), 'class')} have {SMALL_CLASS} rows or less, from which little can be learnt"
        )
        as_number = f"; {give('--task=regression')} predicts {of_target.name} as a number"
        return said + as_number * (of_target.becomes == NUMBER)

    def rows(self, part: str) -> Table:
        """The rows of one part of the split."""
        return self.table.rows(getattr(self.split, part))

    @property
    def learnt(self) -> Rows:
        """The rows for training and validation, in order, of which a refit learns."""
        return np.sort(np.concatenate([self.split.training, self.split.validation]))

    def scored(self, part: str) -> Table:
        """The rows of one part that are scored: of a table on the disk some of them, spread evenly over the part."""
        rows = self.rows(part)
        return rows.sample(width=self.start.prepared.width) if isinstance(rows, StoredTable) else rows

    def fitted_on(self, numbers: Rows) -> Array:
        """Which of these rows the preprocessing was fitted on, (n,) bool: the training rows."""
        marked = np.zeros(len(self.table), bool)
        marked[self.split.training] = True
        made: Array = marked[numbers]
        return made

    def said(self, how: str = IN_PYTHON) -> list[str]:
        """What is left out or counts as a gap although nobody asked for it, and classes of few rows, for people to read.

        `how` is how they would say what a column is, as `IN_PYTHON` does.
        """
        target = self.start.prepared.target.name
        left_out = [f"{count(self.without_target, 'row')} without {target} left out"]
        columns = said_of((*self.records, *([self.of_target] if self.of_target is not None else [])), how)
        classes = self.said_of_small_classes
        return left_out * bool(self.without_target) + ([columns] if columns else []) + [classes] * bool(classes)


def require_same_plan(planned: Plan) -> None:
    """RankFailed, on all ranks, where one of them has another plan, before anything is written: settings, then the table.

    What follows from the table, such as a number of epochs, is compared after it.
    """
    if planned.ranks is None:
        return
    recipe, facts = planned.recipe, dict(planned.start.facts)
    facts.pop("source")  # the same rows under another name are the same
    first = {"seed": recipe.seed, **_as_asked(planned.asked or recipe), "table": facts.pop("table")}
    require_same(planned.ranks, {**versions(), **first, **facts})


def _as_asked(recipe: Recipe) -> dict[str, str]:
    return {each.name: str(getattr(recipe, each.name)) for each in fields(recipe) if each.name != "seed"}


def network_of(recipe: Recipe, preprocessing: Preprocessing) -> Network:
    """The untrained network of a filled recipe. ValueError where this names layers or arrays that it has not."""
    outputs = preprocessing.target.width * find(Loss, str(recipe.loss)).outputs_per_target
    net = Network(
        widths=(len(preprocessing.input_names), *(width for width, _ in recipe.hidden), outputs),
        activations=(*(f for _, f in recipe.hidden), find(Activation, str(recipe.output_activation))),
        init=recipe.init,
        normalization=recipe.normalization,
        seed=recipe.seed,
        dtype=str(recipe.dtype),
    )
    checked_moves(net, find(Optimizer, str(recipe.optimizer)), eta=None, mask=None, **recipe.moves)
    return net


def with_recipe(planned: Plan, recipe: Recipe, **found: Any) -> Plan:
    """The plan by another recipe, with more facts."""
    start, before = planned.start, planned.recipe
    prepared = start.prepared
    if recipe.scaling != before.scaling:
        prepared = prepared.rescaled(planned.rows("training"), find(Scaling, str(recipe.scaling)))
    same = all(getattr(recipe, name) == getattr(before, name) for name in OF_NETWORK)
    net = start.network if same else network_of(recipe, prepared)
    return replace(planned, recipe=recipe, start=Model(net, prepared, {**start.facts, **recipe.facts(), **found}))


def train_plan(
    planned: Plan, progress: bool | None, keeper: Keeper = NO_KEEPER, resume: State | None = None, **instead: Any
) -> Run:
    """The training of a plan that has one penalty; `instead` are other arguments of `train`."""
    training, validation = planned.rows("training"), planned.rows("validation")
    given = {"progress": progress, "keeper": keeper, "resume": resume, "ranks": planned.ranks, **instead}
    return train_by(planned.start, planned.recipe, training, validation, **given)


def class_weights(start: Model, training: Table) -> Array | None:
    """The weights of the training rows (n,), where classes are weighted."""
    given = start.facts["class_weight"]
    return None if given is None else weights_by_class(given, Targets(start.targets(training)), NLLM())

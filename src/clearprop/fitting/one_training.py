"""One training by a recipe on given rows, and how many steps it takes. Nothing is chosen here."""

from __future__ import annotations

from typing import Any

from ..engines import ALONE, Ranks
from ..ensemble import one_of
from ..formulas.catalogue import Array, find
from ..io.model import Model
from ..io.tables.table import Table
from ..training import Run, State, train
from ..training.keeping import NO_KEEPER, Keeper
from ..training.sampling import Sampling
from ..training.training import step_count
from .recipe import REGULARIZERS, Recipe


def train_by(
    start: Model,
    recipe: Recipe,
    rows: Table,
    validation: Table | None,
    *,
    progress: bool | None = None,
    keeper: Keeper = NO_KEEPER,
    resume: State | None = None,
    fitted_on: Array | None = None,
    ranks: Ranks | None = None,
    **instead: Any,
) -> Run:
    """Train the network of `start` by its facts and a recipe with one penalty; `instead` are other arguments of `train`.

    `fitted_on` (n,) marks the rows that the preprocessing was fitted on; None where it was fitted on all of them.
    """
    facts, classes = start.facts, start.prepared.classes is not None
    held_out = (
        None if validation is None or not len(validation) else (start.points(validation), start.targets(validation))
    )
    given: dict[str, Any] = {
        "eta": facts["eta"],
        "epochs": facts["epochs"],
        "steps": recipe.steps,
        "stop": recipe.stop,
        "threads": recipe.threads,
        **recipe.moves,
        # those of a regression would be in standardised units, and networks with metrics are not trained side by side
        "metrics": ("accuracy",) if classes and recipe.ensemble == 1 else (),
        **{name: facts[name] for name in (*REGULARIZERS, "class_weight", "averaging")},
        **instead,
    }
    with rows.together(ALONE if ranks is None else ranks):
        X, Y = start.points(rows, training=True, fitted_on=fitted_on), start.targets(rows)
    return train(
        *(one_of(start.network), X, Y),
        loss=facts["loss"],
        optimizer=facts["optimizer"],
        batch_size=facts["batch_size"],
        sampling=facts["sampling"],
        validation=held_out,
        penalty=facts["penalty"],
        restarts=recipe.restarts,
        ensemble=recipe.ensemble,
        engine=recipe.engine,
        shards=recipe.shards,
        local_steps=recipe.local_steps,
        compression=recipe.compression,
        communicator=ranks,
        progress=progress,
        keeper=keeper,
        resume=resume,
        seed=recipe.seed,
        **given,
    )


def steps_per_epoch(start: Model, rows: int) -> int:
    """The steps of an epoch of so many rows."""
    return find(Sampling, start.facts["sampling"]).steps_per_epoch(rows, min(start.facts["batch_size"] or rows, rows))


def steps_of(start: Model, recipe: Recipe, rows: int) -> int:
    """The steps of the training that a recipe asks for on so many rows."""
    return step_count(start.facts["epochs"], recipe.steps, steps_per_epoch(start, rows))

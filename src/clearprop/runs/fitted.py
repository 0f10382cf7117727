"""Runs from Python: a table is fitted in a folder, and a run of a folder goes on."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import fields, replace
from os import PathLike
from typing import Any

from ..fitting.fits import Fit, plan
from ..fitting.recipe import Recipe
from ..io.tables.datasets import load_table
from ..io.tables.reading import Reading
from ..io.tables.table import Table
from .configuration import Choice, read_toml, to_toml
from .folder import CONFIGURATION, RunFolder
from .keeper import EVERY
from .kept import Keeping, begin, go_on

READING = tuple(each.name for each in fields(Reading))
"""What a configuration may say of how its source is read."""


def fit_in(
    folder: str | PathLike[str],
    table: Table,
    recipe: Recipe = Recipe(),  # noqa: B008 - frozen
    *,
    every: float = EVERY,
    progress: bool | None = None,
) -> Fit:
    """Fit a table as `fit` does, kept in a run folder: log, picture, models, and a checkpoint every so many seconds.

    >>> import tempfile
    >>> table = Table.of({"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = fit_in(f"{folder}/a", table, Recipe(target="y", epochs=5, eta=0.01))
    ...     longer = resume(f"{folder}/a", table, epochs=50)
    >>> longer.model.predict(Table.of({"x": [0.5, 2.5]})).tolist()
    ['low', 'high']
    """
    choices = {"source": table.source, **table.reading}
    return begin(plan(table, recipe), _keeping(folder, choices, every, progress))


def resume(
    folder: str | PathLike[str],
    table: Table | None = None,
    *,
    every: float = EVERY,
    progress: bool | None = None,
    **changes: Any,
) -> Fit:
    """Go on with the run of a folder, with its table, to the bits of a run that was never interrupted.

    `changes` may be eta, epochs, steps, stop, engine and threads. Without a table, that of the configuration is read.
    """
    run = RunFolder(folder)
    run.require()
    known = {each.name for each in fields(Recipe)} | {*READING, "source", "run", "output", "plot", "report"}
    choices = read_toml(run.text(CONFIGURATION), known, str(run / CONFIGURATION))
    recipe = recipe_of(choices)
    if table is None:
        how = {name: choices[name] for name in READING if name in choices}
        texts = (*how.pop("text", ()), *recipe.choices.as_texts)
        table = load_table(str(choices.get("source")), text=texts, strict=False, **how)
    new = replace(recipe, **changes)
    return go_on(plan(table, new), _keeping(folder, choices, every, progress), plan(table, recipe))


def choices_of(recipe: Recipe) -> dict[str, Any]:
    """The choices of a recipe by name."""
    return {each.name: getattr(recipe, each.name) for each in fields(recipe)}


def recipe_of(choices: Mapping[str, Any]) -> Recipe:
    """The recipe of a configuration, whose lists become tuples; what is no choice of a recipe is left out."""
    known = {each.name for each in fields(Recipe)}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in choices.items() if name in known
    }
    return Recipe(**given)


def _keeping(folder: str | PathLike[str], choices: Mapping[str, Any], every: float, progress: bool | None) -> Keeping:
    def configuration(recipe: Recipe) -> str:
        told = {**choices, **choices_of(recipe)}
        return to_toml([Choice(name, value=value) for name, value in told.items() if value is not None])

    return Keeping(RunFolder(folder), configuration, every, progress, say=_warn)


def _warn(said: str) -> None:
    warnings.warn(said, RuntimeWarning, stacklevel=2)

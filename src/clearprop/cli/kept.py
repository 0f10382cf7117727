"""How `clearprop train` keeps a training in a run folder: begun by `--run`, gone on with by `--resume`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from ..fitting.fits import Fit, plan
from ..fitting.planned import Plan
from ..fitting.recipe import Recipe
from ..io.tables.table import Table
from ..runs.configuration import Choice, inside, read_toml, to_toml
from ..runs.fitted import choices_of, recipe_of
from ..runs.folder import CONFIGURATION, RunFolder
from ..runs.kept import Keeping, begin, go_on, require_continuable
from ..runs.tensorboard import require_tensorboard
from .configured import NOT_IN_A_FILE, WRITTEN
from .display import tell

NOT_KEPT = NOT_IN_A_FILE | {"run", "patience", "time", "quiet", "cv"}
"""Options that a run's configuration does not hold: its own folder, short forms, and what is only for the screen."""


@dataclass(frozen=True)
class Kept:
    """What the command line says about the folder of a run."""

    folder: RunFolder
    goes_on: bool
    every: float
    tensorboard: bool

    @classmethod
    def of(cls, run: str | None, resume: str | None, every: float, tensorboard: bool) -> Kept | None:
        """None where the training is not kept. ValueError for options that do not go together."""
        if run is not None and resume is not None:
            raise ValueError("give --run for a new run, or --resume for one that goes on")
        if not every > 0:
            raise ValueError(f"--checkpoint is a number of seconds, more than 0; given {every}")
        folder = run if resume is None else resume
        if folder is None:
            if tensorboard:
                raise ValueError("--tensorboard writes into a run folder; give --run FOLDER too")
            return None
        if resume is None:
            RunFolder(folder).require_none()
        if tensorboard:
            require_tensorboard()
        return cls(RunFolder(folder), resume is not None, every, tensorboard)

    def fit(self, planned: Plan, table: Table, *, silent: bool) -> Fit:
        """Train by a plan in the folder, or go on with the run that is there. The table is the one that was planned."""
        keeping = Keeping(
            self.folder,
            _configuration,
            every=self.every,
            progress=False if silent else None,
            say=_note,
            tell=_note,
            tensorboard=self.tensorboard,
        )
        return go_on(planned, keeping, self._begun(table)) if self.goes_on else begin(planned, keeping)

    def require_continuable(self, planned: Plan, table: Table) -> None:
        """ValueError where a run cannot go on by a plan."""
        if self.goes_on:
            require_continuable(self.folder, self._begun(table), planned)

    def _begun(self, table: Table) -> Plan:
        """The plan that the run was begun by, or last continued."""
        names = [each.name for each in click.get_current_context().command.params if each.name]
        place = str(self.folder / CONFIGURATION)
        return plan(table, recipe_of(read_toml(self.folder.text(CONFIGURATION), names, place)))


def _note(said: str) -> None:
    tell(f"note: {said}")


def _configuration(recipe: Recipe) -> str:
    """The text of run.toml: every choice that was made, by the recipe and by the command that is called."""
    context = click.get_current_context()
    values = {**context.params, **choices_of(recipe)}
    kept = []
    for option in context.command.params:
        value = values.get(str(option.name))
        if option.name in NOT_KEPT or value is None or value == () or _leads_outside(option, value):
            continue
        kept.append(Choice(str(option.name), value=list(value) if isinstance(value, tuple) else value))
    return to_toml(kept)


def _leads_outside(option: click.Parameter, value: Any) -> bool:
    """Whether an option names a file outside the present folder, which only the command line may."""
    if getattr(option, "metavar", None) not in WRITTEN:
        return False
    try:
        inside(str(value), "")
    except ValueError:
        return True
    return False

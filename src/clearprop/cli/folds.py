"""`clearprop train --cv K`: a training for each of K folds, each a run of its own, and the mean and spread of their scores."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..advice import TrainingWarning
from ..amounts import count
from ..fitting.fits import Fit, plan
from ..fitting.recipe import Recipe
from ..fitting.wording import SHOWN, measure, measure_name
from ..io.tables.refusal import Refusal
from ..io.tables.table import Table
from ..runs.comparison import read_run
from ..runs.folder import RunFolder
from ..runs.trials import SearchInterrupted
from .display import fact, grid, print_json, quiet, say, strong
from .kept import Kept
from .signals import until_saved
from .summary import print_plan


def require_folds_alone(cv: int | None, kept: Kept | None, **of_one: str | None) -> None:
    """ValueError where --cv is given without a folder for its runs, or with what is of one training."""
    if cv is None:
        return
    if kept is None or kept.goes_on:
        message = "--cv keeps each fold in a run of its own; give --run FOLDER, which also goes on where it stopped"
        raise ValueError(message) if kept is not None else Refusal(message, [f"--run={_free_folder()}"])
    for name, given in of_one.items():
        if given is not None:
            raise ValueError(f"--{name} is of one training, and --cv trains {cv}; leave one of them out")


def _require_same_folds(cv: int, folder: RunFolder) -> None:
    """Refusal, with both ways out, where a folder has the folds of another number."""
    begun = Path(folder.path, "fold-1")
    if not RunFolder(begun).holds_a_run:
        return
    _, of, folds = str(read_run(begun).choices.get("fold", "")).partition("/")
    if of and folds != str(cv):
        raise Refusal(
            f"{folder} has the trainings of --cv {folds}, and --cv {cv} has other rows in each",
            ways={"those go on": [f"--cv={folds}"], f"{cv} trainings in another folder": [f"--run={_free_folder()}"]},
        )


def _free_folder() -> str:
    """A folder for runs that is not there yet."""
    k, name = 1, "runs/cv"
    while Path(name).exists():
        k, name = k + 1, f"runs/cv-{k + 1}"
    return name


def train_folds(cv: int, table: Table, recipe: Recipe, kept: Kept, *, silent: bool, as_json: bool) -> bool:
    """Train on every fold, and print the scores on the rows that it holds out. Gives whether this was interrupted.

    A fold whose run has begun goes on; one that is finished is only scored.
    """
    fits: list[Fit] = []
    _require_same_folds(cv, kept.folder)
    for k in range(1, cv + 1):
        planned = plan(table, replace(recipe, fold=f"{k}/{cv}"))
        if k == 1 and not silent:
            print_plan(planned)
        folder = RunFolder(Path(kept.folder.path, f"fold-{k}"))
        own = replace(kept, folder=folder, goes_on=folder.holds_a_run)
        with warnings.catch_warnings(), until_saved(silent=silent and not as_json) as deferred:
            if silent:
                warnings.simplefilter("ignore", TrainingWarning)
            try:
                fits.append(own.fit(planned, table, silent=silent))
                interrupted = fits[-1].run.stopped_because == "interrupted"
            except SearchInterrupted:
                interrupted = True
        if interrupted or (deferred.asked and k < cv):
            if not silent:
                ended = "was interrupted" if interrupted else "is finished"
                fact("run", f"fold {k} of {cv} {ended}; the same command goes on from there")
            return True
    if as_json:
        print_json(
            {"run": str(kept.folder), "folds": [dict(each.model.facts) for each in fits], "scores": _summary(fits)}
        )
    elif not silent:
        _print(fits, kept.folder)
    return deferred.asked


def _values(fits: list[Fit]) -> dict[str, list[float]]:
    """The scores of every fold on its held-out rows, by name."""
    scores = [each.scores["test"] for each in fits]
    return {name: [score.metrics[name] for score in scores] for name in scores[0].metrics} | {
        "loss": [score.loss for score in scores]
    }


def _summary(fits: list[Fit]) -> dict[str, Any]:
    return {
        name: {"mean": float(np.mean(values)), "spread": float(np.std(values, ddof=1)), "folds": values}
        for name, values in _values(fits).items()
    }


def _print(fits: list[Fit], folder: RunFolder) -> None:
    """A line for each fold, and the mean and the standard deviation over the folds."""
    values = {name: of for name, of in _values(fits).items() if name in {*SHOWN, "loss"}}
    rows = [["", "rows", *map(measure_name, values)]]
    for k, each in enumerate(fits, 1):
        rows.append(
            [f"fold {k}", f"{each.scores['test'].rows:,}", *(measure(name, of[k - 1]) for name, of in values.items())]
        )
    for label, of_folds in (("mean", np.mean), ("spread", lambda of: np.std(of, ddof=1))):
        rows.append([strong(label), "", *(strong(measure(name, float(of_folds(of)))) for name, of in values.items())])
    say()
    header, *lines = grid(rows)
    for line in (quiet(header), *lines):
        say(line)
    say()
    fact(
        "runs",
        f"{strong(str(folder))}: {count(len(fits), 'fold')}, each with its model; clearprop runs {folder} compares them",
    )

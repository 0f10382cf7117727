"""Searching: which of several choices is best, by a loss of the trainings with each. It decides nothing of a recipe."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from ..training import Diverged, Run


def best_of(
    choices: Sequence[str], train: Callable[[str], Run], loss_of: Callable[[Run], float]
) -> tuple[str, Run, dict[str, float]]:
    """The choice with the lowest loss, its run, and the loss of each; of equal ones the first.

    A training that diverges is not chosen, and raises only where all do. One that is interrupted ends the search. Of the
    warnings, those of the chosen training are given.
    """
    runs: dict[str, Run] = {}
    said: dict[str, list[warnings.WarningMessage]] = {}
    for choice in choices:
        with warnings.catch_warnings(record=True) as said[choice]:
            warnings.simplefilter("always")
            try:
                runs[choice] = train(choice)
            except Diverged:
                if choice == choices[-1] and not runs:
                    raise
                continue
        if runs[choice].stopped_because == "interrupted":
            break
    losses = {choice: loss_of(run) for choice, run in runs.items()}
    best = min(losses, key=lambda choice: (losses[choice] != losses[choice], losses[choice]))  # NaN last
    for each in said[best]:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    return best, runs[best], losses

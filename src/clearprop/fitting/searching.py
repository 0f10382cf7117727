"""Searching: which of several choices is best, by the losses of trainings on folds. It decides nothing of a recipe."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..engines import Ranks
from ..formulas.catalogue import Array
from ..io.model import Model
from ..training import Diverged, Run, State
from ..training.keeping import NO_KEEPER, Keeper

Train = Callable[[str, int], Run | None]
"""Of a choice and the number of a fold, counted from 0; None where the losses are known already."""
Losses = Callable[[str, Run | None, int], Array]
"""Of a choice, its run and the fold: the loss of each validation row."""


class Trials:
    """What a search tells whoever keeps its trainings. This one keeps nothing; `runs/` has one that writes files."""

    def known(self, start: Model, fold: int) -> Array | None:
        """The losses of the training that begins with this model, on this fold, where they were measured before."""
        return None

    def begun(self, start: Model, fold: int) -> tuple[Keeper, State | None]:
        """Called before a training: what keeps it, and the state that it goes on from where it was interrupted before."""
        return NO_KEEPER, None

    def trained(self, start: Model, fold: int, run: Run) -> None:
        """Called after a training."""

    def measured(self, start: Model, fold: int, losses: Array) -> None:
        """Called with the losses of a training."""


class SharedTrials(Trials):
    """The trials of the first of several ranks, which all go by: what it knows, none of them trains."""

    def __init__(self, own: Trials, ranks: Ranks) -> None:
        self._own, self._ranks = own, ranks

    def known(self, start: Model, fold: int) -> Array | None:
        known: Array | None = self._ranks.of_first(self._own.known(start, fold))
        return known

    def begun(self, start: Model, fold: int) -> tuple[Keeper, State | None]:
        keeper, state = self._own.begun(start, fold)
        state = self._ranks.of_first(state)
        return keeper, state

    def trained(self, start: Model, fold: int, run: Run) -> None:
        self._own.trained(start, fold, run)

    def measured(self, start: Model, fold: int, losses: Array) -> None:
        self._own.measured(start, fold, losses)


FAR = 2.0
"""Standard errors by which a choice must be behind to be left out of the folds to come."""


@dataclass(frozen=True)
class Best:
    """What a search found."""

    choice: str
    run: Run | None
    """Its training on the first fold; None where that was not made now."""
    losses: dict[str, float]
    """The mean loss of each choice over the validation rows that it was compared on."""
    interrupted: bool = False
    folds: dict[str, int] = field(default_factory=dict)
    """On how many folds each was compared: one that is far behind after some is not trained on more."""
    on_the_same: dict[str, float] = field(default_factory=dict)
    """Of each that was compared on fewer folds, the mean loss of the chosen one on these folds."""


def best_of(
    choices: Sequence[str],
    train: Train,
    losses_of: Losses,
    *,
    folds: int = 1,
    plain: str | None = None,
    costly: str | None = None,
) -> Best:
    """The choice with the lowest mean loss; of equal ones the first.

    `plain`, one of them, is taken unless the best one is clearly better: by more than a standard error of the difference, row
    by row. `costly`, another, is taken only where it is clearly better than what would be taken without it. A training that
    diverges is not chosen, and raises only where all do. One that is interrupted ends the search, and
    then the first fold decides. Of the warnings, those of the chosen training are given.
    """
    runs: dict[str, Run | None] = {}
    losses: dict[str, Array] = {}
    said: dict[str, list[warnings.WarningMessage]] = {}
    failure: Diverged | None = None
    for choice in choices:
        with warnings.catch_warnings(record=True) as said[choice]:
            warnings.simplefilter("always")
            try:
                runs[choice] = train(choice, 0)
            except Diverged as error:
                failure = error
                continue
        losses[choice] = losses_of(choice, runs[choice], 0)
        if _is_interrupted(runs[choice]):
            return _chosen(runs, losses, said, interrupted=True)
    if failure is not None and not runs:
        raise failure
    first, remaining = dict(losses), _not_worse(list(runs), losses)
    folds_of = dict.fromkeys(losses, 1)
    for k in range(1, folds):
        for choice in remaining:
            found = _on_fold(choice, k, train, losses_of)
            if found is None:
                return _chosen(runs, first, said, interrupted=True)
            losses[choice] = np.concatenate([losses[choice], found])
            folds_of[choice] += 1
        remaining = _not_worse(remaining, losses)
    counts = {name: folds_of[name] for name in losses}
    return _chosen(runs, {name: losses[name] for name in remaining}, said, (plain, costly), losses, counts)


def _not_worse(choices: list[str], losses: dict[str, Array]) -> list[str]:
    """The choices without those than which the best one so far is far better: more folds would not change that."""
    best = min(choices, key=lambda each: _order(losses[each]))
    return [each for each in choices if each == best or not clearly_better(losses[best], losses[each], FAR)]


def _on_fold(choice: str, k: int, train: Train, losses_of: Losses) -> Array | None:
    """The losses of a choice on a fold after the first, infinite where it diverged; None where it was interrupted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the first fold are told
        try:
            run = train(choice, k)
        except Diverged:
            return np.array([np.inf])
    return None if _is_interrupted(run) else losses_of(choice, run, k)


def _is_interrupted(run: Run | None) -> bool:
    return run is not None and run.stopped_because == "interrupted"


def _order(losses: Array) -> tuple[bool, float]:
    """By the mean; NaN is last."""
    mean = float(np.mean(losses))
    return math.isnan(mean), mean


def _chosen(
    runs: dict[str, Run | None],
    losses: dict[str, Array],
    said: dict[str, list[warnings.WarningMessage]],
    others: tuple[str | None, str | None] = (None, None),
    every: dict[str, Array] | None = None,
    folds_of: dict[str, int] | None = None,
    *,
    interrupted: bool = False,
) -> Best:
    plain, costly = others
    choice = min([name for name in losses if name != costly] or losses, key=lambda each: _order(losses[each]))
    if plain in losses and not clearly_better(losses[choice], losses[plain]):
        choice = plain
    if costly in losses and clearly_better(losses[costly], losses[choice]):
        choice = costly
    for each in said[choice]:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    measured = every or losses
    means = {name: float(np.mean(values)) for name, values in measured.items()}
    own, most = measured[choice], max((folds_of or {choice: 1}).values())
    same = {name: float(np.mean(own[: len(measured[name])])) for name, k in (folds_of or {}).items() if k < most}
    return Best(choice, runs[choice], means, interrupted, folds_of or {}, same)


def clearly_better(losses: Array, other: Array, errors: float = 1.0) -> bool:
    """Whether the first losses are lower by more than so many standard errors of their mean difference, row by row.

    The rule of one standard error is that of Breiman, Friedman, Olshen and Stone 1984, 3.4.3.

    >>> clearly_better(np.array([0.1, 0.2, 0.1]), np.array([0.2, 0.3, 0.3]))
    True
    >>> clearly_better(np.array([0.1, 0.9, 0.1]), np.array([0.3, 0.3, 0.6]))
    False
    """
    with np.errstate(invalid="ignore"):
        if len(losses) != len(other) or not np.isfinite(other - losses).all():  # one of them diverged
            return _order(losses) < _order(other)
        difference = other - losses
    if len(difference) < 2:
        return bool(difference.mean() > 0)
    return bool(difference.mean() > errors * difference.std(ddof=1) / np.sqrt(len(difference)))

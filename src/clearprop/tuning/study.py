"""A study: the trials of a folder, each done once, by as many processes as like, over any number of kills.

A process holds a lock on the trial that it trains. A trial that is not over and whose lock is free was left by a process that
has ended: it is taken up again, under its number and with its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..runs.lock import FileLock, locked
from .folder import StudyFolder
from .journal import open_study
from .ranges import Range
from .space import Space

COMPLETE, PRUNED, FAILED, UNFINISHED = "complete", "pruned", "failed", "unfinished"
MOST_LIVES = 5
"""So often a trial is begun whose process ends without a word; then it counts as failed, because it may be what ends it."""
_LIVES, _BECAUSE, _SECONDS, _VALUES = "lives", "because", "seconds", "values"


@dataclass(frozen=True)
class Tried:
    """A trial as the study has it."""

    number: int
    """Counted from 1."""
    state: str
    """"complete", "pruned", "failed" or "unfinished"."""
    value: float | None
    """The loss or the metric; of a pruned trial the last loss that was told, and None where there is none."""
    values: Mapping[str, Any]
    """The choices of the recipe."""
    drawn: Mapping[str, Any]
    """What was drawn, by the names of the space."""
    seconds: float | None = None
    because: str | None = None
    """Why it failed or was pruned."""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(self).items()}


class Claim:
    """A trial that this process trains, until it is told how it ended."""

    def __init__(self, study: Study, trial: Any, lock: FileLock, lives: int) -> None:
        self._study, self._trial, self._lock, self.lives = study, trial, lock, lives
        self._told = {*trial.study.get_trials(deepcopy=False)[trial.number].intermediate_values}
        self.number, self._drawn = int(trial.number) + 1, 0

    def values(self, space: Space) -> dict[str, Any]:
        """The values of the trial: those that it was begun with, or drawn now."""
        self._study.draw_by(self._trial.number, 0)
        self._trial.relative_params  # noqa: B018 - Optuna draws these together, now and not with the first that is missing
        values = space.values(self._draw)
        self._trial.set_user_attr(_VALUES, values)
        return values

    def _draw(self, name: str, of: Range | tuple[str, ...]) -> Any:
        self._drawn += 1
        self._study.draw_by(self._trial.number, self._drawn)
        if not isinstance(of, Range):
            return self._trial.suggest_categorical(name, of)
        if of.whole:
            return int(self._trial.suggest_int(name, int(of.low), int(of.high), log=of.log))
        return of.rounded(self._trial.suggest_float(name, of.low, of.high, log=of.log))

    def report(self, epoch: int, loss: float) -> bool:
        """Tell the validation loss at an epoch; whether other trials were so much better that this one is to end."""
        if epoch not in self._told:
            self._trial.report(loss, epoch)
        elif epoch < max(self._told):  # in a life before this one it has told this, and gone on
            return False
        return bool(self._trial.should_prune())

    def tell(self, state: str, *, seconds: float, value: float | None = None, because: str | None = None) -> None:
        """The trial is over."""
        from optuna.trial import TrialState

        of = {COMPLETE: TrialState.COMPLETE, PRUNED: TrialState.PRUNED, FAILED: TrialState.FAIL}[state]
        self._trial.set_user_attr(_SECONDS, round(seconds, 3))
        if because is not None:
            self._trial.set_user_attr(_BECAUSE, because)
        self._study.optuna.tell(self._trial, value, state=of)

    def free(self) -> None:
        """Let go of the trial; one that is not over is taken up again by whoever comes next."""
        self._lock.free()


class Study:
    """The study of a folder."""

    def __init__(self, folder: StudyFolder, space: Space, *, seed: int, maximize: bool, prunes: bool) -> None:
        self.folder, self.space, self.seed, self.prunes, self.maximize = folder, space, seed, prunes, maximize
        with locked(folder.lock("study")):
            self.optuna = open_study(folder.journal, folder.lock("journal"), maximize=maximize)
        self.optuna.pruner = _pruner(prunes)

    def claim(self, most: int) -> Claim | None:
        """A trial for this process to train; None where `most` are over, or are trained by others."""
        with self.alone():
            trials = self._trials()
            for each in trials:
                lock = self._lock(each.number)
                if each.state.name == "RUNNING" and lock.try_to_take():
                    return self._held(lock, partial(self._left_by_another, each))
            if len([each for each in trials if each.state.name != "WAITING"]) >= most:
                return None
            if not trials:
                self.optuna.enqueue_trial(self.space.first)
            trial = self.optuna.ask()
            lock = self._lock(trial.number)
            lock.take()
            return self._held(lock, lambda: trial)

    def _held(self, lock: FileLock, begin: Callable[[], Any]) -> Claim:
        """The claim on a trial whose lock this process has; the lock is freed where something is in the way of it."""
        try:
            trial = begin()
            lives = int(trial.user_attrs.get(_LIVES, 0)) + 1
            trial.set_user_attr(_LIVES, lives)
            return Claim(self, trial, lock, lives)
        except BaseException:
            lock.free()
            raise

    def _left_by_another(self, frozen: Any) -> Any:
        from optuna import Trial

        return Trial(self.optuna, frozen._trial_id)  # noqa: SLF001 - Optuna has no other way to a trial of another process

    def draw_by(self, trial: int, place: int) -> None:
        """Draw by a generator of the trial and of the place among its draws: a trial that is taken up again draws the same."""
        from optuna.samplers import TPESampler

        own = int(np.random.SeedSequence((self.seed, trial, place)).generate_state(1)[0])
        self.optuna.sampler = TPESampler(seed=own, constant_liar=True)

    def _trials(self) -> list[Any]:
        found: list[Any] = self.optuna.get_trials(deepcopy=False)
        return found

    def _lock(self, number: int) -> FileLock:
        return FileLock(self.folder.lock(f"trial-{number + 1}"))

    def left(self, most: int) -> int:
        """How many of `most` trials are to be trained, by this process or others that come; not those that are trained now."""
        with self.alone():
            begun = [each for each in self._trials() if each.state.name != "WAITING"]
            free = sum(each.state.name == "RUNNING" and self._is_free(each.number) for each in begun)
            return max(0, most - len(begun) + free)

    def others(self) -> list[int]:
        """The numbers of trials that processes train now."""
        with self.alone():
            running = [each.number for each in self._trials() if each.state.name == "RUNNING"]
            return [number + 1 for number in running if not self._is_free(number)]

    def _is_free(self, number: int) -> bool:
        lock = self._lock(number)
        free = lock.try_to_take()
        if free:
            lock.free()
        return free

    def tried(self) -> list[Tried]:
        """Every trial, in order."""
        return [_tried(each) for each in self._trials() if each.state.name != "WAITING"]

    def best(self) -> Tried | None:
        """The best of the complete trials, of equal ones the first; None without any."""
        return best_of(self.tried(), maximize=self.maximize)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which no other process claims a trial, or keeps its network."""
        with locked(self.folder.lock("study")):
            yield


def _pruner(prunes: bool) -> Any:
    from optuna.pruners import MedianPruner, NopPruner

    return MedianPruner(n_startup_trials=5) if prunes else NopPruner()


def best_of(trials: list[Tried], *, maximize: bool) -> Tried | None:
    """The best of the complete trials, of equal ones the first; None without any."""
    complete = [each for each in trials if each.state == COMPLETE and each.value is not None]
    sign = -1 if maximize else 1
    return min(complete, key=lambda each: (sign * (each.value or 0.0), each.number), default=None)


def _tried(frozen: Any) -> Tried:
    about = frozen.user_attrs
    state = {"COMPLETE": COMPLETE, "PRUNED": PRUNED, "FAIL": FAILED}.get(frozen.state.name, UNFINISHED)
    value = frozen.value
    if state == PRUNED and frozen.intermediate_values:
        value = frozen.intermediate_values[max(frozen.intermediate_values)]
    values = {name: tuple(each) if isinstance(each, list) else each for name, each in about.get(_VALUES, {}).items()}
    return Tried(
        frozen.number + 1,
        state,
        None if value is None or not np.isfinite(value) else float(value),
        values,
        dict(frozen.params),
        about.get(_SECONDS),
        about.get(_BECAUSE),
    )

"""What one process does for a study: it claims trials, trains them, and tells how they ended."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..io.model import Model
from ..io.model_file import save_model
from .folder import BEST, StudyFolder
from .problem import Interrupted, Measured, Problem, TrialKeeper, measured
from .study import COMPLETE, FAILED, MOST_LIVES, PRUNED, Claim, Study

SLICE = 2.0
"""Seconds after which a process that has trained a trial gives an account of itself, and takes the next task."""


class Pruned(Exception):
    """The trial is so much worse than others that it ends."""


@dataclass(frozen=True)
class Limits:
    """How much is done."""

    trials: int
    """All trials of the study, whichever process trains them."""
    until: float | None = None
    """The time, as `time.time()` gives it, at which training ends."""
    threads: int | None = 1
    """Threads of one training."""

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self.until is not None and time.time() >= self.until


@dataclass(frozen=True)
class Worked:
    """What a process did."""

    trials: int
    interrupted: bool = False
    """By Ctrl-C."""


def study_of(problem: Problem, folder: StudyFolder) -> Study:
    """The study of a problem in a folder."""
    seed = problem.recipe.seed
    return Study(folder, problem.space, seed=seed, maximize=problem.higher_is_better, prunes=problem.prunes)


def work(problem: Problem, path: str, limits: Limits) -> Worked:
    """Train trials for a while, until none is left, or the time is over."""
    began, done = time.monotonic(), 0
    try:
        study = study_of(problem, StudyFolder(path))
        while not limits.over and (not done or time.monotonic() - began < SLICE):
            claim = study.claim(limits.trials)
            if claim is None:
                break
            try:
                carry_out(claim, problem, study, limits)
            finally:
                claim.free()
            done += 1
    except Interrupted:
        return Worked(done, interrupted=not limits.over)
    return Worked(done)


def carry_out(claim: Claim, problem: Problem, study: Study, limits: Limits) -> None:
    """One trial, from its values to how it ended. `Interrupted` where it did not end; then it begins anew another time."""
    began = time.perf_counter()

    def tell(state: str, **how: object) -> None:
        claim.tell(state, seconds=time.perf_counter() - began, **how)  # type: ignore[arg-type]  # value and because

    values = claim.values(problem.space)
    if claim.lives > MOST_LIVES:
        tell(
            FAILED,
            because=f"its process ended {MOST_LIVES} times without a word; there may not be enough memory for it",
        )
        return
    try:
        planned = problem.plan_of(values)

        def told(epoch: int, loss: float, late: bool) -> None:
            if problem.prunes and claim.report(epoch, loss) and late:
                raise Pruned(f"after epoch {epoch} its validation loss was above the median of the trials before it")

        found = measured(problem, planned, TrialKeeper(planned, told, lambda: limits.over), limits.threads)
    except Pruned as why:
        tell(PRUNED, because=str(why))
    except (ValueError, ArithmeticError, MemoryError) as error:
        tell(FAILED, because=str(error) or "there is not enough memory")
    else:
        tell(COMPLETE, value=found.value)
        _keep_best(claim, found, study)


def _keep_best(claim: Claim, found: Measured, study: Study) -> None:
    """Write the network of the best trial so far, so that there is one whenever the search ends."""
    with study.alone():
        best = study.best()
        if best is not None and best.number == claim.number:
            model = found.model
            searched = {"trial": claim.number, "value": found.value}
            save_model(
                Model(model.network, model.preprocessing, {**model.facts, "searched": searched}),
                study.folder.files.file(BEST),
            )

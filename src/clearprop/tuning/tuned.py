"""`Tuned`: what a search found, and what there is to say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ..fitting.fits import Fit
from ..fitting.planned import Plan
from ..io.model import Model
from ..io.model_file import load_model
from .folder import BEST, StudyFolder
from .problem import LOSS
from .space import Space
from .study import COMPLETE, FAILED, PRUNED, UNFINISHED, Tried, best_of

STATES = (COMPLETE, PRUNED, FAILED, UNFINISHED)


@dataclass(frozen=True)
class Tuned:
    """The result of a search; `fit` is that of the best trial, trained once more as `fit` trains."""

    folder: StudyFolder
    trials: tuple[Tried, ...]
    asked: int
    """How many trials the study was to have."""
    by: str
    higher_is_better: bool
    space: Space
    folds: int
    """On how many splits each trial was compared."""
    planned: Plan | None
    fit: Fit | None
    """None where no trial was complete, where Ctrl-C ended the search, or where other processes still train trials."""
    scored: tuple[dict[str, Any], ...] = ()
    """The best trials of before of which the held-out rows have been scored."""
    interrupted: bool = False
    others: tuple[int, ...] = ()
    """The numbers of the trials that other processes train."""

    @property
    def best(self) -> Tried | None:
        """The best of the complete trials; None without any."""
        return best_of(list(self.trials), maximize=self.higher_is_better)

    @property
    def model(self) -> Model:
        """The model of the best trial; before the end that of its training, which the folder has."""
        return load_model(self.folder.path / BEST) if self.fit is None else self.fit.model

    @property
    def counts(self) -> dict[str, int]:
        """How many trials ended in each way."""
        found = Counter(each.state for each in self.trials)
        return {state: found[state] for state in STATES if found[state]}

    @property
    def ranked(self) -> list[Tried]:
        """The trials, the best first: complete ones by value, then those that were pruned, failed, or are unfinished."""
        sign = -1 if self.higher_is_better else 1
        pruned = 1 if self.by != LOSS else sign
        return sorted(
            self.trials,
            key=lambda each: (
                STATES.index(each.state),
                (sign if each.state == COMPLETE else pruned) * (each.value if each.value is not None else 0.0),
                each.number,
            ),
        )

    @property
    def by_what(self) -> str:
        """What trials are compared by, in words."""
        folds = f", the mean of {self.folds} folds" if self.folds > 1 else ""
        return f"validation {self.by.replace('_', ' ')}{folds}"

    @property
    def scored_before(self) -> list[dict[str, Any]]:
        """The other best trials of which the held-out rows were scored before this one."""
        return [each for each in self.scored if self.best is not None and each.get("trial") != self.best.number]

    def summary(self) -> dict[str, Any]:
        """What was searched, in short, as plain JSON."""
        best = self.best
        return {
            "trials": len(self.trials),
            **self.counts,
            "by": self.by_what,
            "trial": best and best.number,
            "value": best and best.value,
        }

    def result(self) -> dict[str, Any]:
        """What the folder keeps of the end."""
        scores = {} if self.fit is None else self.fit.model.facts["scores"]
        best = self.best
        mine = {"trial": best and best.number, "trials": len(self.trials), "scores": scores.get("test")}
        scored = [*self.scored_before, mine] if scores.get("test") else list(self.scored)
        return {**self.summary(), "scores": scores, "scored": scored}

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain JSON."""
        return {
            "study": str(self.folder),
            "model": str(self.folder.path / BEST) if self.best is not None else None,
            "interrupted": self.interrupted,
            "others": list(self.others),
            **self.result(),
            "space": self.space.to_dict(),
            "values": dict(self.best.values) if self.best is not None else None,
            "tried": [each.to_dict() for each in self.trials],
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {state}" for state, n in self.counts.items())
        best = (
            "no trial is complete"
            if self.best is None
            else f"the best is trial {self.best.number}, {self.best.value:.4g}"
        )
        return f"Tuned: {len(self.trials)} trials ({counts}) by {self.by_what}; {best}"

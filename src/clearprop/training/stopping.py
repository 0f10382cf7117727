"""Stop conditions: when training ends early (Concept 2: satisfied, or no longer improving). They depend on reports only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..amounts import count
from ..formulas.catalogue import Part, find, hyper, register
from ..formulas.patience import Patience
from ..formulas.stateful import Stateful
from .history import Report

Watch: TypeAlias = Callable[[Report], str | None]
"""A function that gets every report and gives the reason to stop, or None to continue.

One with a state is a `Stateful`, so that training can be continued; a plain function has no state.
"""


def taken_all(number: int, thing: str) -> str:
    """Why a training ends where nothing is left.

    >>> [taken_all(number, "batch") for number in (1496, 1, 0)]
    ['all 1,496 batches taken', 'the only batch taken', 'no batch was left to take']
    """
    if number == 0:
        return f"no {thing} was left to take"
    return f"the only {thing} taken" if number == 1 else f"all {count(number, thing)} taken"


class Stop(Part):
    """A condition that ends training before its last step."""

    kind = "stop"

    def watch(self) -> Watch:
        """A fresh watch for one training."""
        raise NotImplementedError(f"stop {self.name!r} must define watch")

    def over(self, seconds: float) -> str | None:
        """The reason to stop between two reports, by the time that training has taken; None to continue."""
        return None


@register
@dataclass(frozen=True)
class TargetLoss(Stop):
    """Satisfied: the loss (of the validation set where there is one) is at most `value`."""

    name, formula, source = "target_loss", "loss ≤ value", "Concept 2"
    other_names = ("loss_below",)
    value: float = hyper(0.01, low=-math.inf, high=math.inf, about="the loss to reach")

    def watch(self) -> Watch:
        return lambda report: f"the loss reached {self.value:g}" if watched_loss(report) <= self.value else None


@register
@dataclass(frozen=True)
class NoImprovement(Stop):
    """No longer improving: the loss (of the validation set where there is one) has not fallen by more than `tolerance`
    below its best for `patience` reports.
    """

    name, formula, source = (
        "no_improvement",
        "loss > best − tolerance, patience times in a row",
        "Concept 2; Prechelt 1998",
    )
    other_names = ("early_stopping", "patience", "n_iter_no_change")
    patience: int = hyper(10, low=1, high=math.inf, about="reports without improvement")
    tolerance: float = hyper(1e-4, low=0.0, high=math.inf, about="how much lower counts as better")

    def watch(self) -> Watch:
        return ImprovementWatch(self)


class ImprovementWatch(Stateful):
    """The watch of `NoImprovement`."""

    changing = ("patience",)

    def __init__(self, rule: NoImprovement) -> None:
        self.rule, self.patience = rule, Patience(rule.tolerance)

    def __call__(self, report: Report) -> str | None:
        waited = self.patience.look(watched_loss(report))
        return f"no improvement in {waited} reports" if waited >= self.rule.patience else None


@register
@dataclass(frozen=True)
class TimeLimit(Stop):
    """The time is over, after the present call of the engine, some 30 ms; of several restarts each has so much.

    A training that is continued counts the time before it was interrupted too. How many steps it takes depends on the machine
    and on what else it does, so that the same seed does not give the same weights.
    """

    name, formula, source = "time_limit", "time ≥ seconds", "standard"
    other_names = ("timeout", "max_time", "max_seconds")
    seconds: float = hyper(60.0, low=0.0, high=math.inf, about="the time that training may take, in seconds")

    def watch(self) -> Watch:
        return lambda report: self.over(report.seconds)

    def over(self, seconds: float) -> str | None:
        return f"{self.seconds:g} s are over" if seconds >= self.seconds else None


def reason_of(stop: Stop, watch: Watch, report: Report) -> str | None:
    """What a condition's watch says to a report. TypeError for one of your own that gives neither None nor a text."""
    reason = watch(report)
    if reason is not None and not isinstance(reason, str):
        raise TypeError(f"stop {stop.name!r}: a watch gives None, or a text with the reason; it gave {reason!r}")
    return reason


def watched_loss(report: Report) -> float:
    """The loss that stop conditions, schedules and the best network go by: that of the validation set where there is one."""
    return report.loss if report.validation_loss is None else report.validation_loss


def as_stops(given: str | Stop | Sequence[str | Stop] | None) -> tuple[Stop, ...]:
    """The stop conditions as a tuple; any one of them ends training. TypeError for what is none."""
    listed = [] if given is None else given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    for each in listed:
        if not isinstance(each, str | Stop | type):
            what = f"an object of type {type(each).__name__}"  # not its text, which of data may be long
            hint = "; a function of reports is a callback: train(..., callbacks=...)" if callable(each) else ""
            raise TypeError(
                f"stop must be a condition, such as 'target_loss(value=0.1)', or a cp.Stop; given {what}{hint}"
            )
    return tuple(find(Stop, each) for each in listed)

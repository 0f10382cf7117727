"""The report of a search: what was tried, what came of it, and the report of the best trial's training, on one page."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from ..amounts import number
from ..fitting.report import title_of, training_sections
from ..fitting.report_html import Section, page
from . import pictures
from .study import COMPLETE, FAILED, Study
from .tuned import Tuned

MOST_ROWS = 25
ENOUGH = 10
"""With fewer complete trials nothing is said of which choices decide."""


def report_of(tuned: Tuned, study: Study) -> str:
    """The page. The search must have come to its end."""
    assert tuned.fit is not None
    assert tuned.planned is not None
    first, *rest = training_sections(tuned.planned, tuned.fit)
    sections = [first, _search(tuned, study), _trials(tuned), *_failed(tuned), *rest]
    return page(title_of(tuned.fit.model, "tuned"), sections)


def _search(tuned: Tuned, study: Study) -> Section:
    best, maximize = tuned.best, tuned.higher_is_better
    assert best is not None
    assert best.value is not None
    counts = ", ".join(f"{n} {state}" for state, n in tuned.counts.items())
    said = (
        f"{len(tuned.trials)} trials: {counts}.",
        f"The best is trial {best.number}, with {number(best.value)} by {tuned.by_what}.",
        *held_out_said(tuned),
    )
    table = [
        ("choice", "what was tried"),
        *((name, " | ".join(map(_text, of))) for name, of in tuned.space.to_dict().items()),
    ]
    made = (
        pictures.history(tuned.trials, _name(tuned), maximize=maximize),
        pictures.parallel(tuned.trials, tuned.space, _name(tuned), maximize=maximize),
        pictures.importances(importances_of(tuned, study), _name(tuned)),
    )
    shown = tuple(each for each in made if each is not None)
    return Section("Search", said, tuple(table), shown, numbers=False)


def held_out_said(tuned: Tuned) -> list[str]:
    """What the held-out rows were used for."""
    if tuned.fit is None or "test" not in tuned.fit.scores:
        return ["No rows are held out, so nothing says how good the best trial is on rows that it was not chosen by."]
    said = ["The held-out rows were seen by no trial. They were scored once, at the end, for the best trial."]
    before = tuned.scored_before
    if before:
        numbers = ", ".join(str(each["trial"]) for each in before)
        said = [
            f"The held-out rows were seen by no trial. They were scored {len(before) + 1} times: for trial {numbers} too."
        ]
        said.append(
            "Those were best at earlier ends of this search; to choose between them by these scores would flatter."
        )
    return said


def _name(tuned: Tuned) -> str:
    return f"validation {tuned.by.replace('_', ' ')}"


def _text(value: Any) -> str:
    return '""' if value == "" else str(value)


def _trials(tuned: Tuned) -> Section:
    """The best trials with their choices."""
    keys = [name for name, of in tuned.space.to_dict().items() if len(of) > 1 or "{" in str(of[0])]
    rows = [("trial", "", _name(tuned), *keys, "seconds")]
    for each in tuned.ranked[:MOST_ROWS]:
        if each.state != FAILED:
            value = "" if each.value is None else number(each.value)
            seconds = "" if each.seconds is None else f"{each.seconds:.2f}"
            rows.append(
                (str(each.number), each.state, value, *(_text(each.values.get(key, "")) for key in keys), seconds)
            )
    left = len(tuned.trials) - len(rows) + 1
    said = (f"The best {len(rows) - 1}; {left} more are in the study.",) if left else ()
    return Section("Trials", said, tuple(rows), numbers=False)


def _failed(tuned: Tuned) -> list[Section]:
    failed = [each for each in tuned.trials if each.state == FAILED]
    if not failed:
        return []
    rows = [("trial", "why"), *((str(each.number), each.because or "not known") for each in failed[:MOST_ROWS])]
    more = f" The first {MOST_ROWS} are listed." if len(failed) > MOST_ROWS else ""
    return [
        Section("Failed trials", (f"{len(failed)} of {len(tuned.trials)} trials.{more}",), tuple(rows), numbers=False)
    ]


def importances_of(tuned: Tuned, study: Study) -> Mapping[str, float]:
    """How much of the difference between trials each choice makes (PED-ANOVA, Watanabe, Bansal and Hutter 2023).

    Nothing where there are too few trials, or no difference.
    """
    complete = [each.value for each in tuned.trials if each.state == COMPLETE]
    if len(complete) < ENOUGH or len({*complete}) < 2:
        return {}
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, float] = get_param_importances(study.optuna, evaluator=PedAnovaImportanceEvaluator())
    return found

"""Stopping: satisfied, or no longer improving (Concept 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.training.history import Report
from clearprop.training.stopping import NoImprovement, Stop, TargetLoss, as_stops


def reports(losses: list[float], validation: list[float] | None = None) -> list[Report]:
    return [
        Report(
            step=i,
            epoch=i,
            loss=loss,
            eta=0.1,
            seconds=0.0,
            validation_loss=None if validation is None else validation[i],
        )
        for i, loss in enumerate(losses)
    ]


def stopped_at(stop: str | Stop, losses: list[float], validation: list[float] | None = None) -> int | None:
    """The report, counted from 0, at which training ends."""
    (watch,) = (each.watch() for each in as_stops(stop))
    return next((i for i, report in enumerate(reports(losses, validation)) if watch(report)), None)


@pytest.mark.parametrize(
    ("losses", "at"), [([0.5, 0.2, 0.1, 0.05], 2), ([0.5, 0.11], None), ([0.01], 0), ([math.nan, 0.1], 1)]
)
def test_a_target_is_reached_when_the_loss_is_at_most_it(losses: list[float], at: int | None) -> None:
    assert stopped_at(TargetLoss(0.1), losses) == at


@pytest.mark.parametrize(
    ("losses", "at"),
    [
        ([5, 4, 3, 2, 1], None),
        ([5, 4, 4, 4], 3),
        ([5, 5, 4, 5, 5], 4),
        ([5, 4.95, 4.9], 2),
        ([5, math.nan, math.nan], 2),
        ([math.inf, math.inf], 1),
    ],
)
def test_no_improvement_waits_for_its_patience_in_a_row(losses: list[float], at: int | None) -> None:
    assert stopped_at(NoImprovement(patience=2, tolerance=0.1), losses) == at


def test_the_validation_loss_is_watched_where_there_is_one() -> None:
    assert stopped_at(TargetLoss(0.1), [0.0, 0.0], validation=[1.0, 0.05]) == 1
    assert stopped_at(NoImprovement(patience=1, tolerance=0.0), [3, 2, 1], validation=[1.0, 0.5, 0.5]) == 2


def test_a_watch_is_fresh_for_every_training() -> None:
    stop = NoImprovement(patience=2, tolerance=0.0)
    assert stopped_at(stop, [1, 1]) is None
    assert stopped_at(stop, [1, 1]) is None


def test_several_conditions_are_watched_each_on_its_own() -> None:
    assert len(as_stops(["target_loss(value=0.1)", NoImprovement()])) == 2
    assert as_stops(None) == ()


def test_the_reason_says_which_condition_it_was() -> None:
    target, patience = TargetLoss(0.25).watch(), NoImprovement(patience=1).watch()
    first, second = reports([0.2, 0.2])
    assert target(first) == "the loss reached 0.25"
    patience(first)
    assert patience(second) == "no improvement in 1 reports"


@pytest.mark.parametrize(("stop", "error"), [("target_los", ValueError), (3, TypeError), ([3], TypeError)])
def test_what_is_no_condition_is_refused(stop: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="stop"):
        as_stops(stop)  # type: ignore[arg-type]  # the mistake


def test_a_time_limit_ends_training_between_two_steps_with_a_report_and_counts_on_where_it_is_continued() -> None:
    net, X = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0), np.eye(2)
    asked: dict[str, Any] = {"loss": "square", "eta": 0.1, "batch_size": 1, "steps": 10**9, "engine": "numpy"}
    run = cp.train(net, X, X[:, :1], **asked, stop="time_limit(seconds=0.2)")
    assert run.stopped_because == "0.2 s are over"
    assert 0.2 <= run.history["seconds"][-1] < 2
    assert run.history.last_step == run.state.step  # type: ignore[union-attr]
    again = cp.train(net, X, X[:, :1], **asked, stop="time_limit(seconds=0.2)", resume=run.state)
    assert len(again.history) == len(run.history)
    longer = cp.train(net, X, X[:, :1], **asked, stop="time_limit(seconds=0.4)", resume=run.state)
    assert 0.4 <= longer.history["seconds"][-1] < 2
    assert longer.state.step > run.state.step  # type: ignore[union-attr]

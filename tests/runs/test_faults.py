"""Faults: the harness `python -m tools.faults` in its short form, and that it sees what it is for."""

from __future__ import annotations

import os
import random
from pathlib import Path

import matplotlib.figure  # noqa: F401 - imported once, before processes are forked
import pytest
from tools.faults.disks import fail_disks
from tools.faults.jobs import Job, jobs
from tools.faults.kills import Outcome, kill
from tools.faults.mutations import mutate

from clearprop.formulas.catalogue import names
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.schedules import Schedule
from clearprop.runs.keeper import RunKeeper
from clearprop.training import State

SEED = os.environ.get("CLEARPROP_TEST_SEED", "1")


@pytest.fixture
def rng() -> random.Random:
    return random.Random(SEED)


@pytest.mark.lengthy
def test_runs_that_are_killed_lose_nothing(tmp_path: Path, rng: random.Random) -> None:
    outcome = Outcome()
    for job in rng.sample(jobs(), 2):
        kill(job, tmp_path, rng, outcome, most=3)
    assert (outcome.unreadable, outcome.wrong) == ([], [])
    assert outcome.slowest < 1


def test_every_optimiser_and_schedule_is_killed() -> None:
    said = " ".join(job.name for job in jobs())
    assert all(f"--optimizer {name}" in said for name in names(Optimizer))
    assert all(f"--eta {name}" in said for name in names(Schedule))


@pytest.mark.lengthy
def test_a_lost_checkpoint_would_be_seen(tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a state said that more steps had been taken than its weights have, the weights at the end would be others."""

    right = RunKeeper._checkpoint

    def late(self: RunKeeper, state: State) -> None:
        wrong = State(state.kind, state.about, {**state.values, "step": min(state.step + 30, self.steps)})
        right(self, wrong)

    # Nothing follows the training, and no validation rows choose an earlier network: the last weights are the run's.
    plain = ("--layers", "8:relu", "--validation", "0", "--no-refit", "--penalty", "none")
    job = Job("late", ("blobs(points=300)", "--epochs", "1500", *plain))
    monkeypatch.setattr(RunKeeper, "_checkpoint", late)
    outcome = Outcome()
    for _ in range(10):
        kill(job, tmp_path, rng, outcome, most=2)
        if outcome.wrong:
            return
    raise AssertionError("wrong checkpoints were not seen")


@pytest.mark.lengthy
def test_runs_on_failing_disks_keep_their_last_good_checkpoint(tmp_path: Path, rng: random.Random) -> None:
    said, wrong = fail_disks(3, tmp_path, rng)
    assert wrong == [], said


def test_files_that_somebody_changed_are_refused_or_load_as_they_were(tmp_path: Path, rng: random.Random) -> None:
    said, wrong = mutate(250, tmp_path, rng)
    assert wrong == [], said

"""A kept training chooses as one without a folder does, and its search goes on where it was interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.fitting import settling
from clearprop.fitting.fits import Fit
from clearprop.fitting.planned import train_plan
from clearprop.runs import fit_in, resume
from clearprop.runs.folder import BEST, SEARCH
from clearprop.runs.trials import FOUND_FILE, STATE_SUFFIX, SearchInterrupted

RECIPE = cp.Recipe(epochs=2)
TABLE = cp.load_table("blobs(points=90)")


class Counted:
    """Trainings of searches, which one may end."""

    def __init__(self, ended: int | None = None, reason: str | None = None) -> None:
        self.count, self.ended, self.reason = 0, ended, reason

    def __call__(self, *args: Any) -> Any:
        run = train_plan(*args)
        self.count += 1
        if self.count == self.ended:
            if self.reason is None:
                raise KeyboardInterrupt
            run = replace(run, stopped_because=self.reason)
        return run


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Callable[[Counted], Counted]:
    """Sets what happens to the trainings of a search."""

    def use(counted: Counted) -> Counted:
        monkeypatch.setattr(settling, "train_plan", counted)
        return counted

    return use


def same(one: cp.Model, other: cp.Model) -> bool:
    return one.network.parameters.tobytes() == other.network.parameters.tobytes() and one.facts == other.facts


@pytest.fixture(scope="module")
def fitted() -> Fit:
    """What a training without a folder gives."""
    return cp.fit(TABLE, RECIPE)


@pytest.mark.parametrize("preset", ["default", "tabular"])
def test_what_is_chosen_and_trained_is_that_of_a_fit(preset: str, tmp_path: Path) -> None:
    recipe = replace(RECIPE, preset=preset)
    fitted = cp.fit(TABLE, recipe)
    kept = fit_in(tmp_path / "a", TABLE, recipe)
    assert len(kept.model.facts["compared"]) == 4
    assert same(kept.model, fitted.model)
    assert same(resume(tmp_path / "a", TABLE).model, fitted.model)
    assert same(cp.load_model(tmp_path / "a" / BEST), fitted.model)
    assert [path.name for path in (tmp_path / "a" / SEARCH).iterdir()] == [FOUND_FILE]


@pytest.mark.parametrize("reason", [None, "interrupted"], ids=["killed", "Ctrl-C"])
@pytest.mark.parametrize("ended", [1, 5])
def test_a_search_goes_on_with_the_training_that_it_was_at(
    ended: int, reason: str | None, tmp_path: Path, trainings: Any, fitted: Fit
) -> None:
    every = trainings(Counted())
    cp.fit(TABLE, RECIPE)
    first = trainings(Counted(ended, reason))
    if reason is None:
        with pytest.raises(KeyboardInterrupt):
            fit_in(tmp_path / "a", TABLE, RECIPE)
    else:
        so_far = fit_in(tmp_path / "a", TABLE, RECIPE)
        assert so_far.run.stopped_because == "interrupted"
        assert same(cp.load_model(tmp_path / "a" / BEST), so_far.model)
        assert so_far.model.facts["scores"]["test"]["rows"] > 0
    second = trainings(Counted())
    assert same(resume(tmp_path / "a", TABLE).model, fitted.model)
    assert first.count - 1 + second.count == every.count, "no training is made twice but the one that was interrupted"


def test_a_search_that_is_told_something_new_begins_anew(tmp_path: Path, trainings: Any) -> None:
    trainings(Counted(4, "interrupted"))
    fit_in(tmp_path / "a", TABLE, RECIPE)
    trainings(Counted())
    longer = resume(tmp_path / "a", TABLE, epochs=3)
    assert same(longer.model, cp.fit(TABLE, replace(RECIPE, epochs=3)).model)


def test_damaged_files_of_a_search_are_measured_anew_or_said(tmp_path: Path, trainings: Any, fitted: Fit) -> None:
    trainings(Counted(4, "interrupted"))
    fit_in(tmp_path / "a", TABLE, RECIPE)
    trials = sorted((tmp_path / "a" / SEARCH).iterdir())
    for path in trials[:2]:
        path.write_bytes(path.read_bytes().replace(b"sha256", b"sha255") if path is trials[0] else b"")
    trainings(Counted())
    assert same(resume(tmp_path / "a", TABLE).model, fitted.model)
    (tmp_path / "a" / SEARCH / FOUND_FILE).write_bytes(b"{}")
    with pytest.warns(RuntimeWarning, match="what the search found is not known any more"):
        again = resume(tmp_path / "a", TABLE)
    assert again.model.network.parameters.tobytes() == fitted.model.network.parameters.tobytes()


class CutShort(Counted):
    """Trainings of searches, of which one is interrupted by Ctrl-C after its first epoch; `began` are the first steps."""

    def __init__(self, ended: int = 0) -> None:
        super().__init__()
        self.cut, self.began = ended, [0]
        self.reached = 0

    def __call__(self, planned: Any, progress: Any, keeper: Any, state: Any) -> Any:
        self.count += 1
        self.began.append(0 if state is None else state.step)
        if self.count != self.cut:
            return train_plan(planned, progress, keeper, state)

        def interrupt(report: cp.Report) -> None:
            self.reached = report.step
            signal.raise_signal(signal.SIGINT)

        return train_plan(planned, progress, keeper, state, callbacks=[interrupt])


@pytest.mark.parametrize("ended", [1, 2, 6])
def test_ctrl_c_within_a_training_of_a_search_loses_no_step(
    ended: int, tmp_path: Path, trainings: Any, fitted: Fit
) -> None:
    first = trainings(CutShort(ended))
    so_far = fit_in(tmp_path / "a", TABLE, RECIPE)
    assert so_far.run.stopped_because == "interrupted"
    assert same(cp.load_model(tmp_path / "a" / BEST), so_far.model)
    second = trainings(CutShort())
    assert same(resume(tmp_path / "a", TABLE).model, fitted.model)
    assert second.began[1] == first.reached > 0, "the training that was interrupted goes on at its step"
    assert [path.name for path in (tmp_path / "a" / SEARCH).iterdir()] == [FOUND_FILE]


def test_a_search_that_is_interrupted_again_has_the_best_network_of_both_lives(tmp_path: Path, trainings: Any) -> None:
    trainings(Counted(5, "interrupted"))  # all choices have their first training
    first = fit_in(tmp_path / "a", TABLE, RECIPE)
    trainings(Counted(1, "interrupted"))
    second = resume(tmp_path / "a", TABLE)
    assert same(second.model, first.model)
    for path in (tmp_path / "a" / SEARCH).glob(f"*{STATE_SUFFIX}"):
        path.write_bytes(b"")
    trainings(Counted(1, "interrupted"))
    with pytest.raises(SearchInterrupted):
        resume(tmp_path / "a", TABLE)
    assert same(cp.load_model(tmp_path / "a" / BEST), first.model), "the model before stays"


def test_a_training_of_a_search_is_kept_every_so_many_seconds(tmp_path: Path, trainings: Any, fitted: Fit) -> None:
    trainings(Counted(1))  # killed at its end
    with pytest.raises(KeyboardInterrupt):
        fit_in(tmp_path / "a", TABLE, RECIPE, every=1e-9)
    assert len([*(tmp_path / "a" / SEARCH).glob(f"*{STATE_SUFFIX}")]) == 1
    trainings(Counted())
    assert same(resume(tmp_path / "a", TABLE).model, fitted.model)

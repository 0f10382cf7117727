"""Searches: what trials are compared by, what they see, and what is kept of them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting.fits import plan
from clearprop.io.tables.table import Table
from clearprop.runs.configuration import read_toml
from clearprop.runs.fitted import recipe_of
from clearprop.tuning import Tuned, tune
from clearprop.tuning.folder import StudyFolder
from clearprop.tuning.journal import JournalLock
from clearprop.tuning.problem import Problem
from clearprop.tuning.space import Space
from clearprop.tuning.study import MOST_LIVES, UNFINISHED
from clearprop.tuning.worker import study_of

from .killed import SPACE, ends_of, kill_after, life, search, table, what_trials_are

TRIALS = 8
SMALL = {"eta": "{0.01 to 0.3, log}", "layers": ["3:tanh", ""]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def tuned(folder: Path) -> Tuned:
    return search(folder / "study", TRIALS)


def small(folder: Path, **how: Any) -> Tuned:
    given: dict[str, Any] = {"target": "y", "space": SMALL, "trials": 2, "epochs": 2, "folder": folder / "study"}
    return tune(table(), **given | how)


def test_the_model_is_that_of_the_best_trial(tuned: Tuned, folder: Path) -> None:
    best = tuned.best
    assert best is not None
    assert best.value == min(each.value for each in tuned.trials if each.state == "complete" and each.value is not None)
    facts = cp.load_model(folder / "study" / "best.clearprop").facts
    assert facts["layers"] == best.values["layers"]
    assert facts["searched"]["trial"] == best.number
    assert facts["searched"]["trials"] == TRIALS
    assert facts["searched"]["space"]["penalty"] == SPACE["penalty"]


def test_a_trial_is_the_training_that_its_choices_give_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearprop.tuning.problem.folds_to_compare", lambda planned: (planned.split,))
    space = {"eta": "{0.01 to 0.3, log}", "penalty": "none", "init": "he_normal", "normalization": "layer_norm"}
    tuned = small(tmp_path, space=space, layers="3:tanh", trials=2, epochs=5)
    assert tuned.best is not None
    assert tuned.fit is not None
    assert tuned.best.value == pytest.approx(tuned.fit.run.history["validation_loss"].min(), rel=1e-12)


def test_a_penalty_does_not_count_among_the_losses_that_are_compared(tmp_path: Path) -> None:
    """With a step size of 0 the network stays as it is, whatever the penalty."""
    space = {"eta": 0.0, "layers": "3:tanh", "penalty": ["none", "l2(strength=10.0)"]}
    tuned = small(tmp_path, space=space, trials=5)
    assert len({each.values["penalty"] for each in tuned.trials}) == 2
    values = [each.value for each in tuned.trials]
    assert values == pytest.approx([values[0]] * 5, rel=1e-12)
    journal = map(json.loads, (tmp_path / "study" / "journal.jsonl").read_text().splitlines())
    told = [each["intermediate_value"] for each in journal if "intermediate_value" in each]
    assert told == pytest.approx([told[0]] * len(told), rel=1e-12)


def test_the_best_choices_are_a_configuration_of_train(tuned: Tuned, folder: Path) -> None:
    choices = read_toml((folder / "study" / "best.toml").read_text(), {"source", *vars(cp.Recipe())}, "best.toml")
    assert tuned.planned is not None
    assert plan(table(), recipe_of(choices)).start.facts == tuned.planned.start.facts


def test_a_failed_trial_is_a_trial_with_its_reason(tmp_path: Path) -> None:
    space = {"eta": ["1e9", 0.1], "optimizer": "sgd", "output_activation": "identity", "loss": "square"}
    with np.errstate(all="ignore"):
        tuned = tune(
            {"x": [*range(40)], "y": [0.5 * each for each in range(40)]},
            target="y", task="regression", space=space, trials=4, epochs=3, folder=tmp_path / "s",
        )  # fmt: skip
    failed = [each for each in tuned.trials if each.state == "failed"]
    assert failed
    assert all("diverged" in str(each.because) for each in failed)
    assert len(tuned.trials) == 4
    assert tuned.best is not None


def test_choices_that_do_not_go_together_fail_alone(tmp_path: Path) -> None:
    space = {"output_activation": ["softmax", "relu"], "eta": "{0.01 to 0.1}"}
    tuned = small(tmp_path, space=space, by="accuracy", trials=6)
    whys = [each.because for each in tuned.trials if each.values["output_activation"] == "relu"]
    assert whys
    assert all(why and "nllm" in why for why in whys)


def test_of_a_metric_the_best_may_be_the_highest(tmp_path: Path) -> None:
    tuned = small(tmp_path, by="accuracy", trials=4)
    values = [each.value for each in tuned.trials if each.value is not None]
    assert tuned.best is not None
    assert min(values) < tuned.best.value == max(values)
    assert [each.value for each in tuned.ranked] == sorted(values, reverse=True)


def test_losses_of_other_kinds_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"losses of another kind; compare them by a metric, such as by='accuracy'"):
        small(tmp_path, space={"loss": ["nllm", "square"]})
    with pytest.raises(ValueError, match="unknown metric 'acuracy' for classification; did you mean 'accuracy'"):
        small(tmp_path, by="acuracy")


def test_no_trial_sees_the_rows_that_are_held_out(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=80)
    y = np.sin(3 * x)
    how: dict[str, Any] = {"target": "y", "task": "regression", "space": SMALL, "trials": 3, "epochs": 3}
    before = tune({"x": x, "y": y}, folder=tmp_path / "a", **how)
    assert before.fit is not None
    test = before.fit.split.test
    y[test], x[test] = -7 * y[test] + 1, x[test][::-1] * 2
    after = tune({"x": x, "y": y}, folder=tmp_path / "b", **how)
    assert [each.value for each in after.trials] == [each.value for each in before.trials]
    assert after.fit is not None
    assert after.fit.scores["test"].loss != before.fit.scores["test"].loss


def test_a_study_goes_on_and_says_that_held_out_rows_were_scored_before(tmp_path: Path) -> None:
    first = small(tmp_path)
    longer = small(tmp_path, trials=7)
    assert what_trials_are(longer)[:2] == what_trials_are(first)
    assert len(longer.trials) == 7
    scored = json.loads((tmp_path / "study" / "result.json").read_text())["scored"]
    best = [each.best.number for each in (first, longer) if each.best is not None]
    assert [each["trial"] for each in scored] == list(dict.fromkeys(best))
    small(tmp_path, trials=7)
    assert json.loads((tmp_path / "study" / "result.json").read_text())["scored"] == scored


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"space": SMALL | {"eta": "{0.1 to 0.2}"}}, r"begun with eta \['\{0.01 to 0.3, log\}'\], and given is"),
        ({"epochs": 3}, "begun with epochs 2, and given is 3"),
        ({"by": "accuracy"}, "begun with by loss, and given is accuracy"),
    ],
)
def test_another_study_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    small(tmp_path, trials=1)
    with pytest.raises(ValueError, match=said):
        small(tmp_path, **changed)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty and holds no study"):
        small(tmp_path)


def test_the_time_ends_a_search(tmp_path: Path) -> None:
    tuned = small(tmp_path, trials=10_000, time=0.3)
    assert 0 < len(tuned.trials) < 1000
    assert tuned.fit is not None


@pytest.mark.lengthy
def test_two_processes_find_what_one_finds(tuned: Tuned, tmp_path: Path) -> None:
    """The first trials are drawn without regard to one another, and none of them is pruned."""
    two = tune(
        table(), target="y", space=SPACE, trials=4, epochs=6, folder=tmp_path / "two", jobs=2, progress=False,
        optimizer="sgd", loss="nllm", output_activation="softmax",
    )  # fmt: skip
    assert what_trials_are(two) == what_trials_are(tuned)[:4]


# ---- kills


def test_no_trial_is_lost_or_repeated_by_a_kill(tuned: Tuned, tmp_path: Path) -> None:
    process = life(tmp_path / "study", 6)
    assert kill_after([process], tmp_path / "study", lines=25, wait=0.0) == 1
    after = search(tmp_path / "study", 6)
    assert what_trials_are(after) == what_trials_are(tuned)[:6]
    assert {*ends_of(tmp_path / "study").values()} == {1}


class Ended(BaseException):
    """Acts the end of a process out."""


def test_a_process_may_end_before_any_line_of_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more trials than Optuna draws without regard to one another, and with pruned ones among them."""
    whole = search(tmp_path / "whole", 14)
    draw, acquire = np.random.default_rng(3), JournalLock.acquire

    def ending(lock: JournalLock) -> bool:
        if draw.random() < 0.04:
            raise Ended
        return acquire(lock)

    monkeypatch.setattr(JournalLock, "acquire", ending)
    lives, after = 0, None
    while after is None:
        lives += 1
        with suppress(Ended):
            after = search(tmp_path / "study", 14)
    assert lives > 5
    assert what_trials_are(after) == what_trials_are(whole)


def test_a_trial_whose_process_ended_is_taken_up_with_its_values(tmp_path: Path) -> None:
    problem = Problem.of(table(), cp.Recipe(target="y", epochs=2), Space.of(SMALL))
    small(tmp_path, trials=1)
    study = study_of(problem, small(tmp_path, trials=1).folder)
    values = []
    for life_of_it in range(1, MOST_LIVES + 1):
        claim = study.claim(2)
        assert claim is not None
        assert (claim.number, claim.lives) == (2, life_of_it)
        assert study.claim(2) is None  # it is taken
        values.append(claim.values(problem.space))
        claim.free()
    assert all(each == values[0] for each in values)
    assert study.tried()[1].state == UNFINISHED
    assert study.left(2) == 1
    tuned = small(tmp_path)
    assert tuned.trials[1].state == "failed"
    assert "its process ended 5 times without a word" in str(tuned.trials[1].because)


def test_a_trial_that_is_taken_up_is_pruned_where_it_would_have_been(tmp_path: Path) -> None:
    problem = Problem.of(table(), cp.Recipe(target="y", epochs=2), Space.of(SMALL))
    folder = StudyFolder(tmp_path / "study")
    folder.make()
    study = study_of(problem, folder)
    for loss in (1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.4):  # of the last two the second is the first again, taken up
        claim = study.claim(6)
        assert claim is not None
        claim.values(problem.space)
        pruned = [claim.report(epoch, loss if loss < 1 else loss / epoch) for epoch in (1, 2, 3)]
        if loss == 1.0:
            claim.tell("complete", seconds=0.0, value=0.3)
        claim.free()
    assert pruned == [False, False, True]


def test_a_study_of_more_trials_than_are_asked_for_is_at_its_end(tmp_path: Path) -> None:
    small(tmp_path, trials=3)
    assert len(small(tmp_path, trials=1).trials) == 3


def test_a_torn_line_of_the_journal_is_mended(tmp_path: Path) -> None:
    first = small(tmp_path)
    journal = tmp_path / "study" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"op_code":4,"work')
    longer = small(tmp_path, trials=3)
    assert what_trials_are(longer)[:2] == what_trials_are(first)
    assert len(longer.trials) == 3


def test_a_table_without_validation_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there are none; give validation=0\.2"):
        small(tmp_path, validation=0.0)


def test_a_space_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"clearprop init --tune .*nowhere.toml"):
        small(tmp_path, space=tmp_path / "nowhere.toml")


def test_the_table_is_any_table(tmp_path: Path) -> None:
    assert isinstance(table(), Table)
    columns = {"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9}
    tuned = tune(columns, folder=tmp_path / "s", trials=1, target="y", epochs=2)
    assert tuned.model.predict({"x": [0.5]}).shape == (1,)

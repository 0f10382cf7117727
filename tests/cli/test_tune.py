"""`clearprop tune`: what it prints, its files, and how it ends."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from .conftest import Outcome, Shell

SPACE = 'layers = ["{3 to 5, whole}:tanh", ""]\neta = "{0.01 to 0.3, log}"\nepochs = 3\n'


def searched(shell: Shell, *more: str) -> Outcome:
    Path("space.toml").write_text(SPACE)
    return shell("tune", "xor(points=60)", "--space", "space.toml", "--trials", "3", "-o", "s", *more)


def test_it_says_what_is_searched_and_which_rows_no_trial_sees(shell: Shell) -> None:
    done = searched(shell)
    assert done.status == 0, done.err
    assert "held out    12 rows, which no trial sees; scored once, at the end" in done.out
    assert 'layers: {3 to 5, whole}:tanh | ""' in done.out
    assert "3 complete" in done.out
    assert "The held-out rows were seen by no trial. They were scored once, at the end, for the best trial." in done.out
    assert {each.name for each in Path("s").iterdir()} >= {
        "best.clearprop",
        "best.toml",
        "report.html",
        "journal.jsonl",
    }
    again = searched(shell)
    assert "goes on after 3 trials" in again.out


def test_choices_fit_in_the_terminal_and_info_has_the_search_in_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    Path("space.toml").write_text(
        'layers = "{3 to 5, whole}:tanh"\neta = "cosine(start={0.01 to 0.3, log}, steps=0)"\nbatch_size = [8, 16]\n'
        'penalty = "l2(strength={0.001 to 0.1, log})"\nepochs = 1\n'
    )
    done = shell("tune", "xor(points=60)", "--space", "space.toml", "--trials", "3", "-o", "s")
    header = next(line for line in done.out.splitlines() if line.lstrip().startswith("trial "))
    assert header.split()[:5] == ["trial", "layers", "eta", "batch_size", "penalty"]
    first = done.out.splitlines()[done.out.splitlines().index(header) + 1].split()
    assert 0.01 <= float(first[3]) <= 0.3
    assert "no room for" not in done.out
    said = shell("info", "s/best.clearprop").out
    words = " ".join(said.split())
    assert re.search(r" search trial \d, the best of 3 trials, by validation loss, [^;]*\d; \d complete", words), said
    assert "batch_size: 8 | 16" in said
    assert "{'" not in said


def test_the_report_has_the_search_and_the_training(shell: Shell) -> None:
    Path("brief.toml").write_text(SPACE.replace("epochs = 3", "epochs = 1"))  # of which none is pruned
    assert searched(shell, "--trials", "12", "--space", "brief.toml").status == 0
    page = Path("s/report.html").read_text()
    for title in ("The course of the search", "Choices side by side", "Which choices decide", "Loss while training"):
        assert f"<h3>{title}</h3>" in page
    assert "The held-out rows were seen by no trial." in page
    assert "12 trials: " in page


def test_a_program_gets_all_trials_as_json(shell: Shell) -> None:
    done = searched(shell, "--json")
    found = json.loads(done.out)
    assert len(found["tried"]) == 3
    assert found["value"] == min(each["value"] for each in found["tried"])
    assert found["space"]["epochs"] == [3]
    assert found["scores"]["test"]["rows"] == 12


def test_the_best_choices_train_alone(shell: Shell) -> None:
    found = json.loads(searched(shell, "--json").out)
    alone = json.loads(shell("train", "s/best.toml", "-o", "a.clearprop", "--json").out)
    assert alone["scores"] == found["scores"]


def test_init_writes_a_space_that_can_be_searched(shell: Shell) -> None:
    assert shell("init", "--tune").status == 0
    done = shell("tune", "xor(points=60)", "--space", "space.toml", "--trials", "1", "--quiet")
    assert (done.status, done.out) == (0, "")
    assert Path("xor.study/best.clearprop").exists()
    assert "a space holds no table" in shell("init", "other.toml", "--tune", "--target", "y").err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--by", "acuracy"), "did you mean 'accuracy'?"),
        (("--space", "nowhere.toml"), "`clearprop init --tune nowhere.toml` writes one"),
        (("--time", "-1"), "time is a number of seconds, more than 0"),
        (("--jobs", "0"), "jobs is a number of processes"),
        (("--time", "1e-9"), "no trial was complete before the time was over"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(shell: Shell, args: tuple[str, ...], said: str) -> None:
    done = shell("tune", "xor(points=60)", "--trials", "2", *args)
    assert done.status == 1
    assert said in done.err.splitlines()[-1]


def test_a_table_on_the_disk_is_not_given_to_other_processes(shell: Shell, penguins: Path) -> None:
    done = shell("tune", str(penguins), "--target", "species", "--on-disk", "--jobs", "2")
    assert done.status == 1
    assert "leave jobs out, and start the same command several times on one folder" in done.err


def test_ctrl_c_keeps_everything(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from clearprop.tuning import worker

    own, trials = worker.measured, []

    def interrupted(*given: Any) -> Any:
        trials.append(given)
        if len(trials) == 3:
            signal.raise_signal(signal.SIGINT)
        return own(*given)

    monkeypatch.setattr(worker, "measured", interrupted)
    done = searched(shell, "--trials", "5")
    assert done.status == 130
    assert "2 complete, 1 unfinished" in done.out
    assert "everything is kept; the same command goes on from here" in done.out
    assert Path("s/best.clearprop").exists()
    assert not Path("s/result.json").exists()
    assert shell("info", "s/best.clearprop").status == 0
    assert "5 complete" in searched(shell, "--trials", "5").out


def test_where_all_trials_fail_the_reason_is_the_error(shell: Shell) -> None:
    Path("bad.toml").write_text('output_activation = ["relu", "tanh"]\n')
    done = shell("tune", "xor(points=60)", "--space", "bad.toml", "--by", "accuracy", "--trials", "2")
    assert done.status == 1
    assert "no trial is complete; 2 failed, such as trial 1: " in done.err

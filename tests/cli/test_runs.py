"""Run folders and configurations from the shell: `init`, `train run.toml`, `--run`, `--resume`, `runs`."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.amounts import number
from clearprop.cli.exits import MEANINGS
from clearprop.cli.train import command as train
from clearprop.fitting import settling
from clearprop.fitting.planned import train_plan
from clearprop.runs.folder import BEST, CONFIGURATION, LAST, LOG, RunFolder
from clearprop.runs.log import read_log, reports_of

from .conftest import Shell

FEW = ("--epochs", "2")


def test_init_writes_every_choice_and_it_trains(shell: Shell) -> None:
    assert shell("init").status == 0
    text = Path("run.toml").read_text()
    for each in fields(cp.Recipe):
        assert f"\n{each.name} = " in text or f"\n# {each.name} = " in text, each.name
    outcome = shell("train", "run.toml", *FEW)
    assert outcome.status == 0, outcome.err
    assert Path("runs/run", BEST).exists()
    assert not Path("digits.clearprop").exists()


@pytest.mark.parametrize(
    "option", [each.name for each in train.params if each.name not in {"resume", "as_json", "help"}]
)
def test_the_example_of_every_choice_can_be_read(option: str, shell: Shell) -> None:
    """The commented line of each choice is TOML, so that a person may take the # away and put a value there."""
    import tomllib

    shell("init")
    line = next(
        line for line in Path("run.toml").read_text().splitlines() if line.removeprefix("# ").startswith(f"{option} =")
    )
    assert list(tomllib.loads(line.removeprefix("# "))) == [option]


def test_init_overwrites_nothing(shell: Shell) -> None:
    Path("run.toml").write_text("mine")
    outcome = shell("init")
    assert outcome.status == 1
    assert "run.toml exists, so it is not overwritten" in outcome.err


def test_flags_win_over_the_file(shell: Shell) -> None:
    Path("a.toml").write_text('source = "blobs"\nepochs = 3\nlayers = "4:tanh"\noutput = "a.clearprop"\n')
    assert shell("train", "a.toml", "--layers", "5:relu", "--steps", "7").status == 0
    facts = cp.load_model("a.clearprop").facts
    assert (facts["layers"], facts["epochs"], facts["steps"]) == ("5:relu", None, 7)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('optimiser = "adam"', "a.toml, line 2: unknown key 'optimiser'; did you mean 'optimizer'?"),
        ('optimizer = "adamm"', "a.toml, line 2: unknown optimizer 'adamm'; did you mean 'adam'?"),
        ('epochs = "many"', "a.toml, line 2: epochs: 'many' is not a valid float"),
        ("batch_size = 3.5", "a.toml, line 2: batch_size must be a whole number; given 3.5"),
        ("quiet = 1", "a.toml, line 2: quiet must be true or false; given 1"),
        ("seed = true", "a.toml, line 2: seed must be a whole number; given True"),
        ('output = "../a"', "a.toml, line 2: '../a' is outside this folder"),
        ('run = "/tmp/a"', "a.toml, line 2: '/tmp/a' is outside this folder"),
        ('task = "guess"', "a.toml, line 2: task: 'guess' is not one of"),
        ('resume = "a"', "a.toml, line 2: unknown key 'resume'"),
    ],
)
def test_a_bad_line_is_named(line: str, said: str, shell: Shell) -> None:
    Path("a.toml").write_text(f'source = "blobs"\n{line}\n')
    outcome = shell("train", "a.toml")
    assert outcome.status == 1
    assert said in outcome.err


def test_without_a_source_the_command_line_is_wrong(shell: Shell) -> None:
    assert shell("train").status == 2
    Path("a.toml").write_text("seed = 1\n")
    assert shell("train", "a.toml").status == 2
    assert "there is no file b.toml; `clearprop init b.toml` writes one" in shell("train", "b.toml").err


def test_a_run_goes_on_to_the_weights_of_one_that_was_never_interrupted(shell: Shell) -> None:
    shell("train", "blobs", "--run", "runs/a", "--eta", "0.003", *FEW)
    assert shell("train", "--resume", "runs/a", "--epochs", "5").status == 0
    settled = RunFolder("runs/a").text(CONFIGURATION)
    penalty = next(line.split('"')[1] for line in settled.splitlines() if line.startswith("penalty ="))
    shell("train", "blobs", "--epochs", "5", "--eta", "0.003", "--penalty", penalty, "-o", "whole.clearprop")
    one, other = (cp.load_model(path).network.parameters.tobytes() for path in (f"runs/a/{BEST}", "whole.clearprop"))
    assert one == other


def test_a_named_model_is_remembered_by_the_run(shell: Shell) -> None:
    shell("train", "blobs", "--run", "runs/a", *FEW, "-o", "b.clearprop")
    Path("b.clearprop").unlink()
    assert shell("train", "--resume", "runs/a").status == 0
    assert Path("b.clearprop").exists()


def test_a_new_run_is_refused_in_the_folder_of_another(shell: Shell) -> None:
    shell("train", "blobs", "--run", "runs/a", *FEW)
    outcome = shell("train", "blobs", "--run", "runs/a", *FEW)
    assert outcome.status == 1
    assert "runs/a holds a run; go on with it by --resume runs/a" in outcome.err
    assert "give --run for a new run, or --resume" in shell("train", "blobs", "--run", "b", "--resume", "runs/a").err


def test_runs_are_compared(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    for name, layers in (("a", "4:tanh"), ("b", "8:relu")):
        shell("train", "blobs", "--run", f"runs/{name}", "--layers", layers, *FEW)
    outcome = shell("runs", "--plot", "runs.svg")
    header, first, second, *_ = outcome.out.splitlines()
    scores = ["accuracy", "balanced", "AUC", "log", "loss"]
    assert header.split() == ["run", "status", "step", "epoch", "loss", "validation", "loss", *scores, "layers"]
    assert "4:tanh" in first
    assert "8:relu" in second
    assert Path("runs.svg").stat().st_size
    told = json.loads(shell("runs", "--json").out)
    assert [run["status"] for run in told["runs"]] == ["finished", "finished"]
    assert told["differ"] == ["layers"]


def test_several_folders_are_compared_and_a_run_is_one_wherever_it_is_found(shell: Shell) -> None:
    for name in ("a", "b"):
        shell("train", "blobs", "--run", f"runs/{name}", *FEW)
    for folders in (("runs/a", "runs/b"), ("runs/b", "runs"), ()):
        told = json.loads(shell("runs", *folders, "--json").out)
        assert sorted(run["folder"] for run in told["runs"]) == ["runs/a", "runs/b"], folders
    Path("none").mkdir()
    assert "there is no run in none; clearprop train SOURCE --run none/NAME" in shell("runs", "none").out
    assert shell("runs", "runs", "nowhere").status == 1


def test_a_finished_run_that_goes_on_says_that_no_step_was_left(shell: Shell) -> None:
    shell("train", "blobs", "--run", "a", *FEW)
    said = "note: no step was left to take after step"
    again = shell("train", "--resume", "a")
    assert again.status == 0
    assert f"{said} {json.loads(shell('runs', 'a', '--json').out)['runs'][0]['step']}: a was finished" in again.err
    assert said not in shell("train", "--resume", "a", "--epochs", "4", "--eta", "0.01").err


def test_another_table_is_named_and_not_its_digest(shell: Shell) -> None:
    rows = "".join(f"{k * 7 % 11},{k % 2}\n" for k in range(60))
    Path("t.csv").write_text("x,y\n" + rows)
    Path("space.toml").write_text('layers = ["3:tanh", "4:tanh"]\nepochs = 1\n')
    shell("train", "t.csv", "--target", "y", "--run", "a", *FEW)
    tune = ("tune", "t.csv", "--target", "y", "--space", "space.toml", "--trials", "1", "-o", "s")
    assert shell(*tune).status == 0
    Path("t.csv").write_text("x,y\n3,1\n" + rows)
    assert "t.csv is not the table that a was begun with, or has changed since" in shell("train", "--resume", "a").err
    refused = shell(*tune).err
    assert "t.csv is not the table that the study in s was begun with, or has changed since" in refused
    assert not re.search(r"[0-9a-f]{16}", refused)


def test_no_two_columns_of_runs_have_one_name(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    for name, loss in (("a", "nllm"), ("b", "focalm")):
        shell("train", "blobs", "--run", f"runs/{name}", "--loss", loss, "--preset", "fast", *FEW)
    header, *_ = shell("runs").out.splitlines()
    names = re.split(r" {2,}", header.strip())
    assert "--loss" in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("width", [70, 100, 250])
def test_runs_fit_in_the_terminal(shell: Shell, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for name, source, seed in (("a", "blobs", "1"), ("cv/b", "blobs", "2"), ("cv/c", "diabetes", "3")):
        shell("train", source, "--run", f"runs/{name}", "--seed", seed, "--preset", "fast", *FEW)
    lines = shell("runs").out.splitlines()
    assert max(map(len, lines[:4])) <= width
    for kept in ("loss", "accuracy", "RMSE"):
        assert kept in lines[0]
    assert any("no room for" in line for line in lines[4:]) == (width < 250)


def test_losses_of_different_targets_have_axes_of_their_own_and_runs_their_folders(shell: Shell) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")
    for name, source in (("a/fold-1", "blobs"), ("b/fold-1", "blobs"), ("c", "diabetes")):
        shell("train", source, "--run", f"runs/{name}", "--preset", "fast", *FEW)
    found: list[dict[str, list[str]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "clearprop.runs.comparison.draw_runs",
            lambda groups, suffix: found.append({title: [*curves] for title, curves in groups.items()}) or b"picture",
        )
        assert shell("runs", "--plot", "runs.svg").status == 0
    assert [[each.partition(", lowest")[0] for each in names] for names in found[0].values()] == [
        ["a/fold-1, validation", "b/fold-1, validation"],
        ["c, validation"],
    ]
    losses = [each["validation_loss"] for each in reports_of(read_log(RunFolder("runs/c")))]
    lowest = f"{number(min(losses))}"
    assert any(f"c, validation, lowest {lowest}" in names for names in found[0].values()), "that of the table"
    assert lowest in shell("runs", "runs/c").out
    Path("runs.svg").unlink()
    assert shell("runs", "--plot", "runs.svg").status == 0


def test_a_kept_training_compares_what_one_without_a_folder_compares(shell: Shell) -> None:
    plain, kept = (shell("train", "blobs", *more, *FEW).out.splitlines() for more in ((), ("--run", "a")))
    chosen = [line.split() for line in plain if "no hidden layers" in line or "l2(" in line]
    assert chosen
    assert chosen == [line.split() for line in kept if "no hidden layers" in line or "l2(" in line]
    again = shell("train", "--resume", "a").out
    assert "chosen" in again
    assert "penalty (the best of" not in again


def test_where_there_are_no_runs_it_is_said_how_to_make_one(shell: Shell) -> None:
    assert "`clearprop train SOURCE --run runs/NAME` makes a run in it" in shell("runs").err
    Path("runs").mkdir()
    assert "there is no run in runs; clearprop train SOURCE" in shell("runs").out


def test_a_folder_in_place_of_a_model_names_the_models_in_it(shell: Shell) -> None:
    assert shell("train", "xor", "--run", "a", *FEW).status == 0
    for command in ("predict", "evaluate", "explain", "info"):
        words = ("a",) if command == "info" else ("a", "xor")
        said = shell(command, *words).err
        assert f"a is a folder; the model files in it are a/{BEST} and a/{LAST}; try: clearprop" in said, command
        assert shell(*said.strip().partition("try: clearprop ")[2].split()).status == 0, command
    Path("empty").mkdir()
    assert "empty is a folder, and no model file is in it" in shell("predict", "empty", "xor").err
    said = shell("predict", "xor.clearprop", "xor").err
    assert "there is no model file xor.clearprop; a run has the model a/best.clearprop; try: clearprop predict" in said
    assert shell(*said.strip().partition("try: clearprop ")[2].split()).status == 0


def test_a_run_that_cannot_go_on_is_refused_before_anything_is_printed(shell: Shell) -> None:
    assert shell("train", "xor", "--run", "a", *FEW).status == 0
    outcome = shell("train", "--resume", "a", "--layers", "5:relu")
    assert outcome.status == 1
    assert "the run was begun with layers" in outcome.err
    assert outcome.out == ""


def test_a_run_without_some_of_the_columns_goes_on(shell: Shell, penguins: Path) -> None:
    told = ("penguins.csv", "--target", "species", "--ignore", "island", "--na", "3600")
    assert shell("train", *told, "--run", "a", *FEW).status == 0
    outcome = shell("train", "--resume", "a")
    assert outcome.status == 0, outcome.err
    assert "from 2 columns" in outcome.out


@pytest.mark.parametrize(
    ("more", "said", "works"),
    [
        (("--epochs", "4"), "Give the step size for the rest, --eta", ("--epochs", "4", "--eta=0.0003")),
        (("--epochs", "1"), "steps have been taken, and only", ()),
        (("--layers", "5:relu", "--engine", "auto"), "the run was begun with layers", ("--engine", "auto")),
    ],
)
def test_a_run_that_cannot_go_on_so_is_refused_with_the_command_that_goes_on(
    more: tuple[str, ...], said: str, works: tuple[str, ...], shell: Shell
) -> None:
    shell("train", "blobs(points=60)", "--layers", "3:tanh", "--penalty", "none", "--run", "a", *FEW)
    refused = shell("train", "--resume", "a", *more)
    assert refused.status == 1
    assert said in refused.err
    assert refused.out == ""
    words = refused.err.strip().partition("; try: clearprop ")[2].split()
    assert words == ["train", "--resume", "a", *works]
    assert shell(*words).status == 0


def test_two_tables_of_one_name_do_not_overwrite_each_other(shell: Shell) -> None:
    for name, rows in (("one", 30), ("two", 40)):
        Path(name).mkdir()
        lines = "".join(f"{number},{number % 2}\n" for number in range(rows))
        Path(name, "t.csv").write_text(f"x,y\n{lines}")
    assert shell("train", "one/t.csv", "--target", "y", *FEW).status == 0
    assert shell("train", "one/t.csv", "--target", "y", *FEW).status == 0
    outcome = shell("train", "two/t.csv", "--target", "y", *FEW)
    assert outcome.status == 1
    assert (
        "t.clearprop holds a model of another table, one/t.csv, so it is not overwritten unasked; give" in outcome.err
    )
    assert shell("train", "two/t.csv", "--target", "y", *FEW, "-o", "t.clearprop").status == 0


def test_two_targets_of_one_table_do_not_overwrite_each_other(shell: Shell) -> None:
    Path("t.csv").write_text("x,y,z\n" + "".join(f"{k},{k % 2},{k % 3}\n" for k in range(30)))
    assert shell("train", "t.csv", "--target", "y", *FEW).status == 0
    before = Path("t.clearprop").read_bytes()
    outcome = shell("train", "t.csv", "--target", "z", *FEW)
    assert outcome.status == 1
    assert "t.clearprop holds a model of another target, y, so it is not overwritten unasked; give" in outcome.err
    assert Path("t.clearprop").read_bytes() == before
    assert shell("train", "t.csv", "--target", "y", *FEW).status == 0
    assert shell("train", "t.csv", "--target", "z", *FEW, "-o", "t.clearprop").status == 0


def test_folds_are_runs_of_their_own_and_hold_out_every_row_once(shell: Shell) -> None:
    command = ("train", "blobs(points=120)", "--cv", "2", "--run", "a")
    told = json.loads(shell(*command, *FEW, "--json").out)
    assert [fold["fold"] for fold in told["folds"]] == ["1/2", "2/2"]
    assert sum(fold["scores"]["test"]["rows"] for fold in told["folds"]) == 120
    assert told["scores"]["accuracy"]["mean"] == pytest.approx(sum(told["scores"]["accuracy"]["folds"]) / 2)
    outcome = shell(*command, *FEW)  # all are finished, and scored again
    assert [line.split()[0] for line in outcome.out.splitlines()[-6:-2]] == ["fold", "fold", "mean", "spread"]
    said = shell("evaluate", "a/fold-2/best.clearprop", "blobs(points=120)", "--split", "test").out
    assert "60 of blobs" in said
    other = shell(*command, "--epochs", "3")
    assert "was begun with epochs 2.0, and given is 3.0; another training needs another folder, --run" in other.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "give --run FOLDER"),
        (("--run", "a", "-o", "m"), "--output is of one training"),
        (("--run", "a", "--fold", "1/2"), "--fold is of one training"),
    ],
)
def test_folds_refuse_what_is_of_one_training(more: tuple[str, ...], said: str, shell: Shell) -> None:
    assert said in shell("train", "iris", "--cv", "3", *more).err


@pytest.mark.parametrize("fold", ["3", "0/3", "4/3", "1/1", "a/b", "1/-2"])
def test_a_fold_is_written_with_a_slash(fold: str, shell: Shell) -> None:
    assert (
        f"fold is written k/K, such as 2/5, the second of five parts; given '{fold}'"
        in shell("train", "iris", "--fold", fold).err
    )


def test_of_several_restarts_the_best_is_kept(shell: Shell) -> None:
    outcome = shell("train", "iris", "--restarts", "3", *FEW, "-o", "m.clearprop")
    assert "restarts    the best of 3, with losses from " in outcome.out
    assert cp.load_model("m.clearprop").facts["restarts"] == 3


def test_a_time_limit_ends_training_and_a_longer_one_goes_on(shell: Shell) -> None:
    asked = ("--epochs", "1000000", "--run", "a")
    assert "0.2 s are over" in shell("train", "xor", *asked, "--time", "0.2").out
    assert "0.4 s are over" in shell("train", "--resume", "a", "--time", "0.4").out


def test_tensorboard_needs_a_run_and_its_package(shell: Shell) -> None:
    assert "give --run FOLDER too" in shell("train", "blobs", "--tensorboard").err
    try:
        import tensorboardX  # noqa: F401
    except ImportError:
        assert "pip install 'clearprop[tensorboard]'" in shell("train", "blobs", "--tensorboard", "--run", "a").err


# ---- signals, exit statuses


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    program = "import sys; from clearprop.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_a_report(run: Path) -> None:
    until = time.monotonic() + 60
    while not ((run / LOG).exists() and '"report"' in (run / LOG).read_text()):
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.lengthy
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_a_checkpoint_within_a_second_and_a_run_that_goes_on(
    name: str, status: int, tmp_path: Path, shell: Shell
) -> None:
    with started(tmp_path, "train", "xor", "--run", "a", "--epochs", "100000", "--penalty", "none") as process:
        wait_for_a_report(tmp_path / "a")
        sent = time.time()
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert "clearprop train --resume a goes on from here" in out
    assert max(os.stat(path).st_mtime for path in (tmp_path / "a/checkpoints").iterdir()) - sent < 1
    assert (tmp_path / "a" / LAST).exists()
    reached = json.loads(shell("runs", "a", "--json").out)["runs"][0]
    assert reached["status"] == "interrupted"


def test_a_signal_in_the_search_of_a_run_leaves_it_to_go_on(tmp_path: Path, shell: Shell) -> None:
    with started(tmp_path, "train", "blobs(points=300)", "--run", "a", "--epochs", "2000") as process:
        until = time.monotonic() + 60
        while not list((tmp_path / "a").glob("search/*.trial")):
            assert time.monotonic() < until
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert "clearprop train --resume a goes on from here" in " ".join(out.split())
    assert json.loads(shell("runs", "a", "--json").out)["runs"][0]["status"] == "interrupted"
    assert (tmp_path / "a" / BEST).exists()


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (1, "the search was interrupted in its first training; clearprop train --resume a goes on from here"),
        (2, "the search was interrupted; 1 training of it is kept, and clearprop train --resume a goes on from here"),
    ],
)  # fmt: skip
def test_an_interrupted_search_says_what_is_kept_of_it(
    ended: int, said: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = iter(range(1, 99))

    def interrupted(*args: Any) -> Any:
        run = train_plan(*args)
        return replace(run, stopped_because="interrupted") if next(count) == ended else run

    monkeypatch.setattr(settling, "train_plan", interrupted)
    done = shell("train", "blobs(points=90)", "--run", "a", "--epochs", "1")
    assert done.status == 130
    assert cp.load_model(f"a/{BEST}").facts["scores"]["test"]["rows"] == 18
    assert "held out" in done.out
    assert said in " ".join(done.out.split())


def test_every_exit_status_has_a_meaning_in_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "runs.md").read_text()
    for status, meaning in MEANINGS.items():
        assert f"| {status} | {meaning} |" in page


def test_cross_validation_without_a_folder_is_refused_with_a_command_that_works(shell: Shell) -> None:
    Path("runs/cv").mkdir(parents=True)
    said = shell("train", "iris", "--cv", "2", *FEW).err
    assert said.endswith(f"; try: clearprop train iris --cv 2 {' '.join(FEW)} --run=runs/cv-2\n")
    assert shell("train", "iris", "--cv", "2", *FEW, "--run=runs/cv-2").status == 0
    there = "the model files in it are runs/cv-2/fold-1/best.clearprop and runs/cv-2/fold-2/best.clearprop"
    assert there in shell("predict", "runs/cv-2", "iris").err

"""A run in a folder can be stopped and gone on with to the bit; what may not change is refused, and what fails is said."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.runs import fit_in, read_run, resume
from clearprop.runs import folder as names
from clearprop.runs.folder import RunFolder
from clearprop.runs.lock import Locked
from clearprop.runs.log import Log, read_log, reports_of

from .conftest import RECIPE


def events_of(path: Path) -> list[dict[str, Any]]:
    return list(read_log(RunFolder(path)))


def weights(path: Path) -> tuple[bytes, bytes]:
    best, last = (cp.load_model(path / name).network.parameters.tobytes() for name in (names.BEST, names.LAST))
    return best, last


def test_a_folder_has_all_that_a_person_looks_for(tmp_path: Path, table: cp.Table) -> None:
    fitted = fit_in(tmp_path / "a", table, RECIPE)
    for name in ("CONFIGURATION", "ENVIRONMENT", "LOG", "BEST", "LAST", "PICTURE"):
        assert (tmp_path / "a" / getattr(names, name)).stat().st_size, name
    start, *made, stop = events_of(tmp_path / "a")
    assert (start["event"], stop["event"]) == ("start", "stop")
    assert [each["event"] for each in made] == ["report"] * 4 + ["refit"] * len(fitted.refit.history)  # type: ignore[union-attr]
    reports = made[:4]
    assert [report["epoch"] for report in reports] == [1, 2, 3, 4]
    assert {"step", "loss", "validation_loss", "accuracy", "eta", "seconds", "left"} <= reports[0].keys()
    assert reports[-1]["loss"] == fitted.run.history["loss"][-1]
    assert stop["because"] == fitted.run.stopped_because
    assert json.loads((tmp_path / "a" / names.ENVIRONMENT).read_text())["packages"]["numpy"] == np.__version__


def test_the_best_and_the_last_network_are_two(tmp_path: Path, table: cp.Table) -> None:
    recipe = replace(RECIPE, eta=0.5, epochs=30, seed=3, calibration="none", refit=False)
    fitted = fit_in(tmp_path / "a", table, recipe)
    best, last = weights(tmp_path / "a")
    assert best == fitted.run.network.parameters.tobytes() == cp.fit(table, recipe).run.network.parameters.tobytes()
    assert last == fitted.run.state.values["parameters"].tobytes()  # type: ignore[union-attr]
    assert best != last


def test_a_longer_run_is_that_run_from_the_start(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    resume(tmp_path / "a", table, epochs=9)
    fit_in(tmp_path / "b", table, replace(RECIPE, epochs=9))
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    losses = [[each["loss"] for each in reports_of(events_of(tmp_path / name))] for name in "ab"]
    assert losses[0] == losses[1]


def test_a_run_that_is_over_stays_as_it_is(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    before = weights(tmp_path / "a")
    resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == before


@pytest.mark.parametrize(
    ("recipe", "changes", "said"),
    [
        (
            RECIPE,
            {"layers": "5:tanh"},
            "begun with layers 4:tanh, and given is 5:tanh; only engine, epochs, eta, eta_factors, frozen, refit, steps, stop",
        ),
        (RECIPE, {"seed": 2}, "begun with seed 0, and given is 2"),
        (RECIPE, {"epochs": 2}, "and only 24 are asked for"),
        (
            replace(RECIPE, eta="cosine(start=0.05, steps=0)"),
            {"epochs": 8},
            "ends with the training, after 48 steps; with 96 steps every",
        ),
        (replace(RECIPE, averaging="swa"), {"epochs": 8}, "averages the last part of a training of 48 steps"),
    ],
    ids=range(5),
)
def test_what_would_be_another_training_is_refused(
    recipe: cp.Recipe, changes: dict[str, Any], said: str, tmp_path: Path, table: cp.Table
) -> None:
    fit_in(tmp_path / "a", table, replace(recipe, batch_size=3))
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        resume(tmp_path / "a", table, **changes)
    assert said in str(caught.value)


def test_another_table_is_refused(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    with pytest.raises(ValueError, match=r"is not the table that .* was begun with"):
        resume(tmp_path / "a", cp.load_table("blobs(points=63)"))


def test_a_second_run_does_not_overwrite_the_first(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    with pytest.raises(FileExistsError, match="holds a run; go on with it by resume"):
        fit_in(tmp_path / "a", table, RECIPE)


def test_a_folder_without_a_run_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no run folder"):
        resume(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="is not a run folder"):
        resume(tmp_path)


# ---- divergence


def test_what_diverged_keeps_its_last_finite_weights_and_goes_on_with_a_smaller_eta(tmp_path: Path) -> None:
    x = np.linspace(-1, 1, 40)
    table = cp.Table.of({"x": x, "y": 3 * x}, source="line", target="y")
    recipe = cp.Recipe(layers="", optimizer="sgd", eta=2.0, penalty="none", batch_size=32, epochs=500)
    with pytest.raises(cp.Diverged) as caught:
        fit_in(tmp_path / "a", table, recipe)
    assert "diverged in epoch" in str(caught.value)
    assert "layer" in str(caught.value)
    assert "the state with the lowest loss, after step" in str(caught.value)
    assert np.isfinite(cp.load_model(tmp_path / "a" / names.LAST).network.parameters).all()
    assert read_run(tmp_path / "a").status == "diverged"
    with pytest.raises(ValueError, match="would again; go on with a smaller eta"):
        resume(tmp_path / "a", table)
    fitted = resume(tmp_path / "a", table, eta=0.01)
    begun = next(each for each in events_of(tmp_path / "a") if each["event"] == "resume")
    assert begun["step"] > 0
    assert begun["changed"]["eta"][1] == 0.01
    assert fitted.run.stopped_because.startswith("all")
    assert read_run(tmp_path / "a").status == "finished"


# ---- disks


def test_a_full_disk_is_said_once_and_training_goes_on(
    tmp_path: Path, table: cp.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal calls
        calls += 1
        if 4 < calls < 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(RuntimeWarning) as caught:
        fitted = fit_in(tmp_path / "a", table, RECIPE, every=1e-9)
    said = [str(each.message) for each in caught]
    assert "cannot write a checkpoint: [Errno 28] No space left on device. Training goes on" in said[0]
    assert any("a checkpoint of" in each and "can be written again" in each for each in said), said
    assert len(set(said)) == len(said)
    assert fitted.run.network.parameters.tobytes() == cp.fit(table, RECIPE).run.network.parameters.tobytes()


def test_a_model_that_cannot_be_written_at_the_end_is_written_later(
    tmp_path: Path, table: cp.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def broken(old: str, new: Any) -> None:
        if str(new).endswith("clearprop"):
            raise OSError(errno.EIO, "Input/output error")
        real(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", broken)
        with pytest.raises(OSError, match=r"the checkpoints stay, and resume\(.*\) writes the model later"):
            fit_in(tmp_path / "a", table, RECIPE)
    resume(tmp_path / "a", table)
    fit_in(tmp_path / "b", table, RECIPE)
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_parts_of_a_killed_process_are_removed(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    parts = [tmp_path / "a" / ".best.clearprop.x.part", tmp_path / "a/checkpoints/.1.part"]
    for part in parts:
        part.write_text("half")
    resume(tmp_path / "a", table)
    assert not any(part.exists() for part in parts)


# ---- the lock


@pytest.mark.lengthy
def test_two_processes_are_not_in_one_folder(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, RECIPE)
    program = (
        "import sys, time; from clearprop.runs import Locked, RunFolder\n"
        "with Locked(RunFolder(sys.argv[1])): print('in', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(BlockingIOError, match=rf"process {other.pid} trains in"):
            resume(tmp_path / "a", table)
        assert read_run(tmp_path / "a").status == "running"
        other.kill()
    resume(tmp_path / "a", table)  # the lock went with the process


def test_the_lock_is_freed_at_the_end(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for _ in range(2):
        with Locked(folder):
            pass


# ---- the log


def test_a_torn_line_is_left_out_and_the_next_is_whole(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    Log(folder).add("start", steps=3)
    with (tmp_path / names.LOG).open("ab") as file:
        file.write(b'{"event": "rep')
    Log(folder).add("report", step=1, epoch=1.0, loss=float("nan"))
    events = list(read_log(folder))
    assert [each["event"] for each in events] == ["start", "report"]
    assert events[1]["loss"] is None


def test_reports_that_were_made_again_count_once() -> None:
    told: list[dict[str, Any]] = [{"event": "report", "step": step, "epoch": step, "life": 1} for step in (1, 2, 3)]
    told += [{"event": "resume", "step": 1}, {"event": "report", "step": 2, "epoch": 2, "life": 2}]
    assert [(each["step"], each["life"]) for each in reports_of(told)] == [(1, 1), (2, 2)]


def test_a_checkpoint_costs_little(tmp_path: Path) -> None:
    """A megabyte of state takes some 5 ms; the bound is wide, because other work shares the disk."""
    from clearprop.runs.checkpoints import Checkpoints

    net = cp.Network((256, 1024, 1), ("relu", "identity"), seed=0)
    X = np.zeros((4, 256))
    state = cp.train(net, X, X[:, :1], loss="square", optimizer="adam", steps=1).state
    assert state is not None
    folder = RunFolder(tmp_path)
    folder.make()
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        size = Checkpoints(folder).write(state).stat().st_size / 2**20
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.05 * size


def test_a_training_that_is_refused_before_its_first_step_leaves_no_folder(tmp_path: Path) -> None:
    """What only the first step's own checks find; the right call with the same folder then begins."""
    table, wrong = (
        cp.load_table("blobs(points=90)"),
        cp.Recipe(epochs=1, normalization="batch_norm", shards=2, local_steps=4, penalty="none"),
    )
    with pytest.raises(ValueError, match="batch_norm is over all points"):
        fit_in(tmp_path / "a", table, wrong)
    assert not (tmp_path / "a").exists()
    fit_in(tmp_path / "a", table, replace(wrong, normalization=None))

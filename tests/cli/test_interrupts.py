"""Ctrl-C at several moments of `clearprop train`: what was trained is saved, and a second one ends at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.runs.folder import BEST, LAST

SAID = "interrupted; scoring and saving, Ctrl-C again to stop at once"
PROGRAM = """
import sys, time
import {module} as module
before = module.{name}
def slow(*given, **named):
    print('here', flush=True)
    time.sleep({seconds})
    return before(*given, **named)
module.{name} = slow
from clearprop.cli import main
main(sys.argv[1:])
"""
MOMENTS = {
    "the start of training": ("clearprop.fitting.one_training", "train"),
    "scoring": ("clearprop.fitting.fits", "score"),
    "baselines": ("clearprop.fitting.fits", "fit_baselines"),
    "the outcome": ("clearprop.fitting.fits", "_outcome"),
}


def started(folder: Path, moment: tuple[str, str], seconds: float, *words: str) -> subprocess.Popen[str]:
    program = PROGRAM.format(module=moment[0], name=moment[1], seconds=seconds)
    command = [sys.executable, "-c", program, "train", "xor", "--epochs", "50", *words]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while process.stdout.readline() != "here\n":
        assert process.poll() is None, process.stderr and process.stderr.read()
    return process


def interrupted_twice(process: subprocess.Popen[str]) -> str:
    """What the process then writes to its error stream. It must end within a minute.

    The second Ctrl-C is sent when the first has been answered: a process that had no time for the first takes two for one.
    """
    assert process.stderr is not None
    try:
        process.send_signal(signal.SIGINT)
        err = ""
        while SAID not in err:
            line = process.stderr.readline()
            assert line, err
            err += line
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        return err + process.communicate(timeout=60)[1]
    finally:
        process.kill()  # nothing, where it has ended


KEPT: dict[str, tuple[str, ...]] = {
    "a file": (),
    "a run": ("--run", "a", "--penalty", "none"),
    "a run with a search": ("--run", "a"),
}


@pytest.mark.lengthy
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("moment", [*MOMENTS, "saving"])
def test_one_ctrl_c_after_the_first_step_loses_nothing(moment: str, kept: tuple[str, ...], tmp_path: Path) -> None:
    saving = ("clearprop.runs.kept", "_written_results") if kept else ("clearprop.cli.outputs", "save_model")
    with started(tmp_path, MOMENTS.get(moment, saving), 0.6, *kept) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert SAID in err
    assert "Traceback" not in err
    for name in (f"a/{BEST}", f"a/{LAST}") if kept else ("xor.clearprop",):
        scores = cp.load_model(tmp_path / name).facts["scores"]
        assert scores["training"]["rows"] > 0


@pytest.mark.lengthy
@pytest.mark.parametrize("moment", ["the start of training", "scoring", "baselines"])
def test_a_second_ctrl_c_ends_at_once_without_a_file(moment: str, tmp_path: Path) -> None:
    with started(tmp_path, MOMENTS[moment], 600) as process:
        err = interrupted_twice(process)
    assert process.returncode == 130
    assert err.count(SAID) == 1
    assert not list(tmp_path.iterdir())


def test_a_second_ctrl_c_ends_at_once_where_the_first_waits_for_a_step_that_is_long(tmp_path: Path) -> None:
    step = ("clearprop.engines.numpy_engine", "NumpyEngine.run")
    with started(tmp_path, step, 600, "--engine", "numpy", "--run", "a") as process:
        err = interrupted_twice(process)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_the_answer_to_ctrl_c_comes_while_a_step_is_still_taken(tmp_path: Path) -> None:
    with started(tmp_path, ("clearprop.training.loop", "Interrupts.check"), 0, "--engine", "numpy") as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert SAID in err
    assert cp.load_model(tmp_path / "xor.clearprop").facts["stopped_because"] == "interrupted"


@pytest.mark.lengthy
def test_folds_stop_after_the_one_that_is_being_scored(tmp_path: Path) -> None:
    with started(tmp_path, MOMENTS["baselines"], 0.6, "--cv", "2", "--run", "a") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "fold 1 of 2 is finished; the same command goes on from there" in out
    assert (tmp_path / "a/fold-1" / BEST).exists()
    assert not (tmp_path / "a/fold-2").exists()

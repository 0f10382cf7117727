"""`--ensemble`, `--calibration` and `--member`."""

from __future__ import annotations

import pytest

import clearprop as cp

from .conftest import Shell

TRAINED = ("train", "iris", "--epochs", "3", "--ensemble", "3", "--validation", "0.2", "--calibration", "temperature")


def test_training_says_that_an_ensemble_is_a_mean_and_not_the_best(shell: Shell) -> None:
    said = shell("train", "iris", "--ensemble", "3", "--epochs", "2").out
    assert "ensemble    the mean of 3 networks, with losses from " in said
    assert not any(line.startswith("restarts") for line in said.splitlines())


def test_an_ensemble_is_one_model_file_that_every_command_reads(shell: Shell) -> None:
    outcome = shell(*TRAINED)
    assert outcome.status == 0
    assert "the mean of 3 such networks" in outcome.out
    assert len(cp.load_model("iris.clearprop").network) == 3
    assert "the mean of 3 networks" in shell("info", "iris.clearprop").out
    assert "Ensemble of 3" in shell("evaluate", "iris.clearprop", "iris", "--split", "test").out
    assert len(shell("predict", "iris.clearprop", "iris", "--proba").out.splitlines()) == 151


@pytest.mark.parametrize("command", ["explain", "check"])
def test_a_step_and_a_gradient_are_of_one_network_that_is_named(shell: Shell, command: str) -> None:
    shell(*TRAINED)
    outcome = shell(command, "iris.clearprop")
    assert outcome.status != 0
    assert "--member 0" in outcome.err
    assert shell(command, "iris.clearprop", "--member", "2").status == 0
    assert "counted from 0 to 2" in shell(command, "iris.clearprop", "--member", "3").err

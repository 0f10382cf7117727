"""`clearprop train --frozen` and `--eta-factors`: as options, in a TOML file, in a run folder and in the model file."""

from __future__ import annotations

from pathlib import Path

import pytest

import clearprop as cp

from .conftest import Shell

FEW = ("--layers", "5:tanh", "--steps", "4", "--penalty", "none")


def test_they_are_said_kept_and_read_from_a_file(shell: Shell) -> None:
    done = shell("train", "moons", *FEW, "--frozen", "1", "--eta-factors", "W0[2]=0.5", "--run", "run")
    assert done.status == 0, done.err
    assert "1 frozen, eta times 0.5 for W0[2]" in done.out
    assert 'frozen = "1"' in Path("run/run.toml").read_text()
    assert '{"W0[2]" = 0.5}' in Path("run/run.toml").read_text()
    model = cp.load_model("run/best.clearprop")
    assert (model.facts["frozen"], model.facts["eta_factors"]) == ([1], {"W0[2]": 0.5})
    Path("again.toml").write_text('source = "moons"\nfrozen = [1]\neta_factors = {"W0[2]" = 0.5}\n')
    again = shell("train", "again.toml", *FEW, "-o", "again.clearprop")
    assert again.status == 0, again.err
    assert (cp.load_model("again.clearprop").network.parameters == model.network.parameters).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--frozen", "W[1"), "frozen names layers, such as 1, or arrays"),
        (("--frozen", "3"), "frozen: this network has layers 1..2 and the arrays W[1], W0[1], W[2], W0[2]; given 3"),
        (("--eta-factors", "1"), "'1' is not LAYER=FACTOR"),
        (("--eta-factors", "1=two"), "eta_factors[1] must be a number from 0 to 1, a part of eta; given 'two'"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(shell: Shell, wrong: tuple[str, str], words: str) -> None:
    done = shell("train", "moons", *FEW, *wrong)
    assert done.status != 0
    assert words in done.err.replace("\n", " ")
    assert "Traceback" not in done.err

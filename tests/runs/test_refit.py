"""A refit is kept like the training before it: killed at any moment, the run goes on to the same bits."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.ensemble import networks_of
from clearprop.runs import keeper as keepers
from clearprop.runs.checkpoints import Checkpoints
from clearprop.runs.fitted import fit_in, resume
from clearprop.runs.folder import BEST, CHECKPOINTS, REFIT, RunFolder

from .conftest import RECIPE

LONG = replace(RECIPE, epochs=40, eta=0.02, ensemble=1)


class Killed(BaseException):
    """What stands for a process that is killed."""


def weights(folder: Path) -> bytes:
    return b"".join(net.parameters.tobytes() for net in networks_of(cp.load_model(folder / BEST).network))


def kill_refit(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Every step that is looked at is a checkpoint; the refit is killed after so many of them."""
    seen = [0]
    look = keepers.CheckpointKeeper.look

    def counted(self: Any, step: int, state: Any) -> None:
        look(self, step, state)
        if isinstance(self, keepers.RefitKeeper):
            seen[0] += 1
            if seen[0] == at:
                raise Killed

    due = keepers.CheckpointKeeper._is_due
    monkeypatch.setattr(keepers.CheckpointKeeper, "_is_due", lambda self, step: not self.whole_set or due(self, step))
    monkeypatch.setattr(keepers.CheckpointKeeper, "look", counted)


@pytest.mark.lengthy
@pytest.mark.parametrize("ensemble", [1, 3])
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
@pytest.mark.parametrize("at", [1, 7])
def test_a_run_that_is_killed_in_its_refit_goes_on_to_the_same_bits(
    tmp_path: Path, table: cp.Table, monkeypatch: pytest.MonkeyPatch, at: int, optimizer: str, ensemble: int
) -> None:
    recipe = replace(LONG, optimizer=optimizer, eta=None if optimizer == "lbfgs" else LONG.eta, ensemble=ensemble)
    whole = fit_in(tmp_path / "whole", table, recipe)
    assert whole.refit is not None
    with monkeypatch.context() as patched:
        kill_refit(patched, at)
        with pytest.raises(Killed):
            fit_in(tmp_path / "a", table, recipe)
    if optimizer == "adam":
        state = Checkpoints(RunFolder(tmp_path / "a"), REFIT).newest().state
        assert 0 < state.step < whole.model.facts["refit_steps"] * ensemble
    fitted = resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == weights(tmp_path / "whole")
    assert fitted.model.facts == whole.model.facts
    resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == weights(tmp_path / "whole")


def test_a_kept_refit_is_that_of_a_fit(tmp_path: Path, table: cp.Table) -> None:
    kept, alone = fit_in(tmp_path / "a", table, LONG), cp.fit(table, replace(LONG, penalty="l2(strength=0.0833)"))
    assert kept.model.facts["penalty"] == alone.model.facts["penalty"]
    assert weights(tmp_path / "a") == alone.model.network.parameters.tobytes()


def test_a_longer_training_begins_its_refit_anew(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, LONG)
    resume(tmp_path / "a", table, epochs=60)
    fit_in(tmp_path / "b", table, replace(LONG, epochs=60))
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_another_step_size_begins_the_refit_anew(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, LONG)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for path in (tmp_path / "b" / REFIT).iterdir():
        path.unlink()
    before = weights(tmp_path / "a")
    for name in "ab":
        resume(tmp_path / name, table, epochs=60, eta=0.1)
    assert weights(tmp_path / "a") == weights(tmp_path / "b") != before


def test_a_refit_whose_checkpoints_cannot_be_read_begins_anew(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, LONG)
    before = weights(tmp_path / "a")
    for path in (tmp_path / "a" / REFIT).glob("*.checkpoint"):
        path.write_bytes(b"torn")
    with pytest.warns(RuntimeWarning, match="The refit begins anew"):
        resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == before


def test_a_run_of_before_there_were_refits_has_one_after_it_goes_on(tmp_path: Path, table: cp.Table) -> None:
    fit_in(tmp_path / "a", table, LONG)
    before = weights(tmp_path / "a")
    shutil.rmtree(tmp_path / "a" / REFIT)
    assert any((tmp_path / "a" / CHECKPOINTS).iterdir())
    resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == before


def test_ctrl_c_in_the_refit_gives_the_network_before_it(
    tmp_path: Path, table: cp.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fit_in(tmp_path / "whole", table, LONG)
    with monkeypatch.context() as patched:

        def pressed(self: Any, report: Any) -> None:
            raise KeyboardInterrupt

        patched.setattr(keepers.RefitKeeper, "report", pressed)
        fitted = fit_in(tmp_path / "a", table, LONG)
    assert (fitted.run.stopped_because, fitted.refit) == ("interrupted", None)
    assert "refit_steps" not in fitted.model.facts
    assert fitted.model.network.parameters.tobytes() == whole.before.network.parameters.tobytes()  # type: ignore[union-attr]
    resume(tmp_path / "a", table)
    assert weights(tmp_path / "a") == weights(tmp_path / "whole")

"""Progress: a bar on a terminal, in a notebook or where it is asked for, and nothing elsewhere."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from clearprop import Network, train
from clearprop.training.progress import in_notebook, is_live


def trained_with(progress: bool | None) -> None:
    X = np.ones((4, 1))
    train(
        Network((1, 1), ("identity",)),
        X,
        X,
        loss="square",
        epochs=3,
        validation=(X, X),
        metrics="rmse",
        progress=progress,
    )


@pytest.mark.parametrize("progress", [None, False])
def test_nothing_is_drawn_where_nobody_looks(progress: bool | None, capfd: pytest.CaptureFixture[str]) -> None:
    trained_with(progress)
    assert capfd.readouterr() == ("", "")


def test_a_bar_that_is_asked_for_goes_to_stderr_and_shows_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    trained_with(True)
    out, err = capsys.readouterr()
    assert out == ""
    for word in ("training", "epoch 3", "loss", "validation", "rmse"):
        assert word in err


def test_a_terminal_is_where_a_person_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert not is_live()
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert is_live()


@pytest.mark.parametrize(
    ("shell", "found"), [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)]
)
def test_a_notebook_is_known_by_its_kernel(shell: object, found: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook() is found

"""Progress: a bar on a terminal, in a notebook or where it is asked for, and nothing elsewhere."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from clearprop import Network, train
from clearprop.training.progress import one_bar
from clearprop.training.progress_line import NotebookLine, in_notebook, is_live


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


class Shown:
    """What a notebook shows: the displays, in order, each as it is last."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.html: dict[str, str] = {}

    def display(self, data: dict[str, str], *, raw: bool, display_id: bool) -> SimpleNamespace:
        assert raw
        assert display_id
        name = str(len(self.texts))
        self.update_display(data, raw=True, display_id=name)
        return SimpleNamespace(display_id=name)

    def update_display(self, data: dict[str, str], *, raw: bool, display_id: str) -> None:
        assert raw
        self.texts[display_id], self.html[display_id] = data["text/plain"], data["text/html"]


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """A Jupyter kernel that shows the displays."""
    shown, shell = Shown(), SimpleNamespace(kernel=1)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, display=shown))
    return shown


def test_a_bar_in_a_notebook_ends_full_and_fits_its_cell(notebook: Shown) -> None:
    trained_with(None)
    assert list(notebook.texts) == ["0"]
    assert notebook.texts["0"].startswith("training  100 %  epoch 3  loss ")
    assert "left" not in notebook.texts["0"]
    assert "stopped" not in notebook.texts["0"]
    assert 'value="1.0000"' in notebook.html["0"]
    assert "flex-wrap:wrap" in notebook.html["0"]


def test_a_bar_says_that_a_training_has_stopped_early(notebook: Shown) -> None:
    X = np.ones((4, 1))
    train(Network((1, 1), ("identity",)), X, X, loss="square", epochs=8, stop="target_loss(value=1e9)", progress=True)
    assert "100 %" in notebook.texts["0"]
    assert "stopped after 12 % of the steps" in notebook.texts["0"]


def test_trainings_within_one_bar_share_it(notebook: Shown) -> None:
    with one_bar():
        for _ in range(3):
            trained_with(None)
        trained_with(False)
    assert len(notebook.texts) == 1
    assert notebook.texts["0"].startswith("3 trainings  100 %  the last one: epoch 3")
    trained_with(None)
    assert len(notebook.texts) == 2
    assert notebook.texts["1"].startswith("training  100 %")


def test_a_line_in_a_notebook_shows_texts_as_they_are(notebook: Shown) -> None:
    line = NotebookLine()
    line.begin("a < b")
    line.draw(0.5, "<i>", over=True)
    assert "a &lt; b" in notebook.html["0"]
    assert "<i>" not in notebook.html["0"]

"""Pictures: the loss curve."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.io.plots import plot_losses

STARTS = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}


def history(*, validation: bool = False) -> cp.History:
    made = cp.History()
    for k in range(1, 6):
        made.append(
            cp.Report(
                step=k, epoch=k, loss=1 / k**2, eta=0.1, seconds=0.0, validation_loss=1 / k if validation else None
            )
        )
    return made


@pytest.mark.parametrize("suffix", STARTS)
@pytest.mark.parametrize("validation", [False, True])
def test_the_suffix_decides_the_format(tmp_path: Path, suffix: str, validation: bool) -> None:
    path = tmp_path / f"loss{suffix}"
    plot_losses(history(validation=validation), path)
    assert path.read_bytes().startswith(STARTS[suffix])


@pytest.mark.parametrize("suffix", STARTS)
def test_the_same_history_gives_the_same_picture(tmp_path: Path, suffix: str) -> None:
    for name in ("a", "b"):
        plot_losses(history(), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"its suffix must be one of .svg, .png, .pdf"):
        plot_losses(history(), tmp_path / "loss.gif")


def test_an_empty_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the history is empty"):
        plot_losses(cp.History(), tmp_path / "loss.svg")


def test_losses_that_are_not_positive_are_drawn(tmp_path: Path) -> None:
    made = cp.History()
    for k in range(3):
        made.append(cp.Report(step=k, epoch=k, loss=-float(k), eta=0.1, seconds=0.0))
    plot_losses(made, tmp_path / "loss.svg")
    assert (tmp_path / "loss.svg").exists()


def test_without_matplotlib_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'clearprop\[plots\]'"):
        plot_losses(history(), tmp_path / "loss.svg")

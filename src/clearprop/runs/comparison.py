"""The runs in a folder side by side: what each was told, how far it is, and how good; as records and as one picture."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from ..amounts import number as number_text
from ..callers import either
from ..io.files import write_atomically
from ..io.plots import draw_runs, require_plots
from .configuration import read_any_toml
from .folder import CONFIGURATION, RunFolder
from .lock import holder
from .log import read_log, reports_of

MOST_CURVES = 12
"""The most runs in a picture: more cannot be told apart."""
DEEPEST = 4
"""Folders within folders that are looked through."""


@dataclass(frozen=True)
class Kept:
    """A run as its folder tells it."""

    folder: str
    status: str
    """"running", "finished", "interrupted", "diverged", "stopped" (without a word: killed, or the power failed) or why it
    cannot be read.
    """
    choices: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    epoch: float = 0.0
    loss: float | None = None
    validation_loss: float | None = None
    seconds: float | None = None
    because: str | None = None
    scores: dict[str, Any] = field(default_factory=dict)
    reports: Sequence[dict[str, Any]] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """All but the single reports, as plain JSON."""
        return {name: value for name, value in vars(self).items() if name != "reports"}


def runs_in(path: str | PathLike[str]) -> list[Kept]:
    """The runs in a folder and the folders inside it, or the run that it is. FileNotFoundError where there is no folder."""
    root = Path(path)
    if not root.is_dir():
        raise FileNotFoundError(
            f"there is no folder {root}; "
            + either(f"`clearprop train SOURCE --run {root}/NAME`", f"fit_in('{root}/NAME', table, recipe)")
            + " makes a run in it"
        )
    return [read_run(folder) for folder in _folders(root, DEEPEST)]


def _folders(root: Path, deep: int) -> Iterator[Path]:
    if os.path.lexists(root / CONFIGURATION):
        yield root
    if deep:
        for inside in sorted(root.iterdir()):
            if inside.is_dir() and not inside.is_symlink():
                yield from _folders(inside, deep - 1)


def read_run(path: str | PathLike[str]) -> Kept:
    """The run of a folder. What cannot be read is said in its status."""
    folder = RunFolder(path)
    try:
        choices = read_any_toml(folder.text(CONFIGURATION), str(folder / CONFIGURATION))
        events = list(read_log(folder))
    except (ValueError, OSError) as error:
        return Kept(str(path), f"cannot be read: {error}")
    reports = reports_of(events)
    last = reports[-1] if reports else {}
    end: dict[str, Any] = next(
        (each for each in reversed(events) if each["event"] in {"start", "resume", "stop", "diverged"}), {}
    )
    ended = end.get("event") in {"stop", "diverged"}
    because = str(end.get("because")) if ended else None
    return Kept(
        str(path),
        _status(folder, end, because),
        choices,
        step=int(last.get("step", 0)),
        epoch=float(last.get("epoch", 0.0)),
        loss=_number(last.get("loss")),
        validation_loss=min(filter(None, (_number(each.get("validation_loss")) for each in reports)), default=None),
        seconds=_number(last.get("seconds")),
        because=because,
        scores=scores if ended and isinstance(scores := end.get("scores"), dict) else {},
        reports=reports,
    )


def _status(folder: RunFolder, end: dict[str, Any], because: str | None) -> str:
    if holder(folder) is not None:
        return "running"
    if end.get("event") == "diverged":
        return "diverged"
    if because is None:
        return "stopped"
    return because if because == "interrupted" else "finished"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def differing(runs: Sequence[Kept]) -> list[str]:
    """The choices in which the runs differ, in the order of the first run's configuration."""
    names = list(dict.fromkeys(name for run in runs for name in run.choices))
    values = {name: {json.dumps(run.choices.get(name), sort_keys=True) for run in runs} for name in names}
    return [name for name in names if len(values[name]) > 1 and name not in {"run", "output", "plot"}]


def plot_runs(runs: Sequence[Kept], path: str | PathLike[str]) -> None:
    """Write a picture of the loss curves of runs: of the validation loss where a run has one. ValueError without any."""
    require_plots(path)
    shown = [run for run in runs if run.reports][:MOST_CURVES]
    if not shown:
        raise ValueError("no run has a report yet: there is no loss to draw")
    names = _short_names([run.folder for run in shown])
    curves: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for run, name in zip(shown, names, strict=True):
        which = "loss" if run.validation_loss is None else "validation_loss"
        points = [(each["epoch"], number) for each in run.reports if (number := _number(each.get(which))) is not None]
        if points:
            source, target = Path(str(run.choices.get("source", ""))).name, run.choices.get("target")
            told = f"{target} of {source}" if target else source
            lowest = (
                f", validation, lowest {number_text(run.validation_loss)}" if run.validation_loss is not None else ""
            )
            curves.setdefault(told, {})[name + lowest] = points
    if not curves:
        raise ValueError("no run has a loss that is a finite number: there is nothing to draw")
    write_atomically(path, draw_runs(curves, Path(path).suffix[1:].lower()))


def _short_names(folders: Sequence[str]) -> list[str]:
    """The paths of folders below the one that all are in: "cv/fold-1" beside "long"."""
    paths = [os.path.abspath(folder) for folder in folders]
    root = os.path.commonpath([os.path.dirname(path) for path in paths])
    return [Path(os.path.relpath(path, root)).as_posix() for path in paths]

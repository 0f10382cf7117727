"""`clearprop runs`: compares the runs in a folder, in a table and one picture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import Any

import click

from ..amounts import number
from ..fitting.wording import SHOWN, measure, measure_name
from ..runs.comparison import Kept, differing, plot_runs, runs_in
from .display import fact, grid, print_json, quiet, remark, say, strong
from .options import json_option
from .replacing import require_replaceable

MAIN = ("accuracy", "rmse")
"""The metric of each task that is left out last."""
WIDTH = 100
"""The width of an output that is no terminal."""
LENGTHS = {"epochs", "steps"}
"""Choices that the columns of steps and epochs show."""
MOST_CHOICES = 12
"""The most columns for the choices in which runs differ."""


@click.command("runs")
@click.argument("folders", nargs=-1, metavar="[FOLDER]...")
@click.option("--plot", metavar="FILE", help="Draw the loss curves in one picture: .svg, .png or .pdf.")
@json_option
def command(folders: tuple[str, ...], plot: str | None, as_json: bool) -> None:
    """Compare the runs in every FOLDER, and in the folders inside it: how far each is, how good, in which choices they differ.

    Losses are the last on the training rows and the lowest on the validation rows, with the penalty and before calibration;
    scores are those of the finished model on the held-out rows.
    """
    folders = folders or ("runs",)
    runs = list({os.path.realpath(run.folder): run for folder in folders for run in runs_in(folder)}.values())
    if plot is not None:
        require_replaceable("--plot", plot, reads=(), force=None)
        plot_runs(runs, plot)
    if as_json:
        print_json({"runs": [run.to_dict() for run in runs], "differ": differing(runs), "plot": plot})
        return
    if not runs:
        where = " or ".join(folders)
        say(f"there is no run in {where}; clearprop train SOURCE --run {folders[0]}/NAME makes one")
        return
    every = [name for name in differing(runs) if name not in LENGTHS]
    rows, left_out = _fitting(_rows(runs, every[:MOST_CHOICES]), shutil.get_terminal_size((WIDTH, 0)).columns)
    left_out += every[MOST_CHOICES:]
    header, *lines = grid(rows, left=2)
    for line in (quiet(header), *lines):
        say(line.rstrip())
    remark(
        "Losses are those of training, with the penalty and before calibration: the last on training rows, the lowest on "
        "validation rows. Scores are those of the finished model."
    )
    if left_out:
        remark(f"no room for {', '.join(left_out)}: a wider terminal shows them, and --json everything")
    if plot is not None:
        fact("plot", strong(plot))


def _fitting(rows: list[list[str]], width: int) -> tuple[list[list[str]], list[str]]:
    """The columns that have values and fit in the width, the most important ones first to stay, and those that do not fit."""
    kept = [k for k, cells in enumerate(zip(*rows, strict=True)) if any(cells[1:])]
    left_out: list[str] = []
    for k in _least_important(rows[0]):
        if max(map(len, grid([[row[j] for j in kept] for row in rows], left=2))) <= width:
            break
        if k in kept:
            kept.remove(k)
            left_out.append(rows[0][k])
    return [[row[k] for k in kept] for row in rows], left_out


def _least_important(header: list[str]) -> list[int]:
    """Places of columns in the order in which they are left out; the run, its status, the loss and main metrics stay."""
    metrics = {measure_name(name) for name in SHOWN} - {measure_name(name) for name in MAIN}
    first = [k for k, name in enumerate(header) if name in metrics][::-1]
    counts = [k for name in ("step", "epoch", "validation loss") for k in [header.index(name)]]
    stay = {"run", "status", "loss", *map(measure_name, MAIN)}
    choices = [k for k, name in enumerate(header) if name not in stay and k not in {*first, *counts}][::-1]
    return [*first, *counts, *choices]


def _rows(runs: list[Kept], choices: Sequence[str]) -> list[list[str]]:
    held_out = [next((each for each in ("test", "validation") if each in run.scores), None) for run in runs]
    scores = [run.scores[part] if part else {} for run, part in zip(runs, held_out, strict=True)]
    scores = [each if isinstance(each, dict) else {} for each in scores]
    names = [name for name in SHOWN if any(name in each for each in scores)]
    measured = ["run", "status", "step", "epoch", "loss", "validation loss", *map(measure_name, names)]
    rows = [[*measured, *(f"--{name}" if name in measured else name for name in choices)]]
    for run, score in zip(runs, scores, strict=True):
        rows.append(
            [
                run.folder,
                run.status,
                f"{run.step:,}",
                f"{run.epoch:.4g}",
                _number(run.loss),
                _number(run.validation_loss),
                *(measure(name, score[name]) if isinstance(score.get(name), float) else "" for name in names),
                *(_choice(run.choices.get(name)) for name in choices),
            ]
        )
    return rows


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _choice(value: Any) -> str:
    return "" if value is None or value == [] else ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""`clearprop evaluate`: how good a model file is on a table with known targets."""

from __future__ import annotations

from typing import Any

import click

from ..fitting.scores import score
from ..formulas.catalogue import Array
from ..io.model import Model
from ..io.model_file import load_model
from .display import backward, fact, forward, grid, percent, quiet, say, strong
from .options import model_argument, rows_of, source_argument, split_option
from .reading import reading_options
from .summary import measure, measure_name

MOST_SHOWN = 26
"""The most classes for which the confusion matrix is shown."""


@click.command("evaluate")
@model_argument
@source_argument
@split_option
@reading_options
def command(model: str, source: str, how: dict[str, Any], split: str) -> None:
    """Measure a model on a table that has the target column.

    SOURCE is a file, - for the standard input, or a named data set. If it is the one that the model was trained on,
    `--split test` takes the rows that were held out.
    """
    loaded = load_model(model)
    table = rows_of(loaded, source, split, how)
    scores = score(loaded, table)
    missing = len(table) - scores.rows
    without = f"; {missing:,} without {loaded.prepared.target.name} left out" if missing else ""
    fact("model", f"{strong(model)}, {loaded.network}")
    fact("rows", f"{scores.rows:,} of {source}" + ("" if split == "all" else f", {split}") + without)
    for said in loaded.prepared.strays(table):
        fact("note", said)
    fact("loss", f"{scores.loss:.6g} {quiet('(' + loaded.facts['loss'] + ')')}")
    for name, value in scores.metrics.items():
        fact(measure_name(name), strong(measure(name, value)))
    if scores.confusion is not None:
        _print_classes(loaded, scores.confusion)


def _print_classes(model: Model, confusion: Array) -> None:
    """A row for each class: the number of rows, precision, recall, and its row of the confusion matrix."""
    classes = [str(name) for name in model.prepared.classes or ()]
    right, true, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    say()
    shown = classes if len(classes) <= MOST_SHOWN else []
    rows = [["class", "rows", "precision", "recall", *shown]]
    for k, name in enumerate(classes):
        cells = [_cell(number, right=k == j) for j, number in enumerate(confusion[k])] if shown else []
        rows.append([name, f"{true[k]:,}", _ratio(right[k], predicted[k]), _ratio(right[k], true[k]), *cells])
    header, *lines = grid(rows)
    for line in (quiet(header), *lines):
        say(line)
    if shown:
        say(quiet("a row for each true class, a column for each predicted one"))


def _cell(number: int, *, right: bool) -> str:
    """A count: blue for right predictions, rust for wrong ones."""
    if not number:
        return quiet("·")
    return forward(f"{number:,}") if right else backward(f"{number:,}")


def _ratio(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "none"

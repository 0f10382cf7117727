"""`clearprop evaluate`: how good a model file is on a table with known targets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..fitting.evaluating import HELD_OUT, PARTS, Evaluation, evaluate
from ..fitting.scores import Scores
from ..fitting.wording import left_out_of, measure, measure_name, percent, remarks_of
from ..formulas.catalogue import Array
from ..io.model import Model
from .display import backward, fact, forward, grid, print_json, quiet, remark, say, shortened, strong, terminal_width
from .options import gaps_option, json_option, model_argument, opened, report_option, source_argument
from .reading import reading_options
from .reporting import require_report, write

MOST_LEFT_OUT = 8
"""Columns that are named as left out."""
MOST_SHOWN = 26
"""The most classes for which the confusion matrix is shown."""
SHORTEST_CLASS = 6
"""Characters of a class above its column."""


@click.command("evaluate")
@model_argument
@source_argument
@click.option(
    "--split",
    type=click.Choice(PARTS),
    default=HELD_OUT,
    show_default=True,
    help="Rows to measure. By default those held out, of the table that the model was trained on, and all of another one.",
)
@report_option
@json_option
@reading_options
@gaps_option
def command(model: str, source: str, how: dict[str, Any], split: str, report: str | None, as_json: bool) -> None:
    """Measure a model on a table that has the target column, beside what guessing and a linear model give on the same rows.

    SOURCE is a file, - for the standard input, or a named data set. If it is the table that the model was trained on, the rows
    that training did not use are measured; --split says otherwise.
    """
    require_report(report, source, model)
    loaded = opened(model, source)
    table = loaded.read(source, **how)
    found = evaluate(loaded, table, split)
    notes = [*table.said, *found.measured.notes]
    if report is not None:
        from ..fitting.report import evaluation_report

        write(report, evaluation_report(loaded, found))
    if as_json:
        document = {"model": model, "source": source, "report": report, "notes": notes}
        print_json(document | _document(loaded, found))
    else:
        _print(model, source, loaded, found, notes)
        if report is not None:
            say()
            fact("report", strong(report))


def _print(path: str, source: str, model: Model, found: Evaluation, notes: Sequence[str]) -> None:
    scores = found.scores
    part = "" if found.measured.part == "all" else f", {found.measured.part}"
    fact("model", f"{strong(path)}, {model.network}")
    fact("rows", f"{scores.rows:,} of {source}{part}", quiet(found.measured.about), *notes)
    left_out = left_out_of(model)
    if left_out:
        more = f" and {len(left_out) - MOST_LEFT_OUT:,} more" if len(left_out) > MOST_LEFT_OUT else ""
        fact("left out", *(f"{name}, {why}" for name, why in [*left_out.items()][:MOST_LEFT_OUT]), *[more] * bool(more))
    parts = [model.facts[name] for name in ("loss", "penalty") if model.facts.get(name) is not None]
    fact("loss", f"{scores.loss:.6g} {quiet('(' + ' + '.join(parts) + ')')}")
    say()
    rows = [["", "network", *found.beside]]
    for name, value in scores.metrics.items():
        others = [measure(name, other.metrics[name]) for other in found.beside.values()]
        rows.append([measure_name(name), strong(measure(name, value)), *others])
    _print_grid(rows)
    for said in remarks_of(scores):
        remark(said)
    if scores.confusion is not None:
        _print_classes(model, scores, scores.confusion)


def _print_classes(model: Model, scores: Scores, confusion: Array) -> None:
    """A row for each class: the number of rows, its metrics, and its row of the confusion matrix."""
    classes = [str(name) for name in model.prepared.labels or ()]
    shown = classes if len(classes) <= MOST_SHOWN else []
    say()
    rows = [["class", "rows", "precision", "recall", "F1", "AUC", *shown]]
    for k, name in enumerate(classes):
        cells = [_cell(number, right=k == j) for j, number in enumerate(confusion[k])] if shown else []
        of_class = [_ratio(scores.of_each_class[each][k]) for each in ("precision", "recall", "f1")]
        auc = measure("auc", scores.of_each_class["auc"][k])
        rows.append([name, f"{confusion[k].sum():,.6g}", *of_class, auc, *cells])
    if (
        shown and len(click.unstyle(grid(rows)[0])) > terminal_width()
    ):  # the metrics first, then the matrix with its rows' names
        apart = 6
        _print_grid(_names_fitting([row[:apart] for row in rows]))
        say()
        most = max(SHORTEST_CLASS, (terminal_width() - max(map(len, classes))) // len(classes) - 2)
        heads = [shortened(name, most) for name in classes]
        _print_grid(_names_fitting([["class", *heads], *([row[0], *row[apart:]] for row in rows[1:])]))
    else:
        _print_grid(_names_fitting(rows))
    if shown:
        remark("a row for each true class, a column for each predicted one")


def _names_fitting(rows: list[list[str]]) -> list[list[str]]:
    """The rows with shorter names of classes, where these leave no room for the other columns."""
    others = len(click.unstyle(grid([["", *row[1:]] for row in rows])[0]))
    most = max(SHORTEST_CLASS, terminal_width() - others)
    return [[shortened(row[0], most), *row[1:]] for row in rows]


def _print_grid(rows: list[list[str]]) -> None:
    header, *lines = grid(rows)
    for line in (quiet(header), *lines):
        say(line)


def _cell(number: float, *, right: bool) -> str:
    """A count: blue for right predictions, rust for wrong ones."""
    if not number:
        return quiet("·")
    return forward(f"{number:,.6g}") if right else backward(f"{number:,.6g}")


def _ratio(value: float) -> str:
    return "none" if math.isnan(value) else percent(value)


def _document(model: Model, found: Evaluation) -> dict[str, Any]:
    """Everything that is printed, as plain JSON; null for a metric without a value."""
    scores, classes = found.scores, model.prepared.labels
    document: dict[str, Any] = {
        "split": found.measured.part,
        "rows": scores.rows,
        "held_out": found.measured.held_out,
        "about": found.measured.about,
        "left_out": left_out_of(model),
        "loss": _plain(scores.loss),
        "metrics": _numbers(scores.metrics),
        "without": scores.without,
        "remarks": list(scores.remarks),
        "beside": {name: _numbers(other.metrics) for name, other in found.beside.items()},
    }
    if classes is not None and scores.confusion is not None:
        document["classes"] = [
            {"class": name} | _numbers({each: values[k] for each, values in scores.of_each_class.items()})
            for k, name in enumerate(classes)
        ]
        document["confusion"] = scores.confusion.tolist()
    return document


def _numbers(metrics: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in metrics.items()}


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None

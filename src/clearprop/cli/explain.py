"""`clearprop explain`: the chain rule of one step of a saved model, at one row of a table."""

from __future__ import annotations

import sys

import click
import numpy as np

from ..explanation import explain
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from .display import say
from .model_and_rows import ModelAndTable
from .options import model_argument, part_option


@click.command("explain")
@model_argument
@click.argument("source", required=False)
@click.option("--row", type=click.IntRange(min=1), default=1, show_default=True, help="Which row, counted from 1.")
@click.option("--layout", default="denominator", show_default=True, help="Of derivatives: denominator or numerator.")
@click.option("--eta", help="The step size, or a schedule; the training's by default.")
@click.option("--step", "t", type=click.IntRange(min=1), default=1, show_default=True, help="The step t of a schedule.")
@part_option("--loss", Loss, "The loss, the training's by default")
@part_option("--penalty", Penalty, "The penalty, the training's by default; none for none", none=True)
@click.option("--width", type=int, help="Columns to write; the terminal's by default.")
@click.option("--digits", type=click.IntRange(1, 16), default=4, show_default=True, help="Decimals to write.")
def command(
    model: str,
    source: str | None,
    row: int,
    layout: str,
    eta: str | None,
    t: int,
    loss: str | None,
    penalty: str | None,
    width: int | None,
    digits: int,
) -> None:
    """Show the chain rule of the step that MODEL would take at one row of SOURCE, term by term.

    SOURCE is a CSV file or a named data set; the one that the model was trained on by default. The step is that of plain
    SGD, W - eta dL/dW, and is not taken.
    """
    given = ModelAndTable.read(model, source)
    if row > len(given.table):
        raise ValueError(f"--row {row}: {given.table.source} has rows 1 to {len(given.table)}")
    one = given.table.rows(np.array([row - 1]))
    trace = explain(
        given.network,
        given.model.inputs(one),
        given.model.targets(one),
        given.loss(loss),
        eta=given.eta(eta),
        t=t,
        layout=layout,  # type: ignore[arg-type]  # explain checks it, and names the nearest
        penalty=given.penalty(penalty),
        classes=given.model.prepared.classes,
        point=f"{one.where(0)} of {one.source}",
    )
    say(trace.text(width, color=sys.stdout.isatty(), digits=digits))

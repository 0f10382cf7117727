"""`clearprop explain`: the chain rule of one step of a saved model, at one row of a table."""

from __future__ import annotations

import sys

import click

from .model_and_rows import loss_of, model_and_table


@click.command(name="explain", short_help="Show the chain rule of one step, term by term.")
@click.argument("model", type=click.Path(dir_okay=False))
@click.argument("source", required=False)
@click.option("--row", type=click.IntRange(min=1), default=1, show_default=True, help="Which row, counted from 1.")
@click.option("--layout", default="denominator", show_default=True, help="Of derivatives: denominator or numerator.")
@click.option("--eta", default="0.01", show_default=True, help="The step size, or a schedule.")
@click.option(
    "--step",
    "t",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="The step t that a schedule is asked at.",
)
@click.option("--loss", help="The loss; the one that the model was trained with by default.")
@click.option("--penalty", help="A penalty, such as 'l2(strength=0.01)'.")
@click.option("--width", type=int, help="Columns to write; those of the terminal by default.")
@click.option("--digits", type=click.IntRange(1, 16), default=4, show_default=True, help="Decimals to write.")
def command(
    model: str,
    source: str | None,
    row: int,
    layout: str,
    eta: str,
    t: int,
    loss: str | None,
    penalty: str | None,
    width: int | None,
    digits: int,
) -> None:
    """The chain rule of the step that MODEL would take at one row of SOURCE.

    SOURCE is a CSV file or a named data set; the data that the model was trained on by default.
    """
    import numpy as np

    from ..explanation import explain

    loaded, table = model_and_table(model, source)
    if row > len(table):
        raise ValueError(f"--row {row}: {table.source} has rows 1 to {len(table)}")
    one = table.rows(np.array([row - 1]))
    trace = explain(
        loaded.network,
        loaded.inputs(one),
        loaded.targets(one),
        loss_of(loaded, loss),
        eta=eta,
        t=t,
        layout=layout,  # type: ignore[arg-type]  # checked by explain, with the nearest one
        penalty=penalty,
        classes=loaded.prepared.classes,
        point=f"{one.where(0)} of {table.source}",
    )
    click.echo(trace.text(width, color=sys.stdout.isatty(), digits=digits), color=True)

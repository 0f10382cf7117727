"""`clearprop check`: the gradients of a saved model against numeric derivatives, on rows of a table."""

from __future__ import annotations

import sys

import click

from .model_and_rows import loss_of, model_and_table


@click.command(name="check", short_help="Compare back-propagation with numeric derivatives.")
@click.argument("model", type=click.Path(dir_okay=False))
@click.argument("source", required=False)
@click.option("--rows", type=click.IntRange(min=1), default=16, show_default=True, help="How many rows, drawn evenly.")
@click.option(
    "--entries", type=click.IntRange(min=1), default=100, show_default=True, help="Entries of each array, drawn evenly."
)
@click.option("--loss", help="The loss; the one that the model was trained with by default.")
@click.option("--penalty", help="A penalty, such as 'l2(strength=0.01)'.")
@click.option("--seed", type=int, default=0, show_default=True, help="Fixes what is drawn.")
def command(
    model: str, source: str | None, rows: int, entries: int, loss: str | None, penalty: str | None, seed: int
) -> None:
    """Compare MODEL's gradients with numeric derivatives on rows of SOURCE; exit status 1 where they disagree.

    SOURCE is a CSV file or a named data set; the data that the model was trained on by default.
    """
    import numpy as np

    from ..checks import check_gradients

    loaded, table = model_and_table(model, source)
    drawn = np.sort(np.random.default_rng(seed).permutation(len(table))[:rows])
    some = table.rows(drawn)
    check = check_gradients(
        loaded.network,
        loaded.inputs(some),
        loaded.targets(some),
        loss_of(loaded, loss),
        penalty=penalty,
        entries=entries,
        seed=seed,
    )
    first, _, rest = str(check).partition("\n")
    click.echo(click.style(first, fg="green" if check.ok else "red", bold=True))
    click.echo(f"{loaded.network}, {len(drawn)} of {len(table)} rows of {table.source}\n{rest}")
    if not check.ok:
        sys.exit(1)

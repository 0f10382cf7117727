"""`clearprop check`: compares the gradients of a saved model with numeric derivatives, on rows of a table."""

from __future__ import annotations

import math
import sys
from typing import Any

import click
import numpy as np

from ..checks import GradientCheck, Verdict, check_gradients
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from .display import fact, print_json, say
from .exits import CANNOT_TELL, ERROR
from .model_and_rows import ModelAndTable
from .options import gaps_option, json_option, member_option, model_argument, part_option
from .reading import reading_options

EXITS: dict[Verdict, int] = {"differs": ERROR, "cannot be told": CANNOT_TELL}
COLOURS: dict[Verdict, str] = {"agrees": "green", "differs": "red", "cannot be told": "yellow"}


@click.command("check")
@model_argument
@click.argument("source", required=False)
@click.option(
    "--rows", type=click.IntRange(min=1), default=16, show_default=True, help="Number of rows, drawn at random."
)
@click.option(
    "--entries",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Entries of each array, drawn at random.",
)
@part_option("--loss", Loss, "The loss, the training's by default")
@part_option("--penalty", Penalty, "The penalty, the training's by default, or `none`", none=True)
@member_option
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random draws.")
@reading_options
@gaps_option
@json_option
def command(
    model: str,
    source: str | None,
    how: dict[str, Any],
    rows: int,
    entries: int,
    loss: str | None,
    penalty: str | None,
    member: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Compare MODEL's gradients with numeric derivatives on rows of SOURCE.

    SOURCE is a file or a named data set; the one that the model was trained on by default.

    Exit status 0: they agree; 1: they disagree; 3: it cannot be told, because every entry drawn is at a kink of the loss.
    """
    given = ModelAndTable.read(model, source, how, member)
    table, _ = given.model.prepared.with_target(given.table)
    drawn = np.sort(np.random.default_rng(seed).permutation(len(table))[:rows])
    some = table.rows(drawn)
    check = check_gradients(
        given.network,
        given.model.inputs(some),
        given.model.targets(some),
        given.loss(loss),
        penalty=given.penalty(penalty),
        entries=entries,
        seed=seed,
    )
    if as_json:
        print_json({"model": model, "source": table.source, "rows": len(drawn), **_document(check)})
    else:
        fact("model", f"{model}, {given.network}")
        fact("rows", f"{len(drawn):,} of {len(table):,} of {table.source}")
        verdict, _, rest = str(check).partition("\n")
        say(click.style(verdict, fg=COLOURS[check.verdict], bold=True))
        say(rest)
    if not check.ok:
        sys.exit(EXITS[check.verdict])


def _document(check: GradientCheck) -> dict[str, Any]:
    """The check as plain JSON; an error that is not finite is null."""
    error = check.max_error if math.isfinite(check.max_error) else None
    return {
        "verdict": check.verdict,
        "max_error": error,
        "tolerance": check.tolerance,
        "checked": check.checked,
        "at_kink": check.at_kink,
        "method": check.method,
        "faults": list(check.faults),
        "notes": list(check.notes),
    }

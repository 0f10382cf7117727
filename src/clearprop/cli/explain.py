"""`clearprop explain`: the chain rule of one step of a saved model, for one row of a table or a batch, in several formats."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import click
import numpy as np

from ..explanation import NOTATIONS, Trace, explain
from ..explanation.account.sections import SECTIONS
from ..explanation.facade import Drawn
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..io.files import write_atomically
from .display import say
from .model_and_rows import ModelAndTable
from .options import gaps_option, member_option, model_argument, part_option
from .raw_row import raw_row
from .reading import reading_options
from .replacing import force_option, require_replaceable

WIDE_FOLD = 10
NEAR = 1000
"""So many rows on either side are looked through for one that has a target."""


@click.command("explain")
@model_argument
@click.argument("source", required=False)
@member_option
@click.option("--row", type=click.IntRange(min=1), default=1, show_default=True, help="Which row, counted from 1.")
@click.option("--batch", metavar="FIRST-LAST", help="The rows of a batch; --row is the one that is shown.")
@click.option(
    "--entry",
    "entries",
    multiple=True,
    metavar="L,I,J",
    help="A weight whose derivative is shown as a sum over paths: from input I to unit J of layer L.",
)
@click.option("--bias", "biases", multiple=True, metavar="L,J", help="The same for the bias of unit J of layer L.")
@click.option(
    "--layout", default="denominator", show_default=True, help="The layout of derivatives: denominator or numerator."
)
@click.option(
    "--notation",
    default="mn",
    show_default=True,
    help=f"One of {', '.join(f'{n.name} ({n.title})' for n in NOTATIONS.values())}.",
)
@click.option("--eta", help="The step size, or a schedule; the training's by default.")
@click.option("--step", "t", type=click.IntRange(min=1), default=1, show_default=True, help="The step t of a schedule.")
@part_option("--optimizer", Optimizer, "The optimiser, the training's by default")
@part_option("--loss", Loss, "The loss, the training's by default")
@part_option("--penalty", Penalty, "The penalty, the training's by default, or `none`", none=True)
@click.option("--html", metavar="FILE", help="Write a page that walks through the step.")
@click.option("--latex", metavar="FILE", help="Write a LaTeX document; a fragment with --fragment.")
@click.option("--fragment", is_flag=True, help="LaTeX without a preamble, for a document of your own.")
@click.option(
    "--beamer", metavar="FILE", help="Write a talk with a frame for each phase; its frames alone with --fragment."
)
@click.option("--tikz", metavar="FILE", help="Write the network with its weights as a TikZ picture.")
@click.option("--svg", metavar="FILE", help="Write the same picture as SVG.")
@click.option(
    "--drawn",
    type=click.Choice(get_args(Drawn)),
    default="neurons",
    show_default=True,
    help="What --tikz and --svg draw: every neuron, or the units of the step from left to right.",
)
@click.option("--phase", type=click.IntRange(min=1), help="The phase that --drawn units stops at.")
@click.option("--json", "json_file", metavar="FILE", help="Write everything as JSON; - is the standard output.")
@click.option("--text", metavar="FILE", help="Write the text to a file.")
@click.option("--show", metavar="SECTION,...", help=f"Sections to print: {', '.join(SECTIONS)}. All by default.")
@click.option("--width", type=int, help="Columns to write; the terminal's by default.")
@click.option(
    "--digits", type=click.IntRange(1, 17), default=4, show_default=True, help="Decimals to write; 17 for every digit."
)
@click.option("--whole", is_flag=True, help="Show every row and column of every matrix.")
@click.option("--no-check", is_flag=True, help="Do not compare gradients with numeric derivatives.")
@force_option
@reading_options
@gaps_option
def command(
    model: str,
    source: str | None,
    member: int | None,
    how: dict[str, Any],
    row: int,
    batch: str | None,
    entries: tuple[str, ...],
    biases: tuple[str, ...],
    layout: str,
    notation: str,
    eta: str | None,
    t: int,
    optimizer: str | None,
    loss: str | None,
    penalty: str | None,
    html: str | None,
    latex: str | None,
    fragment: bool,
    beamer: str | None,
    tikz: str | None,
    svg: str | None,
    drawn: Drawn,
    phase: int | None,
    json_file: str | None,
    text: str | None,
    show: str | None,
    width: int | None,
    digits: int,
    whole: bool,
    no_check: bool,
    force: bool,
) -> None:
    """Show the chain rule of the step that MODEL would take on one row of SOURCE, term by term.

    SOURCE is a file or a named data set; the one that the model was trained on by default. It is the
    optimiser's first step, because a model file has no optimiser state. The model does not change. If an option names a FILE,
    the result goes there, and only the name of the file is printed. An existing FILE is replaced if this command wrote it; any
    other one only with --force.
    """
    given = ModelAndTable.read(model, source, how, member)
    asked = {"--html": html, "--latex": latex, "--beamer": beamer, "--tikz": tikz, "--svg": svg, "--text": text}
    asked |= {"--json": None if json_file == "-" else json_file}
    if phase is not None and drawn == "neurons":
        raise ValueError(f"--phase {phase}: phases are drawn with --drawn units")
    reads = (source or given.model.facts.get("source"), model)
    for option, path in asked.items():
        if path is not None:
            require_replaceable(option, path, reads=reads, force=force)
    rows, at = _rows(row, batch, len(given.table), given.table.source)
    _require_targets(given, rows, batch)
    chosen = given.table.rows(rows)
    trace = explain(
        given.network,
        given.model.inputs(chosen),
        given.model.targets(chosen),
        given.loss(loss),
        eta=given.eta(eta),
        t=t,
        layout=layout,  # type: ignore[arg-type]  # explain checks it
        notation=notation,
        penalty=given.penalty(penalty),
        optimizer=given.optimizer(optimizer),
        entry=[_numbers(each, 3, "--entry") for each in entries] or None,
        bias=[_numbers(each, 2, "--bias") for each in biases] or None,
        at=at,
        check=not no_check,
        classes=given.model.prepared.labels,
        point=f"{chosen.where(at)} of {chosen.source}",
        seed=given.model.facts.get("seed"),
        row=raw_row(given.model.prepared, chosen, at),
    )
    fold = None if whole else WIDE_FOLD
    sections = [each.strip() for each in show.split(",")] if show else None
    forms: list[tuple[str | None, Callable[[], str]]] = [
        (html, lambda: trace.html(**({"fold": None} if whole else {}))),
        (latex, lambda: trace.latex(document=not fragment, digits=digits, fold=fold, sections=sections)),
        (beamer, lambda: trace.beamer(document=not fragment)),
        (tikz, lambda: trace.tikz(drawn=drawn, phase=phase)),
        (svg, lambda: trace.svg(drawn=drawn, phase=phase)),
        (None if json_file == "-" else json_file, lambda: _json(trace, whole)),
        (text, lambda: trace.text(width, digits=digits, fold=fold, sections=sections) + "\n"),
    ]
    files = [(path, make) for path, make in forms if path is not None]
    for path, make in files:
        _write(path, make())
    if json_file == "-":
        click.echo(_json(trace, whole, ascii_only=True), nl=False)
    elif not files:
        say(trace.text(width, color=sys.stdout.isatty(), digits=digits, fold=fold, sections=sections))


def _rows(row: int, batch: str | None, rows: int, source: str) -> tuple[Any, int]:
    """The row numbers of the step, counted from 0, and the place of the one that is shown."""
    if row > rows:
        raise ValueError(f"--row {row}: {source} has rows 1 to {rows}")
    if batch is None:
        return np.array([row - 1]), 0
    first, _, last = batch.partition("-")
    if not (first.strip().isdecimal() and last.strip().isdecimal() and 1 <= int(first) <= int(last) <= rows):
        raise ValueError(
            f"--batch {batch}: give the first and the last row, such as 1-8; {source} has rows 1 to {rows}"
        )
    shown = row if int(first) <= row <= int(last) else int(first)
    return np.arange(int(first) - 1, int(last)), shown - int(first)


def _require_targets(given: ModelAndTable, rows: Array, batch: str | None) -> None:
    """ValueError where one of these rows, counted from 0, has no target, with the nearest row that has one."""
    prepared, table = given.model.prepared, given.table
    if prepared.target.name not in table:
        raise ValueError(
            f"{table.source} has no column {prepared.target.name!r}, the target: a step needs a loss, and so the true "
            "value. Add such a column, with what clearprop predict gives for the row where the true value is not known: every "
            "Z and A is the row's own in any case"
        )
    if not prepared.with_target(table.rows(rows))[1]:
        return
    near = np.arange(max(0, rows[0] - NEAR), min(len(table), rows[-1] + NEAR + 1))
    numbered = replace(table.rows(near), row_numbers=near)
    having = np.asarray(prepared.with_target(numbered)[0].row_numbers)
    row = int(np.setdiff1d(rows, having)[0])
    option = f"--row {row + 1}" if batch is None else f"--batch {batch}"
    said = f"{option}: {table.where(row)} of {table.source} has no {prepared.target.name}, so it has no loss and no gradient"
    if batch is not None:
        said += "; give a batch without it"
    elif len(having):
        said += f"; a row that has one is --row {having[abs(having - row).argmin()] + 1}"
    raise ValueError(said)


def _numbers(given: str, count: int, option: str) -> tuple[int, ...]:
    parts = given.split(",")
    if len(parts) != count or not all(part.strip().isdecimal() for part in parts):
        wanted = "l,i,j" if count == 3 else "l,j"
        raise ValueError(f"{option} {given}: give {wanted}, whole numbers counted from 1")
    return tuple(int(part) for part in parts)


def _json(trace: Trace, whole: bool, *, ascii_only: bool = False) -> str:
    document = trace.to_dict(**({"fold": None} if whole else {}))
    return json.dumps(document, ensure_ascii=ascii_only, allow_nan=False, indent=1) + "\n"


def _write(path: str, content: str) -> None:
    write_atomically(path, content.encode())
    say(f"wrote {path}")

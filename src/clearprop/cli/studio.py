"""`clearprop studio`: a page on which a network is trained, live, in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..amounts import count
from ..columns.kinds import CATEGORY
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..io.described import Choices
from ..io.model_file import load_model
from ..io.tables.datasets import load_table
from ..live import studio
from ..live.embedded import left_out
from .display import print_json, say
from .options import column_options, json_option, part_option
from .reading import reading_options, stem_of
from .replacing import force_option, require_replaceable

MODEL = ".clearprop"


@click.command("studio")
@click.argument("source", required=False)
@click.option("-o", "--output", metavar="FILE", help="The page to write.  [default: the source's name with .html]")
@click.option("--data", metavar="SOURCE", help="The rows for a model; those that it was trained on by default.")
@click.option("--target", metavar="COLUMN", help="The column to predict.  [default: the table's own]")
@column_options
@part_option("--loss", Loss, "The loss to begin with, the usual one for the target by default")
@part_option("--optimizer", Optimizer, "The optimiser to begin with", default="sgd")
@part_option("--penalty", Penalty, "A penalty")
@click.option("--eta", type=click.FloatRange(min=0, min_open=True), help="The step size to begin with.")
@click.option("--batch-size", type=click.IntRange(min=1), default=8, show_default=True, help="Points in a step.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of weights and order.")
@force_option
@json_option
@reading_options
def command(
    source: str | None,
    output: str | None,
    data: str | None,
    target: str | None,
    kinds: tuple[tuple[str, str], ...],
    text: tuple[str, ...],
    ignore: tuple[str, ...],
    na: tuple[str, ...],
    loss: str | None,
    optimizer: str,
    penalty: str | None,
    eta: float | None,
    batch_size: int,
    seed: int,
    how: dict[str, Any],
    force: bool,
    as_json: bool,
) -> None:
    """Write a page on which a network learns SOURCE, live: one file, opened by a double click, with nothing to install.

    SOURCE is a named data set, a table's file, or a model file, whose network the page begins with; moons by default.
    """
    path = output or f"{stem_of(source or 'moons')}.html"
    require_replaceable("--html", path, reads=(source, data), force=force)
    model = load_model(source) if source is not None and Path(source).suffix == MODEL else None
    rows = data if model is not None else (source or "moons")
    if model is not None and rows is None:
        rows, how = model.facts.get("source"), {**model.facts.get("reading", {}), **how}
    if rows is None:
        raise ValueError(f"{source} does not say what it was trained on; give --data")
    said = dict(kinds) | dict.fromkeys(text, CATEGORY)
    texts = Choices(said).as_texts
    table = load_table(rows, text=texts, strict=False, **how) if model is None else model.read(rows, **how)
    page = studio(
        model,
        data=table,
        target=target,
        kinds=said,
        ignore=ignore,
        na=na,
        loss=loss or (None if model is None else model.facts.get("loss")),
        optimizer=optimizer,
        penalty=penalty,
        eta=eta,
        batch_size=batch_size,
        seed=seed,
    )
    page.save(path)
    if as_json:
        counts = {"rows": len(page.data.X), "of": page.data.of, "rows_without_target": page.data.without_target}
        print_json({"page": path, **counts, "without": list(left_out())})
        return
    say(f"wrote {path}")
    if page.data.without_target:
        say(f"{count(page.data.without_target, 'row')} without {page.data.target} left out")
    if page.data.of > len(page.data.X):
        say(f"it holds {len(page.data.X):,} of {page.data.of:,} rows, drawn at random: a page holds no more")
    if missing := left_out():
        say(f"it is without {' and '.join(missing)}, a part of scikit-learn: pip install 'clearprop[sklearn]'")

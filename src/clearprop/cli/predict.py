"""`clearprop predict`: the predictions of a model file for the rows of a table, as CSV, JSON lines or Parquet."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from ..amounts import count
from ..columns.cells import TRUTHS, Cells
from ..fitting.predicting import Predictions, predictions
from ..io.files import write_atomically
from ..io.model import Model
from ..io.tables.datasets import load_table
from ..io.tables.table import Table
from ..io.tables.writing import FORMATS, format_of, has_columns, require_format, written
from .display import print_json, tell
from .options import gaps_option, json_option, model_argument, opened, rows_of, source_argument, split_option
from .reading import reading_options
from .replacing import force_option, require_replaceable

EVERY = "all"
PROBLEM = "problem"


@click.command("predict")
@model_argument
@source_argument
@split_option
@click.option("-o", "--output", metavar="FILE", help="Write to a file, not to the standard output.")
@click.option(
    "--to", "kind", type=click.Choice(FORMATS), help="The format. By default that of the file's suffix, else csv."
)
@click.option("--proba", is_flag=True, help="Add a column with the probability of each class.")
@click.option("--keep", multiple=True, metavar="COLUMN,...", help="Columns of the table to write too, or `all`.")
@click.option("--number", is_flag=True, help="Add a column with the number of the row; of a file, its line.")
@force_option
@json_option
@reading_options
@gaps_option
def command(
    model: str,
    source: str,
    how: dict[str, Any],
    split: str,
    output: str | None,
    kind: str | None,
    proba: bool,
    keep: tuple[str, ...],
    number: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Predict the rows of a table, a line for each, in their order.

    SOURCE is a file, - for the standard input, or a named data set. It needs the input columns that the model was trained on,
    in any order; other columns are not looked at. A row that cannot be predicted has an empty prediction, and a column
    `problem` says why. An existing FILE is replaced if it has the columns that are written, as it has when the command is
    repeated; any other one only with --force.
    """
    kind = format_of(output, kind)
    require_format(kind)
    if output is None and kind == "parquet" and sys.stdout.isatty():
        raise ValueError("Parquet is no text for a terminal; -o FILE writes it to a file")
    if output is not None:
        require_replaceable("-o", output, reads=(source, model), force=True)
    loaded = opened(model, source)
    table, kept = _read(loaded, source, split, how, keep)
    found = predictions(loaded, table, probabilities=proba)
    _say(table, found, silent=as_json)
    columns = _columns(loaded, table, found, kept, number=number, as_text=kind in {"csv", "tsv"} and not as_json)
    content = written(columns, kind)
    if as_json:
        print_json(_as_json(model, table, found, columns, output))
    elif output is None:
        click.echo(content if kind == "parquet" else content.decode(), nl=False)
    if output is not None:
        like = {name: values for name, values in columns.items() if name != PROBLEM}
        require_replaceable(
            "-o",
            output,
            reads=(source, model),
            force=force,
            unlike=f"has other columns than {_named(like)}, which this command writes",
            is_like=lambda file: any(has_columns(file, each, kind) for each in (like, {**like, PROBLEM: ()})),
        )
        write_atomically(output, content)
    if found.problems and not as_json:
        row, first = next(iter(found.problems.items()))
        where = "" if f"{table.source}, {table.where(row)}, " in first else f"{table.where(row)}, "
        said = f"{count(len(found.problems), 'row')} of {len(table):,} could not be predicted: {where}{first}"
        tell(f"warning: {said}")


def _named(columns: Iterable[str], most: int = 5) -> str:
    names = [*columns]
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _say(table: Table, found: Predictions, *, silent: bool) -> None:
    """How the table was read, and what training did not know."""
    if not silent:
        for said in table.said:
            tell(f"read: {said}")
        for said in found.notes:
            tell(f"warning: {table.source}: {said}")


def _as_json(
    model: str, table: Table, found: Predictions, columns: dict[str, list[Any]], output: str | None
) -> dict[str, Any]:
    """The predictions, a row each, or the file that has them; and all that is said of them."""
    lines = [] if output is not None else written(columns, "jsonl").decode().splitlines()
    return {
        "model": model,
        "source": table.source,
        "rows": len(table),
        "output": output,
        "predictions": [json.loads(line) for line in lines] if output is None else None,
        "without_prediction": len(found.problems),
        "read": list(table.said),
        "notes": list(found.notes),
    }


def _read(
    model: Model, source: str, split: str, how: dict[str, Any], keep: Sequence[str]
) -> tuple[Table, dict[str, Cells]]:
    """The table, and the columns to keep. What the model does not use is kept as it is written in the file: 007 is not 7."""
    if source != "-":
        return _with_kept(model, source, rows_of(model, source, split, how), split, how, keep)
    if split != "all":
        raise ValueError("--split is of a file that was trained on; the standard input has no name")
    with TemporaryDirectory() as folder:
        spooled = Path(folder) / "standard input"  # it is read twice
        spooled.write_bytes(sys.stdin.buffer.read())
        try:
            table = replace(rows_of(model, str(spooled), split, how), source="the standard input")
            return _with_kept(model, str(spooled), table, split, how, keep)
        except ValueError as error:  # of which a person knows no such file
            error.args = tuple(str(each).replace(str(spooled), "the standard input") for each in error.args)
            raise


def _with_kept(
    model: Model, source: str, table: Table, split: str, how: dict[str, Any], keep: Sequence[str]
) -> tuple[Table, dict[str, Cells]]:
    names = _kept_names(table, keep)
    used = {column.name for column in (*model.prepared.inputs, model.prepared.target)}
    others = [name for name in names if name not in used]
    as_written = table
    asked = names if "na" in how else others  # what is a gap for the model is in the file all the same
    if asked and Path(source).is_file():
        given = {name: value for name, value in how.items() if name != "na"}  # what is kept is as it is in the file
        every = load_table(source, text=[*others, *model.prepared.texts], strict=False, **given)
        as_written = every if split == "all" else rows_of(model, source, split, how, table=every)
    return table, {name: (as_written if name in asked else table).cells(name) for name in names}


def _kept_names(table: Table, keep: Sequence[str]) -> list[str]:
    """The names of columns to keep; ValueError for one that there is not."""
    names: list[str] = []
    for text in keep:
        if text == EVERY and EVERY not in table:
            names += table.names
        else:
            names += [text] if text in table else [name.strip() for name in text.split(",")]
    for name in names:
        table[name]  # ValueError if there is no such column
    return list(dict.fromkeys(names))


def _values(cells: Cells, *, as_text: bool) -> list[Any]:
    """The values of a column that is kept, None in gaps of truth values."""
    values: list[Any] = cells.values.tolist()
    if cells.holds != TRUTHS:
        return values
    told = cells.written if as_text else bool
    return [None if gap else told(value) for value, gap in zip(values, cells.gaps.tolist(), strict=True)]


def _columns(
    model: Model, table: Table, found: Predictions, kept: dict[str, Cells], *, number: bool, as_text: bool
) -> dict[str, list[Any]]:
    """Every column that is written, by name. Truth values are in the words of their table, or such values unless `as_text`."""
    columns: dict[str, list[Any]] = {}
    if number:
        columns[table.row_word] = [int(table.where(row).split()[-1]) for row in range(len(table))]
    columns |= {name: _values(cells, as_text=as_text) for name, cells in kept.items()}
    target, labels = model.prepared.target.name, model.prepared.labels or ()
    of_classes = {} if model.prepared.classes is None else dict(zip(model.prepared.classes, labels, strict=True))
    predicted = [of_classes.get(value, value) for value in found.values] if as_text else found.values
    columns[f"predicted {target}" if target in columns else target] = predicted
    if found.probabilities is not None:
        shares = found.probabilities.T.tolist()
        columns |= {f"P({name})": shares[k] for k, name in enumerate(labels)}
    if found.problems:
        columns[PROBLEM] = [found.problems.get(row) for row in range(len(table))]
    return columns

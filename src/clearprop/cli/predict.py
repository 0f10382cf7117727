"""`clearprop predict`: the predictions of a model file for the rows of a table, as CSV."""

from __future__ import annotations

import csv
import io
import warnings
from typing import Any

import click
import numpy as np

from ..columns import ColumnWarning
from ..formulas.catalogue import Array
from ..io.files import writable, write_atomically
from ..io.model import Model
from ..io.model_file import load_model
from ..io.tables.table import Table
from .options import model_argument, rows_of, source_argument, split_option
from .reading import reading_options


@click.command("predict")
@model_argument
@source_argument
@split_option
@click.option("-o", "--output", metavar="FILE", help="Write to a file, not to the standard output.")
@click.option("--proba", is_flag=True, help="Add a column with the probability of each class.")
@reading_options
def command(model: str, source: str, how: dict[str, Any], split: str, output: str | None, proba: bool) -> None:
    """Predict the rows of a table, a line of CSV for each.

    SOURCE is a file, - for the standard input, or a named data set. It needs the input columns that the model was trained on,
    in any order; other columns are not looked at.
    """
    if output is not None:
        writable(output)
    loaded = load_model(model)
    text = _as_csv(_columns(loaded, rows_of(loaded, source, split, how), proba))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(output, text.encode())


def _columns(model: Model, table: Table, proba: bool) -> dict[str, Array]:
    columns = {model.prepared.target.name: model.predict(table)}
    if proba:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ColumnWarning)  # `predict` has said it
            of_class = model.probabilities(table).T
        columns |= {f"P({name})": of_class[k] for k, name in enumerate(model.prepared.classes or ())}
    return columns


def _as_csv(columns: dict[str, Array]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True))
    return text.getvalue()

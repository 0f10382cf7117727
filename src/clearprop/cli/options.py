"""Options that several commands share, made from the catalogue: the help lists the parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ..fitting.fits import split_again
from ..formulas.catalogue import Part, find, names
from ..formulas.regularizers import Regularizer, as_regularizer
from ..io.model import Model
from ..io.tables.reading import NAMED_SEPARATORS, RAGGED
from ..io.tables.table import Table


class PartText(click.ParamType[str]):
    """The text of a part in the catalogue, `name` or `name(hyper_parameter=value)`."""

    def __init__(self, kind: type[Part], *, none: bool) -> None:
        self.kind, self.name, self.none = kind, kind.kind, none

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not (self.none and value == "none"):
            find(self.kind, value)
        return str(value)


def part_option(
    flag: str, kind: type[Part], about: str, *, default: str | None = None, none: bool = False, **more: Any
) -> Callable[[Any], Any]:
    """An option for a part; its help is `about` and the names in the catalogue."""
    return click.option(
        flag,
        type=PartText(kind, none=none),
        default=default,
        show_default=default is not None,
        metavar=kind.kind.upper(),
        help=f"{about}: {', '.join(names(kind))}.",
        **more,
    )


class RegularizerText(click.ParamType[str]):
    """A regulariser's number or numbers, or its full text."""

    def __init__(self, kind: type[Regularizer]) -> None:
        self.kind, self.name = kind, kind.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        as_regularizer(self.kind, value)
        return str(value)


def regularizer_option(flag: str, kind: type[Regularizer], metavar: str) -> Callable[[Any], Any]:
    """An option for a regulariser's number; its help is the formula and the meaning of the number."""
    (own,) = fields(kind)
    about = f"{kind.formula}; {own.name}: {own.metadata['about']}."
    return click.option(flag, type=RegularizerText(kind), metavar=metavar, help=about)


PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
PARTS = ("all", "training", "validation", "test")
model_argument = click.argument("model", metavar="MODEL")
source_argument = click.argument("source", metavar="SOURCE")
split_option = click.option(
    "--split",
    type=click.Choice(PARTS),
    default="all",
    show_default=True,
    help="Rows of the table it was trained on; `test` are the held-out rows.",
)


_READING = (
    click.option(
        "--separator",
        metavar="SIGN",
        help=f"What stands between cells: one sign, or {', '.join(NAMED_SEPARATORS)}.  [default: found in the file]",
    ),
    click.option("--decimal", type=click.Choice([".", ","]), help="The sign before decimals.  [default: .]"),
    click.option(
        "--encoding", metavar="NAME", help="Such as cp1252 or utf-16.  [default: UTF-8, or as the file is marked]"
    ),
    click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first line names the columns; without names they are 1, 2, ...  [default: it does]",
    ),
    click.option("--skip", type=click.IntRange(min=0), metavar="LINES", help="Lines above the table."),
    click.option("--comment", metavar="SIGN", help="A line that begins with this sign is left out."),
    click.option(
        "--ragged",
        type=click.Choice(RAGGED),
        help="A row with too few or too many cells: refuse the file, fill short ones with gaps, or skip them."
        "  [default: refuse]",
    ),
    click.option("--sheet", metavar="NAME", help="The sheet of a workbook, by name or number."),
    click.option("--table", metavar="NAME", help="The table of a database, or arrays of a .npz file, such as X,y."),
    click.option("--query", metavar="SQL", help="Rows of a database, read only."),
)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how a source is read, for a command that takes those given as the dict `how`."""
    names = ("separator", "decimal", "encoding", "header", "skip", "comment", "ragged", "sheet", "table", "query")

    @wraps(command)
    def collected(**given: Any) -> None:
        how = {name: given.pop(name) for name in names}
        command(how={name: value for name, value in how.items() if value is not None}, **given)

    with_options: Callable[..., None] = collected
    for option in reversed(_READING):
        with_options = option(with_options)
    return with_options


def stem_of(source: str) -> str:
    """The name of a source without its folder and suffixes: "moons" of "moons(noise=0.2)", "a" of "tables/a.csv.gz"."""
    if source == "-":
        return "table"
    name = Path(source.partition("(")[0]).name
    return (
        name.removesuffix(next((suffix for suffix in PACKED if name.endswith(suffix)), "")).rpartition(".")[0] or name
    )


def rows_of(model: Model, source: str, split: str, how: dict[str, Any]) -> Table:
    """The rows of a table that `--split` selects; ValueError where the model was trained on another table."""
    table = model.read(source, **how)
    if split == "all":
        return table
    rows = getattr(split_again(model, table), split)
    if not len(rows):
        raise ValueError(f"the model was trained without {split} rows")
    return table.rows(rows)

"""The options that say how a source of rows is read, shared by all commands that take one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ..io.tables.magic import PACKED
from ..io.tables.reading import NAMED_SEPARATORS, QUOTES, RAGGED, Reading

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
    click.option(
        "--units/--no-units",
        default=None,
        help="Whether the line below the names has units, or names once more, and is no row.  [default: found in the file]",
    ),
    click.option("--skip", type=click.IntRange(min=0), metavar="LINES", help="Lines above the table."),
    click.option("--comment", metavar="SIGN", help="A line that begins with this sign is left out."),
    click.option(
        "--ragged",
        type=click.Choice(RAGGED),
        help="A row with too few or too many cells, or wrong quotes: refuse the file, fill short ones with gaps, or skip them."
        "  [default: refuse]",
    ),
    click.option(
        "--quote",
        type=click.Choice(QUOTES),
        help='The sign around a cell that holds a separator; with none it is a sign like any other.  [default: "]',
    ),
    click.option("--sheet", metavar="NAME", help="The sheet of a workbook, by name or number."),
    click.option(
        "--table",
        metavar="NAME",
        help="The table of a database, a file in a zip, or arrays of a .npz file, such as X,y.",
    ),
    click.option("--query", metavar="SQL", help="Rows of a database, read only."),
    click.option(
        "--on-disk/--in-memory",
        default=None,
        help="Where rows are kept.  [default: in temporary files where the table is too large for the memory]",
    ),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how a source is read, for a command that takes those given as the dict `how`."""
    names = [str(each.name) for each in fields(Reading) if each.name != "text"]

    @wraps(command)
    def collected(**given: Any) -> Any:
        how = {name: given.pop(name) for name in names}
        return command(how={name: value for name, value in how.items() if value is not None}, **given)

    with_options: Callable[..., Any] = collected
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

"""Options that several commands share, made from the catalogue: the help lists the parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..fitting.fits import split_again
from ..formulas.catalogue import Part, find, names
from ..formulas.regularizers import Regularizer, as_regularizer
from ..io.model import Model
from ..io.tables.table import Table


class PartText(click.ParamType[str]):
    """The text of a part in the catalogue, `name` or `name(hyper_parameter=value)`."""

    def __init__(self, kind: type[Part], *, none: bool) -> None:
        self.kind, self.name, self.none = kind, kind.kind, none

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not (self.none and value == "none"):
            find(self.kind, value)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in names(self.kind) if name.startswith(incomplete)]


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


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for a program to read.")
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


def rows_of(model: Model, source: str, split: str) -> Table:
    """The rows of a table that `--split` selects; ValueError where the model was trained on another table."""
    table = model.read(source)
    if split == "all":
        return table
    rows = getattr(split_again(model, table), split)
    if not len(rows):
        raise ValueError(f"the model was trained without {split} rows")
    return table.rows(rows)

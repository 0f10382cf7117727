"""Options that several commands share, made from the catalogue: the help lists the parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..columns.kinds import CATEGORY, KINDS
from ..engines import Ranks
from ..fitting.fits import split_again
from ..fitting.moves import as_factors, as_names
from ..fitting.presets import PRESETS
from ..fitting.recipe import ALL, Recipe
from ..formulas.catalogue import Part, find, names, nearest
from ..formulas.regularizers import Regularizer, as_regularizer
from ..io.model import Model
from ..io.model_file import load_model
from ..io.preprocessing import TASKS
from ..io.tables.datasets import load_table
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


class RowsText(click.ParamType[str | int]):
    """A number of rows, or the word for all of them."""

    name = "rows"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | int:
        try:
            return ALL if value == ALL else int(click.IntRange(min=1).convert(value, param, ctx))
        except click.BadParameter as error:
            self.fail(f"{error.message.removesuffix('.')}, or {ALL}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(ALL)] if ALL.startswith(incomplete) else []


class NamesText(click.ParamType[str]):
    """Names of layers and arrays, with commas between them."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        as_names(value)
        return str(value)


class FactorText(click.ParamType[tuple[str, float]]):
    """NAME=FACTOR, the part of the step size that a layer or an array takes."""

    name = "factor"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        if isinstance(value, tuple):
            return value
        name, equals, factor = value.partition("=")
        if not equals:
            self.fail(f"{value!r} is not LAYER=FACTOR or ARRAY=FACTOR, such as 1=0.1", param, ctx)
        as_factors({name: factor})
        return name, float(factor)


def moves_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how layers move."""
    frozen = click.option(
        "--frozen",
        type=NamesText(),
        metavar="LAYER|ARRAY,...",
        help="Layers or arrays that keep their first weights, such as 1 or W0[2]; W0 are all biases.",
    )
    factors = click.option(
        "--eta-factors",
        type=FactorText(),
        multiple=True,
        metavar="LAYER|ARRAY=FACTOR",
        help="The part of the step size that a layer or an array takes, from 0 to 1.",
    )
    return factors(frozen(command))


task_option = click.option(
    "--task", type=click.Choice(TASKS), help="By default classification if the target is text or has few values."
)
target_option = click.option("--target", metavar="COLUMN", help="The column to predict.")
quiet_option = click.option("--quiet", is_flag=True, help="Print nothing but errors.")


def preset_option(about: str) -> Callable[[Any], Any]:
    """The option of a recipe's preset."""
    return click.option(
        "--preset", type=click.Choice(list(PRESETS)), default=Recipe.preset, show_default=True, help=about
    )


def class_weight_option(about: str) -> Callable[[Any], Any]:
    """The option of the weights of classes."""
    return click.option("--class-weight", type=click.Choice(["balanced"]), help=about)


def ensemble_option(about: str) -> Callable[[Any], Any]:
    """The option of the number of networks whose mean is the model."""
    return click.option(
        "--ensemble",
        type=click.IntRange(min=1),
        default=Recipe.ensemble,
        show_default=True,
        metavar="K",
        help=about,
    )


def held_out_option(about: str) -> Callable[[Any], Any]:
    """The option of the share of rows that is held out."""
    return click.option("--test", type=float, default=Recipe.test, show_default=True, metavar="FRACTION", help=about)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for a program to read.")
report_option = click.option("--report", metavar="FILE", help="Write a report with pictures: one .html file.")


class KindText(click.ParamType[tuple[str, str]]):
    """COLUMN=KIND, with a kind of `columns.kinds.KINDS`, which may say in brackets how texts are written."""

    name = "kind"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(rf"(.+)=((?:{'|'.join(KINDS)})(?:\(.*\))?)", value, re.DOTALL)
        if found is None:
            name, _, kind = value.rpartition("=")
            near = nearest(kind, list(KINDS)) if name else ""
            asked = near if near.endswith("?") else ""
            self.fail(
                f"{value!r} is not COLUMN=KIND{asked}{' A' if asked else '; a'} kind is {', '.join(KINDS)}", param, ctx
            )
        return found[1], found[2]


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what columns are, for `train` and `plan`."""
    for option in reversed(
        (
            click.option(
                "--kind",
                "kinds",
                type=KindText(),
                multiple=True,
                metavar="COLUMN=KIND",
                help=f"What a column is: {', '.join(KINDS)}; also \"number(decimal=',')\" or \"date(first='day')\".",
            ),
            click.option("--text", multiple=True, metavar="COLUMN", help="The same as --kind COLUMN=category."),
            click.option(
                "--ignore",
                multiple=True,
                metavar="COLUMN,...",
                help="Columns to leave out; also patterns such as 'id*'.",
            ),
            click.option(
                "--na", multiple=True, metavar="TEXT", help="A text or number that counts as a gap, such as -999."
            ),
        )
    ):
        command = option(command)
    return command


def gaps_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--na` of commands that have a model, among the options of reading, `how`."""

    @click.option(
        "--na",
        multiple=True,
        metavar="TEXT",
        help="A text or number of SOURCE that counts as a gap, such as inf, beside those of the training.",
    )
    @wraps(command)
    def with_gaps(*args: Any, na: tuple[str, ...], how: dict[str, Any], **options: Any) -> Any:
        return command(*args, how={**how, "na": na} if na else how, **options)

    return with_gaps


def read_for_training(
    source: str,
    text: tuple[str, ...],
    how: dict[str, Any],
    *,
    kinds: Any = (),
    eta_factors: Any = (),
    ranks: Ranks | None = None,
    **choices: Any,
) -> tuple[Recipe, Table]:
    """The recipe, and the table with the file's texts in columns of which a person says how to read them."""
    recipe = Recipe(kinds=dict(kinds) | dict.fromkeys(text, CATEGORY), eta_factors=dict(eta_factors) or None, **choices)
    return recipe, load_table(source, text=recipe.choices.as_texts, strict=False, communicator=ranks, **how)


def opened(model: str, source: str | None) -> Model:
    """The model in a file. Where the table is a model and this is none, the refusal has the command with both in order."""
    try:
        return load_model(model)
    except ValueError as error:
        if source is None or not Path(source).is_file() or not Path(model).is_file():
            raise
        try:
            load_model(source)
        except (ValueError, OSError):
            raise error from None
        raise Swapped(model, source) from None


class Swapped(ValueError):
    """The model and the table are given in the wrong order; `instead` is what stands in the place of each."""

    def __init__(self, model: str, source: str) -> None:
        super().__init__(f"{source} is the model, and {model} is none; the model comes first")
        self.instead = {model: source, source: model}


PARTS = ("all", "training", "validation", "test")
model_argument = click.argument("model", metavar="MODEL")
source_argument = click.argument("source", metavar="SOURCE")
member_option = click.option(
    "--member", type=click.IntRange(min=0), metavar="K", help="Which network of an ensemble, counted from 0."
)
split_option = click.option(
    "--split",
    type=click.Choice(PARTS),
    default="all",
    show_default=True,
    help="Rows of the table it was trained on; `test` are the held-out rows.",
)


def rows_of(model: Model, source: str, split: str, how: dict[str, Any], *, table: Table | None = None) -> Table:
    """The rows of a table that `--split` selects; ValueError where the model was trained on another table.

    `table` is the table of `source` as somebody has read it already.
    """
    table = model.read(source, **how) if table is None else table
    if split == "all":
        return table
    table, _ = model.prepared.with_target(table)
    rows = getattr(split_again(model, table), split)
    if not len(rows):
        raise ValueError(f"the model was trained without {split} rows")
    return table.rows(rows)

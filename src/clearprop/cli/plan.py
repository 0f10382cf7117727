"""`clearprop plan`: what the columns of a table are and what training would make of them."""

from __future__ import annotations

from typing import Any

import click

from ..fitting.choosing import chosen_target
from ..io.described import describe_columns
from .columns_shown import column_lines
from .display import count, fact, say, strong
from .options import column_options, read_for_training
from .reading import reading_options


@click.command("plan")
@click.argument("source")
@click.option("--target", metavar="COLUMN", help="The column to predict.")
@column_options
@reading_options
def command(source: str, how: dict[str, Any], target: str | None, text: tuple[str, ...], **choices: Any) -> None:
    """Show what each column of SOURCE is, how many gaps it has, and what training would make of it.

    SOURCE is a table file or a named data set. Nothing is trained or written. `clearprop train` takes the same options.
    """
    recipe, table = read_for_training(source, text, how, target=target, **choices)
    if recipe.target is None and table.target is None:
        table = recipe.choices.applied(table)
        fact("data", f"{strong(table.source)}: {count(len(table), 'row')}, {count(len(table.names), 'column')}")
        lines = column_lines(describe_columns(table, None, recipe.choices.kinds), table, None)
    else:
        chosen = chosen_target(table, recipe)
        without = f", {chosen.without_target:,} without {chosen.target} left out" if chosen.without_target else ""
        fact("data", f"{strong(chosen.table.source)}: {count(len(chosen.table), 'row')}{without}")
        fact("task", f"{chosen.task} of {strong(chosen.target)}")
        lines = column_lines(chosen.records, chosen.table, chosen.of_target)
    for said in table.said:
        fact("read", said)
    say()
    for line in lines:
        say(line)

"""`clearprop plan`: what the columns of a table are and what training would make of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from ..amounts import count
from ..fitting.fits import plan
from ..fitting.planned import Plan
from ..io.described import describe_columns
from ..io.tables.table import Table
from .columns_shown import column_lines, column_record
from .display import fact, print_json, say, strong
from .options import column_options, json_option, read_for_training, target_option, task_option
from .ranks_shown import gains, links_with, print_gains
from .reading import reading_options
from .summary import said_of_left_out

MOST_RARE = 5
"""Of the classes with one row so many are named."""


def rows_alone(table: Table, target: str) -> list[Any]:
    """The classes that one row has, such as the name of a total."""
    return [name for name, rows in Counter(table.cells(target).values.tolist()).items() if rows == 1]


def _print_target(planned: Plan) -> None:
    """Print how many rows have a target, the task, and of which classes little can be learnt."""
    table, task, name = planned.table, planned.start.prepared.task, str(planned.start.prepared.target.name)
    fact("data", f"{strong(table.source)}: {count(len(table), 'row')}{said_of_left_out(planned, ', ')}")
    fact("task", f"{task} of {strong(name)}")
    if small := planned.said_of_small_classes:
        fact("", small)
    elif task == "classification" and (rare := rows_alone(table, name)):
        more = f" and {len(rare) - MOST_RARE:,} more" if len(rare) > MOST_RARE else ""
        what = "a class has 1 row" if len(rare) == 1 else f"{len(rare):,} classes have 1 row each"
        fact("", f"{what}, and nothing of it can be held out: {', '.join(map(repr, rare[:MOST_RARE]))}{more}")


@click.command("plan")
@click.argument("source")
@target_option
@task_option
@column_options
@click.option(
    "--ranks", type=click.IntRange(min=2), metavar="N", help="Also say what N processes of mpiexec would gain, roughly."
)
@click.option(
    "--wire",
    type=(click.FloatRange(min=0), click.FloatRange(min=0)),
    metavar="US NS",
    help="With --ranks, also over your own network: microseconds of a message, and nanoseconds of each of its bytes.",
)
@reading_options
@json_option
def command(
    source: str,
    how: dict[str, Any],
    target: str | None,
    text: tuple[str, ...],
    ranks: int | None,
    wire: tuple[float, float] | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Show what each column of SOURCE is, how many gaps it has, and what training would make of it.

    SOURCE is a table file or a named data set. Nothing is trained or written. `clearprop train` takes the same options.
    """
    if wire is not None and ranks is None:
        raise click.UsageError("--wire says how long ranks take to send; give --ranks N too")
    links = links_with(wire)
    recipe, table = read_for_training(source, text, how, target=target, **choices)
    planned: Plan | None = None
    if recipe.target is None and table.target is None and ranks is None:
        if recipe.task is not None:
            raise click.UsageError("--task says what is made of a target; give --target COLUMN too")
        table = recipe.choices.applied(table)
        records, of_target, task, without = (
            describe_columns(table, None, recipe.choices.kinds, strict=False),
            None,
            None,
            0,
        )
    else:
        planned = plan(table, recipe)
        table, records, of_target = planned.table, planned.records, planned.of_target
        task, without = planned.start.prepared.task, planned.without_target
    if as_json:
        about = {"source": table.source, "rows": len(table), "read": list(table.said)}
        of = {"task": task, "target": of_target and of_target.name, "rows_without_target": without}
        every = [column_record(each, of_target) for each in (*records, *([of_target] if of_target else []))]
        gained = (
            {} if planned is None or ranks is None else {"ranks": ranks, "times_one_rank": gains(planned, ranks, links)}
        )
        print_json(about | of | {"columns": every} | gained)
        return
    if planned is None:
        fact("data", f"{strong(table.source)}: {count(len(table), 'row')}, {count(len(table.names), 'column')}")
    else:
        _print_target(planned)
    for said in table.said:
        fact("read", said)
    say()
    for line in column_lines(records, table, of_target):
        say(line)
    if planned is not None and ranks is not None:
        print_gains(planned, ranks, links)

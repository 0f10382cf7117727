"""What is to be learnt from a table: its target and task, the rows that have one, and what each column is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..amounts import count
from ..columns import Column
from ..columns.kinds import NUMBER
from ..columns.spellings import respelled
from ..formulas.catalogue import nearest
from ..io.described import describe_columns, describe_target, usable_targets, with_mean_targets, with_target
from ..io.preprocessing import TASKS, abbreviate, infer_task
from ..io.tables.refusal import Refusal
from ..io.tables.table import Table
from .recipe import Recipe


@dataclass(frozen=True)
class Chosen:
    """A table as it is learnt from."""

    table: Table
    """The rows that have a target, without the columns to ignore, with the gaps that somebody named."""
    target: str
    task: str
    records: tuple[Column, ...]
    """What each other column is and becomes."""
    of_target: Column
    without_target: int
    """How many rows were left out."""


def chosen_target(table: Table, recipe: Recipe) -> Chosen:
    """The target, the task and the columns that a recipe and a table say. ValueError where they do not fit."""
    table = recipe.choices.applied(table, _name_of_target(table, recipe))
    _require_no_names_among_rows(table)
    target = _target(table, recipe)
    kinds = recipe.choices.kinds
    of_target = _described_target(table, target, kinds)
    table = _respelled(table, [of_target])
    whole = table
    table, without_target = with_target(table, target, of_target.numbers_form if of_target.becomes == NUMBER else None)
    task = recipe.task
    if task is None:
        said = kinds.get(target, "").partition("(")[0]
        task = {"category": "classification", "number": "regression"}.get(said) or infer_task(table, target)
    if task not in TASKS:
        raise ValueError(f"unknown task {task!r}; there are {', '.join(TASKS)}")
    records = describe_columns(table, target, kinds, in_order=whole)
    table = _respelled(table, records)
    classes = table.cells(target).codes[0] if task == "classification" else None
    records = with_mean_targets(records, table, of_target, classes)
    return Chosen(table, target, task, records, of_target, without_target)


def _require_no_names_among_rows(table: Table) -> None:
    """ValueError where rows of a table are the names of its columns once more; a reader of text files leaves these out."""
    texts = [] if table.on_disk else [name for name in table.names if table.is_text(name)]
    if len(texts) < 2:
        return
    first, *others = texts
    found = [
        row
        for row, text in enumerate(table[first].tolist())
        if text == first and all(table[other][row] == other for other in others)
    ]
    if found:
        others_do = f" and {count(len(found) - 1, 'other')} repeat" if len(found) > 1 else " repeats"
        raise ValueError(
            f"{table.source}, {table.where(found[0])}{others_do} the names of the columns; leave such rows out, or read the "
            "file by clearprop.read_table, which does so"
        )


def _respelled(table: Table, records: Sequence[Column]) -> Table:
    """The table with one spelling of each category of these columns."""
    joined = {str(each.name): each.spellings.joined for each in records if each.spellings.joined}
    columns = {name: respelled(cells, joined.get(name, ())) for name, cells in table.columns.items()}
    return replace(table, columns=columns) if joined else table


def _described_target(table: Table, target: str, kinds: Mapping[str, str]) -> Column:
    """The record of the target. A refusal that an option mends has the options for the other columns too."""
    try:
        return describe_target(table, target, kinds.get(target))
    except Refusal as refused:
        if not (refused.options or refused.ways):
            raise
        try:
            describe_columns(table, target, kinds)
        except Refusal as more:
            raise Refusal.of_all([refused, more]) from None
        raise


def _name_of_target(table: Table, recipe: Recipe) -> str | None:
    """The target's name as far as it is known before columns are left out."""
    given = recipe.target if recipe.target is not None else table.target
    return table.name_of(given) if isinstance(given, str) and (given in table or table.has_place(given)) else None


def _target(table: Table, recipe: Recipe) -> str:
    target = recipe.target if recipe.target is not None else table.target
    if isinstance(target, int | np.integer) and not isinstance(target, bool):
        target = str(target)  # labels of frames are texts in a table
    if target is not None and not isinstance(target, str):
        raise TypeError(f"target is the name of a column, given {target!r}")
    if target is None:
        likely = (
            usable_targets(describe_columns(table, None, recipe.choices.kinds, strict=False))[:1] if len(table) else []
        )
        raise Refusal(
            f"which column of {table.source} is the target? It has {abbreviate(table.names)}",
            [f"--target={name}" for name in likely],
        )
    if target not in table and target.strip() in table:
        return target.strip()
    if target not in table and not table.has_place(target):
        near = nearest(target, table.names)
        found = near.partition("did you mean ")[2].rstrip("?").strip("'\"") if "did you mean" in near else ""
        try:
            table.cells(target)
        except ValueError as error:
            raise Refusal(str(error), [f"--target={found}"] if found in table else [], look=True) from None
    return table.name_of(target)

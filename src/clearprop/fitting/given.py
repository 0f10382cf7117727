"""What is given to `fit`, checked: a table or its file; a recipe, or choices by name. Nothing is chosen here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from os import PathLike
from typing import Any

from ..io.tables.datasets import load_table
from ..io.tables.reading import Reading
from ..io.tables.table import Table, as_table
from ..training.unknown_arguments import said_of_unknown
from .recipe import Recipe

IN_STOP = {"time": "stop='time_limit(seconds=60)'", "patience": "stop='no_improvement(patience=10)'"}
"""Options of the shell that are stop conditions, and how Python says them."""


READING = frozenset(each.name for each in fields(Reading))
"""Options of `read_table`."""


def table_of(given: Any, recipe: Recipe, communicator: Any = None) -> Table:
    """The table that is given: one, or what `Table.of` makes one of; or the path of a file, or the name of a data set.

    A file is read without options, with texts in the columns of which the recipe says how to read them.
    """
    if not isinstance(given, str | PathLike):
        return as_table(given)
    return load_table(given, text=recipe.choices.as_texts, strict=False, communicator=communicator)


def recipe_of(recipe: Any, choices: Mapping[str, Any]) -> Recipe:
    """The recipe with the choices. TypeError for what is none, and for a name that no choice has, with the nearest one.

    >>> recipe_of(None, {"epoch": 3})
    Traceback (most recent call last):
    TypeError: fit has no choice 'epoch'; did you mean 'epochs'?
    """
    if recipe is not None and not isinstance(recipe, Recipe):
        raise TypeError(
            f"the second argument is a Recipe; given {type(recipe).__name__}. The target is a column of the table, "
            "named as target='price'"
        )
    known = [each.name for each in fields(Recipe)]
    for name in choices:
        if name not in known:
            said = f"; give {IN_STOP[name]}" if name in IN_STOP else said_of_unknown(name, known)
            if name in READING:
                said = f"; clearprop.read_table(FILE, {name}=...) reads a file so, and gives the table"
            raise TypeError(f"fit has no choice {name!r}{said}")
    return Recipe(**choices) if recipe is None else replace(recipe, **choices)

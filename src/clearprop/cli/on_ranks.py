"""What `clearprop train` does on several ranks: the first one as ever, the others take part and write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..engines.ranks import Ranks
from ..engines.sharing import default_shards
from ..fitting.fits import plan, take_part
from ..fitting.planned import Plan, require_same_plan
from ..fitting.recipe import Recipe
from ..io.tables.refusal import Refusal
from ..io.tables.table import Table
from ..runs.kept import follow as follow_kept
from .display import fact


def require_one_training(ranks: Ranks, cv: int | None, choices: dict[str, Any]) -> None:
    """Choose the number of shards, where nobody has. ValueError for what ranks do not share."""
    if cv is not None:
        raise Refusal("--cv trains folds one after another, in one process; leave it out, or mpiexec", without=["--cv"])
    if choices["shards"] is None:
        choices["shards"] = default_shards(ranks.size)


def follow(ranks: Ranks, given: tuple[Recipe, Table], *, kept: bool) -> bool:
    """Take part as a rank that is not the first, whose `kept` run is in a folder. Gives whether training was interrupted."""
    recipe, table = given
    planned = replace(plan(table, recipe), ranks=ranks)
    if kept:
        return follow_kept(planned)
    require_same_plan(planned)
    _, run, again = take_part(planned)
    return (again or run).stopped_because == "interrupted"


def print_ranks(ranks: Ranks, planned: Plan, folder: str | None) -> None:
    """Print where the ranks are, and what to do where one of them dies."""
    where = ", ".join(f"{ranks.hosts.count(host)} on {host}" for host in dict.fromkeys(ranks.hosts))
    fact("ranks", f"{where}; each batch is cut into {planned.recipe.shards} shards")
    if ranks.size > 1:
        fact("", f"if one rank dies, all end; {_after_a_death(folder)}")


def _after_a_death(folder: str | None) -> str:
    """What is left of a training that ended."""
    if folder is None:
        return "nothing is kept, and with --run FOLDER there would be checkpoints"
    return f"clearprop train --resume {folder} goes on from the last checkpoint"

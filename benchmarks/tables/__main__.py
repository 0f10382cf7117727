"""`python -m benchmarks.tables FOLDER`: defaults, recipes and presets on every table of a folder, beside other models.

FOLDER holds CSV files, and `tables.csv` with the columns file, target and ignore; without it the last column of each is the
target. Every table is split `--splits` times, a quarter held out; all contenders get the same splits. Each runs in a process of
its own with one thread. Results are appended to `--results` as they come, and what is there is not measured again.

    python -m benchmarks.tables FOLDER --recipe 'adam:optimizer="adam", epochs=100' --only adam,linear,trees
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .contenders import OTHERS, OURS, Best, Contender, recipe
from .running import read, run
from .summary import each_table, summary
from .task import tasks_in


def main() -> None:
    """Measure, and print who wins."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", action="append", default=[], metavar="NAME:CHOICES", help="choices of cp.Recipe")
    parser.add_argument("--best", action="append", default=[], metavar="NAME:RECIPE,...", help="the best by validation")
    parser.add_argument("--cleaned", action="store_true", help="fill gaps and group categories before a --recipe")
    parser.add_argument("--only", metavar="NAME,...", help="contenders to measure; all but the preset by default")
    parser.add_argument("--tables", metavar="NAME,...", help="tables to measure")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000, help="the most rows of a table; others are drawn at random")
    parser.add_argument("--limit", type=float, default=300, help="seconds for the splits of a table")
    parser.add_argument("--results", type=Path, default=Path("results.csv"))
    given = parser.parse_args()
    recipes = {text.partition(":")[0]: recipe(text.partition(":")[2], clean=given.cleaned) for text in given.recipe}
    best = {text.partition(":")[0]: text.partition(":")[2].split(",") for text in given.best}
    chosen_of = {name: Best(tuple(recipes[each] for each in names)) for name, names in best.items()}
    every: dict[str, Contender] = {**OURS, **recipes, **chosen_of, **OTHERS}
    chosen = given.only.split(",") if given.only else [name for name in every if name != "tabular-estimator"]
    tasks = tasks_in(given.folder, given.rows)
    if given.tables:
        tasks = [task for task in tasks if task.name in given.tables.split(",")]
    contenders = {name: every[name] for name in chosen}
    run(tasks, contenders, given.results, splits=given.splits, limit=given.limit)
    results = [each for each in read(given.results) if each.contender in contenders]
    print(f"\n{each_table(results)}\n\n{summary(results)}")


if __name__ == "__main__":
    main()

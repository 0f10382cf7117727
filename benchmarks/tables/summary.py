"""Who wins: means over the splits, compared table by table, as a table in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping

import numpy as np

from .running import Result

TIE = {"classification": 0.005, "regression": 0.01}
"""A difference of accuracy, or of R², that counts as none."""

Table = Mapping[str, list[Result]]
"""The results of one table, by contender."""


def by_table(results: Iterable[Result]) -> dict[str, dict[str, list[Result]]]:
    """Results by table and by contender."""
    made: dict[str, dict[str, list[Result]]] = {}
    for each in results:
        made.setdefault(each.table, {}).setdefault(each.contender, []).append(each)
    return made


def mean(results: list[Result], what: str = "score") -> float:
    """The mean over the splits; NaN where one of them was refused."""
    if not results or any(each.refused for each in results):
        return float("nan")
    return statistics.fmean(getattr(each, what) for each in results)


def compared(tables: Iterable[Table], one: str, other: str) -> tuple[int, int, int]:
    """Wins, ties and losses of one contender against another; what it refused is lost, what the other refused is won."""
    wins = ties = losses = 0
    for table in tables:
        if one not in table or other not in table:
            continue
        ours, theirs = mean(table[one]), mean(table[other])
        within = TIE[table[one][0].task]
        if np.isnan(ours):
            losses += 1
        elif np.isnan(theirs) or ours > theirs + within:
            wins += 1
        elif ours >= theirs - within:
            ties += 1
        else:
            losses += 1
    return wins, ties, losses


def summary(results: list[Result]) -> str:
    """The comparison of every contender with every other one, log losses, times and refusals."""
    found = by_table(results)
    names = list(dict.fromkeys(each.contender for each in results))
    lines = [
        "| | " + " | ".join(f"beats or ties {name}" for name in names) + " | log loss, lower | seconds | refused |"
    ]
    lines.append("| --- |" + " --- |" * (len(names) + 3))
    for name in names:
        cells = [against(found.values(), name, other) for other in names]
        lines.append(
            f"| {name} | {' | '.join(cells)} | {log_losses(found.values(), name, names)} | {times(results, name)} |"
        )
    refusals = [f"- {each.contender}, {each.table}: {each.refused}" for each in results if each.refused]
    return "\n".join([*lines, "", *refusals])


def against(tables: Iterable[Table], one: str, other: str) -> str:
    """Wins, ties, losses, and the share of tables that were not lost."""
    if one == other:
        return "·"
    wins, ties, losses = compared(tables, one, other)
    total = wins + ties + losses
    return f"{(wins + ties) / total:.0%} ({wins}, {ties}, {losses})" if total else "·"


def log_losses(tables: Iterable[Table], one: str, names: list[str]) -> str:
    """Against each other contender, on how many tables of classes the log loss is lower."""
    cells = []
    for other in names:
        pairs = [(mean(t[one], "log_loss"), mean(t[other], "log_loss")) for t in tables if one in t and other in t]
        lower = [a < b for a, b in pairs if not np.isnan(a + b)]
        if other != one and lower:
            cells.append(f"{other} {sum(lower)} of {len(lower)}")
    return ", ".join(cells)


def times(results: list[Result], name: str) -> str:
    """The median and the largest of the tables' median times; the number of tables that were refused."""
    own = [each for each in results if each.contender == name]
    tables = by_table(each for each in own if not each.refused)
    medians = [statistics.median(each.seconds for each in table[name]) for table in tables.values()]
    middle = f"{statistics.median(medians):.2g}, at most {max(medians):.2g}" if medians else "·"
    return f"{middle} | {len({each.table for each in own if each.refused})}"


def each_table(results: list[Result]) -> str:
    """A line for each table, with every contender's mean score, the best in bold."""
    names = list(dict.fromkeys(each.contender for each in results))
    lines = ["| table | rows | task | " + " | ".join(names) + " |", "| --- |" + " --- |" * (len(names) + 2)]
    for table, found in by_table(results).items():
        means = [mean(found.get(name, [])) for name in names]
        best = max((value for value in means if not np.isnan(value)), default=float("nan"))
        cells = ["·" if np.isnan(value) else f"**{value:.3f}**" if value == best else f"{value:.3f}" for value in means]
        first = next(iter(found.values()))[0]
        lines.append(f"| {table} | {first.rows:,} | {first.task} | {' | '.join(cells)} |")
    return "\n".join(lines)

"""`python -m benchmarks.published`: published tables of feed-forward networks, measured again beside what was published.

Each row is measured from ten seeds; its mean and standard deviation are printed. A row is *better* or *below* where the mean
differs from the published figure by more than one standard error of the difference and half a unit of its last digit; else it
is *equal*. Where only one run was published, its standard error is the deviation of a run. What is not at hand is printed as
not run, and counts for nothing. Every run is written to `--results` at once, and is not repeated there.

Names of groups measure only these: scikit-learn, bundled, Fashion-MNIST, MNIST-1D, Nielsen, Proben1, RealMLP.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from ..machine import processor
from . import bundled, fashion, mnist_1d, nielsen, proben1, pytabkit, scikit_learn
from .rows import Comparison, Given, Group, Row

SEEDS, WANTED = 10, 0.9
GROUPS: tuple[Group, ...] = tuple(
    module.GROUP for module in (scikit_learn, bundled, fashion, mnist_1d, nielsen, proben1, pytabkit)
)
Runs = dict[tuple[str, str, str, int], float]
"""Figures by group, row, whose they are (`ours` or `beside`), and seed."""


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is not there yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--mnist", type=Path, metavar="FOLDER", help="MNIST's four files, packed or not")
    parser.add_argument("--proben1", type=Path, metavar="FOLDER", help="any of Proben1's .dt files")
    parser.add_argument("--fashion", type=Path, metavar="FOLDER", default=Given.fashion)
    parser.add_argument("--results", type=Path, default=Path("build/tables.jsonl"))
    parser.add_argument("groups", nargs="*", help="names of groups; all of them if none is given")
    given = parser.parse_args(words)
    known = {group.name: group for group in GROUPS}
    if unknown := set(given.groups) - set(known):
        parser.error(f"unknown group {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    at_hand = Given(given.mnist, given.proben1, given.fashion)
    print(f"{processor()}; {given.seeds} seeds", flush=True)
    verdicts: list[str] = []
    given.results.parent.mkdir(parents=True, exist_ok=True)
    runs = read(given.results)
    with given.results.open("a") as file:
        for group in GROUPS:
            if not given.groups or group.name in given.groups:
                verdicts += table(group, at_hand, given.seeds, runs, file)
    print(f"\n{summary(verdicts)}")


def table(group: Group, given: Given, seeds: int, runs: Runs, file: TextIO) -> list[str]:
    """Print a group's table; gives the verdicts of its rows."""
    print(f"\n## {group.title}\n\n{group.source}. Here: {group.settings}.\n")
    if lacking := group.lacking(given):
        print(f"Not run: {lacking}.", flush=True)
        return []
    print("| row | published | mean | sd | verdict | remark |\n| --- | --- | --- | --- | --- | --- |")
    verdicts = []
    for row in group.rows(given):
        compared = Comparison(row, *measured(group, row, seeds, runs, file))
        print(line(compared), flush=True)
        verdicts.append(compared.verdict)
    return [verdict for verdict in verdicts if verdict]


def measured(
    group: Group, row: Row, seeds: int, runs: Runs, file: TextIO
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Our figures and, where the other software is measured too, its figures: one for each seed."""

    def each(who: str, measure: Callable[[int], float]) -> Iterator[float]:
        for seed in range(seeds):
            key = group.name, row.name, who, seed
            if key not in runs:
                runs[key] = measure(seed)
                print(json.dumps([*key, runs[key]]), file=file, flush=True)
            yield runs[key]

    return tuple(each("ours", row.measure)), tuple(each("beside", row.beside)) if row.beside else ()


def read(path: Path) -> Runs:
    """What a file of results has; nothing where there is none."""
    if not path.exists():
        return {}
    return {
        (group, row, who, seed): value
        for group, row, who, seed, value in map(json.loads, path.read_text().splitlines())
    }


def line(compared: Comparison) -> str:
    """A row of the table."""
    row, known = compared.row, compared.published
    published = row.published or ("" if known is None else f"{known:.4g}")
    decimals = max(3, len(published.partition(".")[2]))
    figures = f"{compared.mean:.{decimals}f} | {compared.deviation:.{decimals}f}"
    return f"| {row.name} | {published} | {figures} | {compared.verdict or 'nothing to compare with'} | {row.remark} |"


def summary(verdicts: Sequence[str]) -> str:
    """How many rows are at or better than published, of those that were run."""
    if not verdicts:
        return "No row was run."
    better, equal = verdicts.count("better"), verdicts.count("equal")
    share = (better + equal) / len(verdicts)
    below = len(verdicts) - better - equal
    said = f"{better} are better, {equal} equal and {below} below"
    return f"Of {len(verdicts)} rows {said}: {share:.0%} better or equal, wanted {WANTED:.0%}."


if __name__ == "__main__":
    main(sys.argv[1:])

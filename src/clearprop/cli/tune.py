"""`clearprop tune`: searches the choices of a training for a table, and trains the best."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from ..amounts import count, number
from ..fitting.recipe import Recipe
from ..io.plots import require_matplotlib
from ..io.preprocessing import TASKS
from ..tuning.folder import BEST, RECIPE, REPORT
from ..tuning.problem import LOSS
from ..tuning.report import held_out_said
from ..tuning.search import TRIALS, Search, begin, carry_on
from ..tuning.study import FAILED, Tried
from ..tuning.tuned import Tuned
from .display import fact, grid, print_json, quiet, remark, say, strong, terminal_width
from .options import (
    class_weight_option,
    column_options,
    ensemble_option,
    held_out_option,
    json_option,
    preset_option,
    quiet_option,
    read_for_training,
    target_option,
)
from .reading import reading_options, stem_of
from .signals import Signals
from .summary import print_scores

SHOWN = 10
"""The best trials that are listed."""
MOST_REASONS = 3
SECONDS = "seconds"
"""The column of the time that a trial took."""


@click.command("tune")
@click.argument("source")
@target_option
@click.option("--task", type=click.Choice(TASKS), help="By default as `train` infers it.")
@column_options
@click.option(
    "--space",
    metavar="FILE",
    help="A TOML file of what is tried; `clearprop init --tune` writes one.  [default: that one]",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    default=TRIALS,
    show_default=True,
    metavar="N",
    help="All trials of the study.",
)
@click.option("--time", type=float, metavar="SECONDS", help="Begin no trial after this time, and train the best.")
@click.option(
    "--jobs",
    type=int,
    default=1,
    show_default=True,
    metavar="K",
    help="Trials at a time, each in a process; -1 for all cores.",
)
@click.option(
    "--threads", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Threads of one training."
)
@click.option(
    "--by",
    default=LOSS,
    show_default=True,
    metavar="METRIC",
    help="What trials are compared by on validation rows: loss, or a metric such as accuracy or rmse.",
)
@preset_option("What decides the rest.")
@class_weight_option("Give all classes the same total weight, in trials too.")
@ensemble_option("Train K networks by the best trial's choices; the model is their mean.")
@click.option(
    "--validation",
    type=float,
    metavar="FRACTION",
    help="Rows that compare trials.  [default: a fifth of those to learn from]",
)
@held_out_option("Rows that no trial sees, scored once at the end.")
@click.option(
    "--seed", type=int, default=Recipe.seed, show_default=True, help="Seed of the split, trials and trainings."
)
@click.option(
    "-o", "--output", metavar="FOLDER", help="The folder of the study, where it also goes on.  [default: SOURCE.study]"
)
@quiet_option
@json_option
@reading_options
def command(
    source: str,
    how: dict[str, Any],
    text: tuple[str, ...],
    space: str | None,
    trials: int,
    time: float | None,
    jobs: int,
    threads: int,
    by: str,
    output: str | None,
    quiet: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Search the choices of a training for SOURCE by validation rows, and train the best.

    The study is kept in a folder: trials, the best model, its configuration, a report. The same command goes on where it
    stopped, however it stopped; several may share a folder. Ctrl-C keeps everything.
    """
    silent = quiet or as_json
    recipe, table = read_for_training(source, text, how, **choices)
    folder = output or f"{stem_of(source)}.study"
    report, without = _report(folder)
    search = begin(
        table,
        recipe,
        folder,
        space=space,
        trials=trials,
        seconds=time,
        jobs=jobs,
        threads=threads,
        by=by,
        report=report,
    )
    if not silent:
        _print_search(search, space)
    with Signals() as signals:
        tuned = carry_on(search, progress=False if silent else None)
        if as_json:
            print_json({**tuned.to_dict(), "report": None if tuned.fit is None else report and str(report)})
        elif not quiet:
            _print(tuned, search, without)
    if tuned.interrupted:
        sys.exit(signals.status)
    if tuned.best is None and not tuned.others:
        raise ArithmeticError(_why_none(tuned))


def _report(folder: str) -> tuple[Path | None, str]:
    """The report's file, or why there is none."""
    try:
        require_matplotlib()
    except ImportError as error:
        return None, str(error)
    return Path(folder) / REPORT, ""


def _print_search(search: Search, space: str | None) -> None:
    """What is searched on which rows, and what of it is done already."""
    planned, problem = search.problem.planned, search.problem
    split = planned.split
    fact(
        "data",
        f"{strong(planned.table.source)}: {count(len(planned.table), 'row')}, {len(split.training):,} for training, "
        f"{len(split.validation):,} for validation, which compare trials",
    )
    held = (
        f"{count(len(split.test), 'row')}, which no trial sees; scored once, at the end"
        if len(split.test)
        else "no rows"
    )
    fact("held out", held)
    fact("task", f"{problem.planned.start.prepared.task} of {strong(problem.target)}")
    for said in planned.said("--kind={name}={kind}"):
        fact("", said)
    every = {name: " | ".join(_text(each) for each in of) for name, of in problem.space.to_dict().items()}
    fact(
        "space",
        space
        or f"the default one for {count(len(split.training), 'row')}; `clearprop init --tune` writes that for 1,000",
        *(f"{k}: {v}" for k, v in every.items()),
    )
    folds = f", the mean of {len(problem.folds)} folds" if len(problem.folds) > 1 else ""
    fact("search", f"{count(search.limits.trials, 'trial')} by validation {problem.by.replace('_', ' ')}{folds}")
    done = len(search.study.tried())
    fact("study", f"{strong(str(search.folder))}" + (f": goes on after {count(done, 'trial')}" if done else ""))
    say()


def _print(tuned: Tuned, search: Search, without: str) -> None:
    """The best trials, what failed and why, the scores of the best one, and the files."""
    counts = ", ".join(f"{n} {state}" for state, n in tuned.counts.items())
    fact("trials", counts or "none")
    _print_trials(tuned)
    _print_failures([each for each in tuned.trials if each.state == FAILED])
    if tuned.interrupted:
        fact("interrupted", "everything is kept; the same command goes on from here")
        if tuned.best is not None:
            fact("", f"{search.folder.path / BEST} has the network of trial {tuned.best.number}, the best so far")
        return
    if tuned.others:
        fact("", f"trial {', '.join(map(str, tuned.others))} is trained by another process, which ends the study")
        return
    if tuned.fit is None:
        return
    say()
    print_scores(tuned.fit.scores, tuned.fit.beside, refit=tuned.fit.refit is not None)
    for said in held_out_said(tuned):
        remark(said)
    say()
    path = search.folder.path
    fact("model", f"{strong(str(path / BEST))} {quiet(f'of trial {tuned.best.number}' if tuned.best else '')}")
    fact("choices", f"{strong(str(path / RECIPE))} {quiet(f'for clearprop train {path / RECIPE}')}")
    fact("report", strong(str(path / REPORT)) if search.report is not None else f"none: {without}")


def _print_trials(tuned: Tuned) -> None:
    """A line for each of the best trials, with the choices that differ and fit into the terminal."""
    ranked = [each for each in tuned.ranked if each.state != FAILED][:SHOWN]
    if not ranked:
        return
    keys = [key for key, of in tuned.space.to_dict().items() if len(of) > 1 or "{" in str(of[0])]
    width = terminal_width()
    left_out: list[str] = []
    columns = [*keys, SECONDS]  # of the columns on the right the first to go
    lines = _lines(ranked, tuned.by, columns)
    while columns and max(map(len, map(click.unstyle, lines))) > width:
        left_out.insert(0, columns.pop())
        lines = _lines(ranked, tuned.by, columns)
    say(quiet(lines[0].rstrip()))
    for line in lines[1:]:
        say(line.rstrip())
    if left_out:
        remark(f"no room for {', '.join(left_out)}: a wider terminal shows them, and --json everything")


def _lines(trials: list[Tried], by: str, columns: list[str]) -> list[str]:
    """The header and a line for each trial."""
    keys = [key for key in columns if key != SECONDS]
    cells = {
        key: _told_apart([_text(each.values[key]) if key in each.values else "" for each in trials]) for key in keys
    }
    timed = SECONDS in columns
    rows = [["", "trial", *keys, by.replace("_", " "), *[SECONDS] * timed]]
    for place, each in enumerate(trials):
        value = "" if each.value is None else number(each.value)
        seconds = "" if each.seconds is None else f"{each.seconds:.2f}"
        state = each.state if each.state != "complete" else f"{place + 1}"
        values = [cells[key][place] for key in keys]
        rows.append([state, str(each.number), *values, value if place else strong(value), *[seconds] * timed])
    return grid(rows, left=2 + len(keys))


def _told_apart(texts: list[str]) -> list[str]:
    """Parts with their arguments, such as cosine(start=0.01, steps=0): where all are the same part, what differs of it."""
    found = [re.fullmatch(r"(\w+)\((.*)\)", text) for text in texts]
    if len(texts) < 2 or not all(found) or len({each[1] for each in found if each}) > 1:
        return texts
    given = [dict(pair.partition("=")[::2] for pair in each[2].split(", ")) for each in found if each]
    differing = [name for name in given[0] if len({each.get(name) for each in given}) > 1]
    if len(differing) != 1 or any({*each} != {*given[0]} for each in given):
        return texts
    return [each[differing[0]] for each in given]


def _text(value: Any) -> str:
    return '""' if value == "" else str(value)


def _print_failures(failed: list[Tried]) -> None:
    for each in failed[:MOST_REASONS]:
        fact("failed" if each is failed[0] else "", f"trial {each.number}: {each.because}")
    if len(failed) > MOST_REASONS:
        fact("", f"and {len(failed) - MOST_REASONS} more; --json and the report have their reasons")


def _why_none(tuned: Tuned) -> str:
    """Why there is no best trial."""
    failed = [each for each in tuned.trials if each.state == FAILED]
    if failed:
        return f"no trial is complete; {len(failed)} failed, such as trial {failed[0].number}: {failed[0].because}"
    return "no trial was complete before the time was over; give more --time, and the same command goes on"

"""What `clearprop train` prints: the plan before the first step, and the results."""

from __future__ import annotations

from pathlib import Path

from ..fitting.fits import Fit, Plan
from ..fitting.recipe import REGULARIZERS
from ..fitting.scores import Scores
from .display import count, fact, forward, grid, percent, quiet, say, strong

PARTS = {"training": "training", "validation": "validation", "test": "held out"}
"""The names of the parts of the split in the output."""


def print_plan(planned: Plan) -> None:
    """Print the data, the task, the network and the optimiser."""
    start, split, facts = planned.start, planned.split, planned.start.facts
    shares = [
        (len(split.training), "for training"),
        (len(split.validation), "for validation"),
        (len(split.test), "held out"),
    ]
    fact(
        "data",
        f"{strong(facts['source'])}: {count(facts['rows'], 'row')}, "
        + ", ".join(f"{number:,} {purpose}" for number, purpose in shares if number),
    )
    classes = start.prepared.classes
    fact(
        "task",
        f"{facts['task']} of {strong(facts['target'])}"
        + ("" if classes is None else f", {count(len(classes), 'class')}")
        + f", from {count(len(start.prepared.inputs), 'column')}",
    )
    fact("network", forward(str(start.network).removeprefix("Network ")))
    eta = "" if facts["eta"] is None else f"eta {facts['eta']}, "
    batches = "all rows in a step" if facts["batch_size"] is None else f"batches of {facts['batch_size']}"
    penalty = f", penalty {facts['penalty']}" if facts["penalty"] else ""
    fact(
        "steps",
        f"{facts['optimizer']}, {eta}{batches}, loss {facts['loss']}{penalty}",
    )
    added = [facts[name] for name in (*REGULARIZERS, "class_weight", "averaging") if facts[name]]
    if added:
        fact("with", ", ".join(added))


def print_fit(fitted: Fit, path: Path | None, plot: str | None) -> None:
    """Print the course of training, the scores, and the model file's name where one was written."""
    run, history = fitted.run, fitted.run.history
    if len(history):
        steps, epochs, seconds = (history[name][-1] for name in ("step", "epoch", "seconds"))
        fact("trained", f"{count(int(steps), 'step')}, {epochs:.4g} epochs, {seconds:.2f} s; {run.stopped_because}")
    if run.restarts is not None:
        low, high = run.restarts.min(), run.restarts.max()
        fact("restarts", f"the best of {len(run.restarts)}, with losses from {low:.4g} to {high:.4g}")
    fact("engine", str(run.engine))
    say()
    print_scores(fitted.scores)
    say()
    if path is not None:
        fact("model", f"{strong(str(path))} {quiet(f'({path.stat().st_size:,} bytes)')}")
    if plot is not None:
        fact("plot", strong(plot))


def print_scores(scores: dict[str, Scores]) -> None:
    """Print a line for each part of the split, with a column for each metric."""
    measures = list(next(iter(scores.values())).metrics)
    rows = [["", "rows", *map(measure_name, measures), "loss"]]
    for part, found in scores.items():
        values = [measure(name, value) for name, value in found.metrics.items()]
        if part == list(scores)[-1]:
            values = [strong(value) for value in values]
        rows.append([PARTS.get(part, part), f"{found.rows:,}", *values, f"{found.loss:.4g}"])
    header, *lines = grid(rows)
    for line in (quiet(header), *lines):
        say(line)


def measure_name(name: str) -> str:
    """A metric's name for the output."""
    return {"rmse": "RMSE", "mae": "MAE", "r2": "R²"}.get(name, name)


def measure(name: str, value: float) -> str:
    """A metric's value for the output."""
    return percent(value) if name == "accuracy" else f"{value:.4g}"

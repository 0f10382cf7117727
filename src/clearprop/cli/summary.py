"""What `clearprop train` prints: the plan before the first step, and the results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..amounts import count, number
from ..columns.kinds import NUMBER, said_of_gaps
from ..engines.distributed_statistics import BY_NUMPY
from ..ensemble import one_of
from ..fitting.fits import Fit
from ..fitting.moves import said_of
from ..fitting.planned import Plan
from ..fitting.presets import LEAST_ROWS, PRESETS
from ..fitting.recipe import NO_HIDDEN_LAYERS, REGULARIZERS, Recipe
from ..fitting.refitting import has_one_minimum
from ..fitting.scores import Scores
from ..fitting.wording import SHOWN, before_refit, measure, measure_name, remarks_of, said_of_loss, verdict
from ..formulas.scalings import Standard
from ..formulas.schedules import as_schedule
from ..training.stopping import taken_all
from .columns_shown import MOST_COLUMNS, column_counts, column_lines, lines_of_spellings
from .display import LABEL_WIDTH, fact, forward, grid, quiet, remark, say, strong

PARTS = {"training": "training", "validation": "validation", "test": "held out"}
"""The names of the parts of the split in the output."""


HOW_WITHOUT_LIMIT = ("without it all is made; --epochs N makes each training shorter",)
"""How a person has what a limit of time leaves out."""


def part_name(part: str, *, refit: bool) -> str:
    """The name of a part, with what is to be known of its scores."""
    return PARTS.get(part, part) + before_refit(part, refit=refit)


def _step_size(eta: float | str) -> str:
    """A step size or a schedule as it is given; one whose end is that of the training, steps=0, says so."""
    schedule = as_schedule(eta)
    return f"{eta} over the whole training" if schedule.over(1) != schedule else str(eta)


def said_of_left_out(planned: Plan, before: str) -> str:
    """How many rows have no target, and which texts count as such, behind the words before it; empty where all have one."""
    of_target = planned.of_target
    if of_target is None or not planned.without_target:
        return ""
    gaps = f" ({said_of_gaps(of_target.others)})" if of_target.others else ""
    return f"{before}{planned.without_target:,} without {of_target.name} left out{gaps}"


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
        + ", ".join(f"{number:,} {purpose}" for number, purpose in shares if number)
        + said_of_left_out(planned, "; "),
    )
    for said in planned.table.said:
        fact("read", said)
    classes = start.prepared.classes
    fact(
        "task",
        f"{facts['task']} of {strong(facts['target'])}"
        + ("" if classes is None else f", {count(len(classes), 'class')}")
        + f", from {count(len(start.prepared.inputs), 'column')}",
        *(lines_of_spellings(planned.of_target) if planned.of_target is not None else []),
        *filter(None, [planned.said_of_small_classes]),
    )
    mean = f"; the mean of {facts['ensemble']} such networks" if facts["ensemble"] else ""
    _print_columns(planned)
    fact("network", forward(str(start.network).removeprefix("Network ")) + mean)
    eta = "" if facts["eta"] is None else f"eta {_step_size(facts['eta'])}, "
    batches = "all rows in a step" if facts["batch_size"] is None else f"batches of {facts['batch_size']}"
    length = count(float(facts["epochs"]), "epoch") if facts["steps"] is None else count(facts["steps"], "step")
    fact(
        "steps",
        f"{facts['optimizer']}, {eta}{batches}, {length}",
    )
    several = planned.recipe.penalties
    penalty = f", penalty {facts['penalty']}" if facts["penalty"] else ""
    if len(several) > 1:
        penalty = f", penalty (the best of {len(several)} by validation loss)"
    fact("loss", f"{facts['loss']}{penalty}", *[", ".join(several)] * (len(several) > 1))
    if "decided_by" in facts:
        least = LEAST_ROWS[facts["preset"]]
        fact("preset", f"{facts['decided_by']}, because {facts['preset']} is for {least:,} rows to learn from and more")
    _print_rivals(planned.rivals)
    added = [facts[name] for name in (*REGULARIZERS, "class_weight", "averaging") if facts[name]]
    added += said_of(facts)
    added += ["calibration by temperature"] * bool(facts["calibration"])
    added += ["a refit on training and validation rows"] * bool(facts["refit"])
    if planned.recipe.compression is not None:
        added.append(f"gradients sent as {planned.recipe.compression}")
    if added:
        fact("with", ", ".join(added))
    normalised = one_of(start.network).normalization.values()
    if planned.recipe.shards is not None and any(part.axis == 0 for part in normalised):
        fact("engine", f"numpy, which is slower: {BY_NUMPY}; --normalization layer_norm has one")
    if left_out := planned.left_out_by_time:
        fact("time", f"the limit is for one training, and leaves out {left_out}", *HOW_WITHOUT_LIMIT)
    if planned.without_refit:
        fact("refit", "none: the table is in files, and a refit would write its inputs once more; --refit asks for it")


def _print_rivals(rivals: Mapping[str, Recipe]) -> None:
    """What else is compared by validation loss, and how the person keeps what the preset is."""
    networks = list(dict.fromkeys(f"{each.layers}, {each.optimizer}" for each in rivals.values() if each.layers))
    lines = [f"{each}, with a penalty, unless the first is clearly better by validation loss" for each in networks]
    if NO_HIDDEN_LAYERS in rivals:
        lines.append("no hidden layers, where they are not clearly better by validation loss; --layers keeps them")
    if lines:
        fact("or", *lines)


def _print_columns(planned: Plan) -> None:
    """What each column becomes; of many columns only how many there are of each kind, and what is left out."""
    records = planned.records
    plain = all(record.kind == NUMBER and not (record.gaps or record.others) for record in records)
    if plain or len(records) > MOST_COLUMNS:
        fact("columns", *column_counts(records))
    else:
        scaling = str(planned.start.facts["scaling"]).partition("(")[0]
        said = None if scaling == Standard.name else scaling
        lines = column_lines(records, planned.table, None, said, indent=LABEL_WIDTH)
        fact("columns", *lines, table=True)


def print_fit(fitted: Fit, path: Path | None, plot: str | None) -> None:
    """Print the course of training, the scores, and the model file's name where one was written."""
    run, history = fitted.run, fitted.run.history
    _print_compared(fitted)
    if len(history):
        steps, epochs, seconds = (history[name][-1] for name in ("step", "epoch", "seconds"))
        because = "" if run.stopped_because == taken_all(int(steps), "step") else f"; {run.stopped_because}"
        fact("trained", f"{count(int(steps), 'step')}, {count(float(epochs), 'epoch')}, {seconds:.2f} s{because}")
    if fitted.refit is not None:
        again = fitted.refit.history
        learnt = len(fitted.split.training) + len(fitted.split.validation)
        facts = fitted.model.facts
        whole = "; every epoch, because without hidden layers a penalised loss has one minimum"
        fact(
            "refit",
            f"{count(int(again['step'][-1]), 'step')} on {count(learnt, 'row')}, {again['seconds'][-1]:.2f} s"
            + whole * has_one_minimum(facts["layers"], facts["penalty"]),
        )
    if run.restarts is not None:
        low, high = run.restarts.min(), run.restarts.max()
        several = fitted.model.facts.get("ensemble")
        kept = f"the mean of {len(run.restarts)} networks" if several else f"the best of {len(run.restarts)}"
        fact("ensemble" if several else "restarts", f"{kept}, with losses from {number(low)} to {number(high)}")
    fact("engine", str(run.engine))
    say()
    print_scores(fitted.scores, fitted.beside, refit=fitted.refit is not None)
    *_, last = fitted.scores
    if last != "training":
        for said in verdict(fitted.scores[last], fitted.beside, linear=not fitted.model.facts["layers"]):
            remark(said)
    if said := said_of_loss(fitted.model.facts):
        remark(said)
    say()
    if path is not None:
        fact("model", f"{strong(str(path))} {quiet(f'({path.stat().st_size:,} bytes)')}")
    if plot is not None:
        fact("plot", strong(plot))


def _print_compared(fitted: Fit) -> None:
    """The choice that was made by validation losses, and these."""
    facts = fitted.model.facts
    compared = facts.get("compared")
    if compared:
        losses = [
            f"{name} {'none' if loss is None else f'{loss:.4g}'}{_said_of_folds(facts, name)}"
            for name, loss in compared.items()
        ]
        layers = "" if facts["layers"] else "no hidden layers, "
        chosen = layers + facts["penalty"] if facts["penalty"] else facts["chosen"]
        fact("chosen", f"{strong(chosen)}; validation losses:", *losses)
        preset, of_another, _ = str(facts["chosen"]).partition(", ")
        if facts["chosen"] == NO_HIDDEN_LAYERS or (preset in PRESETS and of_another):
            fact("network", forward(str(one_of(fitted.model.network)).removeprefix("Network ")) + ", the one chosen")


def _said_of_folds(facts: Mapping[str, Any], name: str) -> str:
    """Of a choice that was far behind after some folds: on how many it was compared, and what the chosen one has there."""
    folds, chosen = (facts.get(each, {}).get(name) for each in ("compared_on", "compared_with"))
    if folds is None:
        return ""
    there = "" if chosen is None else f", where the chosen one has {chosen:.4g}"
    return f", on {count(folds, 'fold')} alone{there}"


def print_scores(scores: dict[str, Scores], beside: dict[str, Scores], *, refit: bool) -> None:
    """Print a line for each part of the split, a column for each metric, and the baselines on the rows of the last part."""
    *_, last = scores
    measures = [name for name in SHOWN if name in scores[last].metrics]
    rows = [["", "rows", *map(measure_name, measures), "loss"]]
    for part, found in scores.items():
        values = [measure(name, found.metrics[name]) for name in measures]
        values = [strong(value) for value in values] if part == last else values
        rows.append([part_name(part, refit=refit), f"{found.rows:,}", *values, number(found.loss)])
    rows += [
        [f"  {name}", "", *(measure(each, found.metrics[each]) for each in measures), ""]
        for name, found in beside.items()
    ]
    header, *lines = grid(rows)
    for line in (quiet(header), *lines):
        say(line)
    for said in remarks_of(scores[last]):
        remark(said)

"""The report of a training or an evaluation: what was done, in sentences, tables and pictures. `report_html` makes the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..amounts import count, number
from ..columns.choices import ChoiceColumn
from ..columns.column import Column
from ..columns.mean_targets import MeanColumn
from ..columns.prepared import DateColumn, Prepared
from ..ensemble import networks_of
from ..formulas.catalogue import Array
from ..io import score_pictures as pictures
from ..io.model import Model
from ..io.pictures import Picture
from ..io.plots import require_matplotlib
from ..io.tables.table import Table
from ..training.history import History
from .evaluating import Evaluation
from .fits import Fit
from .importance import permutation_importance
from .moves import said_of
from .planned import Plan
from .recipe import REGULARIZERS
from .report_html import Section, page
from .scores import Predicted, Scores, predicted
from .wording import left_out_of, likely, measure, measure_name, percent, remarks_of, verdict

MOST_COLUMNS = 60
"""The most columns that the report lists."""


@dataclass(frozen=True)
class Rows:
    """The rows that were scored: predictions, scores, and the same of the baselines."""

    about: str
    table: Table
    model: Model
    said: Predicted
    scores: Scores
    beside: Mapping[str, Scores]


def require_html(path: str | Path) -> None:
    """ValueError for another suffix, ImportError where matplotlib is missing: to be called before training."""
    if Path(path).suffix.lower() not in {".html", ".htm"}:
        raise ValueError(f"cannot write the report {path}: its suffix must be .html")
    require_matplotlib()


def evaluation_report(model: Model, found: Evaluation) -> str:
    """The page of an evaluation."""
    rows = Rows(found.measured.about, found.measured.table, model, found.said, found.scores, found.beside)
    return page(title_of(model), _sections(model, rows, _data(model, ()), (), None, ()))


def training_report(planned: Plan, fitted: Fit, warnings: Sequence[str] = ()) -> str:
    """The page of a training, with what was warned of."""
    return page(title_of(fitted.model), training_sections(planned, fitted, warnings))


def training_sections(planned: Plan, fitted: Fit, warnings: Sequence[str] = ()) -> list[Section]:
    """The sections of that page; the first has the result."""
    part = list(fitted.scores)[-1]
    table = planned.rows(part)
    about = {
        "test": "These rows were held out; training did not use them.",
        "validation": "Training did not learn from these rows, and chose the network by them."
        + " The refit then learnt from them too: these scores are of the network before it."
        * (fitted.before is not None),
        "training": "No rows were held out. The network has learnt from these rows, so the scores flatter it.",
    }[part]
    scored = fitted.model_of(part)
    rows = Rows(about, table, scored, predicted(scored, table), fitted.scores[part], fitted.beside)
    data = _data(fitted.model, planned.records)
    return _sections(fitted.model, rows, data, _split(planned, fitted), fitted.run.history, warnings)


def title_of(model: Model, done: str = "trained") -> str:
    """The title of a page about a model."""
    source = Path(str(model.facts.get("source", "a table"))).name  # the folder is among the data
    return f"Predicting {model.prepared.target.name}: a network {done} on {source}"


def _sections(
    model: Model, rows: Rows, data: Section, split: Sequence[str], history: History | None, warnings: Sequence[str]
) -> list[Section]:
    facts = model.facts
    return [
        Section("Result", _result(model, rows)),
        data,
        Section("Rows", tuple(split)),
        _network(model),
        Section("Training", _training(facts, history), pictures=_losses(history)),
        _scores(rows),
        *_classes(model, rows),
        Section("Pictures", (), pictures=tuple(_pictures(model, rows))),
        Section("Warnings", _warnings(rows, warnings)),
    ]


def _result(model: Model, rows: Rows) -> tuple[str, ...]:
    """The main number, beside the baselines', and whether the difference says anything."""
    scores, n = rows.scores, rows.scores.rows
    if model.prepared.classes is None:
        off, r2 = measure("mae", scores.metrics["mae"]), measure("r2", scores.metrics["r2"])
        first = (
            f"On {count(n, 'row')}, predictions of {model.prepared.target.name} are off by {off} on average; R² is {r2}"
        )
        return (
            f"{first}{_beside(rows, 'r2')}.",
            rows.about,
            *verdict(scores, rows.beside, linear=not model.facts.get("layers", "?")),
        )
    share = scores.metrics["accuracy"]
    low, high = likely(share, n)
    return (
        f"On {count(n, 'row')}, {measure('accuracy', share)} of the answers are right{_beside(rows, 'accuracy')}.",
        rows.about,
        *verdict(scores, rows.beside),
        f"With {count(n, 'row')} this share is uncertain: {percent(low)} to {percent(high)} (95 %, Wilson's interval).",
    )


def _beside(rows: Rows, name: str) -> str:
    said = [f"{other} gives {measure(name, scores.metrics[name])}" for other, scores in rows.beside.items()]
    return f"; a {' and '.join(said)}" if said else ""


def _data(model: Model, records: Sequence[Column]) -> Section:
    """What the columns are and become; with the records of a training also which are left out, and gaps."""
    facts, columns = model.facts, model.prepared.inputs
    sentences = [
        f"The table is {facts.get('source', 'unknown')}"
        + (f", {count(facts['rows'], 'row')}" if "rows" in facts else "")
        + f". {_become(len(columns), len(model.prepared.input_names))} of the network.",
        f"The target is {model.prepared.target.name}: {_column(model.prepared.target)}.",
    ]
    table = [("column", "what it becomes"), *((column.name, _column(column)) for column in columns[:MOST_COLUMNS])]
    out = [f"{name} ({why})" for name, why in left_out_of(model).items()]
    if out:
        more = f"; and {len(out) - MOST_COLUMNS} more" if len(out) > MOST_COLUMNS else ""
        sentences.append(f"Left out: {'; '.join(out[:MOST_COLUMNS])}{more}.")
    gaps = {str(each.name): each.gaps for each in records if each.gaps and not each.is_left_out}
    if gaps:
        told = ", ".join(f"{name} {n:,}" for name, n in [*gaps.items()][:MOST_COLUMNS])
        sentences.append(f"Gaps in {len(gaps)} of the columns: {told}. The table says how they are filled.")
    if len(columns) > MOST_COLUMNS:
        sentences.append(f"The first {MOST_COLUMNS} are listed.")
    return Section("Data", tuple(sentences), tuple(table), numbers=False)


def _column(column: Prepared) -> str:
    """What a column becomes, and what its gaps do."""
    if isinstance(column, MeanColumn):
        return (
            f"{_column(column.choice)}; and the mean of {', '.join(column.of)} for each of {len(column.categories):,}"
        )
    if isinstance(column, ChoiceColumn):
        categories = column.labels
        if len(categories) == 1:
            return f"always {categories[0]} in training"
        shown = ", ".join(map(str, categories[:8])) + (", ..." if len(categories) > 8 else "")
        more = ", the others together" * column.grouped + ", gaps have an input of their own" * column.marked
        return f"one of {len(categories)} categories: {shown}{more}"
    if isinstance(column, DateColumn):
        return f"a date: {', '.join(column.parts.parts)}{', gaps have an input of their own' * column.parts.marked}"
    fill = column.mean if column.fill is None else column.fill
    gaps = f"; gaps are filled with {number(fill)} and have an input that marks them" if column.marked else ""
    return f"a number, mean {number(column.mean)}, standard deviation {number(column.scale)}{gaps}"


def _split(planned: Plan, fitted: Fit) -> list[str]:
    split, facts = planned.split, planned.start.facts
    again = ", and learnt from by the refit" * (fitted.refit is not None)
    parts = (
        ("learnt from", split.training),
        (f"used to choose the network{again}", split.validation),
        ("held out", split.test),
    )
    said = ", ".join(f"{len(rows):,} {what}" for what, rows in parts if len(rows))
    n, target = planned.without_target, facts["target"]
    without = (
        f" {n:,} more {'row has' if n == 1 else 'rows have'} no {target} and {'is' if n == 1 else 'are'} left out."
    )
    return [
        f"Of {len(planned.table):,} rows, {said}. The split is drawn with seed {facts['seed']}.{without if n else ''}"
    ]


def _become(columns: int, inputs: int) -> str:
    made = f"{inputs:,} input{'s' * (inputs != 1)}"
    return f"1 of its columns becomes {made}" if columns == 1 else f"{columns} of its columns become {made}"


def _network(model: Model) -> Section:
    nets = networks_of(model.network)
    net = nets[0]
    table = [("layer", "inputs", "outputs", "activation", "parameters")]
    for l in net.layers:
        m, n = net.widths[l - 1], net.widths[l]
        table.append((str(l), f"{m:,}", f"{n:,}", str(net.f[l]), f"{m * n + n:,}"))
    several = f"; the predictions are the mean of {len(nets)} such networks" if len(nets) > 1 else ""
    return Section(
        "Network",
        (f"{count(net.L, 'layer')}, {len(net.parameters):,} parameters, {net.dtype}{several}.",),
        tuple(table),
    )


def _training(facts: Mapping[str, Any], history: History | None) -> tuple[str, ...]:
    if "optimizer" not in facts:
        return ("The model does not say how it was trained.",)
    eta = f", step size {facts['eta']}" if facts["eta"] is not None else ""
    batch = "all rows in a step" if facts["batch_size"] is None else f"{count(facts['batch_size'], 'row')} in a step"
    penalty = f", penalty {facts['penalty']}" if facts["penalty"] else ""
    said = [f"Optimiser {facts['optimizer']}{eta}; {batch}; loss {facts['loss']}{penalty}."]
    added = [str(facts[name]) for name in (*REGULARIZERS, "class_weight", "averaging") if facts.get(name)]
    added += said_of(facts)
    if added:
        said.append(f"With {', '.join(added)}.")
    if history is not None and len(history):
        said.append(
            f"{count(facts['steps_taken'], 'step')}, {count(float(history['epoch'][-1]), 'epoch')}, "
            f"{history['seconds'][-1]:.2f} s; {facts['stopped_because']}. The engine was {facts['engine']}."
        )
    else:
        said.append(
            f"{count(facts.get('steps_taken', 0), 'step')}; {facts.get('stopped_because', 'not known why it ended')}."
        )
    if facts.get("refit_steps"):
        said.append(f"The refit took {count(facts['refit_steps'], 'step')}, on training and validation rows.")
    return tuple(said)


def _losses(history: History | None) -> tuple[Picture, ...]:
    return () if history is None or not len(history) else (pictures.losses(history),)


def _scores(rows: Rows) -> Section:
    table = [("", "network", *rows.beside)]
    for name, value in rows.scores.metrics.items():
        others = (measure(name, scores.metrics[name]) for scores in rows.beside.values())
        table.append((measure_name(name), measure(name, value), *others))
    about = f"{count(rows.scores.rows, 'row')}. The linear model and the guess had the same rows to learn from."
    return Section("Scores", (about, *remarks_of(rows.scores)), tuple(table))


def _classes(model: Model, rows: Rows) -> list[Section]:
    classes, scores = model.prepared.labels, rows.scores
    if classes is None or scores.confusion is None:
        return []
    table = [("class", "rows", *map(measure_name, scores.of_each_class))]
    for k, name in enumerate(classes):
        cells = (measure(each, values[k]) for each, values in scores.of_each_class.items())
        table.append((str(name), f"{scores.confusion[k].sum():,.6g}", *cells))
    return [Section("Each class", (), tuple(table))]


def _pictures(model: Model, rows: Rows) -> list[Picture]:
    """Every picture that goes with the task and the rows."""
    A, Y, classes = rows.said.A, rows.said.Y, model.prepared.labels
    made: list[Picture | None] = []
    if classes is None:
        name = model.prepared.target.name
        made += [pictures.predicted_against_true(A[:, 0], Y[:, 0], name), pictures.residuals(A[:, 0], Y[:, 0], name)]
    else:
        made += _class_pictures(A, Y, [str(name) for name in classes], rows.scores)
    found = permutation_importance(rows.model, rows.table)
    made.append(pictures.importances(found.columns, found.mean, found.spread, measure_name(found.measure)))
    return [picture for picture in made if picture is not None]


def _class_pictures(A: Array, Y: Array, classes: list[str], scores: Scores) -> list[Picture | None]:
    made: list[Picture | None] = []
    if scores.confusion is not None and len(classes) <= pictures.MOST_SQUARES:
        made.append(pictures.confusion(scores.confusion, classes))
    made += [pictures.roc_curves(A, Y, classes), pictures.precision_recall_curves(A, Y, classes)]
    if "calibration_error" not in scores.without:
        made.append(pictures.calibration_curve(A, Y))
    return made


def _warnings(rows: Rows, warnings: Sequence[str]) -> tuple[str, ...]:
    said = [*warnings, *remarks_of(rows.scores)]
    if rows.scores.rows < 100:
        said.append(f"{rows.scores.rows} rows are few: another split may give other scores.")
    return tuple(said) or ("None.",)

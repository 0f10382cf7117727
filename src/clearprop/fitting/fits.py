"""Fitting: from a table to a model. A table is split and preprocessed, a network trained and scored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.activations import Activation
from ..formulas.catalogue import find, names
from ..formulas.domains import DISTRIBUTION, REALS
from ..formulas.losses import Loss
from ..formulas.schedules import as_schedule
from ..io.model import Model
from ..io.preprocessing import TASKS, Preprocessing, abbreviate, infer_task
from ..io.tables.table import Table
from ..network import Network
from ..training import Run, State, train
from ..training.keeping import Keeper
from ..validation import require_pair
from .recipe import REGULARIZERS, Recipe
from .scores import Scores, score
from .splitting import Split, as_fold, split_rows


@dataclass(frozen=True)
class Fit:
    """The result of fitting: the model, the training run, the split and the scores."""

    model: Model
    run: Run
    split: Split
    scores: dict[str, Scores]
    """On "training" rows, and on "validation" and "test" rows where there are any."""


@dataclass(frozen=True)
class Plan:
    """All that is decided before the first step; `plan` makes it, `carry_out` trains by it."""

    table: Table
    recipe: Recipe
    split: Split
    start: Model
    """The untrained network and the fitted preprocessing; its facts are the choices of the recipe."""

    def rows(self, part: str) -> Table:
        """The rows of one part of the split."""
        return self.table.rows(getattr(self.split, part))


def plan(table: Table, recipe: Recipe = Recipe()) -> Plan:  # noqa: B008 - frozen
    """The split, the preprocessing and the untrained network. ValueError, with the reason, where training is impossible."""
    target = _target(table, recipe)
    task = infer_task(table, target) if recipe.task is None else recipe.task
    if task not in TASKS:
        raise ValueError(f"unknown task {task!r}; there are {', '.join(TASKS)}")
    facts = recipe.facts(task)
    split = split_rows(
        table, target, task, test=recipe.test, validation=recipe.validation, seed=recipe.seed, fold=as_fold(recipe.fold)
    )
    if not len(split.training):
        raise ValueError(f"{table.source} has {len(table)} rows, and the split leaves none for training")
    preprocessing = Preprocessing.fitted(table.rows(split.training), target=target, task=task)
    hidden, last = recipe.hidden, find(Activation, facts["output_activation"])
    loss = find(Loss, facts["loss"])
    outputs = preprocessing.target.width * loss.outputs_per_target
    require_pair(last, loss, outputs)
    _require_targets(loss, task)
    if recipe.class_weight and task != "classification":
        raise ValueError(f"class_weight is for classification, and the task is {task}")
    net = Network(
        widths=(len(preprocessing.input_names), *(width for width, _ in hidden), outputs),
        activations=(*(f for _, f in hidden), last),
        init=recipe.init,
        normalization=recipe.normalization,
        seed=recipe.seed,
        dtype=recipe.dtype,
    )
    facts |= {
        "source": table.source,
        "target": target,
        "task": task,
        "rows": len(table),
        "table": _fingerprint(table, preprocessing),
    }
    return Plan(table, recipe, split, Model(net, preprocessing, facts))


def fit(table: Table, recipe: Recipe = Recipe(), *, progress: bool | None = None) -> Fit:  # noqa: B008 - frozen
    """A network trained on a table: split by the seed, preprocessing fitted on the training rows, scored on held-out rows.

    Raises ValueError for an unsuitable table or recipe, before the first step, and Diverged as `train` does.

    >>> table = Table.of({"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9})
    >>> fitted = fit(table, Recipe(target="y", epochs=50))
    >>> fitted.model.predict(Table.of({"x": [0.5, 2.5]})).tolist()
    ['low', 'high']
    """
    return carry_out(plan(table, recipe), progress=progress)


def _require_targets(loss: Loss, task: str) -> None:
    """ValueError where the encoded targets of a table are not in the loss's domain."""
    become, values = ("one-hot rows", DISTRIBUTION) if task == "classification" else ("standardised numbers", REALS)
    if not loss.domain_Y.includes(values):
        fitting = [name for name in names(Loss) if find(Loss, name).domain_Y.includes(values)]
        raise ValueError(
            f"{loss.name} takes targets in {loss.domain_Y}, but in {task} they are encoded as {become}, in {values}"
            f"; losses that go with them: {', '.join(fitting)}"
        )


def carry_out(
    planned: Plan, *, progress: bool | None = None, keeper: Keeper | None = None, resume: State | None = None
) -> Fit:
    """Train by a plan, or go on from a state of that training, and score. `runs` gives a keeper, which writes a folder."""
    recipe, start = planned.recipe, planned.start
    training, validation = planned.rows("training"), planned.rows("validation")
    classes = start.prepared.classes is not None
    run = train(
        start.network,
        start.inputs(training),
        start.targets(training),
        loss=start.facts["loss"],
        optimizer=recipe.optimizer,
        eta=start.facts["eta"],
        batch_size=start.facts["batch_size"],
        epochs=start.facts["epochs"],
        steps=recipe.steps,
        sampling=recipe.sampling,
        validation=(start.inputs(validation), start.targets(validation)) if len(validation) else None,
        stop=recipe.stop,
        restarts=recipe.restarts,
        **{name: start.facts[name] for name in (*REGULARIZERS, "class_weight", "averaging")},
        penalty=start.facts["penalty"],
        metrics=("accuracy",) if classes else (),  # those of a regression would be in standardised units
        engine=recipe.engine,
        progress=progress,
        keeper=keeper,
        resume=resume,
        seed=recipe.seed,
    )
    trained = Model(run.network, start.preprocessing, start.facts)
    scores = {
        part: score(trained, rows) for part in ("training", "validation", "test") if len(rows := planned.rows(part))
    }
    facts = {**start.facts, **_outcome(run, scores)}
    if facts["eta"] is not None and run.schedule != as_schedule(facts["eta"]):
        facts["eta"] = str(run.schedule)  # it got the length of the training, which a model file must hold
    return Fit(Model(run.network, start.preprocessing, facts), run, planned.split, scores)


def split_again(model: Model, table: Table) -> Split:
    """The split that a model was trained on, from the same table; ValueError for another table."""
    facts = model.facts
    if not {"table", "source", "rows", "target", "task", "test", "validation", "seed"} <= facts.keys():
        raise ValueError("this model does not say which rows it was trained on")
    if facts["table"] != _fingerprint(table, model.prepared):
        raise ValueError(
            f"{table.source} is not the table that the model was trained on ({facts['source']}, {facts['rows']:,} rows), "
            "or has changed since, so its held-out rows are not known"
        )
    return split_rows(
        table,
        facts["target"],
        facts["task"],
        test=facts["test"],
        validation=facts["validation"],
        seed=facts["seed"],
        fold=as_fold(facts.get("fold")),
    )


def _target(table: Table, recipe: Recipe) -> str:
    target = recipe.target if recipe.target is not None else table.target
    if target is None:
        raise ValueError(f"which column of {table.source} is the target? It has {abbreviate(table.names)}")
    table[target]  # ValueError if there is no such column
    return target


def _outcome(run: Run, scores: dict[str, Scores]) -> dict[str, Any]:
    """The results of training, without times, so that the same training gives the same file."""
    return {
        "steps_taken": int(run.history["step"][-1]) if len(run.history) else 0,
        "stopped_because": run.stopped_because,
        "engine": run.engine.name,
        "scores": {part: {"rows": s.rows, "loss": _plain(s.loss), **_finite(s.metrics)} for part, s in scores.items()},
    }


def _finite(metrics: dict[str, float]) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in metrics.items()}


def _plain(value: float) -> float | None:
    """The value, or None where it is infinite or NaN, which JSON cannot hold."""
    return float(value) if np.isfinite(value) else None


def _fingerprint(table: Table, preprocessing: Preprocessing) -> str:
    """A digest of the used columns' values in their order; the name of the file does not count."""
    digest = hashlib.sha256()
    for name in sorted(column.name for column in (*preprocessing.inputs, preprocessing.target)):
        column = table[name]
        digest.update(name.encode() + b"\0")
        digest.update("\0".join(column.tolist()).encode() if table.is_text(name) else column.tobytes())
    return digest.hexdigest()[:16]

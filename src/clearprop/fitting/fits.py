"""Fitting: from a table to a model. A table is split and preprocessed, a network trained and scored."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..columns import Column, ColumnWarning
from ..columns.choices import ChoiceColumn
from ..columns.column import said_of
from ..columns.kinds import CATEGORY, count
from ..ensemble import one_of
from ..formulas.activations import Activation
from ..formulas.catalogue import Array, find, names
from ..formulas.domains import DISTRIBUTION, REALS
from ..formulas.losses import NLLM, Loss
from ..formulas.optimizers import Optimizer
from ..formulas.schedules import as_schedule
from ..io.memory import is_sparse, require_memory
from ..io.model import Model
from ..io.preprocessing import Preprocessing
from ..io.tables.stored_table import StoredTable
from ..io.tables.table import Table, as_table
from ..network import Network
from ..training import Run, State, train
from ..training.calibration import calibrated_function, likelihood_of
from ..training.class_weights import weights_by_class
from ..training.evaluation import HeldOut
from ..training.keeping import Keeper
from ..training.sampling import BlockShuffle, Shuffle
from ..validation import Targets, require_pair
from .baselines import as_facts, fit_baselines
from .choosing import chosen_target
from .given import recipe_of
from .recipe import REGULARIZERS, Recipe, middle
from .scores import Scores, score
from .searching import best_of
from .splitting import Split, as_fold, split_rows
from .wording import in_short

MOST_LEFT_OUT, LONGEST_REASON = 1000, 200
"""Columns that a model file names as left out, and characters of a reason."""
DIGESTED_AT_ONCE = 1 << 16
"""Texts of a column."""


@dataclass(frozen=True)
class Fit:
    """The result of fitting: the model, the training run, the split and the scores."""

    model: Model
    run: Run
    split: Split
    scores: dict[str, Scores]
    """On "training" rows, and on "validation" and "test" rows where there are any."""
    baselines: dict[str, Model] = field(default_factory=dict)
    """The linear model and the guess, fitted on the training rows."""
    beside: dict[str, Scores] = field(default_factory=dict)
    """The baselines' scores on the last part of the split: on the held-out rows, where there are any."""

    def __repr__(self) -> str:
        return f"Fit: {self.model.prepared.task} of {self.model.prepared.target.name}; {in_short(self.scores, self.beside)}"


@dataclass(frozen=True)
class Plan:
    """All that is decided before the first step; `plan` makes it, `carry_out` trains by it."""

    table: Table
    """The rows that have a target, without the columns to ignore."""
    recipe: Recipe
    split: Split
    start: Model
    """The untrained network and the fitted preprocessing; its facts are the choices of the recipe."""
    records: tuple[Column, ...] = ()
    """What each column but the target is and becomes, by all rows."""
    without_target: int = 0
    """How many rows have no target, and are left out."""

    def rows(self, part: str) -> Table:
        """The rows of one part of the split."""
        return self.table.rows(getattr(self.split, part))

    def scored(self, part: str) -> Table:
        """The rows of one part that are scored: of a table on the disk some of them, spread evenly over the part."""
        rows = self.rows(part)
        return rows.sample(width=self.start.prepared.width) if isinstance(rows, StoredTable) else rows

    @property
    def said(self) -> list[str]:
        """What is left out or counts as a gap although nobody asked for it, for people to read."""
        target = self.start.prepared.target.name
        left_out = [f"{count(self.without_target, 'row')} without {target} left out"]
        columns = said_of(self.records, "--kind={name}=category")
        return left_out * bool(self.without_target) + ([columns] if columns else [])


def plan(table: Table, recipe: Recipe = Recipe()) -> Plan:  # noqa: B008 - frozen
    """The split, the preprocessing and the untrained network. ValueError, with the reason, where training is impossible."""
    chosen = chosen_target(table, recipe)
    target, table, task, records = chosen.target, chosen.table, chosen.task, chosen.records
    choices = [str(record.name) for record in records if record.becomes == CATEGORY and not record.grouped]
    split = split_rows(
        table,
        target,
        task,
        test=recipe.test,
        validation=recipe.validation_fraction,
        seed=recipe.seed,
        choices=choices,
        fold=as_fold(recipe.fold),
    )
    if not len(split.training):
        raise ValueError(f"{table.source} has {len(table)} rows, and the split leaves none for training")
    validation = len(split.validation)
    if recipe.sampling is None:
        recipe = replace(recipe, sampling=str(BlockShuffle() if table.on_disk else Shuffle()))
    recipe = recipe.filled(task, len(split.training) + validation, validation_rows=validation)
    facts = recipe.facts()
    preprocessing = Preprocessing.fitted(
        table.rows(split.training),
        target=target,
        task=task,
        records=records,
        of_target=chosen.of_target,
        na=recipe.choices.na,
    )
    if not table.on_disk:
        size, whole_set = np.dtype(facts["dtype"]).itemsize, find(Optimizer, facts["optimizer"]).rule.whole_set
        sparse = is_sparse(preprocessing.inputs, len(table), size) and not whole_set
        require_memory(preprocessing.inputs, len(table), size, table.source, sparse=sparse)
    hidden, last = recipe.hidden, find(Activation, facts["output_activation"])
    loss = find(Loss, facts["loss"])
    outputs = preprocessing.target.width * loss.outputs_per_target
    require_pair(last, loss, outputs)
    _require_targets(loss, task)
    if recipe.class_weight and task != "classification":
        raise ValueError(f"class_weight is for classification, and the task is {task}")
    if facts["calibration"]:
        likelihood_of(last)
    net = Network(
        widths=(len(preprocessing.input_names), *(width for width, _ in hidden), outputs),
        activations=(*(f for _, f in hidden), last),
        init=recipe.init,
        normalization=recipe.normalization,
        seed=recipe.seed,
        dtype=facts["dtype"],
    )
    facts |= {
        "source": table.source,
        **({"reading": dict(table.reading)} if table.reading else {}),
        "target": target,
        "task": task,
        "rows": len(table),
        "table": _fingerprint(table, preprocessing),
        "split_heeds": choices,
        "left_out": _left_out(records),
    }
    return Plan(table, recipe, split, Model(net, preprocessing, facts), records, chosen.without_target)


def _left_out(records: Sequence[Column]) -> dict[str, str]:
    """Why columns become no inputs, by name, for the model file; of very many only the first."""
    out = [each for each in records if each.is_left_out]
    return {str(each.name): f"{each.kind}: {each.why}"[:LONGEST_REASON] for each in out[:MOST_LEFT_OUT]}


def fit(
    table: Any,
    recipe: Recipe | None = None,
    *,
    progress: bool | None = None,
    **choices: Any,
) -> Fit:
    """A network trained on a table: split by the seed, preprocessing fitted on the training rows, scored on held-out rows.

    `table` is a `Table`, a data frame of pandas or polars, an Arrow table or a dict of columns. `choices` are those of
    `Recipe`: `fit(table, target="price", epochs=50)`. Raises ValueError for an unsuitable table or recipe, before the first
    step, and Diverged as `train` does. A ColumnWarning says what is left out.

    >>> fitted = fit({"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9}, target="y", epochs=50)
    >>> fitted.model.predict({"x": [0.5, 2.5]}).tolist()
    ['low', 'high']
    """
    planned = plan(as_table(table), recipe_of(recipe, choices))
    for said in planned.said:
        warnings.warn(said[0].upper() + said[1:], ColumnWarning, stacklevel=2)
    return carry_out(planned, progress=progress)


def _require_targets(loss: Loss, task: str) -> None:
    """ValueError where the encoded targets of a table are not in the loss's domain."""
    become, values = ("one-hot rows", DISTRIBUTION) if task == "classification" else ("standardised numbers", REALS)
    if not loss.domain_Y.includes(values):
        fitting = [name for name in names(Loss) if find(Loss, name).domain_Y.includes(values)]
        raise ValueError(
            f"{loss.name} takes targets in {loss.domain_Y}, but in {task} they are encoded as {become}, in {values}"
            f"; losses that go with them: {', '.join(fitting)}"
        )


def settled(planned: Plan, *, progress: bool | None = None) -> tuple[Plan, Run | None]:
    """The plan with the best of its penalties by validation loss, and the run that it was chosen by.

    None for the run where there was nothing to choose, or where an ensemble, or restarts, are still to be trained with it.
    """
    recipe, validation = planned.recipe, planned.rows("validation")
    if len(recipe.penalties) == 1:
        return planned, None
    start, alone = planned.start, replace(recipe, ensemble=1, restarts=1)
    judge = HeldOut(start.points(validation), start.targets(validation), _class_weights(start, validation))

    def run_with(penalty: str) -> Run:
        return _train(_with_penalty(replace(planned, recipe=alone), penalty), progress)

    def loss_of(run: Run) -> float:
        return judge.loss(run.network, find(Loss, start.facts["loss"]), None, *judge.outputs(run.network))

    penalty, run, losses = best_of(recipe.penalties, run_with, loss_of)
    found: dict[str, Any] = {"penalties": {text: _plain(loss) for text, loss in losses.items()}}
    several = max(recipe.ensemble, recipe.restarts) > 1
    if run.stopped_because == "interrupted" and several:
        found["ensemble"] = None
        planned = replace(planned, recipe=alone)
    elif several:
        return _with_penalty(planned, penalty, **found), None
    return _with_penalty(planned, penalty, **found), run


def without_search(planned: Plan) -> Plan:
    """The plan with the middle one of its penalties, for a training that is kept: a search before it could not be continued."""
    return _with_penalty(planned, middle(planned.recipe.penalties))


def _with_penalty(planned: Plan, penalty: str, **found: Any) -> Plan:
    start = planned.start
    facts = {**start.facts, "penalty": None if penalty == "none" else penalty, **found}
    recipe = replace(planned.recipe, penalty=penalty)
    return replace(planned, recipe=recipe, start=Model(start.network, start.preprocessing, facts))


def carry_out(
    planned: Plan, *, progress: bool | None = None, keeper: Keeper | None = None, resume: State | None = None
) -> Fit:
    """Train by a plan, or go on from a state of that training, and score. `runs` gives a keeper, which writes a folder."""
    planned, run = settled(planned, progress=progress)
    if run is None or keeper is not None:
        run = _train(planned, progress, keeper, resume)
    recipe, start = planned.recipe, planned.start
    training, validation = planned.rows("training"), planned.rows("validation")
    ensemble = recipe.ensemble
    function, found = run.function, {}
    if start.facts["calibration"]:
        function, temperatures = calibrated_function(
            function,
            HeldOut(start.points(validation), start.targets(validation)),
            asked=start.facts["calibration"] != "auto",
        )
        found["temperature"] = temperatures if ensemble > 1 else temperatures[0]
    trained = Model(function, start.preprocessing, start.facts)
    scores = {
        part: score(trained, planned.scored(part))
        for part in ("training", "validation", "test")
        if len(getattr(planned.split, part))
    }
    baselines = fit_baselines(
        start, start.points(training, training=True), start.targets(training), _class_weights(start, training)
    )
    beside = {name: score(each, planned.scored(list(scores)[-1])) for name, each in baselines.items()}
    facts = {**start.facts, **found, **_outcome(run, scores), "baselines": as_facts(baselines)}
    if facts["eta"] is not None and run.schedule != as_schedule(facts["eta"]):
        facts["eta"] = str(run.schedule)  # it got the length of the training, which a model file must hold
    return Fit(Model(function, start.preprocessing, facts), run, planned.split, scores, baselines, beside)


def _train(planned: Plan, progress: bool | None, keeper: Keeper | None = None, resume: State | None = None) -> Run:
    """The training of a plan that has one penalty."""
    recipe, start = planned.recipe, planned.start
    training, validation = planned.rows("training"), planned.rows("validation")
    classes = start.prepared.classes is not None
    return train(
        one_of(start.network),
        start.points(training, training=True),
        start.targets(training),
        loss=start.facts["loss"],
        optimizer=start.facts["optimizer"],
        eta=start.facts["eta"],
        batch_size=start.facts["batch_size"],
        epochs=start.facts["epochs"],
        steps=recipe.steps,
        sampling=start.facts["sampling"],
        validation=(start.points(validation), start.targets(validation)) if len(validation) else None,
        stop=recipe.stop,
        restarts=recipe.restarts,
        **{name: start.facts[name] for name in (*REGULARIZERS, "class_weight", "averaging")},
        penalty=start.facts["penalty"],
        # those of a regression would be in standardised units, and networks with metrics are not trained side by side
        metrics=("accuracy",) if classes and recipe.ensemble == 1 else (),
        ensemble=recipe.ensemble,
        engine=recipe.engine,
        progress=progress,
        keeper=keeper,
        resume=resume,
        seed=recipe.seed,
    )


def _class_weights(start: Model, training: Table) -> Array | None:
    """The weights of the training rows (n,), where classes are weighted."""
    given = start.facts["class_weight"]
    return None if given is None else weights_by_class(given, Targets(start.targets(training)), NLLM())


def is_training_table(model: Model, table: Table) -> bool:
    """Whether a table is the one that a model was trained on, by the values of the columns that it uses, in their order."""
    used = (*model.prepared.inputs, model.prepared.target)
    known = "table" in model.facts and all(column.name in table for column in used)
    return known and model.facts["table"] == _fingerprint(model.prepared.with_target(table)[0], model.prepared)


def split_again(model: Model, table: Table) -> Split:
    """The split that a model was trained on, from the same table; ValueError for another table.

    Row numbers are those of the rows that have a target, `model.prepared.with_target(table)`.
    """
    facts = model.facts
    if not {"table", "source", "rows", "target", "task", "test", "validation", "seed"} <= facts.keys():
        raise ValueError("this model does not say which rows it was trained on")
    table, _ = model.prepared.with_target(table)
    if not is_training_table(model, table):
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
        choices=facts.get("split_heeds", [c.name for c in model.prepared.inputs if isinstance(c, ChoiceColumn)]),
        fold=as_fold(facts.get("fold")),
    )


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
    """A digest of the used columns' values in their order, in rows with a target; the name of the file does not count."""
    digest = hashlib.sha256()
    for name in sorted(column.name for column in (*preprocessing.inputs, preprocessing.target)):
        digest.update(name.encode() + b"\0")
        values = table[name]
        if not table.is_text(name):
            digest.update(np.ascontiguousarray(values).view(np.uint8).data)
            continue
        for start in range(0, len(values), DIGESTED_AT_ONCE):
            texts = ["\1" if text is None else text for text in values[start : start + DIGESTED_AT_ONCE].tolist()]
            digest.update(("\0" * bool(start) + "\0".join(texts)).encode())
    return digest.hexdigest()[:16]

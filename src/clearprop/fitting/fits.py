"""Fitting: from a table to a model. A table is split and preprocessed, a network trained and scored."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..advice import TrainingWarning
from ..columns import Column, ColumnWarning
from ..columns.choices import ChoiceColumn
from ..columns.kinds import CATEGORY
from ..columns.prepared import as_fitted
from ..engines import ALONE, ranks_of
from ..engines.sharing import default_shards
from ..ensemble import Function, networks_of
from ..formulas.activations import Activation
from ..formulas.catalogue import find, names
from ..formulas.domains import DISTRIBUTION, REALS
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.scalings import Scaling
from ..formulas.schedules import as_schedule
from ..io.memory import is_sparse, require_memory
from ..io.model import Model
from ..io.preprocessing import Preprocessing
from ..io.tables.table import Table
from ..training import Run, State
from ..training.calibration import at_temperatures, calibrated_function, likelihood_of
from ..training.evaluation import HeldOut
from ..training.keeping import NO_KEEPER, Keeper
from ..training.progress import one_bar
from ..training.sampling import BlockShuffle, Shuffle
from ..training.together import taking_part
from ..validation import require_pair
from .baselines import as_facts, fit_baselines
from .choosing import chosen_target
from .given import recipe_of, table_of
from .planned import Plan, class_weights, network_of, require_same_plan, train_plan
from .recipe import Recipe
from .refitting import refit
from .scores import Scores, score
from .settling import settled
from .splitting import Rows, Split, as_fold, split_rows
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
    """The linear model and the guess, fitted on the rows that the model has learnt from."""
    beside: dict[str, Scores] = field(default_factory=dict)
    """The scores of such baselines on the last part of the split, of which they have seen no row, as the network there."""
    refit: Run | None = None
    """The second training, on training and validation rows, whose network the model has."""
    before: Model | None = None
    """The model before the refit, of which the validation scores are; None where there was no refit."""

    def model_of(self, part: str) -> Model:
        """The model whose scores on a part of the split are in `scores`."""
        return self.before if part == "validation" and self.before is not None else self.model

    def __repr__(self) -> str:
        said = in_short(self.scores, self.beside, refit=self.refit is not None)
        return f"Fit: {self.model.prepared.task} of {self.model.prepared.target.name}; {said}"


def plan(table: Table, recipe: Recipe = Recipe()) -> Plan:  # noqa: B008 - frozen
    """The split, the preprocessing and the untrained network. ValueError, with the reason, where training is impossible."""
    asked, chosen = recipe, chosen_target(table, recipe)
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
    learnt = len(split.training) + validation
    if recipe.sampling is None:
        recipe = replace(recipe, sampling=str(BlockShuffle() if table.on_disk else Shuffle()))
    without_refit = (
        table.on_disk and recipe.refit is None and bool(recipe.filled(task, learnt, validation_rows=validation).refit)
    )
    if without_refit:
        recipe = replace(recipe, refit=False)
    decided_by = recipe.deciding(learnt)
    rivals = recipe.rivals(task, learnt, validation_rows=validation)
    recipe = recipe.filled(task, learnt, validation_rows=validation)
    facts = recipe.facts()
    preprocessing = Preprocessing.fitted(
        table.rows(split.training),
        target=target,
        task=task,
        records=records,
        of_target=chosen.of_target,
        na=recipe.choices.na,
        scaling=find(Scaling, facts["scaling"]),
    )
    if not table.on_disk:
        size, whole_set = np.dtype(facts["dtype"]).itemsize, find(Optimizer, facts["optimizer"]).rule.whole_set
        sparse = is_sparse(preprocessing.inputs, len(table), size) and not whole_set
        require_memory(preprocessing.inputs, len(table), size, table.source, sparse=sparse)
    require_trainable(recipe, preprocessing)
    net = network_of(recipe, preprocessing)
    facts |= {
        "source": table.source,
        **({"reading": dict(table.reading)} if table.reading else {}),
        "target": target,
        "task": task,
        "rows": len(table),
        "table": _fingerprint(table, preprocessing),
        "split_heeds": choices,
        "left_out": _left_out(records),
        **({"decided_by": decided_by} if decided_by != recipe.preset else {}),
    }
    start = Model(net, preprocessing, facts)
    of_target, without = chosen.of_target, chosen.without_target
    fitted = {column.name: column for column in start.prepared.inputs}
    records = tuple(as_fitted(each, fitted[str(each.name)]) if str(each.name) in fitted else each for each in records)
    return Plan(table, recipe, split, start, records, of_target, without, rivals, without_refit, asked)


def require_trainable(recipe: Recipe, preprocessing: Preprocessing) -> None:
    """ValueError where the parts of a filled recipe do not go together, or not with the task."""
    facts, task = recipe.facts(), preprocessing.task
    last, loss = find(Activation, facts["output_activation"]), find(Loss, facts["loss"])
    require_pair(last, loss, preprocessing.target.width * loss.outputs_per_target)
    _require_targets(loss, task)
    if recipe.class_weight and task != "classification":
        raise ValueError(f"class_weight is for classification, and the task is {task}")
    if facts["calibration"]:
        likelihood_of(last)


def _left_out(records: Sequence[Column]) -> dict[str, str]:
    """Why columns become no inputs, by name, for the model file; of very many only the first."""
    out = [each for each in records if each.is_left_out]
    return {str(each.name): f"{each.kind}: {each.why}"[:LONGEST_REASON] for each in out[:MOST_LEFT_OUT]}


def fit(
    table: Any,
    recipe: Recipe | None = None,
    *,
    progress: bool | None = None,
    communicator: Any = None,
    **choices: Any,
) -> Fit:
    """A network trained on a table: split by the seed, preprocessing fitted on the training rows, scored on held-out rows.

    `table` is a `Table`, a data frame of pandas or polars, an Arrow table, a dict of columns, the path of a file, or the name
    of a data set, such as "moons"; options of reading are those of `read_table`, which gives a `Table`. `choices` are those of
    `Recipe`: `fit(table, target="price", epochs=50)`. Raises ValueError for an unsuitable table or recipe, before the first
    step, OSError for a file that cannot be read, and Diverged as `train` does. A ColumnWarning says what is left out, and that
    most classes have very few rows. With a `communicator` of mpi4py its ranks train
    together, as in `train`; each calls `fit` with the same table and choices.

    >>> table = {"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9}
    >>> fitted = fit(table, target="y", epochs=50)
    >>> fitted.model.predict({"x": [0.5, 2.5]}).tolist()
    ['low', 'high']
    """
    ranks = None if communicator is None else ranks_of(communicator)
    with taking_part(ALONE if ranks is None else ranks):
        given = recipe_of(recipe, choices)
        if ranks is not None and given.shards is None:
            given = replace(given, shards=default_shards(ranks.size))
        planned = replace(plan(table_of(table, given, communicator), given), ranks=ranks)
        require_same_plan(planned)
        for said in planned.said() if ranks is None or ranks.is_first else ():
            warnings.warn(said[0].upper() + said[1:], ColumnWarning, stacklevel=2)
        if by_time := planned.left_out_by_time:
            limit = f"the limit of time is for one training, and leaves out {by_time}; without it all is made"
            warnings.warn(limit, TrainingWarning, stacklevel=2)
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


def carry_out(
    planned: Plan, *, progress: bool | None = None, keeper: Keeper = NO_KEEPER, resume: State | None = None
) -> Fit:
    """Train by a plan, or go on from a state of that training, and score. `runs` gives a keeper, which writes a folder."""
    return scored(*take_part(planned, progress=progress, keeper=keeper, resume=resume))


def scored(planned: Plan, run: Run, again: Run | None = None) -> Fit:
    """What came of a training by a plan, and of its refit: the model, with its scores beside those of baselines."""
    start, split = planned.start, planned.split
    first, temperatures = _calibrated(planned, run)
    if again is not None and again.stopped_because == "interrupted":
        run, again = replace(run, stopped_because="interrupted"), None
    function = first if again is None else at_temperatures(again.function, temperatures)
    found: dict[str, Any] = {}
    if start.facts["calibration"]:
        found["temperature"] = temperatures if planned.recipe.ensemble > 1 else temperatures[0]
    if again is not None:
        found["refit_steps"] = int(again.history["step"][-1])
    before = None if again is None else Model(first, start.preprocessing, start.facts)
    trained = Model(function, start.preprocessing, start.facts)
    scores = {
        part: score(before if before is not None and part == "validation" else trained, planned.scored(part))
        for part in ("training", "validation", "test")
        if len(getattr(split, part))
    }
    last = list(scores)[-1]
    baselines = _baselines(planned, split.training if again is None else planned.learnt)
    fair = baselines if last != "validation" or again is None else _baselines(planned, split.training)
    beside = {name: score(each, planned.scored(last)) for name, each in fair.items()}
    facts = {**start.facts, **found, **_outcome(run, scores), "baselines": as_facts(baselines)}
    schedule = (again or run).schedule
    if facts["eta"] is not None and schedule != as_schedule(facts["eta"]):
        facts["eta"] = str(schedule)  # it got the length of the training, which a model file must hold
    return Fit(Model(function, start.preprocessing, facts), run, split, scores, baselines, beside, again, before)


def take_part(
    planned: Plan, *, progress: bool | None = False, keeper: Keeper = NO_KEEPER, resume: State | None = None
) -> tuple[Plan, Run, Run | None]:
    """The trainings of `carry_out`, without scores: all that a rank does which is not the first.

    The plan with what was chosen, the run, and the refit, if there is one.
    """
    with one_bar():
        planned, run = settled(planned, progress=progress)
        if run is None or keeper is not NO_KEEPER:
            run = train_plan(planned, progress, keeper, resume)
        if not planned.recipe.refit:  # the rows for it are not even gathered: they may be many
            return planned, run, None
        again = refit(
            planned.start,
            planned.recipe,
            run,
            planned.table.rows(planned.learnt),
            fitted_on=planned.fitted_on(planned.learnt),
            progress=progress,
            keeper=keeper,
            ranks=planned.ranks,
        )
        return planned, run, again


def _calibrated(planned: Plan, run: Run) -> tuple[Function, list[float]]:
    """What was trained, with probabilities as sure as they are right on the validation rows, and the temperatures of that."""
    start, rows = planned.start, planned.rows("validation")
    if not start.facts["calibration"]:
        return run.function, [1.0] * len(networks_of(run.function))
    recipe = planned.recipe
    held_out = HeldOut(start.points(rows), start.targets(rows), engine=recipe.engine, threads=recipe.threads)
    return calibrated_function(run.function, held_out, asked=start.facts["calibration"] != "auto")


def _baselines(planned: Plan, numbers: Rows) -> dict[str, Model]:
    """The baselines that learn from these rows."""
    start, rows = planned.start, planned.table.rows(numbers)
    X = start.points(rows, training=True, fitted_on=planned.fitted_on(numbers))
    return fit_baselines(start, X, start.targets(rows), class_weights(start, rows))


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

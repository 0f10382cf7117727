"""Evaluating: which rows of a table a model is measured on, whether training has seen them, and its scores beside baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..io.model import Model
from ..io.tables.table import Table
from .baselines import baselines_in
from .fits import is_training_table, split_again
from .scores import Predicted, Scores, predicted, score, scores_of
from .splitting import Split

HELD_OUT, ALL = "held-out", "all"
PARTS = (HELD_OUT, ALL, "training", "validation", "test")
"""What may be measured: held-out rows where the table is that of training, every row, or one part of the split."""


@dataclass(frozen=True)
class Measured:
    """Rows of a table, and what training knows of them."""

    table: Table
    part: str
    """`all`, or a part of the split."""
    about: str
    """A sentence: which rows these are, and whether training has seen them."""
    held_out: bool | None
    """Whether training has not used these rows; None where that is not known."""
    notes: tuple[str, ...] = ()
    """Rows without a target, which are left out; cells that training did not know."""


@dataclass(frozen=True)
class Evaluation:
    """A model's scores on some rows, beside what guessing and a linear model have there."""

    measured: Measured
    said: Predicted
    scores: Scores
    beside: dict[str, Scores]


def evaluate(model: Model, table: Table, part: str = HELD_OUT) -> Evaluation:
    """The scores of a model on the rows of `part`. ValueError for an unsuitable table, or a part that there is not."""
    missing = model.prepared.said_of_missing(table)
    table, _ = model.prepared.with_target(table)
    measured = rows_to_measure(model, table, part)
    measured = replace(measured, notes=(*([missing] if missing else []), *model.prepared.strays(measured.table)))
    said = predicted(model, measured.table)
    beside = {name: score(each, measured.table) for name, each in baselines_in(model).items()}
    return Evaluation(measured, said, scores_of(model, said), beside)


def rows_to_measure(model: Model, table: Table, part: str = HELD_OUT) -> Measured:
    """The rows of `part`. By default those held out of the table that the model was trained on, and all of another table.

    Every row of the table must have a target.
    """
    if part in {HELD_OUT, ALL} and not is_training_table(model, table):
        return Measured(table, ALL, _of_another_table(model), None)
    split = split_again(model, table)
    refit, held_out = _refitted(model), held_out_part(model, split)
    n, learnt = len(table), len(split.training) + refit * len(split.validation)
    if part == ALL or (part == HELD_OUT and held_out is None):
        seen = "every one of them" if learnt == n else f"{learnt:,} of them"
        return Measured(table, ALL, f"The network has learnt from {seen}, so these scores flatter it.", False)
    if part == HELD_OUT and held_out is not None:
        part = held_out
    rows = getattr(split, part)
    if not len(rows):
        raise ValueError(f"the model was trained without {part} rows")
    about = _REFITTED if refit and part == "validation" else _OF_PARTS[part]
    return Measured(table.rows(rows), part, about.format(n=n, learnt=learnt), part == "test")


def held_out_part(model: Model, split: Split) -> str | None:
    """The part of the split of a model's training from which it has not learnt; None where it has learnt from all rows."""
    if len(split.test):
        return "test"
    return "validation" if len(split.validation) and not _refitted(model) else None


def _refitted(model: Model) -> bool:
    return bool(model.facts.get("refit_steps"))


_OF_PARTS = {
    "training": "The network has learnt from these rows of its {n:,}, so these scores flatter it.",
    "validation": "Held out of the table's {n:,} rows. Training did not learn from them, and chose the network by them.",
    "test": "Held out of the table's {n:,} rows. Training did not use them; it has learnt from {learnt:,} others.",
}
_REFITTED = (
    "Training chose the network by these rows of its {n:,}, and the refit has learnt from them, so these scores flatter it. "
    "The model has the scores before the refit among its facts."
)


def _of_another_table(model: Model) -> str:
    if "table" not in model.facts:
        return "The model does not say which rows it was trained on, so these may be among them."
    return (
        f"This is not the table that the model was trained on ({model.facts['source']}, {model.facts['rows']:,} rows), or it "
        "has changed since. Whether training has seen some of these rows is not known."
    )

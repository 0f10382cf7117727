"""The validation set of a training, checked, and how metrics read its targets."""

from __future__ import annotations

import numpy.typing as npt

from ..engines import Task
from ..formulas.answers import Answers, answers_of
from ..formulas.catalogue import Array
from ..formulas.metrics import Metric
from ..sparse_rows import SparseRows
from ..validation import as_points, as_targets
from .evaluation import HeldOut


def checked_held_out(
    task: Task,
    validation: tuple[npt.ArrayLike | SparseRows, npt.ArrayLike],
    classes: Array | None,
) -> HeldOut:
    """The set of a pair (X, Y). ValueError for another thing, or for points and targets that do not fit the task."""
    if not (isinstance(validation, tuple | list) and len(validation) == 2):
        raise ValueError("validation must be a pair (X, Y)")
    net = task.network
    X = as_points(validation[0], net.widths[0], net.dtype, "validation X")
    targets = as_targets(
        validation[1],
        task.loss,
        points=len(X),
        outputs=net.widths[-1],
        dtype=net.dtype,
        classes=classes,
        name="validation Y",
    )
    return HeldOut(X, targets.Y)


def answers_for(
    task: Task, held_out: HeldOut | None, classes: Array | None, metrics: tuple[Metric, ...]
) -> Answers | None:
    """How targets are read. ValueError where a metric is not of such targets or outputs."""
    sets = [task.Y] if held_out is None else [task.Y, held_out.Y]
    answers = answers_of(task.loss, sets, labels=classes is not None)
    for metric in metrics:
        metric.require(answers, task.network.f[task.network.L])
        metric.require_points(sets[-1], answers)
    return answers

"""What is explained: points and targets as arrays, and the facts of the header. It follows no chain rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...backprop import total_penalty
from ...formulas.answers import Answers, answers_in, answers_of, class_probabilities
from ...formulas.catalogue import Array
from ...formulas.domains import DISTRIBUTION, SIGNS, UNIT
from ...formulas.losses import Loss
from ...network import Network
from ...validation import as_array, as_points, as_targets, require_length_of_target, require_pair
from ..notation.variables import in_letters
from ..trace.around import Header
from .backward import formula_of
from .passes import Passes


@dataclass(frozen=True)
class Circumstances:
    """What a person says about the step, beside network and data."""

    t: int
    eta: float
    schedule: str
    optimizer: str
    classes: tuple[str, ...] | None
    point: str | None
    seed: int | None


def header_of(passes: Passes, said: Circumstances) -> Header:
    """The header of the step at a point; `classes` name the outputs in order."""
    net, one, loss, classes = passes.net, passes.one, passes.one.loss_function, said.classes
    label = predicted = probability = None
    a, penalty = one.A[net.L][0], passes.fwd.penalty
    if loss.domain_Y in (UNIT, DISTRIBUTION, SIGNS) or classes is not None:
        answers, given = answers_of(loss, [passes.fwd.Y]) or answers_in(passes.fwd.Y), net.f[net.L].range
        label, predicted = (_answer(row, classes, answers) for row in (one.Y, one.A[net.L]))
        if UNIT.includes(given) and (answers.one_class or len(a) == 1):
            probability = float(class_probabilities(a[None], given).max() if len(a) > 1 else max(a[0], 1 - a[0]))
    return Header(
        network=repr(net).removeprefix("Network "),
        widths=net.widths,
        activations=tuple(str(f) for f in net.activations),
        dtype=str(net.dtype),
        point=said.point,
        x=passes.links.column(one.A[0]),
        y=passes.links.column(one.Y),
        label=label,
        predicted=predicted,
        probability=probability,
        classes=classes,
        loss=str(loss),
        loss_formula=in_letters(formula_of(loss, "(a, y)"), passes.symbols, net.L),
        point_loss=float(one.loss),
        loss_value=float(passes.fwd.loss),
        penalty=None if penalty is None else str(penalty),
        penalty_formula=None if penalty is None else formula_of(penalty, "(W)"),
        penalty_value=float(total_penalty(net, penalty)),
        layout=passes.layout,
        symbols=passes.symbols,
        own=passes.own,
        of_point=passes.of_point,
        t=said.t,
        eta=said.eta,
        schedule=said.schedule,
        optimizer=said.optimizer,
        seed=said.seed,
    )


def _answer(row: Array, classes: tuple[str, ...] | None, answers: Answers) -> str:
    """What a row (1, n^L) of outputs or targets stands for: a class, or every label that it says yes to."""
    names = classes or ()
    outputs = row.shape[1]
    yes = np.flatnonzero(answers.yes(row)[0])
    if answers.one_class:
        yes = row.argmax(axis=1)
    elif outputs == 1:
        yes = np.array([len(yes)])
    return ", ".join(names[j] if j < len(names) else str(j) for j in yes.tolist()) or "none"


def points_of(net: Network, x: npt.ArrayLike) -> Array:
    """One point (m^1,) as a row, or points (n, m^1)."""
    given = as_array(x, "x")
    return as_points(given[None] if given.ndim == 1 else given, net.widths[0], net.dtype, "x", one=given.ndim == 1)


def targets_of(net: Network, loss: Loss, y: Any, points: int, classes: Array | None) -> Array:
    """Targets, a row for each point, (points, n^L)."""
    outputs = net.widths[-1]
    require_pair(net.f[net.L], loss, outputs)
    given = as_array(y, "y")
    if classes is not None and len(classes) != max(outputs, 2):
        raise ValueError(f"classes must name the {max(outputs, 2)} outcomes in order; given {classes.tolist()}")
    if given.dtype.kind in "OSU" and classes is None:
        raise ValueError(f"y is the label {y!r}; give classes=, the labels in the order of the outputs")
    if points == 1:
        require_length_of_target(given, outputs // loss.outputs_per_target)
    if points > 1:
        Y = given
    elif given.ndim == 0 or (given.shape == (1,) and outputs > 1):
        Y = given.reshape(1)  # a label, or the value of the only output
    else:
        Y = given[None] if given.ndim == 1 else given
    if classes is not None and classes.dtype.kind in "OSU" and given.dtype.kind not in "OSU":
        classes = None  # a number stands for itself, beside classes that are text
    return as_targets(Y, loss, points=points, outputs=outputs, dtype=net.dtype, classes=classes, name="y").Y

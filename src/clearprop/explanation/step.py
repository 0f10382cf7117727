"""explain: one step of back-propagation as a Trace. Its numbers are those of the formulas that train."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import Statistics
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.schedules import StepSize, as_schedule
from ..jacobians import Layout, in_layout
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_array, as_factors, as_weights, whole_number
from .facade import Trace
from .findings.header import points_of, targets_of
from .findings.step import Asked, step_of
from .notation.notations import notation_called
from .trace.row import RawRow


def explain(
    net: Network,
    x: npt.ArrayLike,
    y: Any,
    loss: str | Loss = "nllm",
    *,
    eta: StepSize | None = None,
    t: int = 1,
    layout: Layout = "denominator",
    notation: str = "mn",
    penalty: str | Penalty | None = None,
    sample_weight: npt.ArrayLike | None = None,
    factors: Mapping[int, npt.ArrayLike] | None = None,
    statistics: Statistics = "running",
    optimizer: str | Optimizer = "sgd",
    state: Mapping[str, Array] | None = None,
    after: Array | None = None,
    entry: Sequence[int] | Sequence[Sequence[int]] | None = None,
    bias: Sequence[int] | Sequence[Sequence[int]] | None = None,
    at: int = 0,
    check: bool = True,
    classes: Sequence[Any] | npt.NDArray[Any] | None = None,
    point: str | None = None,
    seed: int | None = None,
    row: RawRow | None = None,
    note: str | None = None,
) -> Trace:
    """The chain rule of the step that `net` would take on x with target y, every factor with its value.

    Parameters
    ----------
    net
        Left as it is; the step is shown, not taken.
    x
        One point, (m^1,) or (1, m^1); or the points of a batch, (b, m^1). The step is that of the mean over all of them.
    y
        A value, values or a one-hot row (n^L,) or (1, n^L), or a class label; a row or a label for each point of a batch.
    loss, penalty, optimizer
        Parts, by name or as records of your own.
    sample_weight
        (b,); the loss is the mean of w_i L_i.
    factors
        What A[l] (b, n^l) is multiplied by before layer l + 1 takes it, where dropout leaves units out of the step.
    statistics
        "running": a normalisation over points takes its running mean and variance, as in predictions; "batch": those of
        these points, as in training.
    eta, t
        The step size, or a schedule asked at step t; the optimiser's own default where it is None.
    state
        What the optimiser remembers, arrays by name; none means its first step.
    after
        The parameters (p,) after the step, where a training has taken it.
    layout
        "denominator" (7.50) or "numerator", its transpose (Clarification 18).
    notation
        "mn", that of the notes; "dd", the course's newer; "nielsen"; "pytorch".
    entry, bias
        (l, i, j): the weight from input i to unit j of layer l, counted from 1, whose derivative is written as a sum over
        paths; several of them in a list. (l, j) for a bias. By default the weight of layer 1 that the loss depends on most.
    at
        Which point of a batch is shown in full, counted from 0.
    check
        Whether to compare every gradient with a numeric derivative.
    classes
        What the outputs stand for, in order; needed where y is a label in text.
    point, seed
        What to call the point, and the seed to mention.
    row
        The raw row that x and y were made from, and how: an estimator's `explain` and the command line give it.
    note
        What to say of the step beside what the optimiser says, in a clause: what a training has in it and this has not.

    Raises
    ------
    ValueError
        An unknown part, layout or notation, or data that does not fit.

    Examples
    --------
    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> trace = explain(net, x=[3.0], y=5.0, loss="square")
    >>> trace.backward[1].dL_dW, trace.update[1].W_after
    (array([[12.]]), array([[1.88]]))
    """
    require_network(net, f"use clf.explain(x, y), or {WITH_NETWORK}")
    notation_called(notation)
    in_layout(np.empty((1, 1)), layout)  # what is unknown is told before anything is computed
    loss_function, rule = find(Loss, loss), find(Optimizer, optimizer)
    names = None if classes is None else as_array(classes, "classes")
    X = points_of(net, x)
    Y = targets_of(net, loss_function, y, len(X), names)
    t = whole_number(t, 1, "t")
    if whole_number(at, -sys.maxsize, "at") not in range(len(X)):
        raise ValueError(f"at={at}: there are {len(X)} points, counted from 0")
    asked = Asked(
        net.copy(),
        X,
        Y,
        loss_function,
        rule,
        as_schedule(rule.rule.default_eta if eta is None else eta),
        t=t,
        layout=layout,
        notation=notation,
        penalty=None if penalty is None else find(Penalty, penalty),
        weights=as_weights(sample_weight, len(X), net.dtype),
        M=as_factors(factors, len(X), net.widths, net.dtype),
        statistics=statistics,
        state=state,
        after=after,
        entries=_listed(entry),
        biases=_listed(bias),
        at=at,
        check=check,
        classes=None if names is None else tuple(str(each) for each in names.tolist()),
        point=point,
        seed=seed,
        row=row,
        note=note,
    )
    step = step_of(asked)
    return Trace(**{own.name: getattr(step, own.name) for own in fields(step)}, asked=asked)


def _listed(given: Any) -> list[tuple[int, ...]]:
    if given is None:
        return []
    scalar = isinstance(given, np.ndarray) and given.ndim == 0
    if scalar or isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        raise ValueError(f"entry must be (l, i, j) and bias (l, j), or several of them; given {given!r}")
    several: list[Any] = [
        tuple(_counted(number) for number in each) if isinstance(each, Sequence | np.ndarray) else _counted(each)
        for each in given
    ]
    return several if not several or isinstance(several[0], tuple) else [tuple(several)]


def _counted(number: Any) -> Any:
    """A whole number of any library as Python's; anything else as it is, which is refused by its place in the network."""
    return int(number) if isinstance(number, Integral) and not isinstance(number, bool) else number

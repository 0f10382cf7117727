"""explain: one step of back-propagation as a Trace. Its numbers are those of the formulas that train."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import Statistics, traced_forward
from ..checks import GradientCheck
from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.schedules import StepSize, as_schedule
from ..jacobians import Layout, in_layout
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_array, as_factors, as_weights, whole_number
from .facade import Trace
from .findings.backward import backward_layer, derivative_of, formula_of
from .findings.batch import batch_of
from .findings.check import check_of, checked
from .findings.cost import cost_of
from .findings.header import Circumstances, header_of, points_of, targets_of
from .findings.health import health_of
from .findings.lints import lints_of
from .findings.passes import Passes
from .findings.paths import entry_of, telling_entry
from .findings.seen import Seen
from .findings.update import Descent
from .findings.zones import zones_of
from .notation.notations import notation_called
from .notation.symbols import Symbols
from .trace.around import Entry
from .trace.passes import ForwardLayer, Normalized
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

    ValueError for an unknown part, layout or notation, and for data that does not fit.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> trace = explain(net, x=[3.0], y=5.0, loss="square")
    >>> trace.backward[1].dL_dW, trace.update[1].W_after
    (array([[12.]]), array([[1.88]]))
    """
    require_network(net, f"use clf.explain(x, y), or {WITH_NETWORK}")
    symbols = Symbols(notation_called(notation), scalar=set(net.widths) == {1})
    in_layout(np.empty((1, 1)), layout)  # an unknown layout is told before anything is computed
    loss_function, rule = find(Loss, loss), find(Optimizer, optimizer)
    names = None if classes is None else as_array(classes, "classes")
    X = points_of(net, x)
    Y = targets_of(net, loss_function, y, len(X), names)
    weights = as_weights(sample_weight, len(X), net.dtype)
    part = None if penalty is None else find(Penalty, penalty)
    M = as_factors(factors, len(X), net.widths, net.dtype)
    t = whole_number(t, 1, "t")
    if whole_number(at, -sys.maxsize, "at") not in range(len(X)):
        raise ValueError(f"at={at}: there are {len(X)} points, counted from 0")
    schedule = as_schedule(rule.rule.default_eta if eta is None else eta)
    again = partial(
        explain,
        net.copy(),
        X,
        Y,
        loss_function,
        eta=eta,
        t=t,
        penalty=part,
        sample_weight=weights,
        factors=factors,
        statistics=statistics,
        optimizer=rule,
        state=state,
        after=after,
        entry=entry,
        bias=bias,
        at=at,
        check=False,
        classes=classes,
        point=point,
        seed=seed,
        row=row,
        note=note,
    )
    rate = float(schedule.eta(np.array([t]))[0])
    with np.errstate(all="ignore"):  # saturated outputs make the long way infinite; the trace says so where it happens
        fwd = traced_forward(net, X, Y, loss_function, weights, part, M, statistics)
        passes = Passes.over(net, fwd, at, symbols, layout)
        found = checked(passes) if check else None
        descent = Descent(passes, rule, rate, state, after, note)
        said = Circumstances(t, rate, str(schedule), str(rule), names, point, seed)
        forward = {l: _forward_layer(passes, l) for l in net.layers}
        health = health_of(passes, descent)
        return Trace(
            header=header_of(passes, said),
            forward=forward,
            backward={l: backward_layer(passes, l) for l in net.layers},
            rule=descent.rule(),
            update={l: descent.layer(l) for l in net.layers},
            what_if={l: descent.what_if(l) for l in range(1, net.L)},
            entries=_entries(passes, _listed(entry), _listed(bias)),
            check=None if found is None else check_of(passes, found),
            cost=cost_of(passes),
            health=health,
            lints=lints_of(Seen(passes, descent, rate)),
            batch=batch_of(passes),
            kept=passes.links.column(passes.one.M[0]) if 0 in passes.one.M else None,
            ranked=_ranked(passes),
            row=row,
            retell=lambda layout, notation: _checked_as(passes, found, again(layout=layout, notation=notation)),
        )


def _checked_as(passes: Passes, found: GradientCheck | None, told: Trace) -> Trace:
    """The same step told again, with the check that has been made."""
    if found is None:
        return told
    there = replace(passes, symbols=told.header.symbols, layout=told.header.layout)
    return replace(told, check=check_of(there, found))


def _forward_layer(passes: Passes, l: int) -> ForwardLayer:
    net, one, column = passes.net, passes.one, passes.links.column
    f = net.f[l]
    return ForwardLayer(
        l=l,
        activation=str(f),
        formula=formula_of(f, "(z)"),
        derivative=derivative_of(f, "′(z)"),
        elementwise=isinstance(f, Elementwise),
        source=f.source,
        W=passes.weights_shown(net.W[l]),
        W0=net.W0[l][:, None].copy(),
        A_prev=column(one.taken(l)),
        Z=column(one.Z[l]),
        A=column(one.A[l]),
        zones=zones_of(f, one.into_f(l)[0], one.A[l][0]),
        normalized=_normalized(passes, l),
        alpha=net.alpha[l][:, None].copy() if l in net.alpha else None,
        kept=column(one.M[l]) if l in one.M else None,
    )


def _normalized(passes: Passes, l: int) -> Normalized | None:
    net, one, column = passes.net, passes.one, passes.links.column
    if l not in net.normalization:
        return None
    part, (mean, variance) = net.normalization[l], one.moments[l]
    return Normalized(
        name=str(part),
        formula=formula_of(part, "(z)"),
        source=part.source,
        mean=column(mean),
        variance=column(variance),
        Z_hat=column(one.Z_hat[l]),
        gain=net.gain[l][:, None].copy(),
        shift=net.shift[l][:, None].copy(),
        V=column(one.V[l]),
    )


def _entries(
    passes: Passes, weights: Sequence[tuple[int, ...]], biases: Sequence[tuple[int, ...]]
) -> tuple[Entry, ...]:
    if not weights and not biases:
        return (entry_of(passes, *telling_entry(passes)),)
    asked = [("W", 3, each) for each in weights] + [("W0", 2, each) for each in biases]
    for name, length, each in asked:
        if len(each) != length or not all(
            isinstance(number, Integral) and not isinstance(number, bool) for number in each
        ):
            wanted = "entry must be (l, i, j)" if name == "W" else "bias must be (l, j)"
            raise ValueError(f"{wanted}, whole numbers counted from 1; given {tuple(each)!r}")
    return tuple(
        entry_of(passes, "W" if name == "W" else "W0", int(each[0]), tuple(int(index) for index in each[1:]))
        for name, _, each in asked
    )


def _listed(given: Any) -> list[tuple[int, ...]]:
    if given is None:
        return []
    scalar = isinstance(given, np.ndarray) and given.ndim == 0
    if scalar or isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        raise ValueError(f"entry must be (l, i, j) and bias (l, j), or several of them; given {given!r}")
    several: list[Any] = [tuple(each) if isinstance(each, Sequence | np.ndarray) else each for each in given]
    return several if not several or isinstance(several[0], tuple) else [tuple(several)]


def _ranked(passes: Passes) -> dict[int, list[int]]:
    """Units of each layer, those that matter most first: the largest inputs, then the largest |dL/dz|."""
    one, sizes = passes.one_grads, {0: abs(passes.one.A[0][0])}
    sizes |= {l: abs(one.dL_dZ[l][0]) for l in passes.net.layers}
    return {l: np.argsort(-np.nan_to_num(size, nan=np.inf), kind="stable").tolist() for l, size in sizes.items()}

"""The step as one record: what each part of the findings says of it, put together. Its arguments have been checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...backprop import Statistics, traced_forward
from ...checks import GradientCheck
from ...formulas.activations import Elementwise
from ...formulas.catalogue import Array
from ...formulas.losses import Loss
from ...formulas.optimizers import Optimizer
from ...formulas.penalties import Penalty
from ...formulas.schedules import Schedule
from ...jacobians import Layout
from ...network import Network
from ..notation.notations import notation_called
from ..notation.symbols import Symbols
from ..notation.variables import in_letters
from ..trace.around import Entry
from ..trace.passes import ForwardLayer, Normalized
from ..trace.record import Step
from ..trace.row import RawRow
from .backward import backward_layer, derivative_of, formula_of, to_input
from .batch import batch_of
from .check import check_of, checked
from .cost import cost_of
from .header import Circumstances, header_of
from .health import health_of
from .lints import lints_of
from .passes import Passes
from .paths import entry_of, telling_entry
from .seen import Seen
from .update import Descent
from .zones import zones_of


@dataclass(frozen=True)
class Asked:
    """A step that is to be explained: the network, its points, how the step is taken, and how it is written."""

    net: Network
    X: Array
    """(n, m^1)."""
    Y: Array
    """(n, n^L)."""
    loss: Loss
    optimizer: Optimizer
    schedule: Schedule
    t: int = 1
    layout: Layout = "denominator"
    notation: str = "mn"
    penalty: Penalty | None = None
    weights: Array | None = None
    """(n,)."""
    M: Mapping[int, Array] = field(default_factory=dict)
    """Dropout's factors of A[l], (n, n^l)."""
    statistics: Statistics = "running"
    state: Mapping[str, Array] | None = None
    after: Array | None = None
    entries: Sequence[tuple[int, ...]] = ()
    """(l, i, j) of each weight whose paths are listed, counted from 1."""
    biases: Sequence[tuple[int, ...]] = ()
    at: int = 0
    check: bool = True
    classes: tuple[str, ...] | None = None
    point: str | None = None
    seed: int | None = None
    row: RawRow | None = None
    note: str | None = None

    @property
    def rate(self) -> float:
        """The step size that the schedule has for step t."""
        return float(self.schedule.eta(np.array([self.t]))[0])


def passes_of(asked: Asked) -> Passes:
    """Both passes of the step."""
    symbols = Symbols(notation_called(asked.notation), set(asked.net.widths) == {1}, L=asked.net.L)
    with np.errstate(all="ignore"):
        pass_of = (asked.X, asked.Y, asked.loss, asked.weights, asked.penalty, dict(asked.M), asked.statistics)
        return Passes.over(asked.net, traced_forward(asked.net, *pass_of), asked.at, symbols, asked.layout)


def descent_of(asked: Asked, passes: Passes) -> Descent:
    """The step of the optimiser, taken on a copy."""
    return Descent(passes, asked.optimizer, asked.rate, asked.state, asked.after, asked.note)


def step_of(asked: Asked, found: GradientCheck | None = None) -> Step:
    """The record of the step; `found` is a check that has been made of it already."""
    net, rate = asked.net, asked.rate
    with np.errstate(all="ignore"):  # saturated outputs make the long way infinite; the trace says so where it happens
        passes = passes_of(asked)
        if found is None and asked.check:
            found = checked(passes)
        descent = descent_of(asked, passes)
        rules = str(asked.schedule), str(asked.optimizer)
        return Step(
            header=header_of(passes, Circumstances(asked.t, rate, *rules, asked.classes, asked.point, asked.seed)),
            forward={l: _forward_layer(passes, l) for l in net.layers},
            backward={l: backward_layer(passes, l) for l in net.layers},
            to_input=to_input(passes),
            rule=descent.rule(),
            update={l: descent.layer(l) for l in net.layers},
            what_if={l: descent.what_if(l) for l in range(1, net.L)},
            entries=_entries(passes, asked.entries, asked.biases),
            check=None if found is None else check_of(passes, found),
            cost=cost_of(passes),
            health=health_of(passes, descent),
            lints=lints_of(Seen(passes, descent, rate)),
            batch=batch_of(passes),
            kept=passes.links.column(passes.one.M[0]) if 0 in passes.one.M else None,
            ranked=_ranked(passes),
            row=asked.row,
            retell=lambda layout, notation: step_of(
                replace(asked, layout=layout, notation=notation, check=False), found
            ),
        )


def _forward_layer(passes: Passes, l: int) -> ForwardLayer:
    net, one, column = passes.net, passes.one, passes.links.column
    f = net.f[l]
    return ForwardLayer(
        l=l,
        activation=str(f),
        formula=in_letters(formula_of(f, "(z)"), passes.symbols, l),
        derivative=in_letters(derivative_of(f, "′(z)"), passes.symbols, l),
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
        if len(each) != length or any(isinstance(number, bool) or not isinstance(number, int) for number in each):
            wanted = "entry must be (l, i, j)" if name == "W" else "bias must be (l, j)"
            raise ValueError(f"{wanted}, whole numbers counted from 1; given {tuple(each)!r}")
    return tuple(
        entry_of(passes, "W" if name == "W" else "W0", int(each[0]), tuple(int(index) for index in each[1:]))
        for name, _, each in asked
    )


def _ranked(passes: Passes) -> dict[int, list[int]]:
    """Units of each layer, those that matter most first: the largest inputs, then the largest |dL/dz|."""
    one, sizes = passes.one_grads, {0: abs(passes.one.A[0][0])}
    sizes |= {l: abs(one.dL_dZ[l][0]) for l in passes.net.layers}
    return {l: np.argsort(-np.nan_to_num(size, nan=np.inf), kind="stable").tolist() for l, size in sizes.items()}

"""The steps of a function as graphs, for exports that write them as a program: inputs, layer after layer, and the answer.

An activation is a function of its own, which all layers call that have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...ensemble import added, mean_from, output_of
from ...formulas.activations import Activation, Elementwise, Identity
from ...formulas.learnt_activations import Learnt
from ...network import Network
from ...operators import CannotExpress, Graph, Symbol, activated, formula
from ..preprocessing import abbreviate
from .columns import Prepared
from .function import Answer, Function
from .writing import LOG1P_AND_MORE


@dataclass(frozen=True)
class Called:
    """An activation as a function: a graph of `z`, and of `alpha` where it has one."""

    f: Activation
    graph: Graph

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of its arguments."""
        return ("z", "alpha") if isinstance(self.f, Learnt) else ("z",)


@dataclass(frozen=True)
class TracedLayer:
    """A^l from A^(l-1): the graph takes `A`, and gives V, the input of f, and what f gives of it."""

    net: Network
    l: int
    name: str
    """`1` for layer 1 of the only network, `1_of_2` for that of network 2."""
    graph: Graph
    V: str
    about: dict[str, str]
    """What each constant is, by its name in the graph: `W_1`, `W0_1`, `gain_1`, `shift_1`, `alpha_1`."""

    @property
    def said(self) -> str:
        """What it is, for a comment; names in it are not made safe."""
        (m, n), part = self.net.W[self.l].shape, self.net.normalization.get(self.l)
        of = self.name.replace("_", " ").replace("of", "of network")
        return f"layer {of}: {m} to {n} units{'' if part is None else f', {part}'}, {self.net.f[self.l]}"


@dataclass
class Tracer:
    """Writes down the steps of one function, as numbers of `dtype`."""

    function: Function
    dtype: np.dtype[Any]
    of_units: bool = True
    """Whether functions are of one unit. Then an activation that is of a whole layer is written inside the layer."""
    called: list[Called] = field(default_factory=list)
    """The activations that are functions."""

    @np.errstate(all="ignore")
    def inputs(self) -> tuple[Graph, Prepared]:
        """What is given, as the network's inputs. Values have the names that `given` has, after `given:`."""
        graph = self._graph()
        given = {each.name: Symbol(graph, place_of(each.name)) for each in self.function.given}
        made = self.function.prepare(given)
        graph.outputs = (made.A.name, *(each.met.name for each in made.required))
        return graph.pruned(), made

    def networks(self) -> list[list[TracedLayer]]:
        """Every layer of every network."""
        nets = self.function.networks
        return [
            [self._layer(net, l, f"{l}_of_{k}" if len(nets) > 1 else str(l)) for l in net.layers]
            for k, net in enumerate(nets, 1)
        ]

    @np.errstate(all="ignore")
    def mean(self) -> tuple[Graph, Graph]:
        """Of several networks: the sum of `total` and the outputs `A` of one network more, and their mean, by `total`."""
        output, graphs = output_of(self.function.network), (self._graph(), self._graph())
        total, one_more = Symbol(graphs[0], "total"), Symbol(graphs[0], "A")
        sum_ = added(total, one_more, output)
        mean = mean_from(Symbol(graphs[1], "total"), len(self.function.networks), output)
        graphs[0].outputs, graphs[1].outputs = (sum_.name,), (mean.name,)
        return graphs[0].pruned(), graphs[1].pruned()

    @np.errstate(all="ignore")
    def answer(self) -> tuple[Graph, Answer]:
        """What is predicted of `A`, the outputs."""
        graph = self._graph()
        made = self.function.answer(Symbol(graph, "A", units=self.function.outputs))
        chosen = () if made.chosen is None else (made.chosen.name,)
        graph.outputs = (made.values.name, *chosen)
        return graph.pruned(), made

    def _graph(self) -> Graph:
        return Graph(self.dtype, input="A", more=LOG1P_AND_MORE)

    @np.errstate(all="ignore")
    def _layer(self, net: Network, l: int, name: str) -> TracedLayer:
        graph = self._graph()
        try:
            given: Any = Symbol(graph, "A")  # which answers as an array
            V: Any = net.pre_activation(l, given)
        except CannotExpress as error:
            raise CannotExpress(f"layer {l} is normalised by {net.normalization[l]}: {error}") from None
        A = self._activated(net.f[l], V)
        graph.outputs = (A.name,)
        about = {graph.constant(values): f"{what}_{name}" for what, values in _arrays(net, l)}
        return TracedLayer(net, l, name, graph.pruned(), V.name, about)

    def _activated(self, f: Activation, V: Any) -> Symbol:
        if type(f) is Identity:
            return V
        which = self._function(f)
        if which is None:
            return _expressed(f, V)
        return V.by("Call", V, *([f.alpha] if isinstance(f, Learnt) else []), function=which)

    def _function(self, f: Activation) -> int | None:
        """The number of an activation's function; None where it cannot be one, as it has constants for each unit."""
        known = next((i for i, each in enumerate(self.called) if each.f == f and type(each.f) is type(f)), None)
        if known is not None or (self.of_units and not isinstance(f, Elementwise)):
            return known
        graph = self._graph()
        one = f.at(Symbol(graph, "alpha")) if isinstance(f, Learnt) else f  # type: ignore[arg-type]
        graph.outputs = (_expressed(one, Symbol(graph, "z")).name,)
        graph = graph.pruned()
        if any(constant.size > 1 for constant in graph.constants.values()):
            return None
        self.called.append(Called(f, graph))
        return len(self.called) - 1


def _expressed(f: Activation, V: Symbol) -> Symbol:
    """f(V) by its own formula, or by an operator where the formula needs more than operators."""
    try:
        return formula(f, V)
    except CannotExpress:
        return activated(f, V)


def _arrays(net: Network, l: int) -> Iterator[tuple[str, Any]]:
    """What the arrays of a layer are called. The order matters where two are equal: a graph holds them once."""
    if l in net.running_mean:
        yield "mean", net.running_mean[l]
        yield "deviation", np.sqrt(net.running_variance[l] + net.normalization[l].epsilon)
    for at, name, values in reversed(net.arrays):
        if at == l:
            yield name, values


def place_of(name: str) -> str:
    """The name of the value that stands for what is given under this name."""
    return f"given:{name}"


def require_in_range(graph: Graph, what: str) -> None:
    """CannotExpress for constants that are too large for the graph's type."""
    for values in graph.constants.values():
        if values.dtype.kind == "f" and values.size > 1 and not np.isfinite(values).all():
            raise CannotExpress(f"{what} has numbers too large for {graph.dtype}; export it as float64")


def described(function: Function) -> list[str]:
    """Lines that say what a function is, for the head of a file; names in it are not made safe."""
    nets = function.networks
    each = {f"{'-'.join(map(str, net.widths))}: {', '.join(map(str, net.activations))}" for net in nets}
    lines = [f"{f'The mean of {len(nets)} networks' if len(nets) > 1 else 'Network'} {'; '.join(sorted(each))}."]
    if function.classes is not None:
        target = f"{function.targets[0]!r}: " if function.targets else ""
        lines.append(f"Classes of {target}{abbreviate(function.classes)}.")
    elif function.targets:
        lines.append(f"Predicts {abbreviate(function.targets)}.")
    return lines

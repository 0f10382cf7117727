"""The graph of a network's prediction: its layers, its normalisations and its activations, each by its own formula.

Where ONNX has an operator for an activation, with the same meaning in float and double, that is used; any other activation, a
user's own too, is its formula written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ensemble import Function, mean_of, networks_of, output_of
from ..formulas.activations import Activation, Identity, ReLU, Sigmoid, Softmax, Tanh
from ..formulas.smooth_activations import LogSoftmax
from ..network import Network
from . import functions  # noqa: F401 - what symbols answer to NumPy
from .graph import Graph
from .symbol import CannotExpress, Symbol

OPERATORS: dict[type[Activation], tuple[str, dict[str, Any]]] = {
    ReLU: ("Relu", {}),
    Tanh: ("Tanh", {}),
    Sigmoid: ("Sigmoid", {}),
    Softmax: ("Softmax", {"axis": -1}),
    LogSoftmax: ("LogSoftmax", {"axis": -1}),
}
"""Activations that are one operator."""


def graph_of(
    function: Function,
    *,
    before: Callable[[Symbol], Symbol] = lambda X: X,
    after: Callable[[Symbol], tuple[Symbol, ...]] = lambda A: (A,),
    dtype: Any = None,
) -> Graph:
    """The graph of the outputs for an input X (n, m), as numbers of `dtype`, the network's own by default.

    Of an ensemble it is that of all its networks, and of the mean of their outputs.

    `before` is what is done to X first, such as scaling, and `after` what is done to A^L (n, n^L). CannotExpress where a part
    has no expression.
    """
    graph = Graph(np.dtype(function.dtype if dtype is None else dtype))
    with np.errstate(all="ignore"):
        A = outputs(function, before(Symbol(graph, graph.input)))
        graph.outputs = tuple(each.name for each in after(A))
    return graph.pruned()


def outputs(function: Function, X: Any) -> Symbol:
    """A^L of the inputs X, or the mean of what several networks give."""
    nets = networks_of(function)
    A = mean_of((_outputs(net, X) for net in nets), output_of(function)) if len(nets) > 1 else _outputs(nets[0], X)
    return Symbol(A.graph, A.name, units=nets[0].widths[-1])


def _outputs(net: Network, A: Any) -> Any:
    for l in net.layers:
        A = layer(net, l, A)
    return A


def layer(net: Network, l: int, A: Any) -> Symbol:
    """A^l from A^(l-1)."""
    part = net.normalization.get(l)
    try:
        V = net.pre_activation(l, A)
    except CannotExpress as error:
        raise CannotExpress(f"layer {l} is normalised by {part}: {error}") from None
    return activated(net.f[l], V)


def activated(f: Activation, V: Any) -> Symbol:
    """f(V), by an operator of its own or by its formula. CannotExpress names the activation."""
    if type(f) is Identity:
        return V
    if type(f) in OPERATORS:
        operator, attributes = OPERATORS[type(f)]
        return V.by(operator, V, **attributes)
    return formula(f, V)


def formula(f: Activation, V: Any) -> Symbol:
    """f(V) by the formula of its record, written down. CannotExpress names the activation."""
    try:
        A = f.A(V)  # a symbol answers as an array
    except (CannotExpress, TypeError, AttributeError, IndexError) as error:
        raise CannotExpress(f"activation {f} has no expression by operators of ONNX: {error}") from None
    if not isinstance(A, Symbol):
        raise CannotExpress(
            f"activation {f} has no expression by operators of ONNX: its formula gives {type(A).__name__}"
        )
    return A

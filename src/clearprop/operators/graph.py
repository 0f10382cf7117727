"""A graph: operators of ONNX by name, in the order in which they are computed, with the constants that they take.

`evaluate` computes one with a table of functions, one for each operator, so that the same graph runs in NumPy, in a test, and
in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

OLDEST_OPSET = 13
AXES_ARE_INPUTS = 18
"""From this opset on, of every reduction; of ReduceSum from the oldest on."""


@dataclass(frozen=True)
class Node:
    """One operator: the names of the values that it takes, and that of the one it gives."""

    operator: str
    takes: tuple[str, ...]
    gives: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """As ONNX has them, but for `axes` of a reduction, whose place depends on the opset, and `to` of a cast, a NumPy type."""


@dataclass
class Graph:
    """Nodes in their order, and constants by name. `dtype` is the type of all values that are no truth values."""

    dtype: np.dtype[Any]
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    input: str = "X"
    outputs: tuple[str, ...] = ()
    more: Mapping[Any, str] = field(default_factory=dict)
    """NumPy functions that are operators here, although ONNX has none for them: what is written in C has log1p."""

    def constant(self, values: Any) -> str:
        """The name of a constant array: of this graph's type if it holds numbers."""
        array = np.asarray(values)
        array = array if array.dtype.kind in "bUO" else array.astype(self.dtype)
        return self.kept(array)

    def kept(self, array: Array) -> str:
        """The name of a constant array, in its own type; equal arrays are stored once."""
        for name, held in self.constants.items():
            if held.dtype == array.dtype and held.shape == array.shape and held.tobytes() == array.tobytes():
                return name
        number = len(self.constants)
        while f"constant_{number}" in self.constants:  # a pruned graph has gaps in the numbers
            number += 1
        name = f"constant_{number}"
        self.constants[name] = array
        return name

    def add(self, operator: str, *takes: str, **attributes: Any) -> str:
        """The name of what an operator gives; the same operator of the same values is computed once."""
        for node in self.nodes:
            if (node.operator, node.takes, node.attributes) == (operator, takes, attributes):
                return node.gives
        name = f"value_{len(self.nodes)}"
        self.nodes.append(Node(operator, takes, name, attributes))
        return name

    def in_opset(self, opset: int) -> Graph:
        """The graph as this version of ONNX's operators has it; ValueError where it is too old."""
        if opset < OLDEST_OPSET:
            raise ValueError(f"opset {opset} is too old: the oldest that has these operators is {OLDEST_OPSET}")
        made = Graph(self.dtype, [], dict(self.constants), self.input, self.outputs, self.more)
        for node in self.nodes:
            takes, attributes = node.takes, dict(node.attributes)
            if "axes" in attributes and (node.operator == "ReduceSum" or opset >= AXES_ARE_INPUTS):
                takes = (*takes, made.kept(np.array(attributes.pop("axes"), np.int64)))
            made.nodes.append(Node(node.operator, takes, node.gives, attributes))
        return made

    def pruned(self) -> Graph:
        """Without nodes and constants that no output depends on."""
        needed, nodes = set(self.outputs), []
        for node in reversed(self.nodes):
            if node.gives in needed:
                needed.update(node.takes)
                nodes.append(node)
        constants = {name: array for name, array in self.constants.items() if name in needed}
        return Graph(self.dtype, nodes[::-1], constants, self.input, self.outputs, self.more)


def evaluate(
    graph: Graph, X: Any, functions: Mapping[str, Callable[..., Any]], constants: Mapping[str, Any]
) -> list[Any]:
    """The outputs of a graph for the input X, by a function for each operator; they take the `constants` as these are given."""
    values = {graph.input: X, **constants}
    for node in graph.nodes:
        values[node.gives] = functions[node.operator](*(values[name] for name in node.takes), **node.attributes)
    return [values[name] for name in graph.outputs]

"""A network as operators of ONNX: each part's own NumPy formula, written down operation by operation instead of computed.

>>> from clearprop import Network
>>> graph = graph_of(Network(widths=(2, 3, 1), activations=("relu", "identity"), seed=0))
>>> [node.operator for node in graph.nodes]
['MatMul', 'Add', 'Relu', 'MatMul', 'Add']
"""

from .graph import Graph, Node, evaluate
from .network import activated, formula, graph_of, layer, outputs
from .symbol import CannotExpress, Symbol

__all__ = [
    "CannotExpress",
    "Graph",
    "Node",
    "Symbol",
    "activated",
    "evaluate",
    "formula",
    "graph_of",
    "layer",
    "outputs",
]

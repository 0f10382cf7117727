"""The converter of hummingbird: the graph of an estimator's whole function as a PyTorch module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hummingbird.ml.operator_converters._physical_operator import PhysicalOperator
from hummingbird.ml.supported import sklearn_api_operator_name_map
from onnxconverter_common.registration import register_converter

from ...operators import Graph, evaluate
from ..classifier import MLPClassifier
from ..regressor import MLPRegressor
from .as_operators import graph_of_estimator

DTYPES = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64, "bool": torch.bool}

IN_TORCH: dict[str, Callable[..., Any]] = {
    "Abs": torch.abs,
    "Add": torch.add,
    "And": torch.logical_and,
    "Atan": torch.atan,
    "Cos": torch.cos,
    "Div": torch.div,
    "Equal": torch.eq,
    "Exp": torch.exp,
    "Floor": torch.floor,
    "Greater": torch.gt,
    "GreaterOrEqual": torch.ge,
    "IsNaN": torch.isnan,
    "Less": torch.lt,
    "LessOrEqual": torch.le,
    "Log": torch.log,
    "MatMul": torch.matmul,
    "Max": torch.maximum,
    "Min": torch.minimum,
    "Mul": torch.mul,
    "Neg": torch.neg,
    "Not": torch.logical_not,
    "Or": torch.logical_or,
    "Pow": torch.pow,
    "Relu": torch.relu,
    "Round": torch.round,
    "Sigmoid": torch.sigmoid,
    "Sign": torch.sign,
    "Sin": torch.sin,
    "Sqrt": torch.sqrt,
    "Sub": torch.sub,
    "Tanh": torch.tanh,
    "Where": torch.where,
    "Identity": lambda x: x,
    "Cast": lambda x, to: x.to(DTYPES[np.dtype(to).name]),
    "Softmax": torch.softmax,
    "LogSoftmax": torch.log_softmax,
    "ArgMax": lambda x, axis, keepdims: torch.argmax(x, axis, bool(keepdims)),
    "Concat": lambda *parts, axis: torch.cat(parts, axis),
    "Gather": lambda x, index, axis: torch.index_select(x, axis, index),
    "ReduceSum": lambda x, axes, keepdims: torch.sum(x, axes, bool(keepdims)),
    "ReduceMean": lambda x, axes, keepdims: torch.mean(x, axes, bool(keepdims)),
    "ReduceMax": lambda x, axes, keepdims: torch.amax(x, axes, bool(keepdims)),
}
"""What computes each operator."""


class GraphModule(PhysicalOperator, torch.nn.Module):
    """A graph as a module. Its constants are parameters that are not trained: hummingbird asks these for the device."""

    def __init__(self, logical_operator: Any, graph: Graph, *, classification: bool) -> None:
        super().__init__(logical_operator, classification=classification, regression=not classification)
        self.graph = graph
        for name, array in graph.constants.items():
            self.register_parameter(name, torch.nn.Parameter(torch.from_numpy(np.array(array)), requires_grad=False))

    def forward(self, X: Any) -> Any:
        """Labels and probabilities, or values (n, outputs)."""
        X = X.to(DTYPES[self.graph.dtype.name])
        constants = {name: getattr(self, name) for name in self.graph.constants}
        outputs = evaluate(self.graph, X, IN_TORCH, constants)
        return tuple(outputs) if len(outputs) > 1 else outputs[0]


def convert(operator: Any, *_: Any) -> GraphModule:
    """The module of an estimator; ValueError for labels that hummingbird has no place for."""
    estimator = operator.raw_operator
    classes = vars(estimator).get("classes_")
    if classes is not None and estimator._labels.kind == "multilabel-indicator":
        raise ValueError("hummingbird gives one label for each row, so it cannot hold a model of several labels")
    graph = graph_of_estimator(estimator, estimator.networks_[0].dtype)
    if any(array.dtype == object for array in graph.constants.values()):
        raise ValueError("hummingbird gives tensors, which hold no text; labels must be whole numbers")
    return GraphModule(operator, graph, classification=classes is not None)


def register() -> None:
    """For both estimators; again has no effect."""
    for kind in (MLPClassifier, MLPRegressor):
        sklearn_api_operator_name_map[kind] = f"Clearprop{kind.__name__}"
        register_converter(f"Clearprop{kind.__name__}", convert, overwrite=True)

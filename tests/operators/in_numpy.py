"""What each operator of ONNX means, in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.operators import Graph, evaluate


def _sigmoid(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def _softmax(x: Any, axis: int) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: int) -> Any:
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


IN_NUMPY = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "MatMul": np.matmul,
    "Neg": np.negative,
    "Abs": np.abs,
    "Sign": np.sign,
    "Exp": np.exp,
    "Log": np.log,
    "Sqrt": np.sqrt,
    "Tanh": np.tanh,
    "Sin": np.sin,
    "Cos": np.cos,
    "Atan": np.arctan,
    "Round": np.rint,
    "Floor": np.floor,
    "Max": np.maximum,
    "Min": np.minimum,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Equal": np.equal,
    "IsNaN": np.isnan,
    "Not": np.logical_not,
    "And": np.logical_and,
    "Or": np.logical_or,
    "Pow": np.power,
    "Where": np.where,
    "Identity": lambda x: x,
    "Relu": lambda x: np.maximum(x, 0),
    "Sigmoid": _sigmoid,
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "Cast": lambda x, to: x.astype(to),
    "ReduceSum": lambda x, axes, keepdims: x.sum(axis=tuple(axes), keepdims=bool(keepdims)),
    "ReduceMean": lambda x, axes, keepdims: x.mean(axis=tuple(axes), keepdims=bool(keepdims)),
    "ReduceMax": lambda x, axes, keepdims: x.max(axis=tuple(axes), keepdims=bool(keepdims)),
    "ArgMax": lambda x, axis, keepdims: np.expand_dims(x.argmax(axis), axis) if keepdims else x.argmax(axis),
    "Concat": lambda *parts, axis: np.concatenate(parts, axis),
    "Gather": np.take,
}


def computed(graph: Graph, X: Any) -> list[Any]:
    """The outputs of a graph for the input X, in the graph's type."""
    with np.errstate(all="ignore"):
        return evaluate(graph, X.astype(graph.dtype), IN_NUMPY, graph.constants)

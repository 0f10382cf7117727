"""The converter of skl2onnx: the graph of an estimator's whole function, put into the model that skl2onnx builds."""

from __future__ import annotations

from typing import Any

import numpy as np
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.proto import onnx_proto

from ...io.exports.function import labels_of
from ...operators import Graph
from ..classifier import MLPClassifier
from ..regressor import MLPRegressor
from .as_operators import graph_of_estimator

TYPES = {
    "float64": onnx_proto.TensorProto.DOUBLE,
    "float32": onnx_proto.TensorProto.FLOAT,
    "int64": onnx_proto.TensorProto.INT64,
    "bool": onnx_proto.TensorProto.BOOL,
    "object": onnx_proto.TensorProto.STRING,
}
OPTIONS = {"zipmap": [True, False, "columns"], "output_class_labels": [False, True], "nocl": [True, False]}
"""Those of skl2onnx's own converter of a multi-layer perceptron."""


def register() -> None:
    """For both estimators; again has no effect."""
    update_registered_converter(MLPClassifier, "ClearpropMLPClassifier", set_types, convert, options=OPTIONS)
    update_registered_converter(MLPRegressor, "ClearpropMLPRegressor", set_types, convert)


def set_types(operator: Any) -> None:
    """Say which types and shapes the outputs have."""
    estimator, n = operator.raw_operator, operator.inputs[0].get_first_dimension()
    number = DoubleTensorType if isinstance(operator.inputs[0].type, DoubleTensorType) else FloatTensorType
    if not hasattr(estimator, "classes_"):
        operator.outputs[0].set_type(number([n, estimator.n_outputs_]))
        return
    several = estimator._labels.kind == "multilabel-indicator"
    text = labels_of(estimator.classes_).dtype == object
    label = StringTensorType if text else Int64TensorType
    operator.outputs[0].set_type(label([n, len(estimator.classes_)] if several else [n]))
    operator.outputs[1].set_type(number([n, len(estimator.classes_)]))


def convert(scope: Any, operator: Any, container: Any) -> None:
    """Put the estimator's operators into the container, in float, or in double where the input is."""
    single = not isinstance(operator.inputs[0].type, DoubleTensorType)
    graph = graph_of_estimator(operator.raw_operator, np.float32 if single else np.float64)
    put(
        graph.in_opset(container.target_opset),
        operator.inputs[0].full_name,
        operator.output_full_names,
        scope,
        container,
    )


def put(graph: Graph, given: str, outputs: list[str], scope: Any, container: Any) -> None:
    """Add the nodes and constants of a graph, which takes the value `given`, whatever its type, and gives `outputs`."""
    names = {graph.input: scope.get_unique_variable_name("inputs")}
    container.add_node(
        "Cast", given, names[graph.input], name=scope.get_unique_operator_name("Cast"), to=TYPES[graph.dtype.name]
    )
    for name, array in graph.constants.items():
        names[name] = scope.get_unique_variable_name(name)
        values = [each.encode() for each in array.ravel()] if array.dtype == object else array.ravel()
        container.add_initializer(names[name], TYPES[array.dtype.name], list(array.shape), values)
    for node in graph.nodes:
        names[node.gives] = scope.get_unique_variable_name(node.gives)
        attributes = {
            key: TYPES[np.dtype(value).name] if key == "to" else value for key, value in node.attributes.items()
        }
        takes = [names[each] for each in node.takes]
        container.add_node(
            node.operator, takes, names[node.gives], name=scope.get_unique_operator_name(node.operator), **attributes
        )
    for name, output in zip(graph.outputs, outputs, strict=True):
        container.add_node("Identity", names[name], output, name=scope.get_unique_operator_name("Identity"))

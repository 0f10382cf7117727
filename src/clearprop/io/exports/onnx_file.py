"""A model as an ONNX file: inputs by the names of columns, texts among them, and out come labels and probabilities, or values.

A row that has no prediction, because a number is not finite or a text is not known, gets NaN, and no label: an empty text, or
the lowest whole number.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import numpy as np

from ...columns.cells import TEXTS
from ...formulas.catalogue import Array
from ...operators import Graph, Symbol
from ...operators import outputs as outputs_of
from .function import Answer, Function, labels_of
from .required import Required
from .traced import described, place_of, require_in_range

OPSET, OPSET_OF_TEXTS = 17, 19
"""ONNX compares texts from opset 19 on."""
IR_VERSION = {OPSET: 8, OPSET_OF_TEXTS: 9}
"""The oldest version of the file format that has the opset."""
NO_LABEL = {"O": "", "i": np.iinfo(np.int64).min}
"""What stands for the label of a row without a prediction."""


def onnx_file(function: Function, *, dtype: Any = np.float32) -> bytes:
    """The bytes of the file, numbers in `dtype`. ImportError without the package onnx; CannotExpress without operators."""
    try:
        import onnx
    except ImportError:
        raise ImportError("an ONNX file needs the package onnx: pip install 'clearprop[onnx]'") from None
    graph, outputs = whole_graph(function, np.dtype(dtype))
    texts = any(each.holds == TEXTS for each in function.given)
    opset = OPSET_OF_TEXTS if texts else OPSET
    graph = graph.in_opset(opset)
    names = _names(function, graph, outputs)
    made = onnx.helper.make_model(
        _graph_proto(function, graph, names, outputs),
        opset_imports=[onnx.helper.make_opsetid("", opset)],
        ir_version=IR_VERSION[opset],
        producer_name="clearprop",
        producer_version=version("clearprop"),
        doc_string=" ".join(described(function)),
    )
    onnx.helper.set_model_props(made, {"columns": json.dumps([each.name for each in function.given])})
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString(deterministic=True))


def whole_graph(function: Function, dtype: np.dtype[Any]) -> tuple[Graph, dict[str, str]]:
    """All steps in one graph, and the name in it of each output: `label` and `probabilities`, or `values`."""
    graph = Graph(dtype)
    with np.errstate(all="ignore"):
        made = function.prepare({each.name: Symbol(graph, place_of(each.name)) for each in function.given})
        answer = function.answer(outputs_of(function.network, made.A))
    met = _all_met(made.required)
    outputs = {} if answer.chosen is None else {"label": _labels(function, answer, met).name}
    values: Any = answer.values if met is None else np.where(met, answer.values, np.nan)
    outputs[function.values_are] = values.name
    graph.outputs = tuple(outputs.values())
    graph = graph.pruned()
    require_in_range(graph, "the model")
    return graph, outputs


def _all_met(required: tuple[Required, ...]) -> Any:
    """Whether a row has a prediction, (n, 1); None where every row has one."""
    met: Any = None
    for each in required:
        met = each.met if met is None else np.logical_and(met, each.met)
    return met


def _labels(function: Function, answer: Answer, met: Any) -> Symbol:
    """The label of each row (n,), or 1 for each label that it has, (n, labels)."""
    chosen = answer.chosen
    assert chosen is not None
    kept = chosen.graph.kept
    if function.several:
        has = chosen if met is None else np.logical_and(chosen, met)
        return chosen.by("Cast", has, to=np.dtype(np.int64))
    names = labels_of(function.classes or ())
    if met is None:
        return chosen.by("Gather", Symbol(chosen.graph, kept(names)), chosen, axis=0)
    number_of_none = Symbol(chosen.graph, kept(np.array(len(names), np.int64)))
    row = met.by("Gather", met, Symbol(met.graph, kept(np.array(0, np.int64))), axis=1)
    which = chosen.by("Where", row, chosen, number_of_none)
    every = np.append(names, np.array([NO_LABEL[names.dtype.kind]], names.dtype))
    return chosen.by("Gather", Symbol(chosen.graph, kept(every)), which, axis=0)


def _names(function: Function, graph: Graph, outputs: dict[str, str]) -> dict[str, str]:
    """The name of every value in the file: of inputs those of columns, of outputs what they are, of others what is left."""
    used: set[str] = set()

    def unique(name: str) -> str:
        while name in used or not name:
            name += "_"
        used.add(name)
        return name

    names = {place_of(each.name): unique(each.name) for each in function.given}
    names |= {value: unique(name) for name, value in outputs.items()}
    return names | {
        each: unique(each) for each in (*graph.constants, *(node.gives for node in graph.nodes)) if each not in names
    }


def _graph_proto(function: Function, graph: Graph, names: dict[str, str], outputs: dict[str, str]) -> Any:
    from onnx import helper

    types = _types()
    inputs = [
        helper.make_tensor_value_info(
            names[place_of(each.name)],
            types["object" if each.holds == TEXTS else graph.dtype.name],
            ["rows", each.width],
            doc_string=each.about,
        )
        for each in function.given
    ]
    constants = [_constant(names[name], array, types) for name, array in graph.constants.items()]
    nodes = []
    for node in graph.nodes:
        more: Any = {
            key: types[np.dtype(value).name] if key == "to" else value for key, value in node.attributes.items()
        }
        nodes.append(helper.make_node(node.operator, [names[each] for each in node.takes], [names[node.gives]], **more))
    results = [_result(function, graph, name, names[value], types) for name, value in outputs.items()]
    return helper.make_graph(nodes, "clearprop", inputs, results, initializer=constants)


def _types() -> dict[str, int]:
    """ONNX's number of each type of NumPy."""
    from onnx import TensorProto

    return {
        "float32": TensorProto.FLOAT,
        "float64": TensorProto.DOUBLE,
        "int64": TensorProto.INT64,
        "bool": TensorProto.BOOL,
        "object": TensorProto.STRING,
    }


def _constant(name: str, array: Array, types: dict[str, int]) -> Any:
    from onnx import helper

    if array.dtype.kind in "UO":
        texts: Any = [str(each).encode() for each in array.ravel()]
        return helper.make_tensor(name, types["object"], array.shape, texts)
    return helper.make_tensor(name, types[array.dtype.name], array.shape, array.ravel())


def _result(function: Function, graph: Graph, output: str, name: str, types: dict[str, int]) -> Any:
    """An output with its type and shape."""
    from onnx import helper

    if output != "label":
        return helper.make_tensor_value_info(name, types[graph.dtype.name], ["rows", function.width])
    if function.several:
        return helper.make_tensor_value_info(name, types["int64"], ["rows", function.width])
    return helper.make_tensor_value_info(name, types[labels_of(function.classes or ()).dtype.name], ["rows"])

"""A model as JSON that anybody can read: layers with their weights, what columns become, and how it was trained.

`docs/exports.md` describes it. `read_json` gives the same model back, to the bit.
"""

from __future__ import annotations

import json
import re
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ...ensemble import Ensemble, Function, networks_of
from ...formulas.catalogue import Array
from ...network import Network
from ..model import Model
from ..model_file import require_saveable
from ..preprocessing import Preprocessing

FORMAT, VERSION = "clearprop model", 1
"""What the first two keys of a file hold; a file of a later version is rejected."""
_VECTOR = {"type": "array", "items": {"type": "number"}}
_COLUMN = {
    "type": "object",
    "required": ["kind", "name"],
    "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
}
_LAYER = {
    "type": "object",
    "required": ["inputs", "outputs", "activation", "formula", "normalization", "W", "W0"],
    "additionalProperties": False,
    "properties": {
        "inputs": {"type": "integer", "minimum": 1},
        "outputs": {"type": "integer", "minimum": 1},
        "activation": {"type": "string", "description": "a part of the catalogue, such as leaky_relu(slope=0.2)"},
        "formula": {"type": "string", "description": "for a reader"},
        "normalization": {"type": ["string", "null"]},
        "W": {"type": "array", "items": _VECTOR, "description": "a row for each input: Z = A W + W0"},
        **dict.fromkeys(("W0", "gain", "shift", "running_mean", "running_variance", "alpha"), _VECTOR),
    },
}
_LAYERS = {"type": "array", "items": _LAYER, "minItems": 1}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["format", "version", "dtype", "preprocessing", "facts"],
    "oneOf": [{"required": ["layers"]}, {"required": ["networks"]}],
    "additionalProperties": False,
    "properties": {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "dtype": {"enum": ["float64", "float32"]},
        "layers": _LAYERS,
        "networks": {
            "type": "array",
            "items": {"type": "object", "required": ["layers"], "properties": {"layers": _LAYERS}},
            "minItems": 1,
            "description": "several networks, of whose outputs the mean is taken",
        },
        "preprocessing": {
            "type": ["object", "null"],
            "required": ["inputs", "target"],
            "properties": {"inputs": {"type": "array", "items": _COLUMN}, "target": _COLUMN},
        },
        "facts": {"type": "object", "description": "how it was trained"},
    },
}
"""What a file holds, as a JSON Schema."""
_NUMBER = r"-?\d[\d.eE+-]*"
_LIST = re.compile(rf"\[\n\s+({_NUMBER}(?:,\s+{_NUMBER})*)\n\s+\]")


def json_file(model: Model) -> str:
    """The text of the file. ValueError for what JSON cannot hold: weights that are not finite, parts outside the catalogue."""
    function = model.network
    for net in networks_of(function):
        require_saveable(net)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "dtype": str(function.dtype),
        **_layers(function),
        "preprocessing": None if model.preprocessing is None else model.preprocessing.to_json(),
        "facts": dict(model.facts),
    }
    return _pretty(document) + "\n"


def read_json(path: str | PathLike[str]) -> Model:
    """The model in a JSON file that `export` wrote. ValueError for any other file."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not a clearprop model in JSON: {error}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"{path} is not a clearprop model in JSON: its format is not {FORMAT!r}")
    if document.get("version") != VERSION:
        raise ValueError(f"{path} has version {document.get('version')!r}, and this clearprop reads version {VERSION}")
    try:
        made = document["preprocessing"]
        prepared = None if made is None else Preprocessing.from_json(made)
        return Model(_function(document), prepared, document["facts"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None


def _layers(function: Function) -> dict[str, Any]:
    """`layers` of a network, or `networks` with theirs."""
    each = [{"layers": [_layer(net, l) for l in net.layers]} for net in networks_of(function)]
    return {"networks": each} if isinstance(function, Ensemble) else each[0]


def _function(document: dict[str, Any]) -> Function:
    dtype = document["dtype"]
    if "networks" not in document:
        return _network(document["layers"], dtype)
    if "layers" in document:
        raise ValueError("it has layers and networks, and a model has one of them")
    return Ensemble(_network(each["layers"], dtype) for each in document["networks"])


def _layer(net: Network, l: int) -> dict[str, Any]:
    """A layer, in the order in which it computes."""
    f, part = net.activations[l - 1], net.normalization.get(l)
    arrays = {name: values for at, name, values in net.arrays if at == l}
    if l in net.running_mean:
        arrays |= {"running_mean": net.running_mean[l], "running_variance": net.running_variance[l]}
    m, n = net.W[l].shape
    return {
        "inputs": m,
        "outputs": n,
        "activation": str(f),
        "formula": f.formula,
        "normalization": None if part is None else str(part),
        **{name: _numbers(values) for name, values in arrays.items()},
    }


def _network(layers: Any, dtype: str) -> Network:
    """The network of the layers. ValueError where arrays do not fit."""
    if dtype not in {"float32", "float64"}:
        raise ValueError(f"dtype is float32 or float64, given {dtype!r}")
    weights = [(np.array(each["W"], dtype), np.array(each["W0"], dtype)) for each in layers]
    net = Network.from_weights(
        weights, [each["activation"] for each in layers], normalization=[each["normalization"] for each in layers]
    )
    for l, name, view in net.arrays:
        view[...] = _of_shape(layers[l - 1][name], view, f"{name} of layer {l}")
    for name, views in (("running_mean", net.running_mean), ("running_variance", net.running_variance)):
        for l, view in views.items():
            view[...] = _of_shape(layers[l - 1][name], view, f"{name} of layer {l}")
    require_saveable(net)
    return net


def _of_shape(given: Any, view: Array, what: str) -> Array:
    values = np.array(given, view.dtype)
    if values.shape != view.shape:
        raise ValueError(f"{what} must be {view.shape}, and is {values.shape}")
    return values


def _numbers(values: Array) -> Any:
    """Nested lists of the shortest numbers that read back to the same in the array's type."""
    if values.dtype == np.float64:
        return values.tolist()
    return np.array([float(str(each)) for each in values.ravel()]).reshape(values.shape).tolist()


def _pretty(document: dict[str, Any]) -> str:
    """JSON in which each list of numbers is one line. JSON has no line end inside a text, so no text is changed."""
    text = json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False)
    return _LIST.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"it holds {name}, which is no number of JSON")

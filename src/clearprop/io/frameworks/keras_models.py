"""Keras's sequential models, or their list of arrays, as networks. Keras is not imported: a model tells of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulas.activations import Activation
from ...formulas.catalogue import Array, find
from ...network import Network
from ...validation import as_numbers
from .stack import Stack

NAMES = {
    "linear": "identity",
    "leaky_relu": "leaky_relu(slope=0.2)",
    "exponential": "exp",
    "swish": "silu",
    "hard_silu": "hard_swish",
    "hard_swish": "hard_swish",
}
"""Activations that Keras calls otherwise, or has with another hyper-parameter. One that is not here has the same name."""
SAME = (
    *(
        "relu",
        "sigmoid",
        "tanh",
        "softmax",
        "elu",
        "selu",
        "softplus",
        "softsign",
        "silu",
        "gelu",
        "mish",
        "relu6",
        "log_softmax",
    ),
    *("log_sigmoid", "hard_tanh"),
)


def from_keras(model: Any, activations: Sequence[str | Activation] | None = None) -> Network:
    """A network with the weights of a Keras `Sequential`, copied; or with those of `model.get_weights()` and `activations`.

    The model may hold `Dense`, `Activation`, `Softmax` and `Dropout`, which is left out with a warning. ValueError, with the
    layer's name, for what a network cannot hold. The other way needs no function, because the arrays are laid out alike:
    `model.set_weights([array for l in net.layers for array in (net.W[l], net.W0[l])])`.

    >>> from_keras([[[2.0], [3.0]], [1.0]], ["identity"]).predict([[10.0, 100.0]])
    array([[321.]])
    """
    if isinstance(model, Sequence):
        return _of_arrays(model, activations)
    if activations is not None:
        raise ValueError("a model has activations of its own; leave activations out")
    if not hasattr(model, "layers") or not hasattr(model, "get_weights"):
        raise TypeError(
            f"from_keras takes a Keras model, or the list of its get_weights(); given {type(model).__name__}"
        )
    if type(model).__name__ != "Sequential":
        raise ValueError(
            f"{type(model).__name__} may have branches; give a Sequential, or get_weights() and activations"
        )
    stack = Stack()
    for layer in model.layers:
        _add(stack, f"layer {layer.name!r} ({type(layer).__name__})", layer)
    return stack.network()


def _add(stack: Stack, where: str, layer: Any) -> None:
    kind, config = type(layer).__name__, layer.get_config()
    if kind == "Dense":
        W, *biases = (np.asarray(array) for array in layer.get_weights())
        stack.dense(where, W, biases[0] if biases else None)
        if config["activation"] != "linear":
            stack.activation(where, _activation(where, config["activation"]))
    elif kind == "Activation":
        if config["activation"] != "linear":
            stack.activation(where, _activation(where, config["activation"]))
    elif kind == "Softmax" and config.get("axis") in (-1, 1):
        stack.activation(where, find(Activation, "softmax"))
    elif kind == "Dropout":
        stack.dropout(where, float(config["rate"]))
    elif kind != "InputLayer":
        raise ValueError(
            f"{where}: a network cannot hold it; it holds Dense, Activation, Softmax and Dropout (left out)"
        )


def _activation(where: str, name: Any) -> Activation:
    if not isinstance(name, str) or not (name in NAMES or name in SAME):
        known = ", ".join(sorted({*NAMES, *SAME}))
        raise ValueError(f"{where}: activation {name!r} is none of those that are the same here: {known}")
    return find(Activation, NAMES.get(name, name))


def _of_arrays(arrays: Sequence[Any], activations: Sequence[str | Activation] | None) -> Network:
    if activations is None:
        raise ValueError("arrays do not say what activations they go with; give one for each layer: activations=[...]")
    numbers: list[Array] = [as_numbers(array, f"array {i}") for i, array in enumerate(arrays)]
    if not numbers or len(numbers) % 2 or [array.ndim for array in numbers] != [2, 1] * (len(numbers) // 2):
        given = ", ".join(str(array.shape) for array in numbers)
        raise ValueError(
            f"arrays must be W (m, n) and W0 (n,) of each layer in turn, as Dense layers have them; given {given}"
        )
    return Network.from_weights(list(zip(numbers[::2], numbers[1::2], strict=True)), activations)

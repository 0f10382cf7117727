"""Model files: a trained network and all that predicting with it needs. Never a pickle; `sealed` guards the bytes."""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..formulas.activations import Activation
from ..formulas.catalogue import Array, find
from ..network import Network
from .files import write_whole
from .model import Model
from .preprocessing import Preprocessing
from .sealed import seal, unseal


def save_model(model: Model, path: str | PathLike[str]) -> None:
    """Write a model file, whole or not at all; the same model gives the same bytes.

    ValueError for what a file cannot hold (weights that are not finite, an activation that is not in the catalogue, facts
    that are not plain JSON), OSError where it cannot be written.
    """

    def same_weights(written: bytes) -> None:
        if _from_bytes(written, str(path)).network.parameters.tobytes() != model.network.parameters.tobytes():
            raise OSError(f"cannot write {path}: the weights read back are not those that were written")

    write_whole(path, _to_bytes(model), check=same_weights)


def load_model(path: str | PathLike[str]) -> Model:
    """The model in a file. OSError where it is not there, and ValueError where it is truncated, altered, from a newer
    version, or no clearprop model file at all.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no model file {path}")
    return _from_bytes(Path(path).read_bytes(), str(path))


def load(path: str | PathLike[str]) -> Network:
    """The bare network in a model file. Warns where the file carries preprocessing, which gives X its meaning."""
    model = load_model(path)
    if model.preprocessing is not None:
        warnings.warn(
            f"{path} also says how to prepare inputs, which a bare network leaves out; "
            "clearprop.load_model(path) gives a model that takes tables",
            UserWarning,
            stacklevel=2,
        )
    return model.network


def require_saveable(net: Network) -> None:
    """ValueError for a network that no file can hold: an activation that is not in the catalogue, weights not finite."""
    for l in net.layers:
        try:
            known = find(Activation, str(net.f[l])) == net.f[l]
        except ValueError:
            known = False
        if not known:
            raise ValueError(
                f"layer {l}'s activation {net.f[l].name!r} is not in the catalogue, and a model file holds names, not code; "
                "decorate its class with @clearprop.register, here and where the file is read"
            )
    if not np.isfinite(net.parameters).all():
        raise ValueError("the network has weights that are not finite")


def _to_bytes(model: Model) -> bytes:
    net = model.network
    require_saveable(net)
    document = {
        "network": {"widths": net.widths, "activations": [str(f) for f in net.activations], "dtype": str(net.dtype)},
        "preprocessing": None if model.preprocessing is None else model.preprocessing.to_json(),
        "facts": dict(model.facts),
    }
    return seal(_tensors(net), document)


def _from_bytes(content: bytes, name: str) -> Model:
    tensors, document = unseal(content, name)
    try:
        net = _network(tensors, document["network"])
        require_saveable(net)
        prepared = document["preprocessing"]
        return Model(net, None if prepared is None else Preprocessing.from_json(prepared), document["facts"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} cannot be read: {error}") from None


def _tensors(net: Network) -> dict[str, Array]:
    return {f"W[{l}]": net.W[l] for l in net.layers} | {f"W0[{l}]": net.W0[l] for l in net.layers}


def _network(tensors: dict[str, Array], described: dict[str, Any]) -> Network:
    """The network that the document describes, with the weights of the tensors, which must fit it exactly."""
    layers = range(1, len(described["widths"]))
    weights = [(tensors[f"W[{l}]"], tensors[f"W0[{l}]"]) for l in layers]
    net = Network.from_weights(weights, described["activations"])
    if list(net.widths) != described["widths"] or str(net.dtype) != described["dtype"] or len(tensors) != 2 * net.L:
        raise ValueError(f"its weights are those of {net}, and it says {described}")
    return net

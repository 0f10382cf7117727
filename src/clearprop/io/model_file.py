"""Model files: a trained network and all that predicting with it needs. Never a pickle; `sealed` guards the bytes."""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..formulas.activations import Activation
from ..formulas.catalogue import Array, Part, find
from ..formulas.normalizations import Normalization
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
        again = _from_bytes(written, str(path)).network
        if any(a.tobytes() != b.tobytes() for a, b in zip(_numbers(again), _numbers(model.network), strict=True)):
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
    """ValueError for a network that no file can hold: a part that is not in the catalogue, weights not finite."""
    for l in net.layers:
        for kind, part in ((Activation, net.f[l]), (Normalization, net.normalization.get(l))):
            if part is not None and not _is_catalogued(kind, part):
                raise ValueError(
                    f"layer {l}'s {kind.kind} {str(part)!r} is not in the catalogue, and a model file holds names, not code; "
                    "decorate its class with @clearprop.register, here and where the file is read"
                )
    if not all(np.isfinite(values).all() for values in _numbers(net)):
        raise ValueError("the network has weights that are not finite")


def _is_catalogued(kind: type[Part], part: Part) -> bool:
    try:
        return find(kind, str(part)) == part
    except ValueError:
        return False


def _numbers(net: Network) -> tuple[Array, Array]:
    """All that was learnt."""
    return net.parameters, net.statistics


def _to_bytes(model: Model) -> bytes:
    net = model.network
    require_saveable(net)
    document = {
        "network": {
            "widths": net.widths,
            "activations": [str(f) for f in net.activations],
            "normalizations": [None if part is None else str(part) for part in net.normalizations],
            "dtype": str(net.dtype),
        },
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
    running = {"running_mean": net.running_mean, "running_variance": net.running_variance}
    return {f"{name}[{l}]": view for l, name, view in net.arrays} | {
        f"{name}[{l}]": view for name, views in running.items() for l, view in views.items()
    }


def _network(tensors: dict[str, Array], described: dict[str, Any]) -> Network:
    """The network that the document describes, with the weights of the tensors, which must fit it exactly."""
    layers = range(1, len(described["widths"]))
    weights = [(tensors[f"W[{l}]"], tensors[f"W0[{l}]"]) for l in layers]
    normalizations = described.get("normalizations")  # files of schema 1 have none
    net = Network.from_weights(weights, described["activations"], normalization=normalizations)
    expected = _tensors(net)
    if (
        list(net.widths) != described["widths"]
        or str(net.dtype) != described["dtype"]
        or {name: (array.shape, array.dtype) for name, array in tensors.items()}
        != {name: (array.shape, array.dtype) for name, array in expected.items()}
    ):
        raise ValueError(f"its weights are those of {net}, and it says {described}")
    for name, view in expected.items():
        view[...] = tensors[name]
    return net

"""Model files: a trained network, or an ensemble of several, and all that predictions need.

Never a pickle; `sealed` makes and checks the bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..ensemble import Ensemble, Function, networks_of, one_of
from ..formulas.activations import Activation
from ..formulas.catalogue import Array, Part, find
from ..formulas.normalizations import Normalization
from ..network import Network
from ..validation import refuse_estimator
from .facts import checked_facts
from .files import as_path, write_atomically
from .model import Model
from .model_names import folder_given, missing
from .preprocessing import Preprocessing
from .sealed import seal, sealed_bytes, unseal


def save_model(model: Model, path: str | PathLike[str]) -> None:
    """Write a model file, completely or not at all; the same model gives the same bytes.

    ValueError for what a file cannot hold (weights that are not finite, an activation that is not in the catalogue, facts
    that are not plain JSON), OSError where it cannot be written.
    """
    refuse_estimator(model, "use clf.export(path), which holds its preparation too, or pickle")
    if not isinstance(model, Model):
        raise TypeError(f"save_model takes a Model, such as Model(network); given {model!r}; a network has save(path)")
    model = _snapshot(model)

    def require_same_weights(content: bytes) -> None:
        pairs = zip(networks_of(_from_bytes(content, str(path)).network), networks_of(model.network), strict=True)
        numbers = ((a, b) for read, net in pairs for a, b in zip(_numbers(read), _numbers(net), strict=True))
        if any(a.tobytes() != b.tobytes() for a, b in numbers):
            raise OSError(f"cannot write {path}: the weights read back are not those that were written")

    write_atomically(path, _to_bytes(model), check=require_same_weights)


def _snapshot(model: Model) -> Model:
    """The model with networks of its own, because another thread may train it while it is written and read back."""
    function = model.network
    own = function.copy() if isinstance(function, Network) else Ensemble(net.copy() for net in networks_of(function))
    return replace(model, network=own)


def load_model(path: str | PathLike[str]) -> Model:
    """The model in a file. OSError if there is no such file, and ValueError if it is truncated, altered, from a newer
    version, or not a clearprop model file.
    """
    if not as_path(path).exists():
        raise missing(path)
    if Path(path).is_dir():
        raise folder_given(path)
    return _from_bytes(sealed_bytes(path), str(path))


def load(path: str | PathLike[str], member: int | None = None) -> Network:
    """The network in a model file, without preprocessing. Warns if the file has preprocessing, which X would need.

    Of a file with an ensemble it is the network with the number `member`, counted from 0; ValueError where none is given.
    """
    model = load_model(path)
    if model.preprocessing is not None:
        warnings.warn(
            f"{path} also has preprocessing, which a bare network leaves out; "
            "clearprop.load_model(path) gives a model that takes tables",
            UserWarning,
            stacklevel=2,
        )
    how = f"clearprop.load_model({str(path)!r}).network is the ensemble, and clearprop.load({str(path)!r}, member=0)"
    return one_of(model.network, member, how=how)


def require_saveable(net: Network) -> None:
    """ValueError for a network that a file cannot hold: a part that is not in the catalogue, weights that are not finite."""
    for l in net.layers:
        for kind, part in ((Activation, net.f[l]), (Normalization, net.normalization.get(l))):
            if part is not None and not _is_catalogued(kind, part):
                raise ValueError(
                    f"layer {l}'s {kind.kind} {str(part)!r} is not in the catalogue, and a model file holds names, not code; "
                    "decorate its class with @clearprop.register, here and where the file is read"
                )
    require_finite(net)


def require_finite(net: Network) -> None:
    """ValueError for weights that are not finite."""
    if not all(np.isfinite(values).all() for values in _numbers(net)):
        raise ValueError("the network has weights that are not finite")


def _is_catalogued(kind: type[Part], part: Part) -> bool:
    try:
        return find(kind, str(part)) == part
    except ValueError:
        return False


def _numbers(net: Network) -> tuple[Array, Array]:
    """All numbers that training changes."""
    return net.parameters, net.statistics


def _to_bytes(model: Model) -> bytes:
    function, nets = model.network, networks_of(model.network)
    for net in nets:
        require_saveable(net)
    document = {
        "preprocessing": None if model.preprocessing is None else model.preprocessing.to_json(),
        "facts": dict(model.facts),
    }
    if not isinstance(function, Ensemble):
        return seal(_tensors(function), document | {"network": described(function)})
    tensors = {f"{k}/{name}": array for k, net in enumerate(nets) for name, array in _tensors(net).items()}
    return seal(tensors, document | {"networks": [described(net) for net in nets]})


def described(net: Network) -> dict[str, Any]:
    """A network without its numbers, as plain JSON."""
    return {
        "widths": net.widths,
        "activations": [str(f) for f in net.activations],
        "normalizations": [None if part is None else str(part) for part in net.normalizations],
        "dtype": str(net.dtype),
    }


def network_of(description: dict[str, Any], parameters: Array, statistics: Array) -> Network:
    """The network that `described` describes, with these flat vectors. ValueError where they are not of its form."""
    parts = (
        description["widths"],
        description["activations"],
        parameters,
        "gaussian",
        description["normalizations"],
        statistics,
    )
    net = Network._from_vectors(*parts)  # noqa: SLF001 - the vectors are those of the network's own state
    whole = sum(values.size for _, _, values in net.arrays)
    if str(parameters.dtype) != description["dtype"] or (whole,) != parameters.shape:
        raise ValueError(f"its weights are {parameters.dtype} of shape {parameters.shape}, and its network has {whole}")
    return net


def _from_bytes(content: bytes, name: str) -> Model:
    tensors, document = unseal(content, name)
    require_model(document, name)
    try:
        function = _function(tensors, document)
        for net in networks_of(function):
            require_saveable(net)
        prepared = document["preprocessing"]
        made = None if prepared is None else Preprocessing.from_json(prepared)
        _require_fitting(networks_of(function)[0], made)
        return Model(function, made, checked_facts(document["facts"]))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{name} cannot be read: {error or type(error).__name__}") from None


def require_model(document: dict[str, Any], name: str) -> None:
    """ValueError for a sealed file that holds something else."""
    if "holds" in document:
        raise ValueError(f"{name} holds a {document['holds']}, not a model; {_opener(document['holds'], name)}")


def _opener(holds: object, name: str) -> str:
    """What opens a file of ours that is no model."""
    network = {"trainer": "network", "population": "best()"}.get(str(holds))
    if network is not None:
        loaded = f"clearprop.{str(holds).title()}.load({name!r})"
        return f"{loaded} opens it, and {loaded}.{network}.save(FILE) writes a model"
    return "a run's models are named in its folder *.clearprop"


def _require_fitting(net: Network, made: Preprocessing | None) -> None:
    """ValueError where the preprocessing gives another number of inputs, or takes more outputs, than the network has."""
    if made is None:
        return
    if len(made.input_names) != net.widths[0] or made.target.width > net.widths[-1]:
        raise ValueError(
            f"its columns become {len(made.input_names)} inputs and {made.target.width} outputs, "
            f"and its network has {net.widths[0]} and {net.widths[-1]}"
        )


def _function(tensors: dict[str, Array], document: dict[str, Any]) -> Function:
    """The network of the document, or the ensemble; every tensor belongs to one of its networks."""
    if "networks" not in document:
        return network_in(tensors, document["network"])
    own: list[dict[str, Array]] = [{} for _ in document["networks"]]
    for name, array in tensors.items():
        k, _, inner = name.partition("/")
        if k not in map(str, range(len(own))):
            raise ValueError(f"it has {name!r}, which is of none of its {len(own)} networks")
        own[int(k)][inner] = array
    return Ensemble(network_in(*each) for each in zip(own, document["networks"], strict=True))


def _tensors(net: Network) -> dict[str, Array]:
    running = {"running_mean": net.running_mean, "running_variance": net.running_variance}
    return {f"{name}[{l}]": view for l, name, view in net.arrays} | {
        f"{name}[{l}]": view for name, views in running.items() for l, view in views.items()
    }


def network_in(tensors: dict[str, Array], described: dict[str, Any]) -> Network:
    """The network of the document with the weights of the tensors, whose names, shapes and types must match it."""
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
        raise ValueError(f"its weights are those of {net}, but its description is {described}")
    for name, view in expected.items():
        view[...] = tensors[name]
    return net

"""A solution in a file, .npz or .json: its network, its points and the derivatives that are to be diagnosed."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..callers import either
from ..formulas.catalogue import nearest
from ..network import Network
from ..validation import as_numbers

LAYERED = ("dL_dW", "dL_dW0", "dL_dZ", "dL_dA", "W_after", "W0_after")
PLAIN = ("X", "Y", "activations", "loss", "eta", "penalty", "optimizer")
KNOWN = (*PLAIN, "W", "W0", *LAYERED)


@dataclass(frozen=True)
class Solution:
    """What a file holds: values by name, and arrays by name and layer."""

    path: str
    values: Mapping[str, Any]
    layers: Mapping[str, Mapping[int, Any]]

    def network(self, activations: str | None) -> Network:
        """The network that the file describes, with W (m, n) or its transpose. ValueError where something is missing."""
        names = activations.split(",") if activations else self.values.get("activations")
        if names is None:
            raise ValueError(
                f'{self.path} has no "activations"; add them, or '
                + either("give --activations tanh,sigmoid or --model", "name them")
            )
        W, W0 = self.layers.get("W", {}), self.layers.get("W0", {})
        if not W or sorted(W) != list(range(1, len(W) + 1)):
            raise ValueError(
                f'{self.path} has no weights "W" of all layers; add W and W0' + either(", or give --model FILE", "")
            )
        weights, turned = [], None
        width = self._width(np.asarray(as_numbers(W[1], "W[1]")))
        for l in sorted(W):
            matrix = as_numbers(W[l], f"W[{l}]")
            if turned is None and matrix.ndim == 2:
                turned = matrix.shape[0] != width and matrix.shape[1] == width
            matrix = matrix.T if turned else matrix
            biases = as_numbers(W0[l], f"W0[{l}]").ravel() if l in W0 else np.zeros(matrix.shape[-1])
            weights.append((matrix, biases))
        return Network.from_weights(weights, [str(name).strip() for name in names])

    def _width(self, first: Any) -> int:
        """The number of inputs, from X with points in rows; from W where X does not say."""
        X = np.asarray(self.values.get("X", np.empty((0, 0))))
        sizes = [each for each in X.shape[::-1] if each in first.shape]
        return int(sizes[0] if sizes else first.shape[0])

    def given(self) -> dict[str, Any]:
        """What `diagnose` takes, by its names."""
        if missing := [name for name in ("X", "Y") if name not in self.values]:
            raise ValueError(f"{self.path} has no {' and no '.join(missing)}: the points of the backward pass")
        values = {
            name: self.values[name] for name in ("X", "Y", "loss", "eta", "penalty", "optimizer") if name in self.values
        }
        return values | {name: arrays for name, arrays in self.layers.items() if name in LAYERED}


def read_solution(path: str) -> Solution:
    """The solution in a file. OSError or ValueError with what is wrong, and what would be right."""
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}")
    content = _from_npz(path) if path.endswith(".npz") else _from_json(path)
    values: dict[str, Any] = {}
    layers: dict[str, dict[int, Any]] = {}
    for key, value in content.items():
        numbered = re.fullmatch(r"(\w+?)_?(\d+)", key)
        if key in PLAIN:
            values[key] = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
        elif key in KNOWN:
            layers.setdefault(key, {}).update(_by_layer(path, key, value))
        elif numbered and (name := _layered(key)) is not None:
            layers.setdefault(name, {})[int(key[len(name) :].lstrip("_"))] = value
        else:
            raise ValueError(f"{path} has {key!r}, which means nothing here{nearest(key, list(KNOWN))}")
    return Solution(path, values, layers)


def _layered(key: str) -> str | None:
    """The name of an array whose layer follows it: dL_dW0 of `dL_dW0_2`; of `dL_dW02` too, but W of `W12`."""
    for name in sorted(("W", "W0", *LAYERED), key=len, reverse=True):
        if re.fullmatch(rf"{name}_?[1-9]\d*", key):
            return name
    return None


def _by_layer(path: str, name: str, value: Any) -> dict[int, Any]:
    if isinstance(value, Mapping):
        try:
            return {int(l): array for l, array in value.items()}
        except ValueError:
            raise ValueError(
                f"{path}: {name} has layers {', '.join(map(repr, value))}; they are numbers from 1"
            ) from None
    if isinstance(value, np.ndarray) and value.ndim <= 2:
        return {1: value}
    return {l: array for l, array in enumerate(value, 1) if array is not None}


def _from_npz(path: str) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (ValueError, zipfile.BadZipFile, EOFError) as error:
        raise ValueError(
            f"{path} is no .npz file of numbers: {error}; write it with np.savez(path, X=X, dL_dW_1=...)"
        ) from None


def _from_json(path: str) -> dict[str, Any]:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}; a file of arrays is .npz or .json") from None
    if not isinstance(content, dict):
        raise ValueError(f'{path} must be one JSON object, {{"X": ..., "Y": ..., "dL_dW": [...]}}')
    return content

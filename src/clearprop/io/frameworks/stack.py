"""Layers of other software, one after another, as they become a network."""

from __future__ import annotations

import warnings

import numpy as np

from ...formulas.activations import Activation
from ...formulas.catalogue import Array, find
from ...formulas.normalizations import Normalization
from ...network import Network


class Stack:
    """Layers of weights, each with at most one normalisation and then one activation, in the order in which they are added.

    `where` names a layer in error messages, as the other software calls it.
    """

    def __init__(self) -> None:
        self._weights: list[tuple[Array, Array]] = []
        self._activations: list[Activation | None] = []
        self._normalizations: list[Normalization | None] = []
        self._numbers: dict[int, dict[str, Array]] = {}

    def dense(self, where: str, W: Array, W0: Array | None) -> None:
        """A layer with weights W (m, n) and biases W0 (n,); 0 where it has none."""
        if self._weights and len(W) != self._weights[-1][0].shape[1]:
            raise ValueError(
                f"{where} takes {len(W)} inputs, and the layer before it gives {self._weights[-1][0].shape[1]}"
            )
        self._weights.append((W, np.zeros(W.shape[1], W.dtype) if W0 is None else W0))
        self._activations.append(None)
        self._normalizations.append(None)

    def activation(self, where: str, f: Activation, alpha: Array | None = None) -> None:
        self._require_layer(where)
        if self._activations[-1] is not None:
            raise ValueError(
                f"{where} follows another activation, and a layer has one; put a layer of weights between them"
            )
        self._activations[-1] = f
        if alpha is not None:
            self._numbers.setdefault(len(self._weights), {})["alpha"] = alpha

    def normalization(self, where: str, part: Normalization, **numbers: Array | None) -> None:
        """`numbers` are gain, shift, running_mean and running_variance, as far as there are any."""
        self._require_layer(where)
        if self._normalizations[-1] is not None or self._activations[-1] is not None:
            raise ValueError(
                f"{where} must follow a layer of weights directly, before its activation: a network has it there"
            )
        self._normalizations[-1] = part
        given = {name: array for name, array in numbers.items() if array is not None}
        self._numbers.setdefault(len(self._weights), {}).update(given)

    def dropout(self, where: str, rate: float) -> None:
        """Predictions know no dropout, and a network holds none: that is said."""
        if rate > 0:
            warnings.warn(
                f"{where} is not part of a network; give dropout={rate:g} where you train it", UserWarning, stacklevel=4
            )

    def network(self) -> Network:
        """The network, of float32 where all weights are, else of float64."""
        if not self._weights:
            raise ValueError("there is no layer of weights")
        functions = [f or find(Activation, "identity") for f in self._activations]
        net = Network.from_weights(self._weights, functions, normalization=self._normalizations)
        for l, numbers in self._numbers.items():
            for name, array in numbers.items():
                getattr(net, name)[l] = np.broadcast_to(array, getattr(net, name)[l].shape)
        return net

    def _require_layer(self, where: str) -> None:
        if not self._weights:
            raise ValueError(f"{where} comes before the first layer of weights; apply it to the points instead")

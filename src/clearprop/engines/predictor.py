"""`Predictor`: a network's predictions as they were when it was made. Its weights are packed once and do not change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.activations import Activation
from ..formulas.catalogue import Array
from ..network import Network, require_network
from ..validation import as_points
from .compiled import has_predictions, part_code
from .description import normalizations_of
from .levels import KERNELS
from .processors import processors


class Predictor:
    """The function that a network was when `net.predictor()` was called, for a service.

    Later changes of the network do not reach it. It may be called from several threads, and pickles.

    >>> net = Network.from_weights([([[2.0], [3.0]], [1.0])], activations=("identity",))
    >>> predictor = net.predictor()
    >>> net.W[1][...] = 0
    >>> predictor.predict([[10.0, 100.0]])
    array([[321.]])
    """

    __slots__ = ("_net", "predict")

    def __init__(self, net: Network) -> None:
        require_network(net)
        self._net = net.copy()
        self.predict = _predictions(self._net)
        """A^L, (n, n^L), for points X (n, m^1). ValueError where X does not fit or is not finite."""

    def __call__(self, X: npt.ArrayLike) -> Array:
        """The same as `predict`."""
        return self.predict(X)

    @property
    def network(self) -> Network:
        """A copy of the network whose predictions these are."""
        return self._net.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return Predictor, (self._net,)

    def __repr__(self) -> str:
        return f"Predictor of {self._net!r}"


def _predictions(net: Network) -> Callable[[npt.ArrayLike], Array]:
    """The kernels' function from X to A^L, without a frame of Python around it; the network's own where they lack a part."""
    if KERNELS is None or not has_predictions(net):
        return net.predict
    return frozen_kernels(net, net.activations, processors())


def frozen_kernels(net: Network, activations: Sequence[Activation], threads: int) -> Callable[[npt.ArrayLike], Array]:
    """The kernels' function from X to A^L of the network as it is now, with these activations instead of its own.

    For networks whose parts the kernels have.
    """
    assert KERNELS is not None
    make = KERNELS.Frozen32 if net.dtype == np.float32 else KERNELS.Frozen64
    parts, parameters = [part_code(f) for f in activations], np.ascontiguousarray(net.parameters)
    checked = partial(_checked, net.widths[0], net.dtype)
    predictions: Callable[[npt.ArrayLike], Array] = make(
        list(net.widths),
        parts,
        normalizations_of(net),
        parameters,
        net.statistics,
        threads,
        checked,
    ).predict
    return predictions


def _checked(inputs: int, dtype: np.dtype[Any], X: npt.ArrayLike) -> Array:
    """X as plain rows. ValueError with the words of `net.predict`."""
    return np.ascontiguousarray(as_points(X, inputs, dtype))

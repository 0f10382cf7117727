"""The input and the output of the last activation for given points, by the kernels or in NumPy. It trains nothing.

Scores are computed here while a network is trained. A BLAS has threads of its own, which wait for each other on a busy machine:
the scores of an epoch then took longer than its steps. Those of the kernels are the threads of the training.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backprop import activation_of
from ..formulas.activations import Identity
from ..formulas.catalogue import Array, require_choice
from ..network import Network
from .choice import ENGINES
from .compiled import has_predictions
from .levels import KERNELS
from .predictor import frozen_kernels
from .processors import threads_for

IDENTITY = Identity()


class LastLayer:
    """What a network as it is now gives for points: Z^L, normalised where the layer is, and A^L = f^L(Z^L).

    The kernels compute Z^L where they have the network's parts, unless the NumPy engine was asked for; f^L is the formula.
    Of a sparse matrix of SciPy's NumPy computes everything: the first product is then one of SciPy's, and has no threads.

    >>> net = Network.from_weights([([[2.0], [3.0]], [1.0])], activations=("sigmoid",))
    >>> Z, A = LastLayer(net, rows=1).of(np.array([[1.0, -1.0]]))
    >>> Z, A
    (array([[0.]]), array([[0.5]]))
    """

    def __init__(self, net: Network, rows: int, engine: str = "auto", threads: int | None = None) -> None:
        """`rows` is the most of a call; `engine` and `threads` are as in `train`."""
        require_choice(engine, ENGINES, "engine")
        self._net = net
        by_kernels = engine != "numpy" and KERNELS is not None and has_predictions(net)
        several = threads or threads_for(net.parameters.size, rows)
        self._kernels = frozen_kernels(net, (*net.activations[:-1], IDENTITY), several) if by_kernels else None

    def of(self, X: Any) -> tuple[Array, Array]:
        """Z^L and A^L, (n, n^L) each, for points X (n, m^1), an array or a sparse matrix."""
        if self._kernels is None or not isinstance(X, np.ndarray):
            return self._by_formulas(X)
        Z = self._kernels(np.ascontiguousarray(X))
        return Z, activation_of(self._net.f[self._net.L], Z)

    def _by_formulas(self, A: Any) -> tuple[Array, Array]:
        V = A
        for l in self._net.layers:
            V, A = self._net.predict_layer(l, A)
        return V, A

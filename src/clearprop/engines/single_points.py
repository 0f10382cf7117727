"""One network, point by point: predictions and single steps at the cost of a call. Training from a data set is elsewhere.

The kernels share the network's parameters. What they offer is made once for each network, and let go of with it.
"""

from __future__ import annotations

import math
import weakref
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..network import Network
from ..validation import as_points, as_targets, require_pair
from .compiled import single_point_kernels
from .engine import NonFinite, Task, require_points
from .numpy_engine import NumpyEngine

_MADE: dict[int, dict[str | Loss | None, Any]] = {}
"""What was made for each network that is alive, by its id and the loss that was asked for."""


def kernels_of(net: Network, loss: str | Loss | None = None) -> Any:
    """The kernels' object for predictions of `net`, and with a loss for its single steps; None where they lack a part."""
    try:
        return _MADE[id(net)][loss]
    except KeyError:
        return _make(net, loss)


def _make(net: Network, loss: str | Loss | None) -> Any:
    if id(net) not in _MADE:
        _MADE[id(net)] = {}
        weakref.finalize(net, _MADE.pop, id(net), None).atexit = False
    part = None if loss is None else find(Loss, loss)
    if part is not None:
        require_pair(net.f[net.L], part, net.widths[-1])
    made = _MADE[id(net)][loss] = single_point_kernels(net, part)
    return made


def predict(net: Network, X: npt.ArrayLike) -> Array:
    """A^L, (n, n^L), for points X (n, m^1). ValueError where X does not fit or is not finite."""
    try:  # `kernels_of`, without the time of a call
        kernels = _MADE[id(net)][None]
    except KeyError:
        kernels = _make(net, None)
    A = None if kernels is None else kernels.predict(X)
    if A is not None:  # which refuses what is not finite, or of another type or shape
        return A
    A = as_points(X, net.widths[0], net.dtype)
    if kernels is not None:
        return kernels.predict(np.ascontiguousarray(A))
    for l in net.layers:
        _, A = net.predict_layer(l, A)
    return A


def learn_one(net: Network, x: npt.ArrayLike, y: npt.ArrayLike, loss: str | Loss, eta: float) -> float:
    """One step in place on one point x (m^1,) with target y (n^L,); the loss before it."""
    require_points(net, 1)
    kernels = kernels_of(net, loss)
    before = None if kernels is None else kernels.learn(x, y, eta)
    if before is None:
        X = as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")
        outputs, loss_function = net.widths[-1], find(Loss, loss)
        Y = as_targets(np.asarray(y)[None], loss_function, points=1, outputs=outputs, dtype=net.dtype, name="y").Y
        if kernels is None:
            engine = NumpyEngine(Task(net, loss_function, SGD(), X, Y))
            return engine.run(np.zeros((1, 1), np.intp), np.array([eta]), t=1)
        before = kernels.learn(np.ascontiguousarray(X[0]), np.ascontiguousarray(Y[0]), eta)
    if math.isnan(before):
        as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")  # says which input is not finite
        raise NonFinite(0, net.L, "the loss or the update")
    return float(before)

"""One network, point by point: predictions and single steps at the cost of a call. Training from a data set is elsewhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import find
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..network import Network
from ..validation import as_points, as_targets, require_pair
from . import compiled
from .engine import NonFinite, Task, require_points
from .numpy_engine import NumpyEngine


def online(net: Network, loss: str | Loss | None) -> Any:
    """The kernels' object for predictions, and with a loss for single steps; None where they lack a part."""
    if loss is None:
        return compiled.online(net, None)
    loss_function = find(Loss, loss)
    require_pair(net.f[net.L], loss_function, net.widths[-1])
    return compiled.online(net, loss_function)


def learn_one(net: Network, x: npt.ArrayLike, y: npt.ArrayLike, loss: str | Loss, eta: float) -> float:
    """One step in place on one point x (m^1,) with target y (n^L,); the loss before it."""
    require_points(net, 1)
    kernels = net._online(loss)  # noqa: SLF001 - the network's cache
    before = None if kernels is None else kernels.learn(x, y, eta)
    if before is None:
        X = as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")
        outputs, loss_function = net.widths[-1], find(Loss, loss)
        Y = as_targets(np.asarray(y)[None], loss_function, points=1, outputs=outputs, dtype=net.dtype, name="y").Y
        if kernels is None:
            return NumpyEngine(Task(net, loss_function, SGD(), X, Y)).run(
                np.zeros((1, 1), np.int64), np.array([eta]), t=1
            )
        before = kernels.learn(np.ascontiguousarray(X[0]), np.ascontiguousarray(Y[0]), eta)
    if math.isnan(before):
        as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")  # says which input is not finite
        raise NonFinite(0, net.L, "the loss or the update")
    return float(before)

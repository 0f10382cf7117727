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
from .engine import NonFinite, Task
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
    kernels = net._online(loss)  # noqa: SLF001 - the network's cache
    if kernels is None or not (_is_plain(x, net, 0) and _is_plain(y, net, -1)):
        X = as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")
        outputs = net.widths[-1]
        Y = as_targets(np.asarray(y)[None], find(Loss, loss), points=1, outputs=outputs, dtype=net.dtype, name="y").Y
        if kernels is None:
            task = Task(net, find(Loss, loss), SGD(), X, Y)
            return NumpyEngine(task).run(np.zeros((1, 1), np.int64), np.array([eta]))
        x, y = np.ascontiguousarray(X[0]), np.ascontiguousarray(Y[0])
    before = kernels.learn(x, y, eta)
    if math.isnan(before):
        as_points(np.asarray(x)[None], net.widths[0], net.dtype, "x")
        raise NonFinite(0, net.L, "the loss or the update")
    return float(before)


def _is_plain(values: Any, net: Network, layer: int) -> bool:
    """Whether an array can be read as it lies."""
    return (
        type(values) is np.ndarray
        and values.dtype == net.parameters.dtype
        and values.shape == (net.widths[layer],)
        and values.flags.c_contiguous
    )

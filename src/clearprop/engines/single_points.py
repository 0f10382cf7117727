"""One network, point by point: predictions and single steps at the cost of a call. Training from a data set is elsewhere.

The kernels share the network's parameters. What they offer is made once for each network, and let go of with it.
"""

from __future__ import annotations

import math
import weakref
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..formulas.schedules import number_of_eta
from ..network import Network
from ..validation import as_numbers, as_points, as_target, require_pair
from .compiled import single_point_kernels
from .engine import NonFinite, Task, require_points
from .numpy_engine import NumpyEngine

_MADE: dict[int, dict[str | Loss | None, Any]] = {}
"""What was made for each network that is alive, by its id and the loss that was asked for."""


def kernels_of(net: Network, loss: str | Loss | None = None) -> Any:
    """The kernels' object for predictions of `net`, and with a loss for its single steps; None where they lack a part."""
    try:
        return _MADE[id(net)][loss]
    except (KeyError, TypeError):  # not made yet, or nothing that a dict can have as a key
        return _make(net, loss)


def _make(net: Network, loss: str | Loss | None) -> Any:
    part = None if loss is None else find(Loss, loss)
    if id(net) not in _MADE:
        _MADE[id(net)] = {}
        weakref.finalize(net, _MADE.pop, id(net), None).atexit = False
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
    try:
        A = None if kernels is None else kernels.predict(X)
    except TypeError:  # None, which is no object for the kernels
        A = None
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
    if net.normalization:
        require_points(net, 1)
    try:  # `kernels_of`, without the time of a call
        kernels = _MADE[id(net)][loss]
    except (KeyError, TypeError):
        kernels = _make(net, loss)
    try:  # the kernels take what needs no conversion, and nothing else
        before = kernels.learn(x, y, eta) if eta >= 0 and eta is not True and eta is not False else None
    except (TypeError, ValueError, AttributeError):
        before = None
    if before is None or loss is None:
        return _learn_checked(net, x, y, find(Loss, loss), number_of_eta(eta))
    if math.isnan(before):
        _raise_not_finite(net, x, eta)
    return float(before)


def _learn_checked(net: Network, x: npt.ArrayLike, y: npt.ArrayLike, loss: Loss, eta: float) -> float:
    """The same for anything that can be read as a point, a target and a step size; ValueError or TypeError for the rest."""
    require_pair(net.f[net.L], loss, net.widths[-1])
    X = as_points(as_numbers(x, "x")[None], net.widths[0], net.dtype, "x", one=True)
    Y = as_target(y, loss, outputs=net.widths[-1], dtype=net.dtype)
    kernels = None if net.normalization else kernels_of(net, loss)
    if kernels is None:
        engine = NumpyEngine(Task(net, loss, SGD(), X, Y))
        return engine.run(np.zeros((1, 1), np.intp), np.array([eta]), t=1)
    before = kernels.learn(np.ascontiguousarray(X[0]), np.ascontiguousarray(Y[0]), eta)
    if math.isnan(before):
        _raise_not_finite(net, x, eta)
    return float(before)


def _raise_not_finite(net: Network, x: npt.ArrayLike, eta: float) -> NoReturn:
    number_of_eta(eta)
    as_points(as_numbers(x, "x")[None], net.widths[0], net.dtype, "x", one=True)  # says which input is not finite
    raise NonFinite(0, net.L, "the loss or the update")

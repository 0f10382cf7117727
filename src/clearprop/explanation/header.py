"""What is explained: one point and its target as arrays, and the facts of the header. It follows no chain rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import total_penalty
from ..formulas.catalogue import Array
from ..formulas.domains import DISTRIBUTION, SIGNS, UNIT
from ..formulas.losses import Loss
from ..jacobians import Links
from ..network import Network
from ..validation import as_points, as_targets, require_pair
from .trace import Header


def header_of(links: Links, *, notation: str, t: int, eta: float, classes: Array | None, point: str | None) -> Header:
    """The header of the step at a point; `classes` name the outputs in order."""
    net, fwd, loss = links.net, links.fwd, links.fwd.loss_function
    label = predicted = probability = None
    if loss.domain_Y in (UNIT, DISTRIBUTION, SIGNS) or classes is not None:
        half = 0.0 if loss.domain_Y == SIGNS else 0.5
        label = _class_of(fwd.Y[0], classes, half)
        predicted = _class_of(fwd.A[net.L][0], classes, half)
        a = fwd.A[net.L][0]
        if UNIT.includes(net.f[net.L].range):
            probability = float(a.max() if len(a) > 1 else max(a[0], 1 - a[0]))
    return Header(
        network=repr(net).removeprefix("Network "),
        point=point,
        x=links.column(fwd.A[0]),
        y=links.column(fwd.Y),
        label=label,
        predicted=predicted,
        probability=probability,
        loss=str(loss),
        loss_formula=loss.formula or f"{loss.name}(a, y)",
        loss_value=float(fwd.loss),
        penalty=None if fwd.penalty is None else str(fwd.penalty),
        penalty_value=float(total_penalty(net, fwd.penalty)),
        layout=links.layout,
        notation=notation,
        t=t,
        eta=eta,
    )


def _class_of(row: Array, classes: Array | None, half: float) -> str:
    """The class a row of outputs or targets stands for: the largest of several, or one output against half way."""
    index = int(row.argmax()) if len(row) > 1 else int(row[0] >= half)
    return str(classes[index] if classes is not None and index < len(classes) else index)


def one_point(net: Network, x: npt.ArrayLike) -> Array:
    """The point as a row, (1, m^1)."""
    given = np.asarray(x)
    X = as_points(given[None] if given.ndim == 1 else given, net.widths[0], net.dtype, "x")
    if len(X) != 1:
        raise ValueError(f"explain takes one point; x has {len(X)} rows: give one of them, x[i]")
    return X


def one_target(net: Network, loss: Loss, y: Any, classes: Array | None) -> Array:
    """The target as a row, (1, n^L)."""
    outputs = net.widths[-1]
    require_pair(net.f[net.L], loss, outputs)
    given = np.asarray(y)
    if classes is not None and len(classes) != max(outputs, 2):
        raise ValueError(f"classes must name the {max(outputs, 2)} outcomes in order; given {classes.tolist()}")
    if given.dtype.kind in "OSU" and classes is None:
        raise ValueError(f"y is the label {y!r}; give classes=, the labels in the order of the outputs")
    if given.ndim == 0 or (given.shape == (1,) and outputs > 1):
        Y = given.reshape(1)  # a label, or the value of the only output
    else:
        Y = given[None] if given.ndim == 1 else given
    if classes is not None and classes.dtype.kind in "OSU" and given.dtype.kind not in "OSU":
        classes = None  # a number stands for itself, beside classes that are text
    return as_targets(Y, loss, points=1, outputs=outputs, dtype=net.dtype, classes=classes, name="y").Y

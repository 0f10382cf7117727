"""A step as a live page begins with it: what `live.step_document` makes it from again, as JSON has it, or why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import numpy as np

from ...engines.in_page import MOST_PARAMETERS
from ...formulas.catalogue import CATALOGUE, Array, Part
from ...formulas.schedules import Constant
from ..findings.step import Asked
from .document_row import given_row
from .json_values import Plain
from .live import HELD


def why_still(asked: Asked | None) -> str:
    """Why a page cannot make this step itself; empty where it can."""
    if asked is None:
        return "what the step was made from is not known"
    net = asked.net
    if net.parameters.size > MOST_PARAMETERS:
        return f"the network has {net.parameters.size} parameters, and a live page holds at most {MOST_PARAMETERS}"
    if net.dtype != np.float64:
        return f"the network computes in {net.dtype}, and a page in float64"
    if net.normalization:
        return "the network is normalised, which a live page does not do yet"
    for part in _parts(asked):
        if type(part).__module__.rpartition(".")[2] not in HELD or CATALOGUE[part.kind].get(part.name) is not type(
            part
        ):
            return f"a page does not have the {part.kind} {str(part)!r}"
    given = (net.parameters, asked.X, asked.Y, *(asked.state or {}).values())
    return "" if all(np.isfinite(each).all() for each in given) else "some of its numbers are not finite"


def given_of(asked: Asked, fold: int | None) -> Plain:
    """What the page makes the step from. Of a step with an empty `why_still`."""
    net = asked.net
    given: Plain = {
        "widths": list(net.widths),
        "activations": [str(net.f[l]) for l in net.layers],
        "parameters": net.parameters.tolist(),
        "X": asked.X.tolist(),
        "Y": asked.Y.tolist(),
        "loss": str(asked.loss),
        "optimizer": str(asked.optimizer),
        "eta": asked.schedule.value if isinstance(asked.schedule, Constant) else str(asked.schedule),
        "t": asked.t,
        "layout": asked.layout,
        "notation": asked.notation,
        "entries": [list(each) for each in asked.entries],
        "biases": [list(each) for each in asked.biases],
        "at": asked.at,
        "check": asked.check,
        "fold": fold,
    }
    found = {
        "penalty": None if asked.penalty is None else str(asked.penalty),
        "weights": _numbers(asked.weights),
        "factors": {str(l): M.tolist() for l, M in asked.M.items()} or None,
        "state": None if asked.state is None else {name: array.tolist() for name, array in asked.state.items()},
        "after": _numbers(asked.after),
        "classes": None if asked.classes is None else list(asked.classes),
        "point": asked.point,
        "seed": asked.seed,
        "note": asked.note,
        "row": given_row(asked.row),
    }
    return given | {name: value for name, value in found.items() if value is not None}


def _numbers(array: Array | None) -> list[float] | None:
    return None if array is None else np.asarray(array, dtype=float).tolist()


def _parts(asked: Asked) -> Iterator[Part]:
    """Every part of the step, those inside others included."""
    net = asked.net
    own = [*(net.f[l] for l in net.layers), asked.loss, asked.optimizer, asked.schedule]
    waiting: list[Part] = own if asked.penalty is None else [*own, asked.penalty]
    while waiting:
        part = waiting.pop(0)
        yield part
        if is_dataclass(part):
            inside = (getattr(part, each.name) for each in fields(part))
            waiting += [each for each in inside if isinstance(each, Part)]

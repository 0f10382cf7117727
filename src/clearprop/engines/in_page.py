"""The engine of a page: the kernels as a WebAssembly module, and what a page is told of a task. It takes no steps.

The module needs no compiler here and is part of every installation: `make engine` builds it from the same sources as the
native kernels, for float64.
"""

from __future__ import annotations

import base64
import json
from dataclasses import astuple
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ..formulas.catalogue import CATALOGUE, Array, Part
from ..formulas.clipping import ClipArrayNorm, ClipNorm
from ..formulas.counter_random import words
from .description import CLIPS, described, lacking_part, split_optimizer
from .engine import Task

MOST_PARAMETERS = 20_000
"""Weights and biases of the largest network that a page trains: a step on a point then takes some 50 microseconds."""


def packed_module() -> bytes:
    """The module, packed by gzip, as a page carries it."""
    return (files(__package__) / "wasm" / "engine.wasm.gz").read_bytes()


def module_text() -> str:
    """The same as base64, as it stands in a page's text."""
    return base64.b64encode(packed_module()).decode()


@cache
def known_parts() -> frozenset[type[Part]]:
    """The parts that the module has, by their own class: a user's subclass may have changed a formula."""
    parts = json.loads((files(__package__) / "wasm" / "parts.json").read_text(encoding="utf-8"))
    return frozenset(CATALOGUE[kind][name] for kind, names in parts.items() for name in names)


def why_not(task: Task) -> str:
    """Why a page cannot train this task; empty where it can."""
    size, (_, clips, rule) = task.network.parameters.size, split_optimizer(task.optimizer)
    if rule.whole_set:
        return f"{rule.kind} {str(rule)!r} has no kernel"
    if any(CLIPS[of] is ClipArrayNorm for of, _ in clips):
        return f"optimizer {str(task.optimizer)!r} has no kernel on a page"
    if task.factors is not None:
        return "a page does not freeze layers, mask weights or take step sizes of single arrays"
    if size > MOST_PARAMETERS:
        return f"the network has {size} parameters, and a page trains at most {MOST_PARAMETERS}"
    return lacking_part(task, lambda part: type(part) in known_parts())


def options(task: Task) -> dict[str, Any]:
    """What `studio-ui/src/engine` makes an engine from, as JSON has it. Of tasks with an empty `why_not`."""
    told = described(task)
    l1, l2, of_sum = told.penalty
    rates, seed = told.dropout
    beta, rate = told.parametrization
    return {
        "widths": list(told.widths),
        "activations": [named(f) for f in told.activations],
        "loss": named(told.loss),
        "optimizer": named(told.rule),
        "clips": [{"norm": CLIPS[of] is ClipNorm, "largest": largest} for of, largest in told.clips],
        "penalty": {"l1": l1, "l2": l2, "ofSum": of_sum},
        "dropout": {"rates": rates, "seed": seed},
        "parametrization": {"beta": beta, "rate": rate},
    }


def order_of_epoch(seed: int, epoch: int, n: int) -> Array:
    """The rows of n points in the order in which a page's training takes them in an epoch 0, 1, ..., (n,).

    >>> order_of_epoch(seed=7, epoch=0, n=5)
    array([0, 1, 3, 4, 2])
    """
    drawn, rows = words(seed, 0, 0, epoch + 1, n)[epoch].tolist(), list(range(n))
    for i in range(n - 1, 0, -1):
        j = drawn[i] * (i + 1) >> 32
        rows[i], rows[j] = rows[j], rows[i]
    return np.array(rows, np.intp)


def named(part: Part) -> dict[str, Any]:
    """A part as a page's engine is told of it: its name, and its hyper-parameters in the order of its fields."""
    return {"name": part.name, "hypers": [float(value) for value in astuple(part)]}

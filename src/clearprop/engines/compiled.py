"""The compiled engine's side in Python: which kernels this machine runs, which tasks they take, and the handing over.

The kernels are optional: without them everything runs on the NumPy engine. Each is compiled for several instruction
levels; the highest that the processor has is used, or the one that the environment variable CLEARPROP_LEVEL names.
"""

from __future__ import annotations

import os
from dataclasses import astuple
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from ..formulas.activations import Activation
from ..formulas.catalogue import CATALOGUE, Array, Part
from ..formulas.losses import Loss
from ..formulas.optimizers import SGD
from ..formulas.penalties import L2
from ..network import Network
from .engine import Engine, NonFinite, Task

LEVELS = ("portable", "v2", "v3", "v4")
"""Instruction levels from the least to the most: any processor, and x86-64-v2, -v3 and -v4."""
WORTH_A_THREAD = 20_000
"""Steps, over all networks, that take longer than starting a thread does."""
BEYOND_THE_END = 16
"""Numbers that a kernel may read behind the last target: a whole vector is loaded where a part of one is used."""


def kernels_of(level: str) -> ModuleType:
    """The kernels of one of the `usable_levels`."""
    return import_module(f"{__package__}._kernels" + ("" if level == "portable" else f"_{level}"))


def usable_levels() -> tuple[str, ...]:
    """The levels that this processor can run, from the least; none where no kernels were compiled."""
    try:
        highest = kernels_of("portable").processor_level()
    except ImportError:
        return ()
    return LEVELS[: LEVELS.index(highest) + 1]


def _chosen_level() -> str | None:
    usable, given = usable_levels(), os.environ.get("CLEARPROP_LEVEL")
    if given and given not in usable:
        raise ImportError(f"CLEARPROP_LEVEL={given}: this machine has {', '.join(usable) or 'no compiled kernels'}")
    return given or (usable[-1] if usable else None)


LEVEL = _chosen_level()
"""The level in use; None without compiled kernels."""
KERNELS = kernels_of(LEVEL) if LEVEL else None


def _codes(kind: type[Part], codes: dict[str, int]) -> dict[type[Part], int]:
    return {CATALOGUE[kind.kind][name]: code for name, code in codes.items()}


# What the kernels have, by the part's own class: a user's subclass may have changed a formula, so it is not here.
ACTIVATIONS = _codes(Activation, KERNELS.activations) if KERNELS else {}
LOSSES = _codes(Loss, KERNELS.losses) if KERNELS else {}


def processor_level() -> str | None:
    """The instruction level of the kernels in use, such as "v4" for x86-64-v4; None without compiled kernels."""
    return LEVEL


def why_not(task: Task | None = None, batch_size: int | None = None) -> str:
    """Why the compiled engine does not take a task, or any task; empty where it can."""
    if KERNELS is None:
        return "this installation has no compiled kernels"
    return "" if task is None else _lacking_part(task) or _other_rule(task, batch_size)


def _lacking_part(task: Task) -> str:
    known: dict[type[Part], int] = {**ACTIVATIONS, **LOSSES, L2: 0}
    parts: list[Part | None] = [*task.network.activations, task.loss, task.penalty]
    lacking = [part for part in (*parts, *_beyond(task)) if part is not None and type(part) not in known]
    return f"{lacking[0].kind} {str(lacking[0])!r} has no kernel" if lacking else ""


def _beyond(task: Task) -> tuple[Part | None, ...]:
    """What a task may have beside its layers and its loss."""
    return (*task.network.normalizations, task.dropout, task.input_noise, task.max_norm)


def _other_rule(task: Task, batch_size: int | None) -> str:
    if batch_size != 1:
        return "the kernels take one point a step, batch_size=1"
    if type(task.optimizer) is not SGD:
        return f"the kernels take plain SGD steps, and the optimizer is {task.optimizer}"
    return ""


class CompiledEngine(Engine):
    """Per-point steps in C++, many in one call, the interpreter's lock released. For tasks with an empty `why_not`."""

    name = "compiled"
    seconds_per_step, operations_per_second = 5e-8, 3e10

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._trainer = trainer(task)

    @property
    def kernel(self) -> str:
        """Which kernel takes the steps: small, dense, penalised, sparse or blocked."""
        return str(self._trainer.kernel)

    def run(self, batches: Array, etas: Array) -> float:
        net = self.task.network
        order = np.ascontiguousarray(batches[:, 0], dtype=np.int64)
        steps, loss, finite = self._trainer.run(net.parameters, order, np.ascontiguousarray(etas, dtype=np.float64))
        if not finite:
            raise self._not_finite(steps, batches[steps], float(etas[steps]))
        self.taken += steps
        return float(loss)

    def _not_finite(self, step: int, points: Array, eta: float) -> NonFinite:
        """The reference, run on the network as it was before the step, tells in which layer."""
        error, net = self.locate(step, points), self.task.network
        if error.what != "a value":
            return error
        for l in net.layers:  # all was finite but the update; or this engine rounded over the edge before the reference
            with np.errstate(all="ignore"):
                reached = np.abs(net.W[l]).max() >= np.finfo(net.dtype).max / max(1.0, abs(eta)) / 1e3
            if reached:
                return NonFinite(step, l, "W")
        return error


class SideBySide:
    """Several small networks of one shape, each trained on points of its own: a network a vector lane, over threads."""

    def __init__(self, task: Task, threads: int) -> None:
        self._trainer, self._threads = trainer(task), threads

    def run(self, parameters: Array, orders: Array, etas: Array, losses: Array) -> None:
        """Train the networks (K, p) in place on the points `orders` (K, steps); add to `losses` (K,) what each lost.

        A network that leaves the finite numbers goes on as NaN, and so does its loss; the others never meet it.
        """
        threads = self._threads if orders.size >= WORTH_A_THREAD else 1
        self._trainer.run_side_by_side(parameters, orders, etas, losses, threads)


def why_not_side_by_side(task: Task, networks: int) -> str:
    """Why the kernels cannot train several networks of this task side by side; empty where they can."""
    reason = why_not(task, 1)
    if reason:
        return reason
    if any(f.name == "softmax" for f in task.network.activations) or task.penalty is not None:
        return "softmax and penalties have no side-by-side kernel"
    return (
        "" if trainer(task).fits_in_lanes(networks) else "the networks are too large to lie side by side in the cache"
    )


def trainer(task: Task, kernels: ModuleType | None = KERNELS) -> Any:
    """The kernels' object for a task: its shape and parts as codes, its points as C-ordered arrays that are only read."""
    assert kernels is not None
    net = task.network
    make = kernels.Trainer32 if net.dtype == np.float32 else kernels.Trainer64
    Y = np.zeros(task.Y.size + BEYOND_THE_END, net.dtype)
    Y[: task.Y.size] = task.Y.ravel()
    return make(
        *_shape(net),
        loss=LOSSES[type(task.loss)],
        strength=task.penalty.strength if isinstance(task.penalty, L2) else 0.0,
        X=np.ascontiguousarray(task.X),
        Y=Y,
        weights=None if task.weights is None else np.ascontiguousarray(task.weights),
    )


def online(net: Network, loss: Loss | None) -> Any:
    """The kernels' object for predictions and single steps of one network, whose parameters it shares; None if it cannot."""
    parameters = net.parameters
    fits = parameters.dtype in (np.float32, np.float64) and parameters.flags.c_contiguous and parameters.flags.writeable
    known = all(type(f) in ACTIVATIONS for f in net.activations) and (loss is None or type(loss) in LOSSES)
    if KERNELS is None or not fits or not known or net.normalization:
        return None
    make = KERNELS.Online32 if parameters.dtype == np.float32 else KERNELS.Online64
    return make(*_shape(net), loss=0 if loss is None else LOSSES[type(loss)], parameters=parameters)


def _shape(net: Network) -> tuple[list[int], list[int], list[float]]:
    """Widths, the activations' codes, and the one hyper-parameter that an activation may have."""
    return (
        list(net.widths),
        [ACTIVATIONS[type(f)] for f in net.activations],
        [float(*astuple(f)[:1]) for f in net.activations],  # float() is 0.0
    )

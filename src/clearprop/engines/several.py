"""Several networks of one shape side by side in the lanes of vectors: which tasks can be, and the kernels' side in Python."""

from __future__ import annotations

import math

import numpy as np

from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array
from ..network import Network
from .compiled import OPTIMIZERS, part_code, why_not
from .engine import Task
from .levels import KERNELS
from .processors import processors

FEWEST = 4
"""Networks from which on vectors that are not full take less time than one network after another."""
MOST_ROWS = 128
"""Rows of a step that are summed in one go; more fill vectors by themselves."""
MOST_INPUTS = 256
"""Terms of a sum that are added in one go."""
WEIGHTS = 0
"""The kernels' number of the weights; what the optimiser keeps follows, in the order of `remembers`."""
MOST_PARAMETERS = 4096
"""Of each network: those of all lanes then stay in the second-level cache."""


def why_not_in_lanes(task: Task, networks: int, engine: str) -> str:
    """Why networks of a task cannot take their steps side by side in the lanes of vectors; empty where they can."""
    net = task.network
    if engine not in {"auto", "compiled"}:
        return "the NumPy engine was asked for"
    reason = why_not(task)
    if reason:
        return reason
    others = {name: getattr(task, name) for name in ("penalty", "dropout", "input_noise", "max_norm", "factors")}
    beside = [name for name, part in others.items() if part is not None]
    if beside or type(task.optimizer) not in OPTIMIZERS:
        what = f"{task.optimizer.name} around an optimiser" if not beside else beside[0]
        what = "a frozen layer or a mask" if what == "factors" else what
        return f"the networks of a vector take plain steps, and here is {what}"
    if (
        task.loss.outputs_per_target != 1
        or net.normalization
        or not all(isinstance(f, Elementwise) for f in net.activations[:-1])
    ):
        return (
            "a softmax between layers, a normalised layer and two outputs for each target have no side-by-side kernel"
        )
    if net.parameters.size > MOST_PARAMETERS or max(net.widths) > MOST_INPUTS:
        return "the networks are too large to lie side by side in the cache"
    return "" if networks >= FEWEST else f"{networks} networks leave most lanes of a vector empty"


class SideBySideSteps:
    """K networks in the lanes of vectors, their weights in the kernels. Each takes the steps it takes alone, to the bit."""

    def __init__(self, task: Task, parameters: Array, threads: int | None) -> None:
        net = task.network
        assert KERNELS is not None
        make = KERNELS.Population32 if net.dtype == np.float32 else KERNELS.Population64
        self.threads, self._shape, self._rule = threads or processors(), parameters.shape, task.optimizer
        self._kept = tuple(self._rule.lasting_state(self._rule.first_state(parameters[0], net.shapes)))
        parts = [part_code(f) for f in net.activations]
        self._kernels = make(
            list(net.widths), parts, part_code(task.loss), part_code(self._rule), parameters, self.threads
        )
        self._outputs, self._dtype = net.widths[-1], net.dtype

    @property
    def parameters(self) -> Array:
        """A copy of the weights, (K, p)."""
        return self._get(WEIGHTS)

    @parameters.setter
    def parameters(self, values: Array) -> None:
        self._kernels.set(WEIGHTS, values)

    def state(self) -> dict[str, Array]:
        """What the optimiser keeps, by the names that it has in an engine's state: an array (K, ...) each."""
        names, (t, product) = self._rule.remembers, self._kernels.age()
        counts = {"t": np.full((self._shape[0], 1), t), "M": np.full((self._shape[0], 1), product)}
        return {name: self._get(names.index(name) + 1) if name in names else counts[name] for name in self._kept}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from what `state` gave. All networks have taken the same number of steps."""
        for array, name in enumerate(self._rule.remembers, 1):
            self._kernels.set(array, np.ascontiguousarray(state[name], self._dtype))
        t, product = (state[name][0, 0].item() if name in state else 0 for name in ("t", "M"))
        self._kernels.set_age(int(t), float(product))

    def _get(self, array: int) -> Array:
        values = np.empty(self._shape, self._dtype)
        self._kernels.get(array, values)
        return values

    def step(self, X: Array, Y: Array, weights: Array | None, etas: Array) -> tuple[Array, int]:
        """A step: the losses before it (K,), and -1; or the first network that would not be finite, and no step."""
        losses = np.empty(self._shape[0])
        return losses, self._kernels.step(X, Y, weights, etas, losses)

    def predict(self, X: Array) -> Array:
        """A^L (K, n, n^L) of X (n, m^1), or (K, n, m^1)."""
        A = np.empty((self._shape[0], X.shape[-2], self._outputs), self._dtype)
        self._kernels.predict(X, A)
        return A


def parameters_given(values: Array, networks: int, net: Network, name: str = "parameters") -> Array:
    """Weights or gradients (K, p), finite, as kernels take them. ValueError for others, which says where."""
    shape = (networks, net.parameters.size)
    if values.shape != shape:
        raise ValueError(f"{name} must be {shape}, a row for each network; given {values.shape}")
    with np.errstate(over="ignore"):
        made = np.array(values, net.dtype, order="C")
    if not math.isfinite(float(np.abs(made).max())):
        k, p = (int(place) for place in np.argwhere(~np.isfinite(made))[0])
        raise ValueError(f"{name} has {made[k, p]} in row {k} column {p}, counted from 0")
    return made

"""A page's training taken again in Python: the same first weights, points, order and steps, by the formulas or the kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..engines import Batches, Engine, Task, in_page
from ..engines.choice import choose_engine
from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array
from ..formulas.losses import Loss
from ..io import load_table
from ..network import Network
from .beginning import Beginning
from .embedded import Embedded, of_table

Rates = Sequence[tuple[int, float]]
"""Steps taken, and the step size from then on."""


@dataclass(frozen=True)
class Replayed:
    """A network after some steps, and its mean losses, without a penalty."""

    network: Network
    points: Embedded
    loss: float
    test_loss: float | None
    """None where every point is trained on."""


def replayed(
    run: Beginning, steps: int, *, rates: Rates = (), points: Embedded | None = None, engine: str = "auto"
) -> Replayed:
    """The training of `run` after so many steps. `points` are those that a page embeds; by default those of `run.data`.

    NonFinite where a step leaves the finite numbers.

    >>> run = Beginning("moons", ((6, "tanh"),), "softmax", "nllm")
    >>> round(replayed(run, steps=400).loss, 3)
    0.265
    """
    points = of_table(load_table(run.source)) if points is None else points
    task = run.task(points)
    n, b = len(task.X), min(run.batch_size, len(task.X))
    taking = None if run.early else choose_engine(task, engine, b, None)[0]
    for t, rows, eta in _steps(n, b, run.seed, steps, [(0, run.eta), *rates]):
        if taking is None:
            early_step(task.network, task.X[rows], task.Y[rows], task.loss, eta)
        else:
            _take(taking, rows, eta, t)
    held = (points.X[n:], points.Y[n:])
    test_loss = _loss(task, *held) if len(held[0]) else None
    return Replayed(task.network, points, _loss(task, task.X, task.Y), test_loss)


def early_step(net: Network, X: Array, Y: Array, loss: Loss, eta: float) -> None:
    """A step with a mistake, in place: each layer is changed as soon as it has its gradient, before the layer below has one."""
    fwd = traced_forward(net, X, Y, loss)
    dL_dZ = back_propagate(net, fwd).dL_dZ[net.L]
    for l in range(net.L, 0, -1):
        net.W[l][...] -= eta * fwd.A[l - 1].T @ dL_dZ
        net.W0[l][...] -= eta * dL_dZ.sum(axis=0)
        if l > 1:
            f = net.f[l - 1]
            assert isinstance(f, Elementwise)
            dL_dZ = dL_dZ @ net.W[l].T * f.dA_dZ(fwd.Z[l - 1], fwd.A[l - 1])  # W[l] is the new one: that is the mistake


def _steps(n: int, b: int, seed: int, steps: int, rates: Rates) -> Iterator[tuple[int, Array, float]]:
    """The number of each step from 1, its rows and its step size."""
    per_epoch, coming, eta = -(-n // b), sorted(rates), 0.0
    order = np.arange(n)
    for taken in range(steps):
        while coming and coming[0][0] <= taken:
            eta = coming.pop(0)[1]
        epoch, s = divmod(taken, per_epoch)
        if s == 0:
            order = in_page.order_of_epoch(seed, epoch, n)
        yield taken + 1, order[s * b : (s + 1) * b], eta


def _take(engine: Engine, rows: Array, eta: float, t: int) -> None:
    engine.run(Batches(rows, np.array([0, len(rows)])), np.array([eta]), t)


def _loss(task: Task, X: Array, Y: Array) -> float:
    return float(np.mean(task.loss.L(task.network.predict(X), Y)))
